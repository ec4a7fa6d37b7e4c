from tests.support.invoices import BooksCase


class RefundCase(BooksCase):
    """Orders of three units of one product and a shipping line, each with two taxes that do not divide evenly."""

    taxes = [{'title': 'State', 'rate': '0.0725'}, {'title': 'County', 'rate': '0.01'}]

    def sell_three(self, shipping=(), **wishes):
        shipping = dict(shipping)
        return self.sell(
            lines=[{'sku': self.sku, 'quantity': 3, 'price': '17.33'}],
            shipping={'title': 'Standard', 'price': '5.99', **shipping},
            discounts=[{'kind': 'code', 'level': 'order', 'title': 'TEN', 'percentage': '10'}],
            taxes=self.taxes,
            **wishes,
        )

    def refund(self, binding, units=0, **arguments):
        lines = [{'sku': self.sku, 'quantity': units, **arguments.pop('line', {})}] if units else []
        self.act(binding, 'refund', lines=lines, **arguments)

    def kinds(self, binding):
        return [move.move_type for move in self.documents(binding)]

    def assert_invoice_and_credit(self, binding, credits=1):
        self.assertEqual(self.kinds(binding), ['out_invoice'] + ['out_refund'] * credits)
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)


class TestRefundsBeforeDelivery(RefundCase):
    def test_units_refunded_before_delivery_are_credited_and_leave_the_order(self):
        binding = self.sell_three()
        self.refund(binding, 1)
        self.assert_invoice_and_credit(binding)
        line = binding.sale_order_id.order_line.filtered(lambda row: row.product_id.type != 'service')
        self.assertEqual((line.product_uom_qty, line.qty_invoiced, line.qty_to_invoice), (2, 2, 0))
        self.assertEqual(binding.refund_ids.state, 'credited')

    def test_shipping_whose_id_shopify_keeps_for_itself_is_charged_once_and_refunded(self):
        binding = self.sell_three(shipping={'nameless': True})
        self.refund(binding, 1)
        self.refund(binding, shipping='2.00')
        lines = binding.sale_order_id.order_line.filtered(lambda row: row.product_id.type == 'service')
        self.assertEqual((len(lines), lines.product_uom_qty, binding.difference), (1, 1, 0))
        self.refund(binding, shipping=True)
        self.assert_invoice_and_credit(binding, 3)
        self.assertEqual(set(binding.refund_ids.mapped('state')), {'credited'})

    def test_unit_by_unit_everything_comes_back(self):
        binding = self.sell_three()
        self.refund(binding, 1)
        self.refund(binding, 1)
        self.refund(binding, 1, shipping=True)
        self.assert_invoice_and_credit(binding, 3)
        self.assertEqual(self.net(binding), (0, {}))

    def test_two_refunds_that_come_at_once_are_two_credit_notes(self):
        binding = self.sell_three()
        number = binding.gid.rsplit('/', 1)[-1]
        for _time in range(2):
            self.simulator.act(
                self.backend.shop_domain, number, 'refund', lines=[{'sku': self.sku, 'quantity': 1}]
            )
        self.bring(binding.gid)
        self.assert_invoice_and_credit(binding, 2)

    def test_a_refund_that_is_read_again_is_no_second_credit_note(self):
        binding = self.sell_three()
        self.refund(binding, 1)
        before = self.documents(binding)
        for _time in range(2):
            self.bring(binding.gid)
        self.assertEqual(self.documents(binding), before)
        self.assertEqual(len(binding.refund_ids), 1)

    def test_shipping_only(self):
        binding = self.sell_three()
        self.refund(binding, shipping='2.00')
        self.refund(binding, shipping=True)
        self.assert_invoice_and_credit(binding, 2)

    def test_money_only_is_one_line_that_says_so(self):
        binding = self.sell_three()
        self.refund(binding, amount='5.00')
        self.assert_invoice_and_credit(binding)
        credit = self.documents(binding)[-1]
        self.assertEqual(credit.amount_total, 5.0)
        self.assertEqual(
            credit.invoice_line_ids.product_id, self.env.ref('shopify_connector.product_refund_adjustment')
        )

    def test_less_money_than_the_goods_are_worth_is_a_line_for_what_was_kept(self):
        binding = self.sell_three()
        self.refund(binding, 1, amount='10.00')
        self.assert_invoice_and_credit(binding)
        self.assertEqual(self.documents(binding)[-1].amount_total, 10.0)

    def test_goods_without_money_are_credited_and_stay_the_customers_credit(self):
        binding = self.sell_three()
        self.refund(binding, 1, no_money=True)
        self.assertEqual(self.kinds(binding), ['out_invoice', 'out_refund'])
        self.assert_as_in_shopify(binding)

    def test_money_beside_the_goods_of_an_order_that_was_not_paid_in_full_is_credited_too(self):
        binding = self.sell_three()
        self.act(binding, 'edit', add=[{'title': 'Gift wrap', 'price': '4.00', 'quantity': 1}])
        self.refund(binding, 1, amount='16.00')
        self.assertEqual(self.there(binding)['totals']['total_outstanding']['shop'], '0.00')
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)
        self.assertEqual(binding.refund_ids.state, 'credited')

    def test_a_refund_that_waits_at_the_gateway_waits_here(self):
        binding = self.sell_three()
        self.refund(binding, 1, pending=True)
        self.assertEqual(self.kinds(binding), ['out_invoice'])
        self.assertEqual(binding.refund_ids.state, 'pending')
        self.act(binding, 'settle', success=True)
        self.assert_invoice_and_credit(binding)

    def test_a_refund_of_what_was_never_invoiced_is_only_a_smaller_order(self):
        self.backend.invoice_policy = 'delivered'
        binding = self.sell_three()
        self.refund(binding, 1)
        self.assertFalse(self.documents(binding))
        self.assertEqual(binding.refund_ids.state, 'nothing')
        self.deliver(binding)
        self.assertEqual(self.kinds(binding), ['out_invoice'])
        self.assert_as_in_shopify(binding)
        self.assert_settled(binding)

    def test_money_only_before_an_invoice_waits_for_one(self):
        self.backend.invoice_policy = 'delivered'
        binding = self.sell_three()
        self.refund(binding, amount='5.00')
        self.assertEqual(binding.refund_ids.state, 'waiting')
        self.deliver(binding)
        self.assert_invoice_and_credit(binding)


