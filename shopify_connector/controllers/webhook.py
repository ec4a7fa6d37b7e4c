"""The doorbell: read, verify, note, answer. What happened is asked of Shopify later, by a lane."""

import json
import logging
import threading
import time
from datetime import datetime, timezone

from odoo import http
from odoo.http import request
from odoo.tools import SQL

from .. import const
from ..shopify import webhook

_logger = logging.getLogger(__name__)

# All doorbells of levels that ring within these seconds are answered by one run of the lane.
_NEXT_ROUND = SQL(
    "to_timestamp((ceil(extract(epoch FROM now()) / %(step)s) + 1) * %(step)s)", step=const.LEVEL_DELAY_SECONDS
)
_REJECTIONS_A_MINUTE = 60
_REMEMBERED_ADDRESSES = 1000


class Rejections:
    """Counts refused requests by address, in this worker's memory: a flood must not reach the database.

    ``note`` returns ``(whether this address has had enough, the sentence to log or '')``. One line is logged for the
    first of a minute and one when a minute with more of them is over.
    """

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._minutes = {}

    def note(self, address, reason):
        now = self._clock()
        with self._lock:
            started, count = self._minutes.get(address, (now, 0))
            report = ''
            if now - started >= 60:
                report = f'{count} webhook requests from {address} were refused within a minute.' if count > 1 else ''
                started, count = now, 0
            if len(self._minutes) >= _REMEMBERED_ADDRESSES and address not in self._minutes:
                self._minutes.clear()
            self._minutes[address] = (started, count + 1)
            if not count:
                report = f'{report} A webhook request from {address} was refused: {reason}.'.strip()
            return count + 1 > _REJECTIONS_A_MINUTE, report


rejections = Rejections()


class ShopifyWebhook(http.Controller):
    _webhook_url = const.WEBHOOK_PATH

    @http.route(
        _webhook_url,
        type='http',
        auth='none',
        methods=['POST'],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=const.MAX_WEBHOOK_BYTES,
    )
    def shopify_webhook(self):
        """Note a delivery and wake its lane. 401 for what is not signed by the shop's app, 400 for what is no delivery,
        413 for what is too large; all of them before anything is written. Whatever Shopify has signed is taken, for it
        ends a subscription that is refused eight times."""
        body = request.httprequest.get_data()
        try:
            delivery = webhook.parse_headers(request.httprequest.headers)
        except webhook.BadDelivery as error:
            return self._refuse(401 if error.reason in ('no_hmac', 'no_domain', 'bad_domain') else 400, error.reason)
        account = request.env['shopify.backend']._get_webhook_accounts().get(delivery.domain)
        if not account:
            return self._refuse(401, 'unknown shop')
        backend_id, dated_secrets, crons = account
        if not webhook.verify(body, delivery.hmac, self._valid_secrets(dated_secrets)):
            return self._refuse(401, 'wrong signature')
        work = self._read(delivery.topic, body) or self._look(backend_id, delivery.topic)
        if work[0] in const.KIND_LANES and self._note(backend_id, crons, delivery, work) and work[2] is None:
            _logger.warning("A webhook of %s for %s does not name its record.", delivery.topic, delivery.domain)
            request.env['shopify.sync.log']._note_unnamed(backend_id, delivery.topic)
        return request.make_response('', headers=[('Content-Length', '0')])

    @staticmethod
    def _read(topic, body):
        """``(kind of work, key, payload)``; None when the body does not name its record."""
        try:
            payload = json.loads(body)
            return (*webhook.record_key(topic, payload), payload)
        except (ValueError, RecursionError):
            return None

    @staticmethod
    def _look(backend_id, topic):
        """The same for a look that finds the record, without a payload."""
        kind = webhook.kind(topic)
        if kind in const.KIND_LANES:
            kind = const.LOOKS.get(kind, 'sweep')
        keys = {'draft': const.ALL_DRAFTS, **dict.fromkeys(('shop', 'app', 'privacy'), topic)}
        return kind, keys.get(kind, str(backend_id)), None

    @staticmethod
    def _valid_secrets(dated_secrets):
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        return [secret for secret, until in dated_secrets if until is None or until > now]

    @staticmethod
    def _refuse(status, reason):
        enough, report = rejections.note(request.httprequest.remote_addr, reason)
        if report:
            _logger.warning(report)
        if enough:
            return request.make_response('', headers=[('Retry-After', '60')], status=429)
        return request.make_response('', status=status)

    @staticmethod
    def _note(backend_id, crons, delivery, work):
        """One row for the delivery and one call for its lane, in a single statement; a known delivery adds neither. Whether
        it is a new one.

        What changed a level, an order or our own write, is told by another row: the level waits for it a moment. All that
        come within such a moment are due together, so that the echo of a large write does not keep the lane busy.
        """
        kind, key, payload = work
        lane = const.KIND_LANES[kind]
        value = payload.get('available') if kind == 'level' else None
        if not isinstance(value, int) or abs(value) > const.MAX_QUANTITY:
            value = None
        due = _NEXT_ROUND if kind == 'level' else SQL("now()")
        request.env.cr.execute(
            SQL(
                """
            WITH task AS (
                INSERT INTO shopify_task (backend_id, lane, kind, key, source, topic, delivery_id, state, due_at, tries, value,
                                          has_value, create_date)
                VALUES (%(backend)s, %(lane)s, %(kind)s, %(key)s, 'webhook', %(topic)s, %(delivery)s, 'pending',
                        %(due)s AT TIME ZONE 'UTC', 0, %(value)s, %(value)s IS NOT NULL, now() AT TIME ZONE 'UTC')
                ON CONFLICT (backend_id, delivery_id) WHERE delivery_id IS NOT NULL DO NOTHING
                RETURNING id
            )
            INSERT INTO ir_cron_trigger (cron_id, call_at, create_date)
            SELECT %(cron)s, %(due)s AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM task WHERE %(cron)s IS NOT NULL
            RETURNING EXTRACT(EPOCH FROM %(due)s - now())::float
            """,
                backend=backend_id,
                lane=lane,
                kind=kind,
                key=key,
                topic=delivery.topic,
                delivery=delivery.webhook_id.replace('\0', ''),
                cron=crons.get(lane),
                value=value,
                due=due,
            )
        )
        woken = request.env.cr.fetchone()
        if woken:
            request.env['shopify.task']._ring_workers(woken[0])
        return bool(woken)
