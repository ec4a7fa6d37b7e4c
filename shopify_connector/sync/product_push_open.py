"""Products of which nobody knows yet whether they were made: nothing looks at the store's products before that is known."""

from odoo import models

_KINDS = {'product', 'catalogue', 'history'}


class ShopifyEngine(models.AbstractModel):
    _inherit = 'shopify.engine'

    def _settle_before(self, backend, tasks):
        """An import that came first would take a product that was made by a lost request for a new one."""
        result = super()._settle_before(backend, tasks)
        if tasks[:1].kind in _KINDS:
            self.env['shopify.sync.catalog.push']._settle_open(backend)
        return result
