"""Tracking numbers that come or change after a parcel has left."""

from dataclasses import dataclass

from odoo import models

from ..entities import fulfillment as reading
from ..entities import fulfillment_plan as planning
from ..entities import fulfillment_write as writing


@dataclass(frozen=True)
class Known:
    """``told``: ``{fulfilment gid: tracking}`` that Shopify was last told; ``aside``: gids of fulfilments that have no number of
    their own; ``sharing``: ``{fulfilment gid: deliveries}`` that it stands for beside its own."""

    told: dict
    aside: set
    sharing: dict


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    def _plan_tracking(self, run, unclear):
        """Steps for the parcels whose numbers are others than those that were last told. A delivery that is open is looked at
        once it is settled: which parcels it has, it shows then."""
        none = self.env['shopify.delivery.step']
        if not run.backend.ship_export:
            return none
        every = self.env['shopify.delivery'].search(
            [
                ('order_binding_id', 'in', [binding.id for binding in run.bindings.values()]),
                ('kind', '=', 'ship'),
                ('origin', '=', 'odoo'),
            ],
            order='id',
        )
        ready = every.filtered(
            lambda row: row.order_binding_id not in unclear and (not row._is_open() or row.id in run.settled)
        )
        sharing = self._get_sharing(ready, every)
        deliveries = ready.filtered(
            lambda row: row.fulfillment_ids and all(sharing.get(one.gid, ready) <= ready for one in row.fulfillment_ids)
        )
        if not deliveries:
            return none
        self._load_parcels(run, deliveries.union(*sharing.values()))
        return self._track_all(run, deliveries, sharing)

    def _track_all(self, run, deliveries, sharing):
        """All together; one that breaks must not take the others along."""
        deliveries.fulfillment_ids.line_ids.fetch(['gid', 'line_gid', 'quantity'])
        steps = self._get_telling(deliveries.order_binding_id)
        known = Known(self._get_last_told(steps), self._get_aside(steps), sharing)
        none, failures = self.env['shopify.delivery.step'], {}
        with self.env['shopify.engine']._attempt(failures, 'all'):
            found = none.union(*(self._track(run, delivery, known) for delivery in deliveries))
        if not failures:
            return found
        found = none
        for delivery in deliveries:
            with self.env['shopify.engine']._attempt(run.errors, delivery.order_binding_id.gid):
                found |= self._track(run, delivery, known)
        return found

    def _get_sharing(self, deliveries, every):
        """``{fulfilment gid: deliveries}`` that it stands for beside its own. Such a parcel was told by somebody else."""
        found, by_picking = {}, every.grouped(lambda row: (row.order_binding_id, row.picking_id))
        for row in deliveries.fulfillment_ids.filtered(lambda row: len(row.picking_ids) > 1):
            pairs = [(row.order_binding_id, picking) for picking in row.picking_ids - row.delivery_id.picking_id]
            others = every.browse().union(*(by_picking[pair] for pair in pairs if pair in by_picking))
            if others:
                found[row.gid] = others
        return found

    def _get_numbers(self, run, delivery, shown, known):
        """``{fulfilment gid: its numbers}``: of one that stands for several deliveries those of all of them."""
        own, sharing = run.parcels.get(delivery.id) or [], known.sharing
        found = planning.trackings_for([row for gid, row in shown.items() if gid not in sharing], own, known.aside)
        for gid in shown.keys() & sharing.keys():
            others = [parcel for other in sharing[gid] for parcel in run.parcels.get(other.id) or []]
            found |= planning.trackings_for([shown[gid]], [*own, *others], known.aside)
        return found

    def _track(self, run, delivery, known):
        """One that was sent before and has certainly not happened is the same row again."""
        rows = delivery.fulfillment_ids.filtered(lambda row: row.state in ('success', 'pending'))
        shown = {row.gid: self._shown(row) for row in rows}
        older = delivery.step_ids.filtered(lambda step: step.kind == 'tracking' and step.state == 'planned')
        found, values, is_removed = self.env['shopify.delivery.step'], [], False
        for gid, numbers in self._get_numbers(run, delivery, shown, known).items():
            given = writing.tracking_input(numbers)
            is_less = writing.says_less(given, known.told.get(gid))
            is_removed = is_removed or (is_less and self._is_removed(delivery, shown[gid], known.told.get(gid)))
            if is_less or not self._is_news(shown[gid], given, known.told.get(gid)):
                continue
            variables = self._tracking_variables(delivery, gid, given)
            same = older.filtered(lambda step, variables=variables: step.variables == variables)[:1]
            found |= same
            if not same and (delivery.id, 'tracking', writing.text(variables)) not in run.refused:
                values.append(self._tracking_values(delivery, variables, rows.filtered(lambda row, gid=gid: row.gid == gid)))
        self._note_removed(delivery, is_removed)
        rest = older - found
        rest.filtered(lambda step: not step.sends).unlink()
        rest.exists()._set_failed('replaced', self._sentence('replaced'))
        return found | found.create(values)

    def _tracking_variables(self, delivery, gid, given):
        notify = delivery.backend_id.notify_tracking and delivery._wants_notice()
        return {'fulfillmentId': gid, 'trackingInfoInput': given, 'notifyCustomer': notify}

    def _tracking_values(self, delivery, variables, row):
        return {
            'backend_id': delivery.backend_id.id,
            'order_binding_id': delivery.order_binding_id.id,
            'delivery_id': delivery.id,
            'kind': 'tracking',
            'variables': variables,
            'before': {'tracking': row.tracking},
        }

    def _is_removed(self, delivery, fulfillment, told):
        """Whether Shopify shows a number that Odoo has told and no longer has. A package that is used again keeps its own."""
        lines = delivery.picking_id.sudo().move_line_ids
        boxes = lines.result_package_id | lines.package_history_id.outermost_dest_id
        return bool(
            told
            and fulfillment.tracking
            and writing.has_tracking(fulfillment, told)
            and not any(box.shopify_tracking_ref for box in boxes)
        )

    def _note_removed(self, delivery, is_removed):
        """A number is not taken back in Shopify, where the customer may have it already: a person is told. Why the rest of a
        delivery is not told matters more."""
        if delivery.state == 'sent' and is_removed != (delivery.code == 'number_removed'):
            code = 'number_removed' if is_removed else False
            delivery.write({'code': code, 'message': self._sentence(code or 'sent', delivery)})

    def _is_news(self, fulfillment, given, told):
        """Whether Shopify is to hear of numbers: others than those that it was told last, or shows anyway. What somebody has
        typed there is left alone until Odoo's own change."""
        if told is None:
            return not fulfillment.tracking
        return writing.tracking_of(given) != writing.tracking_of(told) and not writing.has_tracking(fulfillment, given)

    def _get_telling(self, bindings):
        """The steps by which Shopify was told of parcels, the first ones first."""
        return self.env['shopify.delivery.step'].search(
            [
                ('order_binding_id', 'in', bindings.ids),
                ('kind', 'in', ('create', 'tracking')),
                ('state', 'in', ('done', 'unclear')),
            ],
            order='id',
        )

    @staticmethod
    def _get_aside(steps):
        """Gids of fulfilments that were made without a number because nothing of them is shipped, and of those that were made
        again in their place."""
        found = set()
        for step in steps:
            before = step.before or {}
            if step.kind == 'create' and (before.get('aside') or before.get('instead') in found):
                found.add(step.result_gid)
        return found - {False}

    @staticmethod
    def _get_last_told(steps):
        """``{fulfilment gid: tracking}`` that Shopify was last told by us, whatever the delivery was by which it was told: a
        parcel that was made again belongs to another. Parcels that somebody else has made are missing."""
        told = {}
        for step in steps:
            if step.kind == 'tracking':
                told[step.variables['fulfillmentId']] = step.variables['trackingInfoInput']
            elif step.result_gid:
                told[step.result_gid] = step.variables['fulfillment'].get('trackingInfo') or {}
        return told

    def _note_done(self, steps):
        """Override: what the parcel shows now is compared with next, whether somebody reads the order before or not."""
        result = super()._note_done(steps)
        for step in steps.filtered(lambda step: step.kind == 'tracking' and step.answer):
            row = self.env['shopify.fulfillment'].search(
                [('backend_id', '=', step.backend_id.id), ('gid', '=', step.variables['fulfillmentId'])]
            )
            shown = reading.trackings(step.answer.get('trackingInfo') or ())
            row.tracking = [{'company': one.company, 'number': one.number, 'url': one.url} for one in shown]
        return result

    @staticmethod
    def _shown(row):
        """A kept fulfilment as the planning knows it."""
        return reading.Fulfillment(
            row.gid,
            row.name or '',
            (row.state or '').upper(),
            tracking=reading.trackings(row.tracking or ()),
            lines=tuple(reading.FulfillmentLine(line.gid, line.line_gid, line.quantity) for line in row.line_ids),
        )
