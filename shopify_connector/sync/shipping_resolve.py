"""Shopify's shipping methods -> the product of the shipping line and the delivery method; mapped, else learnt."""

import contextlib

from odoo import api, models

from ..entities import order_lines

# Of an app that may not be there (Delivery Costs).
CARRIER_FIELD = 'carrier_id'


class ShopifySyncShipping(models.AbstractModel):
    _name = 'shopify.sync.shipping'
    _description = "Shopify Shipping Methods"

    @api.model
    def _resolve(self, backend, payloads):
        """``{shipping line: product id}`` where it is another than the usual one. Lines that Odoo has keep theirs."""
        methods = {
            line['id']: order_lines.shipping_method(line)
            for payload in payloads
            for line in order_lines.shipping_nodes(payload)
        }
        if not methods:
            return {}
        mappings = self._mappings(backend, set(methods.values()))
        products = {gid: mappings[method].product_id.id for gid, method in methods.items()}
        present = self.env['sale.order.line'].search_fetch(
            [('shopify_line_gid', 'in', list(methods)), ('company_id', '=', backend.company_id.id)],
            ['shopify_line_gid', 'product_id'],
            order='id',
        )
        products.update({line.shopify_line_gid: line.product_id.id for line in present})
        return {gid: product for gid, product in products.items() if product}

    @api.model
    def _find_carriers(self, backend, payloads):
        """``{order gid: (shipping method's title, delivery method)}`` of the orders that have one."""
        if CARRIER_FIELD not in self.env['sale.order']._fields:
            return {}
        methods = {
            payload['id']: order_lines.shipping_method(line)
            for payload in payloads
            for line in order_lines.shipping_nodes(payload)[:1]
        }
        mappings = self._mappings(backend, set(methods.values())) if methods else {}
        carriers = {
            str(carrier.id): carrier for carrier in self.env['shopify.shipping.mapping']._carriers(backend.company_id)
        }
        found = {gid: (method[0], carriers.get(mappings[method].carrier_key)) for gid, method in methods.items()}
        return {gid: (title, carrier) for gid, (title, carrier) in found.items() if carrier}

    @api.model
    @contextlib.contextmanager
    def _without_labels(self, order):
        """Deliveries that are validated meanwhile order no label of their carrier: the parcel has one."""
        carrier = order[CARRIER_FIELD] if CARRIER_FIELD in order._fields else None
        pickings = order.picking_ids
        if not (carrier or CARRIER_FIELD in pickings._fields and pickings[CARRIER_FIELD]):
            yield
            return
        before = {picking: picking[CARRIER_FIELD] for picking in pickings} if CARRIER_FIELD in pickings._fields else {}
        waiting = pickings.filtered(lambda picking: picking.state not in ('done', 'cancel'))
        order[CARRIER_FIELD] = False
        if before:
            waiting[CARRIER_FIELD] = False
        yield
        order[CARRIER_FIELD] = carrier
        if before:
            self._give_back(order, before, carrier)

    def _give_back(self, order, before, carrier):
        """The carriers as they were; what was left of a delivery has that of the delivery, what follows it the order's."""
        for picking in order.picking_ids.sorted('id'):
            known = before.get(picking, before.get(picking.backorder_id, carrier))
            if picking not in before:
                before[picking] = known
            if known and picking[CARRIER_FIELD] != known:
                picking[CARRIER_FIELD] = known

    def _mappings(self, backend, methods):
        """``{(title, code): shopify.shipping.mapping}``. One that nobody has decided on is compared with Odoo's delivery
        methods again: there may be more of them than when it was learnt."""
        rows = self.env['shopify.shipping.mapping'].with_company(backend.company_id)
        present = rows.search(
            [('backend_id', '=', backend.id), ('title', 'in', [*{title for title, _ in methods}, False])]
        )
        mappings = {(row.title or '', row.code or ''): row for row in present}
        unknown = sorted(methods - mappings.keys())
        undecided = [row for key, row in mappings.items() if key in methods and row.origin == 'learnt']
        if not (unknown or undecided):
            return mappings
        by_name = {}
        for carrier in rows._carriers(backend.company_id):
            by_name.setdefault((carrier.name or '').strip().casefold(), str(carrier.id))
        for row in undecided:
            values = self._suggestion(row.title, row.code, by_name)
            if values['carrier_key']:
                row.write(values)
        created = rows.create(
            [
                {
                    'backend_id': backend.id,
                    'title': title or False,
                    'code': code or False,
                    **self._suggestion(title, code, by_name),
                }
                for title, code in unknown
            ]
        )
        return {**mappings, **dict(zip(unknown, created, strict=True))}

    def _suggestion(self, title, code, by_name):
        names = [text.casefold() for text in (title, code) if text]
        carrier = next((by_name[name] for name in names if name in by_name), False)
        return {'carrier_key': carrier, 'origin': 'found' if carrier else 'learnt'}


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _headers(self, backend, payloads, prepared):
        headers = super()._headers(backend, payloads, prepared)
        for gid, (title, carrier) in self.env['shopify.sync.shipping']._find_carriers(backend, payloads).items():
            headers[gid].order[CARRIER_FIELD] = carrier.id
            headers[gid].trail.append(('carrier', {'title': title, 'carrier': carrier.name}))
        return headers

    def _ship(self, backend, binding, payload):
        """The parcel has left with a label that was bought in Shopify: Odoo does not order a second one of its carrier."""
        with self.env['shopify.sync.shipping']._without_labels(binding.sale_order_id):
            return super()._ship(backend, binding, payload)
