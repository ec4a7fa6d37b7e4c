"""What nobody's order explains was changed by a person in the shop: Odoo's word counts, or Odoo takes it over."""

from odoo import api, fields, models

from .. import const
from ..entities import stock_edit
from ..shopify import errors


class ShopifySyncLevels(models.AbstractModel):
    _inherit = 'shopify.sync.levels'

    # === DECIDE === #

    def _decide(self, backend, edits):
        """``edits``: ``[(level, entities.inventory.Seen, units that Odoo wants), …]`` that have waited for orders in vain.
        What Odoo wants by now needs no decision."""
        levels = self.env['shopify.inventory.level'].union(*(edit[0] for edit in edits))
        asked = self._asked(levels).grouped('level_id')
        taken = []
        for level, row, wanted in edits:
            units = stock_edit.unexplained(self._baseline(level), row)
            question = asked.get(level)
            policy = question and question[:1].choice or backend.edit_policy
            if not units or row.available == wanted:
                self._accept_explained(backend, level, row)
                self._close_asked(level)
            elif policy == 'odoo':
                self._overrule(backend, level, row, units)
            else:
                taken.append((level, row, units))
        if taken:
            self._take_over(backend, taken)

    def _overrule(self, backend, level, row, units):
        """What was seen is what the next write starts from."""
        self._note_edit(level, row, units, 'odoo')
        self._accept_explained(backend, level, row)

    # === TAKE OVER === #

    def _take_over(self, backend, cases):
        """``cases``: ``[(level, seen, units), …]``. What goes from one location to another is one transfer; the rest are
        inventory adjustments. All stores that sell the products hear of it as of any other change in Odoo."""
        with self.env['shopify.engine']._turn():
            self._take_sales(backend)
            by_binding = {}
            for level, row, units in cases:
                if level.exists() and stock_edit.unexplained(self._baseline(level), row) == units:
                    by_binding.setdefault(level.variant_binding_id, {})[level] = (row, units)
                else:
                    level.exists().check_after = fields.Datetime.now()
            for binding, found in by_binding.items():
                others = self._undecided(binding, found)
                if others:
                    self._wait_for_others(found, others)
                else:
                    self._take_item(backend, found)

    def _undecided(self, binding, found):
        """Other levels of the item that wait for an explanation: the counterpart of a transfer may be among them."""
        return binding.level_ids.filtered(
            lambda level: level.unexplained_since and level.check_after and level not in found and not level.ended_at
        )

    def _wait_for_others(self, found, others):
        for level in found:
            level.check_after = max(others.mapped('check_after'))

    def _take_item(self, backend, found):
        """``found``: ``{level: (seen, units)}`` of one item."""
        units = {level: count for level, (_row, count) in found.items()}
        for giver, taker, count in stock_edit.transfers(units):
            if self._transfer(giver, taker, count, found):
                del found[giver], found[taker]
        for level, (row, count) in found.items():
            self._adjust(backend, level, row, count)

    def _transfer(self, giver, taker, count, found):
        """One move from place to place in Odoo; whether that was possible."""
        failures = {}
        moves = self.env['stock.move']
        with self.env['shopify.engine']._attempt(failures, giver.id):
            self._require_countable(giver)
            place = self._arrival_place(taker)
            moves = self._move(
                [
                    self._move_values(giver, quant, taken, quant.location_id, place)
                    for quant, taken in self._lost(giver, count)
                    if quant.location_id != place
                ]
            )
        if failures or not moves:
            return False
        for level in (giver, taker):
            row, units = found[level]
            self._note_edit(level, row, units, 'transferred', moves)
            self._accept_explained(level.backend_id, level, row)
        return True

    def _adjust(self, backend, level, row, units):
        """An inventory adjustment, when what the level is to show follows it; else a person is asked."""
        failures = {}
        chosen = self._asked(level)[:1].choice == 'shopify'
        moves = self.env['stock.move']
        with self.env['shopify.engine']._attempt(failures, level.id):
            before = self.env['shopify.sync.quantity']._targets(backend, level)[level.id]
            moves = self._move(self._plan(level, units))
            if not chosen:
                after = self.env['shopify.sync.quantity']._targets(backend, level)[level.id]
                self._require_followed(level, before, after, units)
        if failures:
            self._ask(level, row, units, failures[level.id])
        else:
            self._note_edit(level, row, units, 'adjusted', moves)
            self._accept_explained(backend, level, row)

    def _require_followed(self, level, before, after, units):
        """A share, a maximum or a fixed number makes of ten units something else: who edited it meant what it shows."""
        follows = after - before == units
        at_the_end = not min(before, after) and abs(after - before) <= abs(units) and (after - before) * units >= 0
        if not follows and not at_the_end:
            raise errors.GiveUpError(
                self.env._(
                    "%(name)s shows only a part of what Odoo has, so that a change by %(units)s in Shopify does not tell how "
                    "many units there are. Count it in Odoo and choose Odoo's quantity, or take the change over as it is.",
                    name=level.display_name,
                    units=f'{units:+d}',
                ),
                code='shared',
            )

    # === REMEMBER, ASK === #

    def _asked(self, levels):
        return self.env['shopify.inventory.level.edit'].search(
            [('level_id', 'in', levels.ids), ('outcome', '=', 'asked')]
        )

    def _note_edit(self, level, row, units, outcome, moves=None, message=False):
        """A row a change; the question that a person has answered becomes the row."""
        values = {
            'level_id': level.id,
            'product_id': level.product_id.id,
            'known': level.known,
            'seen': row.available,
            'units': units,
            'unseen': max(level.unseen, 0),
            'known_at': level.known_at,
            'seen_at': fields.Datetime.now(),
            'outcome': outcome,
            'move_id': moves[:1].id if moves else False,
            'message': message,
            'history_url': row.history_url or False,
        }
        question = self._asked(level)[:1]
        if question:
            question.write(values)
            if outcome != 'asked':
                self._settle_question(question)
            return question
        return self.env['shopify.inventory.level.edit'].create(values)

    def _ask(self, level, row, units, error):
        """Nothing is read or written there until somebody decides; the task says what and how."""
        code, message, _request = self.env['shopify.engine']._explain(error)
        edit = self._note_edit(level, row, units, 'asked', message=message)
        edit.choice = False
        level.write({'check_after': False, 'message': message})
        if not self._question_tasks(edit):
            self._tell(level, edit, units, (code, message))

    def _tell(self, level, edit, units, reason):
        code, message = reason
        task = self.env['shopify.task'].create(
            {
                'backend_id': level.backend_id.id,
                'lane': const.KIND_LANES['level'],
                'kind': 'level',
                'key': edit._task_keys()[0],
                'source': 'shopify',
            }
        )
        task._set_failed(
            code,
            self.env._(
                "%(name)s was changed by %(units)s in Shopify. %(reason)s",
                name=level.display_name,
                units=f'{units:+d}',
                reason=message,
            ),
        )

    @api.model
    def _close_asked(self, levels):
        """Levels that are right by now leave nothing to decide."""
        questions = self._asked(levels)
        if questions:
            questions.write({'outcome': 'gone'})
            self._settle_question(questions)

    def _settle_question(self, questions):
        self._question_tasks(questions)._set_done(self.env._("It has been decided."))

    def _question_tasks(self, questions):
        return self.env['shopify.task'].search(
            [
                ('backend_id', 'in', questions.backend_id.ids),
                ('kind', '=', 'level'),
                ('state', '=', 'failed'),
                ('key', 'in', questions._task_keys()),
            ]
        )

    def _settled_by_hand(self, backend):
        """The items of questions that answer themselves: Odoo wants by now what Shopify shows, or the policy has changed."""
        questions = self.env['shopify.inventory.level.edit'].search(
            [('backend_id', '=', backend.id), ('outcome', '=', 'asked'), ('choice', '=', False)]
        )
        if questions and backend.edit_policy == 'shopify':
            targets = self.env['shopify.sync.quantity']._targets(backend, questions.level_id)
            questions = questions.filtered(lambda edit: targets[edit.level_id.id] == edit.seen)
        return [gid for gid in questions.variant_binding_id.mapped('inventory_item_gid') if gid]
