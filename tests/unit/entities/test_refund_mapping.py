from decimal import Decimal

from shopify_connector.entities import invoicing, refund
from shopify_connector.entities.invoicing import Worth


def bag(amount):
    return {'shopMoney': {'amount': str(amount)}}


def tax(title, rate, amount):
    return {'title': title, 'rate': rate, 'channelLiable': False, 'priceSet': bag(amount)}


def sold(number=1, quantity=3, left=2, taxes=()):
    return {
        'id': f'gid://shopify/LineItem/{number}', 'quantity': quantity, 'currentQuantity': left,
        'originalUnitPriceSet': bag('10.00'), 'discountAllocations': [], 'taxLines': list(taxes),
    }


def node(number=1, lines=(), shipping=(), adjustments=(), transactions=(), duties=()):
    return {
        'id': f'gid://shopify/Refund/{number}', 'createdAt': f'2026-11-20T10:0{number}:00Z', 'processedAt': None,
        'note': None, 'return': None,
        'refundLineItems': {'nodes': list(lines)}, 'refundShippingLines': {'nodes': list(shipping)},
        'orderAdjustments': {'nodes': [{'amountSet': bag(a), 'taxAmountSet': bag(0)} for a in adjustments]},
        'duties': list(duties),
        'transactions': {'nodes': [{'kind': 'REFUND', 'status': s, 'amountSet': bag(a)} for a, s in transactions]},
    }


def item(line, units, net, total_tax, restock='CANCEL'):
    return {
        'id': 'gid://shopify/RefundLineItem/1', 'quantity': units, 'restockType': restock, 'restocked': True,
        'location': None, 'lineItem': line, 'subtotalSet': bag(net), 'totalTaxSet': bag(total_tax),
    }


def order(*refunds, included=False, duties_included=False):
    return {'taxesIncluded': included, 'dutiesIncluded': duties_included, 'refunds': list(refunds)}


def test_refunds_of_single_units_add_up_to_each_tax_of_the_line():
    line = sold(taxes=[tax('State', 0.0725, '2.18'), tax('County', 0.01, '0.31')], left=0)
    refunds = refund.read(
        order(*(node(number, [item(line, 1, '10.00', total)]) for number, total in enumerate(('0.83', '0.83', '0.83'), 1))), 2
    )
    sums = {}
    for row in refunds:
        assert sum(row.parts[0].taxes.values()) == Decimal('0.83')
        for key, amount in row.parts[0].taxes.items():
            sums[key[0]] = sums.get(key[0], 0) + amount
    assert sums == {'State': Decimal('2.18'), 'County': Decimal('0.31')}


def test_refunds_are_read_oldest_first_whatever_their_order():
    line = sold(taxes=[tax('VAT', 0.19, '5.70')])
    refunds = refund.read(order(node(2, [item(line, 1, '10', '1.90')]), node(1, [item(line, 1, '10', '1.90')])), 2)
    assert [row.gid[-1] for row in refunds] == ['1', '2']


def test_an_adjustment_is_what_went_back_beside_the_lines():
    more, less = refund.read(order(node(1, adjustments=['-5.00']), node(2, adjustments=['3.00'])), 2)
    assert (more.adjustment, less.adjustment) == (Decimal('5.00'), Decimal('-3.00'))


def test_money_that_waits_or_failed_is_told_apart():
    waits, failed, paid = refund.read(
        order(
            node(1, adjustments=['-5'], transactions=[('5.00', 'PENDING')]),
            node(2, adjustments=['-5'], transactions=[('5.00', 'FAILURE')]),
            node(3, adjustments=['-5'], transactions=[('5.00', 'SUCCESS'), ('1.00', 'FAILURE')]),
        ),
        2,
    )
    assert (waits.waits, waits.failed) == (True, False)
    assert (failed.waits, failed.failed, failed.adjustment) == (False, True, 0)
    assert (paid.waits, paid.failed, paid.paid) == (False, False, Decimal('5.00'))


def test_shipping_goes_back_in_parts_that_add_up():
    line = {
        'id': 'gid://shopify/ShippingLine/1', 'discountedPriceSet': bag('5.99'),
        'taxLines': [tax('State', 0.0725, '0.43')],
    }
    rows = [
        {'id': 'x', 'shippingLine': line, 'subtotalAmountSet': bag(amount), 'taxAmountSet': bag(part)}
        for amount, part in (('2.00', '0.14'), ('3.99', '0.29'))
    ]
    refunds = refund.read(order(node(1, shipping=rows[:1]), node(2, shipping=rows[1:])), 2)
    assert [list(row.parts[0].taxes.values()) for row in refunds] == [[Decimal('0.14')], [Decimal('0.29')]]
    assert refunds[0].parts[0].whole == Decimal('5.99')


def test_a_duty_gives_back_its_share_of_each_tax():
    duty = {'id': 'gid://shopify/Duty/1', 'price': bag('9.00'), 'taxLines': [tax('GST', 0.05, '0.45')]}
    (row,) = refund.read(order(node(1, duties=[{'amountSet': bag('3.00'), 'originalDuty': duty}])), 2)
    assert (row.parts[0].net, list(row.parts[0].taxes.values())) == (Decimal('3.00'), [Decimal('0.15')])
    (row,) = refund.read(order(node(1, duties=[{'amountSet': bag('3.00'), 'originalDuty': duty}]), duties_included=True), 2)
    assert row.parts[0].net == 0


