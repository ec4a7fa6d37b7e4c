from odoo import api, fields, models


class ShopifyDifference(models.Model):
    """A field that is not the same in a store and in Odoo, and that nobody may set right by himself: both values side by
    side, and what a person wants done."""

    _name = 'shopify.difference'
    _description = "Shopify Product Difference"
    _order = 'kind, product_binding_id, variant_binding_id, field, id'
    _rec_name = 'label'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    product_binding_id = fields.Many2one(
        'shopify.product.binding', "Shopify Product", required=True, ondelete='cascade', index=True, readonly=True
    )
    variant_binding_id = fields.Many2one(
        'shopify.variant.binding', "Variant", ondelete='cascade', index='btree_not_null', readonly=True
    )
    product_tmpl_id = fields.Many2one(related='product_binding_id.product_tmpl_id')
    field = fields.Char(required=True, readonly=True, help="The name of the field, as the connector has it.")
    label = fields.Char("Field", compute='_compute_label')
    group = fields.Char(readonly=True)
    agreed = fields.Text("Last The Same", readonly=True)
    in_shopify = fields.Text("In Shopify", readonly=True)
    in_odoo = fields.Text("In Odoo", readonly=True)
    kind = fields.Selection(
        [('difference', "Changed where it is not owned"), ('conflict', "Changed on both sides")],
        required=True,
        readonly=True,
    )
    choice = fields.Selection(
        [('shopify', "Take Shopify's"), ('odoo', "Write Odoo's"), ('leave', "Leave Both")],
        "What To Do",
        readonly=True,
        help="Leave both: it is not asked again before one of the two values changes.",
    )

    _field_uniq = models.UniqueIndex('(product_binding_id, COALESCE(variant_binding_id, 0), field)')

    @api.depends('field')
    def _compute_label(self):
        for row in self:
            row.label = row.field
