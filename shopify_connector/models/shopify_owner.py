from odoo import api, fields, models

from ..entities import catalog_fields

OWNERS = [
    ('first', "Whoever had it first"),
    ('shopify', "Shopify"),
    ('odoo', "Odoo"),
    ('none', "Nobody"),
]
GROUPS = [
    ('text', "Title and description"),
    ('codes', "SKU and barcode"),
    ('price', "Prices"),
    ('cost', "Cost"),
    ('logistics', "Weight and customs"),
    ('tax', "Taxable"),
    ('category', "Vendor and category"),
    ('tags', "Tags"),
    ('status', "Status"),
    ('seo', "Search engines"),
    ('images', "Images"),
    ('collections', "Collections and channels"),
    ('metafields', "Metafields"),
    ('translations', "Translations"),
    ('customer', "Customers"),
]
# Nothing of these is read or written before somebody wants it.
_NOBODYS = {'translations'}


class ShopifyOwner(models.Model):
    """Whose word counts in a store for a group of fields. A store without a row of a group has the default."""

    _name = 'shopify.owner'
    _description = "Shopify Owner"
    _order = 'backend_id, sequence, id'
    _rec_name = 'group'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    sequence = fields.Integer(readonly=True)
    group = fields.Selection(GROUPS, "Fields", required=True, readonly=True)
    owner = fields.Selection(OWNERS, "Owner", required=True, default='first', readonly=True)

    fields_text = fields.Char("What That Is", compute='_compute_fields_text')

    _group_uniq = models.Constraint('UNIQUE(backend_id, "group")', "This store has an owner of these fields already.")

    @api.depends('group')
    def _compute_display_name(self):
        labels = dict(self._fields['group']._description_selection(self.env))
        for row in self:
            row.display_name = labels.get(row.group)

    @api.depends('group')
    def _compute_fields_text(self):
        labels = self.env['shopify.difference']._get_labels()
        others = {
            'metafields': self.env._("As they are mapped to fields of Odoo"),
            'translations': self.env._("Texts in other languages"),
            'customer': self.env._("Name, e-mail, phone, addresses, tags"),
        }
        for row in self:
            names = [
                labels[field.name]
                for field in catalog_fields.FIELDS
                if field.group == row.group and field.name in labels
            ]
            row.fields_text = others.get(row.group) or ', '.join(names)

    @api.model
    def _fill(self, backends, owner='first'):
        """A row of each group for stores that have none of it."""
        known = {(row.backend_id, row.group) for row in self.search([('backend_id', 'in', backends.ids)])}
        return self.create(
            [
                {
                    'backend_id': backend.id,
                    'group': group,
                    'owner': 'none' if group in _NOBODYS else owner,
                    'sequence': sequence,
                }
                for backend in backends
                for sequence, (group, _label) in enumerate(GROUPS)
                if (backend, group) not in known
            ]
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        return rows

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
