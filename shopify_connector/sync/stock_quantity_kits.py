"""Kits: what is put together from components when it is sold, as Odoo's bills of materials say. `mrp` may be missing."""

from collections import defaultdict

from odoo import models


class ShopifySyncQuantity(models.AbstractModel):
    _inherit = 'shopify.sync.quantity'

    def _kits(self, products):
        """``{kit's product id: {component's product id: units in one kit}}`` of those of ``products`` that are kits;
        kits in kits are taken apart. What is not stored, such as a service, limits no kit and is left out; a kit of such
        things only is none."""
        if 'mrp.bom' not in self.env or not products:
            return {}
        bills = self._get_bills(products)
        found = {product.id: self._get_parts(product, bills) for product in products if bills[product]}
        return {kit: parts for kit, parts in found.items() if parts}

    def _get_bills(self, products):
        """``{product: its bill of materials as a kit, which may be empty}`` of ``products`` and all their components, a
        search a level: Odoo's own explosion makes several for each kit."""
        bills = {}
        while products:
            found = self.env['mrp.bom'].sudo()._bom_find(products, company_id=self.env.company.id, bom_type='phantom')
            bills.update((product, found[product]) for product in products)
            parts = self.env['mrp.bom'].union(*found.values()).bom_line_ids.product_id
            products = parts.filtered(lambda product: product not in bills)
        return bills

    def _get_parts(self, product, bills):
        bill = bills[product]
        made = bill.product_uom_id._compute_quantity(bill.product_qty, product.uom_id, round=False)
        parts = defaultdict(float)
        for line, units in self._walk(product, bill, 1.0, bills) if made > 0 else ():
            # As Odoo does: whoever needs a little more takes the whole unit.
            units = line.product_uom_id.round(units, rounding_method='UP')
            if line.product_id.is_storable and units > 0:
                needed = line.product_uom_id._compute_quantity(
                    units, line.product_id.uom_id, round=False, raise_if_failure=False
                )
                parts[line.product_id.id] += needed / made
        return dict(parts)

    def _walk(self, product, bill, times, bills):
        """``(line, units)`` of all that goes into ``times`` runs of ``bill``, down to what is no kit itself."""
        for line in bill.bom_line_ids:
            if line._skip_bom_line(product):
                continue
            units = times * line.product_qty
            inner = bills[line.product_id]
            if inner:
                units = line.product_uom_id._compute_quantity(
                    units / inner.product_qty, inner.product_uom_id, round=False
                )
                yield from self._walk(line.product_id, inner, units, bills)
            else:
                yield line, units

    def _with_kits(self, products):
        """The ids of ``products`` and of all kits that contain one of them."""
        self.env.flush_all()
        return self.env['shopify.task']._with_kits(products.ids)
