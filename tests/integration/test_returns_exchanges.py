"""Exchanges: what goes out instead is sent when the goods are back, whoever receives them."""

from unittest.mock import patch

from tests.integration.test_returns_both_ways import ToldBackCase

OTHER = 'EXCHANGED'
PROCESS = 'mutation Shop($input: ReturnProcessInput!) { returnProcess(input: $input) { userErrors { message } } }'


class TestExchanges(ToldBackCase):
    """Two units of the first line are to come back; one unit of another product goes out instead."""

    def agreed(self, **arguments):
        binding, picking = self.sent()
        self.act(
            binding,
            'return',
            process=False,
            lines=[{'index': 0, 'quantity': 2, 'reason': 'SIZE_TOO_SMALL'}],
            exchange=[{'sku': OTHER, 'title': "Larger", 'quantity': 1, 'price': '5.00'}],
            **arguments,
        )
        return binding, picking

    def receive(self, binding, *units):
        """What is planned to come back, or so many units of it with a backorder."""
        back = self.records(binding).picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel'))
        if units:
            back.move_ids.write({'quantity': units[0], 'picked': True})
        back._shopify_receive()
        self.run_orders()
        return back

    def sent_instead(self, binding):
        return [(row['status'], [line['processedQuantity'] for line in row['exchange']]) for row in self.returns(binding)]

    def shop_processes(self, binding, **rows):
        """A person in the shop, or another app, processes just this."""
        given = {'returnId': self.returns(binding)[0]['id'], **rows}
        self.backend._get_client('orders').mutate(PROCESS, {'input': given})

    def shop_sends(self, binding):
        (line,) = self.returns(binding)[0]['exchange']
        self.shop_processes(binding, exchangeLineItems=[{'id': line['id'], 'quantity': 1}])

    def meanwhile(self, happens):
        """Something happens in the shop around every request that tells it of goods."""
        steps = self.env.registry['shopify.sync.delivery.steps']
        send = steps._perform
        return patch.object(steps, '_perform', lambda *arguments: happens(send, *arguments))

    def assert_goes_out(self, binding):
        """The exchange is a line of the order, whose delivery Shopify is told of."""
        self.run_orders()
        line = binding.sale_order_id.order_line.filtered(lambda row: row.product_id.default_code == OTHER)
        outgoing = line.move_ids.picking_id
        self.assertEqual((line.product_uom_qty, line.qty_delivered, len(outgoing)), (1, 0, 1))
        self.ship(binding)
        self.run_orders()
        self.assertEqual((self.row(outgoing).state, line.qty_delivered), ('sent', 1), self.row(outgoing).message)
        self.assertEqual(self.told(binding), self.ordered(binding))
        self.assertEqual(self.told(binding)[line.shopify_line_gid], 1)

    def test_it_goes_out_with_the_last_unit_that_comes_back(self):
        binding, _picking = self.agreed()
        back = self.receive(binding, 1)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [1]), self.row(back).message)
        self.assertEqual(self.sent_instead(binding), [('OPEN', [0])])
        back = self.receive(binding)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2]), self.row(back).message)
        self.assertEqual(self.sent_instead(binding), [('CLOSED', [1])])
        self.assert_goes_out(binding)

    def test_goods_of_a_request_with_an_exchange_send_it_as_well(self):
        binding, picking = self.agreed(requested=True)
        back = self.take_back(picking, 2)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2]), self.row(back).message)
        self.assertEqual(self.sent_instead(binding), [('CLOSED', [1])])
        self.assert_goes_out(binding)

    def test_a_lost_answer_sends_it_once(self):
        binding, _picking = self.agreed()
        self.simulator.fault(self.domain, 'disconnect_after', match='ReturnProcess')
        back = self.receive(binding)
        for _run in range(6):
            self.pass_time()
            self.run_orders()
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2]), self.row(back).message)
        self.assertEqual((self.sent_instead(binding), self.requests('ReturnProcess')), ([('CLOSED', [1])], 1))
        self.assert_goes_out(binding)

    def test_what_the_shop_has_sent_already_is_not_sent_again(self):
        binding, _picking = self.agreed()
        self.shop_sends(binding)
        back = self.receive(binding)
        self.assertEqual(self.row(back).state, 'sent', self.row(back).message)
        self.assertEqual(self.sent_instead(binding), [('CLOSED', [1])])
        self.assert_goes_out(binding)

    def test_a_return_of_which_something_waits_to_go_out_stays_open(self):
        binding, _picking = self.agreed()
        (line,) = self.returns(binding)[0]['lines']

        def receive_too(send, *arguments):
            """The shop receives the last unit by itself at once, and does not send the exchange yet."""
            result = send(*arguments)
            self.shop_processes(binding, returnLineItems=[{'id': line['id'], 'quantity': 1}])
            return result

        with self.meanwhile(receive_too):
            back = self.receive(binding, 1)
        self.assertEqual((self.row(back).state, self.units_back(binding)), ('sent', [2]), self.row(back).message)
        self.assertEqual(self.sent_instead(binding), [('OPEN', [0])])

    def test_what_shopify_does_not_send_fails_the_receipt_with_its_sentence(self):
        binding, _picking = self.agreed()

        def send_too(send, *arguments):
            self.shop_sends(binding)
            return send(*arguments)

        with self.meanwhile(send_too):
            back = self.receive(binding)
        self.assertEqual((self.row(back).state, self.sent_instead(binding)), ('failed', [('OPEN', [1])]))
        self.assertIn("Quantity is not available", self.row(back).message)
        self.env['shopify.task']._add(self.backend, 'delivery', [binding.gid])
        self.run_orders()
        self.assertEqual((self.row(back).state, self.sent_instead(binding)), ('sent', [('CLOSED', [1])]))
        self.assert_goes_out(binding)
