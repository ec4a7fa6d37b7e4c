from odoo import fields, models

from .stock_picking_delivery import FROM_SHOP


class StockPackage(models.Model):
    """A package with a number of its own is a parcel of its own in Shopify."""

    _inherit = 'stock.package'

    shopify_tracking_ref = fields.Char("Tracking Number", copy=False)

    def write(self, vals):
        """Override of `stock`: a number that comes or changes after the goods have left is told as well."""
        changed = self.browse()
        if 'shopify_tracking_ref' in vals and not self.env.context.get(FROM_SHOP):
            changed = self.filtered(
                lambda package: (package.shopify_tracking_ref or False) != (vals['shopify_tracking_ref'] or False)
            )
        result = super().write(vals)
        if changed:
            changed._shopify_left_with()._shopify_note_tracking()
        return result

    def _shopify_left_with(self):
        """The deliveries that these packages, or what is in them, left with."""
        lines = (
            self.env['stock.move.line']
            .sudo()
            .search(
                [
                    '|',
                    ('result_package_id', 'in', self.ids),
                    ('package_history_id.outermost_dest_id', 'in', self.ids),
                    ('state', '=', 'done'),
                    ('location_dest_id.usage', '=', 'customer'),
                ]
            )
        )
        return lines.picking_id
