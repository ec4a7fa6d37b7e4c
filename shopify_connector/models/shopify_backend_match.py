from odoo import fields, models


class ShopifyBackend(models.Model):
    """How a store's products are found in Odoo."""

    _inherit = 'shopify.backend'

    match_policy = fields.Selection(
        [('ask', "Ask a person"), ('sku', "Go by the SKU alone")],
        "When In Doubt",
        default='ask',
        required=True,
        tracking=True,
        help="Doubtful is: one SKU at several variants of the shop, a SKU and a barcode that lead to different products, an "
        "archived product, a product without any code that has the same name. Several products with one SKU are never guessed.",
    )
    match_open_count = fields.Integer(compute='_compute_match_open_count')

    def _compute_match_open_count(self):
        counts = dict(
            self.env['shopify.match.row']._read_group(
                [('backend_id', 'in', self.ids), ('state', '=', 'open')], ['backend_id'], ['__count']
            )
        )
        for backend in self:
            backend.match_open_count = counts.get(backend, 0)

    def action_view_matches(self):
        """The match plan, what needs a person first."""
        return self._action_view('shopify.match.row', self.env._("Match Plan"), {'search_default_open': 1})
