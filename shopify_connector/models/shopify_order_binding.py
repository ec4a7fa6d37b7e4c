from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime


class ShopifyOrderBinding(models.Model):
    """A Shopify order and its sales order: what Shopify says about it, and every decision that was taken."""

    _name = 'shopify.order.binding'
    _description = "Shopify Order"
    _order = 'ordered_at desc, id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    gid = fields.Char("Shopify ID", required=True, readonly=True)
    name = fields.Char("Order", readonly=True, index='trigram')
    sale_order_id = fields.Many2one(
        'sale.order', "Sales Order", ondelete='set null', index='btree_not_null', readonly=True
    )
    state = fields.Selection(
        [
            ('imported', "Imported"),
            ('skipped', "Not Imported"),
            ('removed', "Sales Order Deleted"),
            ('deleted', "Deleted In Shopify"),
        ],
        default='imported',
        required=True,
        readonly=True,
    )
    financial_status = fields.Selection(
        [
            ('pending', "Pending"),
            ('authorized', "Authorised"),
            ('partially_paid', "Partially paid"),
            ('paid', "Paid"),
            ('partially_refunded', "Partially refunded"),
            ('refunded', "Refunded"),
            ('voided', "Voided"),
            ('expired', "Expired"),
        ],
        "Payment",
        readonly=True,
    )
    fulfillment_status = fields.Selection(
        [
            ('unfulfilled', "Unfulfilled"),
            ('open', "Open"),
            ('scheduled', "Scheduled"),
            ('on_hold', "On hold"),
            ('pending_fulfillment', "Asked for"),
            ('request_declined', "Declined"),
            ('in_progress', "In progress"),
            ('partially_fulfilled', "Partially fulfilled"),
            ('fulfilled', "Fulfilled"),
            ('restocked', "Restocked"),
            ('fulfillment_not_required', "Nothing to ship"),
        ],
        "Fulfilment",
        readonly=True,
    )
    source_name = fields.Char("Channel", readonly=True)
    ordered_at = fields.Datetime(readonly=True)
    cancelled_at = fields.Datetime(readonly=True)
    shopify_updated_at = fields.Datetime(readonly=True)
    money_policy = fields.Selection(
        [('shop', "The shop's currency"), ('presentment', "The customer's currency")],
        "Brought Over In",
        default='shop',
        readonly=True,
    )
    currency_id = fields.Many2one('res.currency', readonly=True)
    shop_currency_id = fields.Many2one('res.currency', "Shop's Currency", readonly=True)
    presentment_currency_id = fields.Many2one('res.currency', "Customer's Currency", readonly=True)
    amount_in_shop = fields.Monetary("In The Shop's Currency", currency_field='shop_currency_id', readonly=True)
    amount_in_presentment = fields.Monetary(
        "In The Customer's Currency", currency_field='presentment_currency_id', readonly=True
    )
    amount_shopify = fields.Monetary("Total In Shopify", readonly=True)
    amount_odoo = fields.Monetary("Total In Odoo", related='sale_order_id.amount_total')
    difference = fields.Monetary(
        readonly=True, help="Shopify's total less Odoo's when the order was last brought over."
    )
    signature = fields.Char(readonly=True)
    note = fields.Text("Customer Note", readonly=True)
    tags = fields.Char(readonly=True)
    trail = fields.Json(readonly=True)
    trail_html = fields.Html("Decisions", compute='_compute_trail_html')
    admin_url = fields.Char("Shopify Admin", compute='_compute_admin_url')

    _gid_uniq = models.Constraint('UNIQUE(backend_id, gid)', "This order is linked already.")

    @api.depends('gid', 'backend_id.shop_domain')
    def _compute_admin_url(self):
        for binding in self:
            binding.admin_url = (
                f"https://{binding.backend_id.shop_domain}/admin/orders/{(binding.gid or '').rsplit('/', 1)[-1]}"
            )

    @api.depends('trail')
    def _compute_trail_html(self):
        for binding in self:
            rows = [
                Markup("<li><span class='text-muted'>%s</span> %s</li>")
                % (format_datetime(self.env, entry[0]), self._sentence(entry[1], entry[2]))
                for entry in binding.trail or []
            ]
            binding.trail_html = Markup("<ul>%s</ul>") % Markup().join(rows) if rows else False

    def _sentence(self, code, values):
        """A decision in the reader's language; unknown codes of other versions are shown as they are."""
        text = {**self._found_sentences(), **self._done_sentences()}.get(code)
        return text % defaultdict(lambda: '?', values) if text else f'{code} {values}'

    def _found_sentences(self):
        """What was found or created for an order, by code."""
        return {
            'customer_linked': self.env._("Customer: %(name)s, linked to this Shopify customer already."),
            'customer_email': self.env._("Customer: %(name)s, found by the e-mail address %(email)s."),
            'customer_phone': self.env._("Customer: %(name)s, found by the phone number %(phone)s."),
            'customer_created': self.env._(
                "Customer: %(name)s was created; nobody with this e-mail or phone was known."
            ),
            'customer_unarchived': self.env._(
                "Customer: %(name)s was archived in Odoo, and is in use again because of this order."
            ),
            'customer_guest': self.env._(
                "Customer: the order names nobody, so the store's guest contact stands for it."
            ),
            'address_reused': self.env._("Address: a contact with exactly this content was used (%(kind)s)."),
            'address_created': self.env._("Address: a new contact was created under the customer (%(kind)s)."),
            'product_sku': self.env._("Product: %(sku)s was found by its SKU."),
            'product_barcode': self.env._("Product: %(sku)s was found by its barcode."),
            'product_fetched': self.env._("Product: %(sku)s was unknown and fetched from Shopify."),
            'product_placeholder': self.env._(
                "Product: “%(sku)s” exists in Shopify no more. A placeholder stands for it until a product with this SKU appears."
            ),
            'tax_found': self.env._("Tax: Shopify's %(title)s %(rate)s %% is %(tax)s."),
            'tax_created': self.env._("Tax: %(tax)s was created for Shopify's %(title)s %(rate)s %%."),
        }

    def _done_sentences(self):
        """What was done with an order, by code."""
        return {
            'confirmed': self.env._("Confirmed: the payment status is %(status)s."),
            'quotation': self.env._(
                "Kept as a quotation: the payment status is %(status)s, and the store's Confirm Orders says “%(policy)s”."
            ),
            'test_skipped': self.env._(
                "Not imported: it is a test order. Switch on Import Test Orders in the store to have it."
            ),
            'too_old': self.env._(
                "Not imported: it is older than the store's date. Set Import Orders Since to an earlier one to have it."
            ),
            'cancelled': self.env._("Cancelled in Shopify (%(reason)s); the sales order was cancelled."),
            'cancelled_late': self.env._(
                "Cancelled in Shopify after goods left or were invoiced: what was open was cancelled, the rest needs a person."
            ),
            'cancelled_before': self.env._(
                "Cancelled in Shopify before it came to Odoo; the sales order is cancelled."
            ),
            'shipped_before': self.env._(
                "Shipped before the store was connected: the delivery was cancelled, no stock moved."
            ),
            'shipped_in_shopify': self.env._("Shipped in Shopify: the delivery was validated."),
            'changed': self.env._("Changed in Shopify: the sales order follows."),
            'changed_late': self.env._(
                "Changed in Shopify after goods had left: %(difference)s stay on the sales order."
            ),
            'difference': self.env._("Shopify's total is %(shopify)s, the lines add up to %(odoo)s."),
            'adopted': self.env._("Found again: %(name)s came from this order before the store's record was deleted."),
            'deleted': self.env._("Deleted in Shopify. The sales order stays."),
            'locked': self.env._("Changed in Shopify, but the sales order is locked: not applied."),
        }

    def _add_trail(self, code, **values):
        """Note a decision; ``values`` are plain texts."""
        stamp = fields.Datetime.to_string(fields.Datetime.now())
        for binding in self:
            binding.trail = [*(binding.trail or []), [stamp, code, values]]

    def action_open_in_shopify(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'target': 'new', 'url': self.admin_url}

    def action_refresh(self):
        """Read the order again; one whose sales order was deleted is imported anew."""
        for binding in self:
            if binding.state in ('removed', 'skipped') or not binding.sale_order_id:
                binding.sudo().unlink_keep_task()
            else:
                binding.sudo().signature = False
                binding.backend_id._enqueue('order', binding.gid)

    @api.private
    def unlink_keep_task(self):
        for binding in self:
            backend, gid = binding.backend_id, binding.gid
            binding.unlink()
            backend._enqueue('order', gid)
