from odoo import models
from odoo.exceptions import UserError


class ShopifyBackend(models.Model):
    """A store and its imports of past orders."""

    _inherit = 'shopify.backend'

    def action_open_import(self):
        """A new import of past orders of this store, to be filled in."""
        self.ensure_one()
        if self.state == 'draft':
            raise UserError(self.env._("Connect %(store)s first.", store=self.name))
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.import',
            'view_mode': 'form',
            'name': self.env._("Import Orders"),
            'context': {'default_backend_id': self.id, 'default_created_from': self.orders_since},
        }

    def action_view_imports(self):
        return self._action_view('shopify.import', self.env._("Imports"))

    def _compute_progress_message(self):
        result = super()._compute_progress_message()
        running = self.env['shopify.import'].search(
            [('backend_id', 'in', self.ids), ('state', 'in', ('waiting', 'reading'))], order='id'
        )
        for backend, runs in running.grouped('backend_id').items():
            texts = [backend.progress_message, *(run.message or run.display_name for run in runs)]
            backend.progress_message = ', '.join(filter(None, texts))
        return result
