"""Open Shopify orders that are not in Odoo: their units are in the shop and promised, and no document in Odoo says so."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import open_order as mapping
from ..entities import order_lines
from ..shopify import paging, when


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _upsert(self, backend, payloads, fetched_variants=frozenset()):
        """An order that is left out, or could not be brought over, holds its units; one that is there speaks for itself."""
        failures = super()._upsert(backend, payloads, fetched_variants)
        brought = set(
            self.env['shopify.order.binding']
            .search(
                [
                    ('backend_id', '=', backend.id),
                    ('gid', 'in', [payload['id'] for payload in payloads]),
                    ('sale_order_id', '!=', False),
                ]
            )
            .mapped('gid')
        )
        self.env['shopify.unseen.sale']._set_units(
            backend,
            {
                payload['id']: (
                    payload.get('name'),
                    {} if payload['id'] in brought else mapping.units(payload, order_lines.line_nodes(payload)),
                )
                for payload in payloads
            },
        )
        return failures


class ShopifySyncQuantity(models.AbstractModel):
    _inherit = 'shopify.sync.quantity'

    @api.model
    def _read_unseen(self, backend):
        """Read the open orders from before the store's date, and those that were left out or could not be brought over, as
        they are now. An app that may read no orders brings none over either: what the shop has sold is then nobody's to count."""
        if not self.env['shopify.sync.connection']._granted(backend) & {'read_orders', 'write_orders'}:
            return
        client = backend._get_client('stock')
        orders = {}
        start = fields.Datetime.to_datetime(backend.orders_since) or (
            (backend.connected_at or fields.Datetime.now()) - timedelta(days=const.DAYS_BEFORE_CONNECTING)
        )
        query = f'status:open created_at:<{when.quoted(when.to_iso(start))}'
        for page in paging.pages(client, mapping.OPEN_ORDERS, {'query': query}, ('orders',)):
            orders.update({node['id']: node for node in page})
        left_out = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('state', '=', 'skipped'), ('sale_order_id', '=', False)]
        )
        wanted = {*left_out.filtered(self._may_be_open).mapped('gid'), *self._failed_orders(backend)}
        gids = [gid for gid in wanted if gid not in orders]
        for _ids, nodes in paging.read_nodes(client, mapping.OPEN_ORDERS_BY_IDS, gids):
            orders.update({node['id']: node for node in nodes if node and node.get('id')})
        self.env['shopify.unseen.sale']._set_units(
            backend,
            {
                gid: (node.get('name'), mapping.units(node, self._get_lines(client, node)))
                for gid, node in orders.items()
            },
            whole=True,
        )

    def _failed_orders(self, backend):
        tasks = self.env['shopify.task'].search(
            [
                ('backend_id', '=', backend.id),
                ('kind', '=', 'order'),
                '|',
                ('state', '=', 'failed'),
                '&',
                ('state', '=', 'pending'),
                ('tries', '>', 0),
            ]
        )
        return tasks.mapped('key')

    def _may_be_open(self, binding):
        return not binding.cancelled_at and binding.fulfillment_status not in ('fulfilled', 'restocked')

    def _get_lines(self, client, node):
        lines, info = node['lineItems']['nodes'], node['lineItems']['pageInfo']
        if info['hasNextPage']:
            variables = {'id': node['id'], 'first': mapping.LINES_PER_PAGE, 'after': info['endCursor']}
            for page in paging.pages(client, mapping.MORE_LINES, variables, ('order', 'lineItems')):
                lines = lines + page
        return lines

    def _get_unseen(self, products, warehouses):
        """``{product id: units}`` of ``products`` on such orders of all stores; a kit stands for its components."""
        wanted = self._with_kits(products)
        units = defaultdict(float)
        for product_id, number in self.env['shopify.unseen.sale']._get_units(wanted, warehouses):
            units[self.env['product.product'].browse(product_id)] += number
        return self._in_parts(units)
