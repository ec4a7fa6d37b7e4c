"""A draft as an order: its own discounts are spread without losing a cent, its lines are found again in the order."""
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import draft_order, order_lines
from shopify_connector.entities import returns as returns_mapping
from tests.support.orders import line, money, order, shipping


def draft_line(number, quantity=1, price='10.00', left=None, **changes):
    whole = Decimal(price) * quantity
    values = line(number, quantity=quantity, price=price)
    for name in ('discountAllocations', 'currentQuantity'):
        values.pop(name)
    return {**values, 'id': f'gid://shopify/DraftOrderLineItem/{number}', 'discountedTotalSet': money(left or whole), **changes}


def draft(lines, subtotal, ship=None, **changes):
    return {
        'id': 'gid://shopify/DraftOrder/1', 'name': '#D1', 'status': 'OPEN', 'createdAt': '2026-11-20T10:00:00Z',
        'updatedAt': '2026-11-20T10:00:05Z', 'currencyCode': 'USD', 'presentmentCurrencyCode': 'USD', 'taxesIncluded': False,
        'email': 'jane@example.com', 'phone': None, 'note2': None, 'tags': [], 'poNumber': None, 'customAttributes': [],
        'customer': None, 'billingAddress': None, 'shippingAddress': None, 'order': None, 'subtotalPriceSet': money(subtotal),
        'totalTaxSet': money('0.00'), 'totalPriceSet': money(subtotal), 'shippingLine': ship,
        'lineItems': {'nodes': lines, 'pageInfo': {'hasNextPage': False, 'endCursor': None}}, **changes,
    }


def nets(payload):
    return [order_lines.line_amounts(row, False, 2).net for row in order_lines.line_nodes(payload)]


def test_the_discount_of_the_whole_draft_is_spread_over_its_lines():
    payload = draft_order.as_order(draft([draft_line(1, 2, '20.00', '36.00'), draft_line(2, 1, '949.95')], '980.95'), 2)
    assert sum(nets(payload)) == Decimal('980.95')
    assert nets(payload) == [Decimal('35.82'), Decimal('945.13')]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9999)), min_size=1, max_size=12), st.integers(0, 10_000))
def test_the_lines_always_add_up_to_shopifys_subtotal(rows, off):
    lines = [draft_line(index, units, str(Decimal(cents).scaleb(-2))) for index, (units, cents) in enumerate(rows)]
    whole = sum(units * cents for units, cents in rows)
    subtotal = Decimal(whole - min(off, whole)).scaleb(-2)
    payload = draft_order.as_order(draft(lines, subtotal), 2)
    assert sum(nets(payload)) == subtotal
    assert all(net >= 0 for net in nets(payload))


def test_a_draft_of_a_currency_without_decimals_stays_without():
    lines = [draft_line(1, 1, '100'), draft_line(2, 1, '100'), draft_line(3, 1, '100')]
    payload = draft_order.as_order(draft(lines, '299'), 0)
    assert nets(payload) == [99, 100, 100]


def test_new_ids_of_the_same_lines_are_no_change():
    one = draft_order.as_order(draft([draft_line(1)], '10.00'), 2)
    other = draft_order.as_order(draft([draft_line(2)], '10.00'), 2)
    more = draft_order.as_order(draft([draft_line(2, 2)], '20.00'), 2)
    assert draft_order.signature(one) == draft_order.signature(other) != draft_order.signature(more)


def test_the_lines_of_the_quotation_are_found_in_the_order_one_by_one():
    paid = order(
        lines=[line(11, variant=5), line(12, variant=5), line(13, sku=None, title='Work', name='Work')],
        ships=[shipping(14, title='Post')],
    )
    present = [(1, 'gid://shopify/ProductVariant/5'), (2, 'shipping Post'), (3, 'custom Work'),
               (4, 'gid://shopify/ProductVariant/5'), (5, 'gid://shopify/ProductVariant/5'), (6, 'custom Gone')]
    gid = 'gid://shopify/LineItem/'
    assert draft_order.matched(paid, present) == {
        1: f'{gid}11', 2: 'gid://shopify/ShippingLine/14', 3: f'{gid}13', 4: f'{gid}12',
    }


@pytest.mark.parametrize(('status', 'expected'), [('OPEN', 'open'), ('INVOICE_SENT', 'invoice_sent'), ('COMPLETED', 'completed')])
def test_states_of_a_draft(status, expected):
    assert draft_order.state({'status': status}) == expected


# === RETURNS === #


def a_return(status='OPEN', unprocessed=1, number=None):
    parcels = [{'deliverable': {'tracking': {'carrierName': 'UPS', 'number': number, 'url': None}}}] if number else []
    return {
        'id': 'gid://shopify/Return/1', 'name': '#1001-R1', 'status': status, 'createdAt': '2026-11-20T10:00:00Z',
        'requestApprovedAt': None, 'closedAt': None, 'decline': None,
        'returnLineItems': {'nodes': [{
            'id': 'gid://shopify/ReturnLineItem/1', 'quantity': 1, 'processedQuantity': 1 - unprocessed, 'refundedQuantity': 0,
            'unprocessedQuantity': unprocessed, 'returnReasonNote': '', 'customerNote': None, 'returnReasonDefinition': None,
        }]},
        'exchangeLineItems': {'nodes': [{'id': 'gid://shopify/ExchangeLineItem/1', 'quantity': 2, 'processedQuantity': 0,
                                         'lineItems': None}]},
        'reverseFulfillmentOrders': {'nodes': [{'lineItems': {'nodes': []},
                                                 'reverseDeliveries': {'nodes': [{'deliverable': None}, *parcels]}}]},
    }


@pytest.mark.parametrize(
    ('record', 'expected'),
    [
        (a_return('REQUESTED'), 'requested'), (a_return(), 'open'), (a_return(number='1Z'), 'in_transit'),
        (a_return(unprocessed=0, number='1Z'), 'open'), (a_return('CLOSED', number='1Z'), 'closed'),
        (a_return('DECLINED'), 'declined'), (a_return('CANCELED'), 'cancelled'),
    ],
)
def test_states_of_a_return(record, expected):
    assert returns_mapping.state(record) == expected


def test_a_return_of_something_unknown_and_an_exchange_that_has_not_gone_out_have_no_order_line():
    back, out = returns_mapping.lines_vals(a_return())
    assert (back['kind'], back['order_line'], back['reason']) == ('return', '', False)
    assert (out['kind'], out['order_line'], out['quantity']) == ('exchange', '', 2)
