"""Wakes the cron workers, now or at a moment that is near.

They look by themselves only once a minute; a notification makes them look at once. Many in a row are made one, for each
costs a connection to another database: whoever comes within a moment of the last one waits for the end of that moment.
"""
import logging
import math
import threading
import time

from odoo import sql_db
from odoo.addons.base.models.ir_cron import ODOO_NOTIFY_FUNCTION
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

HORIZON_SECONDS = 70
MOMENT_SECONDS = 0.1
LATER_STEP_SECONDS = 0.5


class Alarm:
    """The alarms of one database in this process. One that is lost with the process costs a minute at most."""

    def __init__(self, notify, clock=time.monotonic, timer=threading.Timer):
        self._notify, self._clock, self._timer = notify, clock, timer
        self._lock = threading.Lock()
        self._rung = float('-inf')
        self._waiting = set()

    def ring(self, seconds=0.0):
        """Notify in ``seconds``; beyond a minute the workers look by themselves.

        An alarm that goes off earlier does not stand in for this one: what it wakes may find nothing to do and go back
        to sleep.
        """
        if seconds > HORIZON_SECONDS:
            return
        with self._lock:
            now = self._clock()
            moment = self._moment(now, seconds)
            if moment in self._waiting:
                return
            if moment <= now:
                self._rung = now
            else:
                self._waiting.add(moment)
        if moment <= now:
            self._notify()
        else:
            timer = self._timer(moment - now, lambda: self._ring_now(moment))
            timer.daemon = True
            timer.start()

    def _moment(self, now, seconds):
        """When to ring: at once, at the end of the present moment, or at a later one of a few, so that many are one."""
        if seconds <= 0:
            return max(now, self._rung + MOMENT_SECONDS)
        return math.ceil((now + seconds) / LATER_STEP_SECONDS) * LATER_STEP_SECONDS

    def _ring_now(self, moment):
        with self._lock:
            self._rung = self._clock()
            self._waiting.discard(moment)
        self._notify()


_alarms = {}


def ring(dbname, seconds=0.0):
    """Notify the cron workers of a database."""
    alarm = _alarms.get(dbname) or _alarms.setdefault(dbname, Alarm(lambda: _notify(dbname)))
    alarm.ring(seconds)


def _notify(dbname):
    try:
        with sql_db.db_connect('postgres').cursor() as cr:
            cr.execute(SQL("SELECT %s('cron_trigger', %s)", SQL.identifier(ODOO_NOTIFY_FUNCTION), dbname))
    except Exception:
        _logger.warning("The cron workers could not be woken; they look by themselves within a minute.", exc_info=True)
