from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Row(NamedTuple):
    """What one order did to the levels of a product. ``place``: the gid of the location that it sold from, or ''."""

    product_id: int
    units: float
    may_return: float
    moment: datetime
    place: str
    may_ship: float


class ShopifyLevelSale(models.Model):
    """What an order of a store has done to the store's own level. The orders lane only inserts, so that it never waits for
    the stock lane, which takes the rows into account and deletes them."""

    _name = 'shopify.level.sale'
    _description = "Shopify Sale Not Yet Taken Off The Known Level"
    _log_access = False

    backend_id = fields.Many2one('shopify.backend', required=True, ondelete='cascade', index=True)
    product_id = fields.Many2one('product.product', required=True, ondelete='cascade')
    quantity = fields.Float(required=True, help="Units sold: they are off the level, and committed.")
    may_return = fields.Float(help="Units given up again: nobody says whether, when and where they are for sale again.")
    may_ship = fields.Float(help="Units that may have left in a parcel.")
    location_gid = fields.Char(help="Whose stock was sold; empty when nobody says so.")
    sold_at = fields.Datetime(required=True)

    @api.model
    def _take(self, backend):
        """``[Row, …]``, deleted from the table."""
        self.env.cr.execute(
            SQL(
                """
            DELETE FROM shopify_level_sale WHERE backend_id = %s
            RETURNING product_id, quantity, COALESCE(may_return, 0), sold_at, COALESCE(location_gid, ''),
                      COALESCE(may_ship, 0)
                """,
                backend.id,
            )
        )
        return [Row(*row) for row in self.env.cr.fetchall()]
