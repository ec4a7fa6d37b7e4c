"""Tracking numbers of parcels that stand for a delivery without being just what it has told."""

from tests.integration.test_deliveries_cancelled import CalledBackCase

_UPDATE = 'FulfillmentTrackingInfoUpdate'
_FOUR = [{'sku': 'MCS-S-BLA', 'quantity': 4}]


class TrackedCase(CalledBackCase):
    def numbers(self, binding):
        """The numbers that each parcel shows."""
        parcels = [row for row in self.shop_order(binding)['fulfillments'] if row['status'] == 'SUCCESS']
        return [[info['number'] for info in parcel['tracking']] for parcel in parcels]

    def updates(self, binding):
        """Numbers of the parcels whose customer was told of other numbers."""
        rows = self.simulator.state(self.domain)['notices']
        return [row['numbers'] for row in rows if (row['order_id'], row['kind']) == (binding.gid, 'shipping_update')]

    def run_again(self, binding):
        self.env['shopify.task']._add(self.backend, 'delivery', [binding.gid])
        self.run_orders()


class TestNumbersThatWereOvertaken(TrackedCase):
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
