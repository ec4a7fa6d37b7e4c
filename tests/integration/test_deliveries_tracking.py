"""Tracking numbers of parcels that stand for a delivery without being just what it has told."""

from unittest.mock import patch

from odoo.addons.shopify_connector.shopify.client import Client

from tests.integration.test_deliveries_cancelled import CalledBackCase

_UPDATE, _CREATE = 'FulfillmentTrackingInfoUpdate', 'FulfillmentCreate'
_FOUR = [{'sku': 'MCS-S-BLA', 'quantity': 4}]
_TWO = [{'sku': 'MCS-S-BLA', 'quantity': 2}, {'sku': 'MCS-M-BLA', 'quantity': 2}]
_REFUSED = {'s0': {'fulfillment': None, 'userErrors': [{'field': None, 'message': "It is on its way back."}]}}


class TrackedCase(CalledBackCase):
    def numbers(self, binding):
        """The numbers that each parcel shows."""
        parcels = [row for row in self.shop_order(binding)['fulfillments'] if row['status'] == 'SUCCESS']
        return [[info['number'] for info in parcel['tracking']] for parcel in parcels]

    def updates(self, binding):
        """Numbers of the parcels whose customer was told of other numbers."""
        rows = self.simulator.state(self.domain)['notices']
        return [row['numbers'] for row in rows if (row['order_id'], row['kind']) == (binding.gid, 'shipping_update')]

    def tasks_of(self, binding):
        tasks = self.env['shopify.task'].search([('kind', '=', 'delivery'), ('key', '=', binding.gid)])
        return set(tasks.mapped('state'))

    def run_again(self, binding):
        self.env['shopify.task']._add(self.backend, 'delivery', [binding.gid])
        self.run_orders()


class TestNumbersOfWhatTheShopHasFulfilled(TrackedCase):
    def both(self, number, **fulfilled):
        """Odoo ships all, and before it tells, the shop fulfils: ``(binding, delivery)``."""
        binding = self.sold(lines=_FOUR)
        delivery = self.row(self.ship(binding, shopify_tracking_ref=number))
        self.shop_act(binding, 'fulfill', **fulfilled)
        self.run_orders()
        return binding, delivery

    def test_a_number_that_odoo_has_is_told_of_a_parcel_without_any(self):
        binding, delivery = self.both('ODOO-1')
        self.assertEqual((delivery.state, delivery.code, self.numbers(binding)), ('sent', 'adopted', [['ODOO-1']]))
        self.run_again(binding)
        self.assertEqual((self.updates(binding), self.requests(_UPDATE)), ([['ODOO-1']], 1))

    def test_a_number_that_the_shop_has_typed_stays(self):
        binding, delivery = self.both('ODOO-1', tracking={'number': 'SHOP'})
        self.run_again(binding)
        self.assertEqual((delivery.state, self.numbers(binding)), ('sent', [['SHOP']]))
        self.assertEqual(self.requests(_UPDATE), 0)

    def test_a_delivery_of_which_the_shop_has_fulfilled_a_part_is_told_with_its_number_and_the_part_hears_of_it(self):
        binding = self.sold(lines=_FOUR)
        line = self.shop_order(binding)['lines'][0]['id']
        delivery = self.row(self.ship(binding, shopify_tracking_ref='ODOO-1'))
        self.shop_act(binding, 'fulfill', lines=[{'line_item_id': line, 'quantity': 1}])
        self.run_orders()
        self.assertEqual((delivery.state, self.told(binding)), ('sent', self.ordered(binding)))
        self.assertEqual(self.numbers(binding), [['ODOO-1'], ['ODOO-1']])
        self.run_again(binding)
        self.assertEqual((self.updates(binding), self.requests(_UPDATE)), ([['ODOO-1']], 1))

    def test_a_number_is_told_although_another_delivery_of_the_order_is_refused(self):
        binding = self.sold(lines=_TWO)
        first = self.ship(binding, 2, 0)
        self.run_orders()
        second = self.row(self.ship(binding))
        first.shopify_tracking_ref = 'ODOO-1'
        mutate = Client.mutate

        def refused(client, document, *arguments):
            return _REFUSED if _CREATE in document else mutate(client, document, *arguments)

        with patch.object(Client, 'mutate', refused):
            self.run_orders()
        self.assertEqual((second.state, self.numbers(binding)), ('failed', [['ODOO-1']]))
        self.assertEqual((self.updates(binding), self.tasks_of(binding)), ([['ODOO-1']], {'done', 'failed'}))

    def test_an_update_that_shopify_refuses_is_sent_once_a_run(self):
        binding, picking = self.sent()
        picking.shopify_tracking_ref = 'ODOO-1'
        sent = []

        def refused(_client, document, *_arguments):
            sent.append(document)
            return _REFUSED

        with patch.object(Client, 'mutate', refused):
            self.run_orders()
        self.assertEqual((len(sent), self.tasks_of(binding)), (1, {'done', 'failed'}))
        self.assertEqual(self.row(picking).state, 'sent')


