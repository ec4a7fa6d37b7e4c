from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import transaction as mapping
from tests.support.transactions import bag, paid, transaction


def row(number, kind='sale', amount='10.00', *, gateway='cash', parent=0, rounding='0', at=0):
    return SimpleNamespace(
        gid=f'gid://shopify/OrderTransaction/{number}', kind=kind, gateway=gateway, amount=Decimal(amount),
        parent_gid=f'gid://shopify/OrderTransaction/{parent}' if parent else '', rounding=Decimal(rounding), processed_at=at)


def booked(*rows):
    return [(booking.outbound, str(booking.amount), str(booking.settles)) for booking in mapping.bookings(rows)]


class TestRows:
    def test_the_amount_is_taken_in_the_orders_currency(self):
        both = transaction('10.00', currency='USD', presentment=('9.10', 'EUR'))
        assert mapping.vals(both, 'USD')['amount'] == Decimal('10.00')
        vals = mapping.vals(both, 'EUR')
        assert (vals['amount'], vals['currency']) == (Decimal('9.10'), 'EUR')
        assert (vals['other_amount'], vals['other_currency']) == (Decimal('10.00'), 'USD')

    def test_an_amount_in_another_currency_is_kept_in_its_own(self):
        assert mapping.vals(transaction('10.00'), 'JPY')['currency'] == 'USD'

    def test_one_currency_has_no_other_amount(self):
        assert mapping.vals(transaction(), 'USD')['other_currency'] == ''

    def test_the_day_falls_back_to_when_it_was_made(self):
        vals = mapping.vals(transaction(processedAt=None, createdAt='2026-01-02T23:30:00-05:00'), 'USD')
        assert str(vals['processed_at']) == '2026-01-03 04:30:00'

    def test_a_transaction_without_a_gateway_has_a_name(self):
        vals = mapping.vals(transaction(formattedGateway=None) | {'gateway': None, 'paymentId': None}, 'USD')
        assert (vals['gateway'], vals['label']) == ('unknown', 'Unknown')
        assert vals['reference'].isdigit()

    def test_the_card_or_the_local_method_is_kept(self):
        assert mapping.vals(transaction(), 'USD')['method'] == 'Visa'
        assert mapping.vals(transaction(paymentDetails={'paymentMethodName': 'ideal'}), 'USD')['method'] == 'ideal'
        assert mapping.vals(transaction(paymentDetails={}), 'USD')['method'] == ''

    @pytest.mark.parametrize(('kind', 'status', 'reason'), [
        ('sale', 'success', ''), ('capture', 'success', ''), ('refund', 'success', ''), ('change', 'success', ''),
        ('sale', 'pending', 'pending'), ('refund', 'awaiting_response', 'pending'), ('sale', 'unknown', 'pending'),
        ('sale', 'failure', 'failed'), ('refund', 'error', 'failed'), ('authorization', 'success', 'authorised'),
        ('emv_authorization', 'success', 'authorised'), ('authorization', 'pending', 'pending'), ('void', 'success', 'voided'),
        ('suggested_refund', 'success', 'no_money')])
    def test_what_moved_no_money_says_why(self, kind, status, reason):
        assert mapping.reason(kind, status) == reason

    def test_what_can_be_captured_is_shopifys_figure(self):
        assert mapping.capturable(paid(capturable='7.50'), 'USD') == Decimal('7.50')
        assert mapping.capturable({'id': 'x', 'transactions': []}, 'USD') == 0

    def test_a_list_that_was_cut_off_is_noticed(self):
        assert mapping.is_whole(paid(transaction()))
        assert not mapping.is_whole({**paid(transaction()), 'transactionsCount': {'count': 2}})
        assert mapping.is_whole({'transactions': []})

    def test_a_pending_payment_that_was_marked_as_paid_is_settled_by_its_child(self):
        first = transaction(status='PENDING')
        assert mapping.settled(paid(first, transaction(parent=first))) == {first['id']}
        assert mapping.settled(paid(first, transaction(parent=first, status='FAILURE'))) == set()

    def test_a_bag_without_the_currency_gives_nothing(self):
        assert mapping.amount_in(bag('1.00'), 'EUR') is None
        assert mapping.amount_in(None, 'EUR') is None


class TestBookings:
    def test_money_in_and_out_by_age(self):
        assert booked(row(3, 'refund', '4.00', at=2), row(1, at=0), row(2, 'capture', '5.00', at=1)) == [
            (False, '10.00', '10.00'), (False, '5.00', '5.00'), (True, '4.00', '4.00')]

    def test_change_is_taken_off_its_payment(self):
        assert booked(row(1, amount='20.00'), row(2, 'change', '2.50', parent=1)) == [(False, '17.50', '17.50')]

    def test_change_without_a_parent_is_taken_off_the_payment_of_its_gateway(self):
        rows = [row(1, amount='5.00', gateway='card'), row(2, amount='20.00'), row(3, 'change', '2.50')]
        assert booked(*rows) == [(False, '5.00', '5.00'), (False, '17.50', '17.50')]

    def test_change_of_a_payment_that_is_booked_already_is_money_out(self):
        assert booked(row(2, 'change', '2.50', parent=1)) == [(True, '2.50', '2.50')]

    def test_cash_rounding_settles_another_amount_than_was_moved(self):
        assert booked(row(1, amount='10.00', rounding='0.02')) == [(False, '10.00', '9.98')]
        assert booked(row(1, 'refund', amount='10.00', rounding='-0.02')) == [(True, '10.00', '10.02')]

    def test_nothing_is_booked_for_nothing(self):
        assert booked(row(1, amount='0.00'), row(2, 'authorization'), row(3, 'void')) == []
        assert booked(row(1, amount='5.00'), row(2, 'change', '5.00', parent=1)) == []

    @given(st.lists(st.tuples(st.sampled_from(['sale', 'capture', 'refund', 'change']), st.integers(1, 10**6)), max_size=8))
    def test_the_bookings_add_up_to_the_money_that_moved(self, moves):
        rows = [row(index + 1, kind, str(Decimal(cents) / 100)) for index, (kind, cents) in enumerate(moves)]
        made = mapping.bookings(rows)
        assert sum((-part.amount if part.outbound else part.amount for part in made), Decimal(0)) == sum(
            (part.amount if part.kind in ('sale', 'capture') else -part.amount for part in rows), Decimal(0))
        assert all(part.amount > 0 for part in made)
