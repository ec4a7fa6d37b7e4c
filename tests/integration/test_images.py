"""Pictures of products come over from Shopify: the gallery in its order, variants' own, and only what has changed."""

import base64
import hashlib
import io
from unittest.mock import patch

import requests
from PIL import Image

from odoo.addons.shopify_connector.shopify import files
from odoo.addons.shopify_connector.sync import catalog_images_take

from tests.integration.simulated import SimulatedCase


class ImageCase(SimulatedCase):
    handle = 'northwind'

    def share(self):
        super().share()
        self.backend = self.connected_store(self.handle)
        self.domain = self.backend.shop_domain

    def change(self, **values):
        """What a merchant does to a product by hand; gives its gid."""
        return self.simulator.post(f'/shops/{self.domain}/products', **values)['id']

    def bring(self, gid):
        rung = self.ring(self.backend, 'product', gid)
        self.assertEqual(set(rung.mapped('state')), {'done'}, rung.mapped('message'))
        binding = self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])
        tasks = self.env['shopify.task'].search([('kind', '=', 'product_images'), ('key', '=', str(binding.id))])
        self.assertNotIn('failed', tasks.mapped('state'), tasks.mapped('message'))
        return binding

    def lamp(self, *seeds, **values):
        return self.change(
            title='Desk Lamp',
            sku='I5-LAMP',
            price='20.00',
            images=[{'seed': seed, 'alt': f'The {seed}'} for seed in seeds],
            **values,
        )

    def in_shop(self, gid):
        """``[(gid, alt, sha1), …]`` of the shop's gallery."""
        client = self.backend._get_client('catalogue')
        data = client.query(
            'query T($id: ID!) { product(id: $id) { '
            'media(first: 50) { nodes { id alt ... on MediaImage { status image { url } } } } '
            'variants(first: 50) { nodes { sku media(first: 1) { nodes { id } } } } } }',
            {'id': gid},
        )['product']
        self.variant_media = {
            node['sku']: next((one['id'] for one in node['media']['nodes']), None) for node in data['variants']['nodes']
        }
        return [(node['id'], node['alt'], self.sha1(node)) for node in data['media']['nodes']]

    @staticmethod
    def sha1(node):
        return hashlib.sha1(requests.get(node['image']['url'], timeout=5).content).hexdigest() if node['image'] else None

    @staticmethod
    def sum_of(image):
        return hashlib.sha1(base64.b64decode(image)).hexdigest() if image else None

    def in_odoo(self, template):
        """``[(alt, sha1), …]`` of the product's pictures in their order."""
        own = [(template.shopify_image_alt, self.sum_of(template.image_1920))] if template.image_1920 else []
        return own + [(row.name, self.sum_of(row.image_1920)) for row in template.shopify_image_ids.sorted('sequence')]

    def picture(self, colour):
        file = io.BytesIO()
        Image.new('RGB', (30, 30), colour).save(file, 'PNG')
        return base64.b64encode(file.getvalue())

    def downloads(self):
        return self.simulator.stats(self.domain)['downloads']


