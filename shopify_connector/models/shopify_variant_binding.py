from odoo import api, fields, models


class ShopifyVariantBinding(models.Model):
    """A Shopify variant, its inventory item and its product in Odoo. One product serves any number of stores."""

    _name = 'shopify.variant.binding'
    _description = "Shopify Variant"
    _order = 'product_binding_id, id'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    product_binding_id = fields.Many2one(
        'shopify.product.binding', required=True, ondelete='cascade', index=True, readonly=True
    )
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char(readonly=True)
    sku = fields.Char("SKU", readonly=True, index='btree_not_null')
    barcode = fields.Char(readonly=True)
    price = fields.Float(digits='Product Price', readonly=True, help="In the shop's currency.")
    product_id = fields.Many2one('product.product', "Product", ondelete='set null', index='btree_not_null')
    inventory_item_gid = fields.Char(readonly=True, index='btree_not_null')
    tracked = fields.Boolean("Tracked In Shopify", readonly=True)
    sell_when_empty = fields.Boolean(readonly=True)
    sync_stock = fields.Boolean("Export Stock", default=True)
    deleted_at = fields.Datetime("Deleted In Shopify", readonly=True)
    message = fields.Text("Note", readonly=True)
    level_ids = fields.One2many('shopify.inventory.level', 'variant_binding_id')

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This variant is linked already.")

    @api.depends('sku', 'name', 'product_binding_id.name')
    def _compute_display_name(self):
        for binding in self:
            parts = [binding.product_binding_id.name, binding.name if binding.name != 'Default Title' else '']
            label = ' / '.join(part for part in parts if part)
            binding.display_name = f'[{binding.sku}] {label}' if binding.sku else label

    def write(self, vals):
        """What a variant shows changes with its product, and with whether it is to show anything."""
        result = super().write(vals)
        if vals.keys() & {'product_id', 'sync_stock'}:
            for backend, bindings in self.filtered('backend_id').grouped('backend_id').items():
                self.env['shopify.task'].sudo()._add(backend, 'stock', [str(id_) for id_ in bindings.product_id.ids])
        return result
