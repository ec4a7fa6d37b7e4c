import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..entities import metafield

# What the import itself writes; a metafield in them would be overwritten, or would break the order.
_OWN_FIELDS = {'name', 'origin', 'date_order', 'client_order_ref', 'locked', 'access_token', 'signed_by', 'signed_on'}
_NAME = re.compile(r'[\w$-]{2,255}')


class ShopifyMetafieldMapping(models.Model):
    """A metafield of Shopify's orders and the field of the sales order that shows it."""

    _name = 'shopify.metafield.mapping'
    _description = "Shopify Metafield"
    _order = 'backend_id, namespace, key'
    _rec_name = 'key'

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, ondelete='cascade', index=True)
    owner_type = fields.Selection([('order', "Order")], default='order', required=True)
    namespace = fields.Char(
        required=True, default='custom', help="As in custom.delivery_note: what stands before the dot."
    )
    key = fields.Char(required=True, help="As in custom.delivery_note: what stands after the dot.")
    field_name = fields.Selection(
        '_field_choices',
        "Field Of The Sales Order",
        required=True,
        help="Also a field that was added with Studio or in Settings, Technical, Fields.",
    )

    _key_uniq = models.Constraint(
        'UNIQUE(backend_id, owner_type, namespace, key)', "This metafield has its field already."
    )

    @api.constrains('namespace', 'key')
    def _check_names(self):
        for mapping in self:
            if not (_NAME.fullmatch(mapping.namespace) and _NAME.fullmatch(mapping.key)):
                raise ValidationError(
                    self.env._(
                        "“%(namespace)s.%(key)s” is no name of a metafield. Copy it from the Shopify admin, Settings, "
                        "Metafields; it looks like custom.delivery_note.",
                        namespace=mapping.namespace,
                        key=mapping.key,
                    )
                )

    @api.constrains('field_name')
    def _check_field(self):
        """Odoo does not check a value against choices that are computed."""
        choices = dict(self._field_choices())
        for mapping in self:
            if mapping.field_name not in choices:
                raise ValidationError(self.env._("%(field)s cannot take a metafield.", field=mapping.field_name))

    @api.model
    def _field_choices(self):
        """What can be written by hand and holds one value."""
        found = [
            (name, f'{field._description_string(self.env)} ({name})')
            for name, field in self.env['sale.order']._fields.items()
            if field.store and not field.readonly and name not in models.MAGIC_COLUMNS
            if field.type in metafield.FIELD_TYPES and name not in _OWN_FIELDS
        ]
        return sorted(found, key=lambda choice: choice[1].casefold())

    def _alias(self):
        return f'm{self.id}'

    def _read_values(self, payload):
        """``({field: value}, {metafield: problem}, {metafield: text})`` of an order's payload: what the sales order gets,
        what its fields cannot hold, and the texts as Shopify has them."""
        values, problems, texts = {}, {}, {}
        for mapping in self.filtered(lambda mapping: mapping._alias() in payload):
            found = payload[mapping._alias()]
            name = f'{mapping.namespace}.{mapping.key}'
            texts[name] = (found or {}).get('value') or ''
            field = self.env['sale.order']._fields.get(mapping.field_name)
            if field is None:
                continue
            choices = (
                [key for key, _label in field._description_selection(self.env)] if field.type == 'selection' else ()
            )
            try:
                values[name] = {field.name: metafield.convert(found, field.type, choices)}
            except metafield.Unfit as error:
                problems[name] = str(error)
        return values, problems, texts
