"""Placeholders heal: a product with their SKU has appeared in Odoo, and takes their place on orders."""

from odoo import api, models


class ShopifySyncPlaceholder(models.AbstractModel):
    _name = 'shopify.sync.placeholder'
    _description = "Shopify Placeholders"

    @api.model
    def _handle_heal(self, backend, tasks):
        failures = {}
        with self.env['shopify.engine']._turn():
            for task in tasks:
                with self.env['shopify.engine']._attempt(failures, task.key):
                    self._heal(self.env['product.product'].browse([int(id_) for id_ in task.key.split(',')]).exists())
            self.env['shopify.engine']._settle_each(backend, tasks, failures)

    def _heal(self, placeholders):
        for placeholder in placeholders.filtered('shopify_placeholder'):
            product = self.env['product.product'].search(
                [
                    ('default_code', '=', placeholder.default_code),
                    ('shopify_placeholder', '=', False),
                    ('company_id', 'in', (False, placeholder.company_id.id)),
                ]
            )
            if len(product) == 1:
                self._replace(placeholder, product)

    def _replace(self, placeholder, product):
        """On every line of which nothing has left yet; a placeholder without any line is archived."""
        self.env['shopify.variant.binding'].search([('product_id', '=', placeholder.id)]).product_id = product
        lines = self.env['sale.order.line'].search([('product_id', '=', placeholder.id), ('state', '!=', 'cancel')])
        for line in lines.filtered(
            lambda line: not line.qty_delivered and not line.qty_invoiced and not line.order_id.locked
        ):
            self._replace_on_line(line, product)
        if not self.env['sale.order.line'].search_count([('product_id', '=', placeholder.id)], limit=1):
            placeholder.product_tmpl_id.action_archive()

    def _replace_on_line(self, line, product):
        """A copy of the line with the product: its delivery is made anew, its price and its taxes stay."""
        values = {
            'order_id': line.order_id.id,
            'product_id': product.id,
            'name': line.name,
            'product_uom_qty': line.product_uom_qty,
            'price_unit': line.price_unit,
            'technical_price_unit': -1.0,
            'discount': 0.0,
            'sequence': line.sequence,
            'tax_ids': [(6, 0, line.tax_ids.ids)],
            'extra_tax_data': line.extra_tax_data,
            'shopify_line_gid': line.shopify_line_gid,
        }
        if line.order_id.state in ('draft', 'sent'):
            line.unlink()
        else:
            line.write({'product_uom_qty': 0.0, 'extra_tax_data': False, 'shopify_line_gid': False})
        self.env['sale.order.line'].create(values)