class TestRefundsAfterDelivery(RefundCase):
    def stock(self):
        product = self.env['product.product'].search([('default_code', '=', self.sku)])
        return product.qty_available

    def test_what_was_put_back_on_the_shelf_is_returned_and_credited(self):
        binding = self.sell_three()
        self.act(binding, 'fulfill')
        before = self.stock()
        self.refund(binding, 2, line={'restock_type': 'RETURN'})
        self.assert_invoice_and_credit(binding)
        self.assertEqual(self.stock(), before + 2)
        self.assertEqual(binding.refund_ids.picking_ids.state, 'done')
        line = binding.sale_order_id.order_line.filtered(lambda row: row.product_id.type != 'service')
        self.assertEqual((line.product_uom_qty, line.qty_delivered, line.qty_invoiced), (1, 1, 1))
        self.bring(binding.gid)
        self.assertEqual(len(binding.refund_ids.picking_ids), 1)
        self.assert_invoice_and_credit(binding)

    def test_what_stays_with_the_customer_is_credited_beside_the_order(self):
        binding = self.sell_three()
        self.act(binding, 'fulfill')
        before = self.stock()
        self.refund(binding, 1, line={'restock_type': 'NO_RESTOCK'})
        self.assert_invoice_and_credit(binding)
        self.assertEqual(self.stock(), before)
        line = binding.sale_order_id.order_line.filtered(lambda row: row.product_id.type != 'service')
        self.assertEqual((line.product_uom_qty, line.qty_delivered, line.qty_invoiced, line.qty_to_invoice), (3, 3, 3, 0))

    def test_everything_comes_back_in_two_ways(self):
        binding = self.sell_three()
        self.act(binding, 'fulfill')
        self.refund(binding, 1, line={'restock_type': 'NO_RESTOCK'})
        self.refund(binding, 2, line={'restock_type': 'RETURN'}, shipping=True)
        self.assert_invoice_and_credit(binding, 2)
        self.assertEqual(self.net(binding), (0, {}))


class TestRefundsWithTaxesIncluded(TestRefundsBeforeDelivery):
    handle = 'contoso'
    taxes = [{'title': 'VAT', 'rate': '0.19'}, {'title': 'Eco', 'rate': '0.02'}]


class TestRefundsInTheCustomersCurrency(RefundCase):
    def assert_exact(self, currency, rate, digits):
        self.backend.money_policy = 'presentment'
        binding = self.sell_three(presentment={'currency': currency, 'rate': rate})
        self.assertEqual(binding.sale_order_id.currency_id.name, currency)
        for units, shipping in ((1, False), (1, True), (1, False)):
            self.refund(binding, units, shipping=shipping)
            self.assert_as_in_shopify(binding, 'presentment', digits)
        self.assertEqual(self.net(binding, digits), (0, {}))
        self.assert_settled(binding)

    def test_without_decimals(self):
        self.assert_exact('JPY', '151.37', 0)

    def test_with_three_decimals(self):
        self.assert_exact('KWD', '0.30712', 3)

    def test_with_a_rate_that_changes_between_invoice_and_credit_note(self):
        self.env.ref('base.EUR').active = True
        rates = self.env['res.currency.rate']
        for day, rate in (('2026-01-01', 0.9), ('2026-11-21', 0.95)):
            rates.search([('currency_id', '=', self.env.ref('base.EUR').id), ('name', '=', day)]).unlink()
            rates.create({'currency_id': self.env.ref('base.EUR').id, 'name': day, 'rate': rate})
        self.assert_exact('EUR', '0.9213', 2)


