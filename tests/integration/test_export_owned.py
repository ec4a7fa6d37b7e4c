from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from odoo.addons.shopify_connector.shopify import errors
from odoo.addons.shopify_connector.shopify.client import Client
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from tests.integration.export_case import ExportCase


class OwnedCase(ExportCase):
    """The shop takes some groups from Odoo; the products have been exported."""

    GROUPS = ('price', 'text', 'tags', 'collections')

    def share(self):
        super().share()
        self.ask(self.mug | self.tee)
        for owner in self.shop.owner_ids.filtered(lambda row: row.group in self.GROUPS):
            owner.owner = 'odoo'
        self.env.flush_all()
        self.env.registry.clear_all_caches()
        self.forget()

    def tasks(self, **values):
        domain = [('backend_id', '=', self.shop.id), ('kind', '=', 'product_export')]
        return self.env['shopify.task'].search([*domain, *((name, '=', value) for name, value in values.items())])

    def note(self):
        """The user's transaction ends: what was remembered is written."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def carry(self):
        self.note()
        self.run_lane(self.shop, 'catalogue')

    def change_in_shop(self, template, **values):
        self.simulator.post(f'/shops/{self.shop.shop_domain}/products', id=self.binding(template).gid, **values)


class TestOwned(OwnedCase):
    def test_a_change_in_odoo_goes_to_the_shop_by_itself(self):
        self.mug.list_price = 15.0
        self.note()
        self.assertEqual(self.tasks(state='pending').mapped('key'), [str(self.binding(self.mug).id)])
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(float(self.one_in_shop(self.mug)['variants'][0]['price']), 15.0)
        self.assertEqual(self.sent(), 1)
        export = self.env['shopify.product.export'].search([], limit=1)
        self.assertEqual((export.state, export.user_id.id, export.rows), ('done', False, [['D5-MUG', 'Price', '12.50', '15.00']]))

    def test_what_is_not_odoos_stays(self):
        self.mug.product_variant_ids.default_code = 'D5-OTHER'
        self.carry()
        self.assertEqual(self.one_in_shop(self.mug)['variants'][0]['sku'], 'D5-MUG')
        self.assertEqual(self.sent(), 0)

    def test_the_echo_writes_nothing_and_sends_nothing(self):
        self.mug.list_price = 15.0
        self.carry()
        self.forget()
        before = self.mug.write_date
        self.ring(self.shop, 'product', self.binding(self.mug).gid)
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.sent(), 0)
        self.assertFalse(self.tasks(state='pending'))
        self.assertEqual(self.mug.write_date, before)
        self.assertFalse(self.env['shopify.difference'].search([('backend_id', '=', self.shop.id)]))

    def test_what_somebody_changed_in_the_shop_as_well_is_not_overwritten(self):
        self.change_in_shop(self.mug, price='99.00')
        self.mug.list_price = 15.0
        self.carry()
        self.assertEqual(float(self.one_in_shop(self.mug)['variants'][0]['price']), 99.0)
        self.assertEqual(self.sent(), 0)

    def test_after_a_crash_the_product_is_read_and_only_the_rest_is_sent(self):
        for done, requests in ((True, 0), (False, 1)):
            with self.subTest(done=done):
                self.mug.list_price += 3.0
                self.note()
                self.crash(done=done, at='ChangeProducts')
                self.assertEqual(len(self.env['shopify.product.export'].search([('state', '=', 'open')])), 1)
                self.hurry()
                self.forget()
                self.run_lane(self.shop, 'catalogue')
                self.run_lane(self.shop, 'catalogue')
                price = float(self.one_in_shop(self.mug)['variants'][0]['price'])
                self.assertEqual((price, self.sent()), (self.mug.list_price, requests))
                self.assertFalse(self.env['shopify.product.export'].search([('state', '=', 'open')]))

    def test_a_lost_reply_is_settled_by_reading(self):
        self.mug.list_price = 15.0
        self.note()
        self.simulator.fault(self.shop.shop_domain, 'disconnect_after', count=6, match='productVariantsBulkUpdate')
        self.run_lane(self.shop, 'catalogue')
        self.simulator.post(f'/shops/{self.shop.shop_domain}/faults', clear=True)
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(float(self.one_in_shop(self.mug)['variants'][0]['price']), 15.0)
        self.assertEqual(set(self.tasks().mapped('state')), {'done'})

    def test_a_refusal_stands_at_the_product_with_the_field(self):
        self.mug.list_price = -5.0
        self.carry()
        binding = self.binding(self.mug)
        self.assertIn('Price', binding.export_message)
        task = self.tasks(state='failed')
        self.assertEqual((task.key, task.error_code), (str(binding.id), 'export_refused'))
        self.mug.list_price = 5.0
        self.carry()
        self.assertFalse(binding.export_message)

    def test_one_refused_product_keeps_no_other_from_being_changed(self):
        self.mug.list_price = -5.0
        self.tee.list_price = 25.0
        self.carry()
        self.assertEqual({float(row['price']) for row in self.one_in_shop(self.tee)['variants']}, {25.0})
        self.assertEqual(self.tasks(state='failed').key, str(self.binding(self.mug).id))

    def test_a_rate_limit_delays_and_loses_nothing(self):
        self.mug.list_price = 15.0
        self.note()
        self.simulator.fault(self.shop.shop_domain, 'throttled', count=1)
        self.run_lane(self.shop, 'catalogue')
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(float(self.one_in_shop(self.mug)['variants'][0]['price']), 15.0)

    def test_what_never_left_leaves_no_record_that_waits_for_ever(self):
        self.mug.list_price = 15.0
        self.note()
        mutate = Client.mutate

        def throttle(client, document, *args, **kwargs):
            if 'ChangeProducts' in document:
                raise errors.Throttled(retry_after=1.0)
            return mutate(client, document, *args, **kwargs)

        with patch.object(Client, 'mutate', throttle):
            self.run_lane(self.shop, 'catalogue')
        own = [('user_id', '=', False)]
        self.assertFalse(self.env['shopify.product.export'].search(own))
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.env['shopify.product.export'].search(own).mapped('state'), ['done'])


class TestMeanwhile(OwnedCase):
    """Somebody changes a price in Odoo between Shopify's answer and the moment when it is noted."""

    @contextmanager
    def changing(self, template, price, at):
        mutate = Client.mutate

        def change(client, document, *args, **kwargs):
            answer = mutate(client, document, *args, **kwargs)
            if at in document and template.list_price != price:
                template.list_price = price
                self.note()
            return answer

        with patch.object(Client, 'mutate', change):
            yield

    def assert_price(self, template, price):
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual({float(row['price']) for row in self.one_in_shop(template)['variants']}, {price})
        self.assertFalse(self.tasks(state='pending'))

    def test_a_price_that_changes_while_another_is_sent_is_sent_afterwards(self):
        self.mug.list_price = 15.0
        with self.changing(self.mug, 17.0, at='ChangeProducts'):
            self.carry()
        self.assert_price(self.mug, 17.0)

    def test_a_price_that_changes_while_the_product_is_made_is_sent_afterwards(self):
        new = self.with_sizes('Organic Hat', 'D5-HAT', 'S', 'M', attribute='D5 Hat')
        self.ask(new, run=False)
        with self.changing(new, 17.0, at='MakeProducts'):
            self.run_lane(self.shop, 'catalogue')
        self.assert_price(new, 17.0)

    def test_a_price_that_changes_while_a_variant_is_made_is_sent_afterwards(self):
        line = self.tee.attribute_line_ids
        line.value_ids = [(0, 0, {'name': 'XL', 'attribute_id': line.attribute_id.id, 'sequence': 9})]
        self.ask(self.tee, run=False)
        with self.changing(self.tee, 17.0, at='ChangeProducts'):
            self.run_lane(self.shop, 'catalogue')
        self.assert_price(self.tee, 17.0)

    def test_a_price_that_changes_after_the_answer_was_lost_is_sent_afterwards(self):
        new = self.batch(1)
        self.ask(new, run=False)
        self.crash(done=True)
        new.list_price = 17.0
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assert_price(new, 17.0)


