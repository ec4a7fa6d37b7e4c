"""Tracking numbers that come or change after a parcel has left."""

from odoo import models

from ..entities import fulfillment as reading
from ..entities import fulfillment_plan as planning
from ..entities import fulfillment_write as writing


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    def _plan_tracking(self, run, unclear):
        """Steps for the parcels whose numbers are others than those that were last told, once a run."""
        if run.is_tracked or not run.backend.ship_export:
            return self.env['shopify.delivery.step']
        run.is_tracked = True
        deliveries = self.env['shopify.delivery'].search(
            [
                ('order_binding_id', 'in', [binding.id for binding in run.bindings.values()]),
                ('kind', '=', 'ship'),
                ('origin', '=', 'odoo'),
                ('state', '=', 'sent'),
                ('fulfillment_ids', '!=', False),
            ],
            order='id',
        )
        deliveries = deliveries.filtered(lambda row: row.order_binding_id not in unclear and row.id not in run.settled)
        self._load_parcels(run, deliveries)
        found = self.env['shopify.delivery.step']
        for delivery in deliveries:
            with self.env['shopify.engine']._attempt(run.errors, delivery.order_binding_id.gid):
                found |= self._track(delivery, run.parcels.get(delivery.id) or [])
        return found

    def _track(self, delivery, parcels):
        rows = delivery.fulfillment_ids.filtered(lambda row: row.state in ('success', 'pending'))
        shown = {row.gid: self._shown(row) for row in rows}
        waiting = delivery.step_ids.filtered(lambda step: step.kind == 'tracking' and step.state == 'planned')
        waiting.filtered(lambda step: not step.sends).unlink()
        found = waiting.exists()
        values, is_removed = [], False
        for gid, numbers in planning.trackings_for(list(shown.values()), parcels).items():
            given = writing.tracking_input(numbers)
            is_removed = is_removed or (not given and self._is_removed(delivery, shown[gid]))
            if not given or not self._is_news(delivery, shown[gid], given):
                continue
            found.filtered(lambda step, gid=gid: step.variables['fulfillmentId'] == gid)._set_failed(
                'replaced', self._sentence('replaced')
            )
            notify = delivery.backend_id.notify_tracking and delivery._wants_notice()
            values.append(
                {
                    'backend_id': delivery.backend_id.id,
                    'order_binding_id': delivery.order_binding_id.id,
                    'delivery_id': delivery.id,
                    'kind': 'tracking',
                    'variables': {'fulfillmentId': gid, 'trackingInfoInput': given, 'notifyCustomer': notify},
                    'before': {
                        'tracking': delivery.fulfillment_ids.filtered(lambda row, gid=gid: row.gid == gid).tracking
                    },
                }
            )
        self._note_removed(delivery, is_removed)
        return found.filtered(lambda step: step.state == 'planned') | self.env['shopify.delivery.step'].create(values)

    def _is_removed(self, delivery, fulfillment):
        """Whether Shopify shows a number that Odoo has told and no longer has. A package that is used again keeps its own."""
        lines = delivery.picking_id.sudo().move_line_ids
        boxes = lines.result_package_id | lines.package_history_id.outermost_dest_id
        told = self._get_last_told(delivery, fulfillment.gid)
        return bool(
            told
            and fulfillment.tracking
            and writing.has_tracking(fulfillment, told)
            and not any(box.shopify_tracking_ref for box in boxes)
        )

    def _note_removed(self, delivery, is_removed):
        """A number is not taken back in Shopify, where the customer may have it already: a person is told."""
        if is_removed != (delivery.code == 'number_removed'):
            code = 'number_removed' if is_removed else False
            delivery.write({'code': code, 'message': self._sentence(code or 'sent', delivery)})

    def _is_news(self, delivery, fulfillment, given):
        """Whether Shopify is to hear of numbers: others than those that it was told last, or shows anyway. What somebody has
        typed there is left alone until Odoo's own change."""
        told = self._get_last_told(delivery, fulfillment.gid)
        if told is None:
            return not fulfillment.tracking
        return writing.tracking_of(given) != writing.tracking_of(told) and not writing.has_tracking(fulfillment, given)

    def _get_last_told(self, delivery, gid):
        """The tracking that Shopify was last told of a parcel by us; None when the parcel is not of our making."""
        steps = delivery.step_ids.filtered(lambda step: step.state in ('done', 'unclear')).sorted('id', reverse=True)
        for step in steps:
            if step.kind == 'tracking' and step.variables['fulfillmentId'] == gid:
                return step.variables['trackingInfoInput']
            if step.kind == 'create' and step.result_gid == gid:
                return step.variables['fulfillment'].get('trackingInfo') or {}
        return None

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
