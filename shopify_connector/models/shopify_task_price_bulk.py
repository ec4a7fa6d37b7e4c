from odoo import api, models
from odoo.tools import SQL

from .. import const


class ShopifyTask(models.Model):
    """Prices of so many products that one by one would take hours: one row a store, one bulk operation."""

    _inherit = 'shopify.task'

    @api.model
    def _flush_catalog(self):
        """Override: prices of very many products that changed together are one row for each store that takes them."""
        noted = self.env.cr.precommit.data.get('shopify.catalog') or set()
        prices = {entry for entry in noted if entry[0] == 'price' and not entry[2]}
        if len(prices) >= const.PRICES_IN_BULK:
            noted -= prices
            self._insert_all_prices()
        return super()._flush_catalog()

    def _insert_all_prices(self):
        self._insert_folded(
            SQL(
                """
            SELECT backend.id FROM shopify_backend backend
              JOIN shopify_owner owner ON owner.backend_id = backend.id AND owner.owner = 'odoo' AND owner."group" = 'price'
             WHERE backend.active AND backend.state != 'draft'
            """
            )
        )

    def _insert_folded(self, backends):
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT found.id, 'catalogue', 'product_export', 'prices', 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM (%(backends)s) AS found
            RETURNING backend_id
            """,
                backends=backends,
                uid=self.env.uid,
            )
        )
        backend_ids = {row[0] for row in self.env.cr.fetchall()}
        if backend_ids:
            self._wake_lanes(backend_ids, 'catalogue')

    @api.model
    def _unfold_prices(self, backend):
        """Override: where a row stands for very many products it becomes the task that writes them in bulk."""
        folded = [
            ('backend_id', '=', backend.id),
            ('lane', '=', 'catalogue'),
            ('kind', '=', 'product_export'),
            ('state', '=', 'pending'),
            ('key', '=', 'prices'),
        ]
        if self.search_count(folded, limit=1):
            count = self.env['shopify.product.binding'].search_count(
                [('backend_id', '=', backend.id), ('deleted_at', '=', False)], limit=const.PRICES_IN_BULK
            )
            if count >= const.PRICES_IN_BULK:
                self.search(folded).unlink()
                # What is under way has compared prices already, so that it is one more.
                self.create(
                    {
                        'backend_id': backend.id,
                        'lane': 'catalogue',
                        'kind': 'price_bulk',
                        'key': 'all',
                        'source': 'odoo',
                    }
                )
                return True
        return super()._unfold_prices(backend)
