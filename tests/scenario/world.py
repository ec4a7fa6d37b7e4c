"""Two simulated shops, connected to a real Odoo server over sockets: what the scenarios do with them and wait for."""
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from scripts import shops
from scripts.progress import step
from scripts.simulator import ControlError

API = '/shops/{domain}/admin/api/2026-10/graphql.json'
LEVEL = """query ($item: ID!, $place: ID!) { inventoryItem(id: $item) { inventoryLevel(locationId: $place) {
  quantities(names: ["available"]) { quantity } } } }"""
RECORD = re.compile(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ ', re.MULTILINE)
TROUBLE = re.compile(r'^\S+ \S+ \d+ (ERROR|CRITICAL) |^Traceback \(most recent call last\)', re.MULTILINE)
LANE = re.compile(r"^\S+ \S+ (\d+) INFO .* Job 'Shopify: [^']*, Orders' \(\d+\) (starting|fully done)", re.MULTILINE)
# PostgreSQL's way to say "try again", which Odoo and the lanes do
RETRIED = ('could not serialize access', 'could not obtain lock on row', 'deadlock detected')


class World:
    """The shops of ``simulator``, by domain, and the stores of ``server`` that stand for them.

    ``stores`` maps domains to ids of shopify.backend, ``places`` domains to the location whose stock is synchronised,
    ``initial`` SKUs to the units that Odoo had on hand before the first order.
    """

    def __init__(self, simulator, server):
        self.simulator, self.server = simulator, server
        self.shops = {shop['domain']: shop for shop in simulator.shops()}
        self.domains = list(self.shops)
        self.stores, self.places, self.initial = {}, {}, {}

    # -- set-up ------------------------------------------------------------------------------------------------------
    def connect(self, methods=('access_token', 'client_credentials')):
        """Connect all shops, read their catalogues, take the stock once and write it to all of them."""
        admin = self.server.admin
        for domain, method in zip(self.domains, methods, strict=True):
            shop = self.shops[domain]
            self.stores[domain] = shops.add_store(admin, shop, shop['name'], method)
            shops.connect(admin, self.stores[domain])
            self.places[domain] = admin.one(
                'shopify.location', [('backend_id', '=', self.stores[domain]), ('warehouse_id', '!=', False)], ['gid'],
            )['gid']
        variants = sum(len(self.simulator.state(domain)['variants']) for domain in self.domains)
        stores = list(self.stores.values())
        shops.import_catalogue(admin, stores, variants)
        self.wait_idle()
        shops.take_stock(admin, stores)
        for store in stores:
            admin.call('shopify.backend', 'action_push_stock', [store])
        self.wait_idle(kinds=('stock', 'stock_full'))
        self.initial = self.on_hand()
        return self

    # -- what is there -----------------------------------------------------------------------------------------------
    def rows(self, query, *parameters):
        """Rows of a query, past Odoo."""
        return self.server.rows(query, parameters or None)

    def on_hand(self):
        """``{sku: units}`` in the stores' warehouse."""
        return dict(self.rows("""
            SELECT product.default_code, COALESCE(SUM(quant.quantity), 0)
              FROM product_product product
              JOIN product_template template ON template.id = product.product_tmpl_id AND template.is_storable
              LEFT JOIN (stock_quant quant JOIN stock_location place
                         ON place.id = quant.location_id AND place.usage = 'internal') ON quant.product_id = product.id
             WHERE product.default_code IS NOT NULL
             GROUP BY 1"""))

    def open_tasks(self):
        """``[(kind, state, number, an example of what stood in the way), …]`` of everything that is not done."""
        return self.rows("""SELECT kind, state, count(*), max(message) FROM shopify_task
                             WHERE state IN ('pending', 'failed') GROUP BY 1, 2 ORDER BY 1, 2""")

    def unsettled_levels(self):
        """Number of levels whose value was concluded, or is waiting for an explanation, or for the stock lane."""
        return self.rows("""SELECT (SELECT count(*) FROM shopify_inventory_level WHERE unexplained_since IS NOT NULL)
                                 + (SELECT count(*) FROM shopify_level_sale)""")[0][0]

    def item(self, domain, sku):
        """The inventory item of a SKU."""
        return next(row['id'] for row in self.simulator.state(domain)['inventory_items'] if row['sku'] == sku)

    def available(self, domain, sku, item=None):
        """What the shop shows of a SKU at the synchronised location, asked through its API."""
        variables = {'item': item or self.item(domain, sku), 'place': self.places[domain]}
        return self.graphql(domain, LEVEL, **variables)['inventoryItem']['inventoryLevel']['quantities'][0]['quantity']

    def graphql(self, domain, document, **variables):
        """The data of an answer of the shop's own API."""
        answer = requests.post(
            self.simulator.url + API.format(domain=domain), json={'query': document, 'variables': variables},
            headers={'X-Shopify-Access-Token': self.shops[domain]['access_token']}, timeout=30).json()
        return answer['data']

    # -- doing -------------------------------------------------------------------------------------------------------
    def burst(self, kinds, seed=''):
        """Place orders in all shops at the same time, ``kinds[domain]`` in that order; returns when all are placed."""
        with ThreadPoolExecutor(len(self.domains)) as pool:
            for done in [pool.submit(self._place, domain, kinds[domain], seed) for domain in self.domains]:
                done.result()

    def _place(self, domain, kinds, seed):
        for number, kind in enumerate(kinds):
            self.simulator.order(domain, kind=kind, seed=f'{seed}{number}')

    def sweep(self):
        """Press the button that looks for what webhooks have missed."""
        for store in self.stores.values():
            self.server.call('shopify.backend', 'action_sweep', [store])

    def set_on_hand(self, sku, units):
        """Count a product in Odoo."""
        product = self.server.admin.one('product.product', [('default_code', '=', sku)])['id']
        warehouse = self.server.admin.search_read('stock.warehouse', [], ['lot_stock_id'], limit=1)[0]
        quant = self.server.call('stock.quant', 'create', {
            'product_id': product, 'location_id': warehouse['lot_stock_id'][0], 'inventory_quantity': units,
        }, context={'inventory_mode': True})
        self.server.call('stock.quant', 'action_apply_inventory', [quant])

    def retry_failed(self):
        """Press the button that tries again what has failed."""
        self.server.call('shopify.backend', 'action_retry_failed', list(self.stores.values()))

    # -- waiting -----------------------------------------------------------------------------------------------------
    def wait_delivered(self, seconds=30):
        """Until no webhook is under way."""
        for domain in self.domains:
            self.simulator.post(f'/shops/{domain}/deliveries/wait', seconds=seconds)

    def wait_idle(self, seconds=180, kinds=()):
        """Until no task (of ``kinds``) is pending; prints how far it is."""
        what = 'tasks are done' if not kinds else f'tasks are done ({", ".join(kinds)})'
        wait_for(lambda: not self._pending(kinds), what, seconds, self._progress)

    def _pending(self, kinds):
        return [row for row in self.open_tasks() if row[1] == 'pending' and (not kinds or row[0] in kinds)]

    def _progress(self):
        return ', '.join(f'{number} {kind} {state}' for kind, state, number, _text in self.open_tasks())

    def settle(self, differences, seconds=150):
        """Wait until nothing is to be done and ``differences()`` is empty; returns what it gives at the end.

        Tasks that only look at a level again may be left: of equal levels there is nothing to be found.
        """
        found = []

        def is_settled():
            if [row for row in self._pending(()) if row[0] != 'level'] or self.unsettled_levels():
                return False
            found[:] = differences()
            return not found

        def progress():
            return f'{self._progress()} {found[:1]}'

        try:
            wait_for(is_settled, 'both sides are equal', seconds, progress, pause=1)
        except TimeoutError as error:
            return [*differences(), str(error), *(f'task {row}' for row in self.open_tasks())]
        return [f'task {row}' for row in self.open_tasks() if row[1] == 'failed']

    # -- harm --------------------------------------------------------------------------------------------------------
    def busy_worker(self, seconds=30):
        """Process id of a worker that is writing orders at this moment."""
        found = []

        def is_found():
            writing = self.rows("""SELECT 1 FROM pg_locks JOIN pg_stat_activity activity USING (pid)
                                    WHERE locktype = 'advisory' AND granted AND activity.datname = current_database()""")
            found[:] = self._workers_at_orders() if writing else []
            return found

        wait_for(is_found, 'a worker is writing orders', seconds, pause=0.01)
        return found[0]

    def _workers_at_orders(self):
        """Process ids by the log: the lanes of orders that were begun and not ended, by workers that are alive."""
        begun = {}
        for pid, end in LANE.findall(self.server.log.read_text(errors='replace')):
            begun[int(pid)] = end == 'starting'
        return [pid for pid, busy in begun.items() if busy and os.path.exists(f'/proc/{pid}')]

    def kill_busy_worker(self):
        """End a worker at once while it is writing orders."""
        os.kill(self.busy_worker(), signal.SIGKILL)

    def restart(self):
        """Start the server again, on the same port and database."""
        self.server.start()

    def serious(self):
        """Records of the server's log that tell of an error, but for PostgreSQL's conflicts, which are tried again."""
        text = self.server.log.read_text(errors='replace') if self.server.log.exists() else ''
        starts = [match.start() for match in RECORD.finditer(text)] + [len(text)]
        records = [text[start:end] for start, end in zip(starts, starts[1:], strict=False)]
        return [record[:3000] for record in records
                if TROUBLE.search(record) and not any(word in record for word in RETRIED)]


def wait_for(condition, what, seconds, progress=None, pause=0.25):
    """Wait for ``condition()`` to be true.

    :raise TimeoutError: it did not become true in time.
    """
    started, told = time.monotonic(), time.monotonic()
    while not condition():
        now = time.monotonic()
        if now - started > seconds:
            raise TimeoutError(f'after {seconds} s it is still not true that {what}')
        if progress and now - told > 5:
            told = now
            step(f'{what}: not yet; {progress() or "nothing is pending"}')
        time.sleep(pause)
    step(f'{what} after {time.monotonic() - started:.1f} s')


__all__ = ['ControlError', 'World', 'wait_for']