class TestImagesFromShopify(ImageCase):
    def same(self, binding):
        """Both sides have the same pictures in the same order; nothing waits for anybody."""
        shop = [(alt or False, checksum) for _gid, alt, checksum in self.in_shop(binding.gid)]
        self.assertEqual(self.in_odoo(binding.product_tmpl_id), shop)
        self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))
        self.assertFalse(binding.is_images_pending)
        self.assertFalse(
            self.env['shopify.task'].search([('kind', '=', 'product_export'), ('key', '=', str(binding.id))])
        )

    def test_the_gallery_comes_in_its_order_with_its_alternative_texts(self):
        binding = self.bring(self.lamp('front', 'side', 'back'))
        self.assertEqual([alt for alt, _sum in self.in_odoo(binding.product_tmpl_id)], ['The front', 'The side', 'The back'])
        self.same(binding)

    def test_what_was_downloaded_is_not_downloaded_again(self):
        gid = self.lamp('front', 'side')
        binding = self.bring(gid)
        before = self.downloads()
        self.change(id=gid, vendor='Somebody')
        self.bring(gid)
        self.env['shopify.task']._add(self.backend, 'product', [gid], source='user')
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(self.downloads(), before)
        self.same(binding)

    def test_a_new_order_a_new_picture_and_one_that_is_gone_are_followed(self):
        gid = self.lamp('front', 'side', 'back')
        binding = self.bring(gid)
        before = self.downloads()
        front, side, back = (one[0] for one in self.in_shop(gid))
        before = self.downloads()
        self.change(id=gid, images=[back, front, {'seed': 'new', 'alt': None}])
        self.bring(gid)
        self.assertEqual(self.downloads(), before + 1)
        self.same(binding)

    def test_odoos_own_pictures_stay_behind_those_of_the_shop(self):
        gid = self.lamp('front')
        binding = self.bring(gid)
        template = binding.product_tmpl_id
        mine = self.env['shopify.product.image'].create(
            {'product_tmpl_id': template.id, 'name': 'Mine', 'image_1920': self.picture('blue')}
        )
        self.change(id=gid, images=[{'seed': 'other', 'alt': None}, {'seed': 'third'}])
        self.bring(gid)
        row = self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)])
        self.assertEqual((row.field, row.kind), ('images', 'conflict'))
        row.action_take_shopify()
        self.run_lane(self.backend, 'catalogue')
        shop = [checksum for _gid, _alt, checksum in self.in_shop(gid)]
        self.assertEqual([checksum for _alt, checksum in self.in_odoo(template)], [*shop, self.sum_of(mine.image_1920)])
        self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))

    def test_each_variant_shows_its_own(self):
        gid = self.change(
            title='Scarf',
            options=[{'name': 'Colour', 'values': ['Red', 'Blue']}],
            variants=[
                {'values': ['Red'], 'sku': 'I5-RED', 'price': '5.00', 'image': 1},
                {'values': ['Blue'], 'sku': 'I5-BLUE', 'price': '5.00', 'image': 0},
            ],
            images=[{'seed': 'blue scarf'}, {'seed': 'red scarf'}],
        )
        binding = self.bring(gid)
        shop = self.in_shop(gid)
        for row in binding.variant_ids:
            wanted = next(checksum for one, _alt, checksum in shop if one == self.variant_media[row.sku])
            self.assertEqual(self.sum_of(row.product_id.image_variant_1920), wanted)
        self.same(binding)
        before = self.downloads()
        self.change(sku='I5-RED', image=0)
        self.bring(gid)
        red = binding.variant_ids.filtered(lambda row: row.sku == 'I5-RED')
        self.assertEqual(self.sum_of(red.product_id.image_variant_1920), shop[0][2])
        self.assertEqual(self.downloads(), before)

    def test_a_file_that_is_no_picture_is_said_and_the_others_come(self):
        gid = self.lamp('front', 'side')
        self.change(id=gid, images=[{'seed': 'a'}, {'seed': 'b'}])
        load, broken = files.download, []

        def download(session, url, **options):
            if not broken or broken == [url]:
                broken[:] = [url]
                return b'<html>'
            return load(session, url, **options)

        with patch.object(files, 'download', download):
            binding = self.bring(gid)
        self.assertEqual(sorted(binding.media_ids.mapped('state')), ['done', 'failed'])
        self.assertIn("no picture", binding.image_note)
        binding.action_images()
        self.run_lane(self.backend, 'catalogue')
        self.same(binding)

    def test_a_picture_that_odoo_cannot_read_is_said_and_the_others_come(self):
        load, broken = files.download, []

        def download(session, url, **options):
            if not broken or broken == [url]:
                broken[:] = [url]
                return b'\x89PNG\r\n\x1a\n' + b'broken' * 20
            return load(session, url, **options)

        with patch.object(files, 'download', download):
            binding = self.bring(self.lamp('front', 'side', 'back'))
        self.assertEqual(sorted(binding.media_ids.mapped('state')), ['done', 'done', 'failed'])
        self.assertEqual(len(self.in_odoo(binding.product_tmpl_id)), 2)

    def test_the_turn_is_given_back_after_a_few_pictures(self):
        model = type(self.env['shopify.sync.catalog.place'])
        place, turns = model._place, []

        def count(where, binding, contents):
            turns.append(len(contents))
            return place(where, binding, contents)

        with patch.object(model, '_place', count), patch.object(catalog_images_take, '_PICTURES_PER_TURN', 2):
            binding = self.bring(self.lamp('front', 'side', 'back'))
        self.assertEqual(turns, [2, 1])
        self.same(binding)

    def test_a_file_server_in_trouble_is_asked_again(self):
        gid = self.lamp('front')
        self.simulator.post(f'/shops/{self.domain}/faults', kind='http_500', count=1, match='cdn')
        self.ring(self.backend, 'product', gid)
        task = self.env['shopify.task'].search([('kind', '=', 'product_images')])
        self.assertEqual((task.state, task.tries), ('pending', 1))
        task.due_at = '2026-01-01 00:00:00'
        self.run_lane(self.backend, 'catalogue')
        self.assertEqual(task.state, 'done')
        self.same(self.env['shopify.product.binding'].search([('gid', '=', gid)]))