class TestSets(OwnedCase):
    def tags(self, template):
        return sorted(self.one_in_shop(template)['tags'])

    def tag(self, name):
        return self.env['product.tag'].create({'name': name})

    def test_tags_that_somebody_added_in_the_shop_stay(self):
        self.mug.product_tag_ids = self.tag('d5-one')
        self.carry()
        self.assertEqual(self.tags(self.mug), ['d5-one'])
        self.change_in_shop(self.mug, tags=['d5-one', 'summer'])
        self.mug.product_tag_ids += self.tag('d5-two')
        self.ask(self.mug)
        self.assertEqual(self.tags(self.mug), ['d5-one', 'd5-two', 'summer'])
        self.mug.product_tag_ids -= self.mug.product_tag_ids.filtered(lambda row: row.name == 'd5-one')
        self.ask(self.mug)
        self.assertEqual(self.tags(self.mug), ['d5-two', 'summer'])
        self.forget()
        self.ask(self.mug)
        self.assertEqual(self.sent(), 0)


class TestPlaces(ExportCase):
    def share(self):
        super().share()
        self.shop.action_refresh_places()
        self.channels = self.env['shopify.publication'].search([('backend_id', '=', self.shop.id)])

    def collections(self, *titles):
        found = []
        for title in titles:
            client = self.shop._get_client('catalogue')
            found.append(
                client.mutate(
                    'mutation Make($input: CollectionInput!) { collectionCreate(input: $input) { collection { id } } }',
                    {'input': {'title': title}},
                )['collectionCreate']['collection']['id']
            )
        self.shop.action_refresh_places()
        rows = self.env['shopify.collection'].search([('backend_id', '=', self.shop.id)])
        return [rows.filtered(lambda row, gid=gid: row.gid == gid) for gid in found]

    def places(self, template):
        payload = self.env['shopify.sync.product']._fetch(
            self.shop, self.shop._get_client('catalogue'), [self.binding(template).gid]
        )[0]
        values = self.env['shopify.sync.catalog.values']._get_shop_values(self.shop, payload)['product']
        return values['collections'] or [], values['publications'] or []

    def test_what_the_shop_has_is_known_by_name(self):
        self.assertEqual(sorted(self.channels.mapped('name')), ['Online Store', 'Point of Sale'])

    def test_a_new_product_joins_collections_and_channels(self):
        one, _two = self.collections('D5 One', 'D5 Two')
        self.ask(self.mug, collections=[one.gid], publications=[self.channels[0].gid])
        self.assertEqual(self.places(self.mug), ([one.gid], [self.channels[0].gid]))
        self.assertEqual(self.binding(self.mug).collection_ids, one)
        self.forget()
        self.ask(self.mug)
        self.assertEqual(self.sent(), 0)

    def test_collections_that_odoo_does_not_know_of_stay(self):
        one, two = self.collections('D5 One', 'D5 Two')
        self.ask(self.mug, collections=[one.gid])
        gid = self.binding(self.mug).gid
        self.shop._get_client('catalogue').mutate(
            'mutation Join($product: ProductUpdateInput!) { productUpdate(product: $product) { userErrors { message } } }',
            {'product': {'id': gid, 'collectionsToJoin': [two.gid]}},
        )
        self.ask(self.mug)
        self.assertEqual(self.places(self.mug)[0], sorted([one.gid, two.gid]))

    def test_a_product_leaves_a_collection_that_it_leaves_in_odoo(self):
        one, two = self.collections('D5 One', 'D5 Two')
        self.ask(self.mug, collections=[one.gid, two.gid], publications=self.channels.mapped('gid'))
        self.shop.owner_ids.filtered(lambda row: row.group == 'collections').owner = 'odoo'
        self.env.registry.clear_all_caches()
        self.binding(self.mug).write({'collection_ids': [(3, one.id)], 'publication_ids': [(3, self.channels[1].id)]})
        self.env.flush_all()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.places(self.mug), ([two.gid], [self.channels[0].gid]))


