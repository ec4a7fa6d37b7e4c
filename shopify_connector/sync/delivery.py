"""What Shopify has to know of deliveries: the task that tells it, order by order."""

import logging
from dataclasses import dataclass, field

from psycopg2 import OperationalError

from odoo import api, fields, models

from ..entities import fulfillment as reading
from ..entities import fulfillment_write as writing
from ..shopify import errors, oauth

_logger = logging.getLogger(__name__)

# Orders that are read, planned and sent together: a few requests, and a crash leaves little open.
_ORDERS_TOGETHER = 50
_MOST_ROUNDS = 6
_SOON = 10.0


@dataclass
class Run:
    """Orders that are worked on together.

    ``refused``: what Shopify did not do in this run, ``{(delivery id, kind, the variables as text): (code, message, request
    id)}``; ``unmovable`` and ``blocked`` the same of fulfilment orders, see ``fulfillment_plan.Policy``. ``failed``: ``{order
    gid: (code, message, request id)}`` of what a person has asked for. ``settled``: ids of deliveries that need nothing more
    in this run. ``errors``: ``{order gid: exception}``.
    """

    backend: object
    client: object
    bindings: dict
    states: dict = field(default_factory=dict)
    read_at: object = None
    parcels: dict = field(default_factory=dict)
    spare: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)
    unmovable: set = field(default_factory=set)
    blocked: dict = field(default_factory=dict)
    failed: dict = field(default_factory=dict)
    settled: set = field(default_factory=set)
    places: dict | None = None
    errors: dict = field(default_factory=dict)


