"""What tests share that tell stories to simulated shops and read what Odoo makes of them."""

import os
from contextlib import contextmanager, suppress
from unittest.mock import patch

from tests.simulator.thread import ServerThread
from tests.support import books, order_worlds, shop_orders
from tests.support.odoo_case import ShopifyCase

RATES = {'EUR': 0.9213, 'JPY': 151.37, 'KWD': 0.30712, 'CAD': 1.3642}
MOST_ROUNDS = 6
TOLD_ONCE = ('cancelled_late', 'doubtful_refund')  # codes of tasks


class RolledBack(Exception):
    """The end of an example."""


class TellingCase(ShopifyCase):
    """The shops of ``order_worlds`` in this process, and a connected store in Odoo for each, deliveries held back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.enterClassContext(ServerThread(order_worlds.shop_specs()))
        endpoint = {'SHOPIFY_CONNECTOR_ENDPOINT': f'{cls.server.url}/shops/{{shop}}'}
        cls.enterClassContext(patch.dict(os.environ, endpoint))
        cls.env['ir.config_parameter'].sudo().set_param('web.base.url', 'http://127.0.0.1:8069')
        for code, rate in RATES.items():
            currency = cls.env['res.currency'].with_context(active_test=False).search([('name', '=', code)])
            currency.active = True
            cls.env['res.currency.rate'].create({'currency_id': currency.id, 'rate': rate, 'name': '2020-01-01'})
        cls.backends = {code: cls._connected(spec['domain']) for code, spec in order_worlds.SHOPS.items()}

    @classmethod
    def _connected(cls, domain):
        shop = cls.server.simulator.shops[domain]
        backend = cls.env['shopify.backend'].create(
            {
                'name': shop.name,
                'shop_domain': domain,
                'auth_method': 'access_token',
                'access_token': next(iter(shop.app.tokens)),
                'client_secret': shop.app.client_secret,
            }
        )
        cls.server.call(shop.settings.webhook_delivery.update, {'hold': True})
        backend.action_connect()
        # These tests are about money: the shop ships what Odoo never had, and is told nothing.
        backend.location_ids.missing_stock = 'negative'
        quiet = {'ship_export': False, 'tell_returns': False}
        backend.write({'connected_at': '2020-01-01', 'books_since': False, **quiet})
        return backend

    def shop_of(self, backend):
        return self.server.simulator.shops[backend.shop_domain]

    def told(self, backend, stories):
        """Tell the stories to the store's shop; its orders."""
        shop = self.shop_of(backend)
        return [self.server.call(shop_orders.tell, shop, story) for story in stories]

    @contextmanager
    def forgotten(self, forget=True):
        """What happens inside is undone in Odoo, unless it is wished to stay until the end of the test."""
        if not forget:
            yield
            return
        with suppress(RolledBack), self.env.cr.savepoint():
            yield
            raise RolledBack
        self.env.invalidate_all()
        self.registry.clear_all_caches()

    # -- lanes --------------------------------------------------------------------------------------------------------
    def run_lane(self, backend, lane):
        """Run a lane as its cron does, with its commits."""
        cron = backend.sudo().cron_ids.filtered(lambda cron: cron.shopify_lane == lane)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def ring(self, backend, kind, *keys):
        """Note work as a delivery does, and do it."""
        tasks = self.env['shopify.task']._add(backend, kind, keys, source='webhook')
        if tasks:
            self.run_lane(backend, tasks[0].lane)
        return tasks

    def settle(self, backend):
        """Run the lanes of orders and books until neither has anything to do."""
        for _round in range(MOST_ROUNDS):
            pending = self.env['shopify.task'].search(
                [('backend_id', '=', backend.id), ('lane', 'in', ('orders', 'books')), ('state', '=', 'pending')]
            )
            lanes = {task.lane for task in pending if task.kind in ('order', 'books') and not task.tries}
            if not lanes:
                return
            for lane in sorted(lanes, reverse=True):
                self.run_lane(backend, lane)

    def troubles(self, backend, *gids):
        """What the newest task of each kind about these orders says, where it did not end well; some things are told once
        and stay told until a person has decided."""
        tasks = self.env['shopify.task'].search(
            [('backend_id', '=', backend.id), ('kind', 'in', ('order', 'books')), ('key', 'in', gids)], order='id'
        )
        newest = {(task.key, task.kind): task for task in tasks}
        found = {}
        told = tasks.filtered(lambda task: task.state == 'failed' and task.error_code in TOLD_ONCE)
        for task in self.env['shopify.task'].union(*newest.values()) | told:
            if task.state != 'done':
                found.setdefault(task.key, []).append(task)
        return found

    # -- comparing ----------------------------------------------------------------------------------------------------
    def binding(self, backend, order):
        return self.env['shopify.order.binding'].search([('backend_id', '=', backend.id), ('gid', '=', order.id)])

    def side(self, backend):
        return 'presentment' if backend.money_policy == 'presentment' else 'shop'

    def order_differences(self, backend, order, sale, names):
        """The sales order beside the order: sums, each tax, each line."""
        side, digits = self.side(backend), shop_orders.digits(order, self.side(backend))
        wanted = {
            'currency': getattr(order.currencies, side),
            **shop_orders.totals(order, side),
            **_named('tax', shop_orders.taxes(order, side)),
            **_named('line', shop_orders.lines(order, side)),
        }
        found = {
            'currency': sale.currency_id.name,
            'total': books.exact(sale.amount_total, digits),
            'tax': books.exact(sale.amount_tax, digits),
            **_named('tax', books.order_taxes(sale, names, digits)),
            **_named('line', shop_orders.without_nothing(books.order_lines(sale, digits))),
        }
        return unequal(wanted, found)

    def payment_differences(self, backend, order, binding):
        """One payment for each movement of money: direction, amount, day in the shop's zone, journal of its gateway."""
        side, digits = self.side(backend), shop_orders.digits(order, self.side(backend))
        sold = binding.sale_order_id.state in ('sale', 'cancel')
        journals = {
            row.gateway: row.journal_id.id
            for row in self.env['shopify.gateway.mapping'].search([('backend_id', '=', backend.id)])
        }
        zone = self.shop_of(backend).timezone
        wanted = sorted(
            (direction, amount, day, journals.get(gateway, f'no journal for {gateway}'))
            for direction, amount, day, gateway in (shop_orders.payments(order, side, zone) if sold else ())
        )
        found = sorted(books.payments(binding.transaction_ids.payment_id, digits))
        return [] if wanted == found else [f'payments are {wanted} in Shopify and {found} in Odoo']

    def book_differences(self, backend, order, binding, names):
        """Invoices less credit notes beside the order: sums, each tax, each line; none is left open without need."""
        side, digits = self.side(backend), shop_orders.digits(order, self.side(backend))
        moves = books.documents(binding)
        found = [f'{move.move_type} of {move.amount_total} is {move.state}' for move in moves if move.state != 'posted']
        state, paid = binding.sale_order_id.state, shop_orders.is_paid(order)
        wanted = shop_orders.owed(order, side)
        booked = self.without_adjustments(order, side, moves, names, digits)
        if state == 'sale' and paid or state == 'cancel' and moves:
            found += unequal(wanted, booked)
        elif moves and state == 'sale' and booked['total'] > wanted['total']:
            found.append(f'{booked["total"]} is invoiced of {wanted["total"]}, of which a part is not paid')
        elif moves and state not in ('sale', 'cancel'):
            found.append(f'{state}, but invoiced: {books.booked(moves, names, digits)}')
        owing, owed = books.open_sides(moves | binding.transaction_ids.payment_id.move_id)
        if owing and owed:
            found.append(f'{owing} owed by the customer and {owed} owed to the customer are open side by side')
        return found

    def without_adjustments(self, order, side, moves, names, digits):
        """What is booked; money given back beside goods may stand in one line on each credit note, to the cent."""
        found = books.booked(moves, names, digits)
        free = {key: row for key, row in found.items() if key.startswith('line ') and 'gid://' not in key}
        total = sum((net + tax for net, tax in free.values()), shop_orders.ZERO)
        if total == shop_orders.adjustments(order, side):
            found = {key: row for key, row in found.items() if key not in free}
        return found


def unequal(wanted, found):
    """Sentences for every key whose values differ."""
    return [
        f'{key} is {wanted.get(key)} in Shopify and {found.get(key)} in Odoo'
        for key in {**wanted, **found}
        if wanted.get(key) != found.get(key)
    ]


def _named(kind, rows):
    return {f'{kind} {key}': value for key, value in rows.items()}
