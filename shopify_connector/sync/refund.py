"""Refunds: kept as rows, then as credit notes and returns."""

from odoo import api, models


class ShopifySyncRefund(models.AbstractModel):
    _name = 'shopify.sync.refund'
    _description = "Shopify Refunds"

    @api.model
    def _note(self, binding, payload):
        """Keep what Shopify says about the refunds of an order."""

    @api.model
    def _settle(self, binding, payload):
        """Bring the books up to the refunds; returns an error that tells what is left for a person."""
        return None
