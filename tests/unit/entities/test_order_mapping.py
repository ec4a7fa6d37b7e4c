from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import order as mapping
from shopify_connector.entities import order_lines
from tests.support.orders import address, customer, line, money, order, shipping, tax

STATE, COUNTY = ('State', '7.25', False), ('County', '1', False)


def refs(**changes):
    values = {
        'company_id': 1,
        'currency_id': 2,
        'decimals': 2,
        'pricelist_id': 3,
        'partner_id': 10,
        'invoice_id': 11,
        'shipping_id': 12,
        'warehouse_id': 4,
        'shipping_product_id': 90,
        'charge_product_id': 91,
        'products': {'sku:SKU-1': 50, 'gid://shopify/ProductVariant/7': 51},
        'taxes': {STATE: 100, COUNTY: 101, ('VAT', '19', True): 102},
    }
    return order_lines.Refs(**{**values, **changes})


def test_the_price_of_a_line_is_its_net_total_by_its_quantity_and_never_taken_for_odoos_own():
    vals = order_lines.item_vals(line(quantity=3, price='20.00', discount='8.00'), order(), refs())
    assert vals['price_unit'] == pytest.approx(52 / 3)
    assert round(vals['price_unit'] * 3, 10) == 52.0
    assert vals['technical_price_unit'] != vals['price_unit']
    assert vals['discount'] == 0.0


def test_each_tax_of_a_line_is_forced_to_shopifys_amount():
    taxes = [tax('State', 0.0725, '3.78'), tax('County', 0.01, '0.51')]
    vals = order_lines.item_vals(line(quantity=3, price='20.00', discount='8.00', taxes=taxes), order(), refs())
    assert vals['tax_ids'] == [(6, 0, [100, 101])]
    forced = vals['extra_tax_data']
    assert {key: row['tax_amount_currency'] for key, row in forced['manual_tax_amounts'].items()} == {
        '100': 3.78,
        '101': 0.51,
    }
    assert forced['manual_total_excluded_currency'] == 52.0
    assert (forced['price_unit'], forced['quantity'], forced['discount']) == (vals['price_unit'], 3.0, 0.0)


def test_included_taxes_are_taken_out_of_the_base():
    part = line(price='119.00', taxes=[tax('VAT', 0.19, '19.00')])
    vals = order_lines.item_vals(part, order(lines=[part], included=True), refs())
    assert vals['price_unit'] == 119.0
    assert vals['extra_tax_data']['manual_total_excluded_currency'] == 100.0


def test_a_line_without_taxes_forces_nothing():
    vals = order_lines.item_vals(line(), order(), refs())
    assert vals['tax_ids'] == [(6, 0, [])]
    assert vals['extra_tax_data'] is False


def test_two_taxes_of_one_rate_stay_two():
    keys = [
        key
        for key, _amount in order_lines.tax_amounts(line(taxes=[tax('City', 0.02, '1'), tax('Transit', 0.02, '1')]), False)
    ]
    assert keys == [('City', '2', False), ('Transit', '2', False)]


def test_one_tax_in_two_tax_lines_is_summed():
    assert order_lines.tax_amounts(line(taxes=[tax('City', 0.02, '1.01'), tax('City', 0.02, '2.02')]), False) == [
        (('City', '2', False), Decimal('3.03'))
    ]


@pytest.mark.parametrize(
    ('rate', 'text'), [(0.0725, '7.25'), (0.2, '20'), (0.05, '5'), (0, '0'), (0.08875, '8.875'), (0.1, '10')]
)
def test_a_rate_is_a_plain_percentage(rate, text):
    assert order_lines.tax_key({'title': 'T', 'rate': rate}, False)[1] == text


def test_removed_units_take_their_share_of_discount_and_tax_with_them():
    part = line(quantity=3, price='10.00', discount='3.00', taxes=[tax('State', 0.0725, '1.96')], currentQuantity=2)
    amounts = order_lines.line_amounts(part, False, 2)
    assert (amounts.quantity, amounts.net, amounts.discount) == (2, Decimal('18.00'), Decimal('2.00'))
    assert amounts.taxes == ((STATE, Decimal('1.31')),)


def test_a_line_without_units_left_is_not_on_the_order():
    part = line(quantity=2, currentQuantity=0)
    assert order_lines.lines_vals(order(lines=[part]), refs()) == []


def test_a_removed_shipping_line_is_not_on_the_order():
    assert order_lines.lines_vals(order(lines=[], ships=[shipping(isRemoved=True)]), refs()) == []


def test_a_custom_item_needs_no_product_of_its_own():
    part = line(sku=None)
    assert mapping.needs(order(lines=[part])).lines == ()
    assert order_lines.item_vals(part, order(), refs())['product_id'] == 91


def test_a_line_whose_variant_is_gone_is_known_by_its_sku():
    assert order_lines.line_key(line(sku=' SKU-1 ')) == 'sku:SKU-1'
    assert order_lines.line_key(line(variant=7)) == 'gid://shopify/ProductVariant/7'


