from odoo import fields, models


class ShopifyInitialImportStep(models.Model):
    """A step of an initial import: how much there is in Shopify, its import, and how much there is in Odoo afterwards."""

    _name = 'shopify.initial.import.step'
    _description = "Step Of A Shopify Initial Import"
    _order = 'initial_id, sequence, id'

    initial_id = fields.Many2one('shopify.initial.import', required=True, ondelete='cascade', index=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    what = fields.Selection(
        [
            ('plan', "Look At The Catalogue"),
            ('customers', "Customers"),
            ('products', "Products"),
            ('orders', "Orders"),
        ],
        "Step",
        required=True,
        readonly=True,
    )
    import_id = fields.Many2one('shopify.import', "Import", ondelete='set null', index='btree_not_null', readonly=True)
    state = fields.Selection(related='import_id.state')
    in_shopify = fields.Integer("In Shopify", readonly=True)
    in_odoo = fields.Integer("Linked In Odoo", readonly=True, help="When the import was through.")
    progress = fields.Float(related='import_id.progress')
    created_count = fields.Integer(related='import_id.created_count')
    linked_count = fields.Integer(related='import_id.linked_count')
    changed_count = fields.Integer(related='import_id.changed_count')
    same_count = fields.Integer(related='import_id.same_count')
    skipped_count = fields.Integer(related='import_id.skipped_count')
    failed_count = fields.Integer(related='import_id.failed_count')

    def action_open(self):
        """The import of this step."""
        self.ensure_one()
        return self.import_id._open() if self.import_id else False

    def _get_figures(self):
        """``(records, of them done, seconds that these took)``."""
        self.ensure_one()
        run = self.import_id
        total = run.found_count or self.in_shopify
        if run.state == 'done':
            return total, total, 0.0
        since = run.resumed_at and (fields.Datetime.now() - run.resumed_at).total_seconds()
        done = run.done_count - run.resumed_count
        seconds = since / done * run.done_count if since and done > 0 else 0.0
        return total, run.done_count, seconds


class ShopifyImport(models.Model):
    _inherit = 'shopify.import'

    step_ids = fields.One2many('shopify.initial.import.step', 'import_id')

    def write(self, vals):
        """An import that has come to its end calls the one that it is a step of."""
        result = super().write(vals)
        if vals.get('state') in ('done', 'failed', 'stopped'):
            self.step_ids.initial_id.filtered(lambda initial: initial.state == 'running')._enqueue()
        return result


class ShopifyBackend(models.Model):
    _inherit = 'shopify.backend'

    def action_initial_import(self):
        """The initial import of this store that is under way, or a new one to be filled in."""
        self.ensure_one()
        initials = self.env['shopify.initial.import'].search([('backend_id', '=', self.id)], limit=1)
        under_way = initials.filtered(lambda initial: initial.state not in ('done', 'stopped'))
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.initial.import',
            'view_mode': 'form',
            'name': self.env._("Initial Import"),
            'res_id': under_way.id,
            'context': {'default_backend_id': self.id},
        }
