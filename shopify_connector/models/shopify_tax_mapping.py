from odoo import fields, models


class ShopifyTaxMapping(models.Model):
    """One of Shopify's taxes (title, rate, included or not) and the tax that stands for it. Learnt from the first order
    that has it, and corrected by hand where the accountant wants another."""

    _name = 'shopify.tax.mapping'
    _description = "Shopify Tax"
    _order = 'company_id, title, rate'
    _check_company_auto = True
    _rec_name = 'title'

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, index=True)
    title = fields.Char("Title In Shopify")
    rate = fields.Char("Rate (%)", required=True)
    included = fields.Boolean("Included In Price")
    tax_id = fields.Many2one(
        'account.tax',
        "Tax",
        required=True,
        check_company=True,
        ondelete='restrict',
        domain=[('type_tax_use', '=', 'sale')],
    )
    origin = fields.Selection(
        [('found', "Found"), ('created', "Created"), ('manual', "By Hand")], default='manual', readonly=True
    )

    _tax_uniq = models.UniqueIndex("(company_id, COALESCE(title, ''), rate, included)", "This tax is mapped already.")
