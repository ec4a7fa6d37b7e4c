"""The order of pictures does not depend on the order of the lines of a bulk operation's result."""

import time
from unittest.mock import patch

from odoo import fields

from tests.integration.test_images import ImageCase

HISTORY = 'odoo.addons.shopify_connector.sync.history_products'


class TestImagesOrder(ImageCase):
    def share(self):
        super().share()
        self.simulator.settings(self.domain, bulk_shuffle=1)
        self.gids = [self.gallery(count) for count in (2, 3, 3, 4, 12)]

    def gallery(self, count):
        """A product whose pictures are not in the order in which they were made."""
        images = [{'seed': f'{count}-{number}'} for number in range(count)]
        gid = self.change(title=f'Lamp {count}', sku=f'LAMP-{count}-{time.monotonic_ns()}', price='9.00', images=images)
        made = self.pictures(gid)
        self.change(id=gid, images=[*reversed(made[: count // 2 + 1]), *made[count // 2 + 1 :]])
        return gid

    def pictures(self, gid):
        query = 'query T($id: ID!) { product(id: $id) { media(first: 50) { nodes { id } } } }'
        data = self.backend._get_client('catalogue').query(query, {'id': gid})
        return [node['id'] for node in data['product']['media']['nodes']]

    def bring_all(self):
        """Import the catalogue; the run, and the requests by what they ask."""
        self.simulator.post(f'/shops/{self.domain}/stats/reset')
        run = self.env['shopify.import'].create({'backend_id': self.backend.id, 'what': 'products'})
        with patch(f'{HISTORY}._FEW_PRODUCTS', 0):
            run.action_import()
            deadline = time.monotonic() + 60
            while run._is_running() and time.monotonic() < deadline:
                run._tasks().filtered(lambda task: task.state == 'pending').due_at = fields.Datetime.now()
                self.run_lane(self.backend, 'catalogue')
                time.sleep(0.05)
        self.assertEqual(run.state, 'done', run.message)
        return run, self.simulator.stats(self.domain)['by_operation']

    def binding(self, gid):
        return self.env['shopify.product.binding'].search([('backend_id', '=', self.backend.id), ('gid', '=', gid)])

    def assert_in_step(self):
        for gid in self.gids:
            binding = self.binding(gid)
            self.assertEqual(binding.media_ids.sorted('sequence').mapped('gid'), self.pictures(gid))
            self.assertFalse(self.env['shopify.difference'].search([('product_binding_id', '=', binding.id)]))

    def asked(self, stats):
        return sum(row['requests'] for name, row in stats.items() if name.startswith('OrderOf'))

    def test_galleries_come_in_the_shops_order_and_no_second_import_asks_for_it(self):
        _run, stats = self.bring_all()
        self.assertEqual(self.asked(stats), 2, 'long and short galleries, each together')
        self.assert_in_step()
        digests = {gid: self.binding(gid).source_digest for gid in self.gids}
        for _turn in range(2):
            run, stats = self.bring_all()
            self.assertEqual((run.same_count, self.asked(stats)), (run.found_count, 0))
        with patch.object(self.env.registry['shopify.sync.product'], '_upsert', return_value={}) as upsert:
            self.ring(self.backend, 'product', *self.gids)
            self.assertFalse([row for call in upsert.call_args_list for row in call.args[1]], 'the same, read alone')
        self.assertEqual({gid: self.binding(gid).source_digest for gid in self.gids}, digests)

    def test_a_move_that_no_webhook_told_is_found_by_an_import(self):
        self.bring_all()
        two, three = self.gids[0], self.gids[1]
        first, second, third = self.pictures(three)
        self.simulator.post('/clock', advance=60)
        self.change(id=three, images=[first, third, second])
        self.change(id=two, images=self.pictures(two)[::-1])
        self.change(id=self.gids[2], vendor='Somebody')
        run, stats = self.bring_all()
        self.assertEqual((run.changed_count, self.asked(stats)), (3, 1))
        self.assertEqual(self.pictures(three), [first, third, second])
        self.assert_in_step()

    def test_a_variant_shows_the_first_of_its_pictures(self):
        gid = self.change(
            title='Cushion',
            options=[{'name': 'Colour', 'values': ['Red', 'Blue']}],
            variants=[{'values': [name], 'sku': f'CUSHION-{name}', 'price': '5.00'} for name in ('Red', 'Blue')],
            images=[{'seed': f'cushion-{number}'} for number in range(3)],
        )
        made = self.pictures(gid)
        self.change(sku='CUSHION-Red', shows=[2, 0, 1])
        self.bring_all()
        self.assertEqual(self.binding(gid).variant_ids.mapped('image_gid'), [made[2], False])
        self.ring(self.backend, 'product', gid)
        digest = self.binding(gid).source_digest
        self.assertEqual(self.bring_all()[0].changed_count, 0)
        self.assertEqual(self.binding(gid).source_digest, digest)
