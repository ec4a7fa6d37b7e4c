from odoo import fields, models

from ..entities import phone

_USER = 'shopify_connector.group_shopify_user'
# What a shop may take from a contact.
_TOLD = {
    'name', 'email', 'phone', 'lang', 'street', 'street2', 'city', 'zip', 'country_id', 'state_id', 'company_name', 'parent_id',
    'category_id',
}  # fmt: skip


class ResPartner(models.Model):
    _inherit = 'res.partner'

    shopify_customer_ids = fields.One2many(
        'shopify.customer', 'partner_id', "Shopify Customers", groups=_USER, copy=False
    )
    shopify_customer_count = fields.Integer(compute='_compute_shopify_customer_count', groups=_USER)

    # Imports look contacts up by both, a batch at a time.
    _shopify_email_idx = models.Index('(email_normalized) WHERE email_normalized IS NOT NULL')
    _shopify_phone_idx = models.Index(
        f"(right(regexp_replace(phone, '\\D', '', 'g'), {phone.TAIL})) WHERE phone IS NOT NULL"
    )

    def write(self, vals):
        """Override of `base`: stores that take their customers from Odoo are told."""
        result = super().write(vals)
        if _TOLD & vals.keys():
            self.env['shopify.task'].sudo()._note_customers(self)
        return result

    def _compute_shopify_customer_count(self):
        counts = dict(
            self.env['shopify.customer']._read_group([('partner_id', 'in', self.ids)], ['partner_id'], ['__count'])
        )
        for partner in self:
            partner.shopify_customer_count = counts.get(partner._origin, 0)

    def action_view_shopify_customers(self):
        """How this contact was found, and what the stores know of it."""
        self.ensure_one()
        customers = self.shopify_customer_ids
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.customer',
            'name': self.env._("Shopify Customers"),
            'domain': [('partner_id', '=', self.id)],
            'view_mode': 'list,form' if len(customers) > 1 else 'form',
            'res_id': customers.id if len(customers) == 1 else False,
        }
