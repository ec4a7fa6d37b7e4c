"""Steps about returns go the way of all steps of deliveries."""

from odoo import api, models

from ..entities import return_write as writing


class ShopifySyncDeliverySteps(models.AbstractModel):
    _inherit = 'shopify.sync.delivery.steps'

    @api.model
    def _get_kinds(self):
        return {**super()._get_kinds(), **writing.KINDS}


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    def _note_done(self, steps):
        """Override: a return that has changed is read with its order."""
        result = super()._note_done(steps)
        for step in steps.filtered(lambda step: step.kind in writing.KINDS):
            step.backend_id._enqueue('order', step.order_binding_id.gid, source='shopify')
        return result
