from odoo import models
from odoo.exceptions import UserError

from ..shopify import errors


class ShopifyOwner(models.Model):
    """What changes with an owner: from then on his word counts wherever the two sides differ."""

    _inherit = 'shopify.owner'

    def action_change(self):
        """The dialog that says what a change of owners does, before it does it."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.owner.switch',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Whose Word Counts"),
            'context': {
                'default_backend_id': self.backend_id[:1].id,
                'default_row_ids': self.ids,
                'default_owner': self[:1].owner,
            },
        }

    def _switch(self, owner):
        """Set the owner of these fields of one store. What is not the same is decided by the new owner: what was agreed
        on in former times is forgotten there."""
        backend = self.backend_id
        backend.ensure_one()
        before = dict(self.grouped('owner').items())
        begins = owner != 'none' and self.filtered(lambda row: row.group == 'translations' and row.owner == 'none')
        self.write({'owner': owner})
        labels = dict(self._fields['owner']._description_selection(self.env))
        groups = dict(self._fields['group']._description_selection(self.env))
        for old, rows in before.items():
            if old != owner:
                backend.message_post(
                    body=self.env._(
                        "Whose word counts for %(groups)s: %(new)s (before: %(old)s)",
                        groups=', '.join(groups[row.group] for row in rows),
                        new=labels[owner],
                        old=labels[old],
                    )
                )
        products = [group for group in self.mapped('group') if group != 'customer']
        if owner != 'none' and products:
            backend._enqueue('catalog_settle', ','.join(products))
        if owner in ('shopify', 'odoo') and 'customer' in self.mapped('group'):
            self.env['shopify.sync.customer']._decide_anew(backend)
        if begins:
            # The texts in other languages were not read before somebody owned them.
            try:
                backend._refresh_locales()
            except errors.ShopifyError as error:
                raise UserError(error.message) from error
            backend._read_translations_again()
        if owner == 'none':
            self.env['shopify.difference'].search(
                [('backend_id', '=', backend.id), ('group', 'in', self.mapped('group'))]
            ).unlink()
