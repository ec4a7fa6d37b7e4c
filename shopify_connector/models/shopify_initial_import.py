from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..entities import initial_import as mapping

_OPEN = ('running', 'review', 'paused')
_DAYS_OF_ORDERS = 60


class ShopifyInitialImport(models.Model):
    """What a shop has, brought over once in the right order: a look at what would happen, then customers, products, orders.

    Each step is an import of its own. This record says which comes next, how far all of it is, and what came of it.
    """

    _name = 'shopify.initial.import'
    _description = "Shopify Initial Import"
    _order = 'id desc'
    _rec_name = 'display_name'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, domain=[('state', '!=', 'draft')]
    )
    company_id = fields.Many2one(related='backend_id.company_id', store=True)
    state = fields.Selection(
        [
            ('draft', "New"),
            ('running', "Running"),
            ('review', "Waits For Your Yes"),
            ('paused', "Paused"),
            ('done', "Done"),
            ('stopped', "Stopped"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
    )
    with_plan = fields.Boolean(
        "Show First What Would Happen",
        default=True,
        help="The catalogue is read and matched without writing anything. You choose where something is not clear, and say yes.",
    )
    with_customers = fields.Boolean("Customers", default=True)
    with_products = fields.Boolean("Products", default=True)
    with_orders = fields.Boolean("Orders", default=True)
    orders_from = fields.Date("Orders Placed From", default=lambda self: self._default_orders_from())
    books_choice = fields.Selection(
        [('with', "As the store's policy says"), ('without', "None: they are in the books already")],
        "Invoices And Payments",
        default='without',
        required=True,
        help="Of the orders that are brought over.",
    )
    step_ids = fields.One2many('shopify.initial.import.step', 'initial_id', "Steps", readonly=True)
    message = fields.Text(readonly=True, copy=False)
    is_agreed = fields.Boolean(readonly=True, copy=False, help="Somebody has seen the plan and said yes.")
    counted_at = fields.Datetime(readonly=True, copy=False)
    started_at = fields.Datetime("Started", readonly=True, copy=False)
    done_at = fields.Datetime("Finished", readonly=True, copy=False)
    reasons = fields.Json(readonly=True, copy=False, help="What was skipped and why: what, outcome, sentence, count.")
    reasons_html = fields.Html("What Was Left Out, And Why", compute='_compute_reasons_html')
    progress = fields.Float(compute='_compute_progress')
    time_left = fields.Char(compute='_compute_progress')

    @api.model
    def _default_orders_from(self):
        return fields.Date.context_today(self) - timedelta(days=_DAYS_OF_ORDERS)

    # === COMPUTE METHODS === #

    @api.depends('backend_id')
    def _compute_display_name(self):
        for initial in self:
            initial.display_name = self.env._("Initial import of %(store)s", store=initial.backend_id.name or '')

    @api.depends(
        'step_ids.in_shopify', 'step_ids.import_id.done_count', 'step_ids.import_id.state', 'state', 'counted_at'
    )
    def _compute_progress(self):
        for initial in self:
            steps = {step.what: step._get_figures() for step in initial.step_ids}
            initial.progress = (
                mapping.progress({what: figures[:2] for what, figures in steps.items()}) if initial.counted_at else 0.0
            )
            minutes = mapping.seconds_left(steps) / 60
            if initial.state not in _OPEN or not initial.counted_at:
                initial.time_left = False
            elif minutes < 1.5:
                initial.time_left = self.env._("about a minute")
            elif minutes < 90:
                initial.time_left = self.env._("about %(count)s minutes", count=round(minutes))
            else:
                initial.time_left = self.env._("about %(count)s hours", count=round(minutes / 60))

    @api.depends('reasons')
    def _compute_reasons_html(self):
        kinds = dict(self.env['shopify.initial.import.step']._fields['what']._description_selection(self.env))
        for initial in self:
            rows = [
                Markup("<tr><td>%s</td><td class='text-end'>%s</td><td>%s</td></tr>")
                % (kinds.get(row['what'], row['what']), row['count'], row['sentence'])
                for row in initial.reasons or []
            ]
            initial.reasons_html = (
                Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % Markup('').join(rows)
                if rows
                else False
            )

    # === CONSTRAINT METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(initial.state == 'running' for initial in self):
            raise UserError(self.env._("An initial import that runs cannot be deleted. Stop it first."))

    # === ACTION METHODS === #

    def action_start(self):
        self.ensure_one()
        self.check_access('write')
        if self.state != 'draft':
            raise UserError(self.env._("This import has been started already."))
        if self.backend_id.state == 'draft':
            raise UserError(self.env._("Connect %(store)s first.", store=self.backend_id.name))
        if self.search_count([('backend_id', '=', self.backend_id.id), ('state', 'in', _OPEN)], limit=1):
            raise UserError(
                self.env._(
                    "Another initial import of %(store)s is under way. Go on with that one.", store=self.backend_id.name
                )
            )
        wanted = self._get_wanted()
        if not wanted:
            raise UserError(self.env._("Choose what to bring over: customers, products or orders."))
        self.step_ids = [(0, 0, {'sequence': place, 'what': what}) for place, what in enumerate(wanted)]
        self.write({'state': 'running', 'started_at': fields.Datetime.now()})
        self._enqueue()

    def action_go_on(self):
        """After the look at the plan, a pause, or something that was mended."""
        for initial in self.filtered(lambda initial: initial.state in ('review', 'paused')):
            initial.check_access('write')
            initial.write(
                {'state': 'running', 'message': False, 'is_agreed': initial.is_agreed or initial.state == 'review'}
            )
            current = initial._get_current().import_id
            if current.state == 'stopped':
                initial._get_current().import_id = False
            else:
                current.action_resume()
            initial._enqueue()

    def action_pause(self):
        running = self.filtered(lambda initial: initial.state == 'running')
        running.check_access('write')
        running.write({'state': 'paused'})
        running._get_current().import_id.action_pause()

    def action_stop(self):
        """For good: what is done stays done."""
        ending = self.filtered(lambda initial: initial.state in _OPEN)
        ending.check_access('write')
        ending.write({'state': 'stopped', 'done_at': fields.Datetime.now()})
        ending._get_current().import_id.action_stop()

    def action_view_plan(self):
        """What was found for every variant, those first of which somebody has to choose."""
        self.ensure_one()
        plan = self.step_ids.filtered(lambda step: step.what == 'plan').import_id
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.match.row',
            'view_mode': 'list,form',
            'name': self.env._("Match Plan"),
            'domain': [('import_id', '=', plan.id)],
        }

    def action_view_left_out(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.import.row',
            'view_mode': 'list,form',
            'name': self.env._("Left Out"),
            'help': Markup('<p class="o_view_nocontent_smiling_face">%s</p>') % self.env._("Nothing was left out"),
            'domain': [
                ('import_id', 'in', self.step_ids.import_id.ids),
                ('mode', '=', 'import'),
                ('outcome', 'in', ('skip', 'problem')),
            ],
        }

    # === BUSINESS METHODS === #

    def _get_wanted(self):
        """The steps in their order."""
        self.ensure_one()
        chosen = {
            'plan': self.with_plan and self.with_products,
            'customers': self.with_customers,
            'products': self.with_products,
            'orders': self.with_orders,
        }
        return [what for what in mapping.STEPS if chosen[what]]

    def _get_current(self):
        """The step of each that is not through yet."""
        return self.env['shopify.initial.import.step'].union(
            *(initial.step_ids.filtered(lambda step: step.import_id.state != 'done')[:1] for initial in self)
        )

    def _enqueue(self):
        for initial in self:
            initial.backend_id._enqueue('initial', str(initial.id))
