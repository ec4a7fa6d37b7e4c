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

    @api.depends('what', 'product_status', 'product_vendor', 'product_type')
    def _compute_selection_text(self):
        orders = self.filtered(lambda run: run.what == 'orders')
        super(ShopifyImport, orders)._compute_selection_text()
        texts = {'products': self.env._("All products"), 'customers': self.env._("All customers")}
        for run in self - orders:
            run.selection_text = ', '.join(run._selection_words()) or texts[run.what]

    def _selection_words(self):
        if self.what == 'products' and self.gids:
            yield self.env._("%(count)s chosen products", count=len(self.gids))
        elif self.what == 'customers' and self.gids:
            yield self.env._("%(count)s chosen customers", count=len(self.gids))
        else:
            yield from super()._selection_words()
        for name in ('product_vendor', 'product_type'):
            if self[name]:
                yield self[name]
        if self.product_status:
            yield dict(self._fields['product_status']._description_selection(self.env))[self.product_status].lower()

    @api.depends('what')
    def _compute_warning(self):
        """Only orders are shown to an app by their age."""
        orders = self.filtered(lambda run: run.what == 'orders')
        super(ShopifyImport, orders)._compute_warning()
        (self - orders).warning = False

    def _get_product_selection(self):
        self.ensure_one()
        return product_selection.Selection(
            self.product_status or '', (self.product_vendor or '').strip(), (self.product_type or '').strip()
        )


class ShopifyImportRow(models.Model):
    _inherit = 'shopify.import.row'

    what = fields.Selection(related='import_id.what')
    variants = fields.Integer(readonly=True)
