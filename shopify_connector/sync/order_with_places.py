"""Which warehouse ships which units: orders that Shopify routes to several locations, and ones that it routes anew."""

from dataclasses import replace

from odoo import models

from ..entities import fulfillment_take, order_header, order_lines

_FOLLOWED = ('draft', 'sent', 'sale')


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    # === NEW ORDERS === #

    def _prepare_together(self, backend, payloads, fetched_variants):
        prepared = super()._prepare_together(backend, payloads, fetched_variants)
        known = self._known_bindings(backend, prepared) if self._has_several_warehouses(backend) else {}
        for payload in payloads:
            binding = known.get(payload['id'])
            places = self._routed(backend, payload, binding and binding.sale_order_id)
            if places and binding:
                places = self._left_to_shopify(binding, places)
            if places and payload['id'] in prepared:
                refs, told = prepared[payload['id']]
                prepared[payload['id']] = (replace(refs, places=places), told)
        return prepared

    def _known_bindings(self, backend, gids):
        bindings = self.env['shopify.order.binding'].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', list(gids)), ('sale_order_id', '!=', False)],
            ['gid', 'sale_order_id'],
        )
        return {binding.gid: binding for binding in bindings}

    @staticmethod
    def _left_to_shopify(binding, places):
        """Those of ``places`` whose lines ship from where Shopify says. A warehouse that a person chose for the order ships the
        lines that it has, whatever becomes of their units, and new ones that Shopify routes as it had routed those."""
        order = binding.sale_order_id
        lines = order.order_line.filtered(lambda line: line.shopify_line_gid and line.product_id.type == 'consu')
        decided = set(lines.filtered(lambda line: not line.shopify_places).mapped('shopify_line_gid'))
        overruled = {place for gid, share in (binding.routed or {}).items() if gid in decided for place in share}
        overruled.discard(str(order.warehouse_id.id))
        known = set(lines.mapped('shopify_line_gid'))
        return {
            gid: share
            for gid, share in places.items()
            if gid not in decided and (gid in known or not set(share) <= overruled)
        }

    def _set_warehouse(self, backend, payload, decision, finder, header):
        """Override: several parts of an order may ship from one warehouse all the same."""
        super()._set_warehouse(backend, payload, decision, finder, header)
        if 'warehouse_id' in header.order or 'warehouse_id' in decision.values or not payload.get('state'):
            return
        shares = self._shares(backend, payload)
        warehouses = {place for by_place in shares.values() for place in by_place}
        if len(warehouses) == 1 and warehouses != {backend.warehouse_id.id}:
            header.order['warehouse_id'] = warehouses.pop()
        elif len(warehouses) > 1:
            names = self.env['stock.warehouse'].browse(sorted(warehouses)).mapped('name')
            header.trail.append(('places', {'warehouses': ', '.join(names)}))

    def _routed(self, backend, payload, order=None):
        """``{line gid: {warehouse id as text: units}}`` of an order whose goods ship from several warehouses, or from another
        than the sales order has; empty for all others. A rule's warehouse ships everything."""
        shares = self._shares(backend, payload)
        warehouses = {place for by_place in shares.values() for place in by_place}
        if len(warehouses) < 2 and (not order or warehouses <= {order.warehouse_id.id}):
            return {}
        if 'warehouse_id' in self._decision(backend, payload).values:
            return {}
        return {gid: {str(place): units for place, units in by_place.items()} for gid, by_place in shares.items()}

    def _shares(self, backend, payload):
        """``{line gid: {warehouse id: units}}`` as Shopify has routed the order; of locations without a warehouse the
        store's. Empty where nobody says so, or one warehouse does everything."""
        if not self._has_several_warehouses(backend):
            return {}
        if payload.get('state'):
            places = fulfillment_take.places(payload['state'])
        else:
            place = order_header.fulfilment_location(payload)
            lines = order_lines.line_nodes(payload) if place else []
            places = {line['id']: {place: line.get('currentQuantity', line['quantity'])} for line in lines}
        if not places:
            return {}
        known = {row.gid: row.warehouse_id for row in backend.location_ids if row.warehouse_id}
        shares = {}
        for gid, by_place in places.items():
            share = shares.setdefault(gid, {})
            for place, units in by_place.items():
                warehouse = known.get(place, backend.warehouse_id).id
                share[warehouse] = share.get(warehouse, 0) + units
        return shares

    def _header(self, backend, payload, refs, finder):
        """Override: what Shopify says now is what later changes are compared with."""
        header = super()._header(backend, payload, refs, finder)
        header.binding['routed'] = self._as_kept(self._shares(backend, payload))
        return header

    @staticmethod
    def _as_kept(shares):
        """As JSON keeps it; never empty, for an order that was read before Shopify had routed it is followed as well."""
        rows = {gid: {str(place): units for place, units in share.items()} for gid, share in shares.items()}
        return rows or {'': {}}

    # === FOLLOWING === #

    def _change(self, backend, binding, payload, prepared, failures):
        """Override: first, so that what has left leaves from where Shopify says, and what is added joins it."""
        order = binding.sale_order_id
        if binding.state == 'imported' and order.state in _FOLLOWED and not payload.get('cancelledAt'):
            self._follow_places(backend, binding, payload)
        return super()._change(backend, binding, payload, prepared, failures)

    def _follow_places(self, backend, binding, payload):
        """Fulfilment orders that were moved in Shopify before anything was picked ship from there in Odoo too. What a person
        has changed in Odoo stays until Shopify changes it."""
        shares = self._shares(backend, payload)
        kept = self._as_kept(shares)
        if not shares or kept == binding.routed or 'warehouse_id' in self._decision(backend, payload).values:
            return
        before, binding.routed = binding.routed, kept
        if before:
            self._move_lines(binding, shares, before)

    def _move_lines(self, binding, shares, before):
        order = binding.sale_order_id
        lines = order.order_line.filtered(
            lambda line: (
                line.shopify_line_gid in shares
                and line.product_id.type == 'consu'
                and self._is_routed_anew(line, shares[line.shopify_line_gid], before.get(line.shopify_line_gid) or {})
            )
        )
        changed = lines.filtered(lambda line: self._is_rerouted(line, shares[line.shopify_line_gid]))
        if not changed:
            return
        with self._unlocked(order):
            late = [line for line in changed if not self._reroute(line, shares[line.shopify_line_gid])]
        names = ', '.join(changed.warehouse_id.mapped('name'))
        binding._add_trail('moved_late' if late else 'moved', warehouses=names)
        self.env['shopify.task']._note_stock(changed.product_id)

    @staticmethod
    def _is_routed_anew(line, share, before):
        """Fewer or more units of a line that the order's warehouse ships are no other place."""
        share = {str(place): units for place, units in share.items()}
        return share != before if line.shopify_places else set(share) != set(before)

    def _is_rerouted(self, line, share):
        before = line._shopify_wanted_places()
        return before != share if before else set(share) != {line.order_id.warehouse_id.id}

    def _reroute(self, line, share):
        """Whether all of it could be moved; what somebody has begun to pick stays where it is."""
        line.shopify_places = {str(place): units for place, units in share.items()}
        if line.order_id.state != 'sale':
            return True
        present, movable = line._shopify_units_by_place(), line._shopify_units_by_place('untouched')
        parts = fulfillment_take.moved(share, present, movable)
        self._procure(line, parts)
        wanted = sum(max(0, units - present.get(place, 0)) for place, units in share.items())
        return sum(units for _source, _target, units in parts) >= wanted

    def _procure(self, line, parts):
        """As Odoo does itself when the quantity of a line changes: less from one warehouse, more from another."""
        if not parts:
            return
        values = line._prepare_procurement_values()
        unit, rule = line.product_uom_id, self.env['stock.rule']
        asked = []
        for source, target, units in parts:
            for place, quantity in ((source, -units), (target, units)):
                amount, uom = unit._adjust_uom_quantities(quantity, line.product_id.uom_id)
                asked.append(
                    rule.Procurement(
                        line.product_id,
                        amount,
                        uom,
                        line._get_location_final(),
                        line.product_id.display_name,
                        line.order_id.name,
                        line.order_id.company_id,
                        {**values, 'warehouse_id': self.env['stock.warehouse'].browse(place)},
                    )
                )
        rule.run(asked)
        order = line.order_id
        self._open_pickings_of(order).action_confirm()
        self._open_pickings_of(order).filtered(lambda picking: not picking.move_ids).action_cancel()
        self._reserve(order)
