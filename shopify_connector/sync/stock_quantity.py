"""What a location shows of a product: which variants are written at all, and how many units each of them shows."""

from odoo import api, models

from ..entities import inventory as mapping


class ShopifySyncQuantity(models.AbstractModel):
    _name = 'shopify.sync.quantity'
    _description = "Shopify Quantities"

    @api.model
    def _bindings(self, backend, products=None):
        """The store's variants whose quantities are written: tracked there, storable here, not opted out."""
        domain = [
            ('backend_id', '=', backend.id),
            ('sync_stock', '=', True),
            ('tracked', '=', True),
            ('inventory_item_gid', '!=', False),
            ('product_id.is_storable', '=', True),
            ('product_binding_id.deleted_at', '=', False),
            ('deleted_at', '=', False),
        ]
        if products is not None:
            domain.append(('product_id', 'in', products.ids))
        return self.env['shopify.variant.binding'].search(domain)

    @api.model
    def _targets(self, backend, levels):
        """``{level id: units}`` to show, from free quantities and what quotations of all stores hold."""
        targets = {}
        for location, rows in levels.grouped('location_id').items():
            wanted = self._wanted_at(location, rows.variant_binding_id)
            targets.update((row.id, wanted[row.variant_binding_id.id]) for row in rows)
        return targets

    def _free(self, products, warehouse):
        """Units that are neither reserved nor promised."""
        values = products.with_context(warehouse_id=warehouse.id)._compute_quantities_dict(None, None, None)
        return {
            product: min(value['free_qty'], value['qty_available'] - value['outgoing_qty'])
            for product, value in values.items()
        }

    def _held(self, products, warehouse):
        """Units on quotations: the shop has taken them off its own level when the order was placed, unpaid or not."""
        rows = (
            self.env['sale.order.line']
            .sudo()
            ._read_group(
                [
                    ('product_id', 'in', products.ids),
                    ('order_id.state', 'in', ('draft', 'sent')),
                    ('shopify_line_gid', '!=', False),
                    ('order_id.warehouse_id', '=', warehouse.id),
                    (
                        'order_id.shopify_binding_ids.fulfillment_status',
                        'not in',
                        ('fulfilled', 'fulfillment_not_required'),
                    ),
                ],
                ['product_id'],
                ['product_uom_qty:sum'],
            )
        )
        return {product.id: units for product, units in rows}

    def _wanted_at(self, location, bindings):
        """``{variant binding id: units}`` to show at a location."""
        free = self._free(bindings.product_id, location.warehouse_id)
        held = self._held(bindings.product_id, location.warehouse_id)
        return {
            binding.id: mapping.sellable(free.get(binding.product_id.id, 0.0), held.get(binding.product_id.id, 0.0))
            for binding in bindings
        }
