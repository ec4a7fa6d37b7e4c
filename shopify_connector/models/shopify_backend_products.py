from odoo import fields, models
from odoo.exceptions import UserError


class ShopifyBackend(models.Model):
    """A store and its catalogue: imports, and what the sweep has seen."""

    _inherit = 'shopify.backend'

    products_seen_until = fields.Datetime(
        readonly=True, copy=False, help="Up to here (UTC) the sweep has seen every changed product."
    )
    products_swept_at = fields.Datetime(readonly=True, copy=False)
    deleted_policy = fields.Selection(
        [('keep', "Keep in Odoo"), ('archive', "Archive in Odoo, when nothing uses them")],
        "Products Deleted In Shopify",
        default='keep',
        required=True,
        help="What stays in use is kept in any case: sold in another store, with stock, on its way or on a quotation.",
    )

    def action_import_products(self):
        """Override: the whole catalogue as a run that can be watched, paused and resumed."""
        for backend in self:
            if backend.state == 'draft':
                raise UserError(self.env._("Connect %(store)s first.", store=backend.name))
        runs = self.env['shopify.import'].create([{'backend_id': backend.id, 'what': 'products'} for backend in self])
        runs.action_import()
        return self._notification(self.env._("The catalogue is being read. You can go on working."))

    def action_import_customers(self):
        """Override: all customers as a run that can be watched, paused and resumed."""
        for backend in self:
            if backend.state == 'draft':
                raise UserError(self.env._("Connect %(store)s first.", store=backend.name))
        runs = self.env['shopify.import'].create([{'backend_id': backend.id, 'what': 'customers'} for backend in self])
        runs.action_import()
        return self._notification(self.env._("The customers are being read. You can go on working."))

    def action_open_product_import(self):
        """A new import of products of this store, to be filled in."""
        return {
            **self.action_open_import(),
            'name': self.env._("Import Products"),
            'context': {'default_backend_id': self.id, 'default_what': 'products'},
        }

    def action_open_customer_import(self):
        """A new import of customers of this store, to be filled in."""
        return {
            **self.action_open_import(),
            'name': self.env._("Import Customers"),
            'context': {'default_backend_id': self.id, 'default_what': 'customers'},
        }
