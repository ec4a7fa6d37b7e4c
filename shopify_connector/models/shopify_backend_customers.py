import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_METAFIELD = re.compile(r'[\w$-]{2,255}\.[\w-]{2,64}')


class ShopifyBackend(models.Model):
    """What a store does with its customers."""

    _inherit = 'shopify.backend'

    customer_policy = fields.Selection(
        [('orders', "Only those who order"), ('all', "All customers")],
        "Contacts For",
        default='orders',
        required=True,
        tracking=True,
        help="Who becomes a contact by themselves. An import of customers brings those that it is asked for either way.",
    )
    customer_companies = fields.Selection(
        [('company', "Company with the person under it"), ('text', "Text on the contact")],
        "Companies In Addresses",
        default='company',
        required=True,
        tracking=True,
        help="What a new customer becomes whose address names a company.",
    )
    customer_tags = fields.Selection(
        [('none', "No"), ('match', "Tags that exist in Odoo"), ('create', "All tags")],
        "Tags Of Customers",
        default='match',
        required=True,
        tracking=True,
        help="Which of Shopify's customer tags are put on the contacts.",
    )
    customer_vat_metafield = fields.Char(
        "Tax Number In",
        tracking=True,
        help="The metafield of customers that holds their tax number, such as custom.vat_number. Empty: none.",
    )
    customers_seen_until = fields.Datetime(
        readonly=True, copy=False, help="Up to here (UTC) the sweep has seen every changed customer."
    )
    customers_swept_at = fields.Datetime(readonly=True, copy=False)
    customer_count = fields.Integer(compute='_compute_customer_count')

    @api.constrains('customer_vat_metafield')
    def _check_customer_vat_metafield(self):
        for backend in self.filtered('customer_vat_metafield'):
            if not _METAFIELD.fullmatch(backend.customer_vat_metafield):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is no name of a metafield. Copy it from the Shopify admin, Settings, Metafields; it looks "
                        "like custom.vat_number.",
                        name=backend.customer_vat_metafield,
                    )
                )

    def _compute_customer_count(self):
        counts = dict(
            self.env['shopify.customer']._read_group([('backend_id', 'in', self.ids)], ['backend_id'], ['__count'])
        )
        for backend in self:
            backend.customer_count = counts.get(backend, 0)

    def action_view_customers(self):
        return self._action_view('shopify.customer', self.env._("Customers"))
