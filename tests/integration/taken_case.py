"""What tests of fulfilments made in Shopify share: orders whose parcels and fulfilment orders are built by hand."""

from odoo.addons.shopify_connector.entities import fulfillment as reading

from tests.integration.common import StoreCase
from tests.support.orders import line, order

LATER = '2026-11-20T15:00:00Z'


def gid(kind, number):
    return f'gid://shopify/{kind}/{number}'


def parcel(number, units, *, place=1, status='SUCCESS', tracking=(), shipped_at='2026-11-20T14:00:00Z'):
    """A fulfilment of ``{line number: units}``."""
    return reading.Fulfillment(
        gid=gid('Fulfillment', number),
        name=f'#F{number}',
        status=status,
        location_gid=gid('Location', place),
        shipped_at=shipped_at,
        tracking=tuple(reading.Tracking(*row) for row in tracking),
        lines=tuple(
            reading.FulfillmentLine(gid('FulfillmentLineItem', f'{number}{row}'), gid('LineItem', row), count)
            for row, count in units.items()
        ),
    )


def work(number, units, *, place=1, status='OPEN', holds=()):
    """A fulfilment order with ``{line number: units}`` that are left."""
    return reading.Order(
        gid=gid('FulfillmentOrder', number),
        status=status,
        location_gid=gid('Location', place),
        holds=tuple(reading.Hold(gid('FulfillmentHold', number), reason, text) for reason, text in holds),
        lines=tuple(
            reading.Line(gid('FulfillmentOrderLineItem', f'{number}{row}'), gid('LineItem', row), count, count)
            for row, count in units.items()
        ),
    )


class TakenCase(StoreCase):
    """A store with two locations: 1 shows the store's warehouse, 2 a second one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env['stock.warehouse'].create({'name': 'Second', 'code': 'SEC'})
        cls.here, cls.there = cls.env['shopify.location'].create(
            [
                {
                    'backend_id': cls.backend.id,
                    'gid': gid('Location', number),
                    'name': name,
                    'warehouse_id': warehouse.id,
                }
                for number, name, warehouse in ((1, 'Main', cls.warehouse), (2, 'Shop', cls.second))
            ]
        )
        cls.env['stock.quant']._update_available_quantity(cls.product, cls.second.lot_stock_id, 10)

    def told(self, *parcels, works=(), number=1001, lines=None, status=None, **values):
        """The order comes, or comes again, with these parcels; returns the sales order and the errors."""
        lines = lines or [line(1, quantity=4)]
        status = status or ('PARTIALLY_FULFILLED' if works else 'FULFILLED' if parcels else 'UNFULFILLED')
        payload = order(number, lines=lines, displayFulfillmentStatus=status, updatedAt=LATER, **values)
        payload['state'] = reading.State(gid=payload['id'], orders=tuple(works), fulfillments=parcels)
        self.failures = self.backend.env['shopify.sync.order']._upsert(self.backend, [payload])
        return self.binding_of(payload['id']).sale_order_id

    def binding_of(self, order_gid):
        return self.env['shopify.order.binding'].search(
            [('backend_id', '=', self.backend.id), ('gid', '=', order_gid)]
        )

    def sold(self, number=1001, lines=None, **values):
        """The order as it comes first, with nothing shipped."""
        return self.bring_one(number=number, lines=lines or [line(1, quantity=4)], **values)

    def delivered(self, sale):
        return sale.order_line.filtered('shopify_line_gid').mapped('qty_delivered')

    def parcels(self, sale):
        return sale.shopify_binding_ids.fulfillment_ids.sorted('gid')

    def left(self, sale):
        """``{state: units}`` of the moves to the customer."""
        found = {}
        for move in sale.picking_ids.move_ids:
            if move.location_dest_id.usage == 'customer':
                quantity = move.quantity if move.state == 'done' else move.product_uom_qty
                found[move.state] = found.get(move.state, 0) + quantity
        return found
