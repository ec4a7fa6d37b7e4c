from odoo import models


class ShopifyOrderBinding(models.Model):
    _inherit = 'shopify.order.binding'

    def action_dry_run(self):
        """What reading these orders again would do: a dry run for each of their stores."""
        runs = self.env['shopify.import']
        for backend, bindings in self.grouped('backend_id').items():
            run = runs.create(
                {'backend_id': backend.id, 'mode': 'dry_run', 'gids': bindings.sorted('gid').mapped('gid')}
            )
            run.action_dry_run()
            runs |= run
        if len(runs) == 1:
            return runs._open()
        return {
            'type': 'ir.actions.act_window',
            'res_model': runs._name,
            'view_mode': 'list,form',
            'name': self.env._("Imports"),
            'domain': [('id', 'in', runs.ids)],
        }

    def _done_sentences(self):
        return {
            **super()._done_sentences(),
            'shipped_before': self.env._(
                "Shipped before the store was connected: Odoo's stock knows already, nothing is delivered."
            ),
        }
