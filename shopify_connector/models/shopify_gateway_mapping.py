from odoo import api, fields, models


class ShopifyGatewayMapping(models.Model):
    """A payment provider of a store and the journal in which its payments are booked. Learnt from the first payment
    that comes through it, and corrected by hand where the accountant wants another journal."""

    _name = 'shopify.gateway.mapping'
    _description = "Shopify Payment Provider"
    _order = 'backend_id, label, gateway'
    _check_company_auto = True
    _rec_name = 'label'

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    gateway = fields.Char(required=True, help="Shopify's technical name of the payment provider.")
    label = fields.Char("Provider")
    journal_id = fields.Many2one(
        'account.journal',
        required=True,
        check_company=True,
        ondelete='restrict',
        domain=[('type', 'in', ('bank', 'cash', 'credit'))],
    )
    origin = fields.Selection(
        [('found', "Found"), ('created', "Created"), ('manual', "By Hand")], default='manual', readonly=True
    )
    transaction_count = fields.Integer("Transactions", compute='_compute_transaction_count')

    _gateway_uniq = models.Constraint('UNIQUE(backend_id, gateway)', "This provider of the store is mapped already.")

    @api.depends('backend_id', 'gateway')
    def _compute_transaction_count(self):
        counts = {
            (backend.id, gateway): count
            for backend, gateway, count in self.env['shopify.transaction']._read_group(
                [('backend_id', 'in', self.backend_id.ids), ('gateway', 'in', self.mapped('gateway'))],
                ['backend_id', 'gateway'],
                ['__count'],
            )
        }
        for mapping in self:
            mapping.transaction_count = counts.get((mapping.backend_id.id, mapping.gateway), 0)

    def write(self, vals):
        """What a person has chosen is theirs."""
        if 'journal_id' in vals and 'origin' not in vals:
            vals = {**vals, 'origin': 'manual'}
        return super().write(vals)
