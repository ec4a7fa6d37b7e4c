"""The doorbell of returns whose order a webhook did not name: it is asked for and read."""

from odoo import api, models

from ..entities import return_order
from ..shopify import errors, paging


class ShopifySyncReturns(models.AbstractModel):
    _inherit = 'shopify.sync.returns'

    @api.model
    def _handle_rings(self, backend, tasks):
        """One request tells which orders many of them belong to."""
        client, wanted = backend._get_client('orders'), []
        try:
            for _ids, nodes in paging.read_nodes(client, return_order.DOCUMENT, list(set(tasks.mapped('key'))), size=100):
                wanted += return_order.orders(nodes)
        except errors.ScopeError as error:
            # The scope was taken away: the orders' own webhooks and the sweep tell what they can.
            self.env['shopify.sync.log']._note(backend, 'returns', 'warning', message=error.message)
        self.env['shopify.task']._add(backend, 'order', wanted, source='shopify')
        tasks._set_done()
