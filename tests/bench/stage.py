"""Where it is measured: a simulator with two shops, a database with the addon and the floor, servers and a shell on it."""
import json
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from scripts import databases
from scripts.paths import ROOT
from scripts.progress import run, step
from tests.scenario.world import World
from tests.support import servers

FLOOR = 'shopify_bench_floor'
FLOOR_ADDONS = ROOT / 'tests/bench/addons'
SHOPS = (
    {'domain': 'northwind.myshopify.com', 'name': 'Northwind Outfitters', 'plan': 'plus', 'locations': 1},
    {'domain': 'contoso.myshopify.com', 'name': 'Contoso Home', 'plan': 'plus', 'locations': 1, 'taxes_included': True},
)
MARK = 'BENCH_ANSWER '


class Stage:
    """A database of its own for one run; :meth:`server` and :meth:`shell` work on it, one after the other."""

    def __init__(self, env, simulator):
        self.env, self.simulator = env, simulator
        self.database = f'sc_bench_{os.getpid()}'
        self.world = None

    def prepare(self):
        """Copy the template that has the addon and install the floor."""
        step('making a database')
        databases.copy(self.env, databases.addon_template(self.env), self.database)
        self.env.odoo('-d', self.database, '-i', FLOOR, self._addons(), '--no-http', '--stop-after-init',
                      '--max-cron-threads=0', why='the floor could not be installed')

    def drop(self):
        databases.drop(self.env, self.database)

    def _addons(self):
        folders = (self.env.home / 'addons', self.env.home / 'odoo/addons', ROOT, FLOOR_ADDONS)
        return '--addons-path=' + ','.join(str(folder) for folder in folders if folder.is_dir())

    @contextmanager
    def server(self, crons=2):
        """A server with two workers; the world of the simulated shops follows it."""
        server = servers.TestServer(self.env, self.database, endpoint=self.simulator.endpoint, crons=crons, port=self._port(),
                                    more=(self._addons(), '--log-level=warn'))
        try:
            server.start()
            if self.world is None:
                server.call('ir.config_parameter', 'set_param', 'web.base.url', server.url)
                self.world = World(self.simulator, server)
            self.world.server = server
            yield server
        finally:
            if server._connection:
                server._connection.close()
            server.stop()

    def _port(self):
        """The port of the first server, because the shops have been told its address."""
        return self.world.server.port if self.world else 0

    def shell(self, call, *arguments):
        """What a method of `bench.floor` returns, run in a process of its own without any server."""
        code = f'import json\nprint({MARK!r} + json.dumps(env["bench.floor"].{call}(*{arguments!r})))\n'
        variables = {**self.env.variables(), 'SHOPIFY_CONNECTOR_ENDPOINT': self.simulator.endpoint}
        output = run(self.env.command('-d', self.database, '--no-http', '--log-level=error', self._addons(), subcommand='shell'),
                     why=f'{call} failed', env=variables, cwd=ROOT, input=code)
        line = next((row for row in output.splitlines() if MARK in row), None)
        if line is None:
            raise SystemExit(f'{call} gave no answer:\n{output[-3000:]}')
        return json.loads(line.split(MARK, 1)[1])


@contextmanager
def stage(env, products):
    """Everything up; ``products`` is the number of products of each shop."""
    with stage_of(env, [{**shop, 'products': products} for shop in SHOPS]) as made:
        yield made


@contextmanager
def stage_of(env, shops):
    """The same with these shops, as a simulator's configuration has them."""
    with tempfile.NamedTemporaryFile('w', suffix='.json') as config:
        json.dump({'shops': shops}, config)
        config.flush()
        with servers.simulator(config=Path(config.name)) as simulator:
            made = Stage(env, simulator)
            try:
                made.prepare()
                yield made
            finally:
                made.drop()
                sys.stdout.flush()
