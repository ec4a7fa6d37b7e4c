"""Pictures are read along with products."""

from odoo import api, models

from ..entities import media, media_order
from ..shopify import paging

_ORDERS_PER_REQUEST = 60


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

    @api.model
    def _put_in_order(self, backend, client, payloads):
        """Ask for the order of pictures that a bulk operation has not told, where it makes a difference."""
        if unclear := media_order.unclear_variants(payloads):
            media_order.put_variants(payloads, self._read_pictures(client, media_order.OF_VARIANTS, unclear))
        wanted = self._changed(backend, [payload for payload in payloads if media_order.is_unknown(payload)], note=False)
        told = {}
        for document, gids in media_order.questions(payload for payload in wanted if media_order.is_unknown(payload)):
            told.update(self._read_pictures(client, document, gids))
        for payload in wanted:
            if payload['id'] in told:
                media_order.put(payload, told[payload['id']])

    def _read_pictures(self, client, document, gids):
        """``{gid: nodes}`` of those that Shopify still has."""
        return {
            node['id']: node['media']['nodes']
            for _ids, nodes in paging.read_nodes(client, document, gids, size=_ORDERS_PER_REQUEST)
            for node in nodes
            if node
        }
