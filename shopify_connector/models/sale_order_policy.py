from odoo import api, models


class SaleOrder(models.Model):
    """What the store has decided for an order stays when Odoo would find something else for a changed customer."""

    _inherit = 'sale.order'

    def _shopify_imported(self):
        bindings = self.env['shopify.order.binding'].sudo().search_fetch(
            [('sale_order_id', 'in', self._origin.ids)], ['sale_order_id']
        )  # fmt: skip
        ids = set(bindings.sale_order_id.ids)
        return self.filtered(lambda order: order._origin.id in ids)

    def _shopify_keep(self, name):
        """The orders that are left to Odoo; the others keep the value of a computed field."""
        kept = self._shopify_imported()
        for order in kept:
            order[name] = order[name]
        return self - kept

    def _compute_fiscal_position_id(self):
        """Override of `sale`: another address would bring another position."""
        return super(SaleOrder, self._shopify_keep('fiscal_position_id'))._compute_fiscal_position_id()

    def _compute_payment_term_id(self):
        """Override of `sale`: the terms are the order's."""
        return super(SaleOrder, self._shopify_keep('payment_term_id'))._compute_payment_term_id()

    def _compute_pricelist_id(self):
        """Override of `sale`: another pricelist may be of another currency."""
        return super(SaleOrder, self._shopify_keep('pricelist_id'))._compute_pricelist_id()


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    @api.depends('order_id.partner_id', 'product_id')
    def _compute_analytic_distribution(self):
        """Override of `sale`: the store's accounts, for lines that a later change in Shopify adds too."""
        super()._compute_analytic_distribution()
        lines = self.filtered(lambda line: line.shopify_line_gid and not line.display_type)
        if not lines:
            return
        by_context = self.env['shopify.backend'].browse(self.env.context.get('shopify_backend_id'))
        for order, order_lines in lines.grouped('order_id').items():
            backend = order.sudo().shopify_binding_ids[:1].backend_id or by_context
            distribution = backend.sudo().analytic_distribution
            if distribution:
                order_lines.analytic_distribution = distribution
