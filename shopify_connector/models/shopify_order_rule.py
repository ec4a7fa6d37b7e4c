from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import const


class ShopifyOrderRule(models.Model):
    """What is done with orders of a kind. The first rule that fits an order decides; without one the store's policies
    stand, and what a rule leaves empty is as the store has it."""

    _name = 'shopify.order.rule'
    _description = "Shopify Order Rule"
    _order = 'backend_id, sequence, id'
    _check_company_auto = True

    name = fields.Char(required=True)
    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    financial_statuses = fields.Char(
        "Payment Status", help="Any of these, such as: paid, authorized, pending. Empty: whatever it is."
    )
    fulfillment_statuses = fields.Char(
        "Fulfilment Status", help="Any of these, such as: unfulfilled, fulfilled. Empty: whatever it is."
    )
    tags = fields.Char(help="The order has one of these tags. Empty: whatever tags it has.")
    channels = fields.Char(
        help="The order came from one of these: a sales channel's name or handle, or Shopify's source name, such as: "
        "Online Store, pos, shopify_draft_order."
    )
    gateways = fields.Char(
        "Payment Gateways", help="The order was paid through one of these, such as: paypal, bank_deposit, manual."
    )
    country_ids = fields.Many2many('res.country', string="Ships To")
    buyer = fields.Selection(
        [('company', "Companies (B2B)"), ('person', "Consumers")], help="Empty: companies and consumers."
    )

    action = fields.Selection(
        [('skip', "Do not import"), ('quotation', "Keep a quotation"), ('confirm', "Confirm")],
        string="Order",
        help="Empty: as the store has it. An order that is kept a quotation or left out is looked at again whenever it "
        "changes in Shopify.",
    )
    invoice_policy = fields.Selection(
        [('paid', "When paid"), ('delivered', "When delivered"), ('manual', "By hand")], string="Create Invoices"
    )
    team_id = fields.Many2one('crm.team', "Sales Team", check_company=True)
    user_id = fields.Many2one('res.users', "Salesperson", check_company=True)
    warehouse_id = fields.Many2one('stock.warehouse', check_company=True)
    payment_term_id = fields.Many2one(
        'account.payment.term', "Payment Terms", check_company=True, domain=[('early_discount', '=', False)]
    )
    fiscal_position_id = fields.Many2one('account.fiscal.position', check_company=True)
    tag_ids = fields.Many2many('crm.tag', string="Set Tags")
    hold = fields.Boolean(
        "Hold The Delivery", help="Until somebody releases it on the sales order, or the order fits this rule no more."
    )
    activity_user_id = fields.Many2one('res.users', "Activity For", help="Gets an activity on the sales order.")
    summary = fields.Char(compute='_compute_summary')
    conditions = fields.Char("Orders", compute='_compute_conditions')

    @api.depends(
        'action', 'invoice_policy', 'team_id', 'user_id', 'warehouse_id', 'payment_term_id', 'fiscal_position_id',
        'hold', 'tag_ids', 'activity_user_id',
    )  # fmt: skip
    def _compute_summary(self):
        shown = (
            'action',
            'invoice_policy',
            'team_id',
            'user_id',
            'warehouse_id',
            'payment_term_id',
            'fiscal_position_id',
        )
        for rule in self:
            parts = [rule._shown(name) for name in shown if rule[name]] + rule.tag_ids.mapped('display_name')
            parts += [self.env._("hold the delivery")] if rule.hold else []
            parts += [self.env._("tell %(person)s", person=rule.activity_user_id.name)] if rule.activity_user_id else []
            rule.summary = ', '.join(parts)

    @api.depends('financial_statuses', 'fulfillment_statuses', 'tags', 'channels', 'gateways', 'country_ids', 'buyer')
    def _compute_conditions(self):
        for rule in self:
            texts = ('financial_statuses', 'fulfillment_statuses', 'tags', 'channels', 'gateways', 'buyer')
            parts = [rule._shown(name) for name in texts if rule[name]]
            parts += [', '.join(rule.country_ids.mapped('code'))] if rule.country_ids else []
            rule.conditions = '; '.join(parts) or self.env._("All")

    def _shown(self, name):
        field, value = self._fields[name], self[name]
        if field.type == 'selection':
            return dict(field._description_selection(self.env))[value]
        return value.display_name if field.relational else value

    @api.constrains('financial_statuses', 'fulfillment_statuses')
    def _check_statuses(self):
        """A word that Shopify never says would make a rule that never fits."""
        for rule in self:
            for texts, known in (
                (rule.financial_statuses, const.FINANCIAL_STATUSES),
                (rule.fulfillment_statuses, const.FULFILLMENT_STATUSES),
            ):
                for word in (texts or '').replace(';', ',').split(','):
                    if word.strip() and word.strip().casefold().replace(' ', '_') not in known:
                        raise ValidationError(
                            self.env._(
                                "“%(word)s” is no status of Shopify's. Possible are: %(known)s.",
                                word=word.strip(),
                                known=', '.join(known),
                            )
                        )

    def _match(self, facts):
        """The first of these rules that fits an order with these ``entities.order_header.facts``; empty when none."""
        return next((rule for rule in self if rule._fits(facts)), self.browse())

    def _fits(self, facts):
        wanted = (
            (self.financial_statuses, {facts['financial_status']}),
            (self.fulfillment_statuses, {facts['fulfillment_status']}),
            (self.tags, facts['tags']),
            (self.channels, facts['channels']),
            (self.gateways, facts['gateways']),
        )
        if any(texts and not _words(texts) & found for texts, found in wanted):
            return False
        if self.country_ids and facts['country'] not in self.country_ids.mapped('code'):
            return False
        return self.buyer in (False, facts['buyer'])

    def _results(self):
        """What the rule sets, by name; what is empty is left out."""
        names = (
            'invoice_policy', 'team_id', 'user_id', 'warehouse_id', 'payment_term_id', 'fiscal_position_id', 'tag_ids',
            'hold', 'activity_user_id',
        )  # fmt: skip
        return {name: self[name] for name in names if self[name]}


def _words(texts):
    """``'Paid, partially paid'`` -> ``{'paid', 'partially_paid', 'partially paid'}``: a status may be written as it is
    read in Shopify or as the API names it."""
    words = {word.strip().casefold() for word in texts.replace(';', ',').split(',')}
    return (words | {word.replace(' ', '_') for word in words}) - {''}
