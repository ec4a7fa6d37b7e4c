from odoo import fields, models


class ShopifyImport(models.Model):
    """A dry run of a product import and its match plan."""

    _inherit = 'shopify.import'

    match_count = fields.Integer(compute='_compute_match_count')

    def _compute_match_count(self):
        counts = dict(
            self.env['shopify.match.row']._read_group([('import_id', 'in', self.ids)], ['import_id'], ['__count'])
        )
        for run in self:
            run.match_count = counts.get(run, 0)

    def action_view_matches(self):
        """What the dry run has found, what needs a person first."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.match.row',
            'view_mode': 'list,form',
            'name': self.env._("Match Plan"),
            'domain': [('import_id', '=', self.id)],
            'context': {'search_default_by_verdict': 1},
        }
