"""Goods that came back in Odoo become a return of the Shopify order: opened, received, closed. No money moves."""

from collections import Counter
from types import SimpleNamespace

from odoo import api, fields, models

from ..entities import return_state as reading
from ..entities import return_write as writing
from ..shopify import errors, oauth, paging

_MOST_ROUNDS = 10
_OPEN = ('waiting', 'held', 'failed')


class ShopifySyncDeliveryReturn(models.AbstractModel):
    _name = 'shopify.sync.delivery.return'
    _description = "Shopify Returns Of Odoo"

    # === READING === #

    @api.model
    def _read_state(self, client, gid):
        """The order's returns as they are now and to their end, see :func:`return_state.snapshot`; None when Shopify does not
        show the order."""
        data = client.query(reading.STATE, {'id': gid, **reading.FIRST})
        if not data.get('order'):
            client.require_whole('order')
            return None
        for owner, rows, pages in reading.lists(data):
            self._read_on(client, owner, rows, pages)
        state = reading.snapshot(data)
        if not state.is_whole:
            # Something of it was removed between two pages.
            raise errors.Unavailable()
        return state

    def _read_on(self, client, owner, rows, pages):
        """Complete a list of the answer in its place."""
        info = rows['pageInfo']
        if info['hasNextPage']:
            variables = {'id': owner, 'first': reading.MORE[pages.size], 'after': info['endCursor']}
            for nodes, cursor in paging.walk(client, pages.document, variables, pages.path):
                rows['nodes'] += nodes
                info['hasNextPage'] = bool(cursor)

    @api.model
    def _settle_unclear(self, backend, client, steps):
        """Look whether steps without an answer were carried out."""
        engine = self.env['shopify.sync.delivery.steps']
        mine = steps.filtered(lambda step: step.state == 'unclear' and step.kind in writing.KINDS)
        for binding, some in mine.grouped('order_binding_id').items():
            read_at = fields.Datetime.now()
            if state := self._read_state(client, binding.gid):
                shown = SimpleNamespace(more={'returns': state})
                for step in some:
                    engine._settle_look(writing.KINDS[step.kind], step, shown, read_at)

    # === TELLING === #

    @api.model
    def _advance(self, backend, client, deliveries):
        """Tell of goods that came back, each order for itself: returns are rare, and each step builds on the last."""
        deliveries = self._drop_unwanted(backend, deliveries)
        if oauth.missing_scopes(self.env['shopify.sync.connection']._granted(backend), ('write_returns',)):
            deliveries._set_failed('missing_scope', self._sentence('missing_scope'))
            return
        self._settle_unclear(backend, client, deliveries.step_ids)
        failures = {}
        parcels = self._load_parcels(deliveries, failures)
        for delivery in deliveries:
            try:
                if delivery.id in parcels:
                    units = sum((Counter(parcel.units) for parcel in parcels[delivery.id]), Counter())
                    delivery.units = dict(units)
                    self._tell(backend, client, delivery, parcels[delivery.id])
            except errors.GiveUpError as error:
                failures[delivery.id] = error
            if delivery.id in failures:
                delivery._set_failed(*self.env['shopify.engine']._explain(failures[delivery.id]))
            self.env['ir.cron']._commit_progress()

    def _drop_unwanted(self, backend, deliveries):
        """What the store does not want told any more is not begun; what was begun is finished."""
        if backend.tell_returns:
            return deliveries
        begun = deliveries.filtered(lambda delivery: delivery.step_ids.filtered('sends'))
        (deliveries - begun)._set_not_needed('export_off', self._sentence('export_off'))
        return begun

    def _load_parcels(self, deliveries, failures):
        """What the deliveries stand for, by their id; one that breaks must not take the others along."""
        model, trouble = self.env['shopify.sync.delivery.units'], {}
        with self.env['shopify.engine']._attempt(trouble, 'all'):
            return model._get_parcels(deliveries)
        parcels = {}
        for delivery in deliveries:
            with self.env['shopify.engine']._attempt(failures, delivery.id):
                parcels.update(model._get_parcels(delivery))
        return parcels

    def _tell(self, backend, client, delivery, parcels):
        goods = self._get_goods(delivery, parcels)
        for _round in range(_MOST_ROUNDS):
            if delivery.step_ids.filtered(lambda step: step.state == 'unclear'):
                return
            state = self._read_state(client, delivery.order_binding_id.gid)
            if not state:
                raise self.env['shopify.sync.delivery']._gone_error()
            done = delivery.step_ids.filtered(lambda step: step.state == 'done')
            left = writing.less(goods, [step.before['told'] for step in done if step.kind == 'return_process'])
            left = self._drop_received_there(delivery, left, state)
            step = writing.next_step(left, state, self._get_touched(done))
            if step and step.kind == 'return_create':
                left = self._drop_refunded(delivery, left, state)
                step = writing.next_step(left, state, self._get_touched(done))
            if step is None or (step.kind == 'return_create' and self._must_wait(delivery, left, state)):
                self._settle(delivery, left, state, bool(done))
                return
            row = self._write_step(delivery, step)
            self.env['shopify.sync.delivery.steps']._perform(backend, client, row)
            if row.state == 'failed' and not self._is_so_already(client, row):
                delivery._set_failed(row.code, row.message, row.request_id)
                return
            if row.state != 'done':
                return

    def _is_so_already(self, client, step):
        """Whether what was refused is as it should be: the shop, or an earlier request, was faster."""
        if step.kind not in ('return_close', 'return_approve'):
            return False
        state = self._read_state(client, step.order_binding_id.gid)
        gid = state and writing.is_applied(step.kind, step.variables, step.before or {}, state)
        if gid:
            step._set_done(gid)
        return bool(gid)

    def _get_touched(self, steps):
        """The returns that this delivery's goods were counted on."""
        return list(
            dict.fromkeys(
                step.variables['input']['returnId'] for step in steps.sorted('id') if step.kind == 'return_process'
            )
        )

    def _write_step(self, delivery, step):
        """One that was sent before and has certainly not happened is the same row again."""
        planned = delivery.step_ids.filtered(lambda row: row.state == 'planned')
        same = planned.filtered(lambda row: row.kind == step.kind and row.variables == step.variables)[:1]
        (planned - same).filtered(lambda row: not row.sends).unlink()
        (planned - same).exists()._set_failed('replaced', self._sentence('replaced'))
        if same:
            same.before = step.before
            return same
        return self.env['shopify.delivery.step'].create(
            {
                'backend_id': delivery.backend_id.id,
                'order_binding_id': delivery.order_binding_id.id,
                'delivery_id': delivery.id,
                'kind': step.kind,
                'variables': step.variables,
                'before': step.before,
            }
        )

    # === WHAT CAME BACK === #

    def _get_goods(self, delivery, parcels):
        picking = delivery.picking_id
        units = Counter()
        for parcel in parcels:
            shelf = self._get_shelf(delivery, parcel.places)
            for line, count in parcel.units.items():
                lost = min(count, self._count_lost(delivery, line)) if shelf else count
                units[line, shelf] += count - lost
                units[line, ''] += lost
        note = ' – '.join(filter(None, (picking.shopify_return_note, picking.name)))
        return writing.Goods(
            dict(+units), picking.shopify_reason or 'unknown', note, picking.shopify_return_id.gid or ''
        )

    def _get_shelf(self, delivery, places):
        """The Shopify location that shows what came back; '' for what none shows."""
        picking = delivery.picking_id
        location = delivery.backend_id.location_ids.filtered(lambda row: row.gid in places[:1])
        if picking.location_dest_id.usage != 'internal' or not location:
            return ''
        holds = self.env['shopify.sync.delivery.places']._holds
        return location.gid if not location.source_ids or holds(location, picking, 'return') else ''

    def _count_lost(self, delivery, gid):
        """Whole units of a line that were put where nobody sells from."""
        moves = delivery.picking_id.move_ids.filtered(
            lambda move: move.sale_line_id.shopify_line_gid == gid and move.product_id == move.sale_line_id.product_id
        )
        found = 0.0
        for move in moves:
            lost = move.move_line_ids.filtered(lambda line: line.location_dest_id.usage != 'internal')
            quantity = sum(lost.mapped('quantity_product_uom'))
            found += move.product_id.uom_id._compute_quantity(quantity, move.sale_line_id.product_uom_id, round=False)
        return int(found + 1e-6)

    # === OUTCOME === #

    def _get_ships(self, delivery):
        return self.env['shopify.delivery'].search(
            [
                ('order_binding_id', '=', delivery.order_binding_id.id),
                ('kind', '=', 'ship'),
                ('origin', '=', 'odoo'),
                ('state', 'in', _OPEN),
            ]
        )

    def _must_wait(self, delivery, left, state):
        """Whether Shopify has to hear first that some of it had left."""
        known = Counter()
        for line, _parcel_line, units in state.returnable:
            known[line] += units
        return bool(Counter(writing.total(left)) - known) and bool(self._get_ships(delivery))

    def _settle(self, delivery, left, state, is_told):
        rest = Counter(writing.total(left))
        # What was told just now is off the order as well.
        gone = Counter(state.gone) - (Counter(delivery.units) - rest)
        refunded, ships = rest <= gone, self._get_ships(delivery)
        if not rest:
            if is_told:
                delivery._set_sent(self._sentence('told'))
            elif delivery.refunded:
                delivery._set_not_needed('refunded', self._sentence('refunded'))
            elif delivery.adopted:
                delivery._set_not_needed('received_there', self._sentence('received_there'))
            else:
                delivery._set_not_needed('no_units', self._sentence('no_units'))
        elif refunded and set(ships.mapped('state')) <= {'failed'}:
            # What could not be told may never be: the order was cancelled, for example.
            delivery._set_not_needed('refunded', self._sentence('refunded'))
        elif ships:
            delivery._set_held('not_told_yet', self._sentence('not_told_yet'))
        else:
            delivery._set_failed('not_returnable', self._sentence('not_returnable'))

    def _sentence(self, code):
        return {
            'told': self.env._("Shopify knows that it came back."),
            'no_units': self.env._("Nothing in it is a whole unit of a line of the Shopify order, so nothing is told."),
            'received_there': self.env._("The shop has received it already, so there is nothing more to tell."),
            'export_off': self.env._(
                "Not told: the store does not tell Shopify of returns. Switch it on in the store to have it."
            ),
            'not_told_yet': self.env._(
                "Shopify does not know yet that it had left. The return is told as soon as the delivery has been."
            ),
            'refunded': self.env._("Shopify has refunded it already, so there is nothing more to tell."),
            'not_returnable': self.env._(
                "Shopify does not wait for these goods: it shows no shipped units of them that may come back. Look at the "
                "order in the Shopify admin; if it is right there, press Give Up here."
            ),
            'missing_scope': self.env._(
                "The app may not open returns. Add the scope write_returns to the app, release it, approve it in the Shopify "
                "admin, and try again."
            ),
            'replaced': self.env._("Not sent again: the order has changed since then."),
        }[code]
