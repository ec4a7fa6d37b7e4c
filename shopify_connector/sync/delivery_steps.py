"""Steps are sent: many a request, each settled by its own answer, none twice."""

import logging
from types import SimpleNamespace

from odoo import api, fields, models

from ..entities import fulfillment_write as writing
from ..shopify import errors

_logger = logging.getLogger(__name__)

# One broken connection leaves the fate of so many open.
_STEPS_PER_REQUEST = 10
_MOST_SENDS = 4
# After so many lost answers in a row, Shopify is left alone for a while.
_MOST_LOST = 2
# What says that Shopify broke inside, so that nobody knows how far it came.
_BROKEN = {'internal_server_error', 'internal_error', 'timeout', 'service_unavailable'}


class ShopifySyncDeliverySteps(models.AbstractModel):
    _name = 'shopify.sync.delivery.steps'
    _description = "Shopify Delivery Steps"

    @api.model
    def _get_kinds(self):
        """``{kind: fulfillment_write.Kind}``: who adds kinds of steps, adds them here."""
        return writing.KINDS

    # === SENDING === #

    @api.model
    def _perform(self, backend, client, steps):
        """Send planned steps, up to ten of different orders a request; those of one order one after the other, as long as
        each is done. Commits. Afterwards each step is 'done', 'failed' (with code and message), 'unclear', or 'planned' still
        when its turn did not come. Returns whether it makes sense to send more.

        :raise WaitError, AskPersonError: nothing more can be sent now. The steps say what has happened to them.
        """
        steps = steps.filtered(lambda step: step.state == 'planned')
        queues = {order: rows.ids for order, rows in steps.grouped('order_binding_id').items()}
        lost = 0
        while queues and lost < _MOST_LOST:
            heads = steps.browse([ids[0] for ids in queues.values()])
            for kind, rows in heads.grouped('kind').items():
                for start in range(0, len(rows), _STEPS_PER_REQUEST):
                    if lost < _MOST_LOST:
                        is_clear = self._send(client, kind, rows[start : start + _STEPS_PER_REQUEST])
                        lost = 0 if is_clear else lost + 1
            queues = {
                order: ids[1:] for order, ids in queues.items() if len(ids) > 1 and steps.browse(ids[0]).state == 'done'
            }
        return lost < _MOST_LOST

    def _send(self, client, name, steps):
        """One request; whether its answer came."""
        kind = self._get_kinds()[name]
        kinds = [kind] * len(steps)
        steps._set_sending()
        # From here on it may have been carried out, whatever becomes of this run.
        self.env['ir.cron']._commit_progress()
        try:
            data = client.mutate(writing.document(kinds), writing.variables(kinds, steps))
        except errors.UnclearError as error:
            steps._set_unclear(error.message, error.request_id)
            self.env['ir.cron']._commit_progress()
            return False
        except errors.ShopifyError as error:
            return self._settle_error(client, name, steps, error)
        for index, step in enumerate(steps):
            self._settle_answer(client, kind, step, data, f's{index}')
        self.env['shopify.sync.delivery']._note_done(steps.filtered(lambda step: step.state == 'done'))
        self.env['ir.cron']._commit_progress()
        return True

    def _settle_error(self, client, name, steps, error):
        """Nothing of the request was carried out, unless the error says that it may have been."""
        if error.maybe_done:
            steps._set_unclear(error.message, error.request_id)
            self.env['ir.cron']._commit_progress()
            return False
        steps._set_not_sent()
        is_theirs = isinstance(error, errors.GiveUpError | errors.ScopeError)
        if is_theirs and len(steps) == 1:
            steps._set_failed(error.code, error.message, error.request_id)
        self.env['ir.cron']._commit_progress()
        if not is_theirs:
            raise error
        if len(steps) == 1:
            return True
        # One that Shopify does not understand must not take the others along.
        answered = [self._send(client, name, step) for step in steps]
        return all(answered)

    def _settle_answer(self, client, kind, step, data, alias):
        """What the answer says of one step. Its text never decides."""
        payload = data.get(alias)
        request_id = client.last_request_id
        if payload is None:
            self._settle_missing(client, step, alias, request_id)
            return
        try:
            client.user_errors(data, alias)
            done = kind.result(payload)
        except errors.UserErrors as error:
            # Refused because an earlier one, of which no answer came, was carried out after all? The order tells.
            if self._has_result(kind, payload) or (step.sends > 1 and not writing.may_repeat(kind, step)):
                step._set_unclear(error.message, request_id, error.code or 'refused')
            else:
                step._set_failed(error.code, error.message, request_id)
        except errors.WaitError:
            step._set_not_sent()
        except Exception:
            _logger.exception("The answer to the Shopify step %s cannot be read.", step.id)
            step._set_unclear(request_id=request_id)
        else:
            step._set_done(done.gid, dict(done.answer) if done.answer else None)
            step.request_id = request_id

    @staticmethod
    def _has_result(kind, payload):
        return not kind.is_repeatable and bool(kind.result(payload).gid)

    def _settle_missing(self, client, step, alias, request_id):
        """No payload: refused at the door, or something broke inside."""
        notice = next((row for row in client.warnings if row.path[:1] == (alias,)), None)
        if notice and len(notice.path) == 1 and notice.code not in _BROKEN:
            text = self.env._("Shopify does not accept the request: %(reason)s", reason=notice.message)
            step._set_failed(notice.code, text, request_id)
        else:
            step._set_unclear(notice.message if notice else False, request_id)

    # === ANSWERS THAT ARE MISSING === #

    @api.model
    def _note_crashed(self, backend):
        """A lane is alone with its store: what it finds on its way was left there by a run that has died."""
        crashed = self.env['shopify.delivery.step'].search([('backend_id', '=', backend.id), ('state', '=', 'sending')])
        crashed._set_unclear()

    @api.model
    def _settle_unclear(self, backend, steps, states, read_at=None):
        """Look whether steps without an answer were carried out.

        :param states: ``{order gid: State}``. :param read_at: when they were read, naive UTC; now, if not given.
        """
        read_at = read_at or fields.Datetime.now()
        known = writing.KINDS
        for step in steps.filtered(lambda step: step.state == 'unclear' and step.kind in known):
            state = states.get(step.order_binding_id.gid)
            if state and (step.kind in writing.PARCEL_KINDS or state.orders is not None):
                self._settle_look(known[step.kind], step, state, read_at)
            elif state and not step._get_wait(read_at):
                # The app may no longer see what it has done.
                step._set_failed('answer_lost', self._lost_text(), step.request_id)

    def _settle_look(self, kind, step, state, read_at):
        done = kind.is_applied(self._view(step), state)
        if done:
            step._set_done(done.gid)
            self.env['shopify.sync.delivery']._note_done(step)
        elif step._get_wait(read_at):
            return
        elif step.code and step.looked_at:
            step._set_failed(step.code, step.message, step.request_id)
        elif not kind.is_visible or step.sends >= _MOST_SENDS:
            step._set_failed('answer_lost', self._lost_text(), step.request_id)
        elif step.looked_at or writing.may_repeat(kind, step):
            step._set_missing()
        else:
            step.looked_at = read_at

    def _view(self, step):
        """The step with what is known to be somebody else's doing."""
        others = step.search(
            [
                ('order_binding_id', '=', step.order_binding_id.id),
                ('kind', '=', step.kind),
                ('result_gid', '!=', False),
                ('id', '!=', step.id),
            ]
        )
        # Parcels of Shopify that stand for something in Odoo already.
        taken = self.env['shopify.fulfillment'].search(
            [('order_binding_id', '=', step.order_binding_id.id), ('origin', '=', 'shopify')]
        )
        taken = taken.filtered(lambda row: row.taken == 'done' or row.taken_units or row.delivery_id)
        before = {**(step.before or {}), 'known': others.mapped('result_gid'), 'others': taken.mapped('gid')}
        return SimpleNamespace(kind=step.kind, variables=step.variables, before=before)

    def _lost_text(self):
        return self.env._(
            "It was sent, and Shopify's answer was lost. Look at the order in the Shopify admin before you do it again."
        )

    @api.model
    def _get_wait(self, steps, now=None):
        """Seconds until the next of these unclear steps can be looked at; 0 when the time of all of them had come."""
        return min(filter(None, (step._get_wait(now) for step in steps)), default=0.0)
