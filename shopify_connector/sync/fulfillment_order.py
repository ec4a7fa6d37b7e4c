"""The doorbell of fulfilment orders: moved, held, released, cancelled, asked for. The order is read, whatever it was."""

from odoo import api, models

from .. import const
from ..entities import fulfillment_order as mapping
from ..shopify import errors, paging


class ShopifySyncFulfillmentOrder(models.AbstractModel):
    _name = 'shopify.sync.fulfillment.order'
    _description = "Shopify Fulfilment Orders"

    @api.model
    def _handle_rings(self, backend, tasks):
        """One request tells which orders many of them belong to."""
        client, found = backend._get_client('orders'), {}
        try:
            for _ids, nodes in paging.read_nodes(client, mapping.DOCUMENT, list(set(tasks.mapped('key'))), size=100):
                for gid, rows in mapping.by_order(nodes).items():
                    found.setdefault(gid, []).extend(rows)
        except errors.ScopeError as error:
            # The scope was taken away: the orders' own webhooks and the sweep tell what they can.
            self.env['shopify.sync.log']._note(backend, 'orders', 'warning', message=error.message)
        with self.env['shopify.engine']._turn():
            wanted = self._wanted(backend, tasks, found)
            self.env['shopify.order.binding'].search(
                [('backend_id', '=', backend.id), ('gid', 'in', wanted), ('is_state_wanted', '=', False)]
            ).is_state_wanted = True
            self.env['shopify.task']._add(backend, 'order', wanted, source='shopify')
            tasks._set_done()

    def _wanted(self, backend, tasks, found):
        """The orders to read. Of a new order Shopify tells where it ships from as well: it is read again only when Odoo,
        which may have been faster, has it elsewhere."""
        changed = set(tasks.filtered(lambda task: task.topic != mapping.ROUTED).mapped('key'))
        routed = {gid for gid, rows in found.items() if not changed & {row['id'] for row in rows}}
        if not routed:
            return list(found)
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(routed)), ('sale_order_id', '!=', False)]
        )
        places = {row.gid: row.warehouse_id for row in backend.location_ids if row.warehouse_id}
        elsewhere = bindings.filtered(
            lambda binding: any(
                places.get(mapping.location(row), backend.warehouse_id)
                not in binding.sale_order_id.order_line.warehouse_id
                for row in found[binding.gid]
            )
        )
        return [gid for gid in found if gid not in routed or gid in set(elsewhere.mapped('gid'))]


class ShopifySyncConnection(models.AbstractModel):
    _inherit = 'shopify.sync.connection'

    @api.model
    def _topics(self, backend):
        """Override: one of several scopes is enough to hear of fulfilment orders. Where one warehouse ships everything nobody
        needs to hear how orders were routed."""
        topics = super()._topics(backend)
        may_hear = bool(self._granted(backend) & const.PLACE_SCOPES)
        unheard = set() if may_hear else {topic for topic in topics if topic.startswith('FULFILLMENT_ORDERS_')}
        if not self.env['shopify.sync.order']._has_several_warehouses(backend):
            unheard.add('FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE')
        return {topic: values for topic, values in topics.items() if topic not in unheard}