class TestNumbersThatWereOvertaken(TrackedCase):
    def test_a_number_that_comes_back_before_the_shop_was_read_again_is_told(self):
        binding = self.sold(lines=_FOUR)
        picking = self.ship(binding, shopify_tracking_ref='ODOO-1')
        self.run_orders()
        for number in ('ODOO-2', 'ODOO-1', 'ODOO-3'):
            picking.shopify_tracking_ref = number
            self.run_orders()
            self.assertEqual(self.numbers(binding), [[number]])
        self.assertEqual(self.updates(binding), [['ODOO-2'], ['ODOO-1'], ['ODOO-3']])
        row = self.row(picking).fulfillment_ids
        kept = row.tracking
        self.ring(self.backend, 'order', binding.gid)
        self.assertEqual((row.tracking, row.tracking_text), (kept, 'ODOO-3'))

    def lost(self):
        """A delivery told with one number, whose second one never arrived at Shopify."""
        binding = self.sold(lines=_FOUR)
        picking = self.ship(binding, shopify_tracking_ref='ODOO-1')
        self.run_orders()
        picking.shopify_tracking_ref = 'ODOO-2'
        self.simulator.fault(self.domain, 'disconnect_before', match=_UPDATE)
        self.run_orders()
        step = self.row(picking).step_ids.filtered(lambda step: step.kind == 'tracking')
        self.assertEqual((step.state, self.numbers(binding)), ('unclear', [['ODOO-1']]))
        return binding, picking, step

    def run_often(self):
        for _run in range(5):
            self.pass_time()
            self.run_orders()

    def test_a_number_that_was_missing_is_told_with_the_same_step(self):
        binding, _picking, step = self.lost()
        self.run_often()
        self.assertEqual((self.numbers(binding), self.updates(binding)), ([['ODOO-2']], [['ODOO-2']]))
        self.assertEqual((step.state, step.sends), ('done', 2))

    def test_a_number_that_is_not_true_any_more_is_not_told(self):
        for number in ('ODOO-1', False):
            with self.subTest(number=number):
                binding, picking, step = self.lost()
                picking.shopify_tracking_ref = number
                self.run_often()
                self.assertEqual((self.numbers(binding), self.updates(binding)), ([['ODOO-1']], []))
                self.assertEqual((step.state, step.code, step.sends), ('failed', 'replaced', 1))


