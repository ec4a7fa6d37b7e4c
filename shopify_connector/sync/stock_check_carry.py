"""What a person has decided about differences, carried out: Shopify's quantities are taken, Odoo's are written."""

from datetime import timedelta

from odoo import fields, models

from .. import const

_LINES_A_TURN = 500
_COME_BACK_SECONDS = 20
_PATIENCE = timedelta(minutes=15)


class ShopifySyncStockCheck(models.AbstractModel):
    _inherit = 'shopify.sync.stock.check'

    def _carry_on(self, backend, check, task):
        """The next part. A store whose quantities nobody has followed is read anew first, and then its orders are, so that
        no sale is undone or counted twice: the list may be days old."""
        if not backend.stock_export:
            self._hand_back(check)
        client = backend._get_client('stock')
        if check.phase == 'refresh' and not self._is_refreshed(backend, client, check):
            return
        if check.phase == 'orders' and not self._are_orders_read(backend, check):
            self._come_back(check, task, _COME_BACK_SECONDS, self.env._("The store's orders are read first."))
            return
        check.phase = 'carry'
        for choice in ('shopify', 'odoo'):
            for lines in self._batches(check, choice):
                self._carry_out(backend, choice, lines)
                self._settle_lines(backend, lines)
                if not self.env['shopify.engine']._is_time_left(len(lines)):
                    return
        self._finish_carrying(check, task)

    def _hand_back(self, check):
        """Somebody has switched stock export off since the yes: nothing is written."""
        check._lines(('waiting',), [('choice', '=', 'odoo')]).write(
            {'state': 'open', 'message': self.env._("Stock export was switched off before it was carried out.")}
        )

    def _batches(self, check, choice):
        lines = check._lines(('waiting',), [('choice', '=', choice)])
        for start in range(0, len(lines), _LINES_A_TURN):
            yield lines[start : start + _LINES_A_TURN].filtered(lambda line: line.state == 'waiting')

    def _carry_out(self, backend, choice, lines):
        """What somebody was asked about already is answered there. Stock is taken once for a yes, whatever stops the lane:
        a unit too few is counted again by a person, one too many would be sold."""
        levels = lines.level_id
        asked = self.env['shopify.inventory.level.edit'].search(
            [('level_id', 'in', levels.ids), ('outcome', '=', 'asked'), ('choice', '=', False)]
        )
        asked._choose(choice)
        levels -= asked.level_id
        if choice == 'odoo':
            self.env['shopify.sync.stock']._push_levels(backend, levels, confirmed=True)
            return
        fresh = lines.filtered(lambda line: line.level_id in levels and not line.taken)
        fresh.taken = True
        self.env['shopify.engine']._is_time_left(0)
        refused = self.env['shopify.sync.levels']._take_in(fresh.level_id)
        for line in fresh.filtered(lambda line: line.level_id.id in refused):
            line.write({'state': 'open', 'message': refused[line.level_id.id]})

    def _finish_carrying(self, check, task):
        """What could not be settled yet is tried again; the rest is said."""
        check.invalidate_recordset()
        if check.waiting_count:
            self._come_back(
                check,
                task,
                _COME_BACK_SECONDS,
                self.env._("%(count)s quantities wait for an explanation or for Shopify.", count=check.waiting_count),
            )
            return
        check.message = check._get_summary()
        if not check.open_count:
            check.write({'state': 'done', 'finished_at': fields.Datetime.now()})
        task._set_done(check.message)

    # === ORDERS FIRST === #

    def _is_refreshed(self, backend, client, check):
        """Whether the levels that wait were all read anew; from then on their orders must be known."""
        position = check.cursor or {}
        started = position.get('read_at') or fields.Datetime.to_string(fields.Datetime.now())
        lines = check._lines(('waiting',), [('id', '>', position.get('line', 0))])
        for start in range(0, len(lines), _LINES_A_TURN):
            part = lines[start : start + _LINES_A_TURN]
            items = list(dict.fromkeys(part.variant_binding_id.mapped('inventory_item_gid')))
            rows = self.env['shopify.sync.levels']._read_items(client, items)
            self._believe(backend, rows, fields.Datetime.now())
            check.cursor = {'line': part[-1].id, 'read_at': started}
            if not self.env['shopify.engine']._is_time_left(len(part)):
                return False
        check.write({'phase': 'orders', 'cursor': {'read_at': fields.Datetime.to_string(fields.Datetime.now())}})
        return True

    def _are_orders_read(self, backend, check):
        """Whether the sweep has seen what had been sold when the levels were read. An order that a person must see to does
        not keep the others waiting."""
        read_at = fields.Datetime.to_datetime(check.cursor['read_at'])
        shown = read_at + timedelta(seconds=const.SEARCH_LAG_SECONDS)
        waiting = self.env['shopify.task'].search_count(
            [('backend_id', '=', backend.id), ('kind', '=', 'order'), ('state', '=', 'pending'), ('tries', '=', 0)],
            limit=1,
        )
        if backend.swept_at and backend.swept_at > shown and not waiting:
            return True
        if not waiting:
            backend._enqueue(
                'sweep', f'{backend.id} before stock', source='shopify', due_at=shown + timedelta(seconds=1)
            )
        return fields.Datetime.now() > read_at + _PATIENCE

    # === HOW IT WENT === #

    def _settle_lines(self, backend, lines):
        """Lines whose level shows what Odoo says by now are done; others wait, or say what stands in the way."""
        self.env.invalidate_all()
        levels = lines.level_id.exists()
        wanted = self.env['shopify.sync.quantity']._targets(backend, levels)
        held = self.env['shopify.stock.check']._held_levels(backend)
        for line in lines:
            level = line.level_id
            if not level or line.variant_binding_id.deleted_at:
                line.write({'state': 'gone', 'message': self.env._("The variant is no longer in Shopify.")})
            elif self._is_right(level, wanted[level.id]):
                line.write({'state': 'done', 'message': False if line.state == 'waiting' else line.message})
            elif line.state == 'open' and level in held:
                line.write({'state': 'left', 'cause': 'held', 'message': self.env._("It is on the guard's list.")})
            elif line.state == 'waiting':
                self._settle_waiting(line, level)

    def _settle_waiting(self, line, level):
        if line.taken:
            line.write(
                {
                    'state': 'open',
                    'message': self.env._(
                        "Shopify's quantity was taken, but what is to be shown there does not follow it. Look at how Odoo's "
                        "quantity came about, and decide again."
                    ),
                }
            )
            return
        late = fields.Datetime.now() > (line.chosen_at or line.write_date) + _PATIENCE
        if not late and not level._is_refused():
            return
        line.write(
            {
                'state': 'open',
                'cause': 'sale_unseen' if level.unexplained_since else 'refused',
                'message': level.message
                or self.env._("It could not be carried out in a quarter of an hour. Try it again, or leave it."),
            }
        )
