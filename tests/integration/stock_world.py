"""Three stores, two warehouses, twenty products and everybody who changes their stock, on one clock.

Everything that somebody does is a transaction of its own. A lane runs request by request and commit by commit, and a
world may have it die, or something else happen, before or after any of them.
"""

import json
import os
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.addons.shopify_connector.controllers import webhook as doorbell
from odoo.addons.shopify_connector.shopify import webhook
from odoo.addons.shopify_connector.shopify.client import Client

from tests.simulator import webhooks
from tests.simulator.faults import Fault
from tests.simulator.thread import ServerThread
from tests.support import stock_worlds
from tests.support.odoo_case import QUIET, ShopifyCase
from tests.support.virtual_time import VirtualClock

MOST_EVENTS = 600
MOST_ROUNDS = 60
LANES = ('orders', 'stock', 'catalogue')
REQUEST_SECONDS = 0.4
MINE = 'world'
KEPT_BACK, AT_MOST = 1, 10


class Crash(BaseException):
    """The process dies here."""


class Restless(BaseException):
    """A lane does not come to an end."""


class RolledBack(Exception):
    """The end of a world."""


class StockWorldCase(ShopifyCase):
    def setUp(self):
        super().setUp()
        self.clock = VirtualClock()
        self.server = self.enterContext(ServerThread(self.shop_specs()))
        self.server.simulator.clock = self.clock
        endpoint = {'SHOPIFY_CONNECTOR_ENDPOINT': f'{self.server.url}/shops/{{shop}}'}
        self.enterContext(patch.dict(os.environ, endpoint))
        self.env['ir.config_parameter'].sudo().set_param('web.base.url', 'http://127.0.0.1:8069')
        self.clock.install(self.cr)
        self.enterContext(self.clock.rules())
        self.enterContext(patch.object(Client, '_send', self._watched(Client._send)))
        self.watch = None
        self.begin({})
        self._build()
        self.cr.execute('SELECT COALESCE(MAX(id), 0) FROM stock_move')
        self.first_move = self.cr.fetchone()[0]
        self.photograph = self.server.call(stock_worlds.photographed, self.server.simulator)
        self.registry_enter_test_mode()

    def shop_specs(self):
        return stock_worlds.shop_specs()

    # -- what there is at first -----------------------------------------------------------------------------------------
    def _build(self):
        main = self.env['stock.warehouse'].search([('company_id', '=', self.env.company.id)], limit=1)
        annex = self.env['stock.warehouse'].create({'name': 'World Annex', 'code': 'WANX'})
        self.warehouses = main | annex
        self.has_kits = 'mrp.bom' in self.env
        self.products = self._make_products()
        self.partner = self.env['res.partner'].create({'name': 'World Buyer'})
        self.backends = [self._connected(name) for name in stock_worlds.STORES]
        with self.enter_registry_test_mode():
            self._begin()

    def _make_products(self):
        products = self.env['product.product'].create(
            [
                {'name': sku, 'default_code': sku, 'type': 'consu', 'is_storable': True, 'list_price': 10.0}
                for sku in stock_worlds.SKUS
            ]
        )
        self.recipes = stock_worlds.RECIPES if self.has_kits else {}
        self.boms = {number: self._make_kit(products, number) for number in self.recipes}
        for number, product in enumerate(products):
            if number not in self.recipes:
                for warehouse in self.warehouses:
                    self.env['stock.quant']._update_available_quantity(
                        product, warehouse.lot_stock_id, stock_worlds.AT_FIRST
                    )
        return products

    def _make_kit(self, products, number):
        lines = [
            Command.create({'product_id': products[part].id, 'product_qty': units})
            for part, units in self.recipes[number].items()
        ]
        template = products[number].product_tmpl_id
        return self.env['mrp.bom'].create({'product_tmpl_id': template.id, 'type': 'phantom', 'bom_line_ids': lines})

    def _connected(self, name):
        domain = f'{name}-world.myshopify.com'
        shop = self.server.simulator.shops[domain]
        backend = self.env['shopify.backend'].create(
            {
                'name': name.title(),
                'shop_domain': domain,
                'auth_method': 'access_token',
                'access_token': next(iter(shop.app.tokens)),
                'client_secret': shop.app.client_secret,
            }
        )
        self.server.call(shop.settings.webhook_delivery.update, {'hold': True})
        backend.action_connect()
        backend.warehouse_by_location = True
        backend.location_ids.missing_stock = 'negative'
        return backend

    def _begin(self):
        """The products are known, the locations mapped, the stock is sent, and everything is at rest."""
        for backend in self.backends:
            for location in backend.location_ids:
                location.warehouse_id = self.warehouses[stock_worlds.PLACES.index(location.name)]
            self.env['shopify.task']._add(backend, 'catalogue', [str(backend.id)])
        self.set_up_stores()
        self.env.cr.flush()
        for backend in self.backends:
            self.run_lane(backend, 'catalogue')
            self.run_lane(backend, 'orders')
            backend.stock_export = True
            self.env['shopify.task']._add(backend, 'stock_full', [str(backend.id)])
            self.env.flush_all()
            self.run_lane(backend, 'stock')
        self.assertEqual(self.come_to_rest(), [])
        self.assertEqual(self.unequal(), [])
        for backend in self.backends:
            self.server.call(webhooks.held(self.shop_of(backend)).clear)

    def set_up_stores(self):
        """North is as a store is at first. South keeps a unit back at one location and shows ten at most at the other.
        What is typed in West is counted in Odoo."""
        _north, south, west = self.backends
        west.edit_policy = 'shopify'
        places = south.location_ids.grouped('name')
        main, annex = (places[name] for name in stock_worlds.PLACES)
        self.env['shopify.stock.rule'].create(
            [
                {'what': 'safety', 'value': KEPT_BACK, 'backend_id': south.id, 'location_id': main.id},
                {'what': 'maximum', 'value': AT_MOST, 'backend_id': south.id, 'location_id': annex.id},
            ]
        )

    # -- at hand ----------------------------------------------------------------------------------------------------------
    def shop_of(self, backend):
        return self.server.simulator.shops[backend.shop_domain]

    def in_shop(self, backend, function, *arguments):
        return self.server.call(function, self.shop_of(backend), *arguments)

    @contextmanager
    def transaction(self):
        """Somebody's own transaction: all of it or nothing."""
        self.clock.tell(self.cr)
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, dict(QUIET))

    @contextmanager
    def forgotten(self):
        """What happens inside is undone in Odoo and in the shops."""
        with suppress(RolledBack), self.env.cr.savepoint():
            yield
            raise RolledBack
        self.env.invalidate_all()
        self.registry.clear_all_caches()
        self.server.call(stock_worlds.restore, self.server.simulator, self.photograph)
        self.clock.tell(self.cr)

    # -- lanes ------------------------------------------------------------------------------------------------------------
    def run_lane(self, backend, lane, trouble=None):
        """Run a lane to its end, or until the trouble that is made for it; whether it came to its end."""
        self.clock.tell(self.cr)
        self.watch = watch = self.followed(backend, trouble or {})
        try:
            with self.registry.cursor() as cr:
                cr.commit = watch.around_commit(cr.commit)
                env = api.Environment(cr, SUPERUSER_ID, {})
                env['shopify.backend']._cron_run_lane(backend.id, lane)
            return True
        except Crash:
            return False
        finally:
            self.watch = None
            self.clock.tell(self.cr)
            self.env.invalidate_all()

    def followed(self, backend, trouble):
        return Watch(self, backend, trouble)

    def _watched(self, send):
        def watched(client, work, *arguments):
            watch = self.watch
            if not watch:
                return send(client, work, *arguments)
            watch.before_request(work)
            try:
                return send(client, work, *arguments)
            finally:
                watch.after_request(work)

        return watched

    def come_to_rest(self):
        """Run each lane when it is due, until nobody has anything to do and every store has been swept since; sentences
        when that never comes, and of what failed on the way."""
        begun = self.clock.naive()
        for _round in range(MOST_ROUNDS):
            due = [(backend, lane) for backend in self.backends for lane in LANES if self._is_due(backend, lane)]
            for backend, lane in due:
                self.run_lane(backend, lane)
            if due:
                continue
            soonest = self._soonest()
            if soonest is None and min(self.env['shopify.backend'].search([]).mapped('swept_at')) > begun:
                return self.troubles()
            self.clock.advance(max(0.0, min([301.0, *([soonest] if soonest is not None else [])])) + 1)
        tasks = self.env['shopify.task'].search([('state', '=', 'pending'), ('lane', 'in', LANES)])
        names = [f'{task.display_name} of {task.backend_id.name}: {task.message}' for task in tasks]
        return [f'there is no rest: {names}']

    def _is_due(self, backend, lane):
        now = self.clock.naive()
        if self.env['shopify.task']._count_due(backend, lane):
            return True
        if lane == 'orders':
            return not backend.swept_at or backend.swept_at <= now - timedelta(seconds=300)
        domain = [('backend_id', '=', backend.id), ('check_after', '<=', now)]
        return lane == 'stock' and bool(self.env['shopify.inventory.level'].search_count(domain, limit=1))

    def _soonest(self):
        """Seconds until the next thing that waits is due; None when nothing waits."""
        waiting = [('state', '=', 'pending'), ('lane', 'in', LANES)]
        moments = self.env['shopify.task'].search(waiting).mapped('due_at')
        moments += self.env['shopify.inventory.level'].search([('check_after', '!=', False)]).mapped('check_after')
        return (min(moments) - self.clock.naive()).total_seconds() if moments else None

    def troubles(self):
        """Failed tasks of orders and stock that no person could have expected."""
        tasks = self.env['shopify.task'].search([('state', '=', 'failed'), ('lane', 'in', ('orders', 'stock'))])
        return [
            f'{task.backend_id.name}: {task.kind} task failed ({task.error_code}): {task.message}'
            for task in tasks
            if task.error_code not in self.EXPECTED
        ]

    EXPECTED = frozenset(
        ('cancelled_late', 'changed_late', 'not_shipped', 'return_not_validated', 'doubtful_refund', 'not_enough')
    )

    @staticmethod
    def variables_of(work):
        return json.loads(work.body)['variables']

    # -- comparing ----------------------------------------------------------------------------------------------------------
    def promised(self):
        """``{(SKU, place): units}`` that Odoo could deliver now."""
        self.env.flush_all()
        ids = self.products.ids
        recipes = {
            ids[kit]: {ids[part]: units for part, units in row.items()} for kit, row in self.recipe_now().items()
        }
        found = stock_worlds.deliverable(self.cr, self.warehouses.ids, ids, recipes)
        skus, places = (
            dict(zip(ids, stock_worlds.SKUS, strict=True)),
            {row.id: n for n, row in enumerate(self.warehouses)},
        )
        return {(skus[product], places[warehouse]): units for (warehouse, product), units in found.items()}

    def recipe_now(self):
        numbers = {product.id: number for number, product in enumerate(self.products)}
        self.cr.execute(
            """SELECT bom.id, line.product_id, line.product_qty FROM mrp_bom bom JOIN mrp_bom_line line
               ON line.bom_id = bom.id WHERE bom.id = ANY(%s)""",
            [[bom.id for bom in self.boms.values()]],
        ) if self.boms else None
        rows = self.cr.fetchall() if self.boms else ()
        kits, found = {bom.id: number for number, bom in self.boms.items()}, {}
        for bom, product, units in rows:
            found.setdefault(kits[bom], {})[numbers[product]] = units
        return found

    def takes_edits(self, backend):
        """Whether what is typed in this shop is counted in Odoo."""
        return backend.edit_policy == 'shopify'

    def wanted(self, backend, promised):
        """What the store should show of it."""
        if backend != self.backends[1]:
            return promised
        return {
            (sku, place): min(units, AT_MOST) if place else max(0, units - KEPT_BACK)
            for (sku, place), units in promised.items()
        }

    def unequal(self):
        """Sentences for each level that shows something else than Odoo could deliver."""
        promised, found = self.promised(), []
        for backend in self.backends:
            shown, wanted = self.in_shop(backend, stock_worlds.shown), self.wanted(backend, promised)
            found += [
                f'{backend.name} shows {shown.get(key)} of {key}, Odoo has {units}'
                for key, units in wanted.items()
                if shown.get(key) != units
            ]
        return found

    def unseen(self, backend):
        """``{(SKU, place): units}`` that the store has sold and Odoo does not know of, less what it has got back."""
        bindings = self.env['shopify.order.binding'].search([('backend_id', '=', backend.id)])
        known = {}
        for binding in bindings.filtered(lambda row: row.sale_order_id.state != 'cancel'):
            for line in binding.sale_order_id.order_line.filtered('shopify_line_gid'):
                key = (binding.gid, line.product_id.default_code)
                known[key] = known.get(key, 0) + line.product_uom_qty
        found = {}
        for (gid, sku), places in self.in_shop(backend, stock_worlds.sold).items():
            seen = known.get((gid, sku), 0)
            if seen and len(places) > 1:
                continue
            for place, units in places.items():
                found[sku, place] = found.get((sku, place), 0) + units - seen
        return found

    # -- news -----------------------------------------------------------------------------------------------------------------
    def hear(self, store, how):
        """Deliver what the store's shop has to tell, as its webhooks come in."""
        backend = self.backends[store]
        rows = self.in_shop(backend, _taken)
        if how == 'lost':
            self.lost |= any(row.topic.startswith('inventory_levels') for row in rows)
            return
        late = {
            'some': rows[1::2],
            'levels': [row for row in rows if not row.topic.startswith('inventory_levels')],
            'orders': [row for row in rows if row.topic.startswith('inventory_levels')],
        }.get(how, [])
        self.in_shop(backend, _put_back, late)
        rows = [row for row in rows if row not in late]
        rows = {'backwards': rows[::-1], 'twice': rows + rows}.get(how, rows)
        with self.transaction() as env:
            crons = {cron.shopify_lane: cron.id for cron in env['shopify.backend'].browse(backend.id).sudo().cron_ids}
            with patch.object(doorbell, 'request', SimpleNamespace(env=env)):
                for row in rows:
                    payload = json.loads(row.body)
                    kind, key = webhook.record_key(row.topic, payload)
                    if kind in doorbell.const.KIND_LANES:
                        doorbell.ShopifyWebhook._note(backend.id, crons, row, (kind, key, payload))


