from odoo import fields, models


class ShopifyProductBinding(models.Model):
    """A Shopify product and its template in Odoo. One template serves any number of stores."""

    _name = 'shopify.product.binding'
    _description = "Shopify Product"
    _order = 'name, id'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    product_tmpl_id = fields.Many2one('product.template', "Product", ondelete='set null', index='btree_not_null')
    handle = fields.Char(readonly=True)
    status = fields.Selection(
        [('active', "Active"), ('archived', "Archived"), ('draft', "Draft"), ('unlisted', "Unlisted")], readonly=True
    )
    vendor = fields.Char(readonly=True)
    product_type = fields.Char(readonly=True)
    shopify_updated_at = fields.Datetime(readonly=True)
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True)
    message = fields.Text(
        "Note", readonly=True, help="What differs between Shopify and Odoo, or was left alone, and why."
    )
    variant_ids = fields.One2many('shopify.variant.binding', 'product_binding_id')

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This product is linked already.")

    def action_open_in_shopify(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_url',
            'target': 'new',
            'url': f"https://{self.backend_id.shop_domain}/admin/products/{self.gid.rsplit('/', 1)[-1]}",
        }

    def action_refresh(self):
        for binding in self:
            binding.backend_id._enqueue('product', binding.gid)
