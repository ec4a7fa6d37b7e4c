"""Parcels that never left, undone in Odoo: their fulfilments in Shopify are cancelled, and made again for what did leave."""

from collections import Counter
from dataclasses import replace

from odoo import fields, models

from ..entities import delivery_undo as undoing
from ..entities import fulfillment as reading
from ..entities import fulfillment_plan as planning

_MOST_ROUNDS = 6
_OPEN = ('waiting', 'held', 'failed')


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    def _advance_kind(self, run, kind):
        """Override: parcels are called back before anything is planned on what Shopify waits for; those that Shopify had to
        be told of first, afterwards."""
        if kind != 'cancel':
            self._read(run, self._get_told_late(run))
        self._undo(run)
        return super()._advance_kind(run, kind) if kind != 'cancel' else None

    def _get_told_late(self, run):
        """Gids of the orders with something to call back that Shopify may have been told of in this run."""
        deliveries = self._get_open([binding.id for binding in run.bindings.values()], 'cancel')
        gids = deliveries.filtered(lambda row: row.code == 'not_told_yet').order_binding_id.mapped('gid')
        return [gid for gid in gids if gid not in run.errors]

    def _note_done(self, steps):
        """Override: what Odoo has called back is undone in Odoo already."""
        result = super()._note_done(steps)
        for step in steps.filtered(lambda step: step.delivery_id.kind == 'cancel'):
            gid = step.variables['id'] if step.kind == 'cancel' else step.result_gid
            row = self.env['shopify.fulfillment'].search([('backend_id', '=', step.backend_id.id), ('gid', '=', gid)])
            if step.kind == 'cancel':
                row.write({'state': 'cancelled', 'taken': 'undone', 'message': False})
                self.env['shopify.sync.delivery.cancel']._note_called_back(row)
            elif step.kind == 'create':
                self._note_rest(step, row)
        return result

    def _note_rest(self, step, row):
        """The parcel that did leave stands for the deliveries that the one before stood for. What Odoo had yet to deliver of
        that, it has yet to deliver of this, or a person has decided about it."""
        if not row:
            # Made without an answer: it is noted with what is read next.
            return
        former = self.env['shopify.fulfillment'].search(
            [('backend_id', '=', step.backend_id.id), ('gid', '=', (step.before or {}).get('instead'))]
        )
        before, units = self._get_call(step).before or {}, Counter(row._get_units())
        untaken = Counter(before.get('untaken') or {}) & units
        if untaken:
            decided = before.get('decided') or {'taken': 'no'}
            row.write({'origin': 'shopify', 'delivery_id': False, 'taken_units': dict(units - untaken), **decided})
            self.env['shopify.task']._add(row.backend_id, 'order', [row.order_binding_id.gid], source='shopify')
        if untaken != units:
            row.delivery_id = former.delivery_id or step.delivery_id
            row.picking_ids = [fields.Command.set(former.picking_ids.ids)]
            self.env['shopify.sync.delivery.cancel']._note_on_its_way(row)
        else:
            row.picking_ids = [fields.Command.clear()]

    @staticmethod
    def _get_call(step):
        """The step that has cancelled the parcel whose rest this one fulfils again."""
        return step.delivery_id.step_ids.filtered(
            lambda row: (
                row.kind == 'cancel' and row.state == 'done' and row.variables['id'] == (step.before or {}).get('instead')
            )
        )[:1]

    # === UNDO === #

    def _undo(self, run):
        """Call back what deliveries of the run have undone, as far as it goes now."""
        settled = self.env['shopify.delivery']
        for _round in range(_MOST_ROUNDS):
            deliveries = self._get_open([binding.id for binding in run.bindings.values()], 'cancel')
            if not deliveries - settled:
                break
            self._load_parcels(run, deliveries)
            steps, blocked = self._plan_undos(run, deliveries, settled)
            settled |= deliveries - steps.delivery_id - blocked
            self.env['ir.cron']._commit_progress()
            if not steps:
                break
            may_go_on = self.env['shopify.sync.delivery.steps']._perform(run.backend, run.client, steps)
            for step in steps.filtered(lambda step: step.state == 'failed' and step.kind != 'move'):
                step.delivery_id._set_failed(step.code, step.message, step.request_id)
                settled |= step.delivery_id
            self._follow(run, steps)
            if not may_go_on:
                break
            # Who waited for them calls back what they have made.
            made = steps.filtered(lambda step: step.kind == 'create')
            self._read(run, (blocked.order_binding_id & made.order_binding_id).mapped('gid'))

    def _plan_undos(self, run, deliveries, settled):
        """The next steps of undone deliveries but those in ``settled``, and those that have to wait: of one parcel, what the
        first has called back and fulfilled again is what the next one calls back."""
        steps, blocked, busy = self.env['shopify.delivery.step'], self.env['shopify.delivery'], {}
        for delivery in deliveries.sorted('id'):
            gid, parcel = delivery.order_binding_id.gid, (delivery.order_binding_id, self._get_origins(delivery))
            first = busy.get(parcel)
            if first:
                blocked |= delivery
                if first.state == 'held':
                    delivery._set_held(first.code, first.message)
                continue
            if delivery not in settled and gid in run.states and gid not in run.errors:
                with self.env['shopify.engine']._attempt(run.errors, gid):
                    steps |= self._plan_undo(run, delivery)
            if delivery.state in ('waiting', 'held'):
                busy[parcel] = delivery
        return steps, blocked

    def _plan_undo(self, run, delivery):
        """The next steps of one undone delivery; without any it is settled, or waits for something else."""
        none = self.env['shopify.delivery.step']
        if delivery.step_ids.filtered(lambda step: step.state == 'unclear'):
            return none
        units = sum((Counter(parcel.units) for parcel in run.parcels.get(delivery.id) or []), Counter())
        if dict(units) != (delivery.units or {}):
            delivery.units = dict(units)
        state = run.states[delivery.order_binding_id.gid]
        cancelled = delivery.step_ids.filtered(lambda step: step.kind == 'cancel' and step.state == 'done')
        for step in cancelled.sorted('id'):
            plan = self._plan_rest(run, delivery, step, state)
            if plan.steps:
                marked = [replace(one, before={**one.before, 'instead': step.variables['id']}) for one in plan.steps]
                return self._write_steps(run, delivery, replace(plan, steps=tuple(marked)))
            if +Counter(plan.left):
                self._settle_ship(delivery, plan)
                return none
        told = sum((Counter(step.before['units']) for step in cancelled), Counter())
        left = self._drop_called_back(delivery, units - told)
        calls = undoing.cancels(left, *self._get_parcels_told(delivery, state)) if left else ()
        if calls:
            steps = [planning.Step(kind, about, self._decided(run, about, before)) for kind, about, before in calls]
            return self._write_steps(run, delivery, planning.Plan(steps=tuple(steps)))
        self._settle_undo(delivery, left, bool(cancelled))
        return none

    def _drop_called_back(self, delivery, left):
        """``left`` without what was cancelled in Shopify itself, which Odoo only follows."""
        model, origins = self.env['shopify.sync.delivery.cancel'], self._get_origins(delivery)
        shops = left & model._get_called_back(delivery.order_binding_id, origins, delivery)
        if shops:
            shops &= model._get_unshown(delivery, origins)
        if dict(shops) != (delivery.adopted or {}):
            delivery.adopted = dict(shops)
            model._note_undone_here(delivery.order_binding_id, origins)
        return left - shops

    def _plan_rest(self, run, delivery, step, state):
        """Fulfil again what had left with a parcel that was called back: from where it left, with its numbers, and without
        a word to the customer, who has heard of it."""
        rest = undoing.rest_of(step.before, self._get_again(delivery, step))
        parcel = planning.Parcel(
            rest,
            reading.trackings(step.before.get('tracking') or ()),
            tuple(filter(None, [step.before.get('location')])),
        )
        policy = replace(self._policy(run, delivery), notify=False, told_by_shop=frozenset())
        return planning.plan([parcel] if rest else [], state, policy, {})

    def _get_again(self, delivery, step):
        """Units by line that were fulfilled again."""
        made = delivery.step_ids.filtered(
            lambda row: (
                row.kind == 'create'
                and row.state == 'done'
                and (row.before or {}).get('instead') == step.variables['id']
            )
        )
        return sum((Counter(row.before['units']) for row in made), Counter())

    def _get_origins(self, delivery):
        return self.env['shopify.sync.delivery.cancel']._get_origins(delivery)

    def _get_parcels_told(self, delivery, state):
        """What Shopify knows to have left with the deliveries that were undone, the latest first, and by gid what of it Odoo
        has not delivered yet."""
        origins = self._get_origins(delivery)
        rows = self.env['shopify.fulfillment'].search(
            [('order_binding_id', '=', delivery.order_binding_id.id)], order='id desc'
        )
        rows = rows.filtered(lambda row: (row.picking_ids | row.delivery_id.picking_id) & origins)
        shown = {row.gid: row for row in state.fulfillments if row.is_shipped}
        told = rows.filtered(lambda row: row.gid in shown)
        return [shown[row.gid] for row in told], {
            row.gid: row._get_untaken() for row in told if row.origin == 'shopify' and row._get_untaken()
        }

    def _decided(self, run, variables, before):
        """``before`` of a parcel to be cancelled, with what a person has decided about the units that Odoo has not delivered."""
        row = self.env['shopify.fulfillment'].search(
            [('backend_id', '=', run.backend.id), ('gid', '=', variables['id']), ('taken', 'in', ('by_hand', 'ignored'))]
        )
        if not (row and before['untaken']):
            return before
        return {**before, 'decided': {'taken': row.taken, 'message': row.message, 'proposal': row.proposal}}

    def _settle_undo(self, delivery, left, is_told):
        """Nothing is to be called back (any more): was it all, or has Shopify to be told of the parcel first?"""
        ships = self.env['shopify.delivery'].search(
            [
                ('order_binding_id', '=', delivery.order_binding_id.id),
                ('kind', '=', 'ship'),
                ('picking_id', 'in', self._get_origins(delivery).ids),
                ('state', 'in', _OPEN),
            ]
        )
        untouched = ships.filtered(lambda ship: not ship.step_ids.filtered(lambda step: step._may_be_done()))
        whole = untouched.filtered(lambda ship: not self._get_units(ship) - left)
        if +left and whole:
            whole.step_ids.filtered(lambda step: step.state == 'planned').unlink()
            whole._set_not_needed('undone', self._undo_sentence('undone'))
            left -= sum((self._get_units(ship) for ship in whole), Counter())
            ships -= whole
        if +left and ships:
            delivery._set_held('not_told_yet', self._undo_sentence('not_told_yet'))
        elif is_told:
            delivery._set_sent(self._undo_sentence('called_back'))
        elif delivery.adopted:
            delivery._set_not_needed('called_back_there', self._undo_sentence('called_back_there'))
        elif whole or not delivery.units:
            delivery._set_not_needed('undone', self._undo_sentence('undone'))
        else:
            delivery._set_not_needed('not_known', self._undo_sentence('not_known'))

    def _get_units(self, delivery):
        parcels = self.env['shopify.sync.delivery.units']._get_parcels(delivery)[delivery.id]
        return sum((Counter(parcel.units) for parcel in parcels), Counter())

    def _undo_sentence(self, code):
        return {
            'called_back': self.env._("Shopify knows that it did not leave: the fulfilment was cancelled."),
            'called_back_there': self.env._(
                "Its fulfilment was cancelled in Shopify, and Odoo has followed: there is nothing to tell."
            ),
            'undone': self.env._("It was undone before Shopify was told, so nothing was sent."),
            'not_told_yet': self.env._(
                "Shopify does not know of this parcel yet. It is called back as soon as the delivery has been told."
            ),
            'not_known': self.env._("Shopify shows no parcel of this delivery, so there is nothing to call back."),
        }[code]
