from odoo import api, fields, models


class ShopifyProductBinding(models.Model):
    _inherit = 'shopify.product.binding'

    media_ids = fields.One2many('shopify.media', 'product_binding_id', "Pictures")
    is_images_pending = fields.Boolean(
        "Pictures On Their Way", readonly=True, copy=False, help="What Shopify shows is being brought to Odoo."
    )
    image_note = fields.Char(compute='_compute_image_note')

    @api.depends('media_ids.state')
    def _compute_image_note(self):
        for binding in self:
            failed = binding.media_ids.filtered(lambda row: row.state == 'failed')
            binding.image_note = failed and self.env._(
                "%(count)s pictures were not taken: %(reason)s", count=len(failed), reason=failed[0].message
            )

    def action_images(self):
        """Bring the pictures over again, those too that were not taken before."""
        for backend, bindings in self.filtered(lambda row: not row.deleted_at).grouped('backend_id').items():
            bindings.media_ids.sudo().filtered(lambda row: row.state == 'failed').write(
                {'state': 'waiting', 'message': False, 'url': False}
            )
            bindings.sudo().is_images_pending = True
            keys = [str(id_) for id_ in bindings.ids]
            self.env['shopify.task'].sudo()._add(backend, 'product_images', keys, source='user')
            backend._wake('catalogue')
