from odoo import SUPERUSER_ID, api, fields, models


class ShopifySyncLog(models.Model):
    """Something that happened with a store, kept for a while."""

    _name = 'shopify.sync.log'
    _description = "Shopify Log"
    _order = 'id desc'
    _rec_name = 'operation'

    backend_id = fields.Many2one('shopify.backend', "Store", ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='backend_id.company_id')
    operation = fields.Char(required=True, readonly=True)
    lane = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field='res_model', readonly=True)
    outcome = fields.Selection(
        [('ok', "OK"), ('warning', "Warning"), ('error', "Error"), ('rejected', "Rejected")],
        required=True,
        readonly=True,
    )
    message = fields.Text(readonly=True)
    records = fields.Integer(readonly=True)
    duration_ms = fields.Integer("Duration (ms)", readonly=True)
    requests = fields.Integer(readonly=True)
    points = fields.Float("API Points", digits=(16, 1), readonly=True)
    request_id = fields.Char("Shopify Request", readonly=True)
    address = fields.Char(readonly=True)

    _created_idx = models.Index('(create_date)')

    @api.model
    def _note(self, backend, operation, outcome='ok', **values):
        return self.sudo().create(
            {'backend_id': backend.id if backend else False, 'operation': operation, 'outcome': outcome, **values}
        )

    @api.model
    def _note_unnamed(self, backend_id, topic):
        """A delivery says that something has changed and not what: what was done instead is to be seen."""
        log = self.with_user(SUPERUSER_ID)
        log = log.with_context(lang=log.env.user.lang)
        message = log.env._(
            "A webhook of “%(topic)s” did not name its record. The store is looked through for what has changed.",
            topic=topic,
        )
        log._note(log.env['shopify.backend'].browse(backend_id), 'webhook', 'warning', message=message)

    def action_open_record(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'view_mode': 'form',
        }
