from odoo import fields, models


class ShopifyImport(models.Model):
    """The bulk operation that an import reads."""

    _inherit = 'shopify.import'

    bulk_created_at = fields.Datetime(
        readonly=True, copy=False, help="Shopify's clock (UTC): what it shows was read after this moment."
    )
    bulk_seconds = fields.Float(readonly=True, copy=False, help="How long Shopify was at work on it.")

    def _is_whole_catalogue(self):
        """Whether it brings all products of the shop, whatever they are."""
        self.ensure_one()
        chosen = self.gids or self.product_codes or not self._get_product_selection().is_all
        return self.what == 'products' and not chosen

    def _get_usual_seconds(self):
        """How long Shopify took the last time that it put the whole catalogue of this store together; 0.0 unknown."""
        self.ensure_one()
        return self.search(
            [
                ('backend_id', '=', self.backend_id.id),
                ('what', '=', 'products'),
                ('bulk_seconds', '>', 0),
                ('product_status', '=', False),
                ('product_vendor', '=', False),
                ('product_type', '=', False),
                ('id', '!=', self.id),
            ],
            limit=1,
        ).bulk_seconds
