"""What Shopify, a till or a service has shipped becomes validated transfers in Odoo, each parcel once."""

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import UserError

from ..entities import fulfillment_take as mapping
from ..shopify import errors
from .fulfillment_take_moves import FROM_SHOP, Missing

# A step that may have made a fulfilment of which Odoo does not know yet.
_UNSETTLED = ('sending', 'unclear')
_MAKING = ('create', 'cancel')


class ShopifySyncFulfillmentTake(models.AbstractModel):
    _name = 'shopify.sync.fulfillment.take'
    _description = "Fulfilments Made In Shopify"

    @api.model
    def _take(self, binding, payload):
        """Bring over what has left or was called back of an order whose ``payload`` has its ``state``. Returns an error
        that a person has to settle, or one that is tried again; the rest is done all the same."""
        rows = self.env['shopify.sync.fulfillment']._note(binding, payload['state'])
        problem = self._take_cancelled(binding, rows)
        if binding.sale_order_id.state != 'sale':
            return problem
        self._settle_before(rows.filtered(lambda row: row.state == 'success' and self._is_from_before(row)))
        waiting = rows.filtered(lambda row: row.origin == 'shopify' and row.taken == 'no' and row.state == 'success')
        if not waiting:
            return problem
        if self._is_unsettled(binding):
            return errors.Unavailable(
                self.env._(
                    "Whether a delivery of %(order)s has reached Shopify is looked at first.", order=binding.name
                )
            )
        if payload.get('displayFulfillmentStatus') != 'FULFILLED':
            waiting -= self._leave_early(waiting)
        unshipped, coming = self._unshipped_of_returned(payload), self._coming_units(binding, payload)
        for row in waiting.sorted(lambda row: (row.shipped_at, row.id)):
            is_till = mapping.is_from_till(payload, row.location_gid)
            problem = self._take_row(row, unshipped, coming, is_till) or problem
        return problem

    def _take_cancelled(self, binding, rows):
        """What was called back in Shopify: undone where Odoo had it, forgotten where it had not."""
        cancelled = rows.filtered(lambda row: row.state not in ('success', 'pending'))
        # What a person has been asked about already is theirs.
        untaken = cancelled.filtered(lambda row: row.taken == 'no' or (row.taken == 'by_hand' and not row.proposal))
        untaken.filtered(lambda row: row.picking_ids).taken = 'done'
        untaken.filtered(lambda row: not row.picking_ids).write({'taken': 'ignored', 'message': False})
        to_undo = cancelled.filtered(lambda row: row.taken == 'done')
        if not to_undo or 'shopify.sync.delivery.cancel' not in self.env:
            return None
        return self.env['shopify.sync.delivery.cancel']._take(binding.backend_id, to_undo).get(binding.gid)

    def _is_unsettled(self, binding):
        return bool(
            self.env['shopify.delivery.step'].search_count(
                [('order_binding_id', '=', binding.id), ('kind', 'in', _MAKING), ('state', 'in', _UNSETTLED)], limit=1
            )
        )

    # === ONE PARCEL === #

    def _take_row(self, row, unshipped, coming, is_till=False):
        """Returns an error when a person has to decide. ``unshipped``: see `_unshipped_of_returned`, ``coming``: see
        `_coming_units`."""
        location, binding = row.location_id, row.order_binding_id
        wanted, later = self._untaken_units(row, coming)
        units = self._not_back_yet(row, wanted, unshipped)
        if wanted and not units and not later:
            return self._set_done(row, row.picking_ids, not row.picking_ids)
        is_early = self._is_early(row)
        if is_early and not any(map(self.env['shopify.sync.fulfillment.moves']._open_units, units)):
            return self._set_taken(row, units, {}, later)
        if location.take_shipped == 'ignore' and not (is_till or row.is_forced):
            row.write({'taken': 'ignored', 'message': self._ignored_note(location)})
            return None
        if location.take_shipped == 'ask' and not (is_till or row.is_forced):
            return self._ask(row, 'asked', *self._asked_words(row))
        is_forced = is_till or is_early or row.is_forced or location.missing_stock == 'negative'
        try:
            with self.env.cr.savepoint():
                shipped = self._ship(row, units, is_forced)
        except Missing as missing:
            self.env.invalidate_all()
            return self._ask(row, missing.kind, *self._missing_words(row, missing))
        if shipped:
            binding._add_trail('parcel_taken', name=row.name or '', deliveries=', '.join(p.name for p in shipped))
        return self._set_taken(row, units, shipped, later)

    def _ship(self, row, units, is_forced):
        """``{picking: {sale order line: units}}`` of what has left with the parcel."""
        if not units:
            return {}
        moves = self.env['shopify.sync.fulfillment.moves'].with_context(**FROM_SHOP)
        order = row.order_binding_id.sale_order_id
        try:
            with self.env['shopify.sync.shipping']._without_labels(order):
                return moves._ship(units, row.location_id.warehouse_id, is_forced)
        except OperationalError:
            raise
        except UserError as error:
            raise Missing('refused', text=str(error)) from error

    def _set_taken(self, row, units, shipped, later):
        """Written down so that Shopify is not told its own news. ``units``: what was to leave with the parcel; ``later``:
        ``{line gid: units}`` that leave once the sales order has them."""
        pickings = self.env['stock.picking'].union(*shipped).with_env(self.env)
        for picking in pickings:
            self._note_delivery(row, picking, shipped[picking])
        if row.tracking:
            for picking in pickings.with_context(**FROM_SHOP):
                picking._shopify_take_tracking(row.tracking)
        left = self._left_over(units, shipped)
        if not left and not later:
            return self._set_done(row, pickings or self._known_pickings(row))
        taken = {
            gid: count - left.get(gid, 0) - later.get(gid, 0) for gid, count in row._get_untaken().items()
        }
        if later:
            row._add_taken(taken, pickings)
            return None
        telling = self._telling_units(row)
        if all(count <= telling.get(gid, 0) for gid, count in left.items()):
            # Odoo has shipped these itself, and finds that out when it comes to telling.
            row._add_taken(taken, pickings)
            return None
        if self._is_undelivered(row, left):
            row._add_taken(taken, pickings)
            return self._ask(row, 'no_transfer', *self._no_transfer_words(row))
        return self._set_done(row, pickings, not pickings)

    def _set_done(self, row, pickings, is_nothing=False):
        row.write(
            {
                'taken': 'ignored' if is_nothing else 'done',
                'message': self.env._("Odoo had nothing left to deliver of it.") if is_nothing else False,
                'proposal': False,
                'is_forced': False,
                'picking_ids': [(4, picking.id) for picking in pickings],
            }
        )
        self._close_tasks(row)

    def _is_undelivered(self, row, left):
        """Whether the sales order wants units delivered for which there is no transfer: a purchase was not confirmed, or
        somebody has cancelled it. Deliveries of orders from before the store was connected were cancelled on purpose, and
        what became of parcels from before the upgrade somebody knows."""
        if self._is_early(row) or any(entry[1] == 'shipped_before' for entry in row.order_binding_id.trail or []):
            return False
        return any(
            sum(max(0, line.product_uom_qty - self._shipped_units(line)) for line in self._lines(row, gid)) >= count
            for gid, count in left.items()
        )

    @staticmethod
    def _left_over(units, shipped):
        """``{line gid: units}`` that were to leave and for which Odoo had nothing open."""
        left = {}
        for line, count in units.items():
            count -= sum(lines.get(line, 0) for lines in shipped.values())
            if count > 0:
                left[line.shopify_line_gid] = left.get(line.shopify_line_gid, 0) + count
        return left

    def _note_delivery(self, row, picking, units):
        deliveries = self.env['shopify.delivery']
        known = deliveries.search(
            [
                ('picking_id', '=', picking.id),
                ('order_binding_id', '=', row.order_binding_id.id),
                ('kind', '=', 'ship'),
            ]
        )
        if known:
            return
        row.delivery_id = deliveries.create(
            {
                'backend_id': row.backend_id.id,
                'order_binding_id': row.order_binding_id.id,
                'picking_id': picking.id,
                'kind': 'ship',
                'origin': 'shopify',
                'state': 'sent',
                'units': {line.shopify_line_gid: count for line, count in units.items()},
                'sent_at': row.shipped_at,
            }
        )

    def _known_pickings(self, row):
        """Transfers that were done in Odoo and that no fulfilment stands for yet: this one does."""
        done = row.line_ids.sale_line_id.move_ids.filtered(
            lambda move: move.state == 'done' and move.location_dest_id._is_outgoing()
        ).picking_id
        others = self.env['shopify.sync.fulfillment']._get_rows(row.order_binding_id) - row
        return done - others.picking_ids

    # === FROM BEFORE === #

    def _is_from_before(self, row):
        """Of what left before the store was connected Odoo's stock knows already."""
        start = row.backend_id.connected_at
        return bool(start and row.shipped_at and row.shipped_at < start)

    def _settle_before(self, rows):
        """What Odoo has delivered of these itself is theirs; the rest is not delivered."""
        new = rows.filtered(lambda row: row.taken == 'no')
        self._recognise(new)
        self._forget(new.filtered(lambda row: row.taken == 'no'))
        self._give_up_before(rows)

    def _recognise(self, rows):
        """What was delivered in Odoo, and told to Shopify by nobody or by hand, are these parcels, the first one first."""
        for row in rows.sorted(lambda row: (row.shipped_at, row.id)):
            units = {gid: count for gid, count in self._unsaid_units(row).items() if count}
            if units:
                row._add_taken(units, self._known_pickings(row))

    def _forget(self, rows):
        if not rows:
            return
        rows.write({'taken': 'ignored', 'message': self.env._("It had left before the store was connected.")})
        rows.order_binding_id._add_trail('shipped_before')

    def _give_up_before(self, rows):
        """What had left before is not delivered by Odoo, also when the order changes later: no stock moves."""
        moves = self.env['shopify.sync.fulfillment.moves']
        counts = {}
        for row in rows:
            for gid, count in row._get_untaken().items():
                counts[gid] = counts.get(gid, 0) + count
        for gid, count in counts.items():
            for line in self._lines(rows[:1], gid):
                excess = moves._open_units(line) + self._shipped_units(line) + count - int(line.product_uom_qty)
                if excess > 0:
                    moves._give_up(line, min(excess, count))

    # === FROM BEFORE THE UPGRADE === #

    @staticmethod
    def _is_early(row):
        """Whether it left when the store did not take parcels over one by one yet."""
        start = row.backend_id.take_since
        return bool(start and row.shipped_at and row.shipped_at < start)

    def _leave_early(self, rows):
        """Those of ``rows`` that Odoo delivers no sooner than all of their order has left, as it did when they left. Until
        then somebody may deliver them by hand."""
        early = rows.filtered(lambda row: self._is_early(row) and not row.is_forced)
        self._recognise(early)
        early.filtered(lambda row: row.taken == 'no' and not row.message).message = self.env._(
            "It had left before Odoo took over parcels one by one; Odoo delivers it when all of the order has left."
        )
        return early

    # === SETTLED === #

    def _close_tasks(self, row):
        """What was asked of a person about this order is settled when none of its parcels waits any more."""
        if (
            self.env['shopify.sync.fulfillment']
            ._get_rows(row.order_binding_id)
            .filtered(lambda other: other.taken == 'no' and other.proposal)
        ):
            return
        self.env['shopify.task'].search(
            [
                ('backend_id', '=', row.backend_id.id),
                ('kind', '=', 'order'),
                ('key', '=', row.order_binding_id.gid),
                ('state', '=', 'failed'),
                ('error_code', '=', 'not_shipped'),
            ]
        )._set_done(self.env._("The delivery has been validated since."), state='skipped')
