"""Rows that Shopify did not take: stale ones are read, the others say why and keep nobody waiting."""

from datetime import timedelta

from odoo import fields, models

from .. import const
from ..entities import stock_push as mapping

_LASTING_DAYS = 30
_PASSING_HOURS = 1
_PAUSE_SECONDS = 2


class ShopifySyncStock(models.AbstractModel):
    _inherit = 'shopify.sync.stock'

    def _look_into(self, backend, client, rows, found):
        """Read what is not as we thought, and believe it once orders explain it; note what Shopify refuses for good."""
        stale = {index for index, problem in found.refused.items() if mapping.is_stale(problem)}
        uncoded = {index for index, problem in found.refused.items() if not problem.get('code')}
        gone = {index for index, problem in found.refused.items() if mapping.LASTING.get(problem.get('code')) == 'gone'}
        sync = self.env['shopify.sync.levels']
        items = list(
            dict.fromkeys(
                rows[index].item_gid for index in sorted(stale | uncoded | gone | found.unknown) if rows[index].item_gid
            )
        )
        if items:
            sync._compare(backend, sync._read_items(client, items))
        self._note_undecided(backend, [rows[index] for index in sorted(stale | found.unknown)])
        for index, problem in found.refused.items():
            level = self.env['shopify.inventory.level'].browse(rows[index].level_id).exists()
            if not level or index in stale or level.ended_at or (index in uncoded and level.is_active):
                continue
            self._note_refused_row(backend, level, problem)

    def _note_undecided(self, backend, rows):
        """What was read is as it was known, or is known now: it is written a moment later, unless orders come first."""
        levels = self.env['shopify.inventory.level'].browse([row.level_id for row in rows]).exists()
        levels = levels.filtered(lambda level: not level.unexplained_since)
        self._come_back(backend, levels, fields.Datetime.now() + timedelta(seconds=_PAUSE_SECONDS))

    def _note_refused_row(self, backend, level, problem):
        code = problem.get('code')
        if code == mapping.NOT_STOCKED:
            # The next push stocks it.
            level.is_active = False
            self.env['shopify.task']._add(backend, 'stock', [str(level.product_id.id)], source='shopify')
        elif code in mapping.LASTING:
            self._note_refusal(backend, level, mapping.LASTING[code])
        else:
            self._note_refusal(backend, level, 'other', problem['message'])

    def _note_refusal(self, backend, levels, code, reason=''):
        """``levels`` are not tried again at every change. ``code``: one of the values of ``LASTING``, or ``other``."""
        now = fields.Datetime.now()
        # A bundle is one until its product says otherwise; the rest may be different soon.
        until = now + (timedelta(days=_LASTING_DAYS) if code == 'bundle' else timedelta(hours=_PASSING_HOURS))
        for level in levels:
            level.write({'refused_code': code, 'refused_until': until, 'message': self._reason(level, code, reason)})
        if code == 'bundle':
            levels.variant_binding_id.is_bundle = True
        elif code == 'gone':
            for gid in set(levels.variant_binding_id.product_binding_id.mapped('gid')):
                backend._enqueue('product', gid, source='shopify')
        elif code == 'location':
            for gid in set(levels.location_id.mapped('gid')):
                backend._enqueue('location', gid, source='shopify')
        else:
            self._tell(backend, levels, reason)

    def _reason(self, level, code, reason):
        if code == 'bundle':
            return self.env._("Shopify works out a bundle's quantity from its components, so that none is written.")
        if code == 'gone':
            return self.env._("Shopify has no such item any more. Nothing is written until the product is read again.")
        if code == 'location':
            return self.env._("Shopify has no such location any more. Nothing is written there.")
        return self.env._("Shopify refuses the quantity: %(reason)s", reason=reason)

    def _tell(self, backend, levels, reason):
        """A failed task is on somebody's list, and its retry button tries the level again."""
        for level in levels:
            task = self.env['shopify.task']._add(backend, 'stock', [str(level.product_id.id)], source='shopify')
            task._set_failed(
                const.STOCK_REFUSED,
                self.env._(
                    "Shopify refuses the quantity of %(name)s: %(reason)s", name=level.display_name, reason=reason
                ),
            )
