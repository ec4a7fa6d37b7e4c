from odoo import api, fields, models


class ShopifyVariantBinding(models.Model):
    _inherit = 'shopify.variant.binding'

    stock_note = fields.Char(
        "Quantity",
        compute='_compute_stock_note',
        compute_sudo=True,
        help="Why the quantity of this variant is not exported. Empty: it is, once the store's stock export is on.",
    )

    @api.depends(
        'product_id', 'product_id.active', 'product_id.is_storable', 'sync_stock', 'tracked', 'deleted_at',
        'product_binding_id.deleted_at',
    )  # fmt: skip
    def _compute_stock_note(self):
        texts = self.env['shopify.inventory.level']._get_reasons()
        codes = {}
        for backend, bindings in self.filtered('id').grouped('backend_id').items():
            codes.update(self.env['shopify.sync.quantity']._get_left_alone(backend, bindings))
        for binding in self:
            binding.stock_note = texts.get(codes.get(binding.id), False)

    def write(self, vals):
        """A variant that is tracked again, or is back, shows its quantity."""
        watched = [name for name in ('tracked', 'deleted_at') if name in vals]
        changed = self.filtered(lambda binding: any(bool(binding[name]) != bool(vals[name]) for name in watched))
        result = super().write(vals)
        self.env['shopify.task'].sudo()._note_stock(changed.product_id)
        return result
