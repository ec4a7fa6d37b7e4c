from odoo import api, fields, models


class ShopifyVariantBinding(models.Model):
    """What was last written to a variant beside its quantity."""

    _inherit = 'shopify.variant.binding'

    incoming_sent = fields.Char(
        "Next Incoming", readonly=True, help="As the shop shows it: the day, and the units by then."
    )
    sell_sent = fields.Boolean("Sell When Empty As Written", readonly=True)
    sell_sent_at = fields.Datetime(readonly=True)
    extras_message = fields.Char("Not Written", readonly=True, help="Why Shopify refuses what was to be written.")

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a product that a store has just got to know shows there what it shows elsewhere."""
        bindings = super().create(vals_list)
        bindings._note_extras()
        return bindings

    def write(self, vals):
        """Override: what somebody changed in Shopify is compared with Odoo again."""
        changed = self.filtered(
            lambda binding: (
                any(binding[name] != vals[name] for name in ('sell_when_empty', 'deleted_at') if name in vals)
                or 'product_id' in vals
            )
        )
        result = super().write(vals)
        if not self.env.context.get('shopify_extras_sent'):
            changed._note_extras()
        return result

    def _note_extras(self):
        if any(self.env['shopify.backend']._extras_in_use()):
            self.env['shopify.task'].sudo()._note_extras(self.product_id)
