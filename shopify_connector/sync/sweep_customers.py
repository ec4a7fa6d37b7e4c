"""The sweep of the customers has its time in the lane of the catalogue."""

from odoo import models


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _prelude(self, backend, lane):
        result = super()._prelude(backend, lane)
        if lane == 'catalogue':
            self.env['shopify.sync.customer']._enqueue_when_due(backend)
        return result
