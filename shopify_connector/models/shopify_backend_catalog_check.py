from markupsafe import Markup

from odoo import fields, models


class ShopifyBackend(models.Model):
    """A store and what is wrong with its catalogue."""

    _inherit = 'shopify.backend'

    catalog_checked_at = fields.Datetime("Catalogue Checked", readonly=True, copy=False)
    finding_count = fields.Integer(compute='_compute_finding_count')

    def _compute_finding_count(self):
        counts = dict(
            self.env['shopify.catalog.finding']._read_group(
                [('backend_id', 'in', self.ids), ('is_ignored', '=', False)], ['backend_id'], ['__count']
            )
        )
        for backend in self:
            backend.finding_count = counts.get(backend, 0)

    def action_check_catalogue(self):
        """Look for what stands in the way on both sides, before anything is brought over or sent."""
        self.ensure_one()
        self.check_access('write')
        self.env['shopify.catalog.finding'].sudo()._check(self.sudo())
        self.catalog_checked_at = fields.Datetime.now()
        return self.action_view_findings()

    def action_view_findings(self):
        action = self._action_view(
            'shopify.catalog.finding',
            self.env._("Catalogue Check"),
            {'search_default_unsettled': 1, 'search_default_by_code': 1},
        )
        nothing = self.env._("Nothing to set right") if self.catalog_checked_at else self.env._("Not checked yet")
        return {**action, 'help': Markup('<p class="o_view_nocontent_smiling_face">%s</p>') % nothing}
