"""What happens to a sales order after it was created: confirmed, changed, cancelled, shipped in Shopify."""

import contextlib
from collections import Counter

from psycopg2 import OperationalError

from odoo import models

from ..entities import fulfillment_take, order_header, order_lines
from ..entities import order as mapping
from ..shopify import errors

_KEPT_DATE = {'shopify_keep_date_order': True}
_NOTHING_SHIPPED = {None, 'UNFULFILLED', 'OPEN', 'SCHEDULED', 'ON_HOLD', 'PENDING_FULFILLMENT', 'RESTOCKED'}
_MOST_STEPS = 6


def _is_item(line):
    return '/LineItem/' in line.shopify_line_gid


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    # === CHANGE === #

    def _update(self, binding, payload, prepared):
        """Bring an order that exists up to date, as far as goods that left and books that were closed allow; returns an
        error that tells what is left for a person."""
        if binding.state == 'deleted' and binding.sale_order_id:
            binding.state = 'imported'
        if binding.state == 'imported' and not binding.sale_order_id:
            binding.state = 'removed'
        values = {**mapping.binding_vals(payload), **self._money_vals(payload)}
        signature = values.pop('signature')
        binding.write(values)
        order = binding.sale_order_id
        if not prepared or binding.state != 'imported' or order.state == 'cancel':
            return None
        if payload.get('cancelledAt') and not self._has_left(order):
            binding.signature = signature
            return None
        if order.locked and not order._should_be_locked():
            return self._changed_while_locked(binding, payload, prepared[0])
        kept = self._kept(order, payload)
        with self._unlocked(order):
            self._rewrite(order, payload, prepared[0], kept)
        binding._add_trail('changed')
        self._compare(binding, payload, kept)
        late = None if payload.get('cancelledAt') else self._taken_back_late(binding, payload, kept)
        binding.signature = False if late else signature
        return late

    def _changed_while_locked(self, binding, payload, refs):
        """The signature stays the old one, so that the order is compared again whenever it is read again."""
        self._compare(binding, payload, self._kept(binding.sale_order_id, payload))
        lines = self._line_differences(binding.sale_order_id, payload, refs)
        if not (lines or binding.difference):
            return None
        difference = f'{binding.difference:.2f}'
        if not any(entry[1:] == ['locked', {'difference': difference}] for entry in binding.trail or []):
            binding._add_trail('locked', difference=difference)
        return errors.GiveUpError(
            self.env._(
                "%(name)s was changed in Shopify, but its sales order is locked. Unlock it and retry. %(lines)s",
                name=payload['name'],
                lines='; '.join(lines),
            ),
            code='changed_late',
        )

    def _line_differences(self, order, payload, refs):
        """A sentence for each line that is not as Shopify has it."""
        present = {line.shopify_line_gid: line for line in order.order_line if line.product_uom_qty}
        sentences = []
        for vals in order_lines.lines_vals(payload, refs, self._kept(order, payload)):
            line = present.pop(vals['shopify_line_gid'], None)
            if line is None or line.product_uom_qty != vals['product_uom_qty']:
                sentences.append(
                    self.env._(
                        "%(line)s: %(here)g here, %(there)g in Shopify",
                        line=vals['name'].splitlines()[0],
                        here=line.product_uom_qty if line else 0,
                        there=vals['product_uom_qty'],
                    )
                )
        sentences += [
            self.env._(
                "%(line)s: %(here)g here, none in Shopify",
                line=(line.name or '').partition('\n')[0],
                here=line.product_uom_qty,
            )
            for gid, line in present.items()
            if gid
        ]
        return sentences

    def _taken_back_late(self, binding, payload, kept):
        """Units that have left Odoo's warehouse while Shopify, which ships nothing of this order, took them off it. The
        order is compared again whenever it is read again."""
        state = payload.get('state')
        if payload.get('displayFulfillmentStatus') not in _NOTHING_SHIPPED or (state and state.fulfilled):
            return None
        units = {line['id']: line.get('currentQuantity', line['quantity']) for line in order_lines.line_nodes(payload)}
        late = [
            self.env._("%(units)g × %(line)s", units=kept[line['id']] - units[line['id']], line=line.get('name'))
            for line in order_lines.line_nodes(payload)
            if kept.get(line['id'], 0) > units[line['id']]
        ]
        if not late:
            return None
        if not any(entry[1:] == ['changed_late', {'difference': ', '.join(late)}] for entry in binding.trail or []):
            binding._add_trail('changed_late', difference=', '.join(late))
        return errors.GiveUpError(
            self.env._(
                "%(name)s was changed in Shopify after goods had left: %(lines)s. Take them back with a return on the "
                "delivery, or leave them with the customer and skip this task.",
                name=payload['name'],
                lines=', '.join(late),
            ),
            code='changed_late',
        )

    def _has_left(self, order):
        """Whether goods are with the customer; also parts of a kit, of which nothing counts as delivered."""
        lines = order.order_line.filtered(lambda line: line.product_id.type != 'service')
        return any(lines.mapped('qty_delivered')) or any(units > 0 for units in self._get_gone(lines.move_ids).values())

    @staticmethod
    def _get_gone(moves):
        """``{product: units}``, less what came back."""
        found = Counter()
        for move in moves.filtered(lambda move: move.state == 'done'):
            is_out, is_back = (place.usage == 'customer' for place in (move.location_dest_id, move.location_id))
            found[move.product_id] += move.product_qty * (is_out - is_back)
        return found

    def _kept(self, order, payload):
        """``{Shopify line: units}`` that the sales order cannot give back: what has left the warehouse, with what is still to
        leave, and shipping and charges that were invoiced. What Shopify has refunded of them is settled by credit notes."""
        kept, unshipped = {}, self._unshipped(order, payload)
        for line in order.order_line.filtered('shopify_line_gid'):
            is_goods = line.product_id.type != 'service'
            units = line.qty_delivered if is_goods else line.qty_invoiced * (not _is_item(line))
            if is_goods and unshipped.get(line.shopify_line_gid):
                # Units that came back must not be taken for those that have not left. Nor does the line become larger by that.
                open_units = min(unshipped[line.shopify_line_gid], line.product_uom_qty - line.qty_delivered)
                units += max(0.0, open_units)
            if units > 0:
                kept[line.shopify_line_gid] = int(units)
        return kept

    def _unshipped(self, order, payload):
        """``{Shopify line: units}`` that have left neither for Shopify nor for Odoo."""
        waiting = {line['id']: line.get('unfulfilledQuantity') or 0 for line in order_lines.line_nodes(payload)}
        return self.env['shopify.sync.goods']._get_unshipped(order, waiting)

    @contextlib.contextmanager
    def _unlocked(self, order):
        """An order that Odoo locks by itself when it is confirmed is locked again afterwards."""
        locked = order.locked
        if locked:
            order.action_unlock()
        yield
        if locked:
            order.action_lock()

    def _rewrite(self, order, payload, refs, kept):
        """Lines are matched by Shopify's id: changed in place, added, or set to what has left so that the delivery
        follows. What was invoiced or has left keeps the product that it was booked with."""
        self._write_header(order, mapping.header_vals(payload, refs))
        present = {line.shopify_line_gid: line for line in order.order_line if line.shopify_line_gid}
        for vals in order_lines.lines_vals(payload, refs, kept):
            line = present.pop(vals['shopify_line_gid'], None)
            if line is None:
                order.write({'order_line': [(0, 0, vals)]})
            elif line.product_id.id == vals['product_id'] or line.qty_invoiced or line.qty_delivered:
                # Nor does a line change its unit when its variant becomes a pack later.
                kept_names = ('product_id', 'product_uom_id')
                self._write_changed(line, {name: value for name, value in vals.items() if name not in kept_names})
            else:
                self._zero(line)
                order.write({'order_line': [(0, 0, vals)]})
        for line in present.values():
            self._zero(line)

    def _write_header(self, order, vals):
        """What has not left yet goes where the order goes now; what has left stays where it went."""
        went = {picking: picking.partner_id for picking in order.picking_ids if picking.state == 'done'}
        self._write_changed(order.with_context(update_delivery_shipping_partner=True), vals)
        for picking, partner in went.items():
            if picking.partner_id != partner:
                picking.partner_id = partner
        waiting = self._open_pickings_of(order).move_ids.filtered('partner_id')
        if waiting.partner_id - order.partner_shipping_id:
            waiting.partner_id = order.partner_shipping_id

    def _write_changed(self, record, vals):
        """Only what differs: an order that was invoiced or delivered is not disturbed for nothing."""
        changed = {}
        for name, value in vals.items():
            old = record[name]
            if record._fields[name].relational:
                old = [(6, 0, old.ids)] if record._fields[name].type == 'many2many' else old.id
            if old != value and not (name == 'technical_price_unit' and vals.get('price_unit') == record.price_unit):
                changed[name] = value
        if changed:
            if {'product_uom_qty', 'price_unit'} & changed.keys() and 'technical_price_unit' in vals:
                changed.update(
                    {name: vals[name] for name in ('price_unit', 'technical_price_unit', 'extra_tax_data', 'tax_ids')}
                )
            record.write(changed)

    def _zero(self, line):
        if line.order_id.state in ('draft', 'sent'):
            line.unlink()
        else:
            line.write({'product_uom_qty': max(line.qty_delivered, 0.0), 'extra_tax_data': False})

    # === ADVANCE === #

    def _advance(self, backend, pairs, failures):
        """Confirm, cancel, ship: whatever the present state in Shopify asks for and Odoo has not done yet.

        ``pairs`` are ``(binding, payload)``; orders are confirmed together, the rest one by one.
        """
        pairs = [
            (binding, payload) for binding, payload in pairs if binding.sale_order_id and binding.state == 'imported'
        ]
        to_confirm = [
            (binding, payload)
            for binding, payload in pairs
            if binding.sale_order_id.state in ('draft', 'sent') and self._decision(backend, payload).action == 'confirm'
        ]
        self._confirm_batch(backend, to_confirm, failures)
        for binding, payload in pairs:
            step = self._next_step(binding, payload)
            if step and payload['id'] not in failures:
                with self.env['shopify.engine']._attempt(failures, payload['id']):
                    self._note_problem(failures, payload, step(backend, binding, payload))

    def _next_step(self, binding, payload):
        """What an order still needs after it was confirmed with the others; mostly nothing."""
        state = binding.sale_order_id.state
        if payload.get('cancelledAt'):
            return self._cancel if state != 'cancel' else None
        if state == 'sale' and payload.get('displayFulfillmentStatus') == 'FULFILLED':
            return self._ship
        return self._note_quotation if state == 'draft' else None

    def _confirm_batch(self, backend, pairs, failures):
        if not pairs:
            return
        try:
            with self.env.cr.savepoint():
                orders = self.env['sale.order'].union(*(binding.sale_order_id for binding, _payload in pairs))
                orders.with_context(**_KEPT_DATE).action_confirm()
                self._reserve(orders)
                for binding, payload in pairs:
                    binding._add_trail('confirmed', status=(payload.get('displayFinancialStatus') or '-').lower())
            return
        except OperationalError:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(pairs) == 1:
                failures[pairs[0][1]['id']] = error
                return
        for pair in pairs:
            self._confirm_batch(backend, [pair], failures)

    def _reserve(self, orders):
        """At once, also in warehouses that reserve by hand or shortly before the delivery: it is sold."""
        open_moves = orders.picking_ids.move_ids.filtered(
            lambda move: move.state in ('confirmed', 'partially_available')
        )
        late = open_moves.filtered(lambda move: move.picking_type_id.reservation_method != 'at_confirm')
        if late:
            late._action_assign()

    def _note_sales(self, backend, pairs):
        """The shop has taken what it sold off its own level already, paid or not; what was cancelled it has put back. A kit
        has a level of its own there, although Odoo does not store it."""
        self.env['shopify.sync.levels']._note_sales(
            backend,
            [
                (line.product_id.id, units, mapping.placed_at(payload), place)
                for binding, payload in pairs
                for line in binding.sale_order_id.order_line
                if line.product_id.type == 'consu' and not payload.get('cancelledAt')
                for place, units in self._sold_at(line, payload)
            ],
        )

    def _sold_at(self, line, payload):
        """``[(gid of the location, units)]`` whose stock a line has taken; '' when nobody says so."""
        by_place = fulfillment_take.places(payload['state']) if payload.get('state') else {}
        share = by_place.get(line.shopify_line_gid) or {}
        if sum(share.values()) == line.product_uom_qty and '' not in share:
            return list(share.items())
        return [(order_header.place(payload), line.product_uom_qty)]

    def _note_quotation(self, backend, binding, payload):
        code, texts = self._quotation_note(backend, payload)
        if not any(entry[1] == code for entry in binding.trail or []):
            binding._add_trail(code, **texts)

    def _cancel(self, backend, binding, payload):
        """Cancelled with its pickings, the books follow with credit notes; of an order that was delivered in part, what
        is open is cancelled and the rest is shown with a way out."""
        order = binding.sale_order_id
        reason = (payload.get('cancelReason') or '-').lower()
        if not self._has_left(order):
            order.action_unlock()
            order.with_context(shopify_keep_returns=True)._action_cancel()
            binding._add_trail('cancelled', reason=reason)
            self.env['shopify.task']._note_stock(order.order_line.product_id)
            return None
        # Again whenever the order is read: what comes back since can still be received.
        self._open_pickings_of(order).action_cancel()
        if any(entry[1] == 'cancelled_late' for entry in binding.trail or []):
            return None
        binding._add_trail('cancelled_late')
        return errors.GiveUpError(
            self.env._(
                "%(name)s was cancelled in Shopify after goods had left. What was still to be delivered is cancelled; "
                "take the rest back with a return on its delivery.",
                name=payload['name'],
            ),
            code='cancelled_late',
        )

    def _ship(self, backend, binding, payload):
        """Shopify says that everything has left, and nobody has read with which parcels. Of an order from before the store was
        connected Odoo's stock knows already; of a later one the delivery is validated, step by step where the warehouse has
        several."""
        if not self._open_pickings(binding):
            return None
        if mapping.ordered_at(payload) < backend.connected_at:
            self._open_pickings(binding).action_cancel()
            binding._add_trail('shipped_before')
            return None
        for _step in range(_MOST_STEPS):
            pickings = self._open_pickings(binding)
            if not pickings:
                binding._add_trail('shipped_in_shopify')
                return None
            for move in pickings.move_ids.filtered(lambda move: move.state not in ('done', 'cancel')):
                move.quantity = move.product_uom_qty
                move.picked = True
            done = pickings.with_context(skip_sms=True, skip_backorder=True, shopify_from_shop=True)
            if done.button_validate() is not True:
                break
        return errors.GiveUpError(
            self.env._("%(name)s was shipped in Shopify. Validate its delivery by hand.", name=payload['name']),
            code='not_shipped',
        )

    def _open_pickings(self, binding):
        return self._open_pickings_of(binding.sale_order_id)

    @staticmethod
    def _open_pickings_of(order):
        """What is still to leave; goods that are to come back are none of it."""
        return order.picking_ids.filtered(
            lambda picking: picking.state not in ('done', 'cancel') and not picking._shopify_is_return()
        )
