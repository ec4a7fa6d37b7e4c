"""A shop's levels read for a comparison: page by page when they are few, else through a bulk operation."""

import contextlib
import itertools

from odoo import fields, models

from .. import const
from ..entities import inventory as mapping
from ..entities import inventory_bulk
from ..shopify import bulk, errors, paging

# So few levels are read by pages before Shopify has started a bulk operation.
_FEW_LEVELS = 1000
_LINES_A_TURN = 1000
_POLL_SECONDS = (2, 60)


class ShopifySyncStockCheck(models.AbstractModel):
    _inherit = 'shopify.sync.stock.check'

    # === PHASES === #

    def _read_on(self, backend, check, task):
        client = backend._get_client('stock')
        if check.phase == 'start':
            self._start(backend, client, check)
        if check.phase == 'bulk' and not self._is_ready(client, check, task):
            return
        if check.phase in ('bulk', 'pages'):
            if not self._read_all(backend, client, check):
                return
            check.write({'phase': 'unseen', 'cursor': False})
        if check.phase == 'unseen':
            if not self._find_unseen(backend, client, check):
                return
            check.write({'phase': 'compare', 'cursor': False, 'level_count': 0})
        if check.phase in ('compare', 'repair'):
            self._differ_on(backend, client, check, task)

    def _start(self, backend, client, check):
        """A comparison starts from now; the lists of older ones are out of date with it."""
        self.env['shopify.sync.levels']._take_sales(backend)
        with contextlib.suppress(errors.ScopeError):
            self.env['shopify.sync.quantity']._read_unseen(backend)
        bindings = self.env['shopify.sync.quantity']._bindings(backend)
        expected = len(bindings) * len(self._locations(backend))
        check._supersede()
        check.write(
            {
                'phase': 'pages',
                'started_at': fields.Datetime.now(),
                'expected_count': expected,
                'cursor': False,
                'message': False,
            }
        )
        if expected > _FEW_LEVELS:
            self._start_bulk(client, check)
        self.env['shopify.engine']._is_time_left(0)

    def _start_bulk(self, client, check):
        """What Shopify does not want to put together is read by pages: it takes longer and no more."""
        with contextlib.suppress(errors.GiveUpError, errors.ScopeError):
            check.write({'bulk_gid': bulk.run(client, inventory_bulk.QUERY), 'phase': 'bulk'})

    def _is_ready(self, client, check, task):
        try:
            status = bulk.status(client, check.bulk_gid)
        except errors.GiveUpError:
            status = None
        if status and not status.over:
            age = (fields.Datetime.now() - (status.created_at or fields.Datetime.now())).total_seconds()
            text = self.env._("Shopify is putting the quantities together: %(count)s rows.", count=status.objects)
            self._come_back(check, task, max(_POLL_SECONDS[0], min(_POLL_SECONDS[1], age / 4)), text)
            return False
        if not status or not status.good:
            self._turn_to_pages(check)
        return True

    @staticmethod
    def _turn_to_pages(check):
        check.write({'phase': 'pages', 'bulk_gid': False, 'cursor': False, 'read_count': 0})

    def _locations(self, backend):
        """Where the store's quantities are written."""
        return backend.location_ids.filtered(lambda location: location.active and location.warehouse_id)

    # === READING === #

    def _read_all(self, backend, client, check):
        """Whether everything is read; the position is committed with what was read up to there."""
        rows = self._bulk_rows if check.phase == 'bulk' else self._page_rows
        for chunk, position, moment in rows(backend, client, check):
            self._take_rows(backend, client, check, chunk, moment)
            check.write({'cursor': position, 'read_count': check.read_count + len(chunk), 'message': False})
            if not (self.env['shopify.engine']._is_time_left() and backend._is_live()):
                return False
            check.invalidate_recordset(['state'])
            if check.state != 'running':
                return False
        return True

    def _bulk_rows(self, backend, client, check):
        """``([row, …], position, moment from which the rows are)``, from the line on that was reached. A result that cannot
        be had is read by pages: it takes longer and no more."""
        try:
            yield from self._result_rows(client, check)
        except errors.ResultGoneError:
            self._turn_to_pages(check)
            yield from self._page_rows(backend, client, check)

    def _result_rows(self, client, check):
        """The rows of the operation's result. One may be as old as the comparison."""
        status = bulk.status(client, check.bulk_gid)
        if not status.url:
            return
        done = (check.cursor or {}).get('lines', 0)
        lines = bulk.rows(status.url, timeout=const.REQUEST_SECONDS, size=status.size, endpoint=client.endpoint)
        lines = itertools.islice(lines, done, None)
        while part := list(itertools.islice(lines, _LINES_A_TURN)):
            done += len(part)
            yield list(filter(None, map(inventory_bulk.seen_of, part))), {'lines': done}, check.started_at

    def _page_rows(self, backend, client, check):
        """The same page by page, location after location."""
        position = check.cursor or {}
        for location in self._locations(backend).sorted('id'):
            if location.id < position.get('location', 0):
                continue
            variables = {'id': location.gid, 'first': mapping.LEVELS_PER_PAGE, 'after': None}
            if location.id == position.get('location'):
                if not position.get('after'):
                    continue
                variables['after'] = position['after']
            moment = fields.Datetime.now()
            pages = paging.walk(client, mapping.LEVELS_AT_LOCATION, variables, ('location', 'inventoryLevels'))
            for page, cursor in pages:
                rows = [mapping.seen(level['item']['id'], location.gid, level) for level in page]
                yield rows, {'location': location.id, 'after': cursor or ''}, moment
                moment = fields.Datetime.now()

    # === WHAT IS READ === #

    def _take_rows(self, backend, client, check, rows, moment):
        """Remember rows as they are as long as nothing is written to the store. Later, what a row shows may be older than
        what was written since: only rows that show something else count, and their items are read anew."""
        if not backend.stock_export:
            self._believe(backend, rows, moment)
            return
        levels = self._levels_of(backend, {row.item for row in rows})
        odd, same = [], []
        for row in rows:
            level = levels.get((row.item, row.location))
            if level is None:
                continue
            unstocked = not (level.is_active or row.active)
            if level.is_known and (unstocked or (level.is_active and row.active and level.known == row.available)):
                same.append(level.id)
            else:
                odd.append(row.item)
        self._touch(self.env['shopify.inventory.level'].browse(same), moment)
        self._look_closer(backend, client, check, list(dict.fromkeys(odd)))

    def _levels_of(self, backend, items):
        """``{(item gid, location gid): level}`` of variants with a product, where quantities are written."""
        bindings = self.env['shopify.variant.binding'].search(
            [('backend_id', '=', backend.id), ('inventory_item_gid', 'in', list(items)), ('product_id', '!=', False)]
        )
        return {
            (level.variant_binding_id.inventory_item_gid, level.location_id.gid): level
            for level in self.env['shopify.sync.levels']._ensure(backend, bindings, ended=True)
        }

    def _believe(self, backend, rows, moment):
        """Nothing is written to this store: what it shows is what is known, and nobody has to explain it."""
        levels = self._levels_of(backend, {row.item for row in rows})
        seen = []
        for row in rows:
            level = levels.get((row.item, row.location))
            if level is not None and (row.active or not level.ended_at):
                self.env['shopify.sync.levels']._accept(level, row.available, row.active, row)
                seen.append(level.id)
        self.env['shopify.inventory.level'].browse(seen).known_at = moment

    def _touch(self, levels, moment):
        """They were seen, and are as they are known to be."""
        levels.filtered(lambda level: not level.known_at or level.known_at < moment).known_at = moment

    def _look_closer(self, backend, client, check, items):
        """Read items anew, and note the levels that neither show what is known nor what Odoo wants."""
        if not items:
            return
        sync = self.env['shopify.sync.levels']
        sync._take_sales(backend)
        rows = sync._read_items(client, items)
        levels = self._levels_of(backend, items)
        changed = {}
        for row in rows:
            level = levels.get((row.item, row.location))
            if level is None or not (level.is_known and level.is_active and row.active):
                continue
            if level.known != row.available:
                changed[level] = row.available
        wanted = self.env['shopify.sync.quantity']._targets(
            backend, self.env['shopify.inventory.level'].union(*changed)
        )
        check._note_differences(
            [
                (level, shown, wanted[level.id], 'sale_unseen')
                for level, shown in changed.items()
                if shown != wanted[level.id]
            ]
        )
        sync._compare(backend, rows)

    # === WHAT WAS NOT THERE === #

    def _find_unseen(self, backend, client, check):
        """Levels that Shopify did not name are not stocked there, or gone. Whether all variants are looked at."""
        position = (check.cursor or {}).get('variant', 0)
        bindings = self.env['shopify.sync.quantity']._bindings(backend).sorted('id')
        bindings = bindings.filtered(lambda binding: binding.id > position)
        for start in range(0, len(bindings), _LINES_A_TURN):
            part = bindings[start : start + _LINES_A_TURN]
            self.env['shopify.sync.levels']._ensure(backend, part)
            unseen = self._unseen(backend, check, part)
            if backend.stock_export:
                gids = list(dict.fromkeys(unseen.variant_binding_id.mapped('inventory_item_gid')))
                self._look_closer(backend, client, check, gids)
                unseen = self._unseen(backend, check, part)
            unseen.write({'is_known': True, 'is_active': False, 'known': 0, 'known_at': fields.Datetime.now()})
            check.cursor = {'variant': part[-1].id}
            if not self.env['shopify.engine']._is_time_left(len(part)):
                return False
        return True

    def _unseen(self, backend, check, bindings):
        """The levels that were not read since the comparison began, though they are said to be stocked."""
        return self.env['shopify.inventory.level'].search(
            [
                ('variant_binding_id', 'in', bindings.ids),
                ('location_id', 'in', self._locations(backend).ids),
                ('unexplained_since', '=', False),
                ('ended_at', '=', False),
                '|',
                ('is_known', '=', False),
                '&',
                ('is_active', '=', True),
                '|',
                ('known_at', '=', False),
                ('known_at', '<', check.started_at),
            ],
        )

    def _tidy_up(self, backend, check):
        """A comparison that somebody has stopped: what still runs at Shopify is ended."""
        if check.state == 'stopped' and check.phase == 'bulk' and check.bulk_gid:
            # It may be over already, or forgotten.
            with contextlib.suppress(errors.GiveUpError):
                bulk.cancel(backend._get_client('stock'), check.bulk_gid)
            check.bulk_gid = False
