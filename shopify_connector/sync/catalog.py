"""Products, both ways: what both sides agreed on, what each has now, and what is done about it."""

from odoo import api, models

from ..entities import catalog_merge


class ShopifySyncCatalog(models.AbstractModel):
    _name = 'shopify.sync.catalog'
    _description = "Shopify Catalogue"

    @api.model
    def _settle(self, backend, payloads, created=False):
        """Bring bound products in step with what the shop has now: ``payloads`` ``{product binding: payload}``.

        What Shopify owns is written to Odoo, what Odoo owns and has changed becomes a task 'product_export', the rest
        that differs is kept as rows of shopify.difference. ``created``: these products were just made of these payloads,
        so that Shopify's values are taken whoever owns them. Runs within `_turn`. Returns ``{product binding id: [sentence,
        …]}`` of what Odoo did not take.
        """
        return {}

    @api.model
    def _plan(self, backend, shop):
        """``{product binding id: catalog_merge.Plan}`` for ``shop`` ``{product binding: the shop's values now}``. Writes
        nothing."""
        return {binding.id: catalog_merge.Plan() for binding in shop}

    @api.model
    def _keep(self, backend, plans, shop):
        """Keep what the plans found: agreed values, what was seen, rows of differences."""

    @api.model
    def _agree(self, backend, binding, shop, product_names=(), variant_names=None):
        """The fields that are named are the same on both sides from now on, whatever small change either side made to
        the text: Shopify's values ``shop`` (of the answer to a write) are agreed. ``variant_names``: ``{variant gid:
        names}``."""
