import time

from odoo import models

SHELF = 100_000


class BenchFloor(models.AbstractModel):
    _inherit = 'bench.floor'

    def prepare_deliveries(self, backend_id):
        """Enough of everything on the shelf of the warehouse that stands for each location."""
        backend = self.env['shopify.backend'].browse(backend_id)
        products = self.env['shopify.variant.binding'].search([('backend_id', '=', backend.id)]).product_id
        products.is_storable = True
        for warehouse in backend.location_ids.warehouse_id:
            for product in products:
                self.env['stock.quant']._update_available_quantity(product, warehouse.lot_stock_id, SHELF)
        self.env.cr.commit()

    def measure_validation(self, backend_id):
        """Validate every transfer of the store's orders, one transaction each; ``{deliveries, seconds, queries}``."""
        bindings = self.env['shopify.order.binding'].search([('backend_id', '=', backend_id)])
        return self._validate(bindings.sale_order_id)

    def measure_bare_validation(self, backend_id):
        """The same of orders of the same goods that no shop knows."""
        bindings = self.env['shopify.order.binding'].search([('backend_id', '=', backend_id)])
        orders = self.env['sale.order'].create([self._values(order) for order in bindings.sale_order_id])
        orders.action_confirm()
        self.env.cr.commit()
        return self._validate(orders)

    def _validate(self, orders):
        pickings = orders.picking_ids.filtered(lambda picking: picking.state == 'assigned')
        started, queries = time.monotonic(), self.env.cr.sql_log_count
        for picking in pickings:
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
            self.env.cr.commit()
        return {
            'deliveries': len(pickings.filtered(lambda picking: picking.state == 'done')),
            'seconds': time.monotonic() - started,
            'queries': self.env.cr.sql_log_count - queries,
        }

    def measure_deliveries(self, backend_id):
        """Tell the shop of all that was validated: ``{told, failed, seconds, queries}``."""
        backend = self.env['shopify.backend'].browse(backend_id)
        started, queries = time.monotonic(), self.env.cr.sql_log_count
        self.env['shopify.engine']._run(backend, 'orders')
        states = self.env['shopify.delivery'].search([('backend_id', '=', backend.id)]).mapped('state')
        return {
            'told': states.count('sent'),
            'waiting': len(states) - states.count('sent'),
            'seconds': time.monotonic() - started,
            'queries': self.env.cr.sql_log_count - queries,
        }
