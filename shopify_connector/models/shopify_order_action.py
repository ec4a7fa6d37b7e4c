import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Shopify remembers the key of a refund for a day; nobody expects a click of yesterday to move money today either.
_HOURS_VALID = 23
_OPEN = ('waiting', 'sent', 'unclear')


class ShopifyOrderAction(models.Model):
    """A change of an order in Shopify that a person has confirmed: written down before the shop is asked, kept for good.

    Rows come from the confirmed dialog only and nobody edits them.
    """

    _name = 'shopify.order.action'
    _description = "Change In Shopify"
    _order = 'id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    binding_id = fields.Many2one(
        'shopify.order.binding', "Order", required=True, ondelete='cascade', index=True, readonly=True
    )
    kind = fields.Selection(
        [
            ('mark_paid', "Mark as paid"),
            ('capture', "Capture payment"),
            ('cancel', "Cancel"),
            ('refund', "Refund"),
            ('tags', "Change tags"),
            ('note', "Change note"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ('waiting', "Waiting"),
            ('sent', "Sent"),
            ('unclear', "Answer Missing"),
            ('done', "Done"),
            ('failed', "Failed"),
        ],
        default='waiting',
        required=True,
        readonly=True,
    )
    variables = fields.Json(required=True, readonly=True, help="What is sent, word for word, each time it is sent.")
    facts = fields.Json(readonly=True, help="What the dialog showed; when it is different now, nothing is sent.")
    before = fields.Json(readonly=True, help="The order as it was read just before the change was sent.")
    summary = fields.Text(readonly=True, help="What the dialog said would happen.")
    idempotency_key = fields.Char(required=True, readonly=True, default=lambda self: str(uuid.uuid4()))
    move_id = fields.Many2one('account.move', "Credit Note", ondelete='set null', index='btree_not_null', readonly=True)
    result_gid = fields.Char("Made In Shopify", index='btree_not_null', readonly=True)
    job_gid = fields.Char("Shopify Job", readonly=True)
    sends = fields.Integer("Times Sent", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    looked_at = fields.Datetime(readonly=True, help="When the order did not show the change after it was last sent.")
    done_at = fields.Datetime(readonly=True)
    answer = fields.Json(readonly=True)
    message = fields.Text("What Happened", readonly=True)
    request_id = fields.Char("Shopify Request", readonly=True, help="Shopify's support asks for it.")
    user_id = fields.Many2one('res.users', "Confirmed By", required=True, readonly=True)

    _key_uniq = models.Constraint('UNIQUE(idempotency_key)', "This change has been confirmed already.")
    # One at a time, whoever clicks twice and wherever.
    _open_uniq = models.UniqueIndex(
        "(binding_id, kind) WHERE state IN ('waiting', 'sent', 'unclear')",
        "This change of the order is on its way to Shopify already. Wait until it is done.",
    )

    @api.depends('kind', 'binding_id')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for action in self:
            action.display_name = f'{action.binding_id.name or ""} {kinds.get(action.kind, "")}'.strip()

    # === BUSINESS METHODS === #

    @api.model
    def _confirm(self, binding, kind, variables, facts, summary, move=None):
        """Write a confirmed intent down and have the lane do it. The caller has checked who asks.

        ``move``: the credit note that stands for the refund in Odoo, when there is one already.
        """
        if binding.sudo().action_ids.filtered(lambda row: row.kind == kind and row.state in _OPEN):
            raise UserError(
                self.env._("This change of the order is on its way to Shopify already. Wait until it is done.")
            )
        self.sudo().flush_model(['state'])
        action = self.sudo().create(
            {
                'backend_id': binding.backend_id.id,
                'binding_id': binding.id,
                'kind': kind,
                'variables': variables,
                'facts': facts,
                'summary': summary,
                'move_id': move.id if move else False,
                'user_id': self.env.user.id,
            }
        )
        binding.sudo().backend_id._enqueue('order_action', str(action.id))
        return action

    def _is_open(self):
        return self.state in _OPEN

    def _is_replaced(self):
        """Whether a newer one of the kind is on its way."""
        return any(row.kind == self.kind and row._is_open() for row in self.binding_id.action_ids - self)

    def _is_expired(self):
        return fields.Datetime.now() - (self.sent_at or self.create_date) > timedelta(hours=_HOURS_VALID)

    def _set_sent(self, before):
        """Before the request leaves: from here on it may have been carried out."""
        self.write(
            {
                'state': 'sent',
                'sent_at': self.sent_at or fields.Datetime.now(),
                'before': self.before or before,
                'sends': self.sends + 1,
                'looked_at': False,
            }
        )

    def _set_not_sent(self, lost_before):
        """The request never reached Shopify: it is as if it had not been sent. ``lost_before``: an earlier one may have."""
        values = {'state': 'unclear'} if lost_before else {'state': 'waiting', 'sent_at': False, 'before': False}
        self.write({**values, 'sends': self.sends - 1})

    def _is_looked_at(self, seconds):
        """Whether the order has been without the change for ``seconds``; it begins to count with the first look."""
        now = fields.Datetime.now()
        if not self.looked_at:
            self.looked_at = now
        return (now - self.looked_at).total_seconds() >= seconds

    def _set_open_again(self):
        """A person wants what had failed to be tried again. What was certainly not done is a new request with a new key;
        of anything else the answer is still missing."""
        if self.sent_at:
            self.write({'state': 'unclear', 'sends': 0})
            return
        self.write(
            {
                'state': 'waiting',
                'sends': 0,
                'sent_at': False,
                'before': False,
                'job_gid': False,
                'idempotency_key': str(uuid.uuid4()),
                'message': False,
            }
        )

    def _set_done(self, message, answer=None):
        self.write(
            {
                'state': 'done',
                'message': message,
                'answer': answer or self.answer or False,
                'result_gid': (answer or {}).get('id') or False,
                'done_at': fields.Datetime.now(),
            }
        )
        self._tell(message)

    def _set_failed(self, message, request_id=None, refused=True):
        """``refused``: it is certain that nothing was done. Else ``sent_at`` stays, and says so."""
        values = {'state': 'failed', 'message': message, 'request_id': request_id or False}
        if refused:
            values['sent_at'] = False
        self.write({**values, 'done_at': fields.Datetime.now()})
        self._tell(message)

    def _give_up(self):
        """A person no longer wants what is open, or it will not be tried again: the order is free for the next change."""
        for action in self.filtered(lambda action: action.state in _OPEN):
            if action.sent_at:
                message = self.env._(
                    "Given up by %(user)s. It had been sent, and Shopify's answer is missing: look at the order in the "
                    "Shopify admin before you do it again.",
                    user=self.env.user.name,
                )
            else:
                message = self.env._(
                    "Given up by %(user)s before it was sent. Nothing was changed in Shopify.", user=self.env.user.name
                )
            action._set_failed(message, action.request_id, refused=not action.sent_at)

    # === ACTION METHODS === #

    def action_give_up(self):
        """Have it not tried again."""
        if not self.env.user.has_groups(
            'shopify_connector.group_shopify_manager,shopify_connector.group_shopify_money'
        ):
            raise AccessError(self.env._("Giving up changes in Shopify is for Shopify managers."))
        self.check_access('read')
        tasks = (
            self.env['shopify.task']
            .sudo()
            .search([('kind', '=', 'order_action'), ('key', 'in', [str(action.id) for action in self])])
        )
        tasks.action_skip()
        self.sudo()._give_up()

    def _tell(self, message):
        """Who confirmed it has left the form long ago: the sales order's messages say how it went."""
        for action in self:
            kinds = dict(self._fields['kind']._description_selection(self.env))
            sale = action.binding_id.sale_order_id
            if sale:
                sale.message_post(
                    body=self.env._(
                        "%(kind)s in Shopify, confirmed by %(user)s: %(message)s",
                        kind=kinds[action.kind],
                        user=action.user_id.name,
                        message=message,
                    )
                )
