from odoo import api, models
from odoo.tools import SQL


class ShopifyTask(models.Model):
    """How a change of stock becomes tasks: remembered while a user works, written by one statement before the commit."""

    _inherit = 'shopify.task'

    @api.model
    def _note_stock(self, products):
        """Remember whose quantities change; before the commit one statement tells all stores that sell them."""
        if not products:
            return
        noted = self.env.cr.precommit.data.setdefault('shopify.stock', set())
        if not noted:
            self.env.cr.precommit.add(self.env['shopify.task'].sudo()._flush_stock)
        noted.update(products.ids)

    @api.model
    def _flush_stock(self):
        """Insert a task for every product and store: insert-only, so that users' transactions never wait for each other."""
        products = self.env.cr.precommit.data.pop('shopify.stock', None)
        if products:
            self._insert_stock_tasks(SQL("binding.product_id IN (%s)", self._with_kits_query(products)))

    @api.model
    def _insert_stock_tasks(self, condition):
        """A task for each product that ``condition`` on the table ``binding`` reaches, in each store that exports stock."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT backend.id, 'stock', 'stock', binding.product_id::text, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM shopify_variant_binding binding
              JOIN shopify_backend backend ON backend.id = binding.backend_id
             WHERE %(condition)s AND binding.product_id IS NOT NULL AND binding.sync_stock
               AND backend.stock_export AND backend.active AND backend.state != 'draft'
            RETURNING backend_id
            """,
                condition=condition,
                uid=self.env.uid,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self._wake_stock_lanes(backends)

    @api.model
    def _with_kits_query(self, product_ids):
        """SQL for ``product_ids`` and all kits that contain one of them, kits of kits too."""
        ids = list(product_ids)
        if 'mrp.bom' not in self.env:
            return SQL("SELECT unnest(%s)", ids)
        return SQL(
            """
            WITH RECURSIVE reached(product_id) AS (
                SELECT unnest(%s)
                 UNION
                SELECT kit.id
                  FROM reached
                  JOIN mrp_bom_line line ON line.product_id = reached.product_id
                  JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.type = 'phantom' AND bom.active
                  JOIN product_product kit ON kit.id = bom.product_id
                    OR bom.product_id IS NULL AND kit.product_tmpl_id = bom.product_tmpl_id
            )
            SELECT product_id FROM reached
            """,
            ids,
        )

    @api.model
    def _with_kits(self, product_ids):
        """``product_ids`` and the ids of all kits that contain one of them."""
        if 'mrp.bom' not in self.env or not product_ids:
            return set(product_ids)
        self.env['mrp.bom'].flush_model(['type', 'active', 'product_id', 'product_tmpl_id'])
        self.env['mrp.bom.line'].flush_model(['product_id', 'bom_id'])
        return {row[0] for row in self.env.execute_query(self._with_kits_query(product_ids))}

    @api.model
    def _wake_stock_lanes(self, backend_ids):
        """Wake the stock lanes. One that is due to run already, and has not begun, needs no second call."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO ir_cron_trigger (cron_id, call_at, create_date, create_uid)
            SELECT cron.id, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 1
              FROM ir_cron cron
             WHERE cron.shopify_backend_id = ANY(%(backends)s) AND cron.shopify_lane = 'stock' AND cron.active
            """,
                backends=list(backend_ids),
            )
        )
        self._ring_workers()
