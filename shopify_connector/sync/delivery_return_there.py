"""Goods that came back in Odoo and were received by the shop as well: what it knows already is not told once more."""

from collections import Counter

from odoo import models

from ..entities import return_write as writing

# A step without an answer may have been carried out.
_SENT = ('sending', 'unclear', 'done')


class ShopifySyncDeliveryReturn(models.AbstractModel):
    _inherit = 'shopify.sync.delivery.return'

    def _drop_received_there(self, delivery, left, state):
        """``left`` without what the shop has received by itself: the same goods, whoever was first."""
        there = self._get_received_there(delivery.order_binding_id, state)
        if there:
            there -= self._get_received_elsewhere(delivery)
        there &= Counter(writing.total(left))
        if dict(there) != (delivery.adopted or {}):
            delivery.adopted = dict(there)
        return writing.without(left, there)

    def _get_received_there(self, binding, state):
        """``{order line gid: units}`` of the order's returns that Shopify has received and Odoo has not told of. What was
        returned before Odoo knew the order has never left for it, unless Odoo has planned a receipt."""
        steps = self.env['shopify.delivery.step'].search(
            [('order_binding_id', '=', binding.id), ('kind', '=', 'return_process'), ('state', 'in', _SENT)]
        )
        planned = self.env['shopify.return'].search(
            [('order_binding_id', '=', binding.id), ('picking_ids', '!=', False)]
        )
        since, known = binding.create_date.replace(microsecond=0), set(planned.mapped('gid'))
        rows = [row for row in state.returns if row.gid in known or (row.opened_at and row.opened_at >= since)]
        return writing.received_there(rows, writing.told([step.variables for step in steps]))

    def _get_received_elsewhere(self, delivery):
        """``{order line gid: units}`` of these that other receipts in Odoo stand for."""
        moves = delivery.sale_order_id.order_line.move_ids.filtered(
            lambda move: (
                move.state == 'done' and move.origin_returned_move_id and move.picking_id != delivery.picking_id
            )
        )
        rows = self.env['shopify.delivery'].search(
            [('order_binding_id', '=', delivery.order_binding_id.id), ('kind', '=', 'return')]
        )
        noted, found = {row.picking_id: row for row in rows}, Counter()
        for picking in moves.picking_id.filtered(lambda picking: picking.shopify_purpose != 'cancel'):
            row, refund = noted.get(picking), picking.shopify_refund_id
            if row and row.origin == 'odoo':
                found.update(row.adopted or {})
            elif not refund or refund.return_gid:
                found.update(self.env['shopify.sync.delivery.cancel']._get_units_back(picking))
        return found

    # === REFUNDED === #

    def _drop_refunded(self, delivery, left, state):
        """``left`` without what was refunded while the customer still had it: money and units of these are settled."""
        parcels = self.env['shopify.fulfillment'].search(
            [('order_binding_id', '=', delivery.order_binding_id.id), ('state', '=', 'success')]
        )
        units = writing.refunded(state, parcels._get_units()) - self._get_refunded_elsewhere(delivery)
        units &= Counter(writing.total(left))
        if dict(units) != (delivery.refunded or {}):
            delivery.refunded = dict(units)
        return writing.without(left, units)

    def _get_refunded_elsewhere(self, delivery):
        """``{order line gid: units}`` of refunds without a return that other receipts in Odoo stand for."""
        found, binding = Counter(), delivery.order_binding_id
        rows = self.env['shopify.delivery'].search(
            [('order_binding_id', '=', binding.id), ('kind', '=', 'return'), ('id', '!=', delivery.id)]
        )
        for row in rows:
            found.update(row.refunded or {})
        refunds = binding.refund_ids.filtered(lambda refund: not refund.return_gid)
        for picking in refunds.picking_ids.filtered(lambda picking: picking.state == 'done'):
            found.update(self.env['shopify.sync.delivery.cancel']._get_units_back(picking))
        return found
