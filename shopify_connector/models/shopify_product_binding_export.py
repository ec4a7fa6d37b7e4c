from odoo import fields, models

_PLACES = {'collection_ids', 'publication_ids'}


class ShopifyProductBinding(models.Model):
    """Where the product stands in the shop, and what became of the last export."""

    _inherit = 'shopify.product.binding'

    export_message = fields.Text("Export", readonly=True, copy=False, help="What Shopify did not take, and why.")
    exported_at = fields.Datetime("Last Export", readonly=True, copy=False)
    collection_ids = fields.Many2many(
        'shopify.collection',
        string="Collections",
        domain="[('backend_id', '=', backend_id), ('is_smart', '=', False)]",
        copy=False,
        help="Smart collections choose their products themselves.",
    )
    publication_ids = fields.Many2many(
        'shopify.publication', string="Sales Channels", domain="[('backend_id', '=', backend_id)]", copy=False
    )
    gone_in_odoo = fields.Boolean("Deleted In Odoo", readonly=True, copy=False)
    status_before = fields.Char(
        readonly=True, copy=False, help="The status that the product had before Odoo took it off."
    )
    status_set = fields.Char(readonly=True, copy=False)
    export_ids = fields.One2many('shopify.product.export', 'binding_id')

    def write(self, vals):
        """What somebody changes about where a product stands goes to the shop, where Odoo's word counts for it."""
        result = super().write(vals)
        if _PLACES & vals.keys() and not self.env.context.get('shopify_places_read'):
            for backend, bindings in self.grouped('backend_id').items():
                if backend._get_owner('collections') == 'odoo':
                    keys = [str(id_) for id_ in bindings.ids]
                    self.env['shopify.task'].sudo()._add(backend, 'product_export', keys)
                    backend.sudo()._wake('catalogue')
        return result
