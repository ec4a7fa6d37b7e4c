from odoo import api, fields, models

from ..shopify import errors


class ShopifyMetafieldMapping(models.Model):
    """A metafield chosen from those that the shop has defined: its name and type come with it."""

    _inherit = 'shopify.metafield.mapping'

    definition_id = fields.Many2one(
        'shopify.metafield.definition',
        "Metafield",
        domain="[('backend_id', '=', backend_id), ('owner_type', '=', owner_type)]",
        ondelete='set null',
        help="Of those that the shop has defined. One that it has not is entered by its namespace and key.",
    )

    @api.onchange('definition_id')
    def _onchange_definition_id(self):
        if self.definition_id:
            self.update(self._get_chosen(self.definition_id))

    @api.onchange('backend_id', 'owner_type')
    def _onchange_owner(self):
        definition = self.definition_id
        if definition and (definition.backend_id, definition.owner_type) != (self.backend_id, self.owner_type):
            self.definition_id = False

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what was chosen says the name and the type."""
        return super().create([self._with_chosen(vals) for vals in vals_list])

    def write(self, vals):
        """Override: what was chosen says the name and the type."""
        return super().write(self._with_chosen(vals))

    def _with_chosen(self, vals):
        definition = self.env['shopify.metafield.definition'].browse(vals.get('definition_id') or ())
        return {**vals, **self._get_chosen(definition)} if definition else vals

    @staticmethod
    def _get_chosen(definition):
        return {'namespace': definition.namespace, 'key': definition.key, 'value_type': definition.value_type}

    def action_read_definitions(self):
        """Read what the shops have defined, of the stores of the chosen rows, or of all."""
        stores = self.backend_id or self.env['shopify.backend'].search([('state', '!=', 'draft')])
        return stores.action_read_definitions()


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    def action_read_definitions(self):
        self.check_access('write')
        for backend in self.sudo():
            try:
                self.env['shopify.metafield.definition'].sudo()._refresh(backend, backend._get_client('catalogue'))
            except errors.ShopifyError as error:
                return backend._notification(error.message, 'danger')
        count = self.env['shopify.metafield.definition'].search_count([('backend_id', 'in', self.ids)])
        return self.env['shopify.backend']._notification(
            self.env._("%(count)s metafields to choose from have been read.", count=count)
        )

    def action_check_connection(self):
        """Override: a store that has metafields mapped learns which there are."""
        result = super().action_check_connection()
        for backend in self.sudo().filtered('connection_ok'):
            if self.env['shopify.metafield.mapping'].sudo().search_count([('backend_id', '=', backend.id)], limit=1):
                try:
                    client = backend._get_client('catalogue')
                    self.env['shopify.metafield.definition'].sudo()._refresh(backend, client)
                except errors.ShopifyError:
                    continue
        return result
