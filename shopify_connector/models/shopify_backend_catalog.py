from odoo import api, fields, models, tools


class ShopifyBackend(models.Model):
    """Whose word counts for the catalogue of a store, and where its prices stand."""

    _inherit = 'shopify.backend'

    owner_ids = fields.One2many('shopify.owner', 'backend_id', "Owners", copy=False)
    difference_ids = fields.One2many('shopify.difference', 'backend_id')

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create(vals_list)
        self.env['shopify.owner'].sudo()._fill(backends)
        return backends

    def _get_owners(self):
        """``{group: 'first' | 'shopify' | 'odoo' | 'none'}`` of one store."""
        self.ensure_one()
        return self._get_owners_cached(self.id)

    def _get_owner(self, group):
        """'first' | 'shopify' | 'odoo' | 'none'."""
        return self._get_owners().get(group, 'first')

    @api.model
    @tools.ormcache('backend_id')
    def _get_owners_cached(self, backend_id):
        rows = self.env['shopify.owner'].sudo().search_fetch([('backend_id', '=', backend_id)], ['group', 'owner'])
        return {row.group: row.owner for row in rows}
