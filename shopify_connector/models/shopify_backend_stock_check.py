from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ShopifyBackend(models.Model):
    """A store's comparisons: when they run by themselves, and what of them waits for a person."""

    _inherit = 'shopify.backend'

    reconcile_nightly = fields.Boolean(
        "Compare Every Night",
        default=True,
        tracking=True,
        help="All quantities of the shop are read and compared with Odoo's. What differs is listed with its cause.",
    )
    reconcile_hour = fields.Float("At", default=3.0, tracking=True, help="By the clock of the shop.")
    reconcile_repair = fields.Boolean(
        "Set Right By Itself",
        default=True,
        tracking=True,
        help="What differs is written again without asking, within the guard. Otherwise the list waits for a person.",
    )
    stock_check_ids = fields.One2many('shopify.stock.check', 'backend_id', "Comparisons")
    stock_check_id = fields.Many2one('shopify.stock.check', "Last Comparison", compute='_compute_stock_checks')
    stock_check_state = fields.Char(compute='_compute_stock_checks')
    stock_check_message = fields.Text(compute='_compute_stock_checks')
    stock_open_count = fields.Integer("Differences To Decide", compute='_compute_stock_checks')
    stock_held_count = fields.Integer("Held Back By The Guard", compute='_compute_stock_checks')

    @api.depends('stock_check_ids.state', 'stock_check_ids.line_ids.state')
    def _compute_stock_checks(self):
        counts = {(backend.id, kind == 'guard'): count for backend, kind, count in self._count_open_differences()}
        checks = self.env['shopify.stock.check']
        last = dict(
            checks._read_group([('backend_id', 'in', self.ids), ('kind', '!=', 'guard')], ['backend_id'], ['id:max'])
        )
        for backend in self:
            check = checks.browse(last.get(backend._origin, False))
            backend.stock_check_id = check
            backend.stock_check_state = check.state
            backend.stock_check_message = check.message
            backend.stock_held_count = counts.get((backend._origin.id, True), 0)
            backend.stock_open_count = counts.get((backend._origin.id, False), 0)

    def _count_open_differences(self):
        """``(store, kind of comparison, number of differences to decide)``."""
        found = {}
        for check, count in self.env['shopify.stock.difference']._read_group(
            [('backend_id', 'in', self.ids), ('state', '=', 'open'), ('check_id.state', '=', 'open')],
            ['check_id'],
            ['__count'],
        ):
            key = (check.backend_id, 'guard' if check.kind == 'guard' else 'list')
            found[key] = found.get(key, 0) + count
        return [(backend, kind, count) for (backend, kind), count in found.items()]

    @api.constrains('reconcile_hour')
    def _check_reconcile_hour(self):
        for backend in self:
            if not 0 <= backend.reconcile_hour < 24:
                raise ValidationError(self.env._("An hour of the day lies between 0:00 and 23:59."))

    # === ACTION METHODS === #

    def action_switch_on_stock_export(self):
        """The first comparison: both sides next to each other, and nothing is written before the yes."""
        return self._begin_check('first')

    def action_compare_stock(self):
        """Compare now, as the nightly comparison does, with nothing set right before somebody says so."""
        return self._begin_check('full' if self.stock_export else 'first')

    def action_preview_push(self):
        """A full push with a preview: what differs is listed, Odoo's word chosen everywhere."""
        return self._begin_check('full' if self.stock_export else 'first', 'odoo')

    def action_preview_take(self):
        """Shopify's quantities into Odoo, with a preview."""
        return self._begin_check('full' if self.stock_export else 'first', 'shopify')

    def action_reset_stock(self):
        """Begin anew: stock export is off until somebody has confirmed the first comparison again."""
        self.ensure_one()
        self.check_access('write')
        self.stock_check_ids.filtered(lambda check: check.state == 'running' or check.waiting_count).action_stop()
        self.stock_check_ids.filtered(lambda check: check.state == 'open').action_close()
        self.stock_export = False
        return self._begin_check('first')

    def action_view_stock_check(self):
        """The last comparison."""
        self.ensure_one()
        return self.stock_check_id._open()

    def action_view_stock_checks(self):
        return self._action_view('shopify.stock.check', self.env._("Comparisons"))

    def action_view_held(self):
        """What the guard holds back."""
        self.ensure_one()
        return self.env['shopify.stock.check']._open_guard(self)._open()

    def _get_guard_message(self):
        self.ensure_one()
        return self.env._(
            "Stock: the guard holds quantities of %(store)s back that would become zero or change all at once. "
            "Open them on the store's page Stock, and decide.",
            store=self.name,
        )

    def _is_attention_over(self):
        """What the guard holds back waits for a person, however well Shopify answers."""
        if self.state_message == self._get_guard_message() and self.env['shopify.stock.check']._open_guard(self):
            return False
        return super()._is_attention_over()

    def _begin_check(self, kind, preset=False):
        self.ensure_one()
        self.check_access('write')
        if self.state == 'draft':
            raise UserError(self.env._("Connect %(store)s first.", store=self.name))
        if not any(location.warehouse_id for location in self.location_ids):
            raise UserError(
                self.env._(
                    "No location of %(store)s shows the stock of a warehouse yet. Choose one first.", store=self.name
                )
            )
        return self.env['shopify.stock.check'].sudo()._begin(self, kind, preset)._open()
