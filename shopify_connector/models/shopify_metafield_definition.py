from odoo import api, fields, models

from ..entities import metafield_definition
from ..shopify import errors, paging


class ShopifyMetafieldDefinition(models.Model):
    """A metafield that a shop has defined, to choose from."""

    _name = 'shopify.metafield.definition'
    _description = "Shopify Metafield Definition"
    _order = 'backend_id, owner_type, namespace, key'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    owner_type = fields.Selection(
        [('order', "Order"), ('product', "Product"), ('variant', "Variant"), ('customer', "Customer")],
        "Of",
        required=True,
        readonly=True,
    )
    namespace = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    gid = fields.Char("Shopify ID", readonly=True)
    name = fields.Char(readonly=True)
    description = fields.Char(readonly=True)
    value_type = fields.Char("Type In Shopify", readonly=True)

    _key_uniq = models.Constraint('UNIQUE(backend_id, owner_type, namespace, key)', "This metafield is known already.")

    @api.depends('name', 'namespace', 'key')
    def _compute_display_name(self):
        for row in self:
            row.display_name = f'{row.name or row.key} ({row.namespace}.{row.key})'

    @api.model
    def _search_display_name(self, operator, value):
        """Override: found by what the merchant calls it and by its name in Shopify."""
        if operator in ('ilike', 'like', '=', '=ilike') and isinstance(value, str):
            key = value.rpartition('.')[2]
            return ['|', ('name', operator, value), ('key', operator, key)]
        return super()._search_display_name(operator, value)

    @api.model
    def _refresh(self, backend, client):
        """Read what the shop has defined. What it does not show for lack of a scope is left out."""
        for owner, name in metafield_definition.OWNERS.items():
            try:
                pages = paging.pages(
                    client, metafield_definition.DOCUMENT, {'ownerType': name}, ('metafieldDefinitions',)
                )
                self._keep(backend, owner, [node for page in pages for node in page])
            except errors.ScopeError:
                continue

    def _keep(self, backend, owner, nodes):
        known = {
            (row.namespace, row.key): row
            for row in self.search([('backend_id', '=', backend.id), ('owner_type', '=', owner)])
        }
        fresh = []
        for node in nodes:
            values, row = metafield_definition.vals(node), known.pop((node['namespace'], node['key']), None)
            if row is None:
                place = {'backend_id': backend.id, 'owner_type': owner}
                fresh.append({**values, **place, 'namespace': node['namespace'], 'key': node['key']})
            elif any(row[name] != value for name, value in values.items()):
                row.write(values)
        self.create(fresh)
        self.union(*known.values()).unlink()
