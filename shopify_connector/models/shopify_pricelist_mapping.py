from odoo import fields, models


class ShopifyPricelistMapping(models.Model):
    """The pricelist that the orders of a currency get. Prices are Shopify's, whatever rules it has."""

    _name = 'shopify.pricelist.mapping'
    _description = "Shopify Pricelist"
    _order = 'backend_id, currency_id'
    _check_company_auto = True
    _rec_name = 'currency_id'

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    currency_id = fields.Many2one(
        'res.currency', related='pricelist_id.currency_id', store=True, precompute=True, readonly=True
    )
    pricelist_id = fields.Many2one('product.pricelist', required=True, check_company=True, ondelete='cascade')

    _currency_uniq = models.Constraint(
        'UNIQUE(backend_id, currency_id)', "This store has a pricelist of this currency already."
    )
