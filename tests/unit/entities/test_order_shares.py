"""What is left of an order after refunds and removals: our shares add up to Shopify's own sums, to the cent."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import order_documents, order_lines
from tests.support.orders import line, money, order, shipping, tax

STATE = ('State', '7.25', False)


def refs(**changes):
    values = {
        'company_id': 1, 'currency_id': 2, 'decimals': 2, 'pricelist_id': 3, 'partner_id': 4, 'invoice_id': 5,
        'shipping_id': 6, 'warehouse_id': 7, 'shipping_product_id': 90, 'charge_product_id': 91,
        'products': {'sku:SKU-1': 10}, 'taxes': {STATE: 20},
        'kind_products': {'tip': 92, 'duty': 93, 'fee': 94, 'gift_card': 95},
    }
    return order_lines.Refs(**{**values, **changes})


def left(gone, total, taxes):
    """An order of 3 units with a tax of 0.28, `gone` of them refunded, with Shopify's sums of what is left."""
    payload = order(lines=[line(quantity=3, price='1.30', taxes=[tax('State', 0.0725, '0.28')], currentQuantity=3 - gone)])
    payload['currentTotalPriceSet'] = money(total)
    payload['currentTaxLines'] = [tax('State', 0.0725, taxes)]
    payload['currentTotalTaxSet'] = money(taxes)
    return payload


def test_the_cent_that_shopify_rounded_the_other_way_is_found():
    [part] = order_lines.parts(left(1, '2.78', '0.18'), 2)
    assert part.amounts.taxes == ((STATE, Decimal('0.18')),)
    assert order_lines.total(left(1, '2.78', '0.18'), 2) == Decimal('2.78')


def test_a_difference_that_is_no_rounding_is_left_to_be_seen():
    [part] = order_lines.parts(left(1, '2.99', '0.19'), 2)
    assert part.amounts.net == Decimal('2.60')
    assert order_lines.total(left(1, '2.99', '0.19'), 2) == Decimal('2.79')


def test_sums_that_leave_out_a_tax_are_not_believed():
    payload = left(1, '2.79', '0.18')
    payload['currentTotalTaxSet'] = money('0.19')
    [part] = order_lines.parts(payload, 2)
    assert part.amounts.taxes == ((STATE, Decimal('0.19')),)


def test_whole_lines_are_never_touched():
    payload = order(lines=[line(quantity=3, taxes=[tax('State', 0.0725, '2.18')])])
    payload['currentTaxLines'] = [tax('State', 0.0725, '2.17')]
    [part] = order_lines.parts(payload, 2)
    assert part.amounts.taxes == ((STATE, Decimal('2.18')),)


def test_shipping_that_was_refunded_in_part_takes_its_tax_along():
    ship = shipping(price='2.00', taxes=[tax('State', 0.0725, '0.73')], discountedPriceSet=money('10.00'))
    [part] = order_lines.parts(order(lines=[], ships=[ship]), 2)
    assert (part.amounts.net, part.amounts.taxes) == (Decimal('2.00'), ((STATE, Decimal('0.15')),))


def test_shipping_that_was_invoiced_stays_as_it_was_sold():
    ship = shipping(7, price='0.00', taxes=[tax('State', 0.0725, '0.73')], discountedPriceSet=money('10.00'))
    kept = {'gid://shopify/ShippingLine/7': 1}
    [vals] = order_lines.lines_vals(order(lines=[], ships=[ship]), refs(), kept)
    assert (vals['price_unit'], vals['extra_tax_data']['manual_tax_amounts']['20']['tax_amount']) == (10.0, 0.73)


def test_units_that_have_left_stay_with_their_money():
    payload = left(2, '1.39', '0.09')
    kept = {payload['lineItems']['nodes'][0]['id']: 3}
    [vals] = order_lines.lines_vals(payload, refs(), kept)
    assert (vals['product_uom_qty'], vals['extra_tax_data']['manual_total_excluded']) == (3.0, 3.9)
    assert order_lines.total(payload, 2, kept) == Decimal('4.18')


def test_what_has_left_is_never_more_than_was_ordered():
    payload = left(2, '1.39', '0.09')
    [vals] = order_lines.lines_vals(payload, refs(), {payload['lineItems']['nodes'][0]['id']: 9})
    assert vals['product_uom_qty'] == 3.0


@pytest.mark.parametrize(
    ('part', 'product_id'),
    [
        (line(isGiftCard=True, variant=4), 95),
        (line(sku=None, price='3.00', requiresShipping=False), 92),
        (line(sku=None, price='3.00', requiresShipping=True), 91),
        (line(sku=None, price='4.00', requiresShipping=False), 91),
        (line(), 10),
    ],
)
def test_what_is_no_product_of_the_catalogue_has_a_product_of_its_own(part, product_id):
    payload = order(lines=[part], totalTipReceivedSet=money('3.00'))
    assert order_lines.lines_vals(payload, refs())[0]['product_id'] == product_id


def duty(units, price='6.40'):
    return {'id': 'gid://shopify/Duty/1', 'price': money(price), 'taxLines': [], 'units': units}


