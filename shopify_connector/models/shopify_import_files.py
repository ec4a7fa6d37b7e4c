from odoo import api, models


class ShopifyImport(models.Model):
    _inherit = 'shopify.import'

    def unlink(self):
        """Override of `base`: what an import has downloaded goes with it."""
        self.env['shopify.sync.history']._remove_files(self.ids)
        return super().unlink()

    @api.autovacuum
    def _gc_files(self):
        """No download outlives its import by more than a day, whatever became of that."""
        self.env['shopify.sync.history']._remove_stale_files()
