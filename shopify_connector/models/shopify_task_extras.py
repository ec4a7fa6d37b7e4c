from odoo import api, models
from odoo.tools import SQL


class ShopifyTask(models.Model):
    """Products whose extras (selling when empty, what is incoming) may have changed."""

    _inherit = 'shopify.task'

    @api.model
    def _note_extras(self, products):
        """Remember the products; before the commit one statement tells all stores that show extras of them."""
        if not products:
            return
        noted = self.env.cr.precommit.data.setdefault('shopify.extras', set())
        if not noted:
            self.env.cr.precommit.add(self.env['shopify.task'].sudo()._flush_extras)
        noted.update(products.ids)

    @api.model
    def _flush_extras(self):
        """Insert-only, so that users' transactions never wait for each other. A task that waits already may be in the
        hands of a lane that has read the product, so that each change is a row."""
        products = self.env.cr.precommit.data.pop('shopify.extras', None)
        if not products:
            return
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT backend.id, 'catalogue', 'stock_extras', binding.product_id::text, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM shopify_variant_binding binding
              JOIN shopify_backend backend ON backend.id = binding.backend_id
             WHERE binding.product_id = ANY(%(products)s) AND binding.deleted_at IS NULL AND backend.active
               AND backend.state != 'draft' AND (backend.show_incoming OR backend.sell_when_empty_policy = 'odoo')
            RETURNING backend_id
            """,
                products=list(self._with_kits(products)),
                uid=self.env.uid,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self._wake_lanes(backends, 'catalogue')
