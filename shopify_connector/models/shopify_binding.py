from odoo import api, fields, models

_CUSTOMER = 'gid://shopify/Customer/'


class ShopifyBinding(models.Model):
    """Any pair of a Shopify record and an Odoo record that has no table of its own (companies, for example)."""

    _name = 'shopify.binding'
    _description = "Shopify Link"
    _rec_name = 'gid'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field='res_model', required=True, readonly=True)

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This Shopify record is linked already.")
    _record_idx = models.Index('(res_model, res_id)')

    @api.model
    def _get_ids(self, backend, model, gids):
        """``{gid: id}`` of those that are linked to a record that still exists. Customers have a table of their own."""
        gids = set(gids)
        customers = {gid for gid in gids if gid.startswith(_CUSTOMER)} if model == 'res.partner' else set()
        found = self._get_customer_ids(backend, customers) if customers else {}
        if gids == customers:
            return found
        links = self.search_fetch(
            [('backend_id', '=', backend.id), ('res_model', '=', model), ('gid', 'in', list(gids - customers))],
            ['gid', 'res_id'],
        )
        alive = set(self.env[model].with_context(active_test=False).browse(links.mapped('res_id')).exists().ids)
        links.filtered(lambda link: link.res_id not in alive).unlink()
        return found | {link.gid: link.res_id for link in links.exists() if link.res_id in alive}

    def _get_customer_ids(self, backend, gids):
        links = self.env['shopify.customer'].search_fetch(
            [('backend_id', '=', backend.id), ('gid', 'in', list(gids))], ['gid', 'partner_id']
        )
        return {link.gid: link.partner_id.id for link in links}
