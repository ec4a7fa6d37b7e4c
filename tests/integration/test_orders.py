from decimal import Decimal

from tests.integration.common import StoreCase
from tests.support.orders import address, customer, line, money, order, shipping, tax


class TestOrders(StoreCase):
    def test_a_paid_order_is_confirmed_and_reserved_with_shopifys_date(self):
        sale = self.bring_one(lines=[line(quantity=2)])
        self.assertEqual(sale.state, 'sale')
        self.assertEqual(str(sale.date_order), '2026-11-20 10:00:00')
        self.assertEqual(sale.picking_ids.state, 'assigned')
        self.assertEqual(self.product.free_qty, 8)
        self.assertEqual(sale.client_order_ref, '#1001')

    def test_an_unpaid_order_is_a_quotation_until_it_is_paid(self):
        sale = self.bring_one(displayFinancialStatus='PENDING')
        self.assertEqual(sale.state, 'draft')
        self.assertIn('quotation', self.trail_codes(sale))
        again = self.bring_one(displayFinancialStatus='PAID', updatedAt='2026-11-20T11:00:00Z')
        self.assertEqual(again, sale)
        self.assertEqual(sale.state, 'sale')

    def test_an_order_brought_over_twice_is_one_sales_order(self):
        first, second = self.bring_one(), self.bring_one()
        self.assertEqual(first, second)
        self.assertEqual(len(first.order_line), 1)

    def test_total_and_each_tax_equal_shopifys_on_the_order_and_on_the_invoice(self):
        for included in (False, True):
            with self.subTest(included=included):
                taxes = [tax('State', 0.0725, '3.78'), tax('County', 0.01, '0.51')]
                sale = self.bring_one(
                    number=2000 + included,
                    included=included,
                    lines=[line(quantity=3, price='20.00', discount='8.00', taxes=taxes)],
                    ships=[shipping(price='5.00', taxes=[tax('State', 0.0725, '0.37')])],
                )
                expected = Decimal('57.00') if included else Decimal('61.66')
                self.assertEqual(Decimal(str(sale.amount_total)), expected)
                self.assertAlmostEqual(sale.amount_tax, 4.66)
                self.assertEqual(sale.shopify_binding_ids.difference, 0)
                sale.order_line.qty_delivered = 3
                invoice = sale._create_invoices(final=True)
                invoice.action_post()
                self.assertEqual(Decimal(str(invoice.amount_total)), expected)
                shown = {row.tax_line_id.name.split()[0]: -row.balance for row in invoice.line_ids if row.tax_line_id}
                self.assertEqual(shown, {'State': 4.15, 'County': 0.51})

    def test_there_is_no_adjustment_line(self):
        sale = self.bring_one(lines=[line(quantity=7, price='3.33', discount='1.00', taxes=[tax('VAT', 0.19, '4.24')])])
        self.assertEqual(len(sale.order_line), 1)
        self.assertEqual(sale.amount_total, 26.55)

    def test_a_currency_of_three_decimals_is_exact(self):
        self.env.ref('base.KWD').active = True
        part = line(quantity=3, price='1.333', taxes=[tax('VAT', 0.05, '0.200')])
        sale = self.bring_one(lines=[part], currencyCode='KWD')
        self.assertEqual(sale.currency_id.name, 'KWD')
        self.assertEqual(sale.amount_total, 4.199)

    def test_a_later_change_of_quantity_keeps_shopifys_price(self):
        sale = self.bring_one(lines=[line(quantity=2, price='12.50')])
        sale.order_line.product_uom_qty = 3
        self.assertEqual(sale.order_line.price_unit, 12.5)

    def test_a_free_line_stays_free(self):
        sale = self.bring_one(lines=[line(quantity=2, price='10.00', discount='20.00')])
        sale.order_line.product_uom_qty = 1
        self.assertEqual(sale.amount_total, 0)

    def test_the_tax_that_odoo_has_is_found_by_its_rate_and_kind(self):
        usual = self.env.company.account_sale_tax_id
        sale = self.bring_one(lines=[line(taxes=[tax('Sales tax', usual.amount / 100, '1.50')])])
        self.assertEqual(sale.order_line.tax_ids, usual)
        self.assertIn('tax_found', self.trail_codes(sale))

    def test_two_taxes_of_one_rate_on_a_line_are_two_taxes_in_odoo(self):
        sale = self.bring_one(lines=[line(taxes=[tax('City', 0.0311, '0.31'), tax('Transit', 0.0311, '0.32')])])
        self.assertEqual(len(sale.order_line.tax_ids), 2)
        self.assertEqual(sale.amount_tax, 0.63)

    def test_a_second_order_uses_the_taxes_of_the_first(self):
        for number in (3001, 3002):
            sale = self.bring_one(number=number, lines=[line(number, taxes=[tax('Odd', 0.0377, '0.38')])])
        self.assertNotIn('tax_created', self.trail_codes(sale))
        self.assertEqual(self.env['shopify.tax.mapping'].search_count([('title', '=', 'Odd')]), 1)

    def test_an_order_of_a_cancelled_sale_is_not_revived(self):
        sale = self.bring_one(lines=[line(quantity=4)])
        again = self.bring_one(lines=[line(quantity=4)], cancelledAt='2026-11-20T12:00:00Z', cancelReason='CUSTOMER')
        self.assertEqual(again, sale)
        self.assertEqual(sale.state, 'cancel')
        self.assertEqual(sale.picking_ids.state, 'cancel')
        self.assertEqual(self.product.free_qty, 10)

    def test_an_order_that_was_cancelled_before_it_came_reserves_nothing(self):
        sale = self.bring_one(cancelledAt='2026-11-20T12:00:00Z')
        self.assertEqual(sale.state, 'cancel')
        self.assertFalse(sale.picking_ids)

    def test_an_edited_order_follows_before_delivery(self):
        sale = self.bring_one(lines=[line(1, quantity=3), line(2, quantity=1)])
        edited = order(
            lines=[line(1, quantity=3, currentQuantity=1), line(2, quantity=1, currentQuantity=0), line(3, quantity=2)]
        )
        edited['currentTotalPriceSet'] = money('30.00')
        self.bring(edited)
        self.assertEqual(sale.amount_total, 30.0)
        self.assertEqual(
            sum(sale.picking_ids.move_ids.filtered(lambda move: move.state != 'cancel').mapped('product_uom_qty')), 3
        )
        self.assertEqual(self.product.free_qty, 7)

    def test_a_change_after_delivery_is_a_task_for_a_person_and_stays_one(self):
        sale = self.bring_one(lines=[line(quantity=2)])
        sale.picking_ids.button_validate()
        changed = order(lines=[line(quantity=2, currentQuantity=1)], updatedAt='2026-11-21T00:00:00Z')
        changed['currentTotalPriceSet'] = money('10.00')
        for _attempt in range(2):
            failures = self.backend.env['shopify.sync.order']._upsert(self.backend, [changed])
            self.assertEqual([error.code for error in failures.values()], ['changed_late'])
        self.assertEqual(self.trail_codes(sale).count('changed_late'), 1)
        self.assertEqual(sale.order_line.product_uom_qty, 2)

    def test_units_that_left_stay_on_the_order_while_the_rest_follows(self):
        sale = self.bring_one(lines=[line(1, quantity=2), line(2, quantity=1)])
        sale.picking_ids.move_ids.filtered(lambda move: move.product_uom_qty == 2).picked = True
        sale.picking_ids.with_context(skip_backorder=True).button_validate()
        changed = order(
            lines=[line(1, quantity=2), line(2, quantity=1, currentQuantity=0), line(3, quantity=4)],
            displayFulfillmentStatus='PARTIALLY_FULFILLED',
        )
        changed['currentTotalPriceSet'] = money('60.00')
        self.bring(changed)
        self.assertEqual(sale.amount_total, 60.0)
        self.assertEqual(sale.shopify_binding_ids.difference, 0.0)
        open_moves = sale.picking_ids.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        self.assertEqual(sum(open_moves.mapped('product_uom_qty')), 4)

    def test_an_address_that_is_changed_before_delivery_reaches_the_delivery(self):
        sale = self.bring_one(lines=[line(quantity=2)])
        picking = sale.picking_ids
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        old = picking.partner_id
        self.bring(order(lines=[line(quantity=2)], shippingAddress=address(address1='9 New Road')))
        waiting = sale.picking_ids - picking
        self.assertEqual(waiting.partner_id.street, '9 New Road')
        self.assertEqual(waiting.move_ids.partner_id, waiting.partner_id)
        self.assertEqual(picking.partner_id, old)

    def test_an_order_from_a_closed_period_is_sold_all_the_same(self):
        self.env.company.fiscalyear_lock_date = '2026-11-20'
        sale = self.bring_one(lines=[line(quantity=2)])
        self.assertEqual((sale.state, str(sale.date_order)), ('sale', '2026-11-20 10:00:00'))
        self.assertGreater(sale.picking_ids.scheduled_date.date(), self.env.company.fiscalyear_lock_date)

    def test_what_was_invoiced_keeps_the_product_that_it_was_booked_with(self):
        tip = line(2, price='3.00', sku=None, requiresShipping=False)
        sale = self.bring_one(lines=[line(1), tip])
        sale._create_invoices().action_post()
        before = sale.order_line
        changed = order(lines=[line(1), tip], totalTipReceivedSet=money('3.00'), poNumber='PO 7')
        self.bring(changed)
        self.assertEqual(sale.order_line, before)
        self.assertEqual(sale.amount_total, 13.0)
        self.assertEqual(sale.client_order_ref, '#1001 / PO 7')

    def test_a_locked_order_tells_line_by_line_what_is_different(self):
        sale = self.bring_one(lines=[line(quantity=2)])
        sale.action_lock()
        changed = order(lines=[line(quantity=2, currentQuantity=1), line(2, quantity=3, name='Mug')])
        failures = self.backend.env['shopify.sync.order']._upsert(self.backend, [changed])
        [error] = failures.values()
        self.assertIn('Shirt: 2 here, 1 in Shopify; Mug: 0 here, 3 in Shopify', error.message)
        sale.action_unlock()
        self.bring(changed)
        self.assertEqual(sale.amount_total, 40.0)

    def test_a_test_order_is_not_imported_and_that_is_said(self):
        binding = self.bring(order(test=True))
        self.assertEqual(binding.state, 'skipped')
        self.assertFalse(binding.sale_order_id)
        self.assertIn('test order', binding.trail_html)

    def test_an_order_fulfilled_since_the_store_is_connected_leaves_the_stock(self):
        sale = self.bring_one(lines=[line(quantity=2)], displayFulfillmentStatus='FULFILLED')
        self.assertEqual(sale.picking_ids.state, 'done')
        self.assertEqual(self.product.qty_available, 8)

    def test_an_order_fulfilled_before_the_store_was_connected_moves_no_stock(self):
        sale = self.bring_one(
            lines=[line(quantity=2)], displayFulfillmentStatus='FULFILLED', processedAt='2025-06-01T00:00:00Z'
        )
        self.assertFalse(sale.picking_ids)
        self.assertEqual(self.product.qty_available, 10)

    def test_one_bad_order_does_not_stop_the_others(self):
        bad = order(1002)
        bad['currencyCode'] = 'ZZZ'
        failures = self.backend.env['shopify.sync.order']._upsert(self.backend, [order(1001), bad, order(1003)])
        self.assertEqual(list(failures), ['gid://shopify/Order/1002'])
        self.assertEqual(self.env['shopify.order.binding'].search_count([('backend_id', '=', self.backend.id)]), 2)

    def test_a_difference_to_shopifys_total_is_shown_and_never_smoothed_over(self):
        strange = order()
        strange['currentTotalPriceSet'] = money('10.01')
        binding = self.bring(strange)
        self.assertAlmostEqual(binding.difference, 0.01)
        self.assertEqual(binding.sale_order_id.amount_total, 10.0)
        self.assertIn('difference', [entry[1] for entry in binding.trail])

    def test_an_order_of_a_store_that_was_deleted_is_found_again(self):
        sale = self.bring_one(lines=[line(quantity=2)], ships=[shipping()])
        self.backend.with_context(active_test=False).write({'state': 'draft'})
        self.backend.unlink()
        backend = self.connected('alpha')
        again = self.bring(order(lines=[line(quantity=2)], ships=[shipping()]), backend=backend).sale_order_id
        self.assertEqual(again, sale)
        self.assertEqual(len(sale.order_line), 2)

    def ship_one(self, sale, units=1):
        """One unit leaves, the rest waits."""
        sale.picking_ids.move_ids.quantity = units
        sale.picking_ids.move_ids.picked = True
        sale.picking_ids.with_context(skip_backorder=True).button_validate()
        return sale.picking_ids.filtered(lambda picking: picking.state == 'done')

    def cancelled_in_shopify(self):
        """The errors of reading the order, of four units, once it is cancelled."""
        gone = order(lines=[line(quantity=4, currentQuantity=0)], cancelledAt='2026-11-20T12:00:00Z')
        return self.env['shopify.sync.order']._upsert(self.backend, [gone])

    def take_back(self, picking):
        wizard = self.env['stock.return.picking'].create({'picking_id': picking.id})
        wizard.product_return_moves.quantity = 1
        return wizard._create_return()

    def test_an_order_cancelled_after_a_part_was_shipped_ships_no_more(self):
        sale = self.bring_one(lines=[line(quantity=4)])
        self.ship_one(sale)
        failures = self.cancelled_in_shopify()
        self.assertEqual([error.code for error in failures.values()], ['cancelled_late'])
        self.assertEqual(sorted(sale.picking_ids.mapped('state')), ['cancel', 'done'])
        self.assertEqual(self.product.free_qty, 9)

    def test_what_is_on_its_way_back_when_an_order_is_cancelled_can_be_received(self):
        sale = self.bring_one(lines=[line(quantity=4)])
        back = self.take_back(self.ship_one(sale))
        self.cancelled_in_shopify()
        self.assertEqual(sorted(sale.picking_ids.mapped('state')), ['assigned', 'cancel', 'done'])
        back._shopify_receive()
        self.assertEqual((back.state, self.product.free_qty), ('done', 10))

    def test_what_is_taken_back_of_a_cancelled_order_can_be_received_however_often_it_is_read(self):
        sale = self.bring_one(lines=[line(quantity=4)])
        picking = self.ship_one(sale)
        self.cancelled_in_shopify()
        back = self.take_back(picking)
        self.assertFalse(self.cancelled_in_shopify())
        self.assertEqual(back.state, 'assigned')
        back._shopify_receive()
        self.assertEqual(back.state, 'done')
        self.cancelled_in_shopify()
        self.assertEqual(sale.state, 'cancel')

    def test_what_has_come_back_is_put_away_although_its_order_is_cancelled(self):
        for steps, shipped in (('two_steps', 1), ('two_steps', 2), ('three_steps', 2)):
            with self.subTest(steps=steps, shipped=shipped), self.env.cr.savepoint() as undone:
                self.warehouse.reception_steps = steps
                sale = self.bring_one(lines=[line(quantity=4)])
                back = self.take_back(self.ship_one(sale, shipped))
                back._shopify_receive()
                self.cancelled_in_shopify()
                self.assertEqual(sale.state, 'cancel' if shipped == 1 else 'sale')
                self.assertEqual(self.product.qty_available, 11 - shipped)
                while pickings := sale.picking_ids.filtered(lambda picking: picking.state not in ('done', 'cancel')):
                    self.assertEqual((pickings.state, pickings.picking_type_code), ('assigned', 'internal'))
                    pickings.move_ids.picked = True
                    pickings.button_validate()
                shelf = self.product.with_context(location=self.warehouse.lot_stock_id.id)
                self.assertEqual(shelf.qty_available, 11 - shipped)
                undone.rollback()
                self.env.invalidate_all()

    def test_a_warehouse_that_reserves_by_hand_reserves_what_is_sold(self):
        self.warehouse.out_type_id.reservation_method = 'manual'
        self.bring_one(lines=[line(quantity=2)])
        self.assertEqual(self.product.free_qty, 8)

    def test_the_decisions_can_be_read_whatever_they_are(self):
        binding = self.bring(order())
        for code in ('customer_created', 'tax_found', 'product_fetched', 'unheard_of'):
            binding._add_trail(code)
        self.assertIn('unheard_of', binding.trail_html)
        self.assertIn('Jane Doe', binding.trail_html)

    def test_a_deleted_sales_order_does_not_come_back_by_itself(self):
        sale = self.bring_one(displayFinancialStatus='PENDING')
        binding = sale.shopify_binding_ids
        sale.unlink()
        self.bring(order(displayFinancialStatus='PAID', updatedAt='2026-11-21T00:00:00Z'))
        self.assertEqual(binding.state, 'removed')
        self.assertFalse(binding.sale_order_id)


