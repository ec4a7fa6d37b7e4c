"""Single orders through random lives: edited, paid, shipped in parts here and there, refunded, returned, cancelled, while
Odoo hears of it at once, late, twice, or of its books before the order. Whenever it has heard of everything, it has what
it would have if the order came now for the first time, as far as goods have left and books are posted; and the books come
to what the shop says. What cannot be so is a failed task that says why.

``SHOPIFY_CONNECTOR_LIVES=500`` for the long run. A life that fails is made smaller and printed: put it into
``REMEMBERED``.
"""

import json
import os
from collections import Counter
from datetime import timedelta

from tests.integration.telling import TellingCase, unequal
from tests.support import books, order_lives, shop_orders
from tests.support.drawn import drawn
from tests.support.smaller import smaller

LIVES = int(os.environ.get('SHOPIFY_CONNECTOR_LIVES', '4'))
SHRUNK = int(os.environ.get('SHOPIFY_CONNECTOR_SHRUNK', '1'))
TOGETHER = 12
SECONDS = 90
WORLDS = (('USD', 'paid'), ('EUR', 'paid'), ('JPY', 'paid'), ('USD', 'delivered'))
# What a person has to decide, by the code of the task: then the order may differ, and says so.
ASKED = {'changed_late', 'cancelled_late', 'not_shipped', 'return_not_validated', 'doubtful_refund'}
_GOODS = [{'sku': 'EVERY-8', 'quantity': 4}, {'sku': 'EVERY-5', 'quantity': 2}]
_SHIPPED = ['shop', 'fulfill', {}, 'all']
# Lives as shops have them every day, lived whatever is drawn.
TYPICAL = (
    (
        ('USD', 'paid'),
        {
            'spec': {'lines': _GOODS, 'days_ago': 20},
            'steps': [
                ['odoo', 'ship', {'lines': [[0, 1]]}, 'all'],
                ['odoo', 'ship and tell', {'lines': [[0, 2], [1, 1]]}, 'books'],
                ['shop', 'refund', {'lines': [[0, 1]]}, 'twice'],
                ['odoo', 'ship', {}, 'all'],
            ],
        },
    ),
    (
        ('EUR', 'paid'),
        {
            'spec': {'lines': _GOODS, 'days_ago': 20},
            'steps': [_SHIPPED, ['shop', 'return', {'restock': True, 'refund': True}, 'nothing']],
        },
    ),
    (
        ('USD', 'delivered'),
        {
            'spec': {'lines': _GOODS, 'days_ago': 20, 'payment': 'authorized'},
            'steps': [
                ['shop', 'pay', {}, 'order'],
                ['odoo', 'ship and tell', {'lines': [[0, 3]]}, 'all'],
                ['odoo', 'ship and tell', {}, 'all'],
                ['shop', 'refund', {'lines': [[0, 2]], 'restock': 'NO_RESTOCK', 'shipping': True}, 'twice'],
                ['shop', 'return', {'restock': False, 'refund': False}, 'all'],
            ],
        },
    ),
    (
        ('JPY', 'paid'),
        {
            'spec': {'lines': _GOODS, 'days_ago': 20},
            'steps': [
                ['shop', 'edit', {'set_quantity': [[0, 1]], 'add': [{'sku': 'EVERY-3', 'quantity': 3}]}, 'books'],
                ['shop', 'pay', {}, 'all'],
                ['shop', 'cancel', {'reason': 'CUSTOMER', 'restock': True, 'refund': True}, 'twice'],
            ],
        },
    ),
)
# Lives that went wrong once.
REMEMBERED = ()


class Life:
    """One order on its way."""

    def __init__(self, story, order):
        self.steps = story['steps']
        self.order = order
        self.done = []

    @property
    def gid(self):
        return self.order.id


