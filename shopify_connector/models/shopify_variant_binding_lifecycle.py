from odoo import fields, models


class ShopifyVariantBinding(models.Model):
    """What becomes of the link when the product is deleted in Odoo."""

    _inherit = 'shopify.variant.binding'

    ended_at = fields.Datetime(
        "Deleted In Odoo",
        readonly=True,
        copy=False,
        help="No import makes the product again until somebody asks for it.",
    )

    def write(self, vals):
        """Override: who links a product begins anew."""
        return super().write({**vals, 'ended_at': False} if vals.get('product_id') else vals)

    def _end(self, products):
        """The link of products that are about to be deleted."""
        rows = self.sudo().search([('product_id', 'in', products.ids), ('deleted_at', '=', False)])
        if rows:
            rows.ended_at = fields.Datetime.now()
