"""Three shops with two locations each that all show the stock of two warehouses of one Odoo, and what is held against them."""
import json
import tempfile
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from scripts import shops
from scripts.progress import step
from tests.scenario.world import World, wait_for
from tests.support import servers

PLANS = {'amber.myshopify.com': 'plus', 'birch.myshopify.com': 'advanced', 'cedar.myshopify.com': 'standard'}
PLACES = ('Main', 'Annex')
SIZES = 10
FIRST_UNITS = 60
LEVELS_A_MUTATION = 250
BATCH = 250  # products that are counted together: their levels fill whole mutations
WRITES = ('SetAvailable', 'ActivateLevels')
ON_HAND = """SELECT product.default_code, warehouse.id, SUM(quant.quantity), SUM(quant.reserved_quantity)
               FROM stock_quant quant
               JOIN stock_location place ON place.id = quant.location_id AND place.usage = 'internal'
               JOIN stock_warehouse warehouse ON warehouse.lot_stock_id = place.id
               JOIN product_product product ON product.id = quant.product_id
              GROUP BY 1, 2"""
HELD = """SELECT product.default_code, sale.warehouse_id, SUM(line.product_uom_qty)
            FROM sale_order_line line
            JOIN sale_order sale ON sale.id = line.order_id AND sale.state IN ('draft', 'sent')
            JOIN product_product product ON product.id = line.product_id
           WHERE line.shopify_line_gid IS NOT NULL GROUP BY 1, 2"""


def skus(count):
    return [f'ART-{number // SIZES:04}-{number % SIZES}' for number in range(count)]


def catalogue(count, units=FIRST_UNITS):
    """``count`` variants, a few a product, as the simulator takes them."""
    names = skus(count)
    return [{'title': f'Article {start // SIZES}', 'options': ['Size'], 'variants': [
        {'values': [name[-1]], 'sku': name, 'price': '12.00', 'available': units} for name in names[start:start + SIZES]]}
        for start in range(0, count, SIZES)]


@contextmanager
def three_shops(count, **settings):
    """A simulator with three shops of different plans that sell the same ``count`` variants at two locations."""
    with tempfile.NamedTemporaryFile('w', suffix='.json') as config:
        json.dump({'shops': [{'domain': domain, 'plan': plan, 'locations': list(PLACES), 'products': catalogue(count), **settings}
                             for domain, plan in PLANS.items()]}, config)
        config.flush()
        with servers.simulator(config=Path(config.name)) as running:
            yield running


