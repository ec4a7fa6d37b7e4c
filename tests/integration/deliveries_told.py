"""What tests of deliveries that Odoo tells Shopify of share."""

from collections import Counter

from tests.integration.simulated import SimulatedCase

ORDER = {'kind': 'two_lines', 'seed': 7}


class ToldCase(SimulatedCase):
    """A connected store whose two locations have a warehouse each, and one order of it in Odoo."""

    def share(self):
        super().share()
        self.backend = self.connected_store(invoice_policy='manual', register_payments=False)
        self.domain = self.backend.shop_domain
        self.main, self.store_place = self.backend.location_ids.sorted('id')[:2]
        self.warehouse = self.env['stock.warehouse'].search([('company_id', '=', self.backend.company_id.id)], limit=1)
        self.other = self.env['stock.warehouse'].create({'name': 'Other', 'code': 'OTH'})
        self.main.warehouse_id, self.store_place.warehouse_id = self.warehouse, self.other
        self.binding = self.sold()

    def sold(self, **wishes):
        """Place an order, bring it over, and return its binding."""
        gid = self.placed(self.backend, **(ORDER | wishes))
        self.ring(self.backend, 'order', gid)
        binding = self.env['shopify.order.binding'].search([('gid', '=', gid)])
        self.assertEqual(binding.sale_order_id.state, 'sale')
        return binding

    def pickings(self, binding):
        return binding.sale_order_id.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))

    def ship(self, binding, *amounts, **values):
        """Validate the order's open transfer with these amounts of its moves (default: all), the rest in a backorder."""
        picking = self.pickings(binding)[:1]
        moves = picking.move_ids.sorted('id')
        for move, amount in zip(moves, amounts or moves.mapped('product_uom_qty'), strict=True):
            move.write({'quantity': amount, 'picked': amount > 0})
        picking.write(values)
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(picking.state, 'done')
        return picking

    def row(self, picking):
        return self.env['shopify.delivery'].search([('picking_id', '=', picking.id)])

    def run_orders(self, hurried=True):
        """Run the lane as if the waiting times of tasks were over."""
        if hurried:
            self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = '2026-01-01 00:00:00'
        self.run_lane(self.backend, 'orders')

    def pass_time(self, seconds=60):
        """As if steps had been sent, and looked at, so much earlier."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE shopify_delivery_step SET sent_at = sent_at - %s * interval '1 second', "
            "looked_at = looked_at - %s * interval '1 second' WHERE state IN ('sending', 'unclear')",
            [seconds, seconds],
        )
        self.env.invalidate_all()

    def shop_order(self, binding):
        return next(row for row in self.simulator.state(self.domain)['orders'] if row['id'] == binding.gid)

    def shop_act(self, binding, action, **arguments):
        return self.simulator.act(self.domain, binding.gid.rsplit('/', 1)[-1], action, **arguments)

    def told(self, binding):
        """Units by line that left according to Shopify."""
        found = Counter()
        for row in self.shop_order(binding)['fulfillments']:
            if row['status'] == 'SUCCESS':
                for line in row['lines']:
                    found[line['line_id']] += line['quantity']
        return found

    def ordered(self, binding):
        return Counter({line['id']: line['quantity'] for line in self.shop_order(binding)['lines']})

    def requests(self, operation):
        return self.simulator.stats(self.domain)['by_operation'].get(operation, {}).get('requests', 0)

    def task(self, binding):
        return self.env['shopify.task'].search([('kind', '=', 'delivery'), ('key', '=', binding.gid)], limit=1)
