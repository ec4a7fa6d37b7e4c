from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    shopify_binding_ids = fields.One2many(
        'shopify.order.binding', 'sale_order_id', groups='shopify_connector.group_shopify_user', copy=False
    )
    shopify_backend_id = fields.Many2one(
        'shopify.backend',
        "Shopify Store",
        compute='_compute_shopify',
        search='_search_shopify_backend_id',
        groups='shopify_connector.group_shopify_user',
    )
    shopify_name = fields.Char(
        "Shopify Order", compute='_compute_shopify', groups='shopify_connector.group_shopify_user'
    )
    shopify_financial_status = fields.Char(
        "Shopify Payment", compute='_compute_shopify', groups='shopify_connector.group_shopify_user'
    )
    shopify_binding_id = fields.Many2one(
        'shopify.order.binding',
        "Shopify Record",
        compute='_compute_shopify',
        groups='shopify_connector.group_shopify_user',
    )
    shopify_trail_html = fields.Html(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_note = fields.Text(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_tags = fields.Char(related='shopify_binding_id.tags', groups='shopify_connector.group_shopify_user')
    shopify_channel = fields.Char(related='shopify_binding_id.channel', groups='shopify_connector.group_shopify_user')
    shopify_risk_level = fields.Selection(
        related='shopify_binding_id.risk_level', groups='shopify_connector.group_shopify_user'
    )
    shopify_gateways = fields.Char(related='shopify_binding_id.gateways', groups='shopify_connector.group_shopify_user')
    shopify_attributes = fields.Text(
        related='shopify_binding_id.order_attributes', groups='shopify_connector.group_shopify_user'
    )
    shopify_confirmation_number = fields.Char(
        related='shopify_binding_id.confirmation_number', groups='shopify_connector.group_shopify_user'
    )
    shopify_source_identifier = fields.Char(
        related='shopify_binding_id.source_identifier', groups='shopify_connector.group_shopify_user'
    )
    shopify_customer_locale = fields.Char(
        related='shopify_binding_id.customer_locale', groups='shopify_connector.group_shopify_user'
    )
    shopify_person_id = fields.Many2one(
        related='shopify_binding_id.person_id', groups='shopify_connector.group_shopify_user'
    )
    shopify_status_page_url = fields.Char(
        related='shopify_binding_id.status_page_url', groups='shopify_connector.group_shopify_user'
    )

    def _compute_shopify(self):
        for order in self:
            binding = order.shopify_binding_ids[:1]
            order.shopify_binding_id = binding
            order.shopify_backend_id = binding.backend_id
            order.shopify_name = binding.name
            order.shopify_financial_status = binding.financial_status
            order.shopify_trail_html = binding.trail_html
            order.shopify_note = binding.note

    def _search_shopify_backend_id(self, operator, value):
        return [('shopify_binding_ids.backend_id', operator, value)]

    def _prepare_confirmation_values(self):
        """Override of `sale` to keep the day on which the customer ordered."""
        values = super()._prepare_confirmation_values()
        if self.env.context.get('shopify_keep_date_order'):
            values.pop('date_order', None)
        return values

    def _action_cancel(self):
        """Override of `sale` to give back what a quotation has held in the stores."""
        held = self.filtered(lambda order: order.state in ('draft', 'sent'))
        held._shopify_note_stock()
        return super()._action_cancel()

    def unlink(self):
        """Override of `sale` to give back what a quotation has held in the stores."""
        self._shopify_note_stock()
        return super().unlink()

    def _shopify_note_stock(self):
        lines = self.sudo().order_line.filtered('shopify_line_gid')
        self.env['shopify.task'].sudo()._note_stock(lines.product_id)

    def action_shopify_open(self):
        """Open the order in the Shopify admin."""
        self.ensure_one()
        return self.shopify_binding_ids[:1].action_open_in_shopify()

    def action_shopify_refresh(self):
        """Read the order from Shopify again."""
        self.shopify_binding_ids.action_refresh()
