"""What Shopify knows of an order's parcels, kept as rows: made, changed, cancelled."""

from odoo import api, fields, models

from ..shopify import when


class ShopifySyncFulfillment(models.AbstractModel):
    _name = 'shopify.sync.fulfillment'
    _description = "Shopify Fulfilments"

    @api.model
    def _note(self, binding, state):
        """Write the fulfilments of an order's state; returns the rows of all of them. What one of Odoo's own deliveries has
        made is known by the step that made it."""
        known = {row.gid: row for row in self._get_rows(binding)}
        made = self._made_by_odoo(binding, [one.gid for one in state.fulfillments if one.gid not in known])
        places = self._places(binding.backend_id, state)
        rows = self.env['shopify.fulfillment']
        for one in state.fulfillments:
            values = self._values(one, places)
            row = known.get(one.gid)
            if row:
                changed = {name: value for name, value in values.items() if not self._is_same(row, name, value)}
                if changed:
                    before = row.tracking or []
                    row.write(changed)
                    if 'tracking' in changed:
                        self._follow_tracking(row, before)
            else:
                row = rows.create({**values, **self._new_values(binding, one, made.get(one.gid))})
            self._write_lines(binding, row, one)
            rows |= row
        return rows

    def _follow_tracking(self, row, before):
        """Numbers that change in Shopify, of a parcel that Shopify has sent, change on its transfers."""
        if row.origin != 'shopify' or row.taken != 'done':
            return
        gone = {info['number'] for info in before if info.get('number')}
        for picking in row.picking_ids.with_context(shopify_from_shop=True):
            if 'shopify' in picking.shopify_delivery_ids.mapped('origin'):
                picking._shopify_drop_numbers(gone)
                picking._shopify_take_tracking(row.tracking or [])

    @api.model
    def _get_rows(self, binding):
        return self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)], order='shipped_at, id')

    def _places(self, backend, state):
        gids = list({one.location_gid for one in state.fulfillments if one.location_gid})
        if not gids:
            return {}
        locations = self.env['shopify.location'].with_context(active_test=False)
        return {row.gid: row.id for row in locations.search([('backend_id', '=', backend.id), ('gid', 'in', gids)])}

    def _values(self, one, places):
        return {
            'name': one.name,
            'state': self._state(one.status),
            'location_gid': one.location_gid or False,
            'location_id': places.get(one.location_gid, False),
            'tracking': [{'company': row.company, 'number': row.number, 'url': row.url} for row in one.tracking],
            'display_status': one.display_status or False,
            **{name: self._moment(getattr(one, name)) for name in _MOMENTS},
        }

    @staticmethod
    def _state(word):
        known = {
            'SUCCESS': 'success',
            'OPEN': 'success',
            'PENDING': 'pending',
            'CANCELLED': 'cancelled',
            'ERROR': 'error',
        }
        return known.get(word, 'failure')

    @staticmethod
    def _moment(text):
        return when.to_utc(text) if text else False

    @staticmethod
    def _is_same(row, name, value):
        old = row[name].id if row._fields[name].relational else row[name]
        return (old or False) == (value or False)

    def _new_values(self, binding, one, step):
        values = {'backend_id': binding.backend_id.id, 'order_binding_id': binding.id, 'gid': one.gid}
        if not step:
            return {**values, 'origin': 'shopify'}
        delivery = step.delivery_id
        pickings = [fields.Command.set(delivery.picking_id.ids)]
        return {**values, 'origin': 'odoo', 'taken': 'done', 'delivery_id': delivery.id, 'picking_ids': pickings}

    def _made_by_odoo(self, binding, gids):
        """``{fulfilment gid: step}`` of those that Odoo has told."""
        if not gids:
            return {}
        steps = self.env['shopify.delivery.step'].search(
            [('order_binding_id', '=', binding.id), ('kind', '=', 'create'), ('result_gid', 'in', gids)]
        )
        return {step.result_gid: step for step in steps}

    def _write_lines(self, binding, row, one):
        present = {line.gid: line for line in row.line_ids}
        sold = {line.shopify_line_gid: line.id for line in binding.sale_order_id.order_line if line.shopify_line_gid}
        if {line.gid: line.quantity for line in one.lines} == {gid: line.quantity for gid, line in present.items()}:
            for line in row.line_ids.filtered(lambda line: not line.sale_line_id and line.line_gid in sold):
                line.sale_line_id = sold[line.line_gid]
            return
        row.line_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create(
                    {
                        'gid': line.gid,
                        'line_gid': line.line_gid,
                        'quantity': line.quantity,
                        'sale_line_id': sold.get(line.line_gid, False),
                    }
                )
                for line in one.lines
            ),
        ]


_MOMENTS = ('shipped_at', 'in_transit_at', 'delivered_at', 'estimated_at')