class TestReturnsThatNeedAPerson(RefundCase):
    def test_a_return_that_asks_for_a_serial_number_is_told_and_the_money_is_credited(self):
        binding = self.sell_three()
        self.act(binding, 'fulfill')
        product = binding.sale_order_id.order_line.product_id.filtered('is_storable')
        product.tracking = 'serial'
        number = binding.gid.rsplit('/', 1)[-1]
        rows = [{'sku': self.sku, 'quantity': 1, 'restock_type': 'RETURN'}]
        self.simulator.act(self.backend.shop_domain, number, 'refund', lines=rows)
        self.bring(binding.gid)
        task = self.env['shopify.task'].search([('kind', '=', 'books'), ('state', '=', 'failed')])
        self.assertIn('could not be validated', task.message)
        self.assertEqual(self.kinds(binding), ['out_invoice', 'out_refund'])
        back = binding.refund_ids.picking_ids
        back.move_ids.move_line_ids.lot_name = 'SN-1'
        back.with_context(skip_sms=True).button_validate()
        self.assertEqual(back.state, 'done')
        self.settle()
        self.assertEqual(task.state, 'skipped')
        self.assert_invoice_and_credit(binding)

    def test_a_return_that_a_person_made_before_the_refund_is_not_made_again(self):
        binding = self.sell_three()
        self.act(binding, 'fulfill')
        picking = binding.sale_order_id.picking_ids
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        wizard.product_return_moves.filtered('move_id').quantity = 1
        back = wizard._create_return()
        back.move_ids.write({'quantity': 1, 'picked': True})
        back.with_context(skip_sms=True).button_validate()
        self.settle()
        self.refund(binding, 1, line={'restock_type': 'RETURN'})
        self.assertFalse(binding.refund_ids.picking_ids)
        self.assert_invoice_and_credit(binding)


class TestUncommonRefunds(RefundCase):
    def node(self, binding, number, adjustments, paid=None, lines=()):
        """A refund as Shopify may answer it, which the simulated shop does not make."""

        def bag(value):
            return {'shopMoney': {'amount': value}}

        moved = [{'kind': 'REFUND', 'status': 'SUCCESS', 'amountSet': bag(paid)}] if paid else []
        rows = [{'reason': reason, 'amountSet': bag(net), 'taxAmountSet': bag(part)} for net, part, reason in adjustments]
        return {
            'id': f'gid://shopify/Refund/{number}',
            'createdAt': '2026-11-21T00:00:00Z',
            'refundLineItems': {'nodes': list(lines)},
            'refundShippingLines': {'nodes': []},
            'orderAdjustments': {'nodes': rows},
            'transactions': {'nodes': moved},
        }

    def book(self, binding, *nodes):
        payload = {
            'id': binding.gid,
            'updatedAt': None,
            'transactions': [],
            'taxesIncluded': self.there(binding)['taxes_included'],
            'dutiesIncluded': False,
            'fullyPaid': True,
            'transactionsCount': {'count': 0},
            'totalCapturableSet': {},
            'refunds': list(nodes),
        }
        return self.env['shopify.sync.books']._settle(self.backend, {binding.gid: payload})

    def test_what_is_kept_beyond_the_goods_is_invoiced_and_stops_no_other_refund(self):
        binding = self.sell_three()
        kept = self.node(binding, 1, [('8.00', '0', 'RESTOCK')])
        more = self.node(binding, 2, [('-5.00', '0', 'REFUND_DISCREPANCY')], '5.00')
        self.assertFalse(self.book(binding, kept, more))
        found = [(move.move_type, move.amount_total) for move in self.documents(binding)[1:]]
        self.assertEqual(found, [('out_invoice', 8.0), ('out_refund', 5.0)])
        self.assertFalse(self.book(binding, kept, more))
        self.assertEqual(len(self.documents(binding)), 3)

    def test_figures_that_contradict_the_money_are_left_to_a_person(self):
        binding = self.sell_three()
        strange = self.node(binding, 1, [('-9.00', '0', 'REFUND_DISCREPANCY')], '5.00')
        failures = self.book(binding, strange)
        self.assertIn('contradict', failures[binding.gid].message)
        self.assertEqual(binding.refund_ids.state, 'by_hand')
        self.assertEqual(self.kinds(binding), ['out_invoice'])

    def test_the_tax_of_an_adjustment_is_booked_as_tax(self):
        binding = self.sell_three()
        row = self.node(binding, 1, [('-10.00', '-0.83', 'REFUND_DISCREPANCY')], '10.83')
        self.assertFalse(self.book(binding, row))
        credit = self.documents(binding)[-1]
        self.assertEqual((credit.amount_total, credit.amount_tax), (10.83, 0.83))
