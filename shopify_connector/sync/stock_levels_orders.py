"""What a changed order may have put back on Shopify's shelves, so that nobody takes it for a count."""

from odoo import models

from ..entities import order_lines
from ..shopify import when

_NO_RETURN = {None, 'NO_RETURN'}


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _note_sales(self, backend, pairs):
        """Override: remember what was taken, to know later what was given up."""
        if backend.stock_export:
            for binding, payload in pairs:
                binding.level_units = self._level_units(payload, self._line_products(binding))
        return super()._note_sales(backend, pairs)

    def _update(self, binding, payload, prepared):
        """Override: a cancelled or refunded unit, or one on its way back, may be for sale again."""
        if not binding.backend_id.stock_export or not binding.sale_order_id:
            return super()._update(binding, payload, prepared)
        products, shipped = self._line_products(binding), binding.fulfillment_status
        error = super()._update(binding, payload, prepared)
        products.update(self._line_products(binding))
        is_shipped = binding.fulfillment_status != shipped or binding.fulfillment_status == 'partially_fulfilled'
        self._note_change(binding, payload, products, is_shipped)
        return error

    def _line_products(self, binding):
        lines = binding.sale_order_id.order_line.filtered(lambda line: line.shopify_line_gid and line.product_id)
        return {line.shopify_line_gid: line.product_id.id for line in lines if line.product_id.type == 'consu'}

    def _level_units(self, payload, products):
        """``{product id as text: units}`` that the order holds or has shipped."""
        units = {}
        for line in order_lines.line_nodes(payload):
            if line['id'] in products:
                key = str(products[line['id']])
                count = 0 if payload.get('cancelledAt') else line.get('currentQuantity', line['quantity'])
                units[key] = units.get(key, 0) + count
        return units

    def _note_change(self, binding, payload, products, is_shipped):
        """Nobody says whether, where and when units were put back or left: the levels are read again."""
        ordered = self._level_units({**payload, 'cancelledAt': None, **self._as_ordered(payload)}, products)
        before = binding.level_units or ordered
        units = self._level_units(payload, products)
        given_up = {key: max(before.get(key, 0) - count, 0) for key, count in units.items()}
        if payload.get('returnStatus') not in _NO_RETURN:
            given_up = ordered
        # Of a store where Odoo's word counts, nobody asks how a difference came about.
        shipped = units if is_shipped and binding.backend_id.edit_policy == 'shopify' else {}
        self.env['shopify.level.sale'].create(
            [
                {
                    'backend_id': binding.backend_id.id,
                    'product_id': int(key),
                    'quantity': 0,
                    'may_return': given_up[key],
                    'may_ship': shipped.get(key, 0),
                    'sold_at': when.to_utc(payload['updatedAt']),
                }
                for key in units
                if given_up[key] or shipped.get(key)
            ]
        )
        if binding.level_units != units:
            binding.level_units = units

    @staticmethod
    def _as_ordered(payload):
        nodes = [{**line, 'currentQuantity': line['quantity']} for line in order_lines.line_nodes(payload)]
        return {'lineItems': {**payload['lineItems'], 'nodes': nodes}}
