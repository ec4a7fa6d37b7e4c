"""Odoo's figures of products in the places that a Shopify location shows: there, promised, on its way."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..entities import stock_quantity as mapping

# States of moves that are still to happen, and of those that wait for units of their own.
_OPEN = ('waiting', 'confirmed', 'assigned', 'partially_available')
_UNRESERVED = ('confirmed', 'partially_available')


class ShopifySyncQuantity(models.AbstractModel):
    _inherit = 'shopify.sync.quantity'

    def _get_stock(self, location, products):
        """``{product id: Stock or Kit}`` of what ``location`` shows."""
        kits = self._kits(products)
        parts = self.env['product.product'].browse({part for needed in kits.values() for part in needed})
        simple = (products | parts).filtered(lambda product: product.id not in kits)
        stock = self._get_figures(location, simple)
        for kit, needed in kits.items():
            stock[kit] = mapping.Kit(tuple((part, units, stock[part]) for part, units in needed.items()))
        return stock

    def _get_figures(self, location, products):
        """``{product id: Stock}`` of products that are no kits."""
        places = location._get_shown_places()
        if not products or not places:
            return {product.id: mapping.Stock() for product in products}
        products = products.with_context(location=places.ids)
        figures = products._compute_quantities_dict(None, None, None)
        reserved = self._get_reserved(products)
        extra = self._get_promised(location, products)
        return {
            product.id: mapping.Stock(
                on_hand=figures[product.id]['qty_available'],
                reserved=reserved.get(product.id, 0.0),
                outgoing=figures[product.id]['outgoing_qty'],
                # Odoo's free quantity lacks what is reserved, and what has expired without being reserved.
                expired=max(
                    0.0,
                    figures[product.id]['qty_available']
                    - figures[product.id]['free_qty']
                    - reserved.get(product.id, 0.0),
                ),
                **{name: numbers.get(product.id, 0.0) for name, numbers in extra.items()},
            )
            for product in products
        }

    def _get_reserved(self, products):
        here, _coming, _leaving = products._get_domain_locations()
        rows = (
            self.env['stock.quant']
            .with_context(active_test=False)
            ._read_group(Domain('product_id', 'in', products.ids) & here, ['product_id'], ['reserved_quantity:sum'])
        )
        return {product.id: units for product, units in rows}

    def _get_promised(self, location, products):
        """``{name of a field of Stock: {product id: units}}`` of what depends on the location's own settings."""
        warehouses = location.warehouse_id | location.source_ids.warehouse_id
        found = {
            'held': self._get_held(products, warehouses),
            'unseen': self._get_unseen(products, warehouses),
        }
        if location.source_ids:
            found['above'] = self._get_above(products, location.source_ids)
        if location.basis == 'on_hand':
            found['sold'] = self._get_sold(products)
        elif location.basis == 'forecast':
            found['incoming'] = self._get_incoming(products, location.forecast_days)
        return found

    # === SALES OF SHOPS === #

    def _get_held(self, products, warehouses):
        """Units on quotations: the shop has taken them off its own level when the order was placed, unpaid or not. A kit
        on a quotation holds its components."""
        wanted = self._with_kits(products)
        domain = Domain(
            [
                ('product_id', 'in', list(wanted)),
                ('order_id.state', 'in', ('draft', 'sent')),
                ('shopify_line_gid', '!=', False),
                (
                    'order_id.shopify_binding_ids.fulfillment_status',
                    'not in',
                    ('fulfilled', 'fulfillment_not_required'),
                ),
            ]
        )
        lines = self.env['sale.order.line']
        rows = lines._read_group(
            domain & Domain('shopify_places', '=', False) & Domain('order_id.warehouse_id', 'in', warehouses.ids),
            ['product_id', 'product_uom_id'],
            ['product_uom_qty:sum'],
        )
        rows += [
            (line.product_id, line.product_uom_id, line._shopify_units_wanted_at(warehouses))
            for line in lines.search(domain & Domain('shopify_places', '!=', False))
        ]
        units = defaultdict(float)
        for product, unit, quantity in rows:
            units[product] += unit._compute_quantity(quantity, product.uom_id, round=False) if unit else quantity
        return self._in_parts(units)

    def _in_parts(self, units):
        """``{product id: units}`` with the components of kits in their place. ``units``: ``{product: units}``."""
        kits = self._kits(self.env['product.product'].union(*units))
        found = defaultdict(float)
        for product, quantity in units.items():
            for part, needed in kits.get(product.id, {product.id: 1.0}).items():
                found[part] += needed * quantity
        return found

    def _get_sold(self, products):
        """Units on confirmed orders of shops that have not left yet."""
        _here, _coming, leaving = products._get_domain_locations()
        domain = Domain(
            [
                ('product_id', 'in', products.ids),
                ('state', 'in', _OPEN),
                ('sale_line_id.shopify_line_gid', '!=', False),
            ]
        )
        rows = self.env['stock.move']._read_group(domain & leaving, ['product_id'], ['product_qty:sum'])
        return {product.id: units for product, units in rows}

    # === DOCUMENTS === #

    def _get_incoming(self, products, days):
        """Units that are planned to arrive until the end of the day in ``days`` days; late ones are still expected."""
        until = datetime.combine(fields.Date.today() + timedelta(days=max(0, days)), time.max)
        figures = products._compute_quantities_dict(None, None, None, to_date=until)
        return {product_id: row['incoming_qty'] for product_id, row in figures.items()}

    def _get_above(self, products, places):
        """Units promised from a place that contains the shown ones, not reserved yet. Whoever serves it first may take
        them from here, so all of them count."""
        parents = {int(id_) for place in places for id_ in place.parent_path.split('/')[:-2]} - set(places.ids)
        moves = self.env['stock.move'].search(
            [
                ('product_id', 'in', products.ids),
                ('state', 'in', _UNRESERVED),
                ('location_id', 'in', list(parents)),
            ]
        )
        paths = tuple(places.mapped('parent_path'))
        found = defaultdict(float)
        for move in moves:
            goal = move.location_final_id or move.location_dest_id
            if not goal.parent_path.startswith(paths):
                taken = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id, round=False)
                found[move.product_id.id] += max(0.0, move.product_qty - taken)
        return found
