"""Returns of orders: read with the orders, kept as rows that can be reported."""

from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import returns as mapping
from ..shopify import errors, oauth, paging

_MOST_REMINDED = 200


class ShopifySyncReturns(models.AbstractModel):
    _name = 'shopify.sync.returns'
    _description = "Shopify Returns"

    @api.model
    def _is_readable(self, backend):
        granted = self.env['shopify.sync.connection']._granted(backend)
        return not oauth.missing_scopes(granted, ('read_returns',))

    @api.model
    def _wanted(self, backend, payloads):
        """The orders whose returns have to be read: those that have any, and those with one that was not finished when
        it was last read."""
        known = self.env['shopify.return'].search(
            [
                ('backend_id', '=', backend.id),
                ('order_binding_id.gid', 'in', [payload['id'] for payload in payloads]),
                ('state', 'in', mapping.UNFINISHED),
            ]
        )
        unfinished = set(known.mapped('order_binding_id.gid'))
        return [payload['id'] for payload in payloads if mapping.has_returns(payload) or payload['id'] in unfinished]

    @api.model
    def _read(self, backend, client, gids):
        """``{order gid: returns with all their lines}``; nothing without the scope."""
        if not gids or not self._is_readable(backend):
            return {}
        found = {}
        try:
            for _ids, nodes in paging.read_nodes(client, mapping.DOCUMENT, gids):
                for node in nodes:
                    if node and node.get('id'):
                        found[node['id']] = self._complete(client, node)
        except errors.ScopeError as error:
            # The scope was taken away since the store was connected: orders do not wait for it.
            self.env['shopify.sync.log']._note(backend, 'returns', 'warning', message=error.message)
        return found

    def _complete(self, client, order):
        rows, info = order['returns']['nodes'], order['returns']['pageInfo']
        if info['hasNextPage']:
            variables = {'id': order['id'], 'after': info['endCursor']}
            for page in paging.pages(client, mapping.MORE_RETURNS, variables, ('order', 'returns')):
                rows += page
        for row in rows:
            info = row['returnLineItems']['pageInfo']
            if info['hasNextPage']:
                variables = {'id': row['id'], 'first': mapping.LINES_PER_PAGE, 'after': info['endCursor']}
                for page in paging.pages(client, mapping.MORE_LINES, variables, ('return', 'returnLineItems')):
                    row['returnLineItems']['nodes'] += page
            if mapping.has_more_places(row):
                variables, path = {'id': row['id'], 'first': 1, 'after': None}, ('return', 'reverseFulfillmentOrders')
                found = [place for page in paging.pages(client, mapping.PLACES, variables, path) for place in page]
                row['reverseFulfillmentOrders']['nodes'] = found
        return rows

    @api.model
    def _note(self, backend, client, gids):
        """Read and write the returns of the orders ``gids``; ``{order gid: error}``."""
        return self._upsert(backend, self._read(backend, client, gids))

    # === WRITE === #

    @api.model
    def _upsert(self, backend, by_order, current=None):
        """Write the returns of ``{order gid: returns}``, each order able to fail alone; ``{order gid: error}``. Orders
        that Odoo does not have are passed over. ``current``: ``{order gid: {line gid: units that the customer has}}``."""
        failures = {}
        if not by_order:
            return failures
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(by_order))]
        )
        known = {
            row.gid: row
            for row in self.env['shopify.return'].search(
                [('backend_id', '=', backend.id), ('order_binding_id', 'in', bindings.ids)]
            )
        }
        for binding in bindings:
            with self.env['shopify.engine']._attempt(failures, binding.gid):
                for payload in by_order[binding.gid]:
                    left = (current or {}).get(binding.gid)
                    problem = self._write(binding, known.get(payload['id']), payload, left)
                    self.env['shopify.sync.order']._note_problem(failures, {'id': binding.gid}, problem)
        return failures

    def _write(self, binding, record, payload, current=None):
        values = {**mapping.vals(payload), 'read_at': fields.Datetime.now()}
        if record:
            record.write(values)
        else:
            values.update(backend_id=binding.backend_id.id, gid=payload['id'], order_binding_id=binding.id)
            record = self.env['shopify.return'].create(values)
        self._write_lines(binding, record, payload)
        return self.env['shopify.sync.return.take']._take(record, mapping.shelf(payload), current)

    def _write_lines(self, binding, record, payload):
        present = {line.gid: line for line in record.line_ids}
        order_lines = {line.shopify_line_gid: line for line in binding.sale_order_id.order_line}
        for values in mapping.lines_vals(payload):
            order_line = order_lines.get(values.pop('order_line') or None, self.env['sale.order.line'])
            values.update(sale_line_id=order_line.id, product_id=order_line.product_id.id)
            line = present.pop(values['gid'], None)
            if line:
                # A line of the sales order that was deleted since is no reason to forget the product.
                line.write(values if order_line else {**values, 'product_id': line.product_id.id})
            else:
                self.env['shopify.return.line'].create({**values, 'return_id': record.id})
        self.env['shopify.return.line'].union(*present.values()).unlink()

    # === REMIND === #

    @api.model
    def _look_again(self, backend):
        """Shopify tells nobody that a parcel is on its way: orders with unfinished returns are read now and then."""
        limit = fields.Datetime.now() - timedelta(hours=const.OPEN_RETURNS_HOURS)
        waiting = self.env['shopify.return'].search(
            [
                ('backend_id', '=', backend.id),
                ('state', 'in', mapping.UNFINISHED),
                ('read_at', '<', limit),
                ('order_binding_id.state', '!=', 'deleted'),
            ],
            order='read_at',
            limit=_MOST_REMINDED,
        )
        if waiting and self._is_readable(backend):
            self.env['shopify.task']._add(backend, 'order', waiting.mapped('order_binding_id.gid'), source='poll')
