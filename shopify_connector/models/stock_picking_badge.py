from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

# What is worst is said, where a delivery serves several orders.
_WORST_FIRST = ('failed', 'held', 'waiting', 'called_back', 'sent', 'taken', 'not_needed')


class StockPicking(models.Model):
    """What has become of a delivery in Shopify, for everybody who works with deliveries: people in the warehouse see it
    without any right on Shopify's records."""

    _inherit = 'stock.picking'

    shopify_delivery_ids = fields.One2many(
        'shopify.delivery', 'picking_id', readonly=True, copy=False, groups='shopify_connector.group_shopify_user'
    )
    shopify_delivery_state = fields.Selection(
        [
            ('waiting', "Waiting"),
            ('sent', "Sent"),
            ('taken', "Came From Shopify"),
            ('called_back', "Called Back"),
            ('held', "Held"),
            ('failed', "Failed"),
            ('not_needed', "Not Told"),
        ],
        "In Shopify",
        compute='_compute_shopify_delivery',
        compute_sudo=True,
        search='_search_shopify_delivery_state',
    )
    shopify_delivery_message = fields.Char("What Shopify Knows", compute='_compute_shopify_delivery', compute_sudo=True)

    shopify_can_tell = fields.Boolean(compute='_compute_shopify_can_tell', compute_sudo=True)

    @api.depends(
        'shopify_delivery_ids.state',
        'shopify_delivery_ids.origin',
        'shopify_delivery_ids.code',
        'shopify_delivery_ids.message',
        'shopify_delivery_ids.sent_at',
    )
    def _compute_shopify_delivery(self):
        # One query, however long the list of deliveries is.
        found = self.env['shopify.delivery'].search_fetch(
            [('picking_id', 'in', self._origin.ids)],
            ['picking_id', 'kind', 'state', 'origin', 'code', 'message', 'sent_at'],
        )
        by_picking = found.grouped('picking_id')
        for picking in self:
            rows = by_picking.get(picking._origin, found.browse())
            worst = rows.sorted(lambda row: _WORST_FIRST.index(self._shopify_state_of(row)))[:1]
            picking.shopify_delivery_state = self._shopify_state_of(worst) if worst else False
            picking.shopify_delivery_message = self._shopify_sentence_of(worst) if worst else False

    @api.model
    def _shopify_state_of(self, delivery):
        if delivery.state == 'sent' and delivery.code == 'called_back':
            return 'called_back'
        return 'taken' if delivery.state == 'sent' and delivery.origin == 'shopify' else delivery.state

    @api.model
    def _shopify_sentence_of(self, delivery):
        state = self._shopify_state_of(delivery)
        if state == 'sent':
            return self.env._(
                "Shopify was told on %(time)s.", time=format_datetime(self.env, delivery.sent_at, dt_format='short')
            )
        if state == 'taken' and delivery.picking_id.state != 'done':
            return self.env._("It was done in Shopify. Validate this transfer for Odoo to follow.")
        if state == 'taken':
            return self.env._("It was done in Shopify, and Odoo has followed.")
        if state == 'waiting':
            return (
                self.env._("Shopify does not know of it yet and is told by itself: %(why)s", why=delivery.message)
                if delivery.message
                else self.env._("Shopify is told of it within moments.")
            )
        return delivery.message or self.env._("Shopify was not told of it.")

    @api.depends('sale_id.shopify_binding_ids', 'state', 'picking_type_code')
    def _compute_shopify_can_tell(self):
        for picking in self:
            picking.shopify_can_tell = (
                picking.picking_type_code == 'outgoing'
                and picking.state not in ('draft', 'cancel')
                and bool(picking.sale_id.shopify_binding_ids)
            )

    def _search_shopify_delivery_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        Delivery = self.env['shopify.delivery'].sudo()
        states = {state for state in value if state}
        wanted = Domain('state', 'in', list(states - {'sent', 'taken', 'called_back'}))
        for state, leaf in (
            ('sent', [('origin', '=', 'odoo'), ('code', '!=', 'called_back')]),
            ('taken', [('origin', '=', 'shopify'), ('code', '!=', 'called_back')]),
            ('called_back', [('code', '=', 'called_back')]),
        ):
            if state in states:
                wanted |= Domain([('state', '=', 'sent'), *leaf])
        query = Delivery._search(Domain('picking_id', '!=', False) & wanted)
        domain = Domain('id', 'in', query.subselect('picking_id'))
        if False in value:
            known = Delivery._search([('picking_id', '!=', False)])
            domain |= Domain('id', 'not in', known.subselect('picking_id'))
        return domain

    # === ACTION METHODS === #

    def action_shopify_tell_delivery(self):
        """Open the dialog that says what may be told about the delivery: it is ready for pickup, out for delivery, …"""
        self.ensure_one()
        self.check_access('read')
        binding = self.sudo().sale_id.shopify_binding_ids[:1]
        return self.env['shopify.delivery.tell']._open(binding.with_env(self.env))
