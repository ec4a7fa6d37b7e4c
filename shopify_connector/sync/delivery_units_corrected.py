"""Deliveries and returns that were corrected after they were told."""

from collections import Counter

from odoo import models


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    def _handle_deliveries(self, backend, tasks):
        """Override: a delivery that stands for more than was told is open again."""
        corrected = tasks.filtered(lambda task: task.topic == self.env['stock.picking'].CORRECTED)
        if corrected:
            self._reopen_corrected(backend, corrected.mapped('key'))
        return super()._handle_deliveries(backend, tasks)

    def _reopen_corrected(self, backend, gids):
        """Less than was told stays as it is: goods that came back are a return, and what leaves next is told the less; a return
        is not taken back either."""
        kinds = ['ship', 'return'] if backend.tell_returns else ['ship']
        rows = self.env['shopify.delivery'].search(
            [
                ('backend_id', '=', backend.id),
                ('order_binding_id.gid', 'in', gids),
                ('picking_id', '!=', False),
                ('kind', 'in', kinds),
                ('origin', '=', 'odoo'),
                ('state', 'in', ('sent', 'not_needed')),
            ]
        )
        parcels = self.env['shopify.sync.delivery.units']._get_parcels(rows)
        for row in rows:
            units = sum((Counter(parcel.units) for parcel in parcels[row.id]), Counter())
            if units - Counter(row.units or {}):
                row._set_waiting()
