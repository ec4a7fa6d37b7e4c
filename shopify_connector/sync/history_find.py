"""Where the orders of an import come from: read one by one when they are few, else through a bulk operation."""

import contextlib
import os
import time
from datetime import timedelta

from odoo import fields, models, tools

from .. import const
from ..entities import order_bulk, order_documents, order_selection
from ..shopify import bulk, errors, gid, paging, when

# So many orders are read quicker than Shopify starts a bulk operation; more of them would cost many points.
_FEW_ORDERS = 50
_FEW_NUMBERS = 250
_POLL_SECONDS = (2, 60)
_BUSY_SECONDS = 60.0
FOLDER = 'shopify_imports'
_FILE_DAYS = 8


class ShopifySyncHistory(models.AbstractModel):
    _inherit = 'shopify.sync.history'

    # === FIND === #

    def _is_found(self, backend, client, run, task):
        """Whether the orders can be read now. If not, Shopify is at work on it and the task waits."""
        if run.gids or run.found_gids:
            run.found_count = len(run.gids or run.found_gids)
            return True
        if run.bulk_gid:
            return self._is_ready(client, run, task)
        gids = self._look_up(backend, client, run)
        if gids is None:
            gids = self._start(backend, client, run)
        if gids is not None:
            run.write({'found_gids': gids, 'found_count': len(gids)})
            return True
        self._wait(run, task, self._first_look_seconds(run), self._waiting_text())
        return False

    def _look_up(self, backend, client, run):
        """The gids of a small selection, oldest first; None when it is not small."""
        selection = run._get_selection()
        search = order_selection.search(selection)
        if selection.by_number:
            if selection.number_count > _FEW_NUMBERS:
                return None
            searches = [
                f'({names}) AND {search}' if search else names for names in order_selection.name_searches(selection)
            ]
        else:
            counted = client.query(order_selection.COUNT, {'query': search or None, 'limit': _FEW_ORDERS + 1})
            if counted['ordersCount']['count'] > _FEW_ORDERS:
                return None
            searches = [search]
        found = {
            node['id']: node['createdAt']
            for text in searches
            for page in paging.pages(client, order_selection.FIND, {'query': text}, ('orders',))
            for node in page
            if order_selection.matches(node, selection)
        }
        return sorted(found, key=lambda id_: (found[id_], gid.gid_number(id_)))

    def _start(self, backend, client, run):
        """Have Shopify put everything together. The operation's id is committed at once: a crash afterwards must not
        leave one running unknown. Returns None, or gids that are read one by one instead."""
        query, values = self._get_query(backend, client, run)
        try:
            bulk_gid = bulk.run(client, query)
        except errors.UserErrors as error:
            if error.code != 'operation_in_progress':
                raise
            raise errors.Unavailable(
                self.env._("Five other bulk operations run in this shop. It is tried again until one has ended."),
                retry_after=_BUSY_SECONDS,
            ) from error
        run.write({**values, 'bulk_gid': bulk_gid})
        self.env['shopify.engine']._is_time_left(0)

    def _get_query(self, backend, client, run):
        """``(bulk query, what has to be kept of it to read its result)``."""
        selection = run._get_selection()
        document, variables = self.env['shopify.sync.order']._reading(backend)
        texts = [
            self.env['shopify.sync.order']._in_money(text, backend.money_policy)
            for text in (document, order_documents.CHARGES)
        ]
        if selection.by_number:
            selection = self._bounded(client, selection)
        reading = order_bulk.reading(*texts, variables, order_selection.search(selection))
        connections = [list(connection) for connection in reading.connections]
        return reading.query, {'connections': connections, 'money_policy': backend.money_policy}

    def _bounded(self, client, selection):
        """The time between the first and the last number, where the shop has them: its search knows no ranges of
        numbers. A name that is no number may stand anywhere."""
        numbers = [number for pair in selection.ranges for number in pair]
        numbers += [int(name) for name in selection.names if name.isdigit()]
        if not numbers or not all(name.isdigit() for name in selection.names):
            return selection
        first, last = self._placed_at(client, min(numbers)), self._placed_at(client, max(numbers))
        return order_selection.narrowed(selection, first, last + timedelta(seconds=1) if last else None)

    def _placed_at(self, client, number):
        """When the order with a number was placed; None when there is none, or several."""
        wanted = order_selection.Selection(ranges=((number, number),))
        found = [
            when.to_utc(node['createdAt'])
            for page in paging.pages(
                client, order_selection.FIND, {'query': f'name:{when.quoted(number)}'}, ('orders',)
            )
            for node in page
            if order_selection.matches(node, wanted)
        ]
        return found[0] if len(found) == 1 else None

    # === WAIT === #

    def _first_look_seconds(self, run):
        """When a bulk operation that has just been started is asked about."""
        return _POLL_SECONDS[0]

    def _is_ready(self, client, run, task):
        status = bulk.status(client, run.bulk_gid)
        if not status.over:
            text = self._waiting_text(status.objects)
            age = (fields.Datetime.now() - (status.created_at or fields.Datetime.now())).total_seconds()
            self._wait(run, task, max(_POLL_SECONDS[0], min(_POLL_SECONDS[1], age / 4)), text)
            return False
        if not status.good:
            return self._is_read_otherwise(client, run, status)
        self._note_operation(run, status)
        spool = self._spool(run)
        if status.url and not spool.is_complete:
            self._fill(client, run, spool, status)
        run.found_count = spool.count() if status.url else 0
        return True

    @staticmethod
    def _note_operation(run, status):
        """Of operations that follow one another in a run the first one's beginning counts: what was read of it stays."""
        seconds = (status.completed_at - status.created_at).total_seconds() if status.completed_at else 0.0
        run.write(
            {
                'bulk_created_at': run.bulk_created_at or status.created_at,
                'bulk_seconds': max(seconds, run.bulk_seconds),
            }
        )

    def _is_read_otherwise(self, client, run, status):
        """Whether it can go on without the operation, which has failed."""
        run.bulk_gid = False
        self.env['shopify.engine']._is_time_left(0)
        if status.error_code == 'ACCESS_DENIED':
            raise errors.ScopeError(
                self.env._(
                    "Shopify does not let this app read all that belongs to an order. Press Check Connection in the store: "
                    "it names the scope that is missing."
                )
            )
        raise errors.GiveUpError(
            self.env._(
                "Shopify's bulk operation ended without a result (%(reason)s). Press Resume to start it again, or choose "
                "a shorter time.",
                reason=(status.error_code or status.status).lower(),
            ),
            code='bulk_failed',
        )

    def _wait(self, run, task, seconds, text):
        run.message = text
        task.write({'due_at': fields.Datetime.now() + timedelta(seconds=seconds), 'message': text, 'error_code': False})

    # === READ === #

    def _batches(self, backend, client, run, pace):
        """``(payloads, gids that Shopify does not have, position behind them)``, oldest first, from the position on."""
        if run.gids or run.found_gids:
            yield from self._direct_batches(backend, client, run, pace)
        elif run.found_count:
            yield from self._bulk_batches(backend, client, run, pace)

    def _direct_batches(self, backend, client, run, pace):
        gids, position = run.gids or run.found_gids, run.position or 0
        while position < len(gids):
            part = gids[position : position + pace.size]
            payloads, missing = self._read(backend, client, part)
            position += len(part)
            yield payloads, missing, position

    def _read(self, backend, client, gids):
        """``(payloads, gids that Shopify does not have)``."""
        return self.env['shopify.sync.order']._read(backend, client, gids)

    def _bulk_batches(self, backend, client, run, pace):
        payload_of = self._payload_maker(run)
        spool, batch, position = self._spool(run), [], None
        if not spool.is_complete:
            status = bulk.status(client, run.bulk_gid)
            self._fill(client, run, spool, status)
        for position, root in spool.roots(tuple(run.position) if run.position else None):
            batch.append(payload_of(root))
            if len(batch) >= pace.size:
                yield *self._complete(backend, client, run, batch), list(position)
                batch = []
        if batch:
            yield *self._complete(backend, client, run, batch), list(position)

    def _payload_maker(self, run):
        """What makes a payload of a root of the bulk result."""
        connections, money = run.connections, run.money_policy
        return lambda root: {**order_bulk.payload(root, connections), 'money_policy': money}

    def _complete(self, backend, client, run, payloads):
        """``(payloads, gids that Shopify does not have any more)``, with what a bulk operation cannot read."""
        self.env['shopify.sync.order']._read_companies(client, payloads)
        return payloads, []

    def _root_filter(self, run):
        """Which roots are wanted: Shopify's search is not exact."""
        selection = run._get_selection()
        return lambda root: order_selection.matches(root, selection)

    # === FILE === #

    def _spool(self, run):
        """The result as a file beside Odoo's own data, for the lane's short runs would download it again and again.
        Another server, or a lost file, costs a download and nothing else."""
        folder = os.path.join(tools.config['data_dir'], FOLDER)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        name = f'{self.env.cr.dbname}-{run.id}-{gid.gid_number(run.bulk_gid) if run.bulk_gid else 0}.sqlite'
        return bulk.Spool(os.path.join(folder, name))

    def _fill(self, client, run, spool, status):
        """Download the result, without what the search found too much."""
        if not status.url:
            raise errors.ResultGoneError
        self._remove_old_files(os.path.dirname(spool.path))
        is_wanted = self._root_filter(run)
        rows = bulk.rows(status.url, timeout=const.REQUEST_SECONDS, size=status.size, endpoint=client.endpoint)
        spool.fill(row for row in rows if '__parentId' in row or is_wanted(row))

    @staticmethod
    def _remove_old_files(folder):
        limit = time.time() - _FILE_DAYS * 86400
        for entry in os.scandir(folder):
            if entry.is_file() and entry.stat().st_mtime < limit:
                os.unlink(entry.path)

    def _tidy_up(self, backend, run):
        """A run that somebody has stopped: what still runs at Shopify is ended, and its file goes."""
        if run.state != 'stopped' or not run.bulk_gid:
            return
        spool = self._spool(run)
        if not spool.is_complete:
            # It may be over already, or forgotten.
            with contextlib.suppress(errors.GiveUpError):
                bulk.cancel(backend._get_client('catalogue'), run.bulk_gid)
        spool.remove()