def test_a_tax_of_a_currency_without_decimals_is_whole():
    line = sold(taxes=[tax('VAT', 0.1, '100'), tax('Town', 0.01, '10')])
    (row,) = refund.read(order(node(1, [item(line, 1, '333', '37')])), 0)
    amounts = list(row.parts[0].taxes.values())
    assert sum(amounts) == 37 and all(amount == int(amount) for amount in amounts)


def test_pieces_add_up_to_the_whole_whatever_their_sizes():
    whole = Worth(Decimal('10.00'), {1: Decimal('0.73'), 2: Decimal('0.10')})
    for sizes in ((1, 1, 1), (2, 1), (1, 2), (3,)):
        booked, units = Worth(), Decimal(0)
        for size in sizes:
            booked += invoicing.piece(whole, Decimal(3), booked, units, Decimal(size), 2)
            units += size
        assert booked == whole


def test_a_piece_makes_up_for_what_was_booked_otherwise():
    whole = Worth(Decimal('10.00'), {1: Decimal('1.00')})
    odd = Worth(Decimal('4.00'), {1: Decimal('0.10')})
    rest = invoicing.piece(whole, Decimal(2), odd, Decimal(1), Decimal(1), 2)
    assert rest == Worth(Decimal('6.00'), {1: Decimal('0.90')})


def test_units_that_leave_an_order_take_back_what_it_lost():
    booked = Worth(Decimal('10.00'), {1: Decimal('0.73')})
    left = Worth(Decimal('6.67'), {1: Decimal('0.49')})
    back = invoicing.piece(left, Decimal(2), booked, Decimal(3), Decimal(-1), 2)
    assert -back == Worth(Decimal('3.33'), {1: Decimal('0.24')})
    nothing = invoicing.piece(Worth(), Decimal(0), booked, Decimal(3), Decimal(-3), 2)
    assert -nothing == booked


def test_the_price_of_a_line_has_the_taxes_that_odoo_takes_out_of_it():
    worth = Worth(Decimal('8.40'), {7: Decimal('1.60')})
    assert invoicing.line_vals(worth, 2.0, [7], 1)['price_unit'] == 5.0
    assert invoicing.line_vals(worth, 2.0, [], 1)['price_unit'] == 4.2
    data = invoicing.line_vals(worth, 2.0, [7], 1)['extra_tax_data']
    assert invoicing.forced_worth(data) == worth
    assert invoicing.line_vals(Worth(Decimal('1.00')), 1.0, [], 1)['extra_tax_data'] is False


def adjustment(amount, reason='REFUND_DISCREPANCY', tax_amount=0):
    return {'reason': reason, 'amountSet': bag(amount), 'taxAmountSet': bag(tax_amount)}


def adjusted(rows, paid=(), net='215.35'):
    row = node(1, [item(sold(left=2), 1, net, '0')] if net else [], transactions=paid)
    row['orderAdjustments']['nodes'] = rows
    return refund.read(order(row), 2)[0]


def test_a_row_that_waited_for_money_counts_no_more_when_the_money_has_come():
    waiting = adjustment('-215.35', 'PENDING_REFUND_DISCREPANCY')
    alone = adjusted([waiting], [('215.35', 'SUCCESS')])
    assert (alone.adjustment, alone.doubtful) == (0, False)
    pair = adjusted([adjustment('215.35'), waiting], [('215.35', 'SUCCESS')])
    assert (pair.adjustment, pair.doubtful) == (0, False)


def partly_paid(owed, adjusted='-2.99'):
    """13.42 paid of 15.00; goods of 2.57 come back, and 3.98 of money."""
    row = node(1, [item(sold(left=2), 1, '2.57', '0')], transactions=[('3.98', 'SUCCESS')])
    row['orderAdjustments']['nodes'] = [adjustment(adjusted)]
    row['order'] = {
        'currentTotalPriceSet': bag('12.43'), 'netPaymentSet': bag('9.44'), 'totalOutstandingSet': bag(owed)
    }
    return refund.read(order(row), 2)[0]


def test_a_refund_of_an_order_that_was_paid_in_part_agrees_with_what_is_left_to_pay():
    assert not partly_paid('0.00').doubtful
    assert partly_paid('0.00').adjustment == Decimal('2.99')
    assert partly_paid('2.99').doubtful
    assert partly_paid('0.00', '-5.00').doubtful


def test_an_adjustment_that_contradicts_the_money_is_doubtful():
    assert adjusted([adjustment('-215.35')], [('215.35', 'SUCCESS')]).doubtful
    assert adjusted([adjustment('-5.00')], [], net=None).doubtful
    assert adjusted([adjustment('5.00')], [('215.35', 'SUCCESS')]).doubtful
    assert not adjusted([adjustment('-5.00')], [('220.35', 'SUCCESS')]).doubtful
    assert not adjusted([adjustment('5.00')], [('210.35', 'SUCCESS')]).doubtful
    assert not adjusted([adjustment('215.35')]).doubtful


def test_the_tax_of_an_adjustment_is_told_apart():
    row = adjusted([adjustment('-10.00', tax_amount='-1.90')], [('11.90', 'SUCCESS')], net=None)
    assert (row.adjustment, row.tax) == (Decimal('11.90'), Decimal('1.90'))
