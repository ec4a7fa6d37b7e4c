"""What the sweep looks for beside orders: drafts that webhooks missed, returns that nobody tells about."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..shopify import when


class ShopifySyncSweep(models.AbstractModel):
    _inherit = 'shopify.sync.sweep'

    @api.model
    def _handle_sweep(self, backend, tasks):
        since = (backend.orders_seen_until or fields.Datetime.now()) - timedelta(minutes=const.SWEEP_OVERLAP_MINUTES)
        if backend.import_draft_orders:
            self.env['shopify.sync.draft']._find(backend, when.since(since))
        self.env['shopify.sync.returns']._look_again(backend)
        return super()._handle_sweep(backend, tasks)