class TestNumbersOfWhatIsToldInPart(TrackedCase):
    def stuck(self):
        """A delivery of which one unit was told with a number, and of the other one Shopify wants to hear nothing."""
        binding = self.sold(lines=_FOUR)
        picking = self.ship(binding, 1, shopify_tracking_ref='ODOO-1')
        self.run_orders()
        self.shop_act(binding, 'edit', set_quantity=[{'sku': _FOUR[0]['sku'], 'quantity': 1}])
        picking.move_ids.quantity = 2
        self.run_orders()
        delivery = self.row(picking)
        self.assertEqual((delivery.state, self.numbers(binding)), ('failed', [['ODOO-1']]), delivery.message)
        return binding, picking, delivery

    def test_the_part_hears_of_a_number_that_changes(self):
        binding, picking, delivery = self.stuck()
        before = (delivery.code, delivery.message)
        picking.shopify_tracking_ref = 'ODOO-2'
        self.run_orders()
        self.assertEqual(self.numbers(binding), [['ODOO-2']])
        self.assertEqual((delivery.state, delivery.code, delivery.message), ('failed', *before))
        self.run_again(binding)
        self.assertEqual(self.updates(binding), [['ODOO-2']])

    def test_nor_does_it_forget_why_the_rest_failed_when_the_number_is_removed(self):
        binding, picking, delivery = self.stuck()
        before = (delivery.code, delivery.message)
        picking.shopify_tracking_ref = False
        self.run_orders()
        self.assertEqual((delivery.state, delivery.code, delivery.message), ('failed', *before))
        self.assertEqual(self.numbers(binding), [['ODOO-1']])

    def test_what_somebody_has_given_up_hears_of_it_too(self):
        binding, picking, delivery = self.stuck()
        delivery.action_give_up()
        picking.shopify_tracking_ref = 'ODOO-2'
        self.run_orders()
        self.assertEqual((delivery.state, self.numbers(binding)), ('not_needed', [['ODOO-2']]))

    def test_a_delivery_that_is_open_again_hears_of_it_when_it_is_settled(self):
        binding = self.sold(lines=_FOUR)
        picking = self.ship(binding, 1, shopify_tracking_ref='ODOO-1')
        self.run_orders()
        picking.move_ids.quantity = 2
        picking.shopify_tracking_ref = 'ODOO-2'
        self.assertEqual(self.row(picking).state, 'sent')
        self.run_orders()
        self.assertEqual((self.row(picking).state, self.numbers(binding)), ('sent', [['ODOO-2'], ['ODOO-2']]))
        self.assertEqual(self.updates(binding), [['ODOO-2']])


class TestNumbersOfWhatWasMadeAgain(TrackedCase):
    def made_again(self):
        """A parcel of which a part never left: Shopify has another one for the rest."""
        binding = self.sold(lines=_FOUR)
        picking = self.ship(binding, shopify_tracking_ref='ODOO-1')
        self.run_orders()
        self.undo(picking, 1)
        self.run_orders()
        self.assertEqual((self.states(binding), self.numbers(binding)), (['CANCELLED', 'SUCCESS'], [['ODOO-1']]))
        return binding, picking

    def test_another_number_is_told(self):
        binding, picking = self.made_again()
        picking.shopify_tracking_ref = 'ODOO-2'
        self.run_orders()
        self.assertEqual((self.numbers(binding), self.updates(binding)), ([['ODOO-2']], [['ODOO-2']]))

    def test_a_number_that_is_removed_is_said_to_stand_in_shopify(self):
        _binding, picking = self.made_again()
        picking.shopify_tracking_ref = False
        self.run_orders()
        self.assertEqual(self.row(picking).code, 'number_removed')

    def test_what_somebody_has_removed_in_shopify_does_not_come_back_by_itself(self):
        binding, picking = self.made_again()
        self.env['shopify.fulfillment'].search([('delivery_id', '=', self.row(picking).id)]).tracking = False
        self.run_again(binding)
        self.assertEqual(self.requests(_UPDATE), 0)

    def test_of_two_packages_the_one_that_was_made_again_keeps_its_own_number(self):
        binding, picking = self.in_two_parcels()
        boxes = picking.move_line_ids.result_package_id.sorted('id')
        self.undo(picking, 1)
        self.run_orders()
        self.run_again(binding)
        self.assertEqual((sorted(self.numbers(binding)), self.requests(_UPDATE)), ([['N-BOX1'], ['N-BOX2']], 0))
        boxes[1].shopify_tracking_ref = 'OTHER'
        self.run_orders()
        self.assertEqual((sorted(self.numbers(binding)), self.updates(binding)), ([['N-BOX1'], ['OTHER']], [['OTHER']]))


