from odoo import fields, models


class ShopifyExemptionMapping(models.Model):
    """Why customers of a store pay no taxes, and the fiscal position that their contacts get for it."""

    _name = 'shopify.exemption.mapping'
    _description = "Shopify Tax Exemption"
    _order = 'backend_id, code'
    _rec_name = 'code'
    _check_company_auto = True

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    code = fields.Char(
        "Exemption",
        required=True,
        help="As Shopify names it, such as EU_REVERSE_CHARGE_EXEMPTION_RULE. TAX_EXEMPT: exempt without a reason.",
    )
    fiscal_position_id = fields.Many2one(
        'account.fiscal.position', check_company=True, help="Empty: contacts keep the fiscal position they have."
    )

    _code_uniq = models.Constraint('UNIQUE(backend_id, code)', "This exemption is in the list already.")

    def write(self, vals):
        """Override of `base`: the customers whom it concerns are read again, so that their contacts get it."""
        result = super().write(vals)
        if 'fiscal_position_id' in vals:
            for mapping in self:
                mapping._read_customers_again()
        return result

    def _read_customers_again(self):
        self.ensure_one()
        exempt = [('tax_exempt', '=', True)] if self.code == 'TAX_EXEMPT' else [('tax_exemptions', 'ilike', self.code)]
        customers = (
            self.env['shopify.customer']
            .sudo()
            .search([('backend_id', '=', self.backend_id.id), ('deleted_at', '=', False), *exempt])
        )
        customers.payload_digest = False
        self.env['shopify.task'].sudo()._add(self.backend_id, 'customer', customers.mapped('gid'), source='user')
        if customers:
            self.backend_id._wake('catalogue')