class TestGone(ExportCase):
    def status(self, template):
        return self.one_in_shop(template)['status']

    def carry(self):
        self.env.flush_all()
        self.run_lane(self.shop, 'catalogue')

    def test_a_store_without_a_policy_leaves_the_shop_as_it_is(self):
        self.ask(self.mug, status='active')
        self.mug.active = False
        self.carry()
        self.assertEqual(self.status(self.mug), 'ACTIVE')

    def test_an_archived_product_leaves_the_shop_and_comes_back(self):
        self.shop.gone_policy = 'draft'
        self.ask(self.mug, status='active')
        self.mug.active = False
        self.carry()
        self.assertEqual(self.status(self.mug), 'DRAFT')
        self.mug.active = True
        self.carry()
        self.assertEqual(self.status(self.mug), 'ACTIVE')

    def test_what_somebody_decided_in_the_shop_meanwhile_stays(self):
        self.shop.gone_policy = 'draft'
        self.ask(self.mug, status='active')
        self.mug.active = False
        self.carry()
        self.simulator.post(f'/shops/{self.shop.shop_domain}/products', id=self.binding(self.mug).gid, status='ARCHIVED')
        self.mug.active = True
        self.carry()
        self.assertEqual(self.status(self.mug), 'ARCHIVED')

    def by_hand(self, status):
        self.simulator.post(f'/shops/{self.shop.shop_domain}/products', id=self.binding(self.mug).gid, status=status)

    def test_a_draft_of_a_later_day_is_not_published(self):
        for meanwhile in (False, 'ARCHIVED'):
            with self.subTest(meanwhile=meanwhile):
                self.shop.gone_policy = 'draft'
                self.ask(self.mug, status='active')
                self.by_hand('ACTIVE')
                self.mug.active = False
                self.carry()
                self.assertEqual(self.status(self.mug), 'DRAFT')
                if meanwhile:
                    self.by_hand(meanwhile)
                self.mug.active = True
                self.carry()
                self.by_hand('DRAFT')
                self.mug.list_price += 1.0
                self.ask(self.mug)
                self.assertEqual(self.status(self.mug), 'DRAFT')

    def test_a_product_that_has_one_in_odoo_again_comes_back_and_stays(self):
        self.shop.gone_policy = 'draft'
        self.ask(self.mug, status='active')
        binding, mug = self.binding(self.mug), SimpleNamespace(name=self.mug.name)
        self.mug.unlink()
        self.carry()
        self.assertEqual(self.status(mug), 'DRAFT')
        other = self.env['product.template'].create({'name': mug.name, 'default_code': 'D5-MUG', 'list_price': 12.5})
        binding.variant_ids.product_id = other.product_variant_ids
        binding.product_tmpl_id = other
        self.carry()
        self.assertEqual(self.status(mug), 'ACTIVE')
        self.ask(other)
        self.assertEqual(self.status(mug), 'ACTIVE')

    def test_a_deleted_product_is_archived_and_never_deleted(self):
        self.shop.gone_policy = 'archived'
        self.ask(self.mug, status='active')
        mug = SimpleNamespace(name=self.mug.name)
        self.mug.unlink()
        self.carry()
        self.assertEqual(self.status(mug), 'ARCHIVED')

    def test_it_is_deleted_in_the_shop_by_hand_only(self):
        self.ask(self.mug | self.tee)
        user = new_test_user(self.env, 'd5user', 'shopify_connector.group_shopify_user')
        with self.assertRaises(AccessError):
            self.binding(self.mug).with_user(user).action_delete_in_shopify()
        self.binding(self.mug).action_delete_in_shopify()
        self.carry()
        self.assertEqual((self.in_shop(self.mug), len(self.in_shop(self.tee))), ([], 1))
        self.assertTrue(self.binding(self.mug).deleted_at)
        self.assertTrue(self.mug.exists().active)

    def test_a_crash_deletes_no_other_product_and_the_deletion_ends(self):
        self.ask(self.mug)
        self.binding(self.mug).action_delete_in_shopify()
        self.env.flush_all()
        self.crash(done=True, at='productDelete')
        self.hurry()
        self.run_lane(self.shop, 'catalogue')
        self.assertEqual(self.in_shop(self.mug), [])
        wish = self.env['shopify.product.export'].search([('kind', '=', 'delete')])
        self.assertEqual((wish.state, bool(self.binding(self.mug).deleted_at)), ('done', True))