class TestNumbersOfOneParcelOfTwoDeliveries(TrackedCase):
    def both(self):
        """The shop has fulfilled in one parcel what Odoo ships with two numbers."""
        binding = self.sold(lines=_FOUR)
        self.main.missing_stock = 'ask'
        first = self.ship(binding, 2, shopify_tracking_ref='ODOO-1')
        self.shop_act(binding, 'fulfill')
        self.run_orders()
        self.assertEqual(self.numbers(binding), [['ODOO-1']])
        second = self.ship(binding, shopify_tracking_ref='ODOO-2')
        self.run_orders()
        row = self.env['shopify.fulfillment'].search([('order_binding_id', '=', binding.id)])
        self.assertEqual((row.picking_ids, row.taken), (first | second, 'done'))
        self.assertEqual((self.row(first).state, self.row(second).state), ('sent', 'sent'))
        self.assertEqual(self.numbers(binding), [['ODOO-1', 'ODOO-2']])
        return binding, second

    def test_it_shows_the_numbers_of_both(self):
        binding, second = self.both()
        second.shopify_tracking_ref = 'ODOO-3'
        self.run_orders()
        self.assertEqual(self.numbers(binding), [['ODOO-1', 'ODOO-3']])
        self.run_again(binding)
        self.assertEqual(self.updates(binding), [['ODOO-1'], ['ODOO-1', 'ODOO-2'], ['ODOO-1', 'ODOO-3']])

    def test_it_does_not_lose_one_while_that_delivery_is_looked_at_again(self):
        binding, second = self.both()
        self.shop_act(binding, 'edit', set_quantity=[{'sku': _FOUR[0]['sku'], 'quantity': 5}])
        second.move_ids.quantity = 3
        self.run_orders()
        self.assertEqual((self.row(second).state, self.told(binding)), ('sent', self.ordered(binding)))
        self.assertEqual(sorted(self.numbers(binding)), [['ODOO-1', 'ODOO-2'], ['ODOO-2']])
        self.assertEqual(self.requests(_UPDATE), 2)


class TestNumbersOfWhatIsNotShipped(TrackedCase):
    def test_a_part_of_it_that_was_made_again_has_no_number_either(self):
        voucher = {'sku': 'VOUCHER', 'title': "Voucher", 'price': '5.00', 'requires_shipping': False, 'quantity': 3}
        binding = self.sold(kind=None, lines=[voucher, {'sku': 'MCS-S-BLA', 'quantity': 2}])
        picking = self.ship(binding, shopify_tracking_ref='1Z1')
        self.run_orders()
        self.assertEqual(self.numbers(binding), [['1Z1'], []])
        vouchers = picking.move_ids.filtered(lambda move: 'Voucher' in move.sale_line_id.name)
        units = [1 if move in vouchers else 0 for move in picking.move_ids.sorted('id')]
        self.undo(picking, *units)
        self.run_orders()
        picking.shopify_tracking_ref = '1Z2'
        self.run_orders()
        self.assertEqual(self.numbers(binding), [['1Z2'], []])
        self.assertEqual(self.updates(binding), [['1Z2']])


class TestUndoneAfterShopifyHadRefused(TrackedCase):
    def test_a_delivery_that_shopify_refused_is_undone_without_a_word(self):
        binding = self.sold(lines=_FOUR)
        picking = self.ship(binding)
        with patch.object(Client, 'mutate', lambda *_arguments: _REFUSED):
            self.run_orders()
        self.assertEqual(self.row(picking).state, 'failed')
        back = self.undo(picking)
        self.run_orders()
        self.assertEqual((self.row(back).state, self.row(back).code), ('not_needed', 'undone'))
        self.assertEqual((self.row(picking).state, self.row(picking).code), ('not_needed', 'undone'))
        self.assertEqual((self.numbers(binding), self.tasks_of(binding) - {'skipped'}), ([], {'done'}))
