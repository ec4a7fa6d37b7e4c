from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..entities import order_write as writing


class ShopifyOrderActionWizard(models.TransientModel):
    """What a person has chosen in the dialog, checked, and as Shopify takes it."""

    _inherit = 'shopify.order.action.wizard'

    # === WHAT IS SENT === #

    def _variables_mark_paid(self):
        return writing.mark_paid_variables(self.snapshot)

    def _variables_capture(self):
        if not 0 < self._units(self.capture_amount) <= self._units(self.authorization_id.left):
            raise UserError(
                self.env._(
                    "Enter an amount up to %(amount)s.",
                    amount=f'{writing.amount_text(self.authorization_id.left, self.currency_code)} {self.currency_code}',
                )
            )
        return writing.capture_variables(
            self.snapshot,
            self.authorization_id.gid,
            self._units(self.capture_amount),
            self.is_multi and self.capture_final,
        )

    def _variables_cancel(self):
        if self.refund_method == 'store_credit' and not self.snapshot['has_customer']:
            raise UserError(self.env._("The order has no customer who could have store credit. Choose another refund."))
        return writing.cancel_variables(
            self.snapshot,
            reason=self.reason,
            restock=self.restock,
            refund=self.refund_method if self.has_money else 'none',
            notify=self.notify,
            staff_note=self.staff_note or '',
        )

    def _variables_refund(self):
        self._check_lines()
        amounts = {row.gid: self._units(row.amount) for row in self.payment_ids if not row.is_authorization}
        for row in self.payment_ids:
            if row.amount < 0 or self._units(row.amount) > self._units(row.left):
                raise UserError(
                    self.env._(
                        "%(name)s can give back at most %(amount)s.",
                        name=row.name,
                        amount=f'{writing.amount_text(row.left, self.currency_code)} {self.currency_code}',
                    )
                )
        if not any(amounts.values()) and not self._chosen_lines() and not self.shipping_amount:
            raise UserError(self.env._("Choose goods, shipping or an amount to refund."))
        return writing.refund_variables(
            self.snapshot,
            lines=self._chosen_lines(),
            shipping=self._units(self.shipping_amount),
            amounts=amounts,
            notify=self.notify,
            note=self.refund_note or '',
            discrepancy=self.discrepancy or '',
        )

    def _variables_tags(self):
        wanted = writing.split_tags(self.tags)
        if len(wanted) > writing.MAX_TAGS or any(len(tag) > writing.MAX_TAG for tag in wanted):
            raise UserError(
                self.env._(
                    "Shopify takes up to %(count)s tags of up to %(size)s characters each.",
                    count=writing.MAX_TAGS,
                    size=writing.MAX_TAG,
                )
            )
        variables = writing.tags_variables(self.snapshot, wanted)
        if not variables['add'] and not variables['remove']:
            raise UserError(self.env._("The tags are the same as before."))
        return variables

    def _variables_note(self):
        if (self.note or '') == self.snapshot['note']:
            raise UserError(self.env._("The note is the same as before."))
        return writing.note_variables(self.snapshot, self.note or '')

    # === FROM A CREDIT NOTE === #

    def _propose(self, move):
        """Choose what a credit note of Odoo takes back, and ask Shopify what that is worth there."""
        self.move_id = move
        self.refund_note = move.name
        units, freight = {}, move.sudo().invoice_line_ids.browse()
        for row in move.sudo().invoice_line_ids:
            gid = row.sale_line_ids[:1].shopify_line_gid or ''
            if '/ShippingLine/' in gid:
                freight += row
            else:
                units[gid] = units.get(gid, 0.0) + row.quantity
        for line in self.line_ids:
            line.quantity = min(int(units.get(line.gid, 0)), line.refundable)
            if line.quantity > line.unfulfilled and line.restock_type == 'CANCEL':
                line.restock_type = 'RETURN'
        self.shipping_amount = min(self._credited_shipping(freight), self.shipping_left)
        self.action_suggest()

    def _credited_shipping(self, rows):
        """What these lines of a credit note give back of the shipping, in the customer's currency and, as Shopify's
        amounts, with taxes where the order's prices have them. A credit note in another currency tells the share."""
        if rows.currency_id.name == self.currency_code:
            return sum(
                row.price_total if any(row.tax_ids.mapped('price_include')) else row.price_subtotal for row in rows
            )
        others = rows.sale_line_ids.invoice_lines.filtered(lambda row: row.parent_state == 'posted') - rows
        signs = {'out_invoice': 1, 'out_refund': -1}
        left = sum(row.price_subtotal * signs.get(row.move_id.move_type, 0) for row in others)
        if left <= 0:
            return 0.0
        return self.currency_id.round(self.shipping_left * sum(rows.mapped('price_subtotal')) / left)

    # === HELPERS === #

    def _units(self, value):
        """A float of the form as the exact amount that it stands for in the customer's currency."""
        return Decimal(writing.amount_text(value, self.currency_code))

    def _chosen_lines(self):
        return [
            {
                'id': line.gid,
                'quantity': line.quantity,
                'restock': line.restock_type,
                'location': line.location_id.sudo().gid,
            }
            for line in self.line_ids
            if line.quantity > 0
        ]

    def _asked(self):
        """What the suggestion depends on."""
        return [
            [[line['id'], line['quantity'], line['restock'], line['location'] or ''] for line in self._chosen_lines()],
            writing.amount_text(self.shipping_amount, self.currency_code or 'USD'),
        ]

    def _check_lines(self):
        for line in self.line_ids:
            if line.quantity < 0 or line.quantity > line.refundable:
                raise UserError(
                    self.env._("Of %(name)s, %(count)s can be refunded.", name=line.name, count=line.refundable)
                )
            if line.quantity and line.restock_type == 'CANCEL' and line.quantity > line.unfulfilled:
                raise UserError(
                    self.env._(
                        "Of %(name)s only %(count)s were not shipped yet. Choose “comes back” for what was shipped.",
                        name=line.name,
                        count=line.unfulfilled,
                    )
                )
            if line.quantity and line.restock_type != 'NO_RESTOCK' and not line.location_id:
                raise UserError(self.env._("Say at which location %(name)s goes back on stock.", name=line.name))
        if self.shipping_amount < 0 or self._units(self.shipping_amount) > self._units(self.shipping_left):
            raise UserError(self.env._("More shipping than was paid cannot be refunded."))