class TestOrderLives(TellingCase):
    def setUp(self):
        super().setUp()
        self.happened = Counter()

    # -- living -------------------------------------------------------------------------------------------------------
    def differences(self, world, stories, forget=True):
        """``{index: sentences}`` of lives lived together, step by step."""
        currency, policy = world
        backend, found = self.backends[currency], {}
        with self.forgotten(forget):
            backend.invoice_policy = policy
            shop = self.shop_of(backend)
            lives = [Life(story, self.server.call(shop_orders.place, shop, story['spec'])) for story in stories]
            self.hear(backend, [(life, 'all') for life in lives])
            for number in range(max((len(life.steps) for life in lives), default=0)):
                for index, sentences in self.lived(backend, lives, number).items():
                    found.setdefault(index, sentences)
            for index, sentences in self.at_the_end(backend, lives).items():
                found.setdefault(index, sentences)
        return found

    def lived(self, backend, lives, number):
        """The next step of every life that has one."""
        heard = []
        for life in lives:
            if number < len(life.steps):
                where, verb, arguments, how = life.steps[number]
                {'shop': self.in_shop, 'odoo': self.in_odoo}[where](backend, life, verb, arguments)
                heard.append((life, how))
        self.hear(backend, heard)
        settled = [life for life, how in heard if how in ('all', 'twice')]
        return self.compared(backend, lives, settled)

    def at_the_end(self, backend, lives):
        """Everything was heard; hearing it all once more makes nothing new."""
        self.hear(backend, [(life, 'all') for life in lives])
        found = self.compared(backend, lives, lives)
        before = [self.documents(backend, life) for life in lives]
        self.hear(backend, [(life, 'twice') for life in lives])
        for index, (life, old) in enumerate(zip(lives, before, strict=True)):
            new = self.documents(backend, life)
            if new != old:
                found.setdefault(index, []).append(f'hearing it again has made {new} of {old}')
        return found

    def in_shop(self, backend, life, verb, arguments):
        now = life.order.updated_at + timedelta(hours=5)
        if self.server.call(shop_orders.happen, self.shop_of(backend), life.order, verb, arguments, now):
            self.note(life, verb, arguments)

    def note(self, life, verb, arguments):
        life.done.append([verb, arguments])
        self.happened[verb] += 1

    def in_odoo(self, backend, life, verb, arguments):
        """Ship what is open, all of it or some units of some lines; ``and tell`` makes the shop ship the same."""
        sale = self.binding(backend, life.order).sale_order_id
        pickings = sale.picking_ids.filtered(lambda row: row.state not in ('done', 'cancel', 'draft'))
        wanted = {
            life.order.line_items[index].id: units
            for index, units in arguments.get('lines') or ()
            if index < len(life.order.line_items)
        }
        shipped = {}
        for move in pickings.move_ids.filtered(lambda move: move.state not in ('done', 'cancel')):
            gid = move.sale_line_id.shopify_line_gid
            units = min(move.product_uom_qty, wanted.get(gid, 0) if 'lines' in arguments else move.product_uom_qty)
            move.quantity, move.picked = units, bool(units)
            shipped[gid] = shipped.get(gid, 0) + int(units)
        if any(shipped.values()):
            pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
            self.note(life, verb, arguments)
            if verb == 'ship and tell':
                lines = [
                    [index, shipped[line.id]]
                    for index, line in enumerate(life.order.line_items)
                    if shipped.get(line.id)
                ]
                self.in_shop(backend, life, 'fulfill', {'lines': lines})

    def hear(self, backend, heard):
        """Ring for each order as its life says, then run the lanes that were rung for."""
        kinds = {'all': ('order',), 'twice': ('order', 'order', 'books'), 'order': ('order',), 'books': ('books',)}
        lanes = set()
        for life, how in heard:
            for kind in kinds.get(how, ()):
                self.env['shopify.task']._add(backend, kind, [life.gid], source='webhook')
                lanes.add({'order': 'orders', 'books': 'books'}[kind])
        for lane in sorted(lanes, reverse=True):
            self.run_lane(backend, lane)
        if any(how in ('all', 'twice') for _life, how in heard):
            self.settle(backend)

    # -- comparing ----------------------------------------------------------------------------------------------------
    def compared(self, backend, lives, settled):
        """``{index: sentences}`` of the lives of which Odoo has heard everything."""
        troubles = self.troubles(backend, *(life.gid for life in settled))
        names = books.TaxNames(self.env, backend.company_id)
        fresh = self.fresh(backend, settled)
        found = {}
        for life in settled:
            sentences = [
                f'{task.kind} task ({task.error_code}): {task.message}'
                for task in troubles.get(life.gid, ())
                if task.state != 'failed' or task.error_code not in ASKED
            ]
            binding = self.binding(backend, life.order)
            if len(binding) != 1 or len(binding.sale_order_id) != 1:
                sentences.append(f'{len(binding)} records and {len(binding.sale_order_id)} sales orders stand for it')
            elif not troubles.get(life.gid):
                sentences += self.sale_differences(binding.sale_order_id, fresh[life.gid])
                sentences += self.payment_differences(backend, life.order, binding)
                sentences += self.invoiced_differences(backend, life, binding, names)
            if sentences:
                found[lives.index(life)] = [f'after {json.dumps(life.done)}:', *sentences]
        return found

    def invoiced_differences(self, backend, life, binding, names):
        """The books, when everything that was sold may be invoiced, and no refund waits for its gateway."""
        lines = binding.sale_order_id.order_line.filtered(lambda line: line.product_id.type != 'service')
        is_open = any(line.qty_delivered < line.product_uom_qty for line in lines)
        waits = any(shop_orders.is_waiting(refund) for refund in life.order.refunds)
        if waits or (backend.invoice_policy == 'delivered' and is_open):
            return []
        return self.book_differences(backend, life.order, binding, names)

    def fresh(self, backend, lives):
        """``{gid: figures}`` of the same orders when they come for the first time; forgotten afterwards."""
        figures = {}
        with self.forgotten():
            self.forget(backend, lives)
            self.hear(backend, [(life, 'all') for life in lives])
            for life in lives:
                figures[life.gid] = self.figures(self.binding(backend, life.order).sale_order_id)
        return figures

    def forget(self, backend, lives):
        """As if Odoo had never seen these orders."""
        bindings = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', [life.gid for life in lives])]
        )
        bindings.transaction_ids.payment_id.shopify_key = False
        bindings.move_ids.write({'shopify_order_id': False, 'shopify_refund_id': False})
        bindings.sale_order_id.order_line.shopify_line_gid = False
        tasks = self.env['shopify.task'].search(
            [('backend_id', '=', backend.id), ('key', 'in', bindings.mapped('gid'))]
        )
        self.env.flush_all()
        bindings.unlink()
        tasks.unlink()
        self.env.invalidate_all()

    def figures(self, sale):
        digits = sale.currency_id.decimal_places
        return {
            'state': sale.state,
            'reference': sale.client_order_ref,
            'addresses': (sale.partner_id.id, sale.partner_invoice_id.id, sale.partner_shipping_id.id),
            'lines': books.order_lines(sale, digits),
        }

    def sale_differences(self, sale, fresh):
        """The sales order beside a fresh one: what has left stays on it, and what was invoiced of shipping and charges;
        whatever has as many units costs the same."""
        lived = self.figures(sale)
        if lived['state'] == 'cancel' and fresh['state'] == 'cancel':
            return []
        if lived['state'] == 'sale' and fresh['state'] == 'draft':
            fresh = {**fresh, 'state': 'sale'}  # it was paid once; what was added since is not
        wanted = {name: value for name, value in fresh.items() if name != 'lines'}
        found = {name: value for name, value in lived.items() if name != 'lines'}
        for line in sale.order_line.filtered('shopify_line_gid'):
            gid, is_goods = line.shopify_line_gid, line.product_id.type != 'service'
            there, here = fresh['lines'].get(gid, (0, 0, 0)), lived['lines'].get(gid, (0, 0, 0))
            kept = line.qty_delivered if is_goods else line.qty_invoiced if '/LineItem/' not in gid else 0
            wanted[f'units of {line.name}'], found[f'units of {line.name}'] = max(there[0], kept), here[0]
            if here[0] == there[0] and (is_goods or not kept):
                wanted[f'price of {line.name}'], found[f'price of {line.name}'] = there[1:], here[1:]
        missing = [gid for gid in fresh['lines'] if gid not in lived['lines']]
        return unequal(wanted, found) + [f'the line {gid} is missing' for gid in missing]

    def documents(self, backend, life):
        binding = self.binding(backend, life.order)
        sale = binding.sale_order_id
        return {
            'documents': books.documents(binding).ids,
            'payments': binding.transaction_ids.payment_id.ids,
            'transfers': sale.picking_ids.ids,
            'lines': sale.order_line.ids,
        }

    # -- the tests ----------------------------------------------------------------------------------------------------
    def assert_lived_well(self, told):
        by_world, failed = {}, []
        for world, story in told:
            by_world.setdefault(world, []).append(story)
        for world, stories in by_world.items():
            for start in range(0, len(stories), TOGETHER):
                batch = stories[start : start + TOGETHER]
                failed += [(world, batch[index], rows) for index, rows in self.differences(world, batch, False).items()]
        if failed:
            failed.sort(key=lambda row: len(json.dumps(row[1])))
            shown = [self.smallest(*row) for row in failed[:SHRUNK]]
            self.fail(f'{len(failed)} of {len(told)} lives went wrong. The smallest:\n' + '\n'.join(shown))

    def smallest(self, world, story, sentences):
        """A life with every step left out that it goes wrong without, as it stands in ``REMEMBERED``."""
        kind = sentences[1].split()[0]

        def goes_wrong(story):
            found = self.differences(world, [story]).get(0, ['', ''])
            return any(sentence.startswith(kind) for sentence in found[1:])

        if goes_wrong(story):
            story = smaller(story, goes_wrong, SECONDS / SHRUNK)
            sentences = self.differences(world, [story]).get(0) or sentences
        return '\n    '.join([f'({world!r}, {json.dumps(story, ensure_ascii=False)}),', *sentences])

    def test_odoo_has_what_the_order_is_now_whatever_its_life_was(self):
        self.assert_lived_well([*TYPICAL, *drawn_of_all(LIVES)])
        verbs = {'refund', 'edit', 'fulfill', 'pay', 'cancel', 'return', 'ship', 'ship and tell'}
        self.assertEqual(verbs - set(self.happened), set())
        self.assertGreater(sum(self.happened.values()), LIVES)

    def test_lives_that_went_wrong_once_go_well(self):
        self.assert_lived_well(REMEMBERED)


def drawn_of_all(count):
    """``[(world, life), …]``, as many of each world."""
    return [
        (world, story)
        for number, world in enumerate(WORLDS)
        for story in drawn(order_lives.lives(world[0]), -(-count // len(WORLDS)), number)
    ]
