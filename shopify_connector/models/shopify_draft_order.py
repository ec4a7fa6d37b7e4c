from odoo import api, fields, models

from ..entities import draft_order


class ShopifyDraftOrder(models.Model):
    """A Shopify draft order and the quotation that stands for it, until an order takes the quotation over."""

    _name = 'shopify.draft.order'
    _description = "Shopify Draft Order"
    _order = 'id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Draft", readonly=True, index='trigram')
    state = fields.Selection(
        [
            ('open', "Open"),
            ('invoice_sent', "Invoice Sent"),
            ('completed', "Completed"),
            ('deleted', "Deleted In Shopify"),
        ],
        default='open',
        required=True,
        readonly=True,
    )
    sale_order_id = fields.Many2one(
        'sale.order', "Quotation", ondelete='set null', index='btree_not_null', readonly=True
    )
    order_gid = fields.Char("Shopify Order", readonly=True, index='btree_not_null')
    customer_gid = fields.Char(readonly=True, index='btree_not_null')
    shopify_updated_at = fields.Datetime("Changed In Shopify", readonly=True)
    money_policy = fields.Char(readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    amount_shopify = fields.Monetary("Total In Shopify", readonly=True)
    amount_odoo = fields.Monetary("Total In Odoo", related='sale_order_id.amount_total')
    difference = fields.Monetary(
        readonly=True, help="Shopify's total less Odoo's when the draft was last brought over."
    )
    note = fields.Text(readonly=True)
    tags = fields.Char(readonly=True)
    signature = fields.Char(readonly=True)
    message = fields.Text("What Happened", readonly=True)
    admin_url = fields.Char("Shopify Admin", compute='_compute_admin_url')

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This draft order is linked already.")

    @api.depends('gid', 'backend_id.shop_domain')
    def _compute_admin_url(self):
        for draft in self:
            draft.admin_url = draft_order.admin_url(draft.backend_id.shop_domain, draft.gid)

    def _is_open(self):
        return self.state in ('open', 'invoice_sent')

    def action_open_in_shopify(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'target': 'new', 'url': self.admin_url}

    def action_refresh(self):
        """Read the draft again; one that is open and whose quotation was deleted gets a new one."""
        for draft in self:
            draft.sudo().signature = False
            draft.backend_id._enqueue('draft', draft.gid)
