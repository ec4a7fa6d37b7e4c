"""What Shopify has to know of deliveries: reading what it knows, and the task that tells it."""

from odoo import api, models

from ..entities import fulfillment as reading
from ..shopify import paging


class ShopifySyncDelivery(models.AbstractModel):
    _name = 'shopify.sync.delivery'
    _description = "Shopify Deliveries"

    # === READING === #

    @api.model
    def _get_scopes(self, backend):
        return {scope.strip() for scope in (backend.granted_scopes or '').split(',') if scope.strip()}

    @api.model
    def _read_states(self, backend, client, gids):
        """``{order gid: entities.fulfillment.State}`` of the orders that Shopify shows, many a request.

        Without a scope for fulfilment orders ``state.orders`` is None.

        :raise ShopifyError: by consequence.
        """
        # Who may write them may read them, and is not told of the reading scope.
        scopes = self._get_scopes(backend)
        places = bool(scopes & {*reading.READ_SCOPES, *reading.WRITE_SCOPES})
        found = {}
        for _ids, nodes in paging.read_nodes(
            client, reading.DOCUMENT, list(dict.fromkeys(gids)), size=8, variables={'places': places}
        ):
            for node in filter(None, nodes):
                self._complete(client, node)
                found[node['id']] = reading.snapshot(node)
        return found

    def _complete(self, client, node):
        """Read what is longer than the pages of the first answer."""
        orders = node.get('fulfillmentOrders') or {}
        self._extend(client, reading.MORE_ORDERS, node['id'], orders, 'order.fulfillmentOrders')
        for row in orders.get('nodes') or ():
            self._extend(client, reading.MORE_ORDER_LINES, row['id'], row['lineItems'], 'fulfillmentOrder.lineItems')
        if len(node['fulfillments']) >= reading.PARCELS:
            data = client.query(reading.MORE_PARCELS, {'id': node['id'], 'first': reading.ALL_PARCELS})
            node['fulfillments'] = (data.get('order') or {}).get('fulfillments') or []
        for row in node['fulfillments']:
            lines = row['fulfillmentLineItems']
            self._extend(client, reading.MORE_PARCEL_LINES, row['id'], lines, 'fulfillment.fulfillmentLineItems')

    @staticmethod
    def _extend(client, document, gid, connection, path):
        info = connection.get('pageInfo') or {}
        if info.get('hasNextPage'):
            variables = {'id': gid, 'first': reading.MORE, 'after': info['endCursor']}
            for page in paging.pages(client, document, variables, path):
                connection['nodes'] += page

    # === TASKS === #

    @api.model
    def _handle_deliveries(self, backend, tasks):
        """Tell what Odoo has done with the orders of the tasks; the key of a task is an order's gid."""
        tasks._set_done()
