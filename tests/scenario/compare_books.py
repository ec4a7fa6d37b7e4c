"""Odoo's invoices, credit notes and payments beside the shops' money. Every function gives sentences, one a difference.

What the invoices less the credit notes of an order come to is derived from the shop alone: its present total, plus what
its refunds kept back, less what they gave beside the goods.
"""
from collections import defaultdict
from decimal import Decimal

MOVE_FIELDS = ('name', 'shopify_order_id', 'shopify_refund_id', 'move_type', 'state', 'amount_total', 'amount_tax')
ROW_FIELDS = ('gid', 'binding_id', 'kind', 'status', 'amount', 'state', 'reason', 'payment_id', 'processed_at')
MONEY_IN, MONEY_OUT = {'SALE', 'CAPTURE'}, {'REFUND'}
PAID = {'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'}


def everything(world):
    """Differences of all orders of all stores that were imported and are sold."""
    books = Books(world)
    found = []
    for domain, store in world.stores.items():
        for order in world.simulator.state(domain)['orders']:
            binding = books.bindings.get((store, order['id']))
            if binding and binding['sale_order_id'] and not order['test']:
                where = f'{domain} {order["name"]} ({order["kind"]})'
                found += [f'{where}: {text}' for text in one_order(books, order, binding['id'])]
    return found


class Books:
    """What Odoo has booked, read once, by the order's record."""

    def __init__(self, world):
        admin = world.server.admin
        self.bindings = {
            (row['backend_id'][0], row['gid']): row
            for row in admin.search_read('shopify.order.binding', [], ['backend_id', 'gid', 'sale_order_id'])
        }
        self.moves, self.rows = defaultdict(list), defaultdict(dict)
        for row in admin.search_read('account.move', [('shopify_order_id', '!=', False)], MOVE_FIELDS):
            self.moves[row['shopify_order_id'][0]].append(row)
        for row in admin.search_read('shopify.transaction', [], ROW_FIELDS):
            self.rows[row['binding_id'][0]][row['gid']] = row
        self.payments = {row['id']: row for row in admin.search_read(
            'account.payment', [], ['amount', 'payment_type', 'state', 'date', 'move_id'])}


def one_order(books, order, binding):
    moves = books.moves[binding]
    found = [f'{move["name"]} is {move["state"]}' for move in moves if move['state'] != 'posted']
    return found + documents(order, moves) + payments(books, order, books.rows[binding])


def documents(order, moves):
    """The sum of invoices less credit notes, and a credit note for each refund at the most."""
    signed = {'out_invoice': 1, 'out_refund': -1}
    shown = {
        name: sum(_amount(move[f'amount_{name}']) * signed[move['move_type']] for move in moves)
        for name in ('total', 'tax')
    }
    found = [
        f'{name}: {wanted} in the shop, {shown[name]} in the books'
        for name, wanted in expected(order).items()
        if wanted != shown[name]
    ]
    refunds = [move['shopify_refund_id'][0] for move in moves if move['shopify_refund_id']]
    return found + (['a refund was credited twice'] if len(refunds) != len(set(refunds)) else [])


def expected(order):
    """``{total, tax}`` of the net books of an order of a store that invoices what is paid."""
    totals = order['totals']
    waits = any(row['status'] == 'PENDING' and row['kind'] in MONEY_OUT for row in order['transactions'])
    was_paid = order['financial_status'] in PAID or not Decimal(totals['total_price']['shop'])
    if not was_paid or waits:
        return {'total': Decimal(0), 'tax': Decimal(0)} if not was_paid else {}
    beside = sum((Decimal(row['shop']) for refund in order['refunds'] for row in refund['adjustments']), Decimal(0))
    return {
        'total': Decimal(totals['current_total_price']['shop']) + beside,
        'tax': Decimal(totals['current_total_tax']['shop']),
    }


def payments(books, order, rows):
    """One payment for each transaction that moved money, with its amount and kind; none for the others, and none yet
    for a quotation. What nobody has paid yet need not be known."""
    found = []
    for row in order['transactions']:
        ours, what = rows.get(row['id']), f'the {row["status"]} {row["kind"]} of {row["amount"]["shop"]}'
        moved = row['status'] == 'SUCCESS' and row['kind'] in MONEY_IN | MONEY_OUT and Decimal(row['amount']['shop'])
        payment = ours and ours['payment_id'] and books.payments[ours['payment_id'][0]]
        if not ours and row['status'] == 'PENDING':
            continue
        if not ours:
            found.append(f'{what} is not known')
        elif bool(moved) != bool(payment) and ours['reason'] != 'quotation':
            found.append(f'{what} has {"no" if moved else "a"} payment: {ours["reason"]}')
        elif payment and payment['payment_type'] != ('inbound' if row['kind'] in MONEY_IN else 'outbound'):
            found.append(f'{what} is booked the other way')
    booked = sum(_amount(books.payments[row['payment_id'][0]]['amount']) * (1 if row['kind'] in ('sale', 'capture') else -1)
                 for row in rows.values() if row['payment_id'])
    if any(row['reason'] == 'quotation' for row in rows.values()):
        return found
    received = Decimal(order['totals']['total_received']['shop']) - Decimal(order['totals']['total_refunded']['shop'])
    if booked != received:
        found.append(f'{received} were received less refunds, {booked} are booked')
    return found


def _amount(value):
    return Decimal(str(value)).quantize(Decimal('0.01'))
