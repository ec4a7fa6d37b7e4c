"""Catalogues of every kind travel from a shop through Odoo to another shop, and are the same there in every field that
travels; the second time nothing is sent and nothing is written.

``SHOPIFY_CONNECTOR_TRIPS=200`` for the long run. A catalogue that fails is made smaller and printed: put it into
``REMEMBERED``. To look into one: ``SHOPIFY_CONNECTOR_TOLD='[{…}]'``.
"""

import json
import os
import time
from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings

from odoo import fields

from scripts.simulator import ControlError
from tests.integration.export_case import GROUPS
from tests.integration.simulated import SimulatedCase
from tests.support import catalogues
from tests.support.smaller import smaller

TRIPS = int(os.environ.get('SHOPIFY_CONNECTOR_TRIPS', '3'))
SEED = os.environ.get('SHOPIFY_CONNECTOR_SEED')
SECONDS = int(os.environ.get('SHOPIFY_CONNECTOR_SHRINKING', '60'))
MOST_VARIANTS = int(os.environ.get('SHOPIFY_CONNECTOR_VARIANTS', '12'))
TOLD = os.environ.get('SHOPIFY_CONNECTOR_TOLD')
SHOPS = ('origin', 'target')
MAPPED = {
    'care': ('product.template', 'description_sale'),
    'lead': ('product.template', 'sale_delay'),
    'watts': ('product.product', 'volume'),
}
# What an import or export may write of the catalogue itself.
BOOKKEEPING = {'shopify_product_binding': {'(where it lies)', 'write_date'}}
TABLES = (
    'product_template', 'product_product', 'product_attribute', 'product_attribute_value', 'product_category',
    'product_template_attribute_line', 'product_template_attribute_value', 'product_pricelist_item', 'product_tag',
    'shopify_product_binding', 'shopify_variant_binding', 'shopify_difference',
)  # fmt: skip
# Catalogues that went wrong once, or that no chance may leave out.
REMEMBERED = (
    # Metafields of what has just been made, beside pictures of the product and of a variant.
    [
        {
            'title': 'Chair', 'vendor': 'Harrow', 'status': 'ACTIVE', 'options': ['Size'], 'collections': ['Summer'],
            'images': [{'seed': 'back', 'alt': 'From behind'}, {'seed': 'side', 'alt': None}],
            'metafields': [{'namespace': 'custom', 'key': 'care', 'type': 'single_line_text_field', 'value': 'Dry'}],
            'variants': [{'price': '5.00', 'values': ['S'], 'image': 1}, {'price': '6.00', 'values': ['M']}],
        },
    ],
)  # fmt: skip


