"""The course of the demo: servers up, shops connected, orders coming in, everything ended."""
import itertools
import time
from contextlib import ExitStack

from scripts import databases, parcels, people, shops
from scripts.odoo_server import OdooServer
from scripts.ports import free_port
from scripts.progress import SetupError, step
from scripts.rpc import RpcError
from scripts.simulator import ControlError, Simulator

DATABASE = 'sc_demo'
REAL_DATABASE = 'sc_demo_real'
SIGN_IN = ('access_token', 'client_credentials')  # one store with each


class Demo:
    """One run of the demo; a context that ends on leaving what it started."""

    def __init__(self, env, options):
        self.env = env
        self.options = options
        self.simulator = None
        self.server = None
        self.stores = []
        self.orders = 0
        self.worker = None
        self._stack = ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        if self.server:
            step('ending Odoo and the shops')
        return self._stack.__exit__(*details)

    def set_up(self):
        """Start everything and connect the shops.

        :raise SetupError: something did not come up; the text says what and where its log is.
        """
        if not self.options.real_shop:
            self._start_simulator()
        self._prepare_database()
        self._start_odoo()
        admin = self.server.session()
        admin.call('ir.config_parameter', 'set_param', 'web.base.url', self.server.url)
        people.hire(admin)
        if self.simulator:
            self._connect(admin)

    def _start_simulator(self):
        step('starting the simulated shops')
        port = free_port(self.options.simulator_port)
        self.simulator = Simulator(self.env.python, name='demo-shops', port=port)
        self._stack.callback(self.simulator.stop)
        self.simulator.start()

    def _prepare_database(self):
        name = self.database
        if not self.simulator and not self.options.forget and databases.exists(self.env, name):
            databases.install_or_update(self.env, name)
        else:
            databases.copy(self.env, databases.addon_template(self.env), name)

    @property
    def database(self):
        """The demo's database; the one for real shops is kept from run to run."""
        return DATABASE if self.simulator else REAL_DATABASE

    def _start_odoo(self):
        step('starting Odoo with two workers and two cron workers')
        endpoint = self.simulator.endpoint if self.simulator else ''
        self.server = OdooServer(self.env, self.database, endpoint=endpoint, port=self.options.port)
        self._stack.callback(self.server.stop)
        self.server.start()

    def _connect(self, admin):
        told = self.simulator.shops()
        for shop, method in zip(told, SIGN_IN * len(told), strict=False):
            step(f'connecting {shop["name"]}')
            self.stores.append(shops.add_store(admin, shop, shop['name'], method))
            shops.connect(admin, self.stores[-1])
        variants = sum(len(self.simulator.state(shop['domain'])['variants']) for shop in told)
        shops.import_catalogue(admin, self.stores, variants)
        shops.take_stock(admin, self.stores)
        self.worker = self.server.session('warehouse')
        parcels.show(admin, self.worker, self.simulator, told[0]['domain'], self._make_late)

    def _make_late(self, sale):
        self.env.sql(f"UPDATE stock_picking SET create_date = create_date - interval '{parcels.LATE_DAYS} days', "
                     f"scheduled_date = scheduled_date - interval '{parcels.LATE_DAYS} days' WHERE sale_id = {sale}",
                     self.database)

    def live(self):
        """Place orders until Ctrl-C, and notice when Odoo or the simulator has ended.

        :raise SetupError: one of them has.
        """
        turns = itertools.cycle(self.simulator.shops() if self.simulator else [None])
        while True:
            time.sleep(self.options.every)
            for process in filter(None, (self.server, self.simulator)):
                if process.child.poll() is not None:
                    raise SetupError(f'{process.log.stem} has ended by itself; the end of its log:\n'
                                     f'{process.last_lines(20)}')
            if self.simulator and not self.options.no_orders:
                self._order(next(turns))
                self._ship()

    def _ship(self):
        """Every other order leaves the warehouse by and by."""
        if self.orders % 2:
            return
        ready = [('sale_id', '!=', False), ('state', '=', 'assigned'), ('picking_type_code', '=', 'outgoing')]
        found = self.worker.search_read('stock.picking', ready, ['sale_id', 'name'], limit=1, order='id desc')
        try:
            for picking in found:
                parcels.ship(self.worker, picking['sale_id'][0])
                step(f'{picking["name"]} has left')
        except (RpcError, OSError) as error:
            step(f'{found[0]["name"]} stays: {error}')

    def _order(self, shop):
        try:
            for order in self.simulator.order(shop['domain']):
                self.orders += 1
                step(f'{shop["name"]}: order {order["name"]}')
        except (ControlError, OSError) as error:
            step(f'{shop["name"]} takes no order: {error}')
