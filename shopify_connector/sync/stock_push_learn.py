"""What is not known is read before it is written; what was only just read may hold sales that Odoo has not seen."""

from datetime import timedelta

from odoo import fields, models

from .. import const

# A sweep notes orders for a moment after the time that it stands for.
_SWEEP_SECONDS = 10


class ShopifySyncStock(models.AbstractModel):
    _inherit = 'shopify.sync.stock'

    def _learn_unknown(self, backend, client, levels):
        """Nothing is written over what is not known, or is no longer: a sale has lowered one of several locations."""
        unknown = levels.filtered(lambda level: not level.is_known and not level._is_refused())
        doubtful = levels.filtered(lambda level: level.is_known and self._is_doubtful(level))
        items = list(dict.fromkeys((unknown | doubtful).variant_binding_id.mapped('inventory_item_gid')))
        if items:
            sync = self.env['shopify.sync.levels']
            sync._compare(backend, sync._read_items(client, items))
            unknown.exists().filtered(
                lambda level: level.is_known and level.is_active
            ).learnt_at = fields.Datetime.now()

    @staticmethod
    def _is_doubtful(level):
        return bool(level.check_after and level.check_after <= fields.Datetime.now())

    def _after_orders(self, backend, rows):
        """The rows without those that would raise a level of which all orders are not in Odoo yet: what it shows may have
        been lowered by a sale a moment ago. They wait until the orders of that moment are read."""
        levels = (
            self.env['shopify.inventory.level']
            .browse([row.level_id for row in rows if row.quantity > row.known])
            .filtered('learnt_at')
        )
        if not levels:
            return rows
        waiting = levels.filtered(lambda level: not self._is_swept(backend, level.learnt_at))
        (levels - waiting).learnt_at = False
        if waiting:
            self._wait_for_sweep(backend, waiting)
        stopped = set(waiting.ids)
        return [row for row in rows if row.level_id not in stopped]

    def _is_swept(self, backend, moment):
        """Whether every order that Shopify had at ``moment`` is in Odoo. Orders that cannot be imported are held as orders
        that nobody has seen, and keep no level waiting for good."""
        swept_at = backend.swept_at
        if not swept_at or swept_at <= moment + timedelta(seconds=const.SEARCH_LAG_SECONDS):
            return False
        tasks = self.env['shopify.task'].search(
            [
                ('backend_id', '=', backend.id),
                ('kind', '=', 'order'),
                ('state', '=', 'pending'),
                ('create_date', '<=', swept_at + timedelta(seconds=_SWEEP_SECONDS)),
            ]
        )
        keys = set(tasks.mapped('key'))
        imported = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(keys))]
        )
        return keys <= set(imported.mapped('gid'))

    def _wait_for_sweep(self, backend, levels):
        first = min(levels.mapped('learnt_at'))
        due_at = max(levels.mapped('learnt_at')) + timedelta(seconds=const.SEARCH_LAG_SECONDS + 5)
        self.env['shopify.sync.levels']._sweep_for(backend, first)
        note = self.env._("It was read for the first time just now. The store's orders are read before it is written.")
        levels.filtered(lambda level: level.message != note).message = note
        self._come_back(backend, levels, max(due_at, fields.Datetime.now() + timedelta(seconds=5)))

    def _come_back(self, backend, levels, due_at):
        """What is not written now is looked at again then."""
        products = [str(id_) for id_ in levels.product_id.ids]
        self.env['shopify.task']._add(backend, 'stock', products, source='shopify', due_at=due_at)
