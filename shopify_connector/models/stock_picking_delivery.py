import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Set while Odoo does what Shopify has told: there is nothing to tell back.
FROM_SHOP = 'shopify_from_shop'
# What the note is made from.
_READ = {
    'stock.move': ['picking_id', 'sale_line_id', 'state', 'date', 'location_id', 'location_dest_id'],
    'stock.picking': ['shopify_notify', 'shopify_purpose', 'shopify_refund_id'],
    'sale.order.line': ['order_id', 'shopify_line_gid'],
    'shopify.order.binding': ['sale_order_id', 'backend_id', 'state', 'gid'],
    'shopify.backend': [
        'state', 'active', 'ship_export', 'ship_since', 'tell_returns', 'returns_since', 'company_id',
    ],
}  # fmt: skip


class StockPicking(models.Model):
    """What leaves for a Shopify order, or comes back, is noted in the transaction that does it, and told afterwards."""

    _inherit = 'stock.picking'

    def _action_done(self):
        """Override of `stock`: whatever way leads here. The note is an insert that nobody waits for; whoever validates
        never learns of a problem with it, and what was not noted is found by the sweep."""
        result = super()._action_done()
        if not self.env.context.get(FROM_SHOP):
            self.sudo()._shopify_note_deliveries()
        return result

    def _shopify_note_deliveries(self):
        """Note what these deliveries did with goods of Shopify orders: once for each delivery, order and kind."""
        if not self.ids:
            return
        for model, names in _READ.items():
            self.env[model].flush_model(names)
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(self._shopify_note_query())
                stores = {row[0] for row in self.env.cr.fetchall()}
                if stores:
                    self.env['shopify.task']._wake_lanes(stores, 'orders')
        except OperationalError:
            raise  # another transaction was faster: Odoo does all of it again
        except Exception:
            _logger.exception("Deliveries %s were not noted for Shopify; the sweep finds them.", self.mapped('name'))

    def _shopify_note_query(self):
        """One statement: the rows of `shopify.delivery` that are missing, and a task for each order that got one. Goods are
        outside with the customer, or with a sister company on the way to the customer. What was done before the store began to
        tell of such things is not told for a correction either."""
        sister = self.env.ref('stock.stock_location_inter_company', raise_if_not_found=False)
        return SQL(
            """
            WITH moved AS (
                SELECT move.picking_id, line.order_id, MIN(move.date) AS done_at,
                       CASE WHEN target.usage = 'customer' OR target.parent_path LIKE %(sister)s THEN 'ship'
                            WHEN picking.shopify_purpose = 'cancel' THEN 'cancel'
                            ELSE 'return' END AS kind
                  FROM stock_move move
                  JOIN stock_picking picking ON picking.id = move.picking_id
                  JOIN sale_order_line line ON line.id = move.sale_line_id
                  JOIN stock_location origin ON origin.id = move.location_id
                  JOIN stock_location target ON target.id = move.location_dest_id
                 WHERE move.picking_id = ANY(%(pickings)s) AND move.state = 'done'
                   AND line.shopify_line_gid LIKE '%%/LineItem/%%'
                   AND (origin.usage = 'customer' OR origin.parent_path LIKE %(sister)s)
                    != (target.usage = 'customer' OR target.parent_path LIKE %(sister)s)
                 GROUP BY 1, 2, 4
            ), noted AS (
                INSERT INTO shopify_delivery (backend_id, company_id, order_binding_id, sale_order_id, picking_id, kind, origin,
                                              state, notify, noted_at, create_uid, create_date, write_uid, write_date)
                SELECT store.id, store.company_id, binding.id, moved.order_id, picking.id, moved.kind, 'odoo', 'waiting',
                       COALESCE(picking.shopify_notify, 'store'), now() AT TIME ZONE 'UTC', %(uid)s,
                       now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM moved
                  JOIN stock_picking picking ON picking.id = moved.picking_id
                  JOIN shopify_order_binding binding ON binding.sale_order_id = moved.order_id AND binding.state = 'imported'
                  JOIN shopify_backend store ON store.id = binding.backend_id
                 WHERE store.active AND store.state != 'draft'
                   AND CASE moved.kind WHEN 'return' THEN store.tell_returns AND picking.shopify_refund_id IS NULL
                                            AND moved.done_at >= COALESCE(store.returns_since, moved.done_at)
                                       ELSE store.ship_export
                                            AND moved.done_at >= COALESCE(store.ship_since, moved.done_at) END
                ON CONFLICT DO NOTHING
                RETURNING backend_id, order_binding_id
            )
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT noted.backend_id, 'orders', 'delivery', binding.gid, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM noted JOIN shopify_order_binding binding ON binding.id = noted.order_binding_id
            RETURNING backend_id
            """,
            sister=f'{sister.parent_path}%' if sister else '',
            pickings=self.ids,
            uid=self.env.uid,
        )