class TestRoundTrip(SimulatedCase):
    def share(self):
        super().share()
        for name in SHOPS:
            self.simulator.post(
                '/shops',
                domain=f'{name}.myshopify.com',
                name=name,
                products=0,
                customers=0,
                bulk_seconds=0.02,
                plan='plus',
            )
        self.shops = {shop['domain'].split('.')[0]: shop for shop in self.simulator.shops()}
        self.origin, self.target = (self.connected_store(name) for name in SHOPS)
        for backend in (self.origin, self.target):
            for title in catalogues.COLLECTIONS:
                self.simulator.post(f'/shops/{backend.shop_domain}/collections', title=title)
            backend.action_refresh_places()
            self.map_metafields(backend)

    def map_metafields(self, backend):
        for key, (owner, _kind, _values) in catalogues.METAFIELDS.items():
            model, name = MAPPED[key]
            field = self.env['ir.model.fields']._get(model, name)
            self.env['shopify.metafield.mapping'].create(
                {'backend_id': backend.id, 'owner_type': owner, 'key': key, 'field_id': field.id}
            )

    # === THE TRIP === #

    def work(self, backend, until, seconds=300):
        """Let the lane of the catalogue work until ``until()``."""
        deadline = time.monotonic() + seconds
        while not until() and time.monotonic() < deadline:
            tasks = self.env['shopify.task'].search([('backend_id', '=', backend.id), ('state', '=', 'pending')])
            tasks.due_at = fields.Datetime.now()
            self.run_lane(backend, 'catalogue')

    def bring(self, backend):
        run = self.env['shopify.import'].create({'backend_id': backend.id, 'what': 'products'})
        run.action_import()
        self.work(backend, lambda: not run._is_running())
        self.finish(backend)
        return run

    def send(self, templates):
        """Have the products sent, each with the status and into the collections that it has in the first shop."""
        groups = {}
        for binding in self.bindings(self.origin).filtered(lambda row: row.product_tmpl_id in templates):
            choice = (binding.status, *sorted(binding.collection_ids.mapped('name')))
            groups[choice] = groups.get(choice, templates.browse()) | binding.product_tmpl_id
        wishes = self.env['shopify.product.export']
        for (status, *titles), rows in groups.items():
            gids = [self.collection(self.target, title).gid for title in titles]
            wishes |= wishes._ask(self.target, rows, {'groups': GROUPS, 'status': status, 'collections': gids})
        self.env.flush_all()
        self.work(self.target, lambda: not wishes.filtered(lambda wish: wish.state in ('waiting', 'open')))
        return wishes

    def finish(self, backend):
        """Let pictures come and go."""
        kinds = ('product_images', 'product_export')
        open_tasks = [('backend_id', '=', backend.id), ('kind', 'in', kinds), ('state', '=', 'pending')]

        def over():
            self.simulator.post('/clock', advance=5)  # a picture that was sent is ready then
            return not self.env['shopify.task'].search_count(open_tasks)

        self.work(backend, over)

    def bindings(self, backend):
        return self.env['shopify.product.binding'].search([('backend_id', '=', backend.id)])

    def mutations(self, backend):
        return self.simulator.stats(backend.shop_domain)['mutations']

    def rows(self):
        """The rows of the catalogue and where they lie: one that is written lies somewhere else, whatever is written."""
        self.env.flush_all()
        found = {}
        for table in TABLES:
            self.env.cr.execute(f'SELECT id, ctid::text AS "where", row_to_json({table}) AS "row" FROM {table}')
            found[table] = {id_: {'(where it lies)': where, **row} for id_, where, row in self.env.cr.fetchall()}
        return found

    def lived(self, catalogue):
        """Sentences about what goes wrong with a catalogue."""
        with self.env.cr.savepoint() as savepoint:
            try:
                return self.travelled(catalogues.numbered(catalogue))
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_all_caches()
                self.simulator.post('/restore', name='beginning of a class')

    def travelled(self, catalogue):
        for product in catalogue:
            self.make(product)
        run = self.bring(self.origin)
        if run.state != 'done':
            return [f'the import: {run.state} {run.message} {run.problem}']
        templates = self.bindings(self.origin).product_tmpl_id
        self.target.write({name: self.origin[name] for name in ('catalog_pricelist_id', 'compare_pricelist_id')})
        wishes = self.send(templates)
        self.hear(self.target)
        found = [f'{wish.product_tmpl_id.name}: {wish.state} {wish.message}' for wish in wishes if wish.state != 'done']
        return found + self.unequal() + self.repeated(templates)

    def hear(self, backend):
        """The pictures have been sent, and the shop's webhooks tell that its products have changed."""
        self.finish(backend)
        self.ring(backend, 'product', *self.bindings(backend).mapped('gid'))
        self.finish(backend)

    def make(self, product):
        facts = {name: value for name, value in product.items() if name != 'collections'}
        where = f'/shops/{self.origin.shop_domain}'
        try:
            gid = self.simulator.post(f'{where}/products', **facts)['id']
        except ControlError as error:
            raise ValueError("A catalogue that no shop can have") from error
        for title in product['collections']:
            self.simulator.post(f'{where}/collections', id=self.collection(self.origin, title).gid, add=[gid])

    def collection(self, backend, title):
        found = self.env['shopify.collection'].search([('backend_id', '=', backend.id), ('name', '=', title)])
        return found.ensure_one()

    def unequal(self):
        """What the target shows otherwise than the origin."""
        origin, target = (
            catalogues.seen(self.simulator.state(backend.shop_domain)) for backend in (self.origin, self.target)
        )
        whole = {
            binding.gid for binding in self.bindings(self.origin)
            if all(row.product_id for row in binding.variant_ids)
        }  # fmt: skip
        expected = {key: facts for key, facts in origin.items() if facts['gid'] in whole}
        found = [f'{key} is not in the target' for key in expected.keys() - target.keys()]
        for key in expected.keys() & target.keys():
            found += differences(key, expected[key], target[key])
        left_out = [key for key, facts in origin.items() if facts['gid'] not in whole]
        unsaid = len(left_out) and not self.env['shopify.match.row'].search_count([('backend_id', '=', self.origin.id)])
        return found + ([f'nothing says why {left_out} did not come'] if unsaid else [])

    def repeated(self, templates):
        """The same again: nothing is sent, nothing is written."""
        before, mutations = self.rows(), self.mutations(self.target)
        self.send(templates)
        found = [f'{self.mutations(self.target) - mutations} writes to the target'] * (
            self.mutations(self.target) > mutations
        )
        found += self.written('sending again', before)
        for backend in (self.origin, self.target):
            before = self.rows()
            mutations = {shop: self.mutations(shop) for shop in (self.origin, self.target)}
            self.bring(backend)
            found += self.written(f'bringing the {backend.name} again', before)
            found += [f'bringing {backend.name} again wrote to {shop.name}' for shop, count in mutations.items()
                      if self.mutations(shop) > count + 1]  # fmt: skip
        return found

    def written(self, what, before):
        """Which columns of which rows have been written, and which rows have come or gone."""
        found = []
        for table, rows in self.rows().items():
            old = before[table]
            if changes := {'came': sorted(rows.keys() - old.keys()), 'went': sorted(old.keys() - rows.keys())}:
                found += [f'{what}: {table} {sign} {ids}' for sign, ids in changes.items() if ids]
            for id_ in rows.keys() & old.keys():
                aside = BOOKKEEPING.get(table, ())
                columns = {
                    name: (old[id_][name], value)
                    for name, value in rows[id_].items()
                    if old[id_][name] != value and name not in aside
                }
                if columns:
                    found.append(f'{what} wrote {table} {id_}: {columns}')
        return found

    # === THE TESTS === #

    def test_catalogues_are_the_same_in_another_shop_and_stay_so(self):
        failing = []

        @settings(
            max_examples=TRIPS, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(catalogues.catalogues(most=MOST_VARIANTS))
        def live(catalogue):
            if not failing and (found := self.lived(catalogue)):
                failing.append((catalogue, found))

        (seed(int(SEED)) if SEED else seed(20261121))(live)()
        if failing:
            self.explain(*failing[0])

    def test_remembered_catalogues(self):
        for catalogue in (json.loads(TOLD),) if TOLD else REMEMBERED:
            with self.subTest(catalogue[0]['title']):
                found = self.lived(catalogue)
                self.assertFalse(found, '\n'.join(found))

    def explain(self, catalogue, found):
        """Fail with the smallest version of a catalogue and what is wrong with it."""
        lived = cache(lambda text: self.lived(json.loads(text)))
        small = smaller(catalogue, lambda less: bool(less and lived(json.dumps(less))), SECONDS)
        found = self.lived(small) or [*found, 'but not when it was tried again:']
        self.fail('\n'.join([*found, json.dumps(small, ensure_ascii=False)]))


def differences(key, expected, found):
    rows = [
        f'{key} {name}: {expected[name]!r} became {found[name]!r}'
        for name in expected
        if name not in ('variants', 'gid') and expected[name] != found[name]
    ]
    if len(expected['variants']) != len(found['variants']):
        return [*rows, f'{key}: {len(expected["variants"])} variants became {len(found["variants"])}']
    ordered = [sorted(side['variants'], key=lambda row: row['values']) for side in (expected, found)]
    return rows + [
        f'{key} {before["values"]} {name}: {before[name]!r} became {after[name]!r}'
        for before, after in zip(*ordered, strict=True)
        for name in before
        if before[name] != after[name]
    ]
