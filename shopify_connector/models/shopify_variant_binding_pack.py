from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ShopifyVariantBinding(models.Model):
    """A variant that is a pack of the product: a dozen is sold as one in the shop and leaves Odoo's stock as twelve."""

    _inherit = 'shopify.variant.binding'

    pack_uom_id = fields.Many2one(
        'uom.uom',
        "Sold As",
        ondelete='restrict',
        help="Empty: the product's own unit. Otherwise one of the variant is one of this unit: orders come in it, and the "
        "shop shows how many full ones there are.",
    )
    product_uom_id = fields.Many2one(related='product_id.uom_id', string="Unit In Odoo")
    pack_size = fields.Float("Units In One", compute='_compute_pack_size', digits='Product Unit')

    @api.depends('pack_uom_id', 'product_id.uom_id')
    def _compute_pack_size(self):
        for binding in self:
            binding.pack_size = binding._get_pack_size()

    def _get_pack_size(self):
        """Units of the product in one of the variant; 1 for what is no pack."""
        self.ensure_one()
        if not self.pack_uom_id or not self.product_id or self.pack_uom_id == self.product_id.uom_id:
            return 1.0
        return self.pack_uom_id._compute_quantity(1.0, self.product_id.uom_id, round=False)

    @api.constrains('pack_uom_id', 'product_id')
    def _check_pack_uom(self):
        for binding in self.filtered(lambda binding: binding.pack_uom_id and binding.product_id):
            if not binding.pack_uom_id._has_common_reference(binding.product_id.uom_id):
                raise ValidationError(
                    self.env._(
                        "%(product)s is counted in %(unit)s, which cannot be put into %(pack)s. Choose a unit that belongs "
                        "to it, or create one under Inventory, Configuration, Units & Packagings.",
                        product=binding.product_id.display_name,
                        unit=binding.product_id.uom_id.name,
                        pack=binding.pack_uom_id.name,
                    )
                )

    def write(self, vals):
        """Override: how many full packs there are is another number. The pack belongs to the product it was chosen for."""
        if 'product_id' in vals and 'pack_uom_id' not in vals:
            others = self.filtered(lambda binding: binding.pack_uom_id and binding.product_id.id != vals['product_id'])
            if others:
                super(ShopifyVariantBinding, others).write({'pack_uom_id': False})
        result = super().write(vals)
        if 'pack_uom_id' in vals:
            self.product_binding_id.filtered('payload_digest').payload_digest = False
            for backend, bindings in self.filtered('product_id').grouped('backend_id').items():
                self.env['shopify.task'].sudo()._add(backend, 'stock', [str(id_) for id_ in bindings.product_id.ids])
        return result
