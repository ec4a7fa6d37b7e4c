"""One intent: written down, committed, sent, and settled even when its answer is lost."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..entities import inventory
from ..entities import stock_push as mapping
from ..shopify import errors

_STILL_RUNNING_PAUSE = 5.0


class ShopifySyncStock(models.AbstractModel):
    _inherit = 'shopify.sync.stock'

    # === WRITE === #

    def _write(self, run, rows):
        """Write up to 250 levels. Returns the rows that were not written because of others, to be sent again."""
        push = self._intend(run, 'set', rows)
        bad = self._send(run.backend, run.client, push, rows)
        return [row for index, row in enumerate(rows) if index not in bad] if bad else []

    def _intend(self, run, kind, rows):
        """What is about to be sent, committed before it is."""
        pushes = self.env['shopify.stock.push']
        key, reference = pushes._new_key()
        push = pushes._note(
            run.backend,
            kind,
            key,
            mapping.variables(kind, rows, key, reference),
            [(row.level_id, row.known, row.quantity) for row in rows],
            run.confirmed,
        )
        self.env['ir.cron']._commit_progress()
        return push

    def _send(self, backend, client, push, rows):
        """Send an intent and settle it. Returns the indexes of rows that keep the whole from being written.

        :raise ShopifyError: no good answer. Unless the request certainly never ran, the intent stays open and is settled
            before anything else happens to the store's levels.
        """
        found = mapping.outcome(push.kind, self._mutate(client, push), len(rows))
        if found.running:
            raise errors.Unavailable(
                self.env._("Shopify is still busy with the same quantities. It is tried again by itself."),
                code=mapping.REPEAT_LATER.lower(),
                retry_after=_STILL_RUNNING_PAUSE,
            )
        if found.general:
            error = errors.UserErrors.of(found.general)
            self._close(push, 'refused', error.message)
            raise error
        self._apply(push, rows, found.written)
        if found.written or not found.unknown:
            self._close(push, *self._end_of(found))
        self._look_into(backend, client, rows, found)
        if push.state == 'open':
            # Not before: what is read now may show this write, which may be hours old, and is ours as long as it is open.
            self._close(push, *self._end_of(found))
        self.env['ir.cron']._commit_progress()
        return {*found.refused, *found.unknown}

    def _mutate(self, client, push):
        """The answer's data. Whatever certainly did not run is no open intent."""
        usage = client.usage
        before = usage.requests, usage.throttled
        try:
            return client.mutate(mapping.document(push.kind, push.row_count), push.variables, idempotent=True)
        except errors.GiveUpError as error:
            self._close(push, 'refused', error.message)
            raise
        except errors.ShopifyError as error:
            # A try that was throttled did not run; the last one did not when its error says so.
            tries, throttled = usage.requests - before[0], usage.throttled - before[1]
            if not error.maybe_done and tries - throttled <= (not isinstance(error, errors.Throttled)):
                self._close(push, 'refused', error.message)
            raise

    def _close(self, push, state, message=False):
        push._close(state, message)
        self.env['ir.cron']._commit_progress()

    @staticmethod
    def _end_of(found):
        """``(state, message)`` of the intent."""
        reason = next((problem['message'] for problem in found.refused.values()), False)
        if found.written:
            return 'done', reason
        return ('unclear', reason) if found.unknown else ('refused', reason)

    def _apply(self, push, rows, written):
        """What was written is what is known since it was sent, less the sales that were noted since then. Shopify has
        compared it, so that it need not be looked at again.

        ``written``: ``{index: units shown, or None for those that were sent}``.
        """
        if not written:
            return
        self.env['shopify.inventory.level'].flush_model()
        self.env.cr.execute(
            SQL(
                """
            UPDATE shopify_inventory_level level
               SET known = COALESCE(written.shown, level.known + written.step), is_active = true,
                   pushed = written.quantity, pushed_at = %(sent_at)s, known_at = %(known_at)s,
                   check_after = CASE WHEN level.may_return = 0 AND level.may_leave = 0 THEN NULL ELSE level.check_after END,
                   message = NULL, refused_code = NULL, refused_until = NULL
              FROM unnest(%(ids)s, %(quantities)s, %(steps)s, %(shown)s::int[]) AS written(id, quantity, step, shown)
             WHERE level.id = written.id
                """,
                sent_at=push.sent_at,
                # Orders tell the second of their sale: one of this second came later, or the write would have been stale.
                known_at=push.sent_at - timedelta(seconds=1),
                ids=[rows[index].level_id for index in written],
                quantities=[rows[index].quantity for index in written],
                steps=[rows[index].quantity - (rows[index].known or 0) for index in written],
                shown=list(written.values()),
            )
        )
        self.env['shopify.inventory.level'].invalidate_model()

    # === STOCK AT A LOCATION === #

    def _activate(self, run, rows):
        """Items that are not stocked at a location yet are stocked there, with their quantity, many a request. Returns the
        rows that are still to be written."""
        inactive = [row for row in rows if not row.is_active]
        for start in range(0, len(inactive), mapping.ACTIVATIONS_PER_MUTATION):
            part = inactive[start : start + mapping.ACTIVATIONS_PER_MUTATION]
            self._send(run.backend, run.client, self._intend(run, 'activate', part), part)
        if not inactive:
            return rows
        levels = self.env['shopify.inventory.level'].browse([row.level_id for row in inactive]).exists()
        # Where Shopify shows another quantity than the one that was asked for, it is written like any other.
        again = self._differing(run.backend, self._sendable(levels.filtered('is_active')))
        return [row for row in rows if row.is_active] + again

    # === AFTER A CRASH === #

    @api.model
    def _settle_open(self, backend):
        """Before anything looks at the store's levels: intents of which no answer came are repeated word for word while
        they are still what Odoo wants, which Shopify answers as it did the first time; otherwise the levels are read."""
        pushes = self.env['shopify.stock.push']._get_open(backend)
        client = backend._get_client('stock') if pushes else None
        for push in pushes:
            rows = self._rows_of(push)
            try:
                if self._is_repeatable(backend, push, rows):
                    self._send(backend, client, push, rows)
                else:
                    self._read_instead(backend, client, push)
            except errors.GiveUpError:
                self._read_instead(backend, client, push)
            self._note_again(backend, push)
            self.env['ir.cron']._commit_progress()

    def _rows_of(self, push):
        """The rows as they were sent; a level that is gone has no gids, and its row is not looked into."""
        levels = {level.id: level for level in push._get_levels()}
        return [
            inventory.Row(
                level_id,
                levels[level_id].variant_binding_id.inventory_item_gid if level_id in levels else '',
                levels[level_id].location_id.gid if level_id in levels else '',
                after,
                before,
                push.kind == 'set',
            )
            for level_id, before, after in push.rows
        ]

    def _is_repeatable(self, backend, push, rows):
        age = fields.Datetime.now() - push.sent_at
        levels = push._get_levels()
        if not backend.stock_export or age > timedelta(hours=mapping.HOURS_REPEATABLE) or len(levels) < len(rows):
            return False
        if not push.confirmed and levels & self.env['shopify.stock.check']._held_levels(backend):
            return False
        targets = self.env['shopify.sync.quantity']._targets(backend, levels)
        return all(targets[row.level_id] == row.quantity for row in rows)

    def _read_instead(self, backend, client, push):
        """Whether it arrived is seen at the levels; when it arrives later still, that is known too."""
        sync = self.env['shopify.sync.levels']
        items = list(dict.fromkeys(push._get_levels().variant_binding_id.mapped('inventory_item_gid')))
        if items:
            sync._compare(backend, sync._read_items(client, items))
        if push.state == 'open':
            self._close(push, 'unclear', self.env._("Shopify's answer was lost. The levels were read instead."))

    def _note_again(self, backend, push):
        products = push._get_levels().product_id
        self.env['shopify.task']._add(backend, 'stock', [str(id_) for id_ in products.ids], source='shopify')