def test_the_duty_of_units_that_are_gone_goes_with_them():
    [_item, vals] = order_lines.lines_vals(order(charges=[duty((1, 2))]), refs())
    assert (vals['product_id'], vals['price_unit']) == (93, 3.2)


@pytest.mark.parametrize('duties', [money('0.18'), None])
def test_the_rounding_of_a_duty_is_not_taken_from_a_line_whose_share_is_exact(duties):
    goods = line(quantity=7, price='0.74', currentQuantity=5)
    payload = order(lines=[goods], charges=[duty((3, 6), '0.37')], currentTotalDutiesSet=duties)
    payload.update(currentTotalPriceSet=money('3.88'), currentTaxLines=[], currentTotalTaxSet=money('0.00'))
    [item, charge] = order_lines.parts(payload, 2)
    assert (item.amounts.net, charge.amounts.net) == (Decimal('3.70'), Decimal('0.18'))


def test_a_cent_of_tax_is_found_at_the_line_whose_share_was_rounded_most():
    """3.0733 and 0.395 are left of two lines' tax: 3.07 and 0.40, but Shopify's sum is 3.46."""
    many = line(1, quantity=3, price='40.00', taxes=[tax('State', 0.0725, '9.22')], currentQuantity=1)
    few = line(2, quantity=2, price='5.45', taxes=[tax('State', 0.0725, '0.79')], currentQuantity=1)
    payload = order(lines=[many, few])
    payload.update(
        currentTotalPriceSet=money('48.91'), currentTaxLines=[tax('State', 0.0725, '3.46')], currentTotalTaxSet=money('3.46'),
    )
    assert [part.amounts.taxes for part in order_lines.parts(payload, 2)] == [
        ((STATE, Decimal('3.07')),), ((STATE, Decimal('0.39')),)]


def test_duties_that_the_prices_include_cost_nothing_beside_them():
    payload = order(charges=[duty((1, 1))], dutiesIncluded=True)
    assert order_lines.total(payload, 2) == Decimal('10.00')


def test_fees_go_with_a_cancellation():
    fee = {'id': 'gid://shopify/AdditionalFee/1', 'name': 'Delivery fee', 'price': money('0.28'), 'taxLines': []}
    here = order(charges=[fee], currentTotalAdditionalFeesSet=money('0.28'))
    gone = order(charges=[fee], currentTotalAdditionalFeesSet=money('0.00'))
    assert [order_lines.total(payload, 2) for payload in (here, gone)] == [Decimal('10.28'), Decimal('10.00')]


def test_a_bundle_and_a_subscription_are_named():
    part = line(lineItemGroup={'title': 'Starter set'}, sellingPlan={'name': 'Every month'})
    assert order_lines.line_name(part, Decimal(0), refs()) == 'Shirt\nBundle: Starter set\nEvery month'


def test_a_document_in_the_customers_currency_asks_for_nothing_else():
    document = order_documents.in_presentment(order_documents.DOCUMENT)
    assert 'currencyCode: presentmentCurrencyCode' in document
    assert 'inShop: shopMoney { amount currencyCode }' in document
    assert document.count('shopMoney {') == 1


@st.composite
def reduced_orders(draw):
    """Orders whose lines were reduced, and whose sums Shopify has rounded in any way it likes."""
    decimals, included = draw(st.sampled_from([0, 2, 3])), draw(st.booleans())
    unit = Decimal(1).scaleb(-decimals)
    rounding = draw(st.sampled_from([ROUND_DOWN, ROUND_UP, ROUND_HALF_UP]))
    lines, taxes, total = [], Decimal(0), Decimal(0)
    for number in range(draw(st.integers(1, 8))):
        quantity = draw(st.integers(1, 9))
        current = draw(st.integers(0, quantity))
        price, tax_amount = draw(st.integers(0, 99_999)) * unit, draw(st.integers(0, 9_999)) * unit
        lines.append(line(number, quantity=quantity, price=price, currentQuantity=current,
                          taxes=[tax('State', 0.0725, tax_amount)]))
        left_tax = (tax_amount * current / quantity).quantize(unit, rounding=rounding)
        taxes, total = taxes + left_tax, total + price * current
    payload = order(
        lines=lines, included=included, currentTaxLines=[tax('State', 0.0725, taxes)], currentTotalTaxSet=money(taxes)
    )
    payload['currentTotalPriceSet'] = money(total if included else total + taxes)
    return payload, decimals


@given(reduced_orders())
def test_what_is_left_adds_up_to_shopifys_sums_however_it_rounds(case):
    payload, decimals = case
    shown = sum((dict(part.amounts.taxes).get(key, Decimal(0)) for part in order_lines.parts(payload, decimals)
                 for key in [('State', '7.25', payload['taxesIncluded'])]), Decimal(0))
    assert order_lines.total(payload, decimals) == Decimal(payload['currentTotalPriceSet']['shopMoney']['amount'])
    assert shown == Decimal(payload['currentTaxLines'][0]['priceSet']['shopMoney']['amount'])


def test_a_tax_that_the_channel_remits_is_another_tax_than_the_companys():
    keys = [order_lines.tax_key(tax('State', 0.0725, '1.00', liable), False)[0] for liable in (False, True)]
    assert keys == ['State', 'State (remitted by the sales channel)']
