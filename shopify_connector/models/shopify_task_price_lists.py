from odoo import api, models
from odoo.tools import SQL

_EVERY = 0


class ShopifyTask(models.Model):
    """Changes of prices, remembered while a user works, become tasks of the price lists by one statement before the commit."""

    _inherit = 'shopify.task'

    @api.model
    def _note_price_lists(self, pricelist_ids):
        """Remember that these pricelists say something new; ``None``: any of them may."""
        noted = self.env.cr.precommit.data.setdefault('shopify.price_lists', set())
        if not noted:
            self.env.cr.precommit.add(self.env['shopify.task'].sudo()._flush_price_lists)
        noted.update(pricelist_ids or (_EVERY,))

    @api.model
    def _flush_price_lists(self):
        """A pricelist may be made of another one, in any depth."""
        noted = self.env.cr.precommit.data.pop('shopify.price_lists', None)
        if not noted:
            return
        self.env.cr.execute(
            SQL(
                """
            WITH RECURSIVE used AS (
                SELECT id FROM product_pricelist WHERE id = ANY(%(ids)s)
                UNION
                SELECT item.pricelist_id FROM product_pricelist_item item JOIN used ON item.base_pricelist_id = used.id
            )
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT list.backend_id, 'catalogue', 'price_list', list.id::text, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM shopify_price_list list JOIN shopify_backend backend ON backend.id = list.backend_id
             WHERE list.is_sent AND list.deleted_at IS NULL AND backend.active AND backend.state != 'draft'
               AND (%(every)s OR list.pricelist_id IN (SELECT id FROM used))
            RETURNING backend_id
            """,
                ids=list(noted),
                uid=self.env.uid,
                every=_EVERY in noted,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self._wake_lanes(backends, 'catalogue')
