"""Random worlds of stock: sales in three stores, receipts, moves and counts in Odoo, edits by hand, kits, webhooks that
are lost, doubled or late, lanes that die between any two steps, answers that are lost.

At rest every store shows what Odoo could deliver. On the way no store is told more than Odoo had at any moment of the
run, less what the store itself has sold and Odoo does not know yet: no write undoes a sale.

``SHOPIFY_CONNECTOR_WORLDS=500`` for the long run. A world that fails is made smaller and printed: put it into
``REMEMBERED``. To look into some, ``SHOPIFY_CONNECTOR_TOLD='[{…}]' SHOPIFY_CONNECTOR_TELL=1`` and pytest's ``-s``.
"""

import os
import sys

from tests.integration.stock_deeds import StockDeedsCase
from tests.integration.stock_world import Restless
from tests.support import stock_story, stock_worlds
from tests.support.drawn import drawn
from tests.support.worlds import Worlds

WORLDS = int(os.environ.get('SHOPIFY_CONNECTOR_WORLDS', '5'))
STEPS = int(os.environ.get('SHOPIFY_CONNECTOR_STEPS', '24'))
TELL = bool(os.environ.get('SHOPIFY_CONNECTOR_TELL'))
MOST_YESES = 4
# Worlds that went wrong once, or that no chance may leave out.
REMEMBERED = (
    # A quotation of a kit holds its components.
    {'products': [17, 2], 'steps': [['sale', 2, [[0, 3]], {'payment': 'pending'}]]},
    # A sale over the counter and an edit in one level: the sale is no part of the edit.
    {'products': [1, 2], 'steps': [['shift', 2, 1, 0, 4], ['sale', 2, [[0, 2]], {'counter': 1}]]},
    # What a shop shows after a sale is by chance what Odoo wants, and the order is not heard of.
    {
        'products': [1, 2],
        'steps': [
            ['sale', 0, [[0, 3]], {'counter': 0}],
            ['count', 0, 0, 9],
            ['hear', 0, 'levels'],
            ['wait', 6],
            ['run', 0, 'stock', {}],
            ['count', 0, 0, 20],
            ['run', 0, 'stock', {}],
        ],
    },
    # Most products are counted to nothing: the shops wait for a yes, and sell on meanwhile.
    {'products': [1, 2], 'steps': [['empty', 0], ['run', 0, 'stock', {}], ['sale', 0, [[0, 2]], {}]]},
)


class TestStockWorlds(Worlds, StockDeedsCase):
    KINDS = (
        'is told',
        'shows',
        'counted in',
        'no rest',
        'task failed',
        'without comparing',
        'two requests',
        'guard',
        'more',
    )

    def lived(self, world):
        """Sentences about what went wrong in a world."""
        found = []
        with self.forgotten():
            self.begin(world)
            try:
                for step in world['steps']:
                    self.clock.advance(0.7)
                    self.do(step)
                found += self.ended(world)
            except Restless as error:
                found.append(str(error))
            found += self.violations
        return found

    def ended(self, world):
        """The last news are heard or lost, everybody comes to rest; what was lost is found by comparing everything."""
        for store in range(len(self.backends)):
            self.hear(store, 'lost' if world.get('ending') == 'lost' else 'all')
        found = self.at_rest()
        if not found and self.lost:
            with self.transaction() as env:
                for backend in self.backends:
                    env['shopify.task']._add(backend.with_env(env), 'stock_full', [str(backend.id)])
            found = self.at_rest()
        if TELL:
            sys.stderr.writelines(f'{line}\n' for line in stock_story.lines(self))
        return found or self.unequal() + self.miscounted()

    def at_rest(self):
        """Everybody comes to rest, a person has said yes to what the guard holds back, and everybody does again."""
        for _time in range(MOST_YESES):
            found = self.come_to_rest()
            if found or not self.say_yes():
                return found
        return ['the guard asks again and again']

    def miscounted(self):
        """What was counted into Odoo because of edits in a shop is some of these edits, each once, and nothing else: an
        edit that comes to what Odoo has anyway counts nothing."""
        sums = {}
        for (backend_id, sku, place), edits in self.edits.items():
            if self.takes_edits(self.env['shopify.backend'].browse(backend_id)):
                for _at, delta in edits:
                    known = sums.setdefault((sku, place), {0})
                    known |= {each + delta for each in known}
        return [
            f'{units:g} units of {key} were counted in, which is no sum of {sorted(sums.get(key, {0}))}'
            for key, units in sorted(self.taken_in().items())
            if units not in sums.get(key, {0})
        ]

    def taken_in(self):
        """``{(SKU, place): units}`` of moves that neither an order nor anybody in this world has made."""
        self.env.flush_all()
        self.cr.execute(
            """
            SELECT product.default_code, warehouse.id, SUM(CASE WHEN target.id = place.id THEN 1 ELSE -1 END * move.quantity)
              FROM stock_move move
              JOIN product_product product ON product.id = move.product_id
              JOIN stock_location source ON source.id = move.location_id
              JOIN stock_location target ON target.id = move.location_dest_id
              JOIN stock_warehouse warehouse ON warehouse.id = ANY(%s)
              JOIN stock_location root ON root.id = warehouse.view_location_id
              JOIN stock_location place ON place.id IN (source.id, target.id)
                   AND place.parent_path LIKE root.parent_path || '%%' AND place.usage = 'internal'
             WHERE move.state = 'done' AND move.product_id = ANY(%s) AND move.sale_line_id IS NULL
               AND COALESCE(move.origin, '') != 'world' AND COALESCE(move.inventory_name, '') != 'world'
               AND move.scrap_id IS NULL AND move.id > %s
             GROUP BY product.default_code, warehouse.id
            """,
            [self.warehouses.ids, self.products.ids, self.first_move],
        )
        places = {row.id: number for number, row in enumerate(self.warehouses)}
        return {(sku, places[warehouse]): float(units) for sku, warehouse, units in self.cr.fetchall() if units}

    # -- the tests ----------------------------------------------------------------------------------------------------
    def test_every_store_shows_what_odoo_has_whatever_happens(self):
        self.assert_well(self.chosen([*REMEMBERED, *drawn(stock_worlds.worlds(STEPS), WORLDS)]))
        if TELL:
            sys.stderr.write(f'{self.happened}\n')
        self.assertGreater(self.happened['write'], 0)
