"""Contacts sent to a simulated shop: asked for by a person, or changed where Odoo's word counts."""

from unittest.mock import patch

from odoo.addons.shopify_connector.shopify import errors
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from tests.integration.test_customers_simulated import ShopCase


class ExportCase(ShopCase):
    def share(self):
        super().share()
        self.manager = new_test_user(
            self.env, 'exporter', 'shopify_connector.group_shopify_manager,base.group_partner_manager'
        )
        self.backend.customer_tags = 'create'

    def contact(self, **values):
        return self.env['res.partner'].create(
            {'name': 'Jane Doe', 'email': 'jane@example.com', 'phone': '(518) 555-0123', 'street': '1 Main St',
             'city': 'Albany', 'zip': '12207', 'country_id': self.env.ref('base.us').id,
             'state_id': self.env.ref('base.state_us_27').id, **values}
        )  # fmt: skip

    def wizard(self, partners, user=None):
        wizard = self.env['shopify.customer.export.wizard'].with_user(user or self.manager)
        return wizard.create({'partner_ids': [(6, 0, partners.ids)], 'backend_id': self.backend.id})

    def export(self, partners):
        wizard = self.wizard(partners)
        wizard.action_preview()
        wizard.action_export()
        self.run_lane(self.backend, 'catalogue')
        return self.env['shopify.customer.export'].search([('partner_id', 'in', partners.ids)])

    def in_shop(self, email):
        found = self.simulator.state(self.backend.shop_domain)['customers']
        rows = list(found.values()) if isinstance(found, dict) else found
        return [row for row in rows if row['email'] == email]

    def owned_by_odoo(self):
        owner = self.env['shopify.owner'].search([('backend_id', '=', self.backend.id), ('group', '=', 'customer')])
        owner.owner = 'odoo'
        self.env.registry.clear_cache()

    def changed(self, partner, **values):
        """What a user's change leads to, as their commit does it."""
        partner.write(values)
        self.env.flush_all()
        self.env['shopify.task']._flush_customers()
        return self.env['shopify.task'].search([('kind', '=', 'customer_export'), ('state', '=', 'pending')])

    def mutations(self):
        return self.simulator.stats(self.backend.shop_domain)['by_operation'].get('SetCustomer', {}).get('requests', 0)


