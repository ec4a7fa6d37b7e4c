from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..entities import order_write as writing
from ..shopify import errors

# Somebody sits in front of the form and waits.
_SECONDS = 6
_MONEY_KINDS = {'mark_paid', 'capture', 'cancel', 'refund'}
_MONEY_GROUP = 'shopify_connector.group_shopify_money'
_USER_GROUP = 'shopify_connector.group_shopify_user'


class ShopifyOrderActionWizard(models.TransientModel):
    """What a change in Shopify would do, shown before the yes. Nothing is written to the shop by looking at it."""

    _name = 'shopify.order.action.wizard'
    _description = "Change In Shopify"

    binding_id = fields.Many2one('shopify.order.binding', "Shopify Order", required=True, readonly=True)
    backend_id = fields.Many2one(related='binding_id.backend_id')
    kind = fields.Selection(
        lambda self: self.env['shopify.order.action']._fields['kind'].selection, required=True, readonly=True
    )
    snapshot = fields.Json(readonly=True)
    obstacle = fields.Text(readonly=True)
    currency_code = fields.Char("Currency", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    move_id = fields.Many2one('account.move', "Credit Note", readonly=True)
    has_money = fields.Boolean(readonly=True)
    can_notify = fields.Boolean(readonly=True)
    state_text = fields.Text("In Shopify Now", compute='_compute_state_text')
    preview = fields.Text("What Will Happen", compute='_compute_preview')

    # capture
    authorization_id = fields.Many2one('shopify.order.action.payment', "Authorised Payment")
    is_multi = fields.Boolean(related='authorization_id.is_multi')
    capture_amount = fields.Monetary("Amount To Capture")
    capture_final = fields.Boolean("Last Capture", help="What is left of the authorisation is given up.")
    # cancel
    reason = fields.Selection(
        [
            ('CUSTOMER', "The customer changed their mind"),
            ('INVENTORY', "Items are not available"),
            ('FRAUD', "Fraud"),
            ('DECLINED', "The payment was declined"),
            ('STAFF', "A mistake of ours"),
            ('OTHER', "Other"),
        ],
        default='CUSTOMER',
        required=True,
    )
    restock = fields.Boolean("Put The Goods Back On Stock", default=True)
    refund_method = fields.Selection(
        [
            ('original', "Back to how it was paid"),
            ('store_credit', "As store credit"),
            ('none', "Later: give no money back now"),
        ],
        "Refund",
        default='original',
        required=True,
    )
    staff_note = fields.Char("Note For Your Staff", size=255)
    # refund
    line_ids = fields.One2many('shopify.order.action.line', 'wizard_id')
    payment_ids = fields.One2many(
        'shopify.order.action.payment', 'wizard_id', domain=[('is_authorization', '=', False)]
    )
    shipping_amount = fields.Monetary("Shipping To Refund")
    shipping_left = fields.Monetary("Shipping Not Refunded Yet", readonly=True)
    suggested_amount = fields.Monetary("Shopify Suggests", readonly=True)
    suggested_for = fields.Json(readonly=True)
    is_suggested = fields.Boolean(compute='_compute_is_suggested')
    refund_total = fields.Monetary("Money To Give Back", compute='_compute_refund_total')
    refund_note = fields.Char("Reason")
    discrepancy = fields.Selection(
        [
            ('CUSTOMER', "Goodwill for the customer"),
            ('DAMAGE', "Damaged goods"),
            ('RESTOCK', "Restocking fee"),
            ('OTHER', "Other"),
        ],
        "Why It Differs",
    )
    notify = fields.Boolean("Tell The Customer By E-mail")
    # tags and note
    tags = fields.Char("Tags", help="Separated by commas.")
    note = fields.Text()

    # === OPENING === #

    @api.model
    def _open(self, binding, kind, move=None):
        """Read the order from Shopify and show the dialog; ``move`` is a credit note whose goods are proposed.

        :raise UserError: Shopify cannot be reached, or does not show the order; with a way out.
        """
        self._check_may(binding, kind)
        state = self._ask(binding, lambda sync, client: sync._read_state(client, binding.gid))
        wizard = self.create(self._first_values(binding, kind, state))
        if kind == 'capture':
            wizard.authorization_id = wizard._authorizations()[:1]
            wizard.capture_amount = wizard.authorization_id.left
        if move and not wizard.obstacle:
            wizard._propose(move)
        return wizard._show()

    @api.model
    def _check_may(self, binding, kind):
        binding.ensure_one()
        binding.check_access('read')
        if kind not in dict(self._fields['kind']._description_selection(self.env)):
            raise UserError(self.env._("There is no such change."))
        if not self.env.user.has_group(_MONEY_GROUP if kind in _MONEY_KINDS else _USER_GROUP):
            raise AccessError(
                self.env._(
                    "Changing payments of Shopify orders, or cancelling them, needs the role “Shopify: Money In Shopify”. "
                    "Ask your administrator for it."
                )
            )
        backend = binding.backend_id.sudo()
        if not backend._is_live():
            raise UserError(self.env._("%(store)s is not connected to this database.", store=backend.name))
        if binding.state == 'deleted':
            raise UserError(self.env._("This order was deleted in Shopify."))

    @api.model
    def _ask(self, binding, question):
        """One question to the shop, with little patience."""
        backend = binding.backend_id.sudo()
        sync = self.env['shopify.sync.order.action'].sudo()
        try:
            return question(sync, backend._get_client('orders', timeout=_SECONDS, max_tries=2, max_wait=2.0))
        except errors.WaitError as error:
            raise UserError(
                self.env._(
                    "Shopify cannot be asked just now, so nothing was done: %(reason)s Try again in a minute.",
                    reason=error.message,
                )
            ) from error
        except errors.ShopifyError as error:
            raise UserError(error.message) from error

    def _show(self):
        self.ensure_one()
        titles = dict(self._fields['kind']._description_selection(self.env))
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._(
                "%(order)s in Shopify: %(change)s", order=self.binding_id.name, change=titles[self.kind]
            ),
        }

    @api.model
    def _first_values(self, binding, kind, state):
        rows = [(row, False) for row in state['payments']] + [(row, True) for row in state['authorizations']]
        return {
            'binding_id': binding.id,
            'kind': kind,
            'snapshot': state,
            'obstacle': self.env['shopify.order.action.preview']._get_obstacle(kind, state),
            'currency_code': state['currency'],
            'currency_id': self._currency(state).id,
            'can_notify': state['can_notify'],
            'has_money': bool(float(state['net'])),
            'restock': not state['shipped'],
            'notify': kind in ('cancel', 'refund') and state['can_notify'],
            'tags': ', '.join(state['tags']),
            'note': state['note'],
            'shipping_left': float(state['shipping']),
            'line_ids': self._line_commands(binding, kind, state),
            'payment_ids': [
                (
                    0,
                    0,
                    {
                        'gid': row['id'],
                        'name': row['label'],
                        'is_authorization': held,
                        'is_multi': row.get('multi', False),
                        'expires': (row.get('expires') or '')[:16].replace('T', ' '),
                        'left': float(row['capturable'] if held else row['refundable']),
                    },
                )
                for row, held in rows
            ],
        }

    def _currency(self, state):
        return (
            self.env['res.currency'].with_context(active_test=False).search([('name', '=', state['currency'])], limit=1)
        )

    def _line_commands(self, binding, kind, state):
        """Goods that are still there to be refunded; what was not shipped yet is simply not sent, the rest comes back."""
        if kind != 'refund':
            return []
        places = self.env['shopify.location'].sudo().search([('backend_id', '=', binding.backend_id.id)])
        place = places.filtered('warehouse_id')[:1] or places[:1]
        return [
            (
                0,
                0,
                {
                    'gid': line['id'],
                    'name': line['name'],
                    'refundable': line['refundable'],
                    'unfulfilled': line['unfulfilled'],
                    'restock_type': 'CANCEL' if line['unfulfilled'] else 'RETURN',
                    'location_id': place.id,
                },
            )
            for line in state['lines']
            if line['refundable'] > 0
        ]

    def _authorizations(self):
        return self.env['shopify.order.action.payment'].search(
            [('wizard_id', '=', self.id), ('is_authorization', '=', True)]
        )

    # === COMPUTE METHODS === #

    @api.depends('snapshot')
    def _compute_state_text(self):
        previews = self.env['shopify.order.action.preview']
        for wizard in self:
            state = wizard.snapshot or {}
            wizard.state_text = '\n'.join(previews._state_lines(state)) if state else False

    @api.depends('payment_ids.amount')
    def _compute_refund_total(self):
        for wizard in self:
            wizard.refund_total = sum(
                wizard.payment_ids.filtered(lambda row: not row.is_authorization).mapped('amount')
            )

    @api.depends(
        'line_ids.quantity', 'line_ids.restock_type', 'line_ids.location_id', 'shipping_amount', 'suggested_for'
    )
    def _compute_is_suggested(self):
        for wizard in self:
            wizard.is_suggested = wizard.kind != 'refund' or wizard.suggested_for == wizard._asked()

    @api.depends(
        'kind',
        'capture_amount',
        'capture_final',
        'authorization_id',
        'restock',
        'refund_method',
        'notify',
        'tags',
        'note',
        'line_ids.quantity',
        'line_ids.restock_type',
        'line_ids.location_id',
        'shipping_amount',
        'payment_ids.amount',
        'discrepancy',
        'is_suggested',
    )
    def _compute_preview(self):
        previews = self.env['shopify.order.action.preview']
        for wizard in self:
            wizard.preview = (
                '\n'.join(previews._sentences(wizard)) if wizard.snapshot and not wizard.obstacle else False
            )

    # === ACTION METHODS === #

    def action_suggest(self):
        """Ask Shopify what it would give back for the goods that were chosen."""
        self.ensure_one()
        self._check_may(self.binding_id, self.kind)
        self._check_lines()
        lines, shipping = self._chosen_lines(), self.shipping_amount
        found = self._ask(
            self.binding_id, lambda sync, client: sync._read_suggestion(client, self.snapshot, lines, shipping)
        )
        for payment in self.payment_ids:
            payment.amount = float(found['by_payment'].get(payment.gid, 0))
        self.suggested_amount = float(found['amount'])
        self.suggested_for = self._asked()
        return self._show()

    def action_confirm(self):
        """Write the intent down; the lane does it."""
        self.ensure_one()
        self._check_may(self.binding_id, self.kind)
        if self.obstacle:
            raise UserError(self.obstacle)
        if self.snapshot['id'] != self.binding_id.gid:
            raise UserError(self.env._("The dialog is about another order. Open it again."))
        if not self.is_suggested:
            return self.action_suggest()
        variables = getattr(self, f'_variables_{self.kind}')()
        facts = writing.facts(self.kind, variables, self.snapshot)
        self.env['shopify.order.action']._confirm(
            self.binding_id, self.kind, variables, facts, self.preview, self.move_id
        )
        answer = self.env['shopify.backend']._notification(
            self.env._("Written down. It is done in Shopify within seconds; the order's messages say how it went.")
        )
        answer['params']['next'] = {'type': 'ir.actions.act_window_close'}
        return answer
