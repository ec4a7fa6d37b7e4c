"""What the sweep looks for beside orders: drafts that webhooks missed, returns that nobody tells about."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..shopify import errors, when


class ShopifySyncSweep(models.AbstractModel):
    _inherit = 'shopify.sync.sweep'

    @api.model
    def _handle_sweep(self, backend, tasks):
        since = (backend.orders_seen_until or fields.Datetime.now()) - timedelta(minutes=const.SWEEP_OVERLAP_MINUTES)
        if backend.import_draft_orders:
            try:
                self.env['shopify.sync.draft']._find(backend, when.since(since))
            except errors.ScopeError as error:
                # Only drafts need this scope: the sweep of the orders goes on.
                self.env['shopify.sync.log']._note(backend, 'drafts', 'warning', message=error.message)
        self.env['shopify.sync.returns']._look_again(backend)
        self.env['shopify.sync.order']._look_again_at_holds(backend)
        return super()._handle_sweep(backend, tasks)
