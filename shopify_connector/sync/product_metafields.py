"""Metafields are read along with products."""

from odoo import api, models


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _get_parts(self, backend):
        """Override: with the metafields that are mapped."""
        mappings = self.env['shopify.metafield.mapping']
        return (
            super()
            ._get_parts(backend)
            .plus(
                product=[row._get_part() for row in mappings._of(backend, 'product')],
                variant=[row._get_part() for row in mappings._of(backend, 'variant')],
            )
        )
