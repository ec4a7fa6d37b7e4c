from odoo import api, fields, models

# Fields of the Shopify order that the sales order shows on its own page.
_SHOWN = (
    'name', 'financial_status', 'trail_html', 'note', 'tags', 'channel', 'gateways', 'order_attributes', 'localized_fields',
    'confirmation_number', 'source_identifier', 'customer_locale', 'status_page_url', 'person_id', 'risk_level',
)  # fmt: skip


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
    shopify_financial_status = fields.Selection(
        lambda self: self.env['shopify.order.binding']._fields['financial_status'].selection,
        "Shopify Payment",
        compute='_compute_shopify',
        groups='shopify_connector.group_shopify_user',
    )
    shopify_trail_html = fields.Html(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_note = fields.Text(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_tags = fields.Char(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_channel = fields.Char(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_gateways = fields.Char(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_order_attributes = fields.Text(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_localized_fields = fields.Text(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_confirmation_number = fields.Char(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_source_identifier = fields.Char(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_customer_locale = fields.Char(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_status_page_url = fields.Char(compute='_compute_shopify', groups='shopify_connector.group_shopify_user')
    shopify_person_id = fields.Many2one(
        'res.partner', compute='_compute_shopify', groups='shopify_connector.group_shopify_user'
    )
    shopify_risk_level = fields.Selection(
        lambda self: self.env['shopify.order.binding']._fields['risk_level'].selection,
        compute='_compute_shopify',
        groups='shopify_connector.group_shopify_user',
    )

    @api.depends('shopify_binding_ids')
    def _compute_shopify(self):
        for order in self:
            binding = order.shopify_binding_ids[:1]
            order.shopify_backend_id = binding.backend_id
            for name in _SHOWN:
                order[f'shopify_{name}'] = binding[name]

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
