from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

_PERCENTAGES = ('safety_percent', 'share_percent')


class ShopifyStockRule(models.Model):
    """One statement about the quantities that shops show, and how far it reaches. For each level the most specific one of
    a kind holds: a variant before its product, its category, everything; then a location before its store, all stores."""

    _name = 'shopify.stock.rule'
    _description = "Shopify Quantity Rule"
    _order = 'what, backend_id, location_id, categ_id, product_tmpl_id, product_id, id'
    _check_company_auto = True

    what = fields.Selection(
        [
            ('safety', "Keep units back"),
            ('safety_percent', "Keep a percentage back"),
            ('share_percent', "Offer a share (%)"),
            ('maximum', "Show at most"),
            ('fixed', "Always show"),
            ('out', "Leave alone"),
        ],
        "Statement",
        required=True,
        default='safety',
        help="Keep back: safety stock that no shop sells; of units and a percentage the larger counts. Offer a share: of"
        " what is left, such as 80 to keep 20 % for other customers. Always show: whatever the stock is. Leave alone:"
        " nothing is written to the shop.",
    )
    value = fields.Float(digits=(16, 2), help="Units, or of 100 for percentages.")
    company_id = fields.Many2one(
        'res.company', required=True, readonly=False, default=lambda self: self.env.company, index=True
    )
    backend_id = fields.Many2one(
        'shopify.backend',
        "Store",
        check_company=True,
        ondelete='cascade',
        index='btree_not_null',
        help="Empty: all stores.",
    )
    location_id = fields.Many2one(
        'shopify.location',
        "Location",
        check_company=True,
        ondelete='cascade',
        index='btree_not_null',
        domain="[('backend_id', '=', backend_id)] if backend_id else []",
        help="Empty: all locations.",
    )
    categ_id = fields.Many2one(
        'product.category', "Category", ondelete='cascade', index='btree_not_null', help="With all categories in it."
    )
    product_tmpl_id = fields.Many2one(
        'product.template', "Product", check_company=True, ondelete='cascade', index='btree_not_null'
    )
    product_id = fields.Many2one(
        'product.product', "Variant", check_company=True, ondelete='cascade', index='btree_not_null'
    )
    note = fields.Char()

    _reach_uniq = models.UniqueIndex(
        '(company_id, what, COALESCE(backend_id, 0), COALESCE(location_id, 0), COALESCE(categ_id, 0),'
        ' COALESCE(product_tmpl_id, 0), COALESCE(product_id, 0))',
        "There is a rule that says this for the same products and places already. Change that one.",
    )

    @api.depends('what', 'value', 'backend_id', 'location_id', 'categ_id', 'product_tmpl_id', 'product_id')
    def _compute_display_name(self):
        labels = dict(self._fields['what']._description_selection(self.env))
        for rule in self:
            reach = rule.product_id or rule.product_tmpl_id or rule.categ_id
            place = rule.location_id or rule.backend_id
            value = '' if rule.what == 'out' else f' {rule.value:g}'
            where = ', '.join(record.display_name for record in (reach, place) if record)
            rule.display_name = f"{labels.get(rule.what, '')}{value}" + (f' ({where})' if where else '')

    @api.onchange('location_id')
    def _onchange_location_id(self):
        if self.location_id:
            self.backend_id = self.location_id.backend_id

    @api.constrains('what', 'value')
    def _check_value(self):
        for rule in self:
            if rule.value < 0:
                raise ValidationError(self.env._("A rule's number cannot be negative."))
            if rule.what in _PERCENTAGES and rule.value > 100:
                raise ValidationError(self.env._("A percentage is at most 100."))

    @api.constrains('categ_id', 'product_tmpl_id', 'product_id', 'location_id', 'backend_id')
    def _check_reach(self):
        for rule in self:
            if len([1 for name in ('categ_id', 'product_tmpl_id', 'product_id') if rule[name]]) > 1:
                raise ValidationError(
                    self.env._("Choose a category, a product or a variant, not several of them: make a rule for each.")
                )
            if rule.location_id and rule.backend_id and rule.location_id.backend_id != rule.backend_id:
                raise ValidationError(
                    self.env._("%(location)s is no location of that store.", location=rule.location_id.name)
                )

    # === CHANGES === #

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._note_reached()
        return rules

    def write(self, vals):
        """What a rule reached until now shows something else as well."""
        if vals.keys() == {'note'}:
            return super().write(vals)
        self._note_reached()
        result = super().write(vals)
        self._note_reached()
        return result

    def unlink(self):
        self._note_reached()
        return super().unlink()

    def _note_reached(self):
        """A task for each product that one of these rules reaches, in the stores that it reaches."""
        tasks = self.env['shopify.task'].sudo()
        self.env.flush_all()
        for rule in self.sudo():
            tasks._insert_stock_tasks(rule._get_condition())

    def _get_condition(self):
        """SQL on the table ``binding`` of variants in stores."""
        backends = (self.location_id.backend_id or self.backend_id).ids
        stores = (
            SQL("backend.id = ANY(%s)", backends) if backends else SQL("backend.company_id = %s", self.company_id.id)
        )
        if self.product_id:
            return SQL("%s AND binding.product_id = %s", stores, self.product_id.id)
        if not self.product_tmpl_id and not self.categ_id:
            return stores
        return SQL(
            "%s AND binding.product_id IN (SELECT product.id FROM product_product product"
            " JOIN product_template template ON template.id = product.product_tmpl_id"
            " LEFT JOIN product_category category ON category.id = template.categ_id WHERE %s)",
            stores,
            SQL("template.id = %s", self.product_tmpl_id.id)
            if self.product_tmpl_id
            else SQL("category.parent_path LIKE %s", f'{self.categ_id.parent_path}%'),
        )

    # === LOOKING UP === #

    @api.model
    def _get_index(self, backend):
        """``{what: {(reach, place): value}}`` of the rules that may hold for a store; a reach or a place is a pair of its
        kind and id."""
        index = {}
        for rule in self.sudo().search(
            [('company_id', '=', backend.company_id.id), ('backend_id', 'in', (False, backend.id))]
        ):
            if not rule.location_id or rule.location_id.backend_id == backend:
                value = 1.0 if rule.what == 'out' else rule.value
                index.setdefault(rule.what, {})[rule._get_reach(), rule._get_place()] = value
        return index

    def _get_reach(self):
        for kind, name in (('variant', 'product_id'), ('template', 'product_tmpl_id'), ('category', 'categ_id')):
            if self[name]:
                return kind, self[name].id
        return 'all', 0

    def _get_place(self):
        if self.location_id:
            return 'location', self.location_id.id
        return ('store', self.backend_id.id) if self.backend_id else ('all', 0)
