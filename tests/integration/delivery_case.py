"""Orders whose deliveries Shopify has to know of."""

from tests.integration.common import StoreCase
from tests.support.orders import line


class DeliveryCase(StoreCase):
    """Orders of a store that tells of deliveries; nothing is sent anywhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.ship_since = '2026-01-01 00:00:00'
        cls.second = cls.storable('SKU-2', 100)
        cls.place = cls.env['shopify.location'].create(
            {
                'backend_id': cls.backend.id,
                'gid': 'gid://shopify/Location/1',
                'name': "Shop",
                'warehouse_id': cls.warehouse.id,
            }
        )

    def sell(self, number=1, *quantities, **values):
        """A confirmed order of SKU-1, SKU-2, … with these quantities."""
        lines = [
            line(number * 10 + place, quantity=quantity, sku=f'SKU-{place}')
            for place, quantity in enumerate(quantities or (2,), 1)
        ]
        return self.bring_one(number=number, lines=lines, **values)

    def gid(self, number, place=1):
        return f'gid://shopify/LineItem/{number * 10 + place}'

    def ship(self, picking, *amounts, **context):
        """Validate with these amounts of its moves (default: all), the rest in a backorder."""
        moves = picking.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        for move, amount in zip(moves, amounts or moves.mapped('product_uom_qty'), strict=True):
            move.write({'quantity': amount, 'picked': amount > 0})
        result = picking.with_context(skip_backorder=True, skip_sms=True, **context).button_validate()
        self.assertIs(result, True)
        return picking

    def rows(self, records):
        """The notes of orders or pickings, in their order."""
        name = 'picking_id' if records._name == 'stock.picking' else 'sale_order_id'
        return self.env['shopify.delivery'].search([(name, 'in', records.ids)], order='id')

    def parcels(self, *rows):
        """The parcels of each row."""
        found = self.env['shopify.sync.delivery.units']._get_parcels(self.env['shopify.delivery'].union(*rows))
        return [found[row.id] for row in rows]

    def units(self, records):
        """``[{line gid: units}, …]`` of the parcels of each note."""
        return [[dict(parcel.units) for parcel in parcels] for parcels in self.parcels(*self.rows(records))]

    def tasks(self):
        return self.env['shopify.task'].search([('backend_id', '=', self.backend.id), ('kind', '=', 'delivery')])
