"""Products that a person wants deleted in a shop. Doing it twice is the same as once, and Odoo's product stays."""

from odoo import fields, models

from ..entities import product_write_calls as calling
from ..shopify import errors


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    def _delete(self, run, wishes):
        waiting = {wish: key for key, wish in wishes.items() if wish.state in ('waiting', 'open')}
        for wish in list(waiting):
            if not wish.binding_id or wish.binding_id.deleted_at:
                wish._close('done', self.env._("It was deleted already."))
                waiting.pop(wish)
        calls = [calling.Call(wish, 'delete', {'input': {'id': wish.binding_id.gid}}) for wish in waiting]
        for batch in calling.batches(calls):
            for answer in self._send_deletions(run, batch):
                self._settle_deletion(run, waiting[answer.call.key], answer)

    def _send_deletions(self, run, batch):
        wishes = self.env['shopify.product.export'].union(*(call.key for call in batch))
        wishes.write({'state': 'open', 'sent_at': fields.Datetime.now()})
        self.env['ir.cron']._commit_progress()
        try:
            data = self._mutate(run, calling.document(batch), calling.variables(batch), wishes)
        except errors.GiveUpError as error:
            if len(batch) > 1:
                return [answer for call in batch for answer in self._send_deletions(run, [call])]
            data = {'c0': {'userErrors': [{'field': [], 'message': error.message}]}}
        return calling.answers(batch, data)

    def _settle_deletion(self, run, key, answer):
        wish = answer.call.key
        if answer.is_unclear:
            run.failures[key] = calling.error_of(answer)
        elif answer.is_refused and not answer.is_gone:
            self._refuse(run, key, wish, self._refusal([*answer.general, *answer.rows.values()]))
        else:
            with self.env['shopify.engine']._turn():
                self.env['shopify.sync.product']._note_deleted(run.backend, [wish.binding_id.gid])
                wish._close('done')
            run.sent += 1
