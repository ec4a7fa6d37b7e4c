from odoo import api, fields, models

from ..entities import product_selection

_STATUSES = [('active', "Active"), ('draft', "Draft"), ('archived', "Archived"), ('unlisted', "Unlisted")]


class ShopifyImport(models.Model):
    """What else than orders an import brings, and which of it."""

    _inherit = 'shopify.import'

    what = fields.Selection(
        [('orders', "Orders"), ('products', "Products"), ('customers', "Customers")],
        default='orders',
        required=True,
        readonly=True,
    )
    product_status = fields.Selection(_STATUSES, "Product Status")
    product_vendor = fields.Char("Vendor")
    product_type = fields.Char()
    product_codes = fields.Text(
        "SKUs, Barcodes Or Handles", help="One a line, or with commas between them. Empty: all products of the choice."
    )

    plan_count = fields.Integer(compute='_compute_plan_count')

    @api.depends('what', 'state')
    def _compute_plan_count(self):
        rows = self.env['shopify.match.row']._read_group([('import_id', 'in', self.ids)], ['import_id'], ['__count'])
        counts = dict(rows)
        for run in self:
            run.plan_count = counts.get(run, 0)

    def action_view_plan(self):
        """What becomes of each variant, and where a person has to choose."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.match.row',
            'view_mode': 'list,form',
            'name': self.env._("Match Plan"),
            'domain': [('import_id', '=', self.id)]
            if self.plan_count
            else [('backend_id', '=', self.backend_id.id), ('state', '=', 'open')],
        }

    @api.depends('what', 'product_status', 'product_vendor', 'product_type', 'product_codes')
    def _compute_selection_text(self):
        orders = self.filtered(lambda run: run.what == 'orders')
        result = super(ShopifyImport, orders)._compute_selection_text()
        texts = {'products': self.env._("All products"), 'customers': self.env._("All customers")}
        for run in self - orders:
            run.selection_text = ', '.join(run._selection_words()) or texts[run.what]
        return result

    def _selection_words(self):
        if self.what == 'products' and self.gids:
            yield self.env._("%(count)s chosen products", count=len(self.gids))
        elif self.what == 'customers' and self.gids:
            yield self.env._("%(count)s chosen customers", count=len(self.gids))
        else:
            yield from super()._selection_words()
        if self.product_codes:
            yield ', '.join(product_selection.codes(self.product_codes))[:80]
        for name in ('product_vendor', 'product_type'):
            if self[name]:
                yield self[name]
        if self.product_status:
            yield dict(self._fields['product_status']._description_selection(self.env))[self.product_status].lower()

    @api.depends('what')
    def _compute_warning(self):
        """Only orders are shown to an app by their age."""
        orders = self.filtered(lambda run: run.what == 'orders')
        result = super(ShopifyImport, orders)._compute_warning()
        (self - orders).warning = False
        return result

    def _get_product_selection(self):
        self.ensure_one()
        return product_selection.Selection(
            self.product_status or '', (self.product_vendor or '').strip(), (self.product_type or '').strip()
        )


class ShopifyImportRow(models.Model):
    _inherit = 'shopify.import.row'

    what = fields.Selection(related='import_id.what')
    variants = fields.Integer(readonly=True)

    def action_open_order(self):
        """Override: what the row is about, as it is in Odoo now."""
        if self.what not in ('products', 'customers'):
            return super().action_open_order()
        model = 'shopify.product.binding' if self.what == 'products' else 'shopify.customer'
        record = self.env[model].search([('backend_id', '=', self.backend_id.id), ('gid', '=', self.gid)], limit=1)
        if not record:
            return self.backend_id._notification(self.env._("%(name)s is not in Odoo.", name=self.name), 'info')
        return {'type': 'ir.actions.act_window', 'res_model': model, 'res_id': record.id, 'view_mode': 'form'}
