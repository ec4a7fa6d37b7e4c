"""Steps are sent: many a request, each settled by its own answer, none twice."""

from odoo import api, models

from ..entities import fulfillment_write as writing


class ShopifySyncDeliverySteps(models.AbstractModel):
    _name = 'shopify.sync.delivery.steps'
    _description = "Shopify Delivery Steps"

    @api.model
    def _get_kinds(self):
        """``{kind: fulfillment_write.Kind}``: who adds kinds of steps, adds them here."""
        return writing.KINDS

    @api.model
    def _perform(self, backend, client, steps):
        """Send planned steps, up to ten of different orders a request. Commits; when it returns, each step is 'done',
        'failed' (with code and message), 'unclear', or 'planned' still when it was not its turn.

        :raise WaitError, AskPersonError: nothing more can be sent now. The steps say what has happened to them.
        """

    @api.model
    def _settle_unclear(self, backend, steps, states):
        """Look whether steps without an answer were carried out. ``states``: ``{order gid: State}``, read after now."""