def test_private_properties_stay_out_of_the_description():
    part = line(customAttributes=[{'key': 'Engraving', 'value': 'Jo'}, {'key': '_internal', 'value': 'x'}])
    assert order_lines.line_name(part, Decimal(0), refs()) == 'Shirt\nEngraving: Jo'


def test_the_customers_mail_counts_before_the_orders():
    assert mapping.needs(order(email='Other@Example.com')).email == 'jane1@example.com'
    assert mapping.needs(order(email='Other@Example.com', customer=None)).email == 'other@example.com'


def test_an_order_without_anybody_needs_nobody():
    needs = mapping.needs(order(customer=None, email=None, billingAddress=None, shippingAddress=None))
    assert not (needs.customer_id or needs.email or needs.phone or needs.billing or needs.shipping)


@pytest.mark.parametrize(
    ('status', 'policy', 'confirmed'),
    [
        ('PAID', 'paid', True),
        ('REFUNDED', 'paid', True),
        ('PENDING', 'paid', False),
        ('AUTHORIZED', 'paid', False),
        ('AUTHORIZED', 'paid_or_authorized', True),
        ('PENDING', 'always', True),
        ('PAID', 'never', False),
        (None, 'paid', False),
    ],
)
def test_the_policy_decides_which_orders_are_confirmed(status, policy, confirmed):
    assert mapping.is_confirmed(order(displayFinancialStatus=status), policy) is confirmed


def test_what_costs_nothing_is_paid():
    assert mapping.is_confirmed(order(displayFinancialStatus='PENDING', currentTotalPriceSet=money('0.00')), 'paid')


def test_a_cancelled_order_is_never_confirmed():
    assert not mapping.is_confirmed(order(cancelledAt='2026-11-20T11:00:00Z'), 'always')


@pytest.mark.parametrize(
    'change',
    [
        {'lines': [line(quantity=2)]},
        {'ships': [shipping()]},
        {'shippingAddress': address(city='Troy')},
        {'customer': customer(2)},
        {'lines': [line(currentQuantity=0)]},
    ],
)
def test_the_signature_changes_with_what_the_order_is_made_of(change):
    assert mapping.signature(order(lines=[line()])) != mapping.signature(order(**{'lines': [line()], **change}))


def test_the_signature_ignores_what_only_the_status_says():
    assert mapping.signature(order(displayFinancialStatus='PENDING')) == mapping.signature(
        order(updatedAt='2026-11-21T00:00:00Z')
    )


def test_the_signature_ignores_units_that_leave():
    assert mapping.signature(order(lines=[line(unfulfilledQuantity=1)])) == mapping.signature(order(lines=[line()]))


def test_a_purchase_order_number_stands_beside_the_name():
    assert mapping.reference(order(poNumber='PO 7')) == '#1001 / PO 7'


@st.composite
def orders(draw):
    included, decimals = draw(st.booleans()), draw(st.sampled_from([0, 2, 3]))
    cents = st.integers(0, 5_000_00).map(lambda units: Decimal(units).scaleb(-decimals))
    titles = draw(st.lists(st.sampled_from(['State', 'County', 'City', 'Special']), unique=True, max_size=4))
    lines = []
    for number in range(draw(st.integers(1, 12))):
        quantity, price = draw(st.integers(1, 9)), draw(cents)
        gross = price * quantity
        discount = (gross * draw(st.integers(0, 100)) / 100).quantize(Decimal(1).scaleb(-decimals))
        share = (gross - discount) / 20
        taxes = [tax(title, 0.05, share.quantize(Decimal(1).scaleb(-decimals))) for title in titles]
        lines.append(line(number, quantity=quantity, price=price, discount=discount, taxes=taxes))
    ships = [shipping(price=draw(cents))] if draw(st.booleans()) else []
    return order(lines=lines, ships=ships, included=included), decimals


@given(orders())
def test_the_lines_add_up_to_shopifys_total_whatever_the_order(case):
    payload, decimals = case
    assert order_lines.total(payload, decimals) == Decimal(payload['currentTotalPriceSet']['shopMoney']['amount'])


@given(orders())
def test_the_forced_amounts_of_a_line_are_shopifys(case):
    payload, decimals = case
    titles = {
        key
        for part in payload['lineItems']['nodes']
        for key, _amount in order_lines.tax_amounts(part, payload['taxesIncluded'])
    }
    where = refs(decimals=decimals, taxes={key: number for number, key in enumerate(sorted(titles), 1)})
    for part in payload['lineItems']['nodes']:
        forced = order_lines.item_vals(part, payload, where)['extra_tax_data']
        if forced:
            shown = sum(Decimal(str(row['tax_amount_currency'])) for row in forced['manual_tax_amounts'].values())
            assert shown == sum(Decimal(row['priceSet']['shopMoney']['amount']) for row in part['taxLines'])
