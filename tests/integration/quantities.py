"""What tests of quantities share: a store that exports its stock, with a location, variants and documents. No HTTP."""

from odoo import fields

from tests.integration.common import StoreCase


class QuantityCase(StoreCase):
    """The store `alpha` shows its warehouse at one location; `SKU-1` has ten units there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.stock_export = True
        cls.stock = cls.warehouse.lot_stock_id
        cls.place = cls.shop_place(cls.backend, 'Shop')
        cls.variant = cls.bound(cls.product)

    @classmethod
    def shop_place(cls, backend, name, **values):
        """A Shopify location that shows the store's warehouse unless ``values`` say otherwise."""
        number = cls.env['shopify.location'].with_context(active_test=False).search_count([]) + 1
        return cls.env['shopify.location'].create(
            {
                'backend_id': backend.id,
                'gid': f'gid://shopify/Location/{number}',
                'name': name,
                'warehouse_id': backend.warehouse_id.id,
                **values,
            }
        )

    @classmethod
    def bound(cls, product, backend=None, **values):
        """A variant of a store that stands for ``product``."""
        backend = backend or cls.backend
        number = cls.env['shopify.variant.binding'].search_count([]) + 1
        parent = cls.env['shopify.product.binding'].create(
            {'backend_id': backend.id, 'gid': f'gid://shopify/Product/{number}', 'product_tmpl_id': product.product_tmpl_id.id}
        )
        return cls.env['shopify.variant.binding'].create(
            {
                'backend_id': backend.id,
                'gid': f'gid://shopify/ProductVariant/{number}',
                'inventory_item_gid': f'gid://shopify/InventoryItem/{number}',
                'product_binding_id': parent.id,
                'product_id': product.id,
                'tracked': True,
                'name': product.name,
                **values,
            }
        )

    def level(self, variant=None, place=None):
        variant, place = variant or self.variant, place or self.place
        found = self.env['shopify.inventory.level'].search(
            [('variant_binding_id', '=', variant.id), ('location_id', '=', place.id)]
        )
        return found or found.create({'variant_binding_id': variant.id, 'location_id': place.id})

    def shown(self, variant=None, place=None):
        """What a level is to show; None when it is left alone."""
        level = self.level(variant, place)
        return self.env['shopify.sync.quantity']._explained(level.backend_id, level)[level.id].quantity

    def sentence(self, variant=None, place=None):
        level = self.level(variant, place)
        level.invalidate_recordset()
        return level.explanation

    # === DOCUMENTS === #

    def put(self, product, units, location=None):
        self.env['stock.quant']._update_available_quantity(product, location or self.stock, units)

    def shelf(self, name, parent=None):
        return self.env['stock.location'].create({'name': name, 'location_id': (parent or self.stock).id})

    def move(self, product, units, source, goal, confirm=True, **values):
        move = self.env['stock.move'].create(
            {
                'product_id': product.id,
                'product_uom_qty': units,
                'location_id': source.id,
                'location_dest_id': goal.id,
                **values,
            }
        )
        return move._action_confirm() if confirm else move

    def arriving(self, product, units, days, goal=None):
        return self.move(
            product,
            units,
            self.env.ref('stock.stock_location_suppliers'),
            goal or self.stock,
            date=fields.Datetime.add(fields.Datetime.now(), days=days),
        )

    def leaving(self, product, units, source=None, reserve=True):
        move = self.move(product, units, source or self.stock, self.env.ref('stock.stock_location_customers'))
        if reserve:
            move._action_assign()
        return move

    def quotation(self, product, units, backend=None, **values):
        """An unpaid order of a shop."""
        backend = backend or self.backend
        number = self.env['shopify.order.binding'].search_count([]) + 1
        sale = self.env['sale.order'].create(
            {
                'partner_id': self.env['res.partner'].create({'name': 'Customer'}).id,
                'warehouse_id': backend.warehouse_id.id,
                'order_line': [
                    (0, 0, {'product_id': product.id, 'product_uom_qty': units, 'shopify_line_gid': f'line {number}', **values})
                ],
            }
        )
        self.env['shopify.order.binding'].create(
            {'backend_id': backend.id, 'gid': f'gid://shopify/Order/{number}', 'sale_order_id': sale.id}
        )
        return sale

    # === TASKS === #

    def settle(self):
        """Forget what is to be told until now."""
        self.env.cr.flush()
        self.env['shopify.task'].search([('kind', 'in', ('stock', 'stock_full'))]).unlink()

    def told(self):
        """``{(store, product)}`` of the tasks that this transaction has written when it ends."""
        self.env.cr.flush()
        tasks = self.env['shopify.task'].search([('kind', '=', 'stock'), ('state', '=', 'pending')])
        return {
            (task.backend_id, self.env['product.product'].browse(int(key)))
            for task in tasks
            for key in task.key.split(',')
        }
