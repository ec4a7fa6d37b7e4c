"""What has left in Odoo is told: planned from what Shopify waits for, written down, and its outcome said on the delivery."""

from collections import Counter

from odoo import models

from ..entities import fulfillment as reading
from ..entities import fulfillment_plan as planning
from ..entities import fulfillment_write as writing


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    def _plan_all(self, run):
        """The steps to send now, written down; what needs none is settled."""
        ids = [binding.id for binding in run.bindings.values()]
        steps = self._get_steps(ids)
        unclear = steps.filtered(lambda step: step.state == 'unclear').order_binding_id
        kinds = self.env['shopify.sync.delivery.steps']._get_kinds()
        todo = steps.filtered(
            lambda step: (
                step.state == 'planned'
                and not step.delivery_id
                and step.kind in kinds
                and step.order_binding_id not in unclear
            )
        )
        deliveries = self._get_open(ids, 'ship').filtered(lambda delivery: delivery.id not in run.settled)
        self._load_parcels(run, deliveries)
        # What people have asked for comes first: the fulfilment orders are others afterwards.
        busy = unclear | todo.filtered(lambda step: kinds[step.kind].changes_orders).order_binding_id
        self._load_spare(run, deliveries.order_binding_id)
        for binding, rows in deliveries.grouped('order_binding_id').items():
            if binding.gid in run.states and binding.gid not in run.errors and binding not in busy:
                with self.env['shopify.engine']._attempt(run.errors, binding.gid):
                    todo |= self._plan_order(run, binding, rows)
        return todo | self._plan_tracking(run, unclear)

    def _load_parcels(self, run, deliveries):
        """What the deliveries stand for, for all of them at once; one that breaks must not take the others along."""
        deliveries = deliveries.filtered(lambda delivery: delivery.id not in run.parcels)
        failures = {}
        with self.env['shopify.engine']._attempt(failures, 'all'):
            run.parcels.update(self.env['shopify.sync.delivery.units']._get_parcels(deliveries))
        if not failures:
            return
        for delivery in deliveries:
            with self.env['shopify.engine']._attempt(run.errors, delivery.order_binding_id.gid):
                run.parcels.update(self.env['shopify.sync.delivery.units']._get_parcels(delivery))

    # === ONE ORDER === #

    def _plan_order(self, run, binding, deliveries):
        """One delivery after the other: what the first will take, the next does not find."""
        found = self.env['shopify.delivery.step']
        for delivery in deliveries:
            if not run.backend.ship_export:
                run.settled.add(delivery.id)
                delivery._set_not_needed('export_off', self._sentence('export_off'))
                continue
            plan = self._plan_ship(run, delivery)
            steps = self._write_steps(run, delivery, plan)
            if not plan.steps:
                run.settled.add(delivery.id)
                self._settle_ship(delivery, plan)
            found |= steps
            if plan.is_preparing:
                break
            run.states[binding.gid] = planning.without(run.states[binding.gid], plan.steps)
        return found

    def _plan_ship(self, run, delivery):
        parcels = run.parcels.get(delivery.id) or []
        units = sum((Counter(parcel.units) for parcel in parcels), Counter())
        if dict(units) != (delivery.units or {}):
            delivery.units = dict(units)
        binding = delivery.order_binding_id
        left = planning.left_of(parcels, self._get_told(delivery))
        plan = planning.plan(left, run.states[binding.gid], self._policy(run, delivery), +run.spare[binding.id])
        if +Counter(plan.adopted):
            self._adopt(run, delivery, plan.adopted)
        return plan

    def _policy(self, run, delivery):
        if run.places is None:
            places = self.env['shopify.location'].search([('backend_id', '=', run.backend.id)])
            by_shop = places.filtered(lambda place: place.shipper == 'shopify')
            own = (places - by_shop).filtered('is_fulfillment_service')
            run.places = {
                'own_services': frozenset(own.mapped('gid')),
                'told_by_shop': frozenset(by_shop.mapped('gid')),
            }
        return planning.Policy(
            move=run.backend.ship_move == 'move',
            notify=delivery._wants_notice(),
            **run.places,
            unmovable=frozenset(run.unmovable),
            blocked=run.blocked,
        )

    def _get_told(self, delivery):
        """What Shopify has been told of a delivery: ``(units, numbers)``."""
        steps = delivery.step_ids.filtered(lambda step: step.kind == 'create' and step.state == 'done')
        told = [
            (
                (step.before or {}).get('units') or {},
                writing.tracking_of(step.variables['fulfillment'].get('trackingInfo'))[0],
            )
            for step in steps.sorted('id')
        ]
        return [*told, (delivery.adopted or {}, ())]

    def _load_spare(self, run, bindings):
        """Units by line that were fulfilled in Shopify and stand for nothing in Odoo, for many orders at once."""
        run.spare = {binding.id: Counter() for binding in bindings}
        for row in self._get_shop_parcels(bindings):
            run.spare[row.order_binding_id.id].update(row._get_untaken())

    def _get_shop_parcels(self, bindings):
        """Parcels that somebody told of in Shopify, the first ones first."""
        return self.env['shopify.fulfillment'].search(
            [
                ('order_binding_id', 'in', bindings.ids),
                ('origin', '=', 'shopify'),
                ('state', 'in', ('success', 'pending')),
            ],
            order='id',
        )

    def _adopt(self, run, delivery, units):
        """Somebody has fulfilled it in Shopify already: these parcels and Odoo's are the same."""
        delivery.adopted = dict(Counter(delivery.adopted or {}) + Counter(units))
        run.spare[delivery.order_binding_id.id].subtract(units)
        wanted = Counter(units)
        parcels = run.parcels.get(delivery.id) or []
        rows = self._get_shop_parcels(delivery.order_binding_id)
        for row in rows.sorted(lambda row: planning.likeness(row.location_gid, row.tracking, row._get_untaken(), parcels)):
            part = Counter(row._get_untaken()) & wanted
            if part:
                wanted -= part
                row.delivery_id = row.delivery_id or delivery
                row._add_taken(dict(part), delivery.picking_id)
                if row.taken == 'no':
                    # The rest of the parcel is still to be delivered in Odoo.
                    self.env['shopify.task']._add(row.backend_id, 'order', [row.order_binding_id.gid], source='shopify')

    # === STEPS === #

    def _write_steps(self, run, delivery, plan):
        """The rows of the steps of a plan. One that was sent before and has certainly not happened is the same row again."""
        older = delivery.step_ids.filtered(lambda step: step.state == 'planned')
        found = self.env['shopify.delivery.step']
        if self._is_refused(run, delivery, plan):
            older._set_failed('replaced', False)
            return found
        values = []
        for step in plan.steps:
            same = (older - found).filtered(
                lambda row, step=step: row.kind == step.kind and row.variables == step.variables
            )[:1]
            if same:
                same.before = step.before
                found |= same
            else:
                values.append(
                    {
                        'backend_id': run.backend.id,
                        'order_binding_id': delivery.order_binding_id.id,
                        'delivery_id': delivery.id,
                        'kind': step.kind,
                        'variables': step.variables,
                        'before': step.before,
                    }
                )
        rest = older - found
        rest.filtered(lambda step: not step.sends).unlink()
        rest.exists()._set_failed('replaced', self._sentence('replaced'))
        return found | self.env['shopify.delivery.step'].create(values)

    def _is_refused(self, run, delivery, plan):
        """Whether Shopify has refused just this in this run: then the delivery has failed with its reason."""
        marks = [run.refused.get((delivery.id, step.kind, writing.text(step.variables))) for step in plan.steps]
        refusal = next((mark for mark in marks if mark), None)
        if refusal:
            run.settled.add(delivery.id)
            delivery._set_failed(*refusal)
        return bool(refusal)

    # === OUTCOME === #

    def _settle_ship(self, delivery, plan):
        """Nothing more can be sent: what has become of the delivery."""
        left = +Counter(plan.left)
        if left and plan.reason == 'on_hold':
            delivery._set_held(plan.reason, self._sentence(plan.reason, delivery, left, plan.values))
        elif left:
            delivery._set_failed(plan.reason, self._sentence(plan.reason, delivery, left, plan.values))
        elif not delivery.units:
            delivery._set_not_needed('no_units', self._sentence('no_units'))
        elif self._get_told(delivery) == [({}, ())]:
            code = 'told_by_shop' if delivery.picking_id else 'done_there'
            delivery._set_not_needed(code, self._sentence(code))
        elif delivery.adopted and not delivery.step_ids.filtered(lambda step: step.kind == 'create'):
            delivery._set_sent(self._sentence('adopted', delivery), 'adopted')
        else:
            delivery._set_sent(self._sentence('sent', delivery))

    def _sentence(self, code, delivery=None, left=None, values=None):
        """What has become of a delivery, for people in the warehouse too."""
        texts = {**self._done_sentences(), **self._trouble_sentences()}
        names = (
            ', '.join(name for name in delivery.fulfillment_ids.sorted('id').mapped('name') if name) if delivery else ''
        )
        filled = {
            'location': '?',
            'text': '?',
            **{name: value for name, value in (values or {}).items() if value},
            'goods': self._name_goods(delivery, left) if left else '?',
            'names': names,
            'scopes': ', '.join(reading.WRITE_SCOPES),
        }
        return texts[code] % filled

    def _done_sentences(self):
        return {
            'sent': self.env._("Shopify knows of it: fulfilment %(names)s."),
            'number_removed': self.env._(
                "Shopify knows of it: fulfilment %(names)s. Its tracking number was removed in Odoo and still stands in "
                "Shopify; remove it in the Shopify admin, or enter another one here."
            ),
            'adopted': self.env._(
                "It had been marked as fulfilled in Shopify already (%(names)s), so nothing was sent."
            ),
            'told_by_shop': self.env._(
                "Not told: Shopify or a fulfilment service tells of what leaves from this location."
            ),
            'done_there': self.env._("Shopify waits for nothing of it, so nothing was sent."),
            'no_units': self.env._("Nothing in it is a whole unit of a line of the Shopify order, so nothing is told."),
            'export_off': self.env._(
                "Not told: the store does not tell Shopify of deliveries. Switch it on in the store to have it."
            ),
            'replaced': self.env._(
                "Not sent again: the order has changed since then, and another change took its place."
            ),
        }

    def _trouble_sentences(self):
        return {
            'no_scope': self.env._(
                "The app may not see or change fulfilment orders. Add the scopes %(scopes)s to the app, release it, approve "
                "it in the Shopify admin, and try again."
            ),
            'on_hold': self.env._(
                "Shopify holds the order (%(text)s), so it is not told yet. It is told as soon as the hold is released there."
            ),
            'refused': self.env._("Shopify did not let the order be prepared at %(location)s: %(text)s"),
            'service': self.env._(
                "%(goods)s: a fulfilment service (%(location)s) has to ship this, and Shopify takes word of it from nobody "
                "else. Move it to one of your locations in the Shopify admin and try again."
            ),
            'not_fulfillable': self.env._(
                "%(goods)s: Shopify does not let the app fulfil this at %(location)s. Look at the order in the Shopify admin "
                "and try again."
            ),
            'cancelled': self.env._(
                "%(goods)s: the order was cancelled in Shopify, but the goods have left. Get them back, or settle it with the "
                "customer."
            ),
            'nothing_left': self.env._(
                "%(goods)s: Shopify does not wait for it any more; it was removed or refunded there. Get the goods back, or "
                "settle it with the customer."
            ),
        }

    def _name_goods(self, delivery, left):
        lines = {line.shopify_line_gid: line for line in delivery.sale_order_id.order_line}
        names = [
            f"{units:g} × {lines[gid].product_id.display_name or lines[gid].name}" if gid in lines else f'{units:g} × ?'
            for gid, units in sorted(left.items())
        ]
        return ', '.join(names[:3]) + (' …' if len(names) > 3 else '')
