from odoo import fields, models
from odoo.exceptions import AccessError

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
        """What somebody changes about where a product stands goes to the shop, where Odoo's word counts for it. One that was
        deleted in Odoo and has a product again returns to where it was taken from."""
        back = self.filtered('gone_in_odoo') if vals.get('product_tmpl_id') else self.browse()
        result = super().write(vals)
        back.gone_in_odoo = False
        for backend, bindings in back.grouped('backend_id').items():
            self.env['shopify.task'].sudo()._add(backend, 'product_export', [str(id_) for id_ in bindings.ids])
            backend.sudo()._wake('catalogue')
        if _PLACES & vals.keys() and not self.env.context.get('shopify_places_read'):
            for backend, bindings in self.grouped('backend_id').items():
                if backend._get_owner('collections') == 'odoo':
                    keys = [str(id_) for id_ in bindings.ids]
                    self.env['shopify.task'].sudo()._add(backend, 'product_export', keys)
                    backend.sudo()._wake('catalogue')
        return result

    def action_delete_in_shopify(self):
        """By hand only, and only by managers: a product that is gone from a shop takes its address and its reviews along."""
        if not self.env.user.has_group('shopify_connector.group_shopify_manager'):
            raise AccessError(self.env._("Products are deleted in shops by Shopify managers. Ask one of them."))
        self.check_access('read')
        self.env['shopify.product.export']._ask_deletion(self.filtered(lambda row: not row.deleted_at))
        return self.env['shopify.backend']._notification(
            self.env._("It is being deleted in the shop. The product in Odoo stays.")
        )
