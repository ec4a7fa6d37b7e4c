"""What differs, and why: a row for every quantity that is not what Odoo says."""

import math
from datetime import timedelta

from odoo import fields, models

from ..entities import order_selection
from ..shopify import errors, paging

_VARIANTS_A_TURN = 500
_ORDERS_SECONDS = 20
_PATIENCE = timedelta(minutes=3)
# What a nightly comparison sets right by itself: nobody has to be asked, for the store's policy has said so already.
REPAIRED = ('not_sent', 'not_stocked', 'edited', 'unknown')
# Why a level is left alone, by the code that the quantity's explanation ends with.
_LEFT_ALONE = {'untracked': 'untracked', 'deleted': 'gone', 'bundle': 'bundle'}


class ShopifySyncStockCheck(models.AbstractModel):
    _inherit = 'shopify.sync.stock.check'

    def _differ_on(self, backend, client, check, task):
        if check.phase == 'compare':
            if self._waits_for_orders(backend, check):
                self._come_back(
                    check,
                    task,
                    _ORDERS_SECONDS,
                    self.env._("Shopify shows quantities that a sale may explain. Its orders are read first."),
                )
                return
            if not self._compare_all(backend, check):
                return
            check.write(
                {'phase': 'repair', 'cursor': False, 'missing_orders': self._count_missing_orders(backend, client)}
            )
        if not self._repair_all(backend, check):
            return
        self._conclude(backend, check)
        task._set_done(check.message)

    def _waits_for_orders(self, backend, check):
        """Whether a level of this comparison still waits for a sale that explains it. Not for ever: what no order
        explains by then stands on the list as such, as does what waits for a person."""
        waiting = check._lines(('open',), [('level_id.unexplained_since', '!=', False)])
        asked = self._asked_levels(backend)
        waiting = waiting.filtered(lambda line: line.level_id not in asked)
        first = min(waiting.mapped('create_date'), default=None)
        return bool(first and fields.Datetime.now() < first + _PATIENCE)

    def _asked_levels(self, backend):
        """Levels that somebody has changed in the shop, and that a person decides about."""
        edits = self.env['shopify.inventory.level.edit']
        return edits.search([('backend_id', '=', backend.id), ('outcome', '=', 'asked')]).level_id

    # === COMPARE === #

    def _compare_all(self, backend, check):
        """Whether all are compared. Variants that are not written are looked at too: the list says why they are not."""
        variants = self.env['shopify.variant.binding'].search(
            [
                ('backend_id', '=', backend.id),
                ('id', '>', (check.cursor or {}).get('variant', 0)),
                ('inventory_item_gid', '!=', False),
                ('product_id', '!=', False),
            ],
            order='id',
        )
        for start in range(0, len(variants), _VARIANTS_A_TURN):
            part = variants[start : start + _VARIANTS_A_TURN]
            count = self._compare_variants(backend, check, part)
            check.write({'cursor': {'variant': part[-1].id}, 'level_count': check.level_count + count})
            if not self.env['shopify.engine']._is_time_left(len(part)):
                return False
            self.env.invalidate_all()
        return True

    def _compare_variants(self, backend, check, variants):
        """Rows for those of ``variants`` whose levels differ; the number of levels that were compared."""
        levels = self.env['shopify.inventory.level'].search(
            [
                ('variant_binding_id', 'in', variants.ids),
                ('location_id', 'in', self._locations(backend).ids),
                ('is_known', '=', True),
                ('ended_at', '=', False),
            ]
        )
        explained = self.env['shopify.sync.quantity']._explained(backend, levels)
        held = self.env['shopify.stock.check']._held_levels(backend)
        news = self._products_sold_since(backend, check), self._edited_since(check, levels)
        noted = check._lines(domain=[('level_id', 'in', levels.ids)]).grouped('level_id')
        rows, alone = [], {}
        for level in levels:
            wanted = explained[level.id].quantity
            if wanted is None or level.variant_binding_id.is_bundle:
                alone[level] = 'bundle' if wanted is not None else explained[level.id].steps[-1][0]
                continue
            right = self._is_right(level, wanted)
            if level in noted:
                self._settle_noted(noted[level], level, wanted, right, *news)
            elif not right:
                rows.append((level, self._shown(level), wanted, self._cause(level, level in held, level in news[1])))
        check._note_differences(rows)
        if check.kind in ('first', 'full'):
            self._note_left_alone(check, alone)
        return len(levels) - len(alone)

    def _note_left_alone(self, check, alone):
        """``{level: code}``: nothing is written there, whatever anybody chooses; the list says so where it matters."""
        rows = []
        for location, levels in self.env['shopify.inventory.level'].union(*alone).grouped('location_id').items():
            free = levels.product_id.with_context(warehouse_id=location.warehouse_id.id).mapped('free_qty')
            free = dict(zip(levels.product_id.ids, free, strict=True))
            for level in levels:
                in_odoo = max(0, math.floor(free[level.product_id.id]))
                if in_odoo != self._shown(level):
                    rows.append((level, self._shown(level), in_odoo, _LEFT_ALONE.get(alone[level], 'opted_out')))
        check._note_differences(rows)

    @staticmethod
    def _shown(level):
        return level.known if level.is_active else 0

    def _is_right(self, level, wanted):
        return self._shown(level) == wanted and not level.unexplained_since

    def _cause(self, level, held, edited):
        """Why a level that shows what is known of it does not show what Odoo wants."""
        if edited:
            return 'edited'
        if held:
            return 'held'
        if level.unexplained_since:
            return 'sale_unseen'
        if not level.is_active:
            return 'not_stocked'
        return 'refused' if level._is_refused() else 'not_sent'

    def _products_sold_since(self, backend, check):
        """Products of the orders that came over while the comparison was under way."""
        orders = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('create_date', '>=', check.started_at)]
        )
        return orders.sale_order_id.order_line.product_id

    def _edited_since(self, check, levels):
        """``{level: what became of the change by hand}`` of levels that nobody's order explained."""
        edits = self.env['shopify.inventory.level.edit'].search(
            [
                ('level_id', 'in', levels.ids),
                '|',
                ('seen_at', '>=', check.started_at),
                ('outcome', '=', 'asked'),
            ],
            order='id',
        )
        return {edit.level_id: edit for edit in edits}

    def _settle_noted(self, line, level, wanted, right, sold, edits):
        """A level that showed something else than what was known: by now an order has explained it, or nobody has."""
        edit = edits.get(level)
        values = {'in_odoo': wanted, 'cause': 'unknown', 'message': False}
        if edit:
            outcomes = dict(edit._fields['outcome']._description_selection(self.env))
            values.update(cause='edited', message=edit.message or outcomes[edit.outcome])
        elif level.unexplained_since:
            values.update(cause='sale_unseen', message=level.message)
        elif level.product_id in sold:
            values.update(cause='sale_unseen', message=self.env._("An order has come in since and explains it."))
        if right and line.state == 'open':
            values['state'] = 'done'
        line.write(values)

    def _count_missing_orders(self, backend, client):
        """Open orders of the shop with something to deliver that are not in Odoo; -1 when the app may not read them."""
        searches = [
            order_selection.search(order_selection.Selection(status='open', fulfilment=fulfilment))
            for fulfilment in ('unfulfilled', 'partial')
        ]
        try:
            gids = {
                node['id']
                for text in searches
                for page in paging.pages(client, order_selection.FIND, {'query': text}, ('orders',))
                for node in page
            }
        except (errors.AskPersonError, errors.GiveUpError):
            return -1
        known = self.env['shopify.order.binding'].search_count(
            [('backend_id', '=', backend.id), ('gid', 'in', list(gids)), ('sale_order_id', '!=', False)]
        )
        return max(0, len(gids) - known)

    # === REPAIR === #

    def _repair_all(self, backend, check):
        """A nightly comparison sends what was not sent, within the guard, when the store says so."""
        if check.kind != 'reconcile' or not (backend.stock_export and backend.reconcile_repair):
            return True
        causes = [cause for cause in REPAIRED if cause != 'edited' or self._is_odoos_word(backend)]
        left_before = self._left_before(backend, check)
        position = (check.cursor or {}).get('line', 0)
        lines = check._lines(('open',), [('cause', 'in', causes), ('id', '>', position)])
        lines = lines.filtered(lambda line: line._figures() not in left_before)
        for start in range(0, len(lines), _VARIANTS_A_TURN):
            part = lines[start : start + _VARIANTS_A_TURN]
            self.env['shopify.sync.stock']._push_levels(backend, part.level_id)
            self._settle_lines(backend, part)
            check.cursor = {'line': part[-1].id}
            if not self.env['shopify.engine']._is_time_left(len(part)):
                return False
        return True

    def _is_odoos_word(self, backend):
        return backend.edit_policy == 'odoo'

    def _left_before(self, backend, check):
        """What a person has decided to leave as it is stays so until one of the two figures changes."""
        return {
            line._figures()
            for line in self.env['shopify.stock.difference'].search(
                [('backend_id', '=', backend.id), ('state', '=', 'left'), ('choice', '=', 'leave')]
            )
        }

    def _conclude(self, backend, check):
        """The list is complete, unless somebody has stopped the comparison meanwhile."""
        check.invalidate_recordset(['state'])
        if check.state != 'running':
            return
        check._conclude_lines()
        check.write({'finished_at': fields.Datetime.now(), 'bulk_gid': False, 'message': check._get_summary()})
        check.state = 'open' if check.open_count else 'done'
        if check.kind == 'reconcile' and check.open_count:
            check._tell_open()
