"""What happens to a sales order after it was created: confirmed, changed, cancelled, shipped in Shopify."""

import contextlib

from psycopg2 import OperationalError

from odoo import models

from ..entities import order as mapping
from ..entities import order_lines
from ..shopify import errors

_KEPT_DATE = {'shopify_keep_date_order': True}
_MOST_STEPS = 6


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
        values = mapping.binding_vals(payload)
        signature = values.pop('signature')
        binding.write(values)
        order = binding.sale_order_id
        if not prepared or binding.state != 'imported' or order.state == 'cancel':
            return None
        if payload.get('cancelledAt'):
            binding.signature = signature
            return None
        if self._is_open(order):
            with self._unlocked(order):
                self._rewrite(order, payload, prepared[0])
            binding._add_trail('changed')
            self._compare(binding, payload)
        elif self._differs(order, payload, prepared[0]):
            return self._changed_late(binding, payload)
        binding.signature = signature
        return None

    def _changed_late(self, binding, payload):
        """The signature stays the old one, so that the order is compared again whenever it is read again."""
        self._compare(binding, payload)
        difference = f'{binding.difference:.2f}'
        values = {'name': payload['name'], 'amount': difference}
        code = 'locked' if binding.sale_order_id.locked else 'changed_late'
        if not any(entry[1:] == [code, {'difference': difference}] for entry in binding.trail or []):
            binding._add_trail(code, difference=difference)
        if code == 'locked':
            text = self.env._(
                "%(name)s was changed in Shopify, but its sales order is locked. Unlock it and retry.", **values
            )
        else:
            text = self.env._(
                "%(name)s was changed in Shopify after goods left or were invoiced. Open the order, compare it with Shopify "
                "and settle the difference of %(amount)s by hand.",
                **values,
            )
        return errors.GiveUpError(text, code='changed_late')

    def _is_open(self, order):
        """Nothing has left, nothing was invoiced, no person has locked it: the order may follow Shopify."""
        locked = order.locked and not order._should_be_locked()
        invoiced = order.invoice_ids.filtered(lambda move: move.state != 'cancel')
        delivered = any(line.qty_delivered for line in order.order_line if line.product_id.type != 'service')
        return not (locked or invoiced or delivered)

    @contextlib.contextmanager
    def _unlocked(self, order):
        """An order that Odoo locks by itself when it is confirmed is locked again afterwards."""
        locked = order.locked
        if locked:
            order.action_unlock()
        yield
        if locked:
            order.action_lock()

    def _differs(self, order, payload, refs):
        wanted = {vals['shopify_line_gid']: vals['product_uom_qty'] for vals in order_lines.lines_vals(payload, refs)}
        present = {line.shopify_line_gid: line.product_uom_qty for line in order.order_line if line.product_uom_qty}
        return wanted != present or bool(
            order.currency_id.compare_amounts(order.amount_total, float(order_lines.total(payload, refs.decimals)))
        )

    def _rewrite(self, order, payload, refs):
        """Lines are matched by Shopify's id: changed in place, added, or set to zero so that the delivery follows."""
        header = mapping.header_vals(payload, refs)
        order.write(
            {
                name: value
                for name, value in header.items()
                if (order[name].id if name.endswith('_id') else order[name]) != value
            }
        )
        present = {line.shopify_line_gid: line for line in order.order_line if line.shopify_line_gid}
        for vals in order_lines.lines_vals(payload, refs):
            line = present.pop(vals['shopify_line_gid'], None)
            if line is None:
                order.write({'order_line': [(0, 0, vals)]})
            elif line.product_id.id == vals['product_id']:
                line.write({name: value for name, value in vals.items() if name != 'product_id'})
            else:
                self._zero(line)
                order.write({'order_line': [(0, 0, vals)]})
        for line in present.values():
            self._zero(line)

    def _zero(self, line):
        if line.order_id.state in ('draft', 'sent'):
            line.unlink()
        else:
            line.write({'product_uom_qty': 0.0, 'extra_tax_data': False})

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
            if binding.sale_order_id.state in ('draft', 'sent') and mapping.is_confirmed(payload, backend.order_policy)
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
        """The shop has taken what it sold off its own level already, paid or not; what was cancelled it has put back."""
        self.env['shopify.sync.levels']._note_sales(
            backend,
            [
                (line.product_id.id, line.product_uom_qty, mapping.placed_at(payload))
                for binding, payload in pairs
                for line in binding.sale_order_id.order_line
                if line.product_id.is_storable and not payload.get('cancelledAt')
            ],
        )

    def _note_quotation(self, backend, binding, payload):
        policies = dict(backend._fields['order_policy']._description_selection(self.env))
        if not any(entry[1] == 'quotation' for entry in binding.trail or []):
            binding._add_trail(
                'quotation',
                status=(payload.get('displayFinancialStatus') or '-').lower(),
                policy=policies[backend.order_policy].lower(),
            )

    def _cancel(self, backend, binding, payload):
        """Cancelled with its pickings; of an order that was delivered or invoiced in part, what is open is cancelled
        and the rest is shown with a way out."""
        order = binding.sale_order_id
        reason = (payload.get('cancelReason') or '-').lower()
        if self._is_open(order):
            order.action_unlock()
            order._action_cancel()
            binding._add_trail('cancelled', reason=reason)
            self.env['shopify.task']._note_stock(order.order_line.product_id)
            return None
        order.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')).action_cancel()
        if any(entry[1] == 'cancelled_late' for entry in binding.trail or []):
            return None
        binding._add_trail('cancelled_late')
        return errors.GiveUpError(
            self.env._(
                "%(name)s was cancelled in Shopify after goods left or were invoiced. "
                "What was still to be delivered is cancelled; "
                "settle the return and the credit note on the sales order.",
                name=payload['name'],
            ),
            code='cancelled_late',
        )

    def _ship(self, backend, binding, payload):
        """Shopify says that everything has left. Of an order from before the store was connected Odoo's stock knows
        already; of a later one the delivery is validated, step by step where the warehouse has several."""
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
            if pickings.with_context(skip_sms=True, skip_backorder=True).button_validate() is not True:
                break
        return errors.GiveUpError(
            self.env._("%(name)s was shipped in Shopify. Validate its delivery by hand.", name=payload['name']),
            code='not_shipped',
        )

    @staticmethod
    def _open_pickings(binding):
        return binding.sale_order_id.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))
