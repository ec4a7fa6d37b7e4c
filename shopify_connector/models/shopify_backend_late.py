import logging

from markupsafe import Markup

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

_ACTIVITY = 'shopify_connector.mail_activity_late_deliveries'


class ShopifyBackend(models.Model):
    """Deliveries that are late, and deliveries that Shopify has not heard of: counted for everybody who looks at the store,
    told to the responsible person once a day."""

    _inherit = 'shopify.backend'

    late_count = fields.Integer("Late Orders", compute='_compute_late_counts')
    untold_count = fields.Integer("Deliveries Shopify Does Not Know", compute='_compute_late_counts')
    late_told_on = fields.Date(readonly=True, copy=False, help="When the responsible person was last told.")

    def _compute_late_counts(self):
        late = dict(
            self.env['shopify.late.delivery']._read_group([('backend_id', 'in', self.ids)], ['backend_id'], ['__count'])
        )
        untold = self._count_untold()
        for backend in self:
            backend.late_count = late.get(backend, 0)
            backend.untold_count = untold.get(backend.id, 0)

    def _count_untold(self):
        """``{store's id: deliveries that Shopify should know by now and does not}``."""
        counts = {}
        for minutes, backends in self.grouped('late_tell_minutes').items():
            domain = self.env['shopify.delivery']._untold_domain(minutes)
            rows = self.env['shopify.delivery']._read_group(
                [('backend_id', 'in', backends.ids), *domain], ['backend_id'], ['__count']
            )
            counts.update({backend.id: count for backend, count in rows})
        return counts

    # === ACTION METHODS === #

    def action_view_late(self):
        return self._action_view('shopify.late.delivery', self.env._("Late Deliveries"))

    def action_view_untold(self):
        """Deliveries that failed or are held, and those that have waited for too long."""
        action = self._action_view('shopify.delivery', self.env._("Deliveries Shopify Does Not Know"))
        domain = self.env['shopify.delivery']._untold_domain(self.late_tell_minutes)
        return {**action, 'domain': [*action['domain'], *domain]}

    # === BUSINESS METHODS === #

    @api.model
    def _cron_late(self):
        """Tell of what is late, once a day a store; take back what is no longer true."""
        for backend in self.search([('state', '!=', 'draft')]):
            failures = {}
            with self.env['shopify.engine']._attempt(failures, backend.name):
                backend._tell_late()
            if failures:
                _logger.warning("Nobody was told of late deliveries of %s: %s", backend.name, failures[backend.name])

    def _tell_late(self):
        self.ensure_one()
        note = self._get_late_note()
        told = self.activity_search([_ACTIVITY], only_automated=False)
        if not note:
            told.action_feedback(feedback=self.env._("Nothing is late any more."))
        elif told:
            if told[0].note != note:
                told[0].note = note
        elif self.responsible_id and self.late_told_on != self._shop_day():
            self.late_told_on = self._shop_day()
            self.activity_schedule(
                _ACTIVITY,
                self._shop_day(),
                summary=self.env._("Shopify: deliveries of %(store)s are late", store=self.name),
                note=note,
                user_id=self.responsible_id.id,
            )

    def _get_late_note(self):
        """What to say, False while everything is in time."""
        sentences = []
        reasons = self._get_late_reasons()
        if reasons:
            sentences.append(
                self.env._(
                    "Orders not shipped in time: %(reasons)s. They stand under Shopify, Orders, Late Deliveries.",
                    reasons=', '.join(f'{count} × {label}' for label, count in reasons),
                )
            )
        untold = self._count_untold().get(self.id)
        if untold:
            sentences.append(
                self.env._(
                    "Deliveries that Shopify does not know of: %(count)s. Each says why, under Shopify, Orders, Deliveries.",
                    count=untold,
                )
            )
        return Markup('<p>%s</p>') % Markup('<br>').join(sentences) if sentences else False

    def _get_late_reasons(self):
        """``[(what stands in the way, orders), …]``."""
        Late = self.env['shopify.late.delivery']
        labels = dict(Late._fields['reason']._description_selection(self.env))
        rows = Late._read_group([('backend_id', '=', self.id)], ['reason'], ['__count'])
        return [(labels[reason], count) for reason, count in rows]
