import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_KEPT_DAYS = 14
# How long a write of which no answer came may still arrive.
_LATE_HOURS = 1
_NAMED = 3


class ShopifyStockPush(models.Model):
    """Quantities on their way to a store: written down and committed before Shopify is asked, word for word, so that after
    a crash or a lost answer the very same request can be sent again. Afterwards it is the record of what was written."""

    _name = 'shopify.stock.push'
    _description = "Quantities Sent To Shopify"
    _order = 'id desc'

    backend_id = fields.Many2one(
        'shopify.backend', "Store", required=True, ondelete='cascade', index=True, readonly=True
    )
    company_id = fields.Many2one(related='backend_id.company_id')
    kind = fields.Selection(
        [('set', "Quantities"), ('activate', "Stocked at the location")], required=True, readonly=True
    )
    key = fields.Char("Idempotency Key", required=True, readonly=True)
    variables = fields.Json(readonly=True, help="What is sent; forgotten once the answer is there.")
    rows = fields.Json(required=True, readonly=True, help="[[level, from, to], …]")
    arrived = fields.Json(readonly=True, help="Levels that showed this write later, after its answer was lost.")
    row_count = fields.Integer("Quantities", readonly=True)
    confirmed = fields.Boolean("Confirmed By A Person", readonly=True)
    state = fields.Selection(
        [
            ('open', "Under way"),
            ('done', "Written"),
            ('refused', "Refused"),
            ('unclear', "Answer lost, levels read"),
        ],
        "Status",
        default='open',
        required=True,
        readonly=True,
    )
    sent_at = fields.Datetime("Sent", required=True, readonly=True, default=fields.Datetime.now)
    done_at = fields.Datetime("Answered", readonly=True)
    message = fields.Text("What Happened", readonly=True)

    summary = fields.Char("What", compute='_compute_summary')
    lines = fields.Text("Quantities", compute='_compute_lines')

    _key_uniq = models.Constraint('UNIQUE(key)', "This key has been used already.")
    _open_idx = models.Index("(backend_id) WHERE state = 'open'")
    _sent_idx = models.Index('(backend_id, sent_at)')

    @api.depends('backend_id', 'sent_at')
    def _compute_display_name(self):
        for push in self:
            push.display_name = f'{push.backend_id.name} {fields.Datetime.to_string(push.sent_at)}'

    @api.depends('rows')
    def _compute_summary(self):
        """The first rows only: a page of the list stands for thousands of them."""
        names = self._get_names([row for push in self for row in (push.rows or [])[:_NAMED]])
        for push in self:
            rows = push.rows or []
            more = len(rows) - _NAMED
            push.summary = ', '.join(self._get_texts(rows[:_NAMED], names)) + (
                self.env._(" and %(count)s more", count=more) if more > 0 else ''
            )

    @api.depends('rows')
    def _compute_lines(self):
        for push in self:
            push.lines = '\n'.join(self._get_texts(push.rows or [], self._get_names(push.rows or [])))

    @api.model
    def _get_names(self, rows):
        levels = self.env['shopify.inventory.level'].browse({row[0] for row in rows}).exists()
        return {level.id: level.display_name for level in levels}

    @api.model
    def _get_texts(self, rows, names):
        """The rows as people read them; a level that is gone by now is named by its number."""
        return [f'{names.get(row[0], row[0])}: {row[1]} → {row[2]}' for row in rows]

    # === BUSINESS METHODS === #

    @api.model
    def _new_key(self):
        """``(key, referenceDocumentUri)`` of a new intent; Shopify shows the second with what it changed."""
        key = str(uuid.uuid4())
        return key, f'gid://odoo-connector/StockSync/{key}'

    @api.model
    def _note(self, backend, kind, key, variables, rows, confirmed):
        """``rows``: ``[(level id, from, to), …]`` in the order in which they are sent."""
        return self.create(
            {
                'backend_id': backend.id,
                'kind': kind,
                'key': key,
                'variables': variables,
                'rows': [list(row) for row in rows],
                'row_count': len(rows),
                'confirmed': confirmed,
            }
        )

    @api.model
    def _get_open(self, backend):
        return self.search([('backend_id', '=', backend.id), ('state', '=', 'open')], order='id')

    @api.model
    def _get_lost(self, backend):
        """Writes of which nobody knows whether they arrived, or whether they still will."""
        since = fields.Datetime.now() - timedelta(hours=_LATE_HOURS)
        return self.search(
            [
                ('backend_id', '=', backend.id),
                ('kind', '=', 'set'),
                '|',
                ('state', '=', 'open'),
                '&',
                ('state', '=', 'unclear'),
                ('sent_at', '>=', since),
            ]
        )

    def _get_levels(self):
        """The levels of the intents that are still there."""
        ids = {row[0] for push in self for row in push.rows}
        return self.env['shopify.inventory.level'].browse(sorted(ids)).exists()

    def _close(self, state, message=False):
        self.write({'state': state, 'done_at': fields.Datetime.now(), 'message': message, 'variables': False})

    @api.model
    def _get_written(self, backend, since):
        """``[(level id, from, to), …]`` of all writes since then that no person has confirmed; some may be there twice."""
        self.flush_model(['backend_id', 'rows', 'state', 'confirmed', 'sent_at'])
        self.env.cr.execute(
            SQL(
                """
            SELECT (level.row ->> 0)::int, (level.row ->> 1)::int, (level.row ->> 2)::int
              FROM shopify_stock_push push, jsonb_array_elements(push.rows) AS level(row)
             WHERE push.backend_id = %(backend)s AND push.sent_at >= %(since)s AND push.state != 'refused'
               AND push.confirmed IS NOT TRUE
                """,
                backend=backend.id,
                since=since,
            )
        )
        return self.env.cr.fetchall()

    @api.autovacuum
    def _gc_old(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM shopify_stock_push WHERE state != 'open' AND sent_at < %s",
                fields.Datetime.now() - timedelta(days=_KEPT_DAYS),
            )
        )

    def _is_awaited(self, level):
        """Whether the write of ``level`` has not been seen at the shop yet."""
        self.ensure_one()
        return level.id not in (self.arrived or []) and any(row[0] == level.id for row in self.rows)

    def _get_target(self, level):
        self.ensure_one()
        return next(row[2] for row in self.rows if row[0] == level.id)

    def _get_step(self, level):
        """By how much the write of ``level`` raises it."""
        self.ensure_one()
        return next(row[2] - row[1] for row in self.rows if row[0] == level.id)
