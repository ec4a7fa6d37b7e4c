from odoo import fields, models


class ShopifyCustomerAddress(models.Model):
    """An address of a Shopify customer and the contact that has it: the customer's own, or one under it."""

    _name = 'shopify.customer.address'
    _description = "Shopify Address"
    _order = 'is_default desc, id'

    customer_id = fields.Many2one('shopify.customer', required=True, ondelete='cascade', index=True, readonly=True)
    backend_id = fields.Many2one(related='customer_id.backend_id')
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    partner_id = fields.Many2one('res.partner', "Contact", required=True, ondelete='cascade', index=True, readonly=True)
    is_default = fields.Boolean("Default", readonly=True)
    is_ours = fields.Boolean(
        "Made By The Import", readonly=True, help="Only such a contact is changed or archived when the address is."
    )
    content = fields.Json(readonly=True, help="The address as Shopify had it when it was last taken over.")
    unresolved = fields.Char(readonly=True, help="Countries and states that Odoo does not know.")

    _gid_uniq = models.Constraint('UNIQUE(customer_id, gid)', "This address is known already.")
