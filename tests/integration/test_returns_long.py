"""Orders with more returns, parcels and lines than one request shows: all of them are read before anything is told."""

from unittest.mock import patch

from odoo.addons.shopify_connector.entities import return_state as reading

from tests.integration.test_returns_both_ways import ToldBackCase


class LongCase(ToldBackCase):
    def sold_lines(self, count, quantity=1):
        sku = self.shop_order(self.binding)['lines'][0]['sku']
        rows = [{'sku': sku, 'quantity': quantity, 'price': '5.00'}] * count
        return self.sold(kind=None, lines=rows)

    def opened(self, binding, *rows):
        """A return in the shop that waits for ``(line, units)``."""
        lines = [{'index': index, 'quantity': units, 'reason': 'STYLE'} for index, units in rows]
        self.act(binding, 'return', process=False, lines=lines)

    def reads_on(self):
        return [name for name in self.simulator.stats(self.domain)['by_operation'] if name.startswith('More')]

    def statuses(self, binding):
        return [row['status'] for row in self.returns(binding)]


class TestLongReturns(LongCase):
    def small_pages(self):
        self.enterContext(patch.dict(reading.FIRST, dict.fromkeys(reading.FIRST, 1)))
        self.enterContext(patch.dict(reading.MORE, dict.fromkeys(reading.MORE, 1)))

    def shipped_in_parts(self):
        binding = self.sold_lines(3, quantity=3)
        pickings = [self.ship(binding, 1, 2, 0), self.ship(binding, 2, 1, 1), self.ship(binding)]
        self.run_orders()
        self.assertEqual(self.told(binding), self.ordered(binding))
        return binding, pickings

    def test_goods_of_later_pages_are_found_in_the_returns_that_wait_for_them(self):
        binding, pickings = self.shipped_in_parts()
        for rows in ([(0, 1), (1, 1)], [(2, 1)], [(1, 2), (2, 2)]):
            self.opened(binding, *rows)
        self.small_pages()
        backs = [self.take_back(picking, *picking.move_ids.sorted('id').mapped('quantity')) for picking in pickings]
        self.run_orders()
        for back in backs:
            self.assertEqual(self.row(back).state, 'sent', self.row(back).message)
        self.assertEqual(sum(self.units_back(binding)), 9)
        self.assertEqual(self.units_back(binding)[:3], [2, 1, 4])
        self.assertEqual(set(self.statuses(binding)), {'CLOSED'})

    def test_a_return_is_opened_for_goods_of_every_page(self):
        binding, pickings = self.shipped_in_parts()
        self.small_pages()
        back = self.take_back(pickings[1], 2, 1, 1)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [4]), self.row(back).message)

    def test_nothing_is_concluded_from_a_part_of_it(self):
        binding, pickings = self.shipped_in_parts()
        self.small_pages()
        back = self.take_back(pickings[2], 2)
        with patch.object(self.env.registry['shopify.sync.delivery.return'], '_read_on', lambda *arguments: None):
            self.run_orders()
        self.assertEqual((self.row(back).state, self.returns(binding)), ('waiting', []))
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2]), self.row(back).message)

    def test_an_order_of_usual_length_is_one_request(self):
        binding, picking = self.sent()
        self.take_back(picking, 1)
        self.run_orders()
        self.assertEqual((self.units_back(binding), self.requests('ReturnState'), self.reads_on()), ([1], 4, []))


class TestLongOrders(LongCase):
    def test_an_order_of_many_lines_comes_back_as_a_whole(self):
        binding = self.sold_lines(104)
        picking = self.ship(binding)
        self.run_orders()
        back = self.take_back(picking, *picking.move_ids.mapped('quantity'))
        self.run_orders()
        self.assertEqual(self.row(back).state, 'sent', self.row(back).message)
        self.assertEqual((self.units_back(binding), self.statuses(binding)), ([104], ['CLOSED']))
        self.assertTrue({'MoreOrderLineItems', 'MoreReturnReturnLineItems'} <= set(self.reads_on()))