class TestCustomers(StoreCase):
    def test_a_contact_is_found_by_mail_whatever_its_case(self):
        jane = self.env['res.partner'].create({'name': 'Jane Known', 'email': 'JANE1@Example.com'})
        self.assertEqual(self.bring_one().partner_id, jane)
        self.assertEqual(jane.name, 'Jane Known')

    def test_a_contact_is_found_by_phone_however_it_is_written(self):
        jane = self.env['res.partner'].create({'name': 'Jane', 'phone': '+1 (518) 555-0100'})
        sale = self.bring_one(
            customer=customer(defaultEmailAddress=None, defaultPhoneNumber={'phoneNumber': '+15185550100'}), email=None
        )
        self.assertEqual(sale.partner_id, jane)

    def test_a_phone_shared_with_another_mail_address_is_another_person(self):
        self.env['res.partner'].create({'name': 'John', 'phone': '+15185550100', 'email': 'john@example.com'})
        sale = self.bring_one(customer=customer(defaultPhoneNumber={'phoneNumber': '+15185550100'}))
        self.assertEqual(sale.partner_id.email, 'jane1@example.com')

    def test_two_orders_of_one_new_customer_in_one_batch_make_one_contact(self):
        bindings = self.bring(order(1), order(2))
        self.assertEqual(len(bindings.sale_order_id.partner_id), 1)
        self.assertEqual(self.env['shopify.customer'].search_count([('gid', '=', 'gid://shopify/Customer/1')]), 1)

    def test_each_order_ships_to_its_own_address(self):
        first = self.bring_one(number=1, shippingAddress=address(address1='1 First St'))
        second = self.bring_one(number=2, shippingAddress=address(address1='2 Second St'))
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(
            (first.partner_shipping_id.street, second.partner_shipping_id.street), ('1 First St', '2 Second St')
        )
        self.assertEqual(second.partner_shipping_id.parent_id, second.partner_id)
        self.assertEqual(second.partner_shipping_id.state_id.name, 'New York')

    def test_the_company_of_an_address_is_kept_and_found_again(self):
        place = address(company='Acme Ltd.', address1='9 Dock Rd')
        first = self.bring_one(number=1, shippingAddress=place)
        second = self.bring_one(number=2, shippingAddress=place)
        self.assertEqual(first.partner_shipping_id.company_name, 'Acme Ltd.')
        self.assertEqual(first.partner_shipping_id, second.partner_shipping_id)

    def test_an_identical_address_is_used_again(self):
        first = self.bring_one(number=1, shippingAddress=address(address1='1 First St'))
        second = self.bring_one(number=2, shippingAddress=address(address1='1  first st'))
        self.assertEqual(first.partner_shipping_id, second.partner_shipping_id)

    def test_a_guest_gets_a_contact_with_a_street(self):
        sale = self.bring_one(customer=None, email='guest@example.com')
        self.assertEqual(sale.partner_id.email, 'guest@example.com')
        self.assertEqual(sale.partner_shipping_id.street, '1 Main St')

    def test_an_order_that_names_nobody_belongs_to_the_stores_guest(self):
        values = {'customer': None, 'email': None, 'billingAddress': None, 'shippingAddress': None}
        first, second = self.bring_one(number=1, **values), self.bring_one(number=2, **values)
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertIn('Alpha', first.partner_id.name)

    def test_a_state_code_counts_within_its_country(self):
        sale = self.bring_one(
            shippingAddress=address(provinceCode='CA', province='Cádiz', countryCodeV2='ES', city='Cádiz')
        )
        self.assertEqual(sale.partner_shipping_id.state_id.country_id.code, 'ES')

    def test_a_company_found_by_mail_is_not_renamed(self):
        company = self.env['res.partner'].create({'name': 'ACME', 'email': 'jane1@example.com', 'is_company': True})
        sale = self.bring_one()
        self.assertEqual((sale.partner_id, company.name, company.is_company), (company, 'ACME', True))

    def test_a_contact_of_another_company_is_not_used(self):
        other = self.env['res.company'].create({'name': 'Other'})
        theirs = self.env['res.partner'].create(
            {'name': 'Theirs', 'email': 'jane1@example.com', 'company_id': other.id}
        )
        self.assertNotEqual(self.bring_one().partner_id, theirs)