class Watch:
    """Follows a lane through its requests and commits, and makes the trouble that a world wishes for."""

    def __init__(self, case, backend, trouble):
        self.case, self.backend, self.trouble = case, backend, dict(trouble)
        self.events = 0
        # Else Odoo's quantities stay as they are while the lane runs.
        self.may_change = 'step' in trouble or case.takes_edits(backend)
        self.most = {}
        self.before = None
        if 'fault' in trouble:
            fault = Fault(trouble['fault'], trouble.get('count', 1), retry_after=1.0, seconds=0.0)
            case.in_shop(backend, lambda shop: shop.settings.faults.append(fault))

    def event(self, may_write=False):
        """Something is about to happen, or has just happened."""
        self.events += 1
        if self.events > MOST_EVENTS:
            raise Restless(f'{self.backend.name}: more than {MOST_EVENTS} requests and commits in one run')
        if self.trouble.get('crash') == self.events:
            self.case.happened['crash'] += 1
            raise Crash
        step = self.trouble.get('step')
        due = step and self.events >= self.trouble.get('meanwhile', 1)
        if due and (may_write or step[0] in self.case.SHOP_VERBS):
            del self.trouble['step']
            self.case.happened['meanwhile'] += 1
            self.note()
            self.case.clock.advance(0.2)
            self.case.do(step, meanwhile=True)
            self.note()

    def around_commit(self, commit):
        def committed():
            self.event()
            commit()
            if self.may_change:
                self.note()
            self.event(may_write=True)

        return committed

    def note(self):
        """The most that Odoo could have delivered at any moment since the lane began."""
        for key, units in self.case.promised().items():
            self.most[key] = max(units, self.most.get(key, 0))

    def before_request(self, work):
        self.event()
        if work.mutation:
            self.note()
            self.before = self.case.in_shop(self.backend, stock_worlds.shown)

    def after_request(self, work):
        if work.mutation and self.before is not None:
            self.case.judge(self, work, self.case.in_shop(self.backend, stock_worlds.shown))
            self.before = None
        self.case.clock.advance(REQUEST_SECONDS)
        self.case.clock.tell(self.case.cr)
        self.event()


def _taken(shop):
    rows = list(webhooks.held(shop))
    webhooks.held(shop).clear()
    return rows


def _put_back(shop, rows):
    webhooks.held(shop)[:0] = rows
