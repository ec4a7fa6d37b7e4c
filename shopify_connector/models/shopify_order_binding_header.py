from odoo import fields, models


class ShopifyOrderBinding(models.Model):
    """Where an order came from, who it is for, how risky it is, and whether its delivery is held."""

    _inherit = 'shopify.order.binding'

    source_name = fields.Char("Source")
    channel = fields.Char(readonly=True, index='btree_not_null')
    channel_handle = fields.Char(readonly=True)
    source_identifier = fields.Char("Source ID", readonly=True, help="The order's number in the system it came from.")
    confirmation_number = fields.Char(readonly=True)
    customer_locale = fields.Char("Language", readonly=True)
    status_page_url = fields.Char(
        "Status Page", readonly=True, help="What the customer sees of the order. Whoever has the link can open it."
    )
    gateways = fields.Char("Payment Gateways", readonly=True)
    order_attributes = fields.Text("Attributes", readonly=True)
    localized_fields = fields.Text(
        "Tax And Customs Numbers",
        readonly=True,
        help="What the customer's country asks for, such as a codice fiscale or a CPF, as it was given at the checkout.",
    )
    payment_terms = fields.Char("Payment Terms In Shopify", readonly=True)
    location_id = fields.Many2one('shopify.location', "Sold At", readonly=True, ondelete='set null')
    is_b2b = fields.Boolean("B2B", readonly=True)
    person_id = fields.Many2one('res.partner', "Ordered By", readonly=True, ondelete='set null')

    referrer_url = fields.Char("Referrer", readonly=True)
    landing_page = fields.Char(readonly=True)
    utm_content = fields.Char("UTM Content", readonly=True)
    utm_term = fields.Char("UTM Term", readonly=True)

    risk_level = fields.Selection(
        [('none', "None"), ('pending', "Being assessed"), ('low', "Low"), ('medium', "Medium"), ('high', "High")],
        readonly=True,
    )
    risk_recommendation = fields.Char(readonly=True)
    hold_state = fields.Selection(
        [('held', "Held"), ('lifted', "No longer held"), ('released', "Released by a person")],
        "Delivery",
        readonly=True,
    )
    hold_reason = fields.Selection([('risk', "Risk"), ('rule', "Rule")], readonly=True)

    rule_id = fields.Many2one('shopify.order.rule', "Rule", readonly=True, ondelete='set null')
    invoice_policy = fields.Selection(
        [('paid', "When paid"), ('delivered', "When delivered"), ('manual', "By hand")],
        "Create Invoices",
        readonly=True,
        help="From a rule. Empty: as the store has it.",
    )
    metafields = fields.Json(readonly=True)

    def _get_invoice_policy(self):
        """'paid', 'delivered' or 'manual': the rule's word for this order, else the store's."""
        self.ensure_one()
        return self.invoice_policy or self.backend_id.invoice_policy

    def _found_sentences(self):
        return {
            **super()._found_sentences(),
            'company_linked': self.env._("Company: %(name)s, linked to this Shopify company already."),
            'company_ref': self.env._("Company: %(name)s, found by its reference %(ref)s."),
            'company_vat': self.env._("Company: %(name)s, found by its tax number %(vat)s."),
            'company_name': self.env._("Company: %(name)s, the only company of this name."),
            'company_person': self.env._("Company: %(name)s, the company of the person who ordered."),
            'company_created': self.env._("Company: %(name)s was created."),
            'vat_invalid': self.env._("Company: Odoo does not take the tax number %(vat)s; it was left out."),
            'number_invalid': self.env._("Customer: Odoo does not take the number %(number)s; it was left out."),
            'person_apart': self.env._(
                "Company: %(name)s has an address or books of their own and was not moved under the company."
            ),
            'terms': self.env._("Payment terms: Shopify's “%(name)s” is %(term)s."),
            'terms_unknown': self.env._("Payment terms: Shopify's “%(name)s” has no counterpart in Odoo."),
            'location': self.env._("Warehouse: %(warehouse)s, because of the location %(location)s."),
            'metafield_unfit': self.env._("Metafield: %(name)s was left out. %(problem)s"),
        }

    def _done_sentences(self):
        return {
            **super()._done_sentences(),
            'rule': self.env._("Rule: “%(rule)s” decides, because the order fits %(why)s. It says: %(summary)s."),
            'rule_skipped': self.env._("Not imported: the rule “%(rule)s” leaves it out."),
            'rule_quotation': self.env._("Kept as a quotation: the rule “%(rule)s” says so."),
            'held_risk': self.env._("Delivery held: Shopify rates the risk of fraud %(level)s."),
            'held_rule': self.env._("Delivery held: the rule “%(rule)s” says so."),
            'hold_lifted': self.env._("Delivery no longer held: the reason is gone."),
            'hold_shipped': self.env._("Delivery no longer held: Shopify has shipped the order."),
            'hold_released': self.env._("Delivery released by %(person)s."),
        }
