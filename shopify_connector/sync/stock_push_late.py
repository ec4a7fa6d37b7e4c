"""A write of ours whose answer was lost may show at a level later: it is known then, and nobody's edit."""

from odoo import api, models


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    @api.model
    def _compare(self, backend, rows, *args, **kwargs):
        """Override: what a lost write made of a level is no difference."""
        lost = self.env['shopify.stock.push']._get_lost(backend)
        if lost:
            self._note_arrived(backend, lost, rows)
        return super()._compare(backend, rows, *args, **kwargs)

    def _note_arrived(self, backend, lost, rows):
        """A level has moved by exactly what was sent, seen from what is known, which sales have lowered meanwhile."""
        levels = {
            (level.variant_binding_id.inventory_item_gid, level.location_id.gid): level for level in lost._get_levels()
        }
        for row in rows:
            level = levels.get((row[0], row[1]))
            if not level or not level.is_known or level.known == row[2]:
                continue
            for push in lost:
                if push._is_awaited(level) and row[2] - level.known == push._get_step(level):
                    push.arrived = [*(push.arrived or []), level.id]
                    level.write({'known': row[2], 'pushed': push._get_target(level), 'pushed_at': push.sent_at})
                    break
