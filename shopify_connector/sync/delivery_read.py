"""What Shopify knows of orders' deliveries, many orders a request."""

from odoo import api, models

from ..entities import fulfillment as reading
from ..shopify import paging

# So many are not too expensive for one request; how many really are, the first answer tells.
_READ_FIRST = 15


class ShopifySyncDelivery(models.AbstractModel):
    _inherit = 'shopify.sync.delivery'

    @api.model
    def _read_states(self, backend, client, gids):
        """``{order gid: entities.fulfillment.State}`` of the orders that Shopify shows, many a request.

        Without a scope for fulfilment orders ``state.orders`` is None.

        :raise ShopifyError: by consequence.
        """
        # Who may write them may read them, and is not told of the reading scope.
        places = bool(self.env['shopify.sync.connection']._granted(backend) & {*reading.READ_SCOPES, *reading.WRITE_SCOPES})
        found = {}
        for _ids, nodes in paging.read_nodes(
            client, reading.DOCUMENT, list(dict.fromkeys(gids)), size=_READ_FIRST, variables={'places': places}
        ):
            for node in filter(None, nodes):
                self._complete(client, node, places)
                found[node['id']] = reading.snapshot(node)
        return found

    def _complete(self, client, node, places):
        """Read what is longer than the pages of the first answer."""
        orders = node.get('fulfillmentOrders') or {}
        self._extend(client, reading.MORE_ORDERS, node['id'], orders, 'order.fulfillmentOrders')
        for row in orders.get('nodes') or ():
            self._extend(client, reading.MORE_ORDER_LINES, row['id'], row['lineItems'], 'fulfillmentOrder.lineItems')
        if len(node['fulfillments']) >= reading.PARCELS:
            node['fulfillments'] = self._read_parcels(client, node['id'], places)
        for row in node['fulfillments']:
            lines = row['fulfillmentLineItems']
            self._extend(client, reading.MORE_PARCEL_LINES, row['id'], lines, 'fulfillment.fulfillmentLineItems')

    def _read_parcels(self, client, gid, places):
        """All of an order's parcels. The longest list at once may be more than Shopify gives."""
        for first in reading.ALL_PARCELS:
            data = client.query(reading.MORE_PARCELS, {'id': gid, 'first': first, 'places': places})
            found = (data.get('order') or {}).get('fulfillments') or []
            if len(found) < first:
                break
        return found

    @staticmethod
    def _extend(client, document, gid, connection, path):
        info = connection.get('pageInfo') or {}
        if info.get('hasNextPage'):
            variables = {'id': gid, 'first': reading.MORE, 'after': info['endCursor']}
            for page in paging.pages(client, document, variables, path):
                connection['nodes'] += page
