from odoo import api, fields, models
from odoo.exceptions import UserError

from ..entities.catalog_check import SERIOUS

CODES = [
    ('duplicate_sku', "The SKU is used more than once"),
    ('duplicate_barcode', "The barcode is used more than once"),
    ('no_sku', "No SKU"),
    ('blank_in_sku', "Blanks around the SKU"),
    ('long_sku', "The SKU is too long"),
    ('bad_barcode', "The barcode is not valid"),
    ('no_price', "No price"),
    ('negative_price', "A negative price"),
    ('no_weight', "No weight"),
    ('no_title', "No name"),
    ('long_title', "The name is too long"),
    ('no_variants', "No variant"),
    ('too_many_variants', "Too many variants"),
    ('too_many_options', "Too many options"),
    ('long_option', "An option is too long"),
    ('same_options', "Two variants have the same options"),
]


class ShopifyCatalogFinding(models.Model):
    """Something in a catalogue that stands in the way of bringing it over or sending it, or that is worth a look."""

    _name = 'shopify.catalog.finding'
    _description = "Shopify Catalogue Finding"
    _order = 'is_serious desc, code, title, id'
    _rec_name = 'title'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    side = fields.Selection([('shopify', "Shopify"), ('odoo', "Odoo")], "Where", required=True, readonly=True)
    code = fields.Selection(CODES, "What", required=True, readonly=True)
    is_serious = fields.Boolean("In The Way", readonly=True)
    key = fields.Char(required=True, readonly=True, help="Of the record that it is about, so that it is known again.")
    title = fields.Char("Product", readonly=True)
    variant_title = fields.Char("Variant", readonly=True)
    sku = fields.Char("SKU", readonly=True)
    detail = fields.Char(readonly=True)
    product_tmpl_id = fields.Many2one('product.template', "Product In Odoo", ondelete='cascade', readonly=True)
    product_id = fields.Many2one('product.product', "Variant In Odoo", ondelete='cascade', readonly=True)
    product_binding_id = fields.Many2one(
        'shopify.product.binding', "Shopify Product", ondelete='cascade', readonly=True
    )
    variant_binding_id = fields.Many2one(
        'shopify.variant.binding', "Shopify Variant", ondelete='cascade', readonly=True
    )
    product_gid = fields.Char(readonly=True)
    advice = fields.Char("What To Do", compute='_compute_advice')
    is_ignored = fields.Boolean("Accepted", readonly=True, help="Somebody has said that this is all right.")
    can_fix = fields.Boolean(compute='_compute_can_fix')

    _finding_uniq = models.Constraint('UNIQUE(backend_id, side, code, key)', "This is on the list already.")

    # === COMPUTE METHODS === #

    @api.depends('code', 'side')
    def _compute_advice(self):
        for finding in self:
            finding.advice = self._get_advice(finding.code, finding.side)

    @api.depends('code', 'side', 'product_id.default_code')
    def _compute_can_fix(self):
        for finding in self:
            finding.can_fix = bool(finding._get_fix())

    @api.model
    def _get_sentence(self, code):
        """What is wrong, in the user's language."""
        return dict(self._fields['code']._description_selection(self.env)).get(code, code)

    @api.model
    def _get_advice(self, code, side='odoo'):
        """The way out, in one sentence."""
        where = self.env._("in Shopify") if side == 'shopify' else self.env._("in Odoo")
        return {
            'duplicate_sku': self.env._(
                "Give each its own SKU %(where)s, or link them in the match plan, one by one.", where=where
            ),
            'duplicate_barcode': self.env._("Correct the barcode %(where)s; Odoo allows each once.", where=where),
            'no_sku': self.env._("Enter a SKU %(where)s: without one it is found by its barcode only.", where=where),
            'blank_in_sku': self.env._("Remove the blanks %(where)s; it is found all the same.", where=where),
            'long_sku': self.env._("Shorten it to 255 characters: Shopify takes no more."),
            'bad_barcode': self.env._("Compare the digits with the label: the check digit does not fit."),
            'no_price': self.env._("Enter a price %(where)s, or it is sold for nothing.", where=where),
            'negative_price': self.env._("Enter a price of zero or more: Shopify takes no other."),
            'no_weight': self.env._("Enter the weight %(where)s if shipping depends on it.", where=where),
            'no_title': self.env._("Enter a name %(where)s.", where=where),
            'long_title': self.env._("Shorten it to 255 characters: Shopify takes no more."),
            'no_variants': self.env._("Create a variant %(where)s, or archive the product.", where=where),
            'too_many_variants': self.env._("Divide it into several products: Shopify takes 2,048 variants each."),
            'too_many_options': self.env._(
                "Divide it into several products, or join attributes: Shopify takes three options."
            ),
            'long_option': self.env._("Shorten it to 255 characters: Shopify takes no more."),
            'same_options': self.env._("Give the variants different values: Shopify tells them apart by these."),
        }.get(code, '')

    # === ACTION METHODS === #

    def action_accept(self):
        self.check_access('write')
        self.is_ignored = True

    def action_mind(self):
        """On the list again."""
        self.check_access('write')
        self.is_ignored = False

    def action_fix(self):
        """Set right what can be set right without asking: those that cannot stay on the list."""
        fixed = self.browse()
        for finding in self:
            values = finding._get_fix()
            if values:
                finding.product_id.write(values)
                fixed += finding
        count = len(fixed)
        left = len(self) - count
        fixed.sudo().unlink()
        text = self.env._("%(count)s set right.", count=count)
        if left:
            text += ' ' + self.env._("%(count)s need a person: the list says what to do.", count=left)
        return self.env['shopify.backend']._notification(text, 'success' if count else 'warning')

    def action_open_record(self):
        """Where it can be set right: the product in Odoo, or the page in Shopify."""
        self.ensure_one()
        if self.side == 'shopify':
            return {
                'type': 'ir.actions.act_url',
                'target': 'new',
                'url': f"https://{self.backend_id.shop_domain}/admin/products/{(self.product_gid or '').rsplit('/', 1)[-1]}",
            }
        record = self.product_id if self.product_id else self.product_tmpl_id
        if not record:
            raise UserError(self.env._("The product is not in Odoo any more. Check the catalogue again."))
        return {
            'type': 'ir.actions.act_window',
            'res_model': record._name,
            'res_id': record.id,
            'view_mode': 'form',
        }

    # === BUSINESS METHODS === #

    def _get_fix(self):
        """Values for the product in Odoo that set it right, nothing where a person has to think."""
        self.ensure_one()
        product = self.product_id
        if self.side != 'odoo' or not product:
            return {}
        if self.code == 'blank_in_sku' and product.default_code:
            return {'default_code': product.default_code.strip() or False}
        if self.code == 'no_sku' and not product.default_code and self.variant_binding_id.sku:
            return {'default_code': self.variant_binding_id.sku}
        return {}

    @api.model
    def _replace(self, backend, findings):
        """Keep ``findings`` (values by ``(side, code, key)``) as what was found last; what somebody has accepted stays so."""
        known = {(row.side, row.code, row.key): row for row in self.search([('backend_id', '=', backend.id)])}
        self.union(*(row for key, row in known.items() if key not in findings)).unlink()
        self.create(
            [
                {**values, 'backend_id': backend.id, 'is_serious': values['code'] in SERIOUS}
                for key, values in findings.items()
                if key not in known
            ]
        )
        for key in findings.keys() & known.keys():
            changed = {name: findings[key][name] for name in ('sku', 'detail', 'title')}
            if any((known[key][name] or False) != (value or False) for name, value in changed.items()):
                known[key].write(changed)
