import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_KEPT_DAYS = 30
_PRUNE_BATCH = 10_000


class ShopifyStockCheck(models.Model):
    """What a person does with a comparison: choose, say yes, stop."""

    _inherit = 'shopify.stock.check'

    # === ACTION METHODS === #

    def action_choose_odoo(self):
        self._open_lines()._choose('odoo')

    def action_choose_shopify(self):
        self._open_lines()._choose('shopify')

    def action_choose_leave(self):
        self._open_lines()._choose('leave')

    def action_confirm(self):
        """What would be written, taken and left, in a dialog; nothing happens before its yes."""
        self.ensure_one()
        self._check_may_decide()
        if self.state != 'open':
            raise UserError(self.env._("There is nothing to decide here."))
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.stock.confirm',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Switch On") if self.switches_on else self.env._("Carry Out"),
            'context': {'default_check_id': self.id},
        }

    def action_stop(self):
        """For good: what is done stays done, and nothing else is done."""
        checks = self.filtered(lambda check: check.state == 'running' or check.waiting_count)
        checks._check_may_decide()
        for check in checks.sudo():
            check._lines(('waiting',)).write({'state': 'open', 'chosen_at': False})
            if check.state == 'running':
                check.write(
                    {
                        'state': 'stopped',
                        'finished_at': fields.Datetime.now(),
                        'message': self.env._("Stopped by %(user)s.", user=self.env.user.name),
                    }
                )
                check._enqueue()

    def action_close(self):
        """Leave whatever nobody has decided about. The guard's quantities are held again when they are to be written."""
        checks = self.filtered(lambda check: check.state == 'open')
        checks._check_may_decide()
        for check in checks.sudo():
            check._open_lines().write({'state': 'left', 'choice': 'leave'})
            check._close_when_decided()

    def action_again(self):
        """Compare once more: Odoo and the shop have gone on since. What a person asks for sets nothing right by itself."""
        self.ensure_one()
        self._check_may_decide()
        kind = 'first' if self.kind == 'first' else 'full'
        return self.sudo()._begin(self.backend_id, kind, preset=self.preset)._open()

    def action_view_differences(self):
        """The list of this comparison, as ``differences`` in the context filters it."""
        self.ensure_one()
        wanted = self.env.context.get('differences', 'open')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.stock.difference',
            'view_mode': 'list',
            'name': self.env._("Differences"),
            'domain': [('check_id', '=', self.id)],
            'context': {f'search_default_{wanted}': 1, 'default_check_id': self.id},
        }

    def action_refresh(self):
        """Show how far it is: the form is read again."""

    def action_view_store(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'shopify.backend',
            'res_id': self.backend_id.id,
            'view_mode': 'form',
        }

    # === BUSINESS METHODS === #

    def _check_may_decide(self):
        """Deciding is for those who may change the store."""
        self.check_access('read')
        self.backend_id.check_access('write')

    def _open_lines(self):
        return self._lines(('open',))

    def _get_choices_mark(self):
        """What tells one set of choices and figures from another."""
        self.ensure_one()
        rows = [(line.id, line.choice, line.in_shopify, line.in_odoo) for line in self._open_lines()]
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    def _carry_out(self, lines, switch_on=False):
        """Have the lane do what was chosen for ``lines``. What was read while nothing was written to the store is read
        anew first."""
        self.ensure_one()
        self._check_may_decide()
        self = self.sudo()
        anew = not self.backend_id.stock_export or bool(self.waiting_count and self.phase in ('refresh', 'orders'))
        lines = lines.sudo().filtered(lambda line: line.check_id == self and line.state == 'open')
        lines.filtered(lambda line: line.choice == 'leave').state = 'left'
        chosen = lines.filtered(lambda line: line.choice in ('odoo', 'shopify'))
        if not (self.backend_id.stock_export or switch_on) and 'odoo' in chosen.mapped('choice'):
            raise UserError(
                self.env._("Stock export is off, so Odoo's quantities are not written. Switch it on with your yes.")
            )
        chosen.write({'state': 'waiting', 'chosen_at': fields.Datetime.now(), 'message': False, 'taken': False})
        if switch_on:
            self.backend_id.stock_export = True
        if chosen:
            self.write({'phase': 'refresh' if anew else 'carry', 'cursor': False, 'message': self._get_summary()})
            self._enqueue()
        self._close_when_decided()

    def _open(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'name': self.display_name,
        }

    @api.autovacuum
    def _gc_checks(self):
        """The lists of comparisons that ended long ago; the last one of a store stays."""
        limit = fields.Datetime.now() - timedelta(days=_KEPT_DAYS)
        old = self.search(
            [('create_date', '<', limit), ('state', 'in', ('done', 'stopped'))], limit=_PRUNE_BATCH, order='id'
        )
        last = dict(self._read_group([('backend_id', 'in', old.backend_id.ids)], ['backend_id'], ['id:max']))
        old = old.filtered(lambda check: check.id != last.get(check.backend_id))
        old.unlink()
        return len(old), False
