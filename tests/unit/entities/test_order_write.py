from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import order_write as writing
from shopify_connector.entities import order_write_state as reading

ORDER, SALE, HELD = 'gid://shopify/Order/1', 'gid://shopify/OrderTransaction/1', 'gid://shopify/OrderTransaction/9'


def bag(amount):
    return {'presentmentMoney': {'amount': str(amount)}}


def transaction(number, kind='SALE', amount='20.00', status='SUCCESS', parent=None, **changes):
    return {
        'id': f'gid://shopify/OrderTransaction/{number}', 'kind': kind, 'status': status, 'gateway': 'shopify_payments',
        'formattedGateway': 'Shopify Payments', 'authorizationExpiresAt': None, 'multiCapturable': False,
        'amountSet': bag(amount), 'parentTransaction': {'id': f'gid://shopify/OrderTransaction/{parent}'} if parent else None,
        **changes}


def answer(**changes):
    return {
        'currentAppInstallation': {'accessScopes': [{'handle': 'write_orders'}]},
        'order': {
            'id': ORDER, 'name': '#1', 'cancelledAt': None, 'canMarkAsPaid': False, 'canNotifyCustomer': True,
            'displayFinancialStatus': 'PAID', 'displayFulfillmentStatus': 'UNFULFILLED', 'note': None, 'tags': ['a', 'B'],
            'presentmentCurrencyCode': 'USD', 'totalOutstandingSet': bag('0.00'), 'totalCapturableSet': bag('0.0'),
            'netPaymentSet': bag('20.00'), 'currentTotalPriceSet': bag('20.00'), 'customer': {'id': 'x'},
            'transactions': [transaction(1)], 'refunds': [], 'fulfillments': [],
            'freight': {'shipping': {'maximumRefundableSet': bag('5.00')}},
            'lineItems': {'nodes': [{'id': 'L1', 'name': 'Shirt', 'sku': None, 'refundableQuantity': 2,
                                     'unfulfilledQuantity': 1}], 'pageInfo': {'hasNextPage': False, 'endCursor': None}},
            **changes}}


def state(**changes):
    return reading.snapshot(answer(**changes))


class TestSnapshot:
    def test_an_order_that_shopify_does_not_show_is_none(self):
        assert reading.snapshot({'order': None}) is None

    def test_one_amount_has_one_spelling(self):
        found = state(totalOutstandingSet=bag('100'), netPaymentSet=bag('20.50'), currentTotalPriceSet=bag('0.00'))
        assert (found['outstanding'], found['net'], found['total']) == ('100', '20.5', '0')

    def test_what_a_payment_can_give_back_falls_with_refunds_even_those_that_wait(self):
        rows = [transaction(1), transaction(2, 'REFUND', '3.00', parent=1), transaction(3, 'REFUND', '2', 'PENDING', parent=1),
                transaction(4, 'REFUND', '9', 'FAILURE', parent=1), transaction(5, 'SALE', '7', 'PENDING')]
        assert [(row['id'][-1], row['refundable']) for row in state(transactions=rows)['payments']] == [('1', '15')]

    def test_an_authorisation_holds_what_was_not_captured_yet_and_never_more_than_shopify_says(self):
        rows = [transaction(9, 'AUTHORIZATION', '20.00', multiCapturable=True), transaction(2, 'CAPTURE', '5', parent=9)]
        assert state(transactions=rows, totalCapturableSet=bag('15'))['authorizations'][0]['capturable'] == '15'
        assert state(transactions=rows, totalCapturableSet=bag('0'))['authorizations'] == []

    def test_an_order_with_a_parcel_is_shipped_and_one_whose_parcel_was_cancelled_is_not(self):
        assert state(fulfillments=[{'status': 'SUCCESS'}])['shipped']
        assert not state(fulfillments=[{'status': 'CANCELLED'}])['shipped']

    def test_a_suggestion_adds_up_by_payment(self):
        found = reading.suggestion({'order': {'suggestedRefund': {
            'amountSet': bag('7.00'), 'subtotalSet': bag('6'), 'totalTaxSet': bag('1'), 'maximumRefundableSet': bag('20'),
            'shipping': {'amountSet': bag('0')}, 'suggestedTransactions': [
                {'amountSet': bag('4.00'), 'parentTransaction': {'id': SALE}},
                {'amountSet': bag('3.00'), 'parentTransaction': {'id': SALE}},
                {'amountSet': bag('0'), 'parentTransaction': None}]}}})
        assert (found['amount'], found['by_payment']) == ('7', {SALE: '7'})

    def test_no_suggestion_is_nothing(self):
        assert reading.suggestion({'order': None})['amount'] == '0'


