from odoo import models


class ShopifyDifference(models.Model):
    _inherit = 'shopify.difference'

    def _get_text(self, value):
        """Override: pictures are counted, and named by their alternative texts."""
        if not (isinstance(value, list) and value and isinstance(value[0], list)):
            return super()._get_text(value)
        names = ', '.join(entry[-1] for entry in value if entry[-1])
        count = self.env._("%(count)s pictures", count=len(value)) if len(value) != 1 else self.env._("1 picture")
        return f'{count}: {names}' if names else count
