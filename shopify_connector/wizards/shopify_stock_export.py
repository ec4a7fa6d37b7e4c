from odoo import api, fields, models
from odoo.exceptions import UserError

from ..shopify import errors

_LINES_SHOWN = 200


class ShopifyStockExport(models.TransientModel):
    """What switching on stock export would write to a shop; nothing is written before the yes."""

    _name = 'shopify.stock.export'
    _description = "Switch On Stock Export"

    backend_id = fields.Many2one('shopify.backend', "Store", required=True, readonly=True)
    line_ids = fields.One2many('shopify.stock.export.line', 'wizard_id', readonly=True)
    change_count = fields.Integer("Quantities That Change", readonly=True)
    zero_count = fields.Integer("Of Them To Zero", readonly=True)
    same_count = fields.Integer("Quantities That Are Right", readonly=True)
    shown_note = fields.Char(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._preview()
        return wizards

    @api.model
    def default_get(self, fields_list):
        """The preview stands there as soon as the dialog opens."""
        values = super().default_get(fields_list)
        backend = self.env['shopify.backend'].browse(
            values.get('backend_id') or self.env.context.get('default_backend_id')
        )
        if backend:
            values.update(self._preview_values(backend))
        return values

    def _preview(self):
        if not self.line_ids and not self.same_count and not self.change_count:
            self.write(self._preview_values(self.backend_id))

    def _preview_values(self, backend):
        try:
            rows, same = self.env['shopify.sync.stock']._get_preview(backend)
        except errors.ShopifyError as error:
            raise UserError(error.message) from error
        note = self.env._("The first %(count)s are shown.", count=_LINES_SHOWN) if len(rows) > _LINES_SHOWN else False
        return {
            'change_count': len(rows),
            'same_count': same,
            'zero_count': sum(1 for row in rows if not row['wanted']),
            'shown_note': note,
            'line_ids': [(0, 0, row) for row in rows[:_LINES_SHOWN]],
        }

    def action_confirm(self):
        self.ensure_one()
        self.backend_id.stock_export = True
        return self.backend_id._action_enqueue(
            'stock_full', self.env._("Stock export is on. The quantities are being written.")
        )


class ShopifyStockExportLine(models.TransientModel):
    _name = 'shopify.stock.export.line'
    _description = "Quantity To Be Written"

    wizard_id = fields.Many2one('shopify.stock.export', required=True, ondelete='cascade')
    variant_binding_id = fields.Many2one('shopify.variant.binding', "Variant", readonly=True)
    location_id = fields.Many2one('shopify.location', "Location", readonly=True)
    present = fields.Integer("In Shopify", readonly=True)
    wanted = fields.Integer("From Odoo", readonly=True)
