"""Lines without goods: services, warranties and the like, which no delivery takes anywhere."""

from collections import Counter

from odoo import api, models

_PAID = ('paid', 'partially_refunded')


class ShopifySyncDeliveryServices(models.AbstractModel):
    _name = 'shopify.sync.delivery.services'
    _description = "Shopify Services"

    @api.model
    def _get_units(self, deliveries, lines, moves):
        """``{delivery id: {line gid: units}}`` of what these rows of `shopify.delivery` stand for beside goods.

        :param lines: the orders' lines that Shopify has. :param moves: ``{line: moves}``.
        """
        shipped = deliveries.filtered(lambda row: row.kind == 'ship')
        rows = self._rows(shipped.order_binding_id)
        found = {
            row.id: self._units(
                row,
                rows.filtered(lambda other, row=row: other.order_binding_id == row.order_binding_id) - row,
                lines.filtered(lambda line, row=row: line.order_id == row.sale_order_id),
                moves,
            )
            for row in shipped
        }
        return {id_: units for id_, units in found.items() if units}

    def _units(self, delivery, others, lines, moves):
        policy = delivery.backend_id.ship_services
        if policy == 'delivered' and not delivery.picking_id:
            return self._left(lines, others, lambda line: int(line.qty_delivered))
        if policy == 'with_goods' and self._is_last(delivery, others, lines, moves):
            return self._left(lines, others, lambda line: int(line.product_uom_qty))
        return {}

    def _rows(self, bindings):
        return (
            self.env['shopify.delivery']
            .sudo()
            .search([('order_binding_id', 'in', bindings.ids), ('kind', '=', 'ship')], order='id')
        )

    def _is_service(self, line):
        return line.product_id.type == 'service'

    def _left(self, lines, others, wanted):
        """``{line gid: units}`` of services that no other row has been said to stand for."""
        left = Counter()
        for line in lines.filtered(self._is_service):
            left[line.shopify_line_gid] += wanted(line)
        told = Counter({gid: sum((row.units or {}).get(gid, 0) for row in others) for gid in left})
        return dict(left - told)

    def _is_last(self, delivery, others, lines, moves):
        """Whether no goods are to come after this one."""
        goods = lines.filtered(lambda line: not self._is_service(line) and line.product_uom_qty > 0)
        if any(self._is_open(moves[line]) for line in goods):
            return False
        later = others.filtered(
            lambda row: row.picking_id and delivery.picking_id and self._done_at(row) > self._done_at(delivery)
        )
        return not later

    def _done_at(self, row):
        return row.picking_id.date_done or row.noted_at, row.id

    def _is_open(self, moves):
        """Goods that have no move yet are bought first (dropshipping)."""
        units = self.env['shopify.sync.delivery.units']
        return not moves or any(units._is_coming(move) for move in moves)

    # === WITHOUT A DELIVERY === #

    @api.model
    def _note(self, orders):
        """Note services that no delivery will take with it: orders without goods once they are confirmed and paid, what was
        marked as delivered by hand, and what was left when the rest of the goods was cancelled."""
        bindings = orders.sudo().shopify_binding_ids.filtered(self._is_told)
        units = self.env['shopify.sync.delivery.units']
        lines = units._lines(bindings.sale_order_id) if bindings else self.env['sale.order.line']
        served = lines.filtered(self._is_service).order_id
        bindings = bindings.filtered(lambda binding: binding.sale_order_id in served)
        if not bindings:
            return self.env['shopify.delivery']
        lines = lines.filtered(lambda line: line.order_id in served)
        rows = self._rows(bindings)
        moves = units._moves(lines)
        due = bindings.filtered(
            lambda binding: self._is_due(
                binding,
                lines.filtered(lambda line: line.order_id == binding.sale_order_id),
                rows.filtered(lambda row: row.order_binding_id == binding),
                moves,
            )
        )
        return self._add(due)

    def _is_told(self, binding):
        store, order = binding.backend_id, binding.sale_order_id
        since = store.ship_since
        return (
            binding.state == 'imported'
            and binding.hold_state != 'held'
            and order.state == 'sale'
            and store.ship_export
            and store.ship_services != 'never'
            and not (since and binding.ordered_at and binding.ordered_at < since)
        )

    def _is_due(self, binding, lines, rows, moves):
        undecided = rows.filtered(lambda row: row.state in ('waiting', 'held') and not row.units)
        if binding.backend_id.ship_services == 'delivered':
            return undecided <= undecided.filtered('picking_id') and bool(
                self._left(lines, rows, lambda line: int(line.qty_delivered))
            )
        if undecided:
            return False  # it takes them with it
        goods = lines.filtered(lambda line: not self._is_service(line) and line.product_uom_qty > 0)
        if goods and any(self._is_open(moves[line]) for line in goods):
            return False
        if not goods and binding.financial_status not in _PAID:
            return False
        return bool(self._left(lines, rows, lambda line: int(line.product_uom_qty)))

    def _add(self, bindings):
        made = (
            self.env['shopify.delivery']
            .sudo()
            .create(
                [
                    {'backend_id': binding.backend_id.id, 'order_binding_id': binding.id, 'kind': 'ship'}
                    for binding in bindings
                ]
            )
        )
        for backend, noted in bindings.grouped('backend_id').items():
            self.env['shopify.task'].sudo()._add(backend, 'delivery', noted.mapped('gid'))
            backend._wake('orders')
        return made
