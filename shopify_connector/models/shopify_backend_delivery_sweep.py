from odoo import fields, models


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    deliveries_swept_at = fields.Datetime(
        readonly=True, copy=False, help="When transfers were last looked for that were not noted."
    )
