import json

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..entities import metafield, metafield_values

MODELS = {
    'order': 'sale.order', 'product': 'product.template', 'variant': 'product.product', 'customer': 'res.partner'
}  # fmt: skip
_TYPES = (*metafield.FIELD_TYPES, 'many2one', 'many2many')
# What is known of Shopify's records by their ids: of each of Odoo's models the table, its link and the type of the gid.
REFERENCES = {
    'product.template': ('shopify.product.binding', 'product_tmpl_id', 'Product'),
    'product.product': ('shopify.variant.binding', 'product_id', 'ProductVariant'),
    'res.partner': ('shopify.customer', 'partner_id', 'Customer'),
}


class ShopifyMetafieldMapping(models.Model):
    """Metafields of products, variants and customers, in any field of theirs, both ways."""

    _inherit = 'shopify.metafield.mapping'

    owner_type = fields.Selection(
        selection_add=[('product', "Product"), ('variant', "Variant"), ('customer', "Customer")],
        ondelete={'product': 'cascade', 'variant': 'cascade', 'customer': 'cascade'},
        string="Of",
    )
    field_name = fields.Selection(required=False)
    owner_model = fields.Char(compute='_compute_owner_model')
    field_id = fields.Many2one(
        'ir.model.fields',
        "Field In Odoo",
        domain="[('model', '=', owner_model), ('store', '=', True), ('readonly', '=', False), ('ttype', 'in', "
        "['char', 'text', 'html', 'integer', 'float', 'monetary', 'boolean', 'date', 'datetime', 'selection', 'many2one',"
        " 'many2many'])]",
        ondelete='cascade',
        help="Any field of the product, the variant or the contact, also one that was added with Studio.",
    )
    value_type = fields.Char("Type In Shopify", readonly=True)

    @api.depends('owner_type')
    def _compute_owner_model(self):
        for mapping in self:
            mapping.owner_model = MODELS.get(mapping.owner_type)

    @api.constrains('field_name', 'field_id', 'owner_type')
    def _check_field(self):
        """Override: what is of an order has a field of the sales order, the others one of their own."""
        orders = self.filtered(lambda mapping: mapping.owner_type == 'order')
        for mapping in self - orders:
            if mapping.field_id.model != mapping.owner_model or mapping.field_id.ttype not in _TYPES:
                raise ValidationError(
                    self.env._("Choose a field of the record that the metafield %(key)s is of.", key=mapping.key)
                )
        return super(ShopifyMetafieldMapping, orders)._check_field()

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is read of the shop is another."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Override: what is read of the shop is another."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Override: what is read of the shop is another."""
        self.env.registry.clear_cache()
        return super().unlink()

    # === WHAT IS MAPPED === #

    @api.model
    @tools.ormcache('backend_id', 'owner')
    def _get_ids_of(self, backend_id, owner):
        return tuple(self.sudo().search([('backend_id', '=', backend_id), ('owner_type', '=', owner)]).ids)

    @api.model
    def _of(self, backend, owner):
        return self.sudo().browse(self._get_ids_of(backend.id, owner))

    @api.model
    @tools.ormcache('owner')
    def _get_columns(self, owner):
        """Names of Odoo's fields that any store has as a metafield."""
        return frozenset(self.sudo().search([('owner_type', '=', owner)]).field_id.mapped('name'))

    def _value_name(self):
        return f'metafield:{self.namespace}.{self.key}'

    def _get_kind(self):
        return self.value_type or metafield_values.KINDS[self.field_id.ttype]

    def _get_part(self):
        return metafield_values.part(self._alias(), self.namespace, self.key)

    # === VALUES === #

    def _get_odoo_value(self, record, shop=None):
        """``(canonical value, mark)``: Odoo's own value, and the same as the text of such a metafield."""
        value = record[self.field_id.name]
        raw = self._get_raw(value)
        mark = json.dumps(raw, default=str, ensure_ascii=False)
        try:
            return metafield_values.from_odoo(self._get_kind(), raw, shop), mark
        except (metafield.Unfit, ValueError):
            return mark, mark

    def _get_raw(self, value):
        if not isinstance(value, models.BaseModel):
            is_number = self.field_id.ttype in ('integer', 'float', 'monetary')
            return value if is_number or self.field_id.ttype == 'boolean' else value or None
        if 'reference' not in self._get_kind() or value._name not in REFERENCES:
            return value.mapped('display_name')
        model, link, _kind = REFERENCES[value._name]
        rows = (
            self.env[model]
            .sudo()
            .search([('backend_id', '=', self.backend_id.id), (link, 'in', value.ids)], order='id')
        )
        gids = {row[link].id: row.gid for row in rows}
        return [gids[id_] for id_ in value.ids if id_ in gids]

    def _convert(self, found):
        """The value to write to Odoo for a metafield ``{type, value}``.

        :raise Unfit: Odoo's field cannot hold it.
        """
        field = self.env[self.owner_model]._fields[self.field_id.name]
        if field.type not in ('many2one', 'many2many'):
            choices = (
                [key for key, _label in field._description_selection(self.env)] if field.type == 'selection' else ()
            )
            return metafield.convert(found, field.type, choices)
        records = self._find_records(field.comodel_name, found)
        if field.type == 'many2many':
            return [(6, 0, records.ids)]
        if len(records) > 1:
            raise metafield.Unfit(self.env._("It has several values, and the field takes one."))
        return records.id

    def _find_records(self, model, found):
        texts = metafield_values.texts(found)
        if 'reference' in (found or {}).get('type', '') and model in REFERENCES:
            table, link, _kind = REFERENCES[model]
            rows = self.env[table].sudo().search([('backend_id', '=', self.backend_id.id), ('gid', 'in', texts)])
            records = {row.gid: row[link] for row in rows}
        else:
            records = {text: self._find_by_name(model, text) for text in texts}
        missing = [text for text in texts if not records.get(text)]
        if missing:
            raise metafield.Unfit(self.env._("Odoo has no such record: %(names)s.", names=', '.join(missing)))
        return self.env[model].union(*(records[text] for text in texts))

    def _find_by_name(self, model, text):
        """The one record that the store's company may use; of several that are spelled the same nobody knows which is
        meant."""
        records, name = self.env[model].sudo(), self.env[model]._rec_name or 'name'
        company = Domain(records._check_company_domain(self.backend_id.company_id))
        if any(condition.field_expr not in records._fields for condition in company.iter_conditions()):
            # It belongs to no company.
            company = Domain.TRUE
        found = records.search(Domain(name, '=ilike', tools.escape_psql(text)) & company)
        found = found.filtered(lambda record: record[name] == text) or found
        if len(found) > 1:
            raise metafield.Unfit(self.env._("Odoo has several records of that name: %(name)s.", name=text))
        return found