class Trio(World):
    """``levels[domain]`` maps the shop's locations to warehouses, ``warehouses`` the places' names to them."""

    def __init__(self, simulator, server, count):
        super().__init__(simulator, server)
        self.skus = skus(count)
        self.warehouses, self.shelves, self.shown_at, self.products = {}, {}, {}, {}
        self.counted = defaultdict(list)  # (sku, warehouse) -> all that was ever on hand

    # -- set-up ------------------------------------------------------------------------------------------------------
    def connect(self, methods=('access_token', 'client_credentials', 'access_token')):
        """Connect, map both locations, import the catalogue, put the goods into Odoo, switch the export on."""
        admin = self.server.admin
        self._make_warehouses()
        for domain, method in zip(self.domains, methods, strict=True):
            shop = self.shops[domain]
            self.stores[domain] = shops.add_store(admin, shop, shop['name'], method)
            shops.connect(admin, self.stores[domain])
            self.shown_at[domain] = self._map_locations(self.stores[domain])
            self.simulator.deliveries(domain, retry_seconds=2)
        first, *others = self.stores.values()
        shops.import_catalogue(admin, [first], len(self.skus), seconds=900)
        shops.import_catalogue(admin, [first, *others], len(self.skus) * 3, seconds=900)
        self.wait_idle(900)
        self.products = {row['default_code']: row['id'] for row in admin.search_read(
            'product.product', [('default_code', 'in', self.skus)], ['default_code'])}
        self._put_on_shelves(FIRST_UNITS)
        self.switch_on()
        return self

    def _make_warehouses(self):
        admin = self.server.admin
        first = admin.search_read('stock.warehouse', [], ['lot_stock_id'], limit=1)[0]
        second = admin.call('stock.warehouse', 'create', {'name': 'Annex', 'code': 'ANX'})
        annex = admin.search_read('stock.warehouse', [('id', '=', second)], ['lot_stock_id'])[0]
        for name, row in zip(PLACES, (first, annex), strict=True):
            self.warehouses[name] = row['id']
            self.shelves[row['id']] = row['lot_stock_id'][0]

    def _map_locations(self, store):
        admin = self.server.admin
        found = {}
        for row in admin.search_read('shopify.location', [('backend_id', '=', store)], ['name', 'gid', 'warehouse_id']):
            warehouse = self.warehouses[row['name']]
            admin.call('shopify.location', 'write', [row['id']], {'warehouse_id': warehouse})
            found[row['gid']] = warehouse
        return found

    def _put_on_shelves(self, units):
        """The goods that were there before the addon: past Odoo's moves, whose cost nobody wants to wait for here."""
        self.rows("""INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date,
                                              create_date, write_date, create_uid, write_uid)
                     SELECT product.id, place.id, place.company_id, %s, 0, now(), now(), now(), 1, 1
                       FROM product_product product, stock_location place
                      WHERE product.id = ANY(%s) AND place.id = ANY(%s)""",
                  units, list(self.products.values()), list(self.shelves.values()))
        self.counted = defaultdict(lambda: [(datetime.now().astimezone(), units)])

    def switch_on(self):
        """Let Odoo write: both sides are equal, so that nothing is to be chosen."""
        admin = self.server.admin
        admin.call('shopify.backend', 'write', list(self.stores.values()), {'stock_export': True})
        for store in self.stores.values():
            admin.call('shopify.backend', 'action_push_stock', [store])
        self.wait_idle(900, kinds=('stock', 'stock_full'))

    def _pending(self, kinds):
        """As everywhere, but nobody waits for invoices here."""
        return [row for row in super()._pending(kinds) if row[0] != 'books']

    def wait_delivered(self, seconds=30):
        """Until no webhook is under way, however long that takes: asked in turns that no client gives up."""
        wait_for(lambda: all(self.simulator.post(f'/shops/{domain}/deliveries/wait', seconds=20)['idle']
                             for domain in self.domains), 'all webhooks are delivered', seconds)

    # -- doing -------------------------------------------------------------------------------------------------------
    def count_all(self, units):
        """Count every product in both warehouses; returns how many quantities were counted."""
        for start in range(0, len(self.skus), BATCH):
            self.count([(sku, place, units) for sku in self.skus[start:start + BATCH] for place in self.shelves])
        return len(self.skus) * len(self.shelves)

    def count(self, rows, session=None):
        """Count ``[(sku, warehouse, units), …]`` in one transaction; in a thread with a session of its own."""
        admin = session or self.server.admin
        for sku, warehouse, units in rows:
            self.counted[sku, warehouse].append((datetime.now().astimezone(), units))
        quants = admin.call('stock.quant', 'create', [
            {'product_id': self.products[sku], 'location_id': self.shelves[warehouse], 'inventory_quantity': units}
            for sku, warehouse, units in rows], context={'inventory_mode': True})
        admin.call('stock.quant', 'action_apply_inventory', quants)

    # -- comparing ---------------------------------------------------------------------------------------------------
    def reset_stats(self):
        for domain in self.domains:
            self.simulator.post(f'/shops/{domain}/stats/reset')

    def mutations(self):
        return {domain: self.simulator.stats(domain)['mutations'] for domain in self.domains}

    def reads(self):
        """How many requests that change nothing were made, by their names."""
        found = Counter()
        for domain in self.domains:
            for name, row in self.simulator.stats(domain)['by_operation'].items():
                found[name] += row['requests']
        return {name: count for name, count in found.items() if name not in WRITES}

    def levels(self, domain):
        """``{(sku, warehouse): available}``"""
        return {(sku, self.shown_at[domain][place]): row['available']
                for sku, places in self.simulator.get(f'/shops/{domain}/levels').items() if sku in self.products
                for place, row in places.items()}

    def offered(self):
        """``{(sku, warehouse): units}`` that are there and neither reserved nor on a quotation of a shop."""
        free = {(sku, place): units - reserved for sku, place, units, reserved in self.rows(ON_HAND) if sku in self.products}
        for sku, place, units in self.rows(HELD):
            if (sku, place) in free:
                free[sku, place] -= units
        return free

    def all_show(self, units):
        """Whether every level of every shop shows that many."""
        return all(set(self.levels(domain).values()) == {units} for domain in self.domains)

    def differences(self):
        """Each quantity of each shop that is not what Odoo can deliver."""
        offered = self.offered()
        found = []
        for domain in self.domains:
            for (sku, place), shown in self.levels(domain).items():
                wanted = max(Decimal(0), offered.get((sku, place), Decimal(0)))
                if wanted != shown:
                    found.append(f'{domain} shows {shown} of {sku} in warehouse {place}, Odoo can deliver {wanted}')
        return found

    def lost(self):
        """Orders that are not in Odoo exactly once, and units of which Odoo knows more or less than were sold."""
        bindings = Counter(self.rows('SELECT backend_id, gid FROM shopify_order_binding WHERE sale_order_id IS NOT NULL'))
        sold, found = Counter(), []
        for domain, store in self.stores.items():
            for order in self.simulator.state(domain)['orders']:
                if bindings[store, order['id']] != 1:
                    found.append(f'{domain} {order["name"]} is {bindings[store, order["id"]]} times in Odoo')
                for line in order['lines']:
                    sold[line['sku']] += line['current_quantity']
        ours = Counter(dict(self.rows("""
            SELECT product.default_code, SUM(line.product_uom_qty) FROM sale_order_line line
              JOIN product_product product ON product.id = line.product_id
             WHERE line.shopify_line_gid IS NOT NULL AND line.state != 'cancel' AND product.default_code IS NOT NULL
             GROUP BY 1""")))
        return found + [f'{sku}: {sold[sku]} units are sold, Odoo has {ours[sku]} on its orders'
                        for sku in sold if sold[sku] != ours[sku]]

    def journal(self, domain, after=0):
        return self.simulator.get(f'/shops/{domain}/journal?after={after}')['rows']

    def undone(self):
        """Writes that put more into a shop than Odoo can ever have had left after that shop's own sales so far: these put
        back what was sold. Writes that compare nothing count too."""
        found = []
        divided = self._divided()
        for domain in self.domains:
            sold = Counter()
            for row in self.journal(domain):
                key = row['sku'], self.shown_at[domain][row['location_id']]
                if row['source'] == 'order':
                    sold[key] += row['before'] - row['after']
                elif row['source'] == 'api':
                    most = max((units for _at, units in self.counted[key]), default=0) - sold[key]
                    if row['expected'] is None:
                        found.append(f'{domain} {key}: {row["before"]} became {row["after"]} without a comparison')
                    elif row['after'] > max(0, most) and row['sku'] not in divided:
                        found.append(f'{domain} {key}: {row["before"]} became {row["after"]} at {row["at"]}, but after '
                                     f'{sold[key]} sold units at most {most} are left')
        return found

    def _divided(self):
        """SKUs of orders that Shopify ships from several locations: Odoo delivers these from one."""
        return {line['sku'] for domain in self.domains for order in self.simulator.state(domain)['orders']
                if len({row['location_id'] for row in order['fulfillment_orders']}) > 1 for line in order['lines']}

    def refused(self):
        """How many rows were refused as stale, by shop."""
        return {domain: sum(row['source'] == 'stale' for row in self.journal(domain)) for domain in self.domains}


def counted(what, seconds, **figures):
    step(f'{what}: {seconds:.1f} s, ' + ', '.join(f'{name} {value}' for name, value in figures.items()))


__all__ = ['Trio', 'catalogue', 'counted', 'three_shops', 'wait_for']
