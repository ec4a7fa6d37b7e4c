from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    shopify_line_gid = fields.Char("Shopify Line", copy=False, readonly=True, index='btree_not_null')

    def _prepare_procurement_values(self):
        """Override of `sale_stock`: an order from a closed period is planned for today; Odoo plans nothing in the past of
        closed books."""
        values = super()._prepare_procurement_values()
        planned = values.get('date_planned')
        if self.shopify_line_gid and planned and self._shopify_is_closed(planned.date()):
            values['date_planned'] = fields.Datetime.now()
        return values

    def _shopify_is_closed(self, day):
        return bool(
            self.company_id.sudo()._get_lock_date_violations(
                day, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
            )
        )

    def write(self, vals):
        """Override of `sale`: a quotation holds its units in the stores."""
        if 'product_uom_qty' in vals:
            self._shopify_note_stock()
        return super().write(vals)

    def unlink(self):
        """Override of `sale`: see `write`."""
        self._shopify_note_stock()
        return super().unlink()

    def _shopify_note_stock(self):
        held = self.sudo().filtered(lambda line: line.shopify_line_gid and line.state in ('draft', 'sent'))
        self.env['shopify.task'].sudo()._note_stock(held.product_id)