class TestAsked(ExportCase):
    def test_a_new_customer_is_made_with_the_address_and_tags(self):
        partner = self.contact(category_id=[(0, 0, {'name': 'VIP'})])
        export = self.export(partner)
        self.assertEqual((export.state, export.customer_id.found_by), ('done', 'exported'))
        (row,) = self.in_shop('jane@example.com')
        self.assertEqual((row['first_name'], row['last_name'], row['phone']), ('Jane', 'Doe', '+15185550123'))
        self.assertEqual((row['tags'], len(row['addresses'])), (['VIP'], 1))
        place = row['addresses'][0]
        self.assertEqual((place['address1'], place['province_code'], place['country_code']), ('1 Main St', 'NY', 'US'))
        self.assertFalse(partner.child_ids, "The address is the contact's own.")

    def test_a_company_stays_itself_and_one_contact(self):
        partner = self.contact(name='Acme Ltd.', is_company=True)
        self.export(partner)
        (row,) = self.in_shop('jane@example.com')
        self.assertEqual((row['last_name'], row['addresses'][0]['company']), ('Ltd.', 'Acme Ltd.'))
        self.assertFalse(partner.child_ids)
        self.assertEqual(self.export(partner).sorted('id')[-1].state, 'same')

    def test_sent_again_nothing_is_written(self):
        partner = self.contact()
        self.export(partner)
        before = self.mutations()
        self.assertEqual(self.export(partner).sorted('id')[-1].state, 'same')
        self.assertEqual(self.mutations(), before)

    def test_the_webhook_that_follows_changes_nothing(self):
        partner = self.contact(comment='<p>Pays late</p>')
        self.export(partner)
        written = partner.write_date
        self.ring(self.backend, 'customer', partner.shopify_customer_ids.gid)
        self.assertEqual(partner.write_date, written)
        self.assertFalse(partner.shopify_customer_ids.has_differences)
        self.assertFalse(self.in_shop('jane@example.com')[0]['note'], "Internal notes are for colleagues.")

    def test_somebody_whom_the_shop_knows_is_linked_and_changed(self):
        gid = self.shop(first_name='J.', last_name='D.', email='JANE@example.com', tags=['old'])
        partner = self.contact()
        wizard = self.wizard(partner)
        wizard.action_preview()
        self.assertEqual(set(wizard.line_ids.mapped('kind')), {'change'})
        self.assertIn(('J. D.', 'Jane Doe'), [(line.now, line.then) for line in wizard.line_ids])
        self.export(partner)
        row = partner.shopify_customer_ids
        self.assertEqual((row.gid, row.found_by), (gid, 'email'))
        (shop,) = self.in_shop('jane@example.com') or self.in_shop('JANE@example.com')
        self.assertEqual((shop['first_name'], shop['tags']), ('Jane', ['old']))

    def test_one_who_appears_in_between_is_linked_not_doubled(self):
        partner = self.contact()
        push = type(self.env['shopify.sync.customer.push'])
        real, calls = push._look_up, []

        def late(records, backend, client, plans):
            calls.append(1)
            if len(calls) == 1:
                self.shop(first_name='Jane', last_name='Doe', email='jane@example.com')
                return
            real(records, backend, client, plans)

        self.env['shopify.customer.export'].with_user(self.manager)._ask(self.backend, partner)
        with patch.object(push, '_look_up', late):
            self.run_lane(self.backend, 'catalogue')
        self.assertEqual(partner.shopify_customer_ids.found_by, 'email')
        self.assertEqual(len(self.in_shop('jane@example.com')), 1)

    def test_a_lost_answer_makes_no_second_customer(self):
        partner = self.contact()
        self.env['shopify.customer.export'].with_user(self.manager)._ask(self.backend, partner)
        self.simulator.fault(self.backend.shop_domain, 'disconnect_after', match='SetCustomer')
        self.run_lane(self.backend, 'catalogue')
        task = self.env['shopify.task'].search([('kind', '=', 'customer_export')])
        self.assertEqual(task.state, 'pending')
        task.due_at = '2026-01-01 00:00:00'
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(task.state, 'done')
        self.assertEqual(len(self.in_shop('jane@example.com')), 1)
        self.assertTrue(partner.shopify_customer_ids)

    def test_without_mail_and_phone_nothing_is_sent_and_it_is_said(self):
        partner = self.contact(email=False, phone=False)
        wizard = self.wizard(partner)
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.kind, 'stop')
        self.assertIn('e-mail', wizard.line_ids.then)

    def test_a_refusal_is_a_sentence_on_the_export(self):
        partner = self.contact(email='not-an-address@nowhere', phone=False)
        self.env['shopify.customer.export'].with_user(self.manager)._ask(self.backend, partner)
        self.run_lane(self.backend, 'catalogue')
        export = self.env['shopify.customer.export'].search([('partner_id', '=', partner.id)])
        self.assertEqual(export.state, 'refused')
        self.assertIn('Email is invalid', export.message)

    def test_two_contacts_with_one_address_are_not_one_customer(self):
        self.export(self.contact())
        wizard = self.wizard(self.contact(name='Jane Twin'))
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.kind, 'stop')
        self.assertIn('Jane Doe', wizard.line_ids.then)

    def sent_together(self, *partners):
        """Their exports, as the lane does them after a yes to both."""
        asked = self.env['shopify.customer.export'].with_user(self.manager)
        exports = asked._ask(self.backend, self.env['res.partner'].union(*partners)).sudo()
        self.run_lane(self.backend, 'catalogue')
        return {export.partner_id: export for export in exports}

    def test_of_two_contacts_with_one_mail_address_sent_in_one_go_the_first_is_the_customer(self):
        first, second = self.contact(), self.contact(name='Jane Ltd.', is_company=True, phone=False)
        wizard = self.wizard(first | second)
        wizard.action_preview()
        self.assertEqual(wizard.line_ids.filtered(lambda line: line.kind == 'stop').partner_id, second)
        exports = self.sent_together(first, second)
        self.assertEqual((exports[first].state, exports[second].state), ('done', 'refused'))
        self.assertIn('Jane Doe', exports[second].message)
        self.assertFalse(second.shopify_customer_ids)
        self.assertEqual([row['first_name'] for row in self.in_shop('jane@example.com')], ['Jane'])

    def test_of_two_contacts_that_the_shop_knows_as_one_only_the_first_is_written(self):
        self.shop(first_name='J.', last_name='D.', email='jane@example.com', phone='+15185550123')
        first, second = self.contact(phone=False), self.contact(name='John Twin', email=False)
        exports = self.sent_together(first, second)
        self.assertEqual((exports[first].state, exports[second].state), ('done', 'refused'))
        self.assertEqual([row['first_name'] for row in self.in_shop('jane@example.com')], ['Jane'])

    def test_what_the_shop_takes_for_the_one_just_made_is_not_written_over_them(self):
        with patch.object(type(self.env['shopify.sync.customer.push']), '_stop_taken'):
            exports = self.sent_together(self.contact(), self.contact(name='John Twin'))
        self.assertEqual(sorted(export.state for export in exports.values()), ['done', 'refused'])
        self.assertEqual(len(self.in_shop('jane@example.com')), 1)

    def test_a_refused_export_is_sent_when_the_contact_is_mended(self):
        partner = self.contact(email='not-an-address@nowhere', phone=False)
        export = self.env['shopify.customer.export'].with_user(self.manager)._ask(self.backend, partner).sudo()
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(export.state, 'refused')
        partner.email = 'jane@example.com'
        self.env['shopify.task'].search([('key', '=', f'ask:{export.id}')]).action_retry()
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(export.state, 'done')
        self.assertEqual(len(self.in_shop('jane@example.com')), 1)

    def test_one_that_cannot_be_taken_over_fails_no_other(self):
        one, other = self.contact(), self.contact(name='Ann Other', email='ann@example.com', phone=False)
        customers = type(self.env['shopify.sync.customer'])
        upsert = customers._upsert

        def refuse(records, backend, payloads, create=True):
            outcomes, failures = upsert(records, backend, payloads, create)
            bad = [payload['id'] for payload in payloads if payload['firstName'] == 'Ann']
            return outcomes, {**failures, **{gid: ValueError("Odoo refuses") for gid in bad}}

        with patch.object(customers, '_upsert', refuse), self.assertLogs('odoo.addons.shopify_connector', 'ERROR'):
            exports = self.export(one | other)
        states = {export.partner_id: export.state for export in exports}
        self.assertNotEqual(states[one], 'waiting')
        self.assertEqual(states[other], 'waiting')

    def test_only_managers_send_contacts(self):
        user = new_test_user(self.env, 'shopper', 'shopify_connector.group_shopify_user')
        with self.assertRaises(AccessError):
            self.wizard(self.contact(), user)

    def test_a_missing_scope_is_said_before_anything_starts(self):
        self.backend.granted_scopes = 'read_customers'
        with self.assertRaises(UserError) as caught:
            self.wizard(self.contact()).action_preview()
        self.assertIn('write_customers', str(caught.exception))


