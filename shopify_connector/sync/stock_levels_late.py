"""Sales of which Odoo hears after somebody's count was taken over, although they were part of what was counted."""

from odoo import models


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    def _take_back_counted(self, backend, sales):
        """``sales``: the rows of ``shopify.level.sale``. A sale that was shipped at once and
        told minutes later had lowered the level as a count would have. Now that its order takes the units out of Odoo, the
        adjustment gives them back."""
        edits = self._edits_of(backend, sales)
        if not edits:
            return
        late = []
        for sale in sorted(sales, key=lambda sale: sale.moment):
            units = sale.units
            for edit in edits.get(sale.product_id, ()):
                units = self._as_unseen(edit, sale.moment, units)
                if units > 0 and edit.units < 0 and edit.known_at < sale.moment <= edit.seen_at:
                    part = min(int(units), -edit.units)
                    late.append((edit, part))
                    edit.units += part
                    units -= part
        if late:
            with self.env['shopify.engine']._turn():
                for edit, units in late:
                    self._take_back(edit, units)

    def _edits_of(self, backend, sales):
        """``{product id: edits}`` that took units out of Odoo. With several locations nobody knows where the sale was."""
        sold = [sale for sale in sales if sale.units > 0]
        if not sold:
            return {}
        edits = self.env['shopify.inventory.level.edit'].search(
            [
                ('backend_id', '=', backend.id),
                ('outcome', '=', 'adjusted'),
                ('product_id', 'in', [sale.product_id for sale in sold]),
                ('seen_at', '>=', min(sale.moment for sale in sold)),
            ],
            order='seen_at',
        )
        alone = edits.filtered(
            lambda edit: len(edit.variant_binding_id.level_ids.filtered(lambda level: level.is_active)) == 1
        )
        return alone.grouped(lambda edit: edit.product_id.id)

    def _as_unseen(self, edit, moment, units):
        """What of a sale was known to be an order's when the count was taken over; returns the rest."""
        if edit.unseen <= 0 or not edit.known_at < moment <= edit.seen_at:
            return units
        part = min(int(units), edit.unseen)
        edit.unseen -= part
        return units - part

    def _take_back(self, edit, units):
        """The opposite adjustment; what is left of the count stays."""
        level, failures = edit.level_id, {}
        with self.env['shopify.engine']._attempt(failures, edit.id):
            self._move(self._plan(level, units))
        if failures:
            edit.units -= units
            edit.message = str(failures[edit.id])
            return
        edit.message = self.env._("%(units)s of them were a sale that was told later: taken back.", units=units)
        if not edit.units:
            edit.outcome = 'reversed'
