from odoo import fields, models

from ..shopify import when


class ShopifyBackend(models.Model):
    """What a store wants done with its orders. With nothing set, an order is what Odoo makes of Shopify's figures."""

    _name = 'shopify.backend'
    _inherit = ['shopify.backend', 'analytic.mixin']

    invoice_policy = fields.Selection(
        [('paid', "When paid"), ('delivered', "When delivered"), ('manual', "By hand")],
        string="Create Invoices",
        default='paid',
        required=True,
        tracking=True,
        help="What Odoo's own invoicing policy of a product does not allow yet is invoiced as soon as it does.",
    )
    register_payments = fields.Boolean(
        default=True,
        tracking=True,
        help="A payment in Odoo for every payment and refund that Shopify has taken or given, on Shopify's date.",
    )
    books_since = fields.Date(
        "Book Orders Since",
        copy=False,
        tracking=True,
        help="Orders that were placed earlier come over without invoices and payments: they are in the books already. An "
        "import of past orders may decide otherwise. Set when the store is connected; empty: all orders.",
    )
    money_policy = fields.Selection(
        [('shop', "The shop's currency"), ('presentment', "The customer's currency")],
        string="Orders In",
        default='shop',
        required=True,
        tracking=True,
        help="The currency of sales orders, invoices and payments. The other amount is kept beside it.",
    )
    import_draft_orders = fields.Boolean(
        tracking=True, help="Draft orders become quotations; the order that completes one takes it over."
    )

    rule_ids = fields.One2many('shopify.order.rule', 'backend_id', "Rules", copy=True)
    metafield_mapping_ids = fields.One2many(
        'shopify.metafield.mapping', 'backend_id', "Order Metafields", copy=True, domain=[('owner_type', '=', 'order')]
    )
    pricelist_mapping_ids = fields.One2many('shopify.pricelist.mapping', 'backend_id', "Pricelists", copy=True)

    order_naming = fields.Selection(
        [('odoo', "Odoo's sequence"), ('shopify', "Shopify's order name")],
        string="Name Sales Orders By",
        default='odoo',
        required=True,
        tracking=True,
    )
    order_prefix = fields.Char(
        "Prefix",
        tracking=True,
        help="Stands before Shopify's order name: with US- the order #1001 becomes US-1001. Give each store its own.",
    )
    tags_to_order = fields.Boolean(
        "Tags On Sales Orders",
        tracking=True,
        help="Shopify's order tags become tags of the sales order, found by name or created, and follow Shopify.",
    )
    warehouse_by_location = fields.Boolean(
        "Warehouse By Location",
        default=True,
        tracking=True,
        help="A sale in a shop takes the warehouse of that shop's location. An online order takes the warehouse of the one "
        "location that ships all of it, when the app may read that (scope read_merchant_managed_fulfillment_orders). "
        "Otherwise, and for locations without a warehouse, the store's warehouse stands.",
    )
    risk_policy = fields.Selection(
        [('high', "When the risk is high"), ('medium', "When it is medium or high"), ('never', "Never")],
        string="Hold Deliveries",
        default='high',
        required=True,
        tracking=True,
        help="The delivery of such an order cannot be validated until somebody releases it on the sales order, or Shopify "
        "rates it lower.",
    )

    fiscal_position_policy = fields.Selection(
        [('none', "None"), ('fixed', "Always the same"), ('country', "As Odoo finds it for the customer")],
        string="Fiscal Position",
        default='none',
        required=True,
        tracking=True,
        help="For accounts and reports. The taxes on the lines are Shopify's, whatever stands here.",
    )
    fiscal_position_id = fields.Many2one(
        'account.fiscal.position', "Position", check_company=True, tracking=True, ondelete='restrict'
    )
    payment_term_id = fields.Many2one(
        'account.payment.term',
        "Payment Terms",
        check_company=True,
        tracking=True,
        ondelete='restrict',
        domain=[('early_discount', '=', False)],
        help="Of orders that bring no terms of their own. Empty: the customer's.",
    )

    def write(self, vals):
        """Override: a store that begins to book begins with that day of the shop, unless the day is given."""
        silent = self.filtered(lambda backend: backend.invoice_policy == 'manual' and not backend.register_payments)
        result = super().write(vals)
        if silent and 'books_since' not in vals:
            begun = silent.filtered(lambda backend: backend.invoice_policy != 'manual' or backend.register_payments)
            for backend in begun.filtered('connected_at'):
                backend.books_since = backend._shop_day()
        return result

    # === BUSINESS METHODS === #

    def _shop_day(self, moment=None):
        """The day of a moment (naive UTC; now) by the clock of the shop, which is the day its figures are of."""
        self.ensure_one()
        return when.day_of(moment or fields.Datetime.now(), self.timezone)