class TestOwned(ExportCase):
    def share(self):
        super().share()
        self.partner = self.contact()
        self.export(self.partner)

    def test_a_change_in_odoo_goes_to_the_shop_where_odoo_owns_customers(self):
        self.owned_by_odoo()
        tasks = self.changed(self.partner, name='Janet Doe')
        self.assertEqual(tasks.mapped('key'), [str(self.partner.shopify_customer_ids.id)])
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.in_shop('jane@example.com')[0]['first_name'], 'Janet')
        before = self.mutations()
        self.ring(self.backend, 'customer', self.partner.shopify_customer_ids.gid)
        self.assertEqual(self.mutations(), before)

    def test_an_address_is_changed_in_its_place(self):
        self.owned_by_odoo()
        self.changed(self.partner, street='2 Main St')
        self.run_lane(self.backend, 'catalogue')
        places = self.in_shop('jane@example.com')[0]['addresses']
        self.assertEqual([place['address1'] for place in places], ['2 Main St'])

    def test_nothing_is_written_while_nobody_has_chosen_odoo(self):
        self.assertFalse(self.changed(self.partner, name='Janet Doe'))

    def test_a_change_in_the_shop_is_shown_and_not_taken(self):
        self.owned_by_odoo()
        row = self.partner.shopify_customer_ids
        self.shop(id=row.gid, first_name='Jay')
        self.ring(self.backend, 'customer', row.gid)
        self.assertEqual(self.partner.name, 'Jane Doe')
        self.assertEqual(row.differences['name'], ['Jay Doe', 'Jane Doe'])

    def test_tags_go_both_ways_without_undoing_the_shops(self):
        self.owned_by_odoo()
        row = self.partner.shopify_customer_ids
        self.shop(id=row.gid, tags=['from the shop'])
        self.changed(self.partner, category_id=[(0, 0, {'name': 'VIP'})])
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(sorted(self.in_shop('jane@example.com')[0]['tags']), ['VIP', 'from the shop'])

    def test_an_outage_keeps_the_change_for_later(self):
        self.owned_by_odoo()
        task = self.changed(self.partner, name='Janet Doe')
        with patch.object(type(self.env['shopify.sync.customer.push']), '_plan', side_effect=errors.Unavailable()):
            self.run_lane(self.backend, 'catalogue')
        self.assertEqual(task.state, 'pending')

    def test_an_erased_customer_is_not_sent_again(self):
        row = self.partner.shopify_customer_ids
        row.redacted_at = '2026-01-01 00:00:00'
        wizard = self.wizard(self.partner)
        wizard.action_preview()
        self.assertIn('erased', wizard.line_ids.then)


