import time

from odoo import api, models

BATCH = 50
CONTEXT = {
    'tracking_disable': True,
    'mail_create_nosubscribe': True,
    'mail_create_nolog': True,
    'mail_notrack': True,
    'shopify_keep_date_order': True,
}
LINE_FIELDS = ('name', 'product_uom_qty', 'price_unit', 'technical_price_unit', 'discount', 'extra_tax_data', 'sequence')


class BenchFloor(models.AbstractModel):
    _name = 'bench.floor'
    _description = "What Odoo Itself Costs"

    @api.model
    def measure_orders(self, limit):
        """Create and confirm the orders that were imported once more, bare: ``{orders, seconds, queries}``.

        In batches of 50 with a commit each, after one batch to warm up.
        """
        orders = self.env['sale.order'].search(
            [('state', '=', 'sale'), ('shopify_binding_ids', '!=', False)], order='id desc', limit=limit
        )
        values = [self._values(order) for order in orders]
        self._write(values[:BATCH])
        self.env.cr.commit()
        self.env.invalidate_all()
        started, queries = time.monotonic(), self.env.cr.sql_log_count
        for start in range(0, len(values), BATCH):
            self._write(values[start : start + BATCH])
            self.env.cr.commit()
        return {
            'orders': len(values),
            'seconds': time.monotonic() - started,
            'queries': self.env.cr.sql_log_count - queries,
        }

    def _write(self, values):
        self.env['sale.order'].with_context(**CONTEXT).create(values).action_confirm()

    def _values(self, order):
        many2ones = ('partner_id', 'partner_invoice_id', 'partner_shipping_id', 'pricelist_id', 'warehouse_id', 'company_id')
        return {
            **{name: order[name].id for name in many2ones},
            'team_id': order.team_id.id,
            'user_id': order.user_id.id,
            'fiscal_position_id': False,
            'date_order': order.date_order,
            'client_order_ref': order.client_order_ref,
            'order_line': [
                (0, 0, {
                    **{name: line[name] for name in LINE_FIELDS},
                    'product_id': line.product_id.id,
                    'tax_ids': [(6, 0, line.tax_ids.ids)],
                })
                for line in order.order_line
            ],
        }

    @api.model
    def measure_import(self, backend_id, gids):
        """Run a lane of orders over ``gids`` in this process: ``{orders, seconds, queries}``."""
        backend = self.env['shopify.backend'].browse(backend_id)
        self.env['shopify.task']._add(backend, 'order', gids, source='user')
        self.env.cr.commit()
        started, queries = time.monotonic(), self.env.cr.sql_log_count
        self.env['shopify.engine']._run(backend, 'orders')
        return {
            'orders': len(gids),
            'seconds': time.monotonic() - started,
            'queries': self.env.cr.sql_log_count - queries,
        }
