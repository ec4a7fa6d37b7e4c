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
            self.env['stock.picking'].union(*changed._shopify_left_with().values())._shopify_note_tracking()
        return result

    def _shopify_left_with(self):
        """``{package: the delivery}`` that these packages, or what is in them, left with; the last one where a package is
        used again, whose number is not that of the parcels before."""
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
        found = {}
        for line in lines.sorted(lambda line: (line.date, line.id), reverse=True):
            for package in (line.result_package_id | line.package_history_id.outermost_dest_id) & self:
                found.setdefault(package, line.picking_id)
        return found
