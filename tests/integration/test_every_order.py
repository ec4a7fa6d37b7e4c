"""Whatever a shop sells, Odoo has it to the cent: orders of all kinds, drawn by Hypothesis, told to the simulated shop,
imported in batches by the real code, and compared amount by amount with what the shop says.

``SHOPIFY_CONNECTOR_ORDERS=2000`` for the long run. A failing order is made smaller and printed as a story that can be
told again: put it into ``REMEMBERED``.
"""

import json
import os
from functools import cache

from hypothesis import strategies as st

from tests.integration.telling import TellingCase
from tests.support import books, order_worlds
from tests.support.drawn import drawn
from tests.support.smaller import smaller

ORDERS = int(os.environ.get('SHOPIFY_CONNECTOR_ORDERS', '48'))
BATCH = 25
LONG = 4  # orders of forty lines
MOST_DRAWS = 18  # until each kind has come
SECONDS = 90  # for making failing stories smaller
SHRUNK = int(os.environ.get('SHOPIFY_CONNECTOR_SHRUNK', '1'))  # failing stories that are made smaller
# (the shop's currency, the customer's or None, the store's policy)
WORLDS = (
    ('USD', None, 'shop'),
    ('EUR', None, 'shop'),
    ('KWD', None, 'shop'),
    ('JPY', None, 'shop'),
    ('USD', 'EUR', 'presentment'),
    ('EUR', 'JPY', 'shop'),
    ('JPY', 'KWD', 'presentment'),
    ('KWD', 'USD', 'presentment'),
)
# Stories that differed once, and the worlds they were told in.
REMEMBERED = (
    # The rounding of a duty's share is the duty's, not that of a line whose share is exact.
    (
        ('EUR', 'JPY', 'shop'),
        {
            'spec': {
                'lines': [
                    {'quantity': 7, 'title': 'Engraving', 'price': '0.74', 'requires_shipping': True},
                    {
                        'quantity': 6,
                        'title': 'Engraving',
                        'price': '0.01',
                        'requires_shipping': True,
                        'duties': [{'price': '0.37', 'hs_code': '610910', 'country': 'CN'}],
                    },
                ],
                'taxes': [],
                'presentment': {'currency': 'JPY', 'rate': '164.300445'},
            },
            'then': [[17, 'refund', {'lines': [[1, 3], [0, 2]]}], [30, 'pay', {}]],
        },
    ),
)


class TestEveryOrder(TellingCase):
    def differences(self, world, stories, forget=True):
        """``{index of a story: sentences}`` after telling and importing them all."""
        currency, _presentment, policy = world
        backend, found = self.backends[currency], {}
        with self.forgotten(forget):
            backend.money_policy = policy
            orders = self.told(backend, stories)
            self.ring(backend, 'order', *(order.id for order in orders))
            self.settle(backend)
            found = self.compared(backend, orders)
        return {index: sentences for index, sentences in found.items() if sentences}

    def compared(self, backend, orders):
        """``{index: sentences}``: what differs, and what a task asks a person for."""
        troubles = self.troubles(backend, *(order.id for order in orders))
        names = books.TaxNames(self.env, backend.company_id)
        found = {}
        for index, order in enumerate(orders):
            binding = self.binding(backend, order)
            tasks = troubles.get(order.id, [])
            if len(binding.sale_order_id) != 1:
                found[index] = [f'it has {len(binding)} records and {len(binding.sale_order_id)} sales orders']
                continue
            found[index] = self.order_differences(backend, order, binding.sale_order_id, names)
            found[index] += self.payment_differences(backend, order, binding)
            found[index] += [f'{task.kind} task: {task.message}' for task in tasks]
            found[index] += self.book_differences(backend, order, binding, names)
        return found

    def assert_equal_orders(self, told):
        """Compare ``[(world, story), …]``, a batch at a time; fail with the smallest stories that still differ."""
        by_world, failed = {}, []
        for world, story in told:
            by_world.setdefault(world, []).append(story)
        for world, stories in by_world.items():
            for start in range(0, len(stories), BATCH):
                batch = stories[start : start + BATCH]
                found = self.differences(world, batch, forget=False)
                failed += [(world, batch[index], sentences) for index, sentences in found.items()]
        if failed:
            failed.sort(key=lambda row: len(json.dumps(row[1])))
            shown = [self.smallest(*row) for row in failed[:SHRUNK]]
            self.fail(f'{len(failed)} of {len(told)} orders differ. The smallest:\n' + '\n'.join(shown))

    def smallest(self, world, story, sentences):
        """A failing story with everything left out that it differs without, as it stands in ``REMEMBERED``."""
        kind = sentences[0].split()[0]
        story = smaller(
            story,
            lambda story: any(sentence.startswith(kind) for sentence in self.differences(world, [story]).get(0, ())),
            SECONDS / SHRUNK,
        )
        sentences = self.differences(world, [story]).get(0) or sentences
        return '\n    '.join([f'({world!r}, {json.dumps(story, ensure_ascii=False)}),', *sentences])

    # -- the tests ------------------------------------------------------------------------------------------------------
    def test_every_order_equals_shopifys_to_the_cent(self):
        self.assert_equal_orders(drawn_of_all(ORDERS))

    def test_the_orders_are_of_all_kinds(self):
        worlds, missing = set(WORLDS), set(order_worlds.KINDS)
        for number in range(MOST_DRAWS):
            for world, story in drawn_of_all(ORDERS, number):
                worlds.discard(world)
                missing -= order_worlds.kinds(story)
            if not (worlds or missing):
                break
        self.assertEqual((worlds, missing), (set(), set()))

    def test_what_once_differed_does_not_differ_again(self):
        self.assert_equal_orders(REMEMBERED)


@cache
def drawn_of_all(count, number=0):
    """``[(world, story), …]``: what Hypothesis thinks of, and a few long orders; others with another ``number``."""
    long = drawn(_stories(WORLDS[:4], order_worlds.long_orders), LONG, number)
    return drawn(_stories(WORLDS, order_worlds.usual_orders), max(count - LONG, 1), number) + long


def _stories(worlds, lines):
    return st.sampled_from(worlds).flatmap(
        lambda world: st.tuples(st.just(world), order_worlds.stories(*world[:2], lines(world[0])))
    )