class TestScopes(ExportCase):
    def test_without_the_scope_for_channels_all_the_rest_is_written(self):
        self.shop.action_refresh_places()
        channel = self.env['shopify.publication'].search([('backend_id', '=', self.shop.id)], limit=1)
        self.shop.granted_scopes = ','.join(
            scope for scope in self.shop.granted_scopes.split(',') if scope.strip() != 'write_publications'
        )
        wish = self.ask(self.mug, publications=[channel.gid])
        self.assertEqual(wish.state, 'done')
        self.assertIn('write_publications', wish.message)
        self.one_in_shop(self.mug)

    def test_a_scope_that_was_taken_away_meanwhile_is_a_sentence(self):
        self.shop.action_refresh_places()
        channel = self.env['shopify.publication'].search([('backend_id', '=', self.shop.id)], limit=1)
        scopes = [scope for scope in self.shops['contoso']['scopes'] if scope != 'write_publications']
        self.simulator.settings(self.shop.shop_domain, scopes=scopes)
        wish = self.ask(self.mug, publications=[channel.gid])
        self.assertIn(wish.state, ('refused', 'waiting', 'open'))
        self.one_in_shop(self.mug)

    def test_a_handle_that_another_product_has_is_given_up(self):
        taken = self.simulator.state(self.shop.shop_domain)['products'][0]['handle']
        self.mug.shopify_handle = taken
        self.ask(self.mug)
        self.assertNotEqual(self.one_in_shop(self.mug)['handle'], taken)
        self.forget()
        self.ask(self.mug)
        self.assertEqual(self.sent(), 0)