class ShopifyOrderActionLine(models.TransientModel):
    _name = 'shopify.order.action.line'
    _description = "Goods To Refund In Shopify"

    wizard_id = fields.Many2one('shopify.order.action.wizard', required=True, ondelete='cascade')
    gid = fields.Char(required=True, readonly=True)
    name = fields.Char("Product", readonly=True)
    refundable = fields.Integer("Can Be Refunded", readonly=True)
    unfulfilled = fields.Integer("Not Shipped", readonly=True)
    quantity = fields.Integer("To Refund")
    restock_type = fields.Selection(
        [
            ('CANCEL', "Not shipped: back on stock"),
            ('RETURN', "Comes back: on stock"),
            ('NO_RESTOCK', "Not on stock"),
        ],
        "Goods",
        default='NO_RESTOCK',
        required=True,
    )
    location_id = fields.Many2one('shopify.location', "At")


class ShopifyOrderActionPayment(models.TransientModel):
    _name = 'shopify.order.action.payment'
    _description = "Payment In Shopify"

    wizard_id = fields.Many2one('shopify.order.action.wizard', required=True, ondelete='cascade')
    gid = fields.Char(required=True, readonly=True)
    name = fields.Char("Payment", readonly=True)
    currency_id = fields.Many2one(related='wizard_id.currency_id')
    is_authorization = fields.Boolean(readonly=True)
    is_multi = fields.Boolean(readonly=True)
    expires = fields.Char("Expires (UTC)", readonly=True)
    left = fields.Monetary("At Most", readonly=True)
    amount = fields.Monetary("Give Back")
