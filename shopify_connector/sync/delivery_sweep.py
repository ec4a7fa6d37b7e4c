"""What was forgotten about deliveries is found: rows and steps that nobody works on, and transfers that were never noted."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# A row is younger than that while the transaction that wrote it, or the lane's run, is under way.
_FORGOTTEN_MINUTES = 2
# Nobody tells when a hold was released while the app could not be reached.
_HELD_MINUTES = 60
_PICKINGS_MINUTES = 30
_PICKINGS_DAYS = 3


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    @api.model
    def _enqueue_when_due(self, backend):
        """Called at the beginning of each run of the store's lane of orders."""
        self._note_forgotten_pickings(backend)
        gids = self._get_forgotten(backend)
        if gids:
            self.env['shopify.task']._add(backend, 'delivery', gids, source='poll')

    def _get_forgotten(self, backend):
        """Gids of orders with something to tell that no task stands for; a failed task is a person's, and what a person has
        skipped since stays skipped."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
            SELECT DISTINCT binding.gid
              FROM shopify_order_binding binding
             WHERE binding.id IN (
                    SELECT order_binding_id FROM shopify_delivery
                     WHERE backend_id = %(backend)s AND origin = 'odoo'
                       AND (state = 'waiting' AND write_date < %(forgotten)s OR state = 'held' AND write_date < %(held)s)
                     UNION
                    SELECT step.order_binding_id FROM shopify_delivery_step step
                      JOIN shopify_order_binding sent ON sent.id = step.order_binding_id
                     WHERE step.backend_id = %(backend)s AND step.state IN ('planned', 'sending', 'unclear')
                       AND step.write_date < %(forgotten)s
                       AND NOT EXISTS (
                            SELECT FROM shopify_task skipped
                             WHERE skipped.backend_id = %(backend)s AND skipped.kind = 'delivery' AND skipped.key = sent.gid
                               AND skipped.state = 'skipped' AND skipped.done_at >= step.write_date))
               AND NOT EXISTS (
                    SELECT FROM shopify_task task
                     WHERE task.backend_id = %(backend)s AND task.kind = 'delivery' AND task.key = binding.gid
                       AND task.state IN ('pending', 'failed'))
            """,
                backend=backend.id,
                forgotten=now - timedelta(minutes=_FORGOTTEN_MINUTES),
                held=now - timedelta(minutes=_HELD_MINUTES),
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _note_forgotten_pickings(self, backend):
        """Transfers of the last days whose note was lost with an error: noted now, as the validation would have done."""
        now = fields.Datetime.now()
        swept = backend.deliveries_swept_at
        is_silent = not (backend.ship_export or backend.tell_returns)
        if is_silent or (swept and swept > now - timedelta(minutes=_PICKINGS_MINUTES)):
            return
        backend.deliveries_swept_at = now
        earliest = now - timedelta(days=_PICKINGS_DAYS)
        sister = self.env.ref('stock.stock_location_inter_company', raise_if_not_found=False)
        self.env.cr.execute(
            SQL(
                """
            SELECT DISTINCT move.picking_id
              FROM shopify_order_binding binding
              JOIN sale_order_line line ON line.order_id = binding.sale_order_id
              JOIN stock_move move ON move.sale_line_id = line.id
              JOIN stock_picking picking ON picking.id = move.picking_id
              JOIN stock_location dest ON dest.id = move.location_dest_id
              JOIN stock_location source ON source.id = move.location_id
             WHERE binding.backend_id = %(backend)s AND binding.state = 'imported'
               AND line.shopify_line_gid LIKE '%%/LineItem/%%'
               AND move.state = 'done' AND move.date >= %(earliest)s AND picking.shopify_refund_id IS NULL
               AND CASE WHEN dest.usage = 'customer' OR dest.parent_path LIKE %(sister)s OR picking.shopify_purpose = 'cancel'
                        THEN %(ships)s AND move.date >= %(ship_since)s
                        ELSE %(returns)s AND move.date >= %(returns_since)s END
               AND (dest.usage = 'customer' OR dest.parent_path LIKE %(sister)s)
                != (source.usage = 'customer' OR source.parent_path LIKE %(sister)s)
               AND NOT EXISTS (
                    SELECT FROM shopify_delivery delivery
                     WHERE delivery.picking_id = move.picking_id AND delivery.order_binding_id = binding.id)
            """,
                backend=backend.id,
                earliest=earliest,
                sister=f'{sister.parent_path}%' if sister else '',
                ships=backend.ship_export,
                ship_since=backend.ship_since or now,
                returns=backend.tell_returns,
                returns_since=backend.returns_since or backend.ship_since or now,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        if ids:
            self.env['stock.picking'].browse(ids)._shopify_note_deliveries()
