from odoo import fields, models
from odoo.exceptions import UserError

from ..entities import return_write


class ShopifyReturn(models.Model):
    """What becomes of a return in Odoo's warehouse, and what people here decide about a request."""

    _inherit = 'shopify.return'

    picking_ids = fields.One2many('stock.picking', 'shopify_return_id', "Receipts", readonly=True)
    picking_count = fields.Integer(compute='_compute_picking_count')
    expected = fields.Json(readonly=True, help="Units of each order line that Odoo last planned to receive.")
    reason_text = fields.Text("Reasons", compute='_compute_reason_text')

    def _compute_picking_count(self):
        for record in self:
            record.picking_count = len(record.picking_ids)

    def _compute_reason_text(self):
        for record in self:
            rows = [
                ' – '.join(filter(None, (line.product_id.display_name or line.name, line.reason, *line._get_notes())))
                for line in record.line_ids
                if line.kind == 'return'
            ]
            record.reason_text = '\n'.join(dict.fromkeys(rows))

    def action_view_pickings(self):
        """The receipts of the return; a single one at once."""
        self.ensure_one()
        action = {
            'type': 'ir.actions.act_window',
            'name': self.env._("Receipts"),
            'res_model': 'stock.picking',
            'view_mode': 'list,form',
            'domain': [('id', 'in', self.picking_ids.ids)],
        }
        if len(self.picking_ids) == 1:
            action.update(view_mode='form', views=[(False, 'form')], res_id=self.picking_ids.id)
        return action

    # === REQUESTS === #

    def action_approve(self):
        """Say yes to the customer's request: Shopify is told, and then a receipt of the goods is planned."""
        for record in self:
            record._decide(return_write.approve(record.gid, notify=True))

    def action_decline(self):
        """Say no, with a reason: asked for in a dialog."""
        self.ensure_one()
        self._require_request()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Decline %(name)s", name=self.name),
            'res_model': 'shopify.return.decline',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_return_id': self.id},
        }

    def _require_request(self):
        self.ensure_one()
        if self.state != 'requested':
            raise UserError(
                self.env._(
                    "%(name)s is no open request any more. Press Read Again to see what has become of it in Shopify.",
                    name=self.name,
                )
            )

    def _require_unanswered(self):
        answers = self.env['shopify.delivery.step'].search(
            [
                ('order_binding_id', '=', self.order_binding_id.id),
                ('kind', 'in', ('return_approve', 'return_decline')),
                ('state', 'in', ('planned', 'sending', 'unclear')),
            ]
        )
        if self.gid in [step.variables['input']['id'] for step in answers]:
            raise UserError(
                self.env._(
                    "%(name)s has been answered, and Shopify is about to be told. Press Read Again in a moment to see it.",
                    name=self.name,
                )
            )

    def _decide(self, step):
        """Write an answer to the request down, for the lane to send it."""
        if not self.env.user.has_group('shopify_connector.group_shopify_user'):
            raise UserError(
                self.env._("Only people with the role Shopify User answer requests of customers. Ask one of them.")
            )
        self._require_request()
        self.check_access('read')
        self._require_unanswered()
        self.env['shopify.delivery.step']._plan(self.order_binding_id, step.kind, step.variables, step.before)
