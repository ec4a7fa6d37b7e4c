"""Pictures of products go to Shopify: only those that it lacks, in Odoo's order, each variant's own."""

from unittest.mock import patch

from odoo.addons.shopify_connector.shopify import errors
from odoo.addons.shopify_connector.shopify.client import Client

from tests.integration.test_images import ImageCase


class TestImagesToShopify(ImageCase):
    def share(self):
        super().share()
        self.backend.owner_ids.filtered(lambda row: row.group == 'images').sudo().write({'owner': 'odoo'})

    def send(self):
        self.env.cr.precommit.run()
        self.run_lane(self.backend, 'catalogue')
        self.simulator.post('/clock', advance=5)
        self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = '2026-01-01 00:00:00'
        self.run_lane(self.backend, 'catalogue')
        tasks = self.env['shopify.task'].search([('kind', 'in', ('product_export', 'product_images'))])
        self.assertEqual(set(tasks.mapped('state')), {'done'}, tasks.mapped('message'))

    def uploads(self):
        return self.simulator.stats(self.domain)['by_operation'].get('StageUploads', {}).get('requests', 0)

    def test_new_ones_texts_order_and_what_is_gone_are_sent_and_nothing_twice(self):
        gid = self.lamp('front', 'side', 'back')
        binding = self.bring(gid)
        template = binding.product_tmpl_id
        side, back = template.shopify_image_ids.sorted('sequence')
        side.unlink()
        back.name = 'From behind'
        self.env['shopify.product.image'].create(
            {'product_tmpl_id': template.id, 'name': 'New', 'sequence': 1, 'image_1920': self.picture('blue')}
        )
        back.sequence = 2
        self.send()
        shop = self.in_shop(gid)
        self.assertEqual([alt for _gid, alt, _sum in shop], ['The front', 'New', 'From behind'])
        self.assertEqual([checksum for _alt, checksum in self.in_odoo(template)], [checksum for _g, _a, checksum in shop])
        self.assertEqual(self.uploads(), 1)
        before = self.downloads()
        self.bring(gid)
        self.send()
        self.assertEqual((self.uploads(), self.downloads()), (1, before))
        self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))

    def test_what_a_shop_has_beside_stays(self):
        gid = self.lamp('front')
        binding = self.bring(gid)
        front = self.in_shop(gid)[0][0]
        binding.product_tmpl_id.image_1920 = self.picture('red')
        self.change(id=gid, images=[front, {'seed': 'theirs', 'alt': 'Theirs'}])
        self.send()
        row = self.env['shopify.difference'].search([('product_binding_id', '=', binding.id), ('field', '=', 'images')])
        self.assertEqual(row.kind, 'conflict')
        self.assertIn("2 pictures", row.in_shopify)
        row.action_write_odoo()
        self.send()
        shop = self.in_shop(gid)
        self.assertIn('Theirs', [alt for _gid, alt, _sum in shop])
        self.assertEqual(shop[0][2], self.sum_of(binding.product_tmpl_id.image_1920))
        self.assertNotIn(front, [one for one, _alt, _sum in shop])
        self.send()
        self.assertEqual(self.uploads(), 1)

    def test_a_variant_gets_its_picture_when_it_is_ready(self):
        gid = self.change(
            title='Scarf',
            options=[{'name': 'Colour', 'values': ['Red', 'Blue']}],
            variants=[
                {'values': ['Red'], 'sku': 'I5-RED', 'price': '5.00'},
                {'values': ['Blue'], 'sku': 'I5-BLUE', 'price': '5.00'},
            ],
        )
        binding = self.bring(gid)
        red = binding.variant_ids.filtered(lambda row: row.sku == 'I5-RED').product_id
        red.image_variant_1920 = self.picture('red')
        self.send()
        shop = {one: checksum for one, _alt, checksum in self.in_shop(gid)}
        self.assertEqual(shop[self.variant_media['I5-RED']], self.sum_of(red.image_variant_1920))
        self.assertIsNone(self.variant_media['I5-BLUE'])

    def test_a_picture_that_is_not_ready_holds_up_no_other_product(self):
        slow = self.bring(self.lamp('front'))
        quick = self.bring(self.change(title='Vase', sku='I5-VASE', price='5.00', images=[{'seed': 'vase', 'alt': 'Vase'}]))
        wish = self.env['shopify.product.export']._ask(self.backend, slow.product_tmpl_id, {'groups': ['images']})
        for binding, colour in ((slow, 'red'), (quick, 'blue')):
            binding.product_tmpl_id.image_1920 = self.picture(colour)
        self.env.cr.precommit.run()
        model = type(self.env['shopify.sync.catalog.push'])
        find = model._find_again

        def find_again(push, job, fresh):
            if job.binding == slow:
                raise errors.Unavailable(code='not_ready', retry_after=3.0)
            return find(push, job, fresh)

        with patch.object(model, '_find_again', find_again):
            self.run_lane(self.backend, 'catalogue')
        tasks = self.env['shopify.task'].search([('kind', '=', 'product_export')])
        states = {task.key: task.state for task in tasks}
        self.assertEqual((states[str(quick.id)], states[str(slow.id)]), ('done', 'pending'))
        self.assertEqual(wish.state, 'waiting')
        tasks.due_at = '2026-01-01 00:00:00'
        self.send()
        self.assertEqual(wish.state, 'done')
        for binding in (slow, quick):
            own = self.sum_of(binding.product_tmpl_id.image_1920)
            self.assertEqual(self.in_shop(binding.gid)[0][2], own)

    def test_a_picture_that_is_replaced_before_its_echo_comes_is_no_conflict(self):
        binding = self.bring(self.lamp('front'))
        template = binding.product_tmpl_id
        for colour in ('red', 'blue'):
            template.image_1920 = self.picture(colour)
            self.send()
        self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))
        self.assertEqual([checksum for _gid, _alt, checksum in self.in_shop(binding.gid)], [self.sum_of(template.image_1920)])

    def test_a_picture_that_is_replaced_while_shopify_works_on_it_gives_way_when_it_is_ready(self):
        binding = self.bring(self.lamp('front'))
        template = binding.product_tmpl_id
        for colour in ('red', 'blue'):
            template.image_1920 = self.picture(colour)
            self.env.cr.precommit.run()
            self.run_lane(self.backend, 'catalogue')
        for _turn in range(2):
            self.simulator.post('/clock', advance=5)
            self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = '2026-01-01 00:00:00'
            self.run_lane(self.backend, 'catalogue')
        self.send()
        self.assertEqual([checksum for _gid, _alt, checksum in self.in_shop(binding.gid)], [self.sum_of(template.image_1920)])
        self.assertFalse(binding.export_message)
        self.assertEqual(self.uploads(), 2)

    def test_a_picture_that_shopify_cannot_read_counts_once(self):
        binding = self.bring(self.lamp('front'))
        binding.product_tmpl_id.image_1920 = self.picture('red')
        model = type(self.env['shopify.sync.catalog.push'])
        with patch.object(model, '_bytes', lambda *_args: b'\xff\xd8\xffbroken'):
            self.send()
        self.assertIn('failed', binding.media_ids.mapped('state'))
        values = self.env['shopify.sync.catalog.values']._get_odoo_values(self.backend, binding)
        gids = [gid for gid, _version, _alt in values[binding.id]['product']['images']]
        self.assertEqual(len(gids), len(set(gids)), gids)

    def test_a_variants_picture_that_is_refused_is_told_of_its_product_alone(self):
        bindings = self.env['shopify.product.binding']
        for name in ('Hat', 'Scarf'):
            variants = [
                {'values': [value], 'sku': f'I5-{name}-{value}', 'price': '5.00'} for value in ('Red', 'Blue')
            ]
            options = [{'name': 'Colour', 'values': ['Red', 'Blue']}]
            binding = self.bring(self.change(title=name, options=options, variants=variants))
            binding.variant_ids[:1].product_id.image_variant_1920 = self.picture('red')
            bindings += binding
        bad, good = bindings
        mutate = Client.mutate

        def refuse(client, document, variables=None, **options):
            if 'ShowMedia' in document and variables['id'] == bad.gid:
                raise errors.UserErrors.of([{'field': ['variants'], 'message': 'Product variant does not exist'}])
            return mutate(client, document, variables, **options)

        self.env.cr.precommit.run()
        self.run_lane(self.backend, 'catalogue')
        with patch.object(Client, 'mutate', refuse):
            # A lane on a busy machine may take more than one turn.
            for _turn in range(20):
                self.simulator.post('/clock', advance=5)
                self.env['shopify.task'].search([('state', '=', 'pending')]).due_at = '2026-01-01 00:00:00'
                self.run_lane(self.backend, 'catalogue')
                tasks = self.env['shopify.task'].search([('kind', '=', 'product_images')])
                if 'pending' not in tasks.mapped('state'):
                    break
        self.assertEqual(tasks.filtered(lambda task: task.state == 'failed').mapped('key'), [str(bad.id)])
        self.assertEqual(set(tasks.filtered(lambda task: task.key == str(good.id)).mapped('state')), {'done'})
        self.assertTrue(any(bad.variant_ids.mapped('is_image_to_send')))
        self.assertFalse(any(good.variant_ids.mapped('is_image_to_send')))
        tasks.filtered(lambda task: task.state == 'failed').write({'state': 'pending', 'due_at': '2026-01-01 00:00:00'})
        self.run_lane(self.backend, 'catalogue')
        self.assertFalse(any(bad.variant_ids.mapped('is_image_to_send')))