class ShopifySyncDelivery(models.AbstractModel):
    _name = 'shopify.sync.delivery'
    _description = "Shopify Deliveries"

    # === TASKS === #

    @api.model
    def _handle_deliveries(self, backend, tasks):
        """Tell what Odoo has done with the orders of the tasks; the key of a task is an order's gid."""
        client = backend._get_client('orders')
        self.env['shopify.sync.delivery.steps']._note_crashed(backend)
        keys = list(dict.fromkeys(tasks.mapped('key')))
        for start in range(0, len(keys), _ORDERS_TOGETHER):
            part = set(keys[start : start + _ORDERS_TOGETHER])
            some = tasks.filtered(lambda task, part=part: task.key in part)
            self._tell(backend, client, some)
            if not self.env['shopify.engine']._is_time_left(len(some)):
                return

    def _tell(self, backend, client, tasks):
        """Everything that is open about the orders of some tasks."""
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', tasks.mapped('key'))]
        )
        run = Run(backend, client, {binding.gid: binding for binding in bindings})
        stop = None
        try:
            self._advance(run)
        except (errors.WaitError, errors.AskPersonError) as error:
            stop = error
            self._note_stop(run, error)
        except OperationalError:
            raise
        except Exception as error:
            # Which of several it is about, the engine finds out by halves.
            if len(bindings) != 1:
                raise
            self._note_error(run, error)
        self._settle_tasks(run, tasks, stop)
        self.env['ir.cron']._commit_progress()
        if stop:
            raise stop

    def _note_error(self, run, error):
        """An error that nobody has foreseen is said on the deliveries of the one order that it came with."""
        if not isinstance(error, errors.ShopifyError):
            _logger.error("Deliveries of the Shopify order %s cannot be told.", *run.bindings, exc_info=error)
        self.env.cr.rollback()
        run.errors.update(dict.fromkeys(run.bindings, error))

    def _advance(self, run):
        """As far as it goes now: what was sent without an answer is looked for first."""
        self._drop_given_up(run)
        self._read(run, self._get_busy(run))
        self._settle_others(run)
        self._advance_kind(run, 'cancel')
        for _round in range(_MOST_ROUNDS):
            steps = self._plan_all(run)
            # Written down before anything is sent.
            self.env['ir.cron']._commit_progress()
            if not steps:
                break
            may_go_on = self.env['shopify.sync.delivery.steps']._perform(run.backend, run.client, steps)
            self._follow(run, steps)
            if not may_go_on:
                break
        self._advance_kind(run, 'return')

    def _drop_given_up(self, run):
        """Steps that were only planned, for a delivery of which nobody wants to tell any more."""
        steps = self._get_steps([binding.id for binding in run.bindings.values()], ('planned',))
        steps = steps.filtered(
            lambda step: step.delivery_id and step.kind != 'tracking' and not step.delivery_id._is_open()
        )
        steps._set_failed('replaced', self._sentence('replaced'))

    def _get_busy(self, run):
        """Gids of the orders about which Shopify has to be asked."""
        ids = [binding.id for binding in run.bindings.values()]
        open_deliveries = self._get_open(ids)
        open_steps = self._get_steps(ids)
        busy = open_deliveries.order_binding_id | open_steps.order_binding_id
        return [gid for gid, binding in run.bindings.items() if binding in busy]

    def _get_open(self, binding_ids, kind=None):
        domain = [
            ('order_binding_id', 'in', binding_ids),
            ('origin', '=', 'odoo'),
            ('state', 'in', ('waiting', 'held', 'failed')),
        ]
        return self.env['shopify.delivery'].search(domain + ([('kind', '=', kind)] if kind else []), order='id')

    def _get_steps(self, binding_ids, states=('planned', 'unclear')):
        return self.env['shopify.delivery.step'].search(
            [('order_binding_id', 'in', binding_ids), ('state', 'in', states)], order='id'
        )

    def _read(self, run, gids):
        """Read orders (again), look for what has no answer, keep what is new about parcels."""
        if not gids:
            return
        run.read_at = fields.Datetime.now()
        states = self._read_states(run.backend, run.client, gids)
        run.states.update(states)
        for gid in gids:
            if gid not in states:
                run.states.pop(gid, None)
                run.errors[gid] = self._gone_error()
        ids = [run.bindings[gid].id for gid in states]
        unclear = self._get_steps(ids, ('unclear',))
        self.env['shopify.sync.delivery.steps']._settle_unclear(run.backend, unclear, states, run.read_at)
        for step in unclear.filtered(lambda step: step.state == 'failed'):
            self._note_refusal(run, step)
        for gid, state in states.items():
            with self.env['shopify.engine']._attempt(run.errors, gid):
                self._get_notes()._note(run.bindings[gid], state)
        # Parcels that were made without an answer are known only now.
        self._note_done(unclear.filtered(lambda step: step.kind == 'create' and step.state == 'done'))

    def _get_notes(self):
        """Where parcels are kept, by somebody who tells deliveries anyway."""
        return self.env['shopify.sync.fulfillment'].with_context(shopify_telling=True)

    def _gone_error(self):
        return errors.GiveUpError(
            self.env._(
                "Shopify does not show this order: it was deleted there, or it is older than 60 days and the app lacks the "
                "scope read_all_orders."
            ),
            code='order_not_found',
        )

    def _follow(self, run, steps):
        """What the steps have changed is read again before anything else is planned on it."""
        kinds = self.env['shopify.sync.delivery.steps']._get_kinds()
        stale = []
        for step in steps:
            if step.state == 'failed':
                self._note_refusal(run, step)
            # What did not have its turn was counted as done when the rest was planned.
            is_other = step.state in ('failed', 'planned')
            if is_other or (step.state == 'done' and kinds[step.kind].changes_orders):
                stale.append(step.order_binding_id.gid)
        self._read(run, list(dict.fromkeys(stale)))

    def _note_refusal(self, run, step):
        """What is not tried again in this run, and what stands in its place."""
        said = (step.code, step.message, step.request_id)
        if step.kind == 'move':
            run.unmovable.add((step.variables['id'], step.variables['newLocationId']))
        elif step.kind in ('open', 'accept'):
            run.blocked[step.variables['id']] = step.message
        else:
            run.refused[step.delivery_id.id, step.kind, writing.text(step.variables)] = said
        if not step.delivery_id or step.kind == 'tracking':
            run.failed[step.order_binding_id.gid] = said

    def _settle_others(self, run):
        """Steps of kinds that an order's parcels do not show are looked for by whoever brought them; also those of a delivery
        that nobody works on any more."""
        granted = self.env['shopify.sync.connection']._granted(run.backend)
        model = self.env.get('shopify.sync.delivery.return')
        steps = self._get_steps([binding.id for binding in run.bindings.values()], ('unclear',))
        steps = steps.filtered(lambda step: step.kind not in writing.KINDS and not step.delivery_id._is_open())
        if steps and not oauth.missing_scopes(granted, ('write_returns',)) and hasattr(model, '_settle_unclear'):
            model._settle_unclear(run.backend, run.client, steps)

    def _advance_kind(self, run, kind):
        """Deliveries of other kinds have an engine of their own, which uses the same steps."""
        deliveries = self._get_open([binding.id for binding in run.bindings.values()], kind)
        model = f'shopify.sync.delivery.{kind}'
        if deliveries and model in self.env:
            self.env[model]._advance(run.backend, run.client, deliveries)

    def _note_done(self, steps):
        """Parcels that steps have made are Odoo's own, whatever they were taken for while the answer was missing."""
        for step in steps.filtered(lambda step: step.kind == 'create'):
            binding, delivery = step.order_binding_id, step.delivery_id
            if step.answer:
                made = writing.fulfillment_of(step.answer)
                state = reading.State(binding.gid, fulfillments=(made,))
                self._get_notes()._note(binding, state)
            row = self.env['shopify.fulfillment'].search(
                [('backend_id', '=', step.backend_id.id), ('gid', '=', step.result_gid), ('origin', '=', 'shopify')]
            )
            row.write({'origin': 'odoo', 'delivery_id': delivery.id, 'taken': 'done', 'message': False})
            if delivery.picking_id:
                row.picking_ids = [fields.Command.link(delivery.picking_id.id)]

    # === SETTLED === #

    def _note_stop(self, run, error):
        """What waits, waits for this; it is tried again by itself."""
        ids = [binding.id for binding in run.bindings.values()]
        waiting = self._get_open(ids).filtered(lambda delivery: delivery.state == 'waiting')
        waiting.write({'code': error.code, 'message': error.message, 'request_id': error.request_id or False})

    def _settle_tasks(self, run, tasks, stop):
        """Each order's tasks by what is left of its own deliveries and steps."""
        ids = [binding.id for binding in run.bindings.values()]
        deliveries, steps = self._get_open(ids).grouped('order_binding_id'), self._get_steps(ids)
        steps = steps.grouped('order_binding_id')
        for gid, some in tasks.grouped('key').items():
            binding = run.bindings.get(gid, self.env['shopify.order.binding'])
            self._settle_task(
                run,
                some,
                deliveries.get(binding, self.env['shopify.delivery']),
                steps.get(binding, self.env['shopify.delivery.step']),
                stop,
            )
        failed = set(tasks.filtered(lambda task: task.state == 'failed').mapped('key'))
        self._close_older(run, tasks.filtered(lambda task: task.state == 'done' and task.key not in failed))

    def _close_older(self, run, tasks):
        """What stood in the way before and does not any more is off the list; not what a person has asked for in vain."""
        older = tasks._get_older_failed()
        steps = self._get_steps([run.bindings[task.key].id for task in older if task.key in run.bindings], ('failed', 'done'))
        last = {(step.order_binding_id, step.delivery_id, step.kind): step for step in steps.sorted('id')}
        lasting = {
            (step.order_binding_id.gid, step.code)
            for step in last.values()
            if step.state == 'failed' and (not step.delivery_id or step.kind == 'tracking')
        }
        older.filtered(lambda task: (task.key, task.error_code) not in lasting)._set_settled()

    def _settle_task(self, run, tasks, deliveries, steps, stop):
        gid = tasks[0].key
        error = run.errors.get(gid)
        failed = deliveries.filtered(lambda delivery: delivery.state == 'failed')[:1]
        waiting = deliveries.filtered(lambda delivery: delivery.state == 'waiting')
        unclear = steps.filtered(lambda step: step.state == 'unclear')
        wait = self.env['shopify.sync.delivery.steps']._get_wait(unclear, run.read_at)
        if error:
            self._settle_broken(tasks, deliveries, steps, error)
        elif unclear and (wait or not stop):
            self._settle_unclear_task(tasks, waiting, wait)
        elif stop and (gid not in run.states or waiting or steps):
            # The error that stopped it says when to go on.
            return
        elif waiting or steps:
            text = self.env._("There is more to tell than goes at once. It goes on by itself.")
            tasks._set_retry('more', text, retry_after=_SOON)
        elif failed or gid in run.failed:
            code, message, request_id = run.failed.get(gid) or (failed.code, failed.message, failed.request_id)
            tasks[1:]._set_done()
            tasks[:1]._set_failed(code or 'failed', message, request_id)
        else:
            tasks._set_done()

    def _settle_unclear_task(self, tasks, waiting, wait):
        """What nobody could look at although its time has come is not waited for without end."""
        text = self.env._("Shopify's answer was lost. It is looked at again before anything is repeated.")
        waiting.write({'code': 'unclear', 'message': text})
        tasks._set_retry('unclear', text, retry_after=wait and wait + 1, counted=not wait)

    def _settle_broken(self, tasks, deliveries, steps, error):
        """An error about one order is said on its deliveries; what passes is tried again."""
        code, message, request_id = self.env['shopify.engine']._explain(error)
        if isinstance(error, errors.GiveUpError):
            deliveries._set_failed(code, message, request_id)
            # What may have been carried out is looked for again when a person retries.
            steps.filtered(lambda step: step.state == 'planned')._set_failed(code, message, request_id)
            tasks[1:]._set_done()
            tasks[:1]._set_failed(code, message, request_id)
            return
        waiting = deliveries.filtered(lambda delivery: delivery.state == 'waiting')
        waiting._set_waiting(code, message, request_id)
        tasks._set_retry(code, message, request_id)
        if tasks.filtered(lambda task: task.state == 'failed'):
            waiting._set_failed(code, message, request_id)
