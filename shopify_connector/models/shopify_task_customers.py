from odoo import api, models
from odoo.tools import SQL


class ShopifyTask(models.Model):
    """How a change of a contact in Odoo becomes tasks 'customer_export': remembered while a user works, written by one
    statement before the commit."""

    _inherit = 'shopify.task'

    @api.model
    def _note_customers(self, partners):
        """Remember who changes. Nothing at all happens while no store takes its customers from Odoo; what is written
        because a shop said so is no news to that shop."""
        if not partners or 'customer' not in self.env['shopify.backend']._get_groups_from_odoo():
            return
        source = self.env.context.get('shopify_customer_pull') or 0
        noted = self.env.cr.precommit.data.setdefault('shopify.customers', set())
        if not noted:
            self.env.cr.precommit.add(self.env['shopify.task'].sudo()._flush_customers)
        noted.update((id_, source) for id_ in partners.ids)

    @api.model
    def _flush_customers(self):
        """Insert-only, so that users' transactions never wait for each other."""
        noted = self.env.cr.precommit.data.pop('shopify.customers', None)
        if not noted:
            return
        partners, sources = (list(column) for column in zip(*noted, strict=True))
        self.env.cr.execute(
            SQL(
                """
            WITH noted AS (SELECT * FROM unnest(%(partners)s, %(sources)s) AS noted(partner_id, source)),
                 touched AS (
                SELECT customer.id, noted.source FROM noted
                  JOIN shopify_customer customer ON customer.partner_id = noted.partner_id
                 UNION
                SELECT place.customer_id, noted.source FROM noted
                  JOIN shopify_customer_address place ON place.partner_id = noted.partner_id)
            INSERT INTO shopify_task (backend_id, lane, kind, key, source, state, due_at, tries, create_date, create_uid)
            SELECT DISTINCT backend.id, 'catalogue', 'customer_export', customer.id::text, 'odoo', 'pending',
                   now() AT TIME ZONE 'UTC', 0, now() AT TIME ZONE 'UTC', %(uid)s
              FROM touched
              JOIN shopify_customer customer ON customer.id = touched.id
              JOIN shopify_backend backend ON backend.id = customer.backend_id AND backend.id != touched.source
              JOIN shopify_owner owner
                ON owner.backend_id = backend.id AND owner.owner = 'odoo' AND owner."group" = 'customer'
             WHERE customer.deleted_at IS NULL AND customer.redacted_at IS NULL
               AND backend.active AND backend.state != 'draft'
            RETURNING backend_id
            """,
                partners=partners,
                sources=sources,
                uid=self.env.uid,
            )
        )
        backends = {row[0] for row in self.env.cr.fetchall()}
        if backends:
            self._wake_lanes(backends, 'catalogue')
