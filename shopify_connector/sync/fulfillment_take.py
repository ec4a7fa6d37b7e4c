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
_TELLING = ('waiting', 'held', 'failed')


class ShopifySyncFulfillmentTake(models.AbstractModel):
    _name = 'shopify.sync.fulfillment.take'
    _description = "Fulfilments Made In Shopify"

    @api.model
    def _take(self, binding, payload):
        """Bring over what has left or was called back of an order whose ``payload`` has its ``state``. Returns an error
        that a person has to settle, or one that is tried again; the rest is done all the same."""
        rows = self.env['shopify.sync.fulfillment']._note(binding, payload['state'])
        problem = self._take_cancelled(binding, rows)
        waiting = rows.filtered(lambda row: row.origin == 'shopify' and row.taken == 'no' and row.state == 'success')
        if binding.sale_order_id.state != 'sale':
            return problem
        before = rows.filtered(lambda row: row.state == 'success' and self._is_from_before(row))
        if before:
            waiting -= before
            self._forget(before.filtered(lambda row: row.taken == 'no'))
            self._give_up_before(binding, before)
        if not waiting:
            return problem
        if self._is_unsettled(binding):
            return errors.Unavailable(
                self.env._(
                    "Whether a delivery of %(order)s has reached Shopify is looked at first.", order=binding.name
                )
            )
        is_till = mapping.is_from_till(payload)
        for row in waiting.sorted(lambda row: (row.shipped_at, row.id)):
            problem = self._take_row(row, is_till) or problem
        return problem

    def _take_cancelled(self, binding, rows):
        """What was called back in Shopify: undone where Odoo had it, forgotten where it had not."""
        cancelled = rows.filtered(lambda row: row.state not in ('success', 'pending'))
        cancelled.filtered(lambda row: row.taken in ('no', 'by_hand')).write({'taken': 'ignored', 'message': False})
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

    def _take_row(self, row, is_till=False):
        """Returns an error when a person has to decide."""
        location, binding = row.location_id, row.order_binding_id
        if location.take_shipped == 'ignore' and not (is_till or row.is_forced):
            row.write({'taken': 'ignored', 'message': self._ignored_note(location)})
            return None
        if location.take_shipped == 'ask' and not (is_till or row.is_forced):
            return self._ask(row, 'asked', *self._asked_words(row))
        units = self._untaken_units(row)
        is_forced = is_till or row.is_forced or location.missing_stock == 'negative'
        try:
            with self.env.cr.savepoint():
                shipped = self._ship(row, units, is_forced)
        except Missing as missing:
            self.env.invalidate_all()
            return self._ask(row, missing.kind, *self._missing_words(row, missing))
        self._set_taken(row, units, shipped)
        if shipped:
            binding._add_trail('parcel_taken', name=row.name or '', deliveries=', '.join(p.name for p in shipped))
        return None

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

    def _set_taken(self, row, units, shipped):
        """Written down so that Shopify is not told its own news."""
        pickings = self.env['stock.picking'].union(*shipped).with_env(self.env)
        for picking in pickings:
            self._note_delivery(row, picking, shipped[picking])
        if row.tracking:
            pickings.with_context(**FROM_SHOP)._shopify_take_tracking(row.tracking)
        message = False
        if units and not pickings:
            message = self.env._("Odoo had nothing left to deliver of it.")
        elif not units and not pickings:
            pickings = self._known_pickings(row)
        row.write(
            {
                'taken': 'ignored' if message else 'done',
                'message': message,
                'proposal': False,
                'is_forced': False,
                'picking_ids': [(6, 0, pickings.ids)],
            }
        )
        self._close_tasks(row)

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

    # === UNITS === #

    def _untaken_units(self, row):
        """``{sale order line: units}`` of the parcel that nobody has taken out of Odoo's stock. What was shipped in Odoo and
        will not be told to Shopify by itself is this parcel: somebody has told it by hand."""
        wanted = {}
        told, telling = self._told_units(row), self._telling_units(row)
        for gid, count in row._get_units().items():
            lines = self._lines(row, gid)
            shipped = sum(map(self._shipped_units, lines))
            unsaid = max(0, shipped - told.get(gid, 0) - telling.get(gid, 0))
            left = count - unsaid
            for line in lines:
                part = min(left, max(0, int(line.product_uom_qty) - self._shipped_units(line)))
                if part > 0:
                    wanted[line] = part
                    left -= part
            if left > 0 and lines:
                wanted[lines[0]] = wanted.get(lines[0], 0) + left
        return wanted

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
        """``{line gid: units}`` of the order's other parcels that stand in Odoo as well."""
        others = self.env['shopify.sync.fulfillment']._get_rows(row.order_binding_id) - row
        return others.filtered(lambda other: other.state == 'success' and other.taken == 'done')._get_units()

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

    # === FROM BEFORE === #

    def _is_from_before(self, row):
        """Of what left before the store was connected Odoo's stock knows already."""
        start = row.backend_id.connected_at
        return bool(start and row.shipped_at and row.shipped_at < start)

    def _forget(self, rows):
        if not rows:
            return
        rows.write({'taken': 'ignored', 'message': self.env._("It had left before the store was connected.")})
        rows.order_binding_id._add_trail('shipped_before')

    def _give_up_before(self, binding, rows):
        """What had left before is not delivered by Odoo, also when the order changes later: no stock moves."""
        moves = self.env['shopify.sync.fulfillment.moves']
        for gid, count in rows._get_units().items():
            for line in self._lines(rows[:1], gid):
                excess = moves._open_units(line) + self._shipped_units(line) + count - int(line.product_uom_qty)
                if excess > 0:
                    moves._give_up(line, min(excess, count))

    # === WORDS === #

    def _ask(self, row, code, message, proposal):
        row.write({'message': message, 'proposal': proposal})
        return errors.GiveUpError(f'{message} {proposal}', code='not_shipped')

    def _ignored_note(self, location):
        return self.env._(
            "%(location)s ships without Odoo: the setting “Shipped There” of the location says so.",
            location=location.name,
        )

    def _asked_words(self, row):
        message = self.env._(
            "%(parcel)s was shipped from %(location)s in Shopify, and the location wants a person to look at it.",
            parcel=row.name or row.order_binding_id.name,
            location=row.location_id.name,
        )
        return message, self.env._(
            "Press Validate Anyway on the fulfilment to have Odoo deliver the same, or Ignore when Odoo's stock knows already."
        )

    def _missing_words(self, row, missing):
        names = {
            'parcel': row.name or row.order_binding_id.name,
            'where': row.location_id.name or self.env._("a location"),
        }
        if missing.kind == 'refused':
            message = self.env._(
                "%(parcel)s was shipped in Shopify (%(where)s), but Odoo does not deliver it:", **names
            )
            return f'{message} {missing.text}', self.env._("Settle that, or validate its delivery by hand, then retry.")
        goods = ', '.join(
            self.env._("%(units)g × %(product)s in %(place)s", units=units, product=product, place=place)
            for product, _id, place, units, _picking in missing.rows
        )
        if missing.kind == 'lots':
            message = self.env._(
                "%(parcel)s was shipped in Shopify (%(where)s), which does not say which lots or serial numbers left: %(goods)s.",
                goods=goods,
                **names,
            )
            return message, self._lots_proposal(missing)
        message = self.env._(
            "%(parcel)s was shipped in Shopify (%(where)s), but Odoo does not have enough: %(goods)s are missing.",
            goods=goods,
            **names,
        )
        return message, self._stock_proposal(row, missing)

    def _lots_proposal(self, missing):
        names = sorted({row[4] for row in missing.rows if row[4]})
        quants = self.env['stock.quant'].search(
            [
                ('product_id', 'in', [row[1] for row in missing.rows]),
                ('location_id.usage', '=', 'internal'),
                ('lot_id', '!=', False),
                ('quantity', '>', 0),
            ],
            limit=5,
        )
        text = self.env._("Enter them on the delivery %(names)s and validate it.", names=', '.join(names) or '?')
        if quants:
            lots = ', '.join(f'{quant.lot_id.name} ({quant.quantity:g})' for quant in quants)
            text += ' ' + self.env._("Odoo has: %(lots)s.", lots=lots)
        return text

    def _stock_proposal(self, row, missing):
        others = self.env['stock.warehouse'].search(
            [('company_id', '=', row.company_id.id), ('id', '!=', row.location_id.warehouse_id.id)]
        )
        there = [
            self.env._("%(warehouse)s has %(units)g × %(product)s", warehouse=warehouse.name, units=units, product=name)
            for name, product_id, _place, _units, _picking in missing.rows
            for warehouse in others
            if (
                units := self.env['product.product'].browse(product_id).with_context(warehouse_id=warehouse.id).free_qty
            )
            > 0
        ]
        text = self.env._(
            "Correct Odoo's stock and retry, or press Validate Anyway on the fulfilment: the stock becomes negative until it "
            "is counted."
        )
        return f"{text} {'; '.join(there)}." if there else text

    def _close_tasks(self, row):
        """What was asked of a person about this order is settled when none of its parcels waits any more."""
        if (
            self.env['shopify.sync.fulfillment']
            ._get_rows(row.order_binding_id)
            .filtered(lambda other: other.taken == 'no' and other.message)
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
