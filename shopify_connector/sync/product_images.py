"""Pictures are read along with products."""

from odoo import api, models

from ..entities import media
from ..shopify import paging


class ShopifySyncProduct(models.AbstractModel):
    _inherit = 'shopify.sync.product'

    @api.model
    def _get_parts(self, backend):
        """Override: with the pictures."""
        return super()._get_parts(backend).plus(product=[media.PART], variant=[media.VARIANT_PART])

    def _with_all_variants(self, client, node, parts):
        """Override: with all pictures, however many there are."""
        node = super()._with_all_variants(client, node, parts)
        info = (node.get('media') or {}).get('pageInfo') or {}
        if info.get('hasNextPage'):
            variables = {'id': node['id'], 'first': media.PER_PRODUCT, 'after': info['endCursor']}
            for page in paging.pages(client, media.MORE, variables, ('product', 'media')):
                node['media']['nodes'] += page
        return node
