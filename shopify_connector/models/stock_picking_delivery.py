import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Set while Odoo does what Shopify has told: there is nothing to tell back.
FROM_SHOP = 'shopify_from_shop'


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
        sold = self.move_ids.filtered(lambda move: move.sale_line_id and move.state == 'done')
        if not sold:
            return
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(self._shopify_note_query(sold))
                stores = {row[0] for row in self.env.cr.fetchall()}
                if stores:
                    self.env['shopify.task']._wake_lanes(stores, 'orders')
        except OperationalError:
            raise  # another transaction was faster: Odoo does all of it again
        except Exception:
            _logger.exception("Deliveries %s were not noted for Shopify; the sweep finds them.", self.mapped('name'))

    def _shopify_note_query(self, moves):
        """One statement: the rows of `shopify.delivery` that are missing, and a task for each order that got one."""
        return SQL(
            """
            WITH moved AS (
                SELECT DISTINCT move.picking_id, line.order_id,
                       CASE WHEN move.location_dest_id = ANY(%(outside)s) THEN 'ship'
                            WHEN move.picking_id = ANY(%(cancelling)s) THEN 'cancel'
                            ELSE 'return' END AS kind
                  FROM stock_move move
                  JOIN sale_order_line line ON line.id = move.sale_line_id
                 WHERE move.id = ANY(%(moves)s) AND line.shopify_line_gid LIKE '%%/LineItem/%%'
                   AND (move.location_dest_id = ANY(%(outside)s)) != (move.location_id = ANY(%(outside)s))
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
                                       ELSE store.ship_export END
                ON CONFLICT DO NOTHING
                RETURNING backend_id, order_binding_id
            )
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT noted.backend_id, 'orders', 'delivery', binding.gid, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM noted JOIN shopify_order_binding binding ON binding.id = noted.order_binding_id
            RETURNING backend_id
            """,
            outside=self._shopify_outside(moves).ids,
            cancelling=self._shopify_cancelling().ids,
            moves=moves.ids,
            uid=self.env.uid,
        )

    def _shopify_outside(self, moves):
        """The places of these moves that are the customer's, or a sister company's on the way to the customer."""
        places = moves.location_id | moves.location_dest_id
        return places.filtered(lambda place: place._is_outgoing())

    def _shopify_cancelling(self):
        """Those that undo a delivery that never left."""
        return self.filtered(lambda picking: picking.shopify_purpose == 'cancel')
