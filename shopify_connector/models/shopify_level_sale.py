from odoo import api, fields, models
from odoo.tools import SQL


class ShopifyLevelSale(models.Model):
    """Units that a store has sold and therefore taken off its own level already. The orders lane only inserts, so that
    it never waits for the stock lane, which takes them into account and deletes them."""

    _name = 'shopify.level.sale'
    _description = "Shopify Sale Not Yet Taken Off The Known Level"
    _log_access = False

    backend_id = fields.Many2one('shopify.backend', required=True, ondelete='cascade', index=True)
    product_id = fields.Many2one('product.product', required=True, ondelete='cascade')
    quantity = fields.Float(required=True)
    sold_at = fields.Datetime(required=True)

    @api.model
    def _take(self, backend):
        """``[(product id, units, sold at), …]``, deleted from the table."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM shopify_level_sale WHERE backend_id = %s RETURNING product_id, quantity, sold_at",
                backend.id,
            )
        )
        return self.env.cr.fetchall()
