"""Kits: what one of them takes, as Odoo's own bill of materials has it."""

from odoo import models

BILL_MODEL = 'mrp.bom'


class ShopifySyncDeliveryUnits(models.AbstractModel):
    _inherit = 'shopify.sync.delivery.units'

    def _kit_needs(self, line, moves):
        """``{component: amount in one unit of the line}``: by line of the bill where the moves know theirs, by product where
        they do not (dropshipping). None if the bill is not what was sold any more."""
        if BILL_MODEL not in self.env:
            return None
        bill = self._bill(line, moves)
        if not bill:
            return None
        rows = self._bill_rows(line, bill)
        known = moves.filtered(lambda move: move.state != 'cancel' and self._leads_out(move))
        if known and all(move.bom_line_id for move in known):
            needs = {('bill', row.id): amount for row, amount in rows}
            moved = {('bill', move.bom_line_id.id) for move in known}
        else:
            needs = {}
            for row, amount in rows:
                needs[row.product_id.id] = needs.get(row.product_id.id, 0.0) + amount
            moved = set(known.product_id.ids)
        return needs if moved <= needs.keys() else None

    def _bill(self, line, moves):
        """The bill that the line was sold by; the present one of its product if its moves name none."""
        bills = moves.filtered(lambda move: move.state != 'cancel').bom_line_id.bom_id
        product = line.product_id
        sold = bills.filtered(
            lambda bill: (
                bill.type == 'phantom'
                and (
                    bill.product_id == product
                    or (not bill.product_id and bill.product_tmpl_id == product.product_tmpl_id)
                )
            )
        )[:1]
        return (
            sold or self.env[BILL_MODEL]._bom_find(product, company_id=line.company_id.id, bom_type='phantom')[product]
        )

    def _bill_rows(self, line, bill):
        """``[(line of a bill, amount of its product in one unit of the order line)]``, kits in kits taken apart."""
        count = line.product_uom_id._compute_quantity(1.0, bill.product_uom_id, round=False) / bill.product_qty
        # Rounded up by the bill's units, one by one: asked for many, the rounding of each does not count.
        many = 1000.0
        _bills, rows = bill.explode(line.product_id, count * many)
        return [
            (row, row.product_uom_id._compute_quantity(data['qty'] / many, row.product_id.uom_id, round=False))
            for row, data in rows
            if row.product_id.type != 'service' and not row.product_uom_id.is_zero(data['qty'])
        ]