class TestProductsOfOrders(StoreCase):
    def test_a_line_is_matched_by_sku(self):
        sale = self.bring_one()
        self.assertEqual(sale.order_line.product_id, self.product)

    def test_a_line_is_matched_by_barcode(self):
        product = self.storable('OTHER', barcode='4006381333931')
        self.assertEqual(self.bring_one(lines=[line(sku='4006381333931')]).order_line.product_id, product)

    def test_a_sku_of_two_products_is_not_guessed(self):
        twins = self.storable('TWIN') + self.storable('TWIN')
        sale = self.bring_one(lines=[line(sku='TWIN')])
        self.assertNotIn(sale.order_line.product_id, twins)
        self.assertIn('product_placeholder', self.trail_codes(sale))

    def test_two_lines_of_one_sku_are_one_product(self):
        lines = [line(1, variant=71), line(2)]
        sale = self.bring_one(lines=lines)
        self.assertEqual(sale.order_line.product_id, self.product)

    def test_an_unknown_sku_gets_a_placeholder_that_ships(self):
        sale = self.bring_one(lines=[line(sku='GONE', name='Old mug')])
        placeholder = sale.order_line.product_id
        self.assertTrue(placeholder.shopify_placeholder)
        self.assertEqual((placeholder.name, placeholder.default_code), ('Old mug', 'GONE'))
        self.assertEqual(len(sale.picking_ids), 1)

    def test_a_placeholder_serves_the_next_order_too(self):
        first, second = (
            self.bring_one(number=1, lines=[line(1, sku='GONE')]),
            self.bring_one(number=2, lines=[line(2, sku='GONE')]),
        )
        self.assertEqual(first.order_line.product_id, second.order_line.product_id)

    def test_a_placeholder_is_replaced_when_its_product_appears(self):
        sale = self.bring_one(lines=[line(sku='GONE', quantity=2, taxes=[tax('State', 0.0725, '1.45')])])
        placeholder = sale.order_line.product_id
        product = self.storable('GONE', 5)
        task = self.env['shopify.task'].search([('kind', '=', 'heal'), ('state', '=', 'pending')])
        self.assertEqual(task.key, str(placeholder.id))
        self.env['shopify.sync.placeholder']._heal(placeholder)
        healed = sale.order_line.filtered('product_uom_qty')
        self.assertEqual((healed.product_id, healed.product_uom_qty), (product, 2))
        self.assertEqual(sale.amount_total, 21.45)
        self.assertEqual(product.free_qty, 3)

    def test_a_custom_item_is_sold_as_a_service(self):
        sale = self.bring_one(lines=[line(sku=None, name='Gift wrapping')])
        self.assertEqual(sale.order_line.product_id, self.env.ref('shopify_connector.product_custom_item'))
        self.assertFalse(sale.picking_ids)

    def test_one_product_serves_two_stores(self):
        beta = self.connected('beta')
        first, second = self.bring_one(), self.bring_one(backend=beta)
        self.assertNotEqual(first, second)
        self.assertEqual(first.order_line.product_id, second.order_line.product_id)
