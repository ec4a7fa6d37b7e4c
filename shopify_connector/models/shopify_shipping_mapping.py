from odoo import api, fields, models

# Of an app that may not be there (Delivery Costs); the connector goes without it.
CARRIER_MODEL = 'delivery.carrier'


class ShopifyShippingMapping(models.Model):
    """A shipping method of a store, and the delivery method and the product that stand for it on sales orders. Learnt
    from the first order that has it; what is chosen counts for orders that come in afterwards."""

    _name = 'shopify.shipping.mapping'
    _description = "Shopify Shipping Method"
    _order = 'backend_id, title, code'
    _check_company_auto = True
    _rec_name = 'title'

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    title = fields.Char("Shipping Method", help="As the customer reads it at the checkout.")
    code = fields.Char(help="What Shopify or the app that calculates the rate calls it, where it is not the title.")
    carrier_key = fields.Selection(
        '_carrier_choices',
        "Delivery Method",
        help="What new sales orders with this shipping method are to be delivered by. Methods that charge their real cost "
        "are not offered: they would change a total that the customer has paid already.",
    )
    product_id = fields.Many2one(
        'product.product',
        check_company=True,
        ondelete='restrict',
        domain=[('type', '=', 'service'), ('invoice_policy', '=', 'order')],
        help="What the shipping line of new sales orders is of; empty for the product Shipping.",
    )
    origin = fields.Selection(
        [('learnt', "Learnt"), ('found', "Found"), ('manual', "By Hand")], default='manual', readonly=True
    )

    _method_uniq = models.UniqueIndex(
        "(backend_id, COALESCE(title, ''), COALESCE(code, ''))", "This shipping method of the store is mapped already."
    )

    def write(self, vals):
        """What a person has chosen is theirs."""
        if {'carrier_key', 'product_id'} & vals.keys() and 'origin' not in vals:
            vals = {**vals, 'origin': 'manual'}
        return super().write(vals)

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Override of `base`: nobody is asked for a delivery method where there can be none."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if CARRIER_MODEL not in self.env:
            for node in arch.xpath("//field[@name='carrier_key']"):
                node.getparent().remove(node)
        return arch, view

    @api.model
    def _carriers(self, companies):
        """The delivery methods that may stand for one of Shopify's; an empty recordset without the app that has them."""
        if CARRIER_MODEL not in self.env:
            return self.browse()
        carriers = self.env[CARRIER_MODEL].sudo().search([('company_id', 'in', (False, *companies.ids))])
        return carriers.filtered(lambda row: 'invoice_policy' not in row._fields or row.invoice_policy != 'real')

    @api.model
    def _carrier_choices(self):
        return [(str(carrier.id), carrier.display_name) for carrier in self._carriers(self.env.companies)]
