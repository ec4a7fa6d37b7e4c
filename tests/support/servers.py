"""Real servers for tests: Odoo with workers on a copy of the template database, and the simulator."""
import itertools
import os
import sys
from contextlib import ExitStack, contextmanager

from scripts import databases
from scripts.odoo_server import OdooServer
from scripts.simulator import Simulator

RUNNING = []
_numbers = itertools.count(1)


class TestServer(OdooServer):
    """An Odoo server on a database of its own.

    `call(model, method, …)` as admin, `session(login)` as anybody, `rows(sql, …)` past Odoo, `stop()`, `kill()`,
    `start()` again on the same port and database, `troubles()` for the errors in its log.
    """
    __test__ = False

    _admin = None
    _connection = None

    def call(self, model, method, *args, **kwargs):
        """Call a method as admin and return its result."""
        self._admin = self._admin or self.session()
        return self._admin.call(model, method, *args, **kwargs)

    @property
    def admin(self):
        """The session of admin."""
        self._admin = self._admin or self.session()
        return self._admin

    @property
    def connection(self):
        """A connection of psycopg2 to the database, with autocommit."""
        if not self._connection or self._connection.closed:
            import psycopg2
            where = self.env.cluster.environment()
            names = {'PGHOST': 'host', 'PGPORT': 'port', 'PGUSER': 'user', 'PGPASSWORD': 'password'}
            known = {key: where[name] for name, key in names.items() if where.get(name)}
            self._connection = psycopg2.connect(dbname=self.database, **known)
            self._connection.autocommit = True
        return self._connection

    def rows(self, query, parameters=None):
        """Rows of a query as a list of tuples; an empty list for a statement without rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def close(self):
        """End the server and remove its database."""
        if self._connection:
            self._connection.close()
        gone = self.stop(patience=60.0)  # a lane's turn takes ten seconds, more on a machine that is busy
        databases.drop(self.env, self.database)
        return gone


@contextmanager
def simulator(**options):
    """A simulator process, ended afterwards."""
    running = Simulator(sys.executable, name=f'simulator-{os.getpid()}-{next(_numbers)}', **options)
    RUNNING.append(running)
    try:
        yield running.start()
    finally:
        RUNNING.remove(running)
        running.stop()


@contextmanager
def factory(env, node):
    """Yield `start(endpoint=…, workers=2, crons=2, more=(), variables=None)`, which gives a :class:`TestServer`.

    A server that has to be killed at the end fails the test.
    """
    with ExitStack() as stack:
        def start(**options):
            database = f'sc_test_{os.getpid()}_{next(_numbers)}'
            databases.copy(env, databases.addon_template(env), database)
            server = TestServer(env, database, **options)
            stack.callback(_close, server, node)
            RUNNING.append(server)
            server.start()
            server.call('ir.config_parameter', 'set_param', 'web.base.url', server.url)
            return server
        yield start


def _close(server, node):
    RUNNING.remove(server)
    if not server.close():
        raise AssertionError(f'{node.name}: Odoo did not end by itself')
