"""One clock for Odoo, its database and the simulated shops, which moves only when a test says so."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo.addons.shopify_connector.shopify.client import Client
from odoo.orm import fields_temporal

from tests.simulator.state import Clock

_NOW = """
CREATE SCHEMA virtual;
CREATE FUNCTION virtual.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT current_setting('virtual.now')::timestamptz $$;
"""


class VirtualClock(Clock):
    """The simulator's clock, and everybody else's."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = datetime.now(timezone.utc)

    def now(self) -> datetime:
        return self.moment

    def naive(self) -> datetime:
        """As Odoo keeps moments: UTC, whole seconds."""
        return self.moment.replace(tzinfo=None, microsecond=0)

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=max(seconds, 0))

    def install(self, cr) -> None:
        """PostgreSQL's ``now()`` is this clock's until the transaction ends."""
        cr.execute(_NOW)
        self.tell(cr)
        cr.execute('SET LOCAL search_path TO virtual, pg_catalog, public')

    def tell(self, cr) -> None:
        """A rollback takes the database's clock back as well, so it is told anew before anything happens."""
        cr.execute("SELECT set_config('virtual.now', %s, false)", [self.moment.isoformat()])

    @contextmanager
    def rules(self):
        """Odoo's present is this clock's, also where a field's default holds the function itself; waiting takes no time."""
        now = fields_temporal.Datetime.now
        own = now.__code__
        with ExitStack() as stack:
            stack.enter_context(patch.object(fields_temporal, '_virtual_now', self.naive, create=True))
            stack.enter_context(patch.dict(Client.__init__.__kwdefaults__, {'sleep': self.advance}))
            now.__code__ = _virtual.__code__
            stack.callback(setattr, now, '__code__', own)
            yield self


def _virtual(*_args):
    return _virtual_now()  # noqa: F821 a name of the module that the code is put into