class TestSwitch(ExportCase):
    def share(self):
        super().share()
        self.known = self.contact(name='J. Known', phone=False)
        self.backend.customer_policy = 'all'
        self.gid = self.jane()
        self.ring(self.backend, 'customer', self.gid)

    def switch(self, owner):
        rows = self.backend.owner_ids.filtered(lambda row: row.group == 'customer')
        wizard = self.env['shopify.owner.switch'].with_user(self.manager).create(
            {'backend_id': self.backend.id, 'row_ids': [(6, 0, rows.ids)], 'owner': owner}
        )  # fmt: skip
        wizard.action_preview()
        return wizard

    def test_the_dialog_counts_and_names_the_contacts_that_differ_before_the_shop_is_written_to(self):
        self.assertEqual(self.row(self.gid).partner_id, self.known)
        before, wizard = self.mutations(), self.switch('odoo')
        linked = self.env['shopify.customer'].search_count([('backend_id', '=', self.backend.id)])
        self.assertEqual((wizard.customer_count, wizard.customer_looked_count), (linked, linked))
        self.assertEqual(wizard.push_count, len(wizard.line_ids))
        line = wizard.line_ids.filtered(lambda line: line.name == self.known.display_name)
        self.assertEqual((line.label, line.becomes), ('Name', 'push'))
        self.assertEqual((line.in_shopify, line.in_odoo), ('Jane Doe', 'J. Known'))
        self.assertEqual(self.mutations(), before)
        wizard.action_confirm()
        self.run_lane(self.backend, 'catalogue')
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.in_shop('jane@example.com')[0]['first_name'], 'J.')

    def test_where_shopifys_word_counts_from_now_on_linked_contacts_follow_at_once(self):
        wizard = self.switch('shopify')
        self.assertEqual((wizard.pull_count, self.known.name), (1, 'J. Known'))
        wizard.action_confirm()
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.known.name, 'Jane Doe')


class TestMetafields(ExportCase):
    def share(self):
        super().share()
        self.env['shopify.metafield.mapping'].create(
            {
                'backend_id': self.backend.id,
                'owner_type': 'customer',
                'key': 'number',
                'field_id': self.env['ir.model.fields']._get('res.partner', 'ref').id,
            }
        )

    def number(self, gid):
        text = 'query($id: ID!) { customer(id: $id) { metafield(namespace: "custom", key: "number") { type value } } }'
        found = self.backend._get_client('catalogue').query(text, {'id': gid})['customer']['metafield']
        return found and found['value']

    def sets(self):
        operations = self.simulator.stats(self.backend.shop_domain)['by_operation']
        return sum(operations.get(name, {}).get('requests', 0) for name in ('SetMetafields', 'DeleteMetafields'))

    def test_a_contacts_field_goes_out_as_a_metafield_with_the_customer_and_only_when_it_differs(self):
        partner = self.contact(ref='K-17')
        self.export(partner)
        row = self.env['shopify.customer'].search([('partner_id', '=', partner.id)])
        self.assertEqual(self.number(row.gid), 'K-17')
        count = self.sets()
        self.export(partner)
        self.assertEqual(self.sets(), count)

    def test_a_change_of_it_is_sent_where_odoo_owns_customers_and_a_blank_is_removed(self):
        partner = self.contact(ref='K-17')
        self.export(partner)
        row = self.env['shopify.customer'].search([('partner_id', '=', partner.id)])
        self.assertFalse(self.changed(partner, ref='K-18'))
        self.owned_by_odoo()
        self.assertEqual(len(self.changed(partner, ref='K-19')), 1)
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.number(row.gid), 'K-19')
        self.changed(partner, ref=False)
        self.run_lane(self.backend, 'catalogue')
        self.assertIsNone(self.number(row.gid))
