from datetime import timedelta

from odoo import api, fields, models

_KEPT_DAYS = 30
_PRUNE_BATCH = 10_000


class ShopifyImportRow(models.Model):
    """One order of an import: what a dry run would have done with it, or why an import did nothing."""

    _name = 'shopify.import.row'
    _description = "Order Of A Shopify Import"
    _order = 'import_id desc, ordered_at, id'

    import_id = fields.Many2one(
        'shopify.import', "Import", required=True, ondelete='cascade', index=True, readonly=True
    )
    backend_id = fields.Many2one(related='import_id.backend_id', store=True)
    mode = fields.Selection(related='import_id.mode')
    gid = fields.Char("Shopify ID", required=True, readonly=True, index=True)
    name = fields.Char("Order", readonly=True)
    ordered_at = fields.Datetime("Ordered", readonly=True)
    outcome = fields.Selection(
        [
            ('create', "Create"),
            ('link', "Link"),
            ('change', "Change"),
            ('same', "No Change"),
            ('skip', "Skip"),
            ('problem', "Needs A Person"),
        ],
        "What Happens",
        required=True,
        readonly=True,
    )
    result = fields.Selection(
        [('quotation', "Quotation"), ('sale', "Sales order"), ('cancel', "Cancelled")], "Becomes", readonly=True
    )
    customer = fields.Char(readonly=True)
    customer_is_new = fields.Boolean("New Customer", readonly=True)
    products_known = fields.Integer("Known Products", readonly=True)
    products_new = fields.Integer("New Products", readonly=True)
    placeholders = fields.Integer(readonly=True)
    taxes_new = fields.Char("New Taxes", readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    amount_shopify = fields.Monetary("Total In Shopify", readonly=True)
    amount_odoo = fields.Monetary("Total In Odoo", readonly=True)
    difference = fields.Monetary(readonly=True)
    sentence = fields.Text("Why", readonly=True, help="Every decision, and what stands in the way.")

    def action_open_order(self):
        """The order as it is in Odoo now, if it is."""
        self.ensure_one()
        binding = self.env['shopify.order.binding'].search(
            [('backend_id', '=', self.backend_id.id), ('gid', '=', self.gid)], limit=1
        )
        if not binding:
            return self.backend_id._notification(self.env._("%(name)s is not in Odoo.", name=self.name), 'info')
        return {
            'type': 'ir.actions.act_window',
            'res_model': binding._name,
            'res_id': binding.id,
            'view_mode': 'form',
        }

    @api.autovacuum
    def _gc_rows(self):
        """The lists of imports that ended long ago; their figures stay."""
        limit = fields.Datetime.now() - timedelta(days=_KEPT_DAYS)
        rows = self.search([('create_date', '<', limit)], limit=_PRUNE_BATCH)
        rows.unlink()
        return len(rows), len(rows) == _PRUNE_BATCH
