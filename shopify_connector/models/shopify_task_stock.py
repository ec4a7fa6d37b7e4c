from odoo import api, models
from odoo.tools import SQL

from . import stock_notes

_KITS_OF_PARTS = """
    SELECT DISTINCT COALESCE(bom.product_id, kit.id)
      FROM mrp_bom_line line
      JOIN mrp_bom bom ON bom.id = line.bom_id AND bom.type = 'phantom' AND bom.active
      LEFT JOIN product_product kit ON bom.product_id IS NULL AND kit.product_tmpl_id = bom.product_tmpl_id
     WHERE line.product_id = ANY(%(ids)s) AND COALESCE(bom.product_id, kit.id) IS NOT NULL
"""
_PARTS_OF_KITS = """
    SELECT DISTINCT line.product_id
      FROM product_product kit
      JOIN mrp_bom bom ON bom.product_tmpl_id = kit.product_tmpl_id AND bom.type = 'phantom' AND bom.active
       AND (bom.product_id IS NULL OR bom.product_id = kit.id)
      JOIN mrp_bom_line line ON line.bom_id = bom.id
     WHERE kit.id = ANY(%(ids)s)
"""


# As many ids as surely fit into an entry of an index.
_PRODUCTS_PER_ROW = 200


class ShopifyTask(models.Model):
    """How a change of stock becomes tasks: remembered while a user works, written by one statement before the commit."""

    _inherit = 'shopify.task'

    @api.model
    def _note_stock(self, products):
        """Remember whose quantities change; before the commit one statement tells all stores that sell them."""
        stock_notes.note(self.env, 'product.product', products.ids)

    @api.model
    def _flush_stock(self):
        """Insert what the stores are to look at: insert-only, so that users' transactions never wait for each other."""
        noted = stock_notes.take(self.env)
        if not noted:
            return
        changed = self._get_noted_products(noted)
        if 'mrp.bom' in self.env:
            found = [row[0] for row in self.env.execute_query(changed)]
            changed = SQL("SELECT unnest(%s::int[])", list(self._with_parts_and_kits(found)))
        self._insert_stock_tasks(SQL("binding.product_id IN (%s)", changed))

    def _get_noted_products(self, noted):
        """A query for the ids of products; Odoo has written to the database all that it holds back before it is asked."""
        parts = [SQL("SELECT unnest(%s::int[]) AS product_id", list(noted['product.product']))]
        parts += [
            SQL("SELECT product_id FROM %s WHERE id = ANY(%s)", SQL.identifier(table), list(noted[model]))
            for model, table in (('stock.quant', 'stock_quant'), ('stock.move', 'stock_move'))
            if noted[model]
        ]
        return SQL(" UNION ").join(parts)

    @api.model
    def _insert_stock_tasks(self, condition):
        """Have each store that exports stock look at the products that ``condition`` on the table ``binding`` reaches. Many
        products are one row: what a user waits for does not grow with the number of stores. The lane unfolds it."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT sold.backend_id, 'stock', 'stock', string_agg(sold.product_id::text, ',' ORDER BY sold.product_id), 'odoo',
                   'pending', now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM (SELECT binding.backend_id, binding.product_id,
                           (row_number() OVER (PARTITION BY binding.backend_id ORDER BY binding.product_id) - 1)
                            / %(most)s AS part
                      FROM shopify_variant_binding binding
                      JOIN shopify_backend backend ON backend.id = binding.backend_id
                     WHERE %(condition)s AND binding.product_id IS NOT NULL AND binding.sync_stock
                       AND backend.stock_export AND backend.active AND backend.state != 'draft'
                     GROUP BY binding.backend_id, binding.product_id) sold
             GROUP BY sold.backend_id, sold.part
            RETURNING backend_id
            """,
                condition=condition,
                uid=self.env.uid,
                most=_PRODUCTS_PER_ROW,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self._wake_lanes(backends, 'stock')

    @api.model
    def _unfold_stock(self, backend):
        """Make a task of each product of the store's rows that name several; whether there were any. To be committed before
        anybody acts on them, for an error takes back what is not."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
            WITH folded AS (
                DELETE FROM shopify_task
                 WHERE backend_id = %s AND lane = 'stock' AND kind = 'stock' AND state = 'pending'
                   AND position(',' IN key) > 0
             RETURNING backend_id, key, source, due_at, create_date, create_uid)
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT backend_id, 'stock', 'stock', product, source, 'pending', min(due_at), 0, min(create_date), min(create_uid)
              FROM folded, unnest(string_to_array(key, ',')) AS product
             GROUP BY backend_id, product, source ORDER BY min(create_date), product::int
            """,
                backend.id,
            )
        )
        is_any = bool(self.env.cr.rowcount)
        if is_any:
            self.env.invalidate_all()
        return is_any

    # === KITS === #

    @api.model
    def _with_kits(self, product_ids):
        """``product_ids`` and the ids of all kits that contain one of them, kits of kits too."""
        return self._spread(product_ids, _KITS_OF_PARTS)

    @api.model
    def _with_parts_and_kits(self, product_ids):
        """The products whose quantities change with those of ``product_ids``: the components of kits among them, which an
        order of a kit holds, and all kits that contain one of these."""
        return self._with_kits(self._spread(product_ids, _PARTS_OF_KITS))

    def _spread(self, product_ids, query):
        """A query a level, each by index: one recursive query would be planned for every bill of materials there is."""
        found = set(product_ids)
        added = list(found) if 'mrp.bom' in self.env else []
        while added:
            self.env.cr.execute(query, {'ids': added})
            added = [row[0] for row in self.env.cr.fetchall() if row[0] not in found]
            found.update(added)
        return found

    # === TIME === #

    @api.model
    def _cron_stock_of_the_day(self):
        """What a location shows may change with the day and no document: a receipt comes near enough to be offered, or
        goods expire. Some days are looked at, so that a night without a run is made up for."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
            SELECT DISTINCT move.product_id
              FROM shopify_location place
              JOIN stock_move move
                ON move.date BETWEEN (now() AT TIME ZONE 'UTC') + (place.forecast_days - 2) * interval '1 day'
                                 AND (now() AT TIME ZONE 'UTC') + (place.forecast_days + 1) * interval '1 day'
             WHERE place.basis = 'forecast' AND place.active
               AND move.state IN ('waiting', 'confirmed', 'assigned', 'partially_available')
            """
            )
        )
        if 'removal_date' in self.env['stock.quant']._fields:
            rows += self.env.execute_query(
                SQL(
                    """
                SELECT DISTINCT product_id FROM stock_quant
                 WHERE removal_date BETWEEN (now() AT TIME ZONE 'UTC') - interval '3 days' AND (now() AT TIME ZONE 'UTC')
                """
                )
            )
        self._note_stock(self.env['product.product'].browse({row[0] for row in rows}))
