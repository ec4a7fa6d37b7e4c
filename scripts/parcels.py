"""Deliveries and returns of all kinds in the demo, each on an order of its own, so that every list has something to show."""
import itertools

from scripts.progress import step
from scripts.shops import wait_until

SECONDS = 60
LATE_DAYS = 4
NUMBERS = itertools.count(1)
CARRIERS = (('UPS', '1Z999AA1012345{:04d}'), ('FedEx', '77{:010d}'), ('DHL Express', '50{:08d}'))
ASKED = {'skip_sms': True, 'skip_backorder': True}  # what Odoo would ask a person while validating


def show(admin, worker, simulator, domain, make_late):
    """Place orders in a shop and let each of them come to something else.

    ``worker``: a session of somebody in the warehouse. ``make_late(sale order id)`` makes it old.
    """
    step('deliveries of all kinds: shipped, in parts, held, to be picked up, shipped by Shopify, undone, returned, late')

    def order(**wishes):
        return _order(admin, simulator, domain, **wishes)

    number, sale = order(kind='two_lines')
    ship(worker, sale)
    number, sale = order(kind='two_lines')
    ship(worker, sale, part=True)
    number, sale = order()
    ship(worker, sale)
    _wait_told(admin, sale)
    simulator.act(domain, number, 'fulfillment', step='cancel')
    number, sale = order()
    simulator.act(domain, number, 'fulfillment_order', step='hold', reason='OTHER', notes='Ask for the size first')
    order(delivery='pickup')
    number, sale = order()
    simulator.act(domain, number, 'fulfill')
    number, sale = order(kind='fulfilled')
    simulator.act(domain, number, 'return', requested=True,
                  lines=[{'index': 0, 'quantity': 1, 'reason': 'DEFECTIVE', 'customer_note': 'came broken'}])
    make_late(order()[1])


def ship(worker, sale, part=False):
    """Validate the next transfer of a sales order as a worker does, with a tracking number; ``part``: the first line
    only, the rest in a backorder. Nothing happens where nothing is open."""
    open_ones = [('sale_id', '=', sale), ('state', '=', 'assigned'), ('picking_type_code', '=', 'outgoing')]
    found = worker.search_read('stock.picking', open_ones, ['move_ids'], limit=1)
    if not found:
        return
    picking, moves = found[0]['id'], found[0]['move_ids']
    if part:
        worker.call('stock.move', 'write', moves[:1], {'picked': True})
    count = next(NUMBERS)
    company, pattern = CARRIERS[count % len(CARRIERS)]
    tracking = {'shopify_tracking_company': company, 'shopify_tracking_ref': pattern.format(count)}
    worker.call('stock.picking', 'write', [picking], tracking)
    worker.call('stock.picking', 'button_validate', [picking], context=ASKED)


def _order(admin, simulator, domain, **wishes):
    """``(number in the shop, sales order's id)`` of a new order, once it is in Odoo."""
    placed = simulator.order(domain, **({'kind': 'plain'} | wishes))[0]
    bound = [('gid', '=', placed['admin_graphql_api_id']), ('sale_order_id', '!=', False)]
    wait_until(lambda: admin.search_read('shopify.order.binding', bound), f'{placed["name"]} is in Odoo', SECONDS)
    return placed['id'], admin.one('shopify.order.binding', bound, ['sale_order_id'])['sale_order_id'][0]


def _wait_told(admin, sale):
    told = [('sale_order_id', '=', sale), ('state', '=', 'sent')]
    wait_until(lambda: admin.search_read('shopify.delivery', told), 'Shopify knows of a delivery', SECONDS)
