from datetime import timedelta

from odoo import api, fields, models

_KEPT_DAYS = 60


class ShopifyCustomerExport(models.Model):
    """A contact that a person sends to a store: written down before Shopify is asked. After a lost answer the customer is
    looked for by e-mail and phone, which no two customers share, before anything is sent again."""

    _name = 'shopify.customer.export'
    _description = "Contact Sent To Shopify"
    _order = 'id desc'
    _rec_name = 'partner_id'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    partner_id = fields.Many2one('res.partner', "Contact", required=True, ondelete='cascade', index=True, readonly=True)
    customer_id = fields.Many2one('shopify.customer', "Shopify Customer", ondelete='set null', readonly=True)
    user_id = fields.Many2one('res.users', "Confirmed By", readonly=True, ondelete='set null')
    state = fields.Selection(
        [('waiting', "Waiting"), ('done', "Written"), ('same', "Nothing to write"), ('refused', "Refused")],
        "Status",
        default='waiting',
        required=True,
        readonly=True,
    )
    message = fields.Text("What Happened", readonly=True)
    request_id = fields.Char("Shopify Request", readonly=True, help="Shopify's support asks for it.")
    done_at = fields.Datetime("Answered", readonly=True)

    @api.model
    def _ask(self, backend, partners):
        """Note what a person has confirmed, and have the lane do it. The caller has checked who asks."""
        asked = self.sudo().create(
            [{'backend_id': backend.id, 'partner_id': partner.id, 'user_id': self.env.uid} for partner in partners]
        )
        keys = [f'ask:{id_}' for id_ in asked.ids]
        self.env['shopify.task'].sudo()._add(backend, 'customer_export', keys, source='user')
        backend.sudo()._wake('catalogue')
        return asked

    def _settle(self, state, message=False, request_id=False, customer=None):
        self.write(
            {
                'state': state,
                'message': message,
                'request_id': request_id or False,
                'customer_id': customer.id if customer else self[:1].customer_id.id,
                'done_at': fields.Datetime.now(),
            }
        )

    @api.autovacuum
    def _gc_exports(self):
        """They name people: kept as long as somebody may ask what happened."""
        limit = fields.Datetime.now() - timedelta(days=_KEPT_DAYS)
        self.search([('state', '!=', 'waiting'), ('create_date', '<', limit)], limit=10_000).unlink()
