"""What people have confirmed to be changed about an order in Shopify: sent once, however often the answer is lost."""

from odoo import api, models

from ..entities import order_write as writing
from ..entities import order_write_state as reading
from ..shopify import errors, paging

_JOB_SECONDS = 2.0
# Shopify may still be at it when the connection breaks; the order is not looked at before.
_UNCLEAR_SECONDS = 10.0
_MOST_SENDS = 4
# A slow payment provider shows a capture minutes later, and Shopify would take the same once more.
_LOOK_AGAIN_SECONDS = 180.0


class ShopifySyncOrderAction(models.AbstractModel):
    _name = 'shopify.sync.order.action'
    _description = "Shopify Order Changes"

    # === READING === #

    @api.model
    def _read_state(self, client, gid):
        """The order as it is now, see :func:`order_write_state.snapshot`.

        :raise GiveUpError: Shopify does not show the order.
        """
        state = reading.snapshot(data := client.query(reading.STATE, {'id': gid}))
        if not state:
            client.require_whole('order')
            raise errors.GiveUpError(
                self.env._(
                    "Shopify does not show this order: it was deleted there, or it is older than 60 days and the app lacks "
                    "the scope read_all_orders."
                ),
                code='order_not_found',
            )
        info = data['order']['lineItems']['pageInfo']
        if info['hasNextPage']:
            variables = {'id': gid, 'first': reading.LINES, 'after': info['endCursor']}
            for page in paging.pages(client, reading.MORE_LINES, variables, ('order', 'lineItems')):
                state['lines'] += reading.more_lines({'nodes': page})
        return state

    @api.model
    def _read_suggestion(self, client, state, lines, shipping):
        """What Shopify would give back for these goods, see :func:`order_write_state.suggestion`."""
        return reading.suggestion(client.query(reading.SUGGESTED, writing.suggested_variables(state, lines, shipping)))

    # === TASKS === #

    @api.model
    def _handle_actions(self, backend, tasks):
        """Each intent for itself; the key of a task is the intent's id."""
        # Every request is counted here: a client that repeats by itself would hide whether an answer was lost before.
        client = backend._get_client('orders', max_tries=1)
        for task in tasks:
            action = self.env['shopify.order.action'].browse(int(task.key)).exists()
            if not action or action.state == 'done':
                task._set_done()
                continue
            self._do(client, action, task)
            self.env['ir.cron']._commit_progress()

    def _do(self, client, action, task):
        if action.state == 'failed':
            if action._is_replaced():
                task._set_failed(
                    'replaced',
                    self.env._(
                        "The same change was confirmed anew since then. Skip this one, or wait until that is done."
                    ),
                )
                return
            action._set_open_again()
        try:
            if self._advance(client, action):
                task._set_done(action.message)
            else:
                task._set_retry('job_running', self.env._("Shopify is at it."), retry_after=_JOB_SECONDS, counted=False)
        except errors.UnclearError as error:
            action.write({'state': 'unclear', 'message': error.message, 'request_id': error.request_id or False})
            pause = error.retry_after or _UNCLEAR_SECONDS
            task._set_retry(error.code, error.message, error.request_id, retry_after=pause)
        except errors.ScopeError as error:
            # The store works on without this scope: the change has failed, not the connection.
            self._fail(action, task, error)
        except errors.GiveUpError as error:
            self._fail(action, task, error)

    def _fail(self, action, task, error):
        refused = not action.sent_at or not (error.maybe_done or error.code == 'answer_lost')
        action._set_failed(error.message, error.request_id, refused=refused)
        task._set_failed(error.code, error.message, error.request_id)

    # === ONE INTENT === #

    def _advance(self, client, action):
        """Bring an intent as far as it goes now; whether it is settled."""
        state = self._read_state(client, action.binding_id.gid)
        if action.job_gid:
            return self._follow_job(client, action, state)
        if action.sent_at and (answer := self._find_done(client, action, state)):
            return self._finish(action, answer)
        if not action.sent_at and writing.is_so(action.kind, action.variables, state):
            return self._finish(action, {'already': True})
        self._require_valid(action, state)
        if action.kind == 'capture' and action.sent_at:
            self._require_not_captured(action, state)
        return self._send(client, action, state)

    def _find_done(self, client, action, state):
        """The change whose answer is missing, as the order shows it, or None."""
        if action.kind == 'capture':
            return writing.was_captured(action.variables, action.before, state)
        if action.kind == 'refund':
            rows = (client.query(reading.REFUNDS, {'id': state['id']}).get('order') or {}).get('refunds') or []
            return writing.was_refunded(action.variables, action.before, rows)
        return {'found': True} if writing.is_so(action.kind, action.variables, state) else None

    def _require_valid(self, action, state):
        """Nothing is sent for a decision that was taken on other facts, or too long ago."""
        # A refund is known to Shopify by its key: the same again is the same refund, whatever else has changed.
        is_repeated_refund = action.kind == 'refund' and action.sent_at
        is_other = not is_repeated_refund and (
            writing.facts(action.kind, action.variables, state) != (action.facts or {})
        )
        if action.sends >= _MOST_SENDS or (action.sent_at and (is_other or action._is_expired())):
            raise self._answer_lost()
        if action._is_expired():
            raise errors.GiveUpError(
                self.env._(
                    "Shopify could not be asked for a day, and nothing was changed there. Open the dialog again if it is still "
                    "wanted."
                ),
                code='expired',
            )
        if is_other:
            raise errors.GiveUpError(
                self.env._(
                    "The order has changed in Shopify since the dialog was opened, so nothing was sent. Open the dialog again "
                    "and look at it anew."
                ),
                code='changed_meanwhile',
            )

    def _answer_lost(self):
        return errors.GiveUpError(
            self.env._(
                "It was sent, and Shopify's answer was lost. Look at the order in the Shopify admin before you do it again."
            ),
            code='answer_lost',
        )

    def _require_not_captured(self, action, state):
        """Shopify knows no key of a capture: the same again takes the money again. The order is looked at twice, minutes
        apart, and where a second capture could succeed beside the first, only a person repeats it."""
        if not action._is_looked_at(_LOOK_AGAIN_SECONDS):
            raise errors.UnclearError(
                self.env._(
                    "Shopify's answer was lost. The order is looked at again in some minutes, before anything is repeated."
                ),
                retry_after=_LOOK_AGAIN_SECONDS,
            )
        if writing.is_repeatable_capture(action.variables, state):
            raise self._answer_lost()

    def _send(self, client, action, state):
        lost_before = bool(action.sent_at)
        action._set_sent({name: state[name] for name in ('transactions', 'refunds')})
        self.env['ir.cron']._commit_progress()
        answer = {}
        for document, variables, root in writing.calls(action.kind, action.variables, action.idempotency_key):
            data = self._mutate(client, action, document, variables, lost_before)
            try:
                answer = client.user_errors(data, root)
            except errors.UserErrors as error:
                return self._settle_refusal(client, action, error, lost_before)
        if action.kind == 'cancel':
            return self._note_job(client, action, answer)
        return self._finish(action, answer.get('transaction') or answer.get('refund') or {})

    def _mutate(self, client, action, document, variables, lost_before):
        """What certainly did not arrive does not count as sent."""
        try:
            return client.mutate(document, variables, idempotent=action.kind == 'refund')
        except errors.ShopifyError as error:
            if not error.maybe_done and not isinstance(error, errors.UnclearError):
                action._set_not_sent(lost_before)
                self.env['ir.cron']._commit_progress()
            raise

    def _settle_refusal(self, client, action, error, lost_before):
        """Shopify says no: because it is so already, or because an earlier request of ours, of which no answer came, was
        carried out after all. Its text never tells; the order does."""
        state = self._read_state(client, action.binding_id.gid)
        answer = self._find_done(client, action, state)
        if answer:
            return self._finish(action, answer if lost_before else {'already': True})
        if lost_before and action.sends < _MOST_SENDS:
            raise errors.UnclearError(error.message, request_id=error.request_id)
        if lost_before:
            raise errors.GiveUpError(
                self.env._(
                    "The answer to the first try was lost, and the next ones were refused: %(reason)s Look at the order in the "
                    "Shopify admin before you do it again.",
                    reason=error.message,
                ),
                code='answer_lost',
            )
        raise error

    def _note_job(self, client, action, answer):
        """Shopify cancels in its own time. The job is kept before anything else, so that it is found again."""
        job = answer.get('job') or {}
        action.job_gid = job.get('id')
        self.env['ir.cron']._commit_progress()
        state = self._read_state(client, action.binding_id.gid)
        return self._follow_job(client, action, state)

    def _follow_job(self, client, action, state):
        if state['cancelled']:
            return self._finish(action, {'job': action.job_gid})
        job = client.query(writing.JOB, {'id': action.job_gid}).get('job') if action.job_gid else None
        if job and not job['done'] and not action._is_expired():
            return False
        # The job may have ended between the two questions.
        if self._read_state(client, action.binding_id.gid)['cancelled']:
            return self._finish(action, {'job': action.job_gid})
        raise errors.GiveUpError(
            self.env._(
                "Shopify took the cancellation but did not carry it out: the order is still open. Its timeline in the Shopify "
                "admin says why."
            ),
            code='not_cancelled',
        )

    # === SETTLED === #

    def _finish(self, action, answer):
        """It is done, or refused by the payment provider: said, and the order read again so that Odoo follows."""
        binding = action.binding_id
        binding.backend_id._enqueue('order', binding.gid, source='shopify')
        if answer.get('status') in ('FAILURE', 'ERROR'):
            raise errors.GiveUpError(
                self.env._(
                    "The payment provider has refused it. Look at the payment in the Shopify admin, or ask the customer to pay "
                    "again."
                ),
                code='payment_refused',
            )
        action._set_done(self._done_message(action, answer), answer)
        if not answer.get('already'):
            binding._add_trail(f'action_{action.kind}', user=action.user_id.name)
        return True

    def _done_message(self, action, answer):
        if answer.get('already'):
            return self.env._("Nothing was sent: the order in Shopify was like that already.")
        statuses = {answer.get('status')} | {
            row['status'] for row in (answer.get('transactions') or {}).get('nodes') or []
        }
        if statuses & {'FAILURE', 'ERROR'}:
            return self.env._(
                "Shopify has noted the refund, but the payment provider refused to give the money back. Repeat the payment in "
                "the Shopify admin."
            )
        if 'PENDING' in statuses:
            return self.env._("Done in Shopify; the payment provider has not answered yet.")
        return self.env._("Done in Shopify. The order is read again, and Odoo follows.")
