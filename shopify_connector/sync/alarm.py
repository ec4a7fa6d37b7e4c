"""Wakes the cron workers at a moment that is near. They look by themselves only once a minute; a trigger for now
notifies them, one for later does not."""

import logging
import threading
import time

from odoo import sql_db
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

HORIZON_SECONDS = 70
_lock = threading.Lock()
_set_for = {}


def ring(dbname, seconds, notify_function):
    """Notify the cron workers of ``dbname`` in ``seconds``. Lost with this process, which costs a minute at most."""
    if not 0 <= seconds <= HORIZON_SECONDS:
        return
    moment = time.monotonic() + seconds
    with _lock:
        if time.monotonic() < _set_for.get(dbname, 0) <= moment:
            return
        _set_for[dbname] = moment
    timer = threading.Timer(seconds, _notify, (dbname, notify_function))
    timer.daemon = True
    timer.start()


def _notify(dbname, notify_function):
    try:
        with sql_db.db_connect('postgres').cursor() as cr:
            cr.execute(SQL("SELECT %s('cron_trigger', %s)", SQL.identifier(notify_function), dbname))
    except Exception:
        _logger.warning("The cron workers could not be woken; they look by themselves within a minute.", exc_info=True)
