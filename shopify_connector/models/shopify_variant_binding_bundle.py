from odoo import fields, models


class ShopifyVariantBinding(models.Model):
    _inherit = 'shopify.variant.binding'

    is_bundle = fields.Boolean(
        "Bundle", readonly=True, help="Shopify works out its quantity from its components; none is written."
    )

    def write(self, vals):
        """Override: a variant that is no bundle any more, or has another item, is written like any other."""
        changed = self.filtered(
            lambda binding: (
                ('is_bundle' in vals and binding.is_bundle and not vals['is_bundle'])
                or ('inventory_item_gid' in vals and binding.inventory_item_gid != vals['inventory_item_gid'])
            )
        )
        result = super().write(vals)
        if changed:
            changed.level_ids._try_again()
        return result
