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
        found = {}
        boms = self.env['mrp.bom'].sudo()._bom_find(products, company_id=self.env.company.id, bom_type='phantom')
        for product, bom in boms.items():
            parts = self._get_parts(product, bom) if bom else None
            if parts:
                found[product.id] = parts
        return found

    def _get_parts(self, product, bom):
        made = bom.product_uom_id._compute_quantity(bom.product_qty, product.uom_id, round=False)
        parts = defaultdict(float)
        for line, data in bom.explode(product, 1)[1]:
            if line.product_id.is_storable and data['qty'] > 0 and made > 0:
                needed = line.product_uom_id._compute_quantity(
                    data['qty'], line.product_id.uom_id, round=False, raise_if_failure=False
                )
                parts[line.product_id.id] += needed / made
        return dict(parts)
