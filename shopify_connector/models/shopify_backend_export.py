from odoo import fields, models


class ShopifyBackend(models.Model):
    """What becomes of a shop's product that Odoo sells no more, and what the shop has beside products."""

    _inherit = 'shopify.backend'

    gone_policy = fields.Selection(
        [('nothing', "Leave it as it is"), ('draft', "Make it a draft"), ('archived', "Archive it")],
        "Archived Or Deleted In Odoo",
        default='nothing',
        required=True,
        tracking=True,
        help="What is done in this shop with a product that is archived or deleted in Odoo. It comes back with the product, "
        "unless somebody has given it another status in the shop meanwhile. Nothing is ever deleted in the shop by itself.",
    )

    publication_ids = fields.One2many('shopify.publication', 'backend_id', "Sales Channels", copy=False)
    places_read_at = fields.Datetime("Collections And Channels Read", readonly=True, copy=False)

    def action_refresh_places(self):
        """Read the shop's collections and sales channels."""
        self.check_access('write')
        for backend in self:
            sudo = backend.sudo()
            self.env['shopify.sync.catalog.places'].sudo()._refresh(sudo, sudo._get_client('catalogue'))
        return self._notification(self.env._("Collections and sales channels have been read."))
