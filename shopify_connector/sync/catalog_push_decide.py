"""What is to be changed of the products that the shop has: by the owner table, by what a person asked for, by policy."""

from dataclasses import dataclass, field

from odoo import models

from ..entities import catalog_fields
from ..entities import product as mapping
from ..entities import product_write as writing
from ..entities import product_write_calls as calling
from ..entities import product_write_limits as limiting
from ..entities.catalog_fields import OPTION

_SETS = ('tags', 'collections', 'publications')
# Groups that have ways of their own to the shop.
ELSEWHERE = {'images', 'metafields', 'translations'}
_ALL_OF_NEW = {'collections', *ELSEWHERE}


def _nothing():
    return {'product': {}, 'variants': {}}


@dataclass(eq=False)
class Job:
    """A product of the shop and what is to be changed.

    ``push``: canonical values by field; ``more``: those that go by ways of their own (images, metafields); ``options``: of a
    product that had none; ``new``: variants of Odoo with their options in the shop's words; ``gone``: variants of the
    shop; ``policy``: 'off' or 'back' where the product leaves the shop or returns, 'over' where the shop has decided
    otherwise meanwhile; ``shape``: None where no product of Odoo stands for the whole; ``odoo``: Odoo's values with the
    figures behind them, as they were when it was decided.
    """

    binding: object
    tasks: list
    payload: dict
    shop: dict
    shape: object
    push: dict = field(default_factory=_nothing)
    more: dict = field(default_factory=_nothing)
    new: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    options: list = field(default_factory=list)
    policy: str = ''
    has_unbound: bool = False
    notes: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    intent: object = None
    odoo: dict = field(default_factory=_nothing)

    @property
    def renames(self):
        """``{'option:<id>': name}`` of options and values that Odoo calls otherwise."""
        return {name: value for name, value in self.push['product'].items() if name.startswith(OPTION)}

    @property
    def words(self):
        """The product as the shop has it once its options are renamed: what new variants are told by."""
        names = {name.removeprefix(OPTION): value for name, value in self.renames.items()}
        return mapping.renamed(self.payload, names) if names else self.payload

    @property
    def wishes(self):
        return [wish for _key, wish in self.tasks if wish]

    @property
    def groups(self):
        """Groups of fields that people have asked for, and not the owner table."""
        found = set()
        for wish in self.wishes:
            groups = set((wish.options or {}).get('groups') or ())
            # What has just been made was made of all the rest.
            found |= groups & _ALL_OF_NEW if wish.kind == 'create' and wish.binding_id == self.binding else groups
        return found


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    # === DECIDING === #

    def _decide(self, backend, jobs):
        """Fill in what is to be changed. Returns the owner table's plans."""
        catalog = self.env['shopify.sync.catalog']
        plans = catalog._plan(backend, {job.binding: job.shop for job in jobs})
        linked = self._linked_products(backend, jobs)
        for job in jobs:
            plan, agreed = plans[job.binding.id], catalog._get_agreed(job.binding, job.shop)
            job.odoo = plan.odoo
            wanted = {
                'product': dict(plan.push['product']),
                'variants': {gid: dict(values) for gid, values in plan.push['variants'].items() if values},
            }
            # What either side has made of a text by itself is no difference.
            self._add_wish(job, wanted, catalog._translate(plan.odoo, agreed))
            self._merge_sets(job, wanted, agreed['product'], plan.odoo['product'])
            self._share_out(job, wanted)
            self._leave_channels(backend, job)
            self._decide_policy(backend, job)
            self._decide_variants(backend, job, linked)
        return plans

    def _add_wish(self, job, wanted, odoo):
        """Of the groups that a person has chosen everything that differs, whoever owns it."""
        wanted['product'].update(self._wished(odoo['product'], job.shop['product'], 'product', job.groups))
        for gid, values in odoo['variants'].items():
            found = self._wished(values, job.shop['variants'].get(gid, {}), 'variant', job.groups)
            if found and gid in job.shop['variants']:
                wanted['variants'].setdefault(gid, {}).update(found)

    def _wished(self, odoo, shop, level, groups):
        names = {
            name
            for name in odoo
            if not name.startswith('_') and name in shop and catalog_fields.field_of(name, level).group in groups
        }
        return writing.differing(odoo, shop, names)

    def _merge_sets(self, job, wanted, agreed, odoo):
        """Of a set only what Odoo has added since it was agreed on is added, and only what Odoo took away is taken away:
        what somebody has added in the shop stays."""
        for name in _SETS:
            if name not in wanted['product']:
                continue
            before = agreed.get(f'_{name}', agreed.get(name)) or ()
            merged = writing.merged_set(before, job.shop['product'].get(name) or (), odoo.get(name) or ())
            if merged == (job.shop['product'].get(name) or []):
                wanted['product'].pop(name)
            else:
                wanted['product'][name] = merged

    def _share_out(self, job, wanted):
        for gid, level, values in (
            (None, 'product', wanted['product']),
            *((gid, 'variant', values) for gid, values in wanted['variants'].items()),
        ):
            for name, value in values.items():
                into = job.more if catalog_fields.field_of(name, level).group in ELSEWHERE else job.push
                if gid is None:
                    into['product'][name] = value
                else:
                    into['variants'].setdefault(gid, {})[name] = value

    def _leave_channels(self, backend, job):
        """Sales channels need a scope of their own; without it the rest is written all the same."""
        if 'publications' in job.push['product'] and not self.env['shopify.sync.catalog.places']._may_publish(backend):
            job.push['product'].pop('publications')
            job.notes.append(
                self.env._(
                    "Its sales channels are left as they are, for the app lacks the scope write_publications. Add it to the"
                    " app, release it, approve it in the Shopify admin and press Check Connection."
                )
            )

    def _decide_policy(self, backend, job):
        """A product that Odoo sells no more is taken off the shop where the store says so, and put back with it."""
        binding, status = job.binding, job.shop['product'].get('status')
        is_gone = binding.gone_in_odoo or (binding.product_tmpl_id and not binding.product_tmpl_id.active)
        policy = backend.gone_policy
        if is_gone and policy != 'nothing':
            if status not in ('archived', policy):
                job.push['product']['status'], job.policy = policy, 'off'
        elif not is_gone and binding.status_before and status == binding.status_set:
            job.push['product']['status'], job.policy = binding.status_before, 'back'
        elif not is_gone and binding.status_before:
            job.policy = 'over'

    # === VARIANTS === #

    def _linked_products(self, backend, jobs):
        """The ids of the products that have a variant in this store."""
        keys = [variant.key for job in jobs if job.shape for variant in job.shape.variants]
        rows = self.env['shopify.variant.binding'].search_fetch(
            [
                ('backend_id', '=', backend.id),
                ('product_id', 'in', keys),
                ('deleted_at', '=', False),
                ('product_binding_id.deleted_at', '=', False),
            ],
            ['product_id', 'product_binding_id', 'gid'],
        )
        seen = {node['id'] for job in jobs for node in mapping.variant_nodes(job.payload)}
        read = {job.binding for job in jobs}
        return {row.product_id.id for row in rows if row.gid in seen or row.product_binding_id not in read}

    def _decide_variants(self, backend, job, linked):
        """Variants that the shop lacks, and those that Odoo has no more."""
        rows = {row.gid: row for row in job.binding.variant_ids}
        nodes = {node['id']: node for node in mapping.variant_nodes(job.words)}
        asked = any((wish.options or {}).get('variants', True) for wish in job.wishes)
        if job.shape and (asked or backend._get_owner('codes') == 'odoo'):
            if job.payload.get('hasOnlyDefaultVariant') and job.shape.options and len(nodes) == 1:
                self._decide_options(job, rows, nodes)
                return
            for variant in job.shape.variants:
                if variant.key not in linked:
                    self._decide_new(job, variant, rows, nodes)
        if any((wish.options or {}).get('remove_variants') for wish in job.wishes):
            job.gone = [gid for gid in nodes if gid in rows and self._is_gone(rows[gid])]
            if len(job.gone) == len(nodes) and not job.new:
                job.gone = []
                job.notes.append(
                    self.env._(
                        "Its last variants stay, for a product of Shopify has at least one. Archive or delete the product there."
                    )
                )

    @staticmethod
    def _is_gone(row):
        """Whether the variant's product was archived or deleted in Odoo; one that was never linked is the shop's own."""
        return bool(row.ended_at or (row.product_id and not row.product_id.active))

    def _decide_options(self, job, rows, nodes):
        """A product that had no options gets those of Odoo: its only variant becomes one of them, the others are added."""
        if any(limit.stops for limit in limiting.limits(job.shape)):
            return
        row = rows.get(next(iter(nodes)))
        keys = [variant.key for variant in job.shape.variants]
        kept = row.product_id.id if row and row.product_id.id in keys else keys[0]
        job.options = writing.first_options(job.shape, kept)
        job.new = [
            (variant, writing.option_values(variant.options)) for variant in job.shape.variants if variant.key != kept
        ]

    def _decide_new(self, job, variant, rows, nodes):
        node = next((one for one in nodes.values() if writing.same_options(variant, one)), None)
        if node and not (rows.get(node['id']) and rows[node['id']].product_id):
            # A request of ours whose answer was lost has made it, or somebody in the shop.
            job.has_unbound = True
            return
        options = None if node else writing.new_option_values(variant, job.words)
        if options is not None:
            job.new.append((variant, options))
            return
        names = ', '.join(option['name'] for option in job.payload.get('options') or ())
        job.notes.append(
            self.env._(
                "%(variant)s is not in the shop: its attributes are not the options that the shop's product has"
                " (%(options)s), or another product has its place there. Give both the same ones.",
                variant=self._variant_label(variant),
                options=names,
            )
        )

    def _bind_unbound(self, backend, jobs):
        if jobs:
            with self.env['shopify.engine']._turn():
                for job in jobs:
                    self._bind_variants(backend, job.binding, job.payload, job.shape)

    # === CALLS === #

    def _calls(self, job):
        gid, push = job.binding.gid, job.push
        calls = []
        values = {**writing.product_input(push['product']), **self._collection_input(job)}
        if values:
            calls.append(calling.Call(job.binding, 'product', {'product': {'id': gid, **values}}))
        calls += self._rename_calls(job)
        units = {node['id']: self._unit(node) for node in mapping.variant_nodes(job.payload)}
        rows = [
            {'id': variant, **writing.variant_input(named, units.get(variant))}
            for variant, named in push['variants'].items()
        ]
        calls += self._chunked(job, 'variants', 'variants', [row for row in rows if len(row) > 1])
        if job.options:
            calls.append(calling.Call(job.binding, 'new_options', {'productId': gid, 'options': job.options}))
        new = [
            {**writing.variant_input(writing.filled(variant.values)), 'optionValues': options}
            for variant, options in job.new
        ]
        calls += self._chunked(job, 'new_variants', 'variants', new)
        calls += self._chunked(job, 'gone_variants', 'variantsIds', job.gone)
        return calls + self._publication_calls(job)

    @staticmethod
    def _rename_calls(job):
        """A call for each option that has another name in Odoo, or a value that has."""
        return [
            calling.Call(
                job.binding,
                'rename',
                {'productId': job.binding.gid, 'option': option, 'optionValuesToUpdate': values},
            )
            for option, values in writing.option_updates(
                job.payload, {name.removeprefix(OPTION): value for name, value in job.renames.items()}
            )
        ]

    @staticmethod
    def _unit(node):
        return (((node.get('inventoryItem') or {}).get('measurement') or {}).get('weight') or {}).get('unit')

    def _chunked(self, job, kind, name, rows):
        size = writing.VARIANTS_PER_CALL
        return [
            calling.Call(job.binding, kind, {'productId': job.binding.gid, name: rows[start : start + size]})
            for start in range(0, len(rows), size)
        ]

    def _collection_input(self, job):
        if 'collections' not in job.push['product']:
            return {}
        join, leave = self._membership(job, 'collections')
        found = {'collectionsToJoin': join, 'collectionsToLeave': leave}
        return {name: gids for name, gids in found.items() if gids}

    def _publication_calls(self, job):
        if 'publications' not in job.push['product']:
            return []
        join, leave = self._membership(job, 'publications')
        return [
            calling.Call(job.binding, kind, {'id': job.binding.gid, 'input': [{'publicationId': gid} for gid in gids]})
            for kind, gids in (('publish', join), ('unpublish', leave))
            if gids
        ]

    @staticmethod
    def _membership(job, name):
        return writing.membership(job.push['product'][name] or (), job.shop['product'].get(name) or ())