class TestVariables:
    @pytest.mark.parametrize(('amount', 'currency', 'text'), [
        (1.1, 'USD', '1.10'), (1.005, 'USD', '1.01'), (1200, 'JPY', '1200'), (1.2345, 'KWD', '1.235'), ('3', 'EUR', '3.00')])
    def test_amounts_have_the_decimals_of_their_currency(self, amount, currency, text):
        assert writing.amount_text(amount, currency) == text

    def test_a_capture_names_its_currency_and_is_the_last_one_only_when_wished(self):
        first = writing.capture_variables(state(), HELD, 2.5)['input']
        assert first == {'id': ORDER, 'parentTransactionId': HELD, 'amount': '2.50', 'currency': 'USD'}
        assert writing.capture_variables(state(), HELD, 2.5, final=True)['input']['finalCapture']

    def test_a_cancellation_names_one_way_of_giving_money_back_or_none(self):
        def made(refund):
            variables = writing.cancel_variables(state(), reason='OTHER', restock=True, refund=refund, notify=False)
            return variables.get('refundMethod')

        assert made('original') == {'originalPaymentMethodsRefund': True}
        assert made('store_credit') == {'storeCreditRefund': {}}
        assert made('none') is None

    def test_a_staff_note_is_cut_to_what_shopify_takes(self):
        made = writing.cancel_variables(state(), reason='OTHER', restock=True, refund='none', notify=False, staff_note='x' * 300)
        assert len(made['staffNote']) == 255

    def test_only_goods_that_go_back_on_stock_go_to_a_place(self):
        lines = [{'id': 'L1', 'quantity': 1, 'restock': 'RETURN', 'location': 'P1'},
                 {'id': 'L2', 'quantity': 2, 'restock': 'NO_RESTOCK', 'location': 'P1'},
                 {'id': 'L3', 'quantity': 0, 'restock': 'RETURN', 'location': 'P1'}]
        assert writing.refund_line_inputs(lines) == [
            {'lineItemId': 'L1', 'quantity': 1, 'restockType': 'RETURN', 'locationId': 'P1'},
            {'lineItemId': 'L2', 'quantity': 2, 'restockType': 'NO_RESTOCK'}]

    def test_a_refund_without_amounts_moves_no_money(self):
        made = writing.refund_variables(state(), lines=[], shipping=0, amounts={SALE: 0}, notify=True)['input']
        assert (made['transactions'], 'shipping' in made) == ([], False)

    def test_a_refund_goes_to_the_payment_it_came_from(self):
        made = writing.refund_variables(
            state(), lines=[], shipping=1, amounts={SALE: 4}, notify=False, note='x', discrepancy='OTHER')
        assert made['input']['transactions'] == [
            {'orderId': ORDER, 'parentId': SALE, 'gateway': 'shopify_payments', 'kind': 'REFUND', 'amount': '4.00'}]
        assert made['input']['shipping'] == {'amount': '1.00'}
        assert (made['input']['note'], made['input']['discrepancyReason']) == ('x', 'OTHER')

    def test_tags_do_not_care_for_case_and_stand_once(self):
        assert writing.split_tags(' a, A ,b,, ') == ['a', 'b']
        made = writing.tags_variables(state(), ['A', 'new'])
        assert (made['add'], made['remove']) == (['new'], ['B'])

    @given(st.lists(st.sampled_from('abcDE')), st.lists(st.sampled_from('ABcde')))
    def test_after_adding_and_removing_the_wish_is_fulfilled(self, have, wanted):
        before = {**state(), 'tags': writing.split_tags(','.join(have))}
        made = writing.tags_variables(before, writing.split_tags(','.join(wanted)))
        after = [tag for tag in before['tags'] if tag not in made['remove']] + made['add']
        assert {tag.lower() for tag in after} == {tag.lower() for tag in wanted}
        assert writing.is_so('tags', made, {**before, 'tags': after})


