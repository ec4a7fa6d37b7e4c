"""Single units and a box of twelve of one product in one shop, and the single units in another: one stock for all."""

from tests.integration import test_stock


class TestBoxesAndSingles(test_stock.StockCase):
    BOX = 'BOX-12'

    def share(self):
        super().share()
        self.dozen = self.env.ref('uom.product_uom_dozen')
        self.dozen.active = True
        self.simulator.post(f'/shops/{self.alpha.shop_domain}/products', title='Box', sku=self.BOX, price='100.00')
        variants = self.simulator.state(self.alpha.shop_domain)['variants']
        self.ring(self.alpha, 'product', next(row['product_id'] for row in variants if row['sku'] == self.BOX))
        self.box = self.env['shopify.variant.binding'].search([('sku', '=', self.BOX)])
        self.box.write({'product_id': self.product.id, 'pack_uom_id': self.dozen.id})

    def shown_box(self):
        location = self.alpha.location_ids.filtered('warehouse_id').gid
        return self.simulator.state(self.alpha.shop_domain)['levels'][self.BOX][location]['available']

    def settle(self, backend):
        test_stock.TestStockToStores.settle(self, backend)

    def figures(self):
        return self.shown(self.alpha), self.shown_box(), self.shown(self.beta)

    def test_a_sold_box_lowers_the_singles_everywhere(self):
        self.count(40)
        self.switch_on(self.alpha, self.beta)
        self.assertEqual(self.figures(), (40, 3, 40))
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.BOX, 'quantity': 1}])
        self.ring(self.alpha, 'order', gid)
        for backend in (self.alpha, self.beta):
            self.settle(backend)
        self.assertEqual(self.figures(), (28, 2, 28))
        row = self.env['shopify.order.binding'].search([('gid', '=', gid)]).sale_order_id.order_line.filtered(
            lambda line: line.product_id == self.product
        )
        self.assertEqual((row.product_uom_id, row.product_uom_qty), (self.dozen, 1))

    def test_sold_singles_break_a_box(self):
        self.count(40)
        self.switch_on(self.alpha, self.beta)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.SKU, 'quantity': 5}])
        self.ring(self.alpha, 'order', gid)
        for backend in (self.alpha, self.beta):
            self.settle(backend)
        self.assertEqual(self.figures(), (35, 2, 35))

    def test_a_cancelled_box_comes_back_whole(self):
        self.count(40)
        self.switch_on(self.alpha, self.beta)
        gid = self.placed(self.alpha, kind='plain', lines=[{'sku': self.BOX, 'quantity': 2}])
        self.ring(self.alpha, 'order', gid)
        self.simulator.act(self.alpha.shop_domain, gid.rsplit('/', 1)[-1], 'cancel', restock=True)
        self.ring(self.alpha, 'order', gid)
        for backend in (self.alpha, self.beta):
            self.settle(backend)
        self.assertEqual(self.figures(), (40, 3, 40))

    def test_the_nightly_comparison_finds_nothing_to_set_right(self):
        self.count(40)
        self.switch_on(self.alpha)
        self.ring(self.alpha, 'stock_full', str(self.alpha.id))
        self.simulator.post(f'/shops/{self.alpha.shop_domain}/stats/reset')
        self.ring(self.alpha, 'stock_full', str(self.alpha.id))
        self.assertEqual(self.mutations(self.alpha), 0)
