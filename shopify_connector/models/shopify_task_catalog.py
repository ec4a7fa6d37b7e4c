from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_LOOKED_UNTIL = 'shopify_connector.prices_looked_until'
# The key of the one row that stands for all products of a store.
_ALL = 'prices'


class ShopifyTask(models.Model):
    """How a change of a product in Odoo becomes tasks 'product_export': remembered while a user works, written by one
    statement before the commit."""

    _inherit = 'shopify.task'

    @api.model
    def _note_catalog(self, groups, templates):
        """Remember that fields of these groups change of these templates. Nothing at all happens while no store takes
        any of them from Odoo. What is written because a shop said so is no news to that shop."""
        groups = self.env['shopify.backend']._get_groups_from_odoo() & set(groups)
        if not groups or not templates:
            return
        source = self.env.context.get('shopify_catalog_pull') or 0
        self._remember({(group, id_, source) for group in groups for id_ in templates.ids})

    @api.model
    def _note_pricelists(self, pricelists):
        """Remember that a rule changes that names no product: whatever is sold by these pricelists, or by one that is made
        of them."""
        if not pricelists or 'price' not in self.env['shopify.backend']._get_groups_from_odoo():
            return
        found = pricelists
        while pricelists:
            rules = self.env['product.pricelist.item'].search([('base_pricelist_id', 'in', pricelists.ids)])
            pricelists = rules.pricelist_id - found
            found |= pricelists
        self._remember({('pricelist', id_, 0) for id_ in found.ids})

    @api.model
    def _cron_prices_of_the_hour(self):
        """Prices that begin or end by themselves, since the last run."""
        now, parameters = fields.Datetime.now(), self.env['ir.config_parameter'].sudo()
        since = fields.Datetime.to_datetime(parameters.get_param(_LOOKED_UNTIL) or None) or now - timedelta(hours=3)
        span = (since, now)
        rules = self.env['product.pricelist.item'].search(
            Domain('date_start', '>', span[0]) & Domain('date_start', '<=', span[1])
            | Domain('date_end', '>', span[0]) & Domain('date_end', '<=', span[1])
        )
        rules._shopify_note_prices()
        parameters.set_param(_LOOKED_UNTIL, fields.Datetime.to_string(now))

    def _remember(self, entries):
        noted = self.env.cr.precommit.data.setdefault('shopify.catalog', set())
        if not noted:
            self.env.cr.precommit.add(self.env['shopify.task'].sudo()._flush_catalog)
        noted.update(entries)

    @api.model
    def _flush_catalog(self):
        """Insert-only, so that users' transactions never wait for each other. A task that waits already may be in the
        hands of a lane that has read the product, so that each change is a row."""
        noted = self.env.cr.precommit.data.pop('shopify.catalog', None)
        if not noted:
            return
        pricelists = [id_ for group, id_, _source in noted if group == 'pricelist']
        entries = [entry for entry in noted if entry[0] != 'pricelist']
        if entries:
            groups, templates, sources = (list(column) for column in zip(*entries, strict=True))
            self._insert_exports(
                SQL(
                    """
                JOIN unnest(%(groups)s, %(templates)s, %(sources)s) AS noted(name, template_id, source)
                  ON noted.source != backend.id AND noted.name = owner."group"
                 AND (binding.product_tmpl_id = noted.template_id OR EXISTS (
                      SELECT 1 FROM shopify_variant_binding variant
                        JOIN product_product product ON product.id = variant.product_id
                       WHERE variant.product_binding_id = binding.id AND product.product_tmpl_id = noted.template_id))
                """,
                    groups=groups,
                    templates=templates,
                    sources=sources,
                ),
                SQL("binding.id IN (%s)", self._get_bindings_of(templates)),
            )
        if pricelists:
            self._insert_prices(pricelists)

    def _get_bindings_of(self, templates):
        """The bindings of these templates or of variants of them, each by its index."""
        return SQL(
            """
            SELECT id FROM shopify_product_binding WHERE product_tmpl_id = ANY(%(ids)s)
            UNION
            SELECT variant.product_binding_id FROM shopify_variant_binding variant
              JOIN product_product product ON product.id = variant.product_id
             WHERE product.product_tmpl_id = ANY(%(ids)s)
            """,
            ids=templates,
        )

    def _insert_exports(self, join, condition):
        """A task for each product that ``condition`` reaches, in each store that takes the fields from Odoo."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT backend.id, 'catalogue', 'product_export', binding.id::text, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM shopify_product_binding binding
              JOIN shopify_backend backend ON backend.id = binding.backend_id
              JOIN shopify_owner owner ON owner.backend_id = backend.id AND owner.owner = 'odoo'
              %(join)s
             WHERE %(condition)s AND binding.deleted_at IS NULL AND backend.active AND backend.state != 'draft'
            RETURNING backend_id
            """,
                join=join,
                condition=condition,
                uid=self.env.uid,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self._wake_lanes(backends, 'catalogue')

    # === ALL PRODUCTS === #

    def _insert_prices(self, pricelists):
        """One row for each store that sells by these pricelists: its lane makes the tasks of the products of it."""
        self.env.cr.execute(
            SQL(
                """
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT backend.id, 'catalogue', 'product_export', %(key)s, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM shopify_backend backend
              JOIN shopify_owner owner ON owner.backend_id = backend.id AND owner.owner = 'odoo' AND owner."group" = 'price'
             WHERE (backend.catalog_pricelist_id = ANY(%(ids)s) OR backend.compare_pricelist_id = ANY(%(ids)s))
               AND backend.active AND backend.state != 'draft'
            RETURNING backend_id
            """,
                key=_ALL,
                ids=pricelists,
                uid=self.env.uid,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self._wake_lanes(backends, 'catalogue')

    @api.model
    def _unfold_prices(self, backend):
        """Make a task of each product where a row stands for all; whether there was one. For the store's lane, which is
        nobody else's: what is due already reads the prices of now. To be committed before anybody acts on them."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
            WITH folded AS (
                DELETE FROM shopify_task
                 WHERE backend_id = %(backend)s AND lane = 'catalogue' AND kind = 'product_export' AND state = 'pending'
                   AND key = %(key)s
             RETURNING create_date, create_uid)
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT %(backend)s, 'catalogue', 'product_export', binding.id::text, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, first.create_date, first.create_uid
              FROM shopify_product_binding binding
              JOIN (SELECT min(create_date) AS create_date, min(create_uid) AS create_uid FROM folded HAVING count(*) > 0)
                   AS first ON TRUE
             WHERE binding.backend_id = %(backend)s AND binding.deleted_at IS NULL
               AND NOT EXISTS (
                   SELECT 1 FROM shopify_task task
                    WHERE task.backend_id = %(backend)s AND task.lane = 'catalogue' AND task.kind = 'product_export'
                      AND task.state = 'pending' AND task.key = binding.id::text
                      AND task.due_at <= now() AT TIME ZONE 'UTC')
             ORDER BY binding.id
            """,
                backend=backend.id,
                key=_ALL,
            )
        )
        is_any = bool(self.env.cr.rowcount)
        if is_any:
            self.env.invalidate_all()
        return is_any
