"""Two customers that became one in Shopify: both contacts stay, and what comes from now on goes to one of them."""

from odoo import api, models


class ShopifySyncCustomer(models.AbstractModel):
    _inherit = 'shopify.sync.customer'

    @api.model
    def _handle_merges(self, backend, tasks):
        """Keys are ``kept gid|deleted gid``. The customer that is left is read anew afterwards, for it has changed."""
        client = backend._get_client('catalogue')
        pairs = [task.key.split('|') for task in tasks]
        payloads, missing = self._read(backend, client, list(dict.fromkeys(kept for kept, _gone in pairs)))
        with self.env['shopify.engine']._turn():
            for kept, gone in pairs:
                if gone:
                    self._merge(backend, kept, gone)
            _outcomes, failures = self._upsert(backend, payloads, create=backend.customer_policy == 'all')
            self._note_deleted(backend, missing + [gone for _kept, gone in pairs if gone])
        failures = {task.key: failures[kept] for task in tasks if (kept := task.key.split('|')[0]) in failures}
        self.env['shopify.engine']._settle_each(backend, tasks, failures)

    def _merge(self, backend, kept_gid, gone_gid):
        rows = self.env['shopify.customer'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [kept_gid, gone_gid])]
        )
        kept, gone = (rows.filtered(lambda row, gid=gid: row.gid == gid) for gid in (kept_gid, gone_gid))
        if not gone or gone.merged_into_id:
            return
        if not kept:
            # Only the one that is gone was known here: its contact is the other's from now on.
            kept = gone.create(
                {
                    'backend_id': backend.id,
                    'gid': kept_gid,
                    'partner_id': gone.partner_id.id,
                    'name': gone.name,
                    'email': gone.email,
                    # A contact that Odoo had before the store is still that.
                    'found_by': 'merged' if gone.found_by == 'created' else gone.found_by,
                }
            )
        gone.merged_into_id = kept
        gone._add_trail('merged', name=kept.partner_id.display_name or kept.gid)
        kept._add_trail('merged_from', name=gone.partner_id.display_name or gone.gid)
