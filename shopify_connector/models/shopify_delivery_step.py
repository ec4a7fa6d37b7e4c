from datetime import timedelta

from odoo import api, fields, models

# Shopify may still be at it when the connection breaks; it is not looked at before.
LOOK_SECONDS = 10
# What may not happen twice is not sent again before it was missing in Shopify twice, so far apart.
LOOK_AGAIN_SECONDS = 45
OPEN = ('planned', 'sending', 'unclear')


class ShopifyDeliveryStep(models.Model):
    """One change in Shopify that tells of a delivery: written down before it is sent, kept for good.

    ``planned`` was never sent, or is certain not to have happened. ``sending`` is committed before the request leaves; who
    finds it afterwards knows that a run has died and calls it ``unclear``, as when the answer is lost.
    """

    _name = 'shopify.delivery.step'
    _description = "Change Of A Delivery In Shopify"
    _order = 'id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    order_binding_id = fields.Many2one(
        'shopify.order.binding', "Shopify Order", required=True, ondelete='cascade', index=True, readonly=True
    )
    delivery_id = fields.Many2one(
        'shopify.delivery', "Delivery", ondelete='cascade', index='btree_not_null', readonly=True
    )
    kind = fields.Selection(
        [
            ('create', "Fulfil"),
            ('tracking', "Change tracking"),
            ('event', "Tell what happened to the parcel"),
            ('cancel', "Cancel the fulfilment"),
            ('move', "Move to the location"),
            ('open', "Begin before its time"),
            ('accept', "Accept the request"),
            ('release', "Release the hold"),
            ('prepared', "Ready for pickup"),
            ('request', "Request from the fulfilment service"),
            ('return_create', "Open a return"),
            ('return_process', "Receive the return"),
            ('return_close', "Close the return"),
            ('return_approve', "Approve the return"),
            ('return_decline', "Decline the return"),
            ('dispose', "Restock"),
        ],
        required=True,
        readonly=True,
    )
    variables = fields.Json(required=True, readonly=True, help="What is sent, word for word, each time it is sent.")
    before = fields.Json(readonly=True, help="What was known just before it was planned.")
    state = fields.Selection(
        [
            ('planned', "Planned"),
            ('sending', "On Its Way"),
            ('unclear', "Answer Missing"),
            ('done', "Done"),
            ('failed', "Failed"),
        ],
        required=True,
        default='planned',
        readonly=True,
    )
    sends = fields.Integer("Times Sent", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    looked_at = fields.Datetime(readonly=True, help="When Shopify did not show it after it was last sent.")
    done_at = fields.Datetime(readonly=True)
    result_gid = fields.Char("Made In Shopify", index='btree_not_null', readonly=True)
    answer = fields.Json(readonly=True)
    code = fields.Char(readonly=True)
    message = fields.Text("What Happened", readonly=True)
    request_id = fields.Char("Shopify Request", readonly=True, help="Shopify's support asks for it.")
    user_id = fields.Many2one('res.users', "Asked By", readonly=True, ondelete='set null')

    _open_idx = models.Index("(order_binding_id) WHERE state IN ('planned', 'sending', 'unclear')")

    @api.depends('kind', 'order_binding_id.name')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for step in self:
            step.display_name = f'{kinds.get(step.kind, "")} {step.order_binding_id.name or ""}'.strip()

    # === BUSINESS METHODS === #

    @api.model
    def _plan(self, binding, kind, variables, before=None, delivery=None):
        """Write a step down and have the lane of the store's orders do it; the caller has checked who asks.

        ``variables``: by the name of the mutation's arguments, see ``fulfillment_write.KINDS``.
        """
        step = self.sudo().create(
            {
                'backend_id': binding.backend_id.id,
                'order_binding_id': binding.id,
                'delivery_id': delivery.id if delivery else False,
                'kind': kind,
                'variables': variables,
                'before': before or {},
                'user_id': self.env.user.id,
            }
        )
        binding.sudo().backend_id._enqueue('delivery', binding.gid)
        return step

    def _is_open(self):
        return self.state in OPEN

    def _may_be_done(self):
        """Whether Shopify may have carried it out. What it has refused, it has not."""
        return bool(self.sends) and (self.state != 'failed' or self.code == 'answer_lost')

    def _set_sending(self):
        """Before the request leaves: from here on it may have been carried out."""
        now = fields.Datetime.now()
        for sends, steps in self.grouped('sends').items():
            steps.write({'state': 'sending', 'sends': sends + 1, 'sent_at': now, 'looked_at': False})

    def _set_not_sent(self):
        """The request certainly did nothing: it is as if it had not been sent."""
        for sends, steps in self.grouped('sends').items():
            steps.write({'state': 'planned', 'sends': max(0, sends - 1)})

    def _set_unclear(self, message=False, request_id=None, code=False):
        """``code``: Shopify has refused it, maybe because it had been carried out before."""
        self.write({'state': 'unclear', 'code': code, 'message': message, 'request_id': request_id or False})

    def _set_missing(self):
        """Shopify has certainly not done it."""
        self.write({'state': 'planned', 'looked_at': False, 'message': False})

    def _set_done(self, result_gid=None, answer=None):
        self.write(
            {
                'state': 'done',
                'result_gid': result_gid or False,
                'answer': answer or False,
                'code': False,
                'message': False,
                'done_at': fields.Datetime.now(),
            }
        )

    def _set_failed(self, code, message, request_id=None):
        self.write(
            {
                'state': 'failed',
                'code': code,
                'message': message,
                'request_id': request_id or False,
                'done_at': fields.Datetime.now(),
            }
        )

    def _get_wait(self, now=None):
        """Seconds after ``now`` until Shopify may be asked whether it was done; 0 when that is over."""
        moment = (self.sent_at or self.create_date) + timedelta(seconds=LOOK_SECONDS)
        if self.looked_at:
            moment = self.looked_at + timedelta(seconds=LOOK_AGAIN_SECONDS)
        return max(0.0, (moment - (now or fields.Datetime.now())).total_seconds())
