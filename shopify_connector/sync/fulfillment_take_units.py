"""How many units of a parcel have not left in Odoo yet: what both sides know of is taken off."""

from collections import Counter

from odoo import models

from ..entities import fulfillment_take as mapping
from ..entities import order_lines

_TELLING = ('waiting', 'held', 'failed')


class ShopifySyncFulfillmentTake(models.AbstractModel):
    _inherit = 'shopify.sync.fulfillment.take'

    def _untaken_units(self, row, coming):
        """``({sale order line: units}, {line gid: units})`` of the parcel that nobody has taken out of Odoo's stock, the latter
        those of ``coming``."""
        wanted, later, unsaid = {}, {}, self._unsaid_units(row)
        for gid, count in row._get_untaken().items():
            lines = self._lines(row, gid)
            left = count - unsaid[gid]
            for line in lines:
                part = min(left, max(0, int(line.product_uom_qty) - self._shipped_units(line)))
                if part > 0:
                    wanted[line] = part
                    left -= part
            if left > 0 and coming.get(gid):
                later[gid] = min(left, coming[gid])
                left -= later[gid]
            if left > 0 and lines:
                wanted[lines[0]] = wanted.get(lines[0], 0) + left
        return wanted, later

    @staticmethod
    def _unshipped_of_returned(payload):
        """``{line gid: (units left on the order, units still to leave)}`` of lines of which something has come back or was
        taken off."""
        return {
            line['id']: (line['currentQuantity'], line['unfulfilledQuantity'])
            for line in order_lines.line_nodes(payload)
            if line.get('currentQuantity', line['quantity']) < line['quantity']
            and line.get('unfulfilledQuantity') is not None
        }

    def _coming_units(self, binding, payload):
        """``{line gid: units}`` that the sales order is still to get: they were added in Shopify, and may have left with the
        same news."""
        if not self.env['shopify.sync.order']._must_change(binding, payload):
            return {}
        present = Counter()
        for line in binding.sale_order_id.order_line:
            present[line.shopify_line_gid] += mapping.whole(line.product_uom_qty)
        lines = order_lines.line_nodes(payload)
        return dict(+(Counter({line['id']: line.get('currentQuantity', line['quantity']) for line in lines}) - present))

    def _not_back_yet(self, row, units, unshipped):
        """Those of ``{sale order line: units}`` that are not back already. An order that comes to Odoo after a return has the
        units that are left: what has yet to leave of them is not what the parcel took, and not what came back."""
        telling, room = self._telling_units(row) if unshipped else {}, {}
        for gid, (left, waiting) in unshipped.items():
            lines = self._lines(row, gid)
            if left == sum(lines.mapped('product_uom_qty')):
                undelivered = sum(line.product_uom_qty - line.qty_delivered for line in lines)
                room[gid] = max(0, mapping.whole(undelivered) - max(0, waiting - telling.get(gid, 0)))
        found = {}
        for line, count in units.items():
            gid = line.shopify_line_gid
            part = min(count, room.get(gid, count))
            if gid in room:
                room[gid] -= part
            if part:
                found[line] = part
        return found

    def _unsaid_units(self, row):
        """``{line gid: units}`` of the parcel that were shipped in Odoo and will not be told to Shopify by themselves: somebody
        has told them by hand."""
        told, telling = self._told_units(row), self._telling_units(row)
        found = {}
        for gid, count in row._get_untaken().items():
            shipped = sum(map(self._shipped_units, self._lines(row, gid)))
            found[gid] = min(count, max(0, shipped - told.get(gid, 0) - telling.get(gid, 0)))
        return found

    def _lines(self, row, gid):
        """The sale order's lines of goods that stand for a line of Shopify; those with something open first."""
        lines = row.order_binding_id.sale_order_id.order_line.filtered(
            lambda line: line.shopify_line_gid == gid and line.product_id.type == 'consu'
        )
        return lines.sorted(lambda line: line.product_uom_qty <= line.qty_delivered)

    def _shipped_units(self, line):
        """Units that left, whether they came back since or not: a return does not undo a fulfilment."""
        returned = 0.0
        for move in line.move_ids:
            is_return = move.state == 'done' and move.location_id._is_outgoing() and move.to_refund
            if is_return and move.product_id == line.product_id and not self._is_undoing(move):
                returned += move.product_uom._compute_quantity(move.quantity, line.product_uom_id)
        return mapping.whole(line.qty_delivered + returned)

    @staticmethod
    def _is_undoing(move):
        """Whether it takes a parcel back that never left; its fulfilment is cancelled in Shopify."""
        picking = move.picking_id
        return 'shopify_purpose' in picking._fields and picking.shopify_purpose == 'cancel'

    def _told_units(self, row):
        """``{line gid: units}`` of the order's parcels that stand in Odoo as well."""
        found = {}
        for other in self.env['shopify.sync.fulfillment']._get_rows(row.order_binding_id):
            if other.state == 'success':
                for gid, count in other._get_taken().items():
                    found[gid] = found.get(gid, 0) + count
        return found

    def _telling_units(self, row):
        """``{line gid: units}`` that Odoo has shipped and is going to tell."""
        deliveries = self.env['shopify.delivery'].search(
            [
                ('order_binding_id', '=', row.order_binding_id.id),
                ('origin', '=', 'odoo'),
                ('kind', '=', 'ship'),
                ('state', 'in', _TELLING),
                ('picking_id', '!=', False),
            ]
        )
        found = {}
        parcels = self.env['shopify.sync.delivery.units']._get_parcels(deliveries) if deliveries else {}
        for parcel in [parcel for some in parcels.values() for parcel in some]:
            for gid, count in parcel.units.items():
                found[gid] = found.get(gid, 0) + count
        return found
