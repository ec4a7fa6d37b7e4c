"""Levels that are no longer there: the item was deleted, or is not stocked at the location any more."""

from odoo import api, fields, models


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    @api.model
    def _end_items(self, nowhere, gone):
        """``nowhere``: items that no location stocks; ``gone``: items that Shopify does not know any more."""
        if not nowhere and not gone:
            return
        bindings = self.env['shopify.variant.binding'].search([('inventory_item_gid', 'in', [*nowhere, *gone])])
        deleted = bindings.filtered(lambda binding: binding.inventory_item_gid in set(gone))
        self._end((bindings - deleted).level_ids, self._unstocked_note())
        self._end(deleted.level_ids, self.env._("The item was deleted in Shopify."), known_before=False)
        for backend, rows in deleted.grouped('backend_id').items():
            products = rows.product_binding_id.filtered(lambda product: not product.deleted_at)
            self.env['shopify.task']._add(backend, 'product', products.mapped('gid'), source='shopify')

    def _unstocked_note(self):
        return self.env._("Shopify no longer stocks it here. It is left alone until somebody stocks it again.")

    def _end(self, levels, note, known_before=True):
        """Nothing is read or written there from now on. With ``known_before``, only where Shopify has stocked the item as
        far as is known; elsewhere it was never stocked, and what Odoo has may be put there."""
        ended = levels.filtered(lambda level: level.is_known and level.is_active) if known_before else levels
        nothing = {
            'is_known': True,
            'is_active': False,
            'known': 0,
            'known_at': fields.Datetime.now(),
            'committed': 0,
            'set_aside': 0,
            'check_after': False,
            'unexplained_since': False,
        }
        ended.filtered(lambda level: not level.ended_at).write(
            {**nothing, 'ended_at': fields.Datetime.now(), 'message': note}
        )
        (levels - ended).write(nothing)
        self._close_asked(levels)
