from odoo import models
from odoo.exceptions import AccessError


class ShopifyDifference(models.Model):
    """What a person does with fields that differ."""

    _inherit = 'shopify.difference'

    def action_take_shopify(self):
        """Write Shopify's values to Odoo, now."""
        return self._decide('shopify')

    def action_write_odoo(self):
        """Have Odoo's values written to the shop."""
        return self._decide('odoo')

    def action_leave(self):
        """Leave both as they are, until one of them changes."""
        return self._decide('leave')

    def action_open_product(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'product.template',
            'view_mode': 'form',
            'res_id': self.product_tmpl_id.id or self.variant_binding_id.product_id.product_tmpl_id.id,
        }

    def _decide(self, choice):
        """A decision is about the two values that the row shows; the shop's is the one that was last read."""
        if not self.env.su and not self.env.user.has_group('shopify_connector.group_shopify_manager'):
            raise AccessError(self.env._("Only a Shopify manager decides whose value counts. Ask one."))
        self.check_access('read')
        rows = self.sudo()
        rows.write({'choice': choice})
        count = len(rows)
        if choice != 'leave':
            for backend, found in rows.grouped('backend_id').items():
                self.env['shopify.sync.catalog'].sudo()._settle_known(backend, found.product_binding_id)
        texts = {
            'shopify': self.env._("Shopify's values are in Odoo now."),
            'odoo': self.env._("Odoo's values are being written to the shop."),
            'leave': self.env._("Left as they are: %(count)s", count=count),
        }
        left = rows.exists().filtered(lambda row: row.choice == 'shopify')
        if left:
            left.write({'choice': False})
            notes = '\n'.join(dict.fromkeys(note for note in left.mapped('message') if note))
            return left.backend_id[:1]._notification(
                self.env._("Not all of them could be taken over. %(notes)s", notes=notes)
            )
        return self._after(self.env['shopify.backend']._notification(texts[choice]))

    def _after(self, action):
        """Back to the list, where somebody decided on the row's own page and the row is gone."""
        if self.env.context.get('from_form') and not self.exists():
            action['params']['next'] = self.env['ir.actions.act_window']._for_xml_id(
                'shopify_connector.action_shopify_difference'
            )
        return action
