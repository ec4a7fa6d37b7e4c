"""Imports of customers; what one customer becomes is known by ``shopify.sync.customer``."""

from odoo import models

from ..shopify import errors, when

_CUSTOMERS_PER_BATCH = 200
_REPORTED = ('skip', 'problem')


class ShopifySyncHistoryCustomers(models.AbstractModel):
    _name = 'shopify.sync.history.customers'
    _inherit = 'shopify.sync.history'
    _description = "Shopify Imports Of Customers"

    # === FIND === #

    def _get_search(self, run):
        selection = run._get_selection()
        return self.env['shopify.sync.customer']._import_search(selection.created_from, selection.created_to)

    def _look_up(self, backend, client, run):
        return self.env['shopify.sync.customer']._import_ids(backend, client, self._get_search(run))

    def _start(self, backend, client, run):
        """Override: a shop that runs no bulk operation for this app is read in parts."""
        try:
            return super()._start(backend, client, run)
        except (errors.UserErrors, errors.ScopeError) as error:
            self.env['shopify.sync.log']._note(backend, 'import_customers', 'warning', message=error.message)
            return self.env['shopify.sync.customer']._import_list(client, self._get_search(run))

    def _get_query(self, backend, client, run):
        return self.env['shopify.sync.customer']._import_query(backend, self._get_search(run)), {}

    def _is_read_otherwise(self, client, run, status):
        """Override: so it is when the operation has failed."""
        gids = self.env['shopify.sync.customer']._import_list(client, self._get_search(run))
        run.write({'bulk_gid': False, 'found_gids': gids, 'found_count': len(gids)})
        return True

    # === READ === #

    def _most_a_batch(self):
        return _CUSTOMERS_PER_BATCH

    def _read(self, backend, client, gids):
        return self.env['shopify.sync.customer']._import_read(backend, client, gids)

    def _payload_maker(self, run):
        return self.env['shopify.sync.customer']._import_payload

    def _complete(self, backend, client, run, payloads):
        """Override: a bulk operation reads all there is, and more where somebody was deleted or merged meanwhile."""
        kinds = ['customer', 'customer_merge']
        return self._without_gone(backend, client, run, payloads, 'shopify.customer', kinds)

    def _root_filter(self, run):
        selection = run._get_selection()

        def is_wanted(root):
            created = when.to_utc(root.get('createdAt'))
            return not created or (
                (not selection.created_from or created >= selection.created_from)
                and (not selection.created_to or created < selection.created_to)
            )

        return is_wanted

    # === BRING === #

    def _bring(self, backend, client, run, task, batch, pace):
        payloads, missing, position = batch
        dry = run.mode == 'dry_run'
        with self.env['shopify.engine']._turn():
            if not run._is_running():
                return False
            with pace.measured(len(payloads)):
                rows = self._rehearse(backend, payloads, True) if dry else self._write(backend, payloads, False)
            if not dry:
                rows = [row if row['outcome'] in _REPORTED else {'outcome': row['outcome']} for row in rows]
            self._note_rows(run, task, rows + [self._missing_row(gid) for gid in missing], position)
        return True

    def _write(self, backend, payloads, dry):
        return self.env['shopify.sync.customer']._import_bring(backend, payloads, dry=dry)

    def _missing_row(self, gid):
        return {
            'gid': gid,
            'name': gid.rsplit('/', 1)[-1],
            'outcome': 'skip',
            'sentence': self.env._("Shopify does not show this customer any more: the customer was deleted there."),
        }

    # === WHAT IS SAID === #

    def _finished_text(self, dry, figures):
        if dry:
            return self.env._(
                "%(count)s customers looked at: %(created)s would be created or linked, %(changed)s changed, %(skipped)s "
                "skipped, %(failed)s need a person. Nothing was changed.",
                **figures,
            )
        return self.env._(
            "%(count)s customers looked at: %(created)s created or linked, %(changed)s changed, %(skipped)s skipped, "
            "%(failed)s need a person.",
            **figures,
        )

    def _progress_text(self, done, found):
        return self.env._("%(done)s of %(found)s customers", done=done, found=found)

    def _waiting_text(self, count=None):
        if count is None:
            return self.env._("Shopify is putting the customers together.")
        return self.env._("Shopify is putting the customers together: %(count)s rows so far.", count=count)
