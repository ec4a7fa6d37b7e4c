"""What was deleted while the result of a bulk operation waited: its file still has it."""

from odoo import models
from odoo.fields import Domain


class ShopifySyncHistory(models.AbstractModel):
    _inherit = 'shopify.sync.history'

    def _without_gone(self, backend, client, run, payloads, model, kinds):
        """``(payloads, gids that Shopify does not have any more)``: those that Odoo was told of since the run began are
        read again, as far as they may be deleted. Nothing is asked when there was nothing.

        :param model: where Odoo keeps them, with the time of their deletion.
        :param kinds: of the tasks that a deletion is.
        """
        gids = {payload['id'] for payload in payloads}
        rows = self.env[model].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', list(gids))], ['gid', 'deleted_at']
        )
        again = {row.gid for row in rows if row.deleted_at and row.deleted_at >= run.started_at}
        again |= self._told_of(backend, run, gids - set(rows.mapped('gid')), kinds)
        if not again:
            return payloads, []
        read, missing = self._read(backend, client, sorted(again))
        fresh = {payload['id']: payload for payload in read}
        return [fresh.get(payload['id'], payload) for payload in payloads if payload['id'] not in missing], missing

    def _told_of(self, backend, run, gids, kinds):
        """Those of ``gids`` that a task was about; of what was never imported, nothing else says that it was deleted."""
        since = Domain([('backend_id', '=', backend.id), ('kind', 'in', kinds), ('done_at', '>=', run.started_at)])
        # Keys of merges are two gids.
        about = Domain('key', 'in', list(gids)) | Domain('key', '=like', '%|%')
        tasks = self.env['shopify.task'].search_fetch(since & about, ['key']) if gids else ()
        return gids & {gid for task in tasks for gid in task.key.split('|')}