class TestCalls:
    def test_only_a_refund_carries_a_key_and_it_is_the_same_each_time(self):
        variables = writing.refund_variables(state(), lines=[], shipping=0, amounts={SALE: 1}, notify=False)
        assert writing.calls('refund', variables, 'k') == writing.calls('refund', variables, 'k')
        assert writing.calls('refund', variables, 'k')[0][1]['key'] == 'k'
        assert 'key' not in writing.calls('mark_paid', writing.mark_paid_variables(state()), 'k')[0][1]

    def test_tags_are_two_calls_or_the_one_that_is_needed(self):
        assert [root for _document, _values, root in writing.calls('tags', {'id': ORDER, 'add': ['x'], 'remove': ['y']}, '')] == [
            'tagsAdd', 'tagsRemove']
        assert len(writing.calls('tags', {'id': ORDER, 'add': [], 'remove': ['y']}, '')) == 1


class TestWhetherItWasDone:
    def test_an_order_is_paid_when_nothing_is_outstanding(self):
        assert writing.is_so('mark_paid', {}, state())
        assert not writing.is_so('mark_paid', {}, state(canMarkAsPaid=True, totalOutstandingSet=bag('1')))

    def test_a_note_of_nothing_is_an_empty_note(self):
        assert writing.is_so('note', writing.note_variables(state(), ''), state())

    def test_a_capture_is_the_new_one_of_that_payment_and_amount(self):
        variables = writing.capture_variables(state(), HELD, '5')
        old, new = transaction(2, 'CAPTURE', '5.00', parent=9), transaction(3, 'CAPTURE', '5.0', 'PENDING', parent=9)
        before = {'transactions': [old['id']]}
        assert writing.was_captured(variables, before, state(transactions=[old])) is None
        assert writing.was_captured(variables, before, state(transactions=[old, new]))['status'] == 'PENDING'
        other = transaction(4, 'CAPTURE', '6.00', parent=9)
        assert writing.was_captured(variables, before, state(transactions=[other])) is None

    def test_a_refund_is_the_new_one_with_the_same_goods_and_money(self):
        lines = [{'id': 'L1', 'quantity': 2, 'restock': 'NO_RESTOCK', 'location': ''}]
        variables = writing.refund_variables(state(), lines=lines, shipping=0, amounts={SALE: '4'}, notify=False)

        def refund(quantity, amount):
            return {'id': 'R1', 'refundLineItems': {'nodes': [{'quantity': quantity, 'lineItem': {'id': 'L1'}}]},
                    'transactions': {'nodes': [{'kind': 'REFUND', 'status': 'SUCCESS', 'amountSet': bag(amount)}]}}

        assert writing.was_refunded(variables, {'refunds': []}, [refund(2, '4.0')])
        assert not writing.was_refunded(variables, {'refunds': ['R1']}, [refund(2, '4.0')])
        assert not writing.was_refunded(variables, {'refunds': []}, [refund(1, '4.0'), refund(2, '4.5')])

    @pytest.mark.parametrize(('kind', 'changes'), [
        ('mark_paid', {'totalOutstandingSet': bag('1')}), ('cancel', {'netPaymentSet': bag('1')}),
        ('cancel', {'fulfillments': [{'status': 'SUCCESS'}]}), ('refund', {'netPaymentSet': bag('19')}), ('note', {'note': 'x'}),
        ('capture', {'transactions': [transaction(9, 'AUTHORIZATION', '3')], 'totalCapturableSet': bag('3')})])
    def test_what_the_person_decided_upon_is_seen_to_have_changed(self, kind, changes):
        variables = {
            'capture': writing.capture_variables(state(), HELD, 1),
            'refund': writing.refund_variables(state(), lines=[], shipping=0, amounts={}, notify=False),
        }.get(kind, {})
        assert writing.facts(kind, variables, state()) == writing.facts(kind, variables, state())
        assert writing.facts(kind, variables, state()) != writing.facts(kind, variables, state(**changes))

    def test_tags_may_change_meanwhile(self):
        assert writing.facts('tags', {}, state()) == writing.facts('tags', {}, state(tags=[])) == {}


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_an_amount_survives_its_spelling(amount):
    text = state(totalOutstandingSet=bag(amount))['outstanding']
    assert Decimal(text) == amount
    assert 'E' not in text
