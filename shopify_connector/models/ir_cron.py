from odoo import fields, models


class IrCron(models.Model):
    _inherit = 'ir.cron'

    shopify_backend_id = fields.Many2one('shopify.backend', ondelete='cascade', index='btree_not_null', copy=False)
    shopify_lane = fields.Char(copy=False)
