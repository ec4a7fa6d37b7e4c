"""Products that the shop has: what differs is sent, many products a request, and what Shopify answers is agreed."""

from dataclasses import dataclass, field

from odoo import fields, models

from ..entities import catalog_fields
from ..entities import product as mapping
from ..entities import product_write as writing
from ..entities import product_write_calls as calling
from ..shopify import errors
from .catalog_push import Run

_CHOOSABLE_LATER = {'images', 'image'}


@dataclass(eq=False)
class Job:
    """A product of the shop and what is to be changed: ``push`` canonical values by field, ``new`` variants of Odoo with
    their options in the shop's words, ``gone`` variants of the shop."""

    binding: object
    tasks: list
    payload: dict
    shop: dict
    shape: object
    push: dict = field(default_factory=lambda: {'product': {}, 'variants': {}})
    new: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    has_unbound: bool = False
    notes: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    intent: object = None

    @property
    def wishes(self):
        return [wish for _key, wish in self.tasks if wish]


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    def _run_of(self, backend):
        return Run(backend, backend._get_client('catalogue'))

    def _change(self, run, jobs):
        """``jobs``: ``{product binding: [(task key, wish or None), …]}``."""
        found = self._read_jobs(run, jobs)
        self._decide(run.backend, found)
        self._bind_unbound(run.backend, [job for job in found if job.has_unbound])
        calls = {job: self._calls(run.backend, job) for job in found}
        for job in found:
            if not calls[job]:
                self._settle_same(job)
        busy = [job for job in found if calls[job]]
        self._note_intents(run, busy)
        by_binding = {job.binding: job for job in busy}
        for batch in calling.batches(call for job in busy for call in calls[job]):
            for answer in self._send_changes(run, batch, by_binding):
                by_binding[answer.call.key].answers.append(answer)
        if busy:
            with self.env['shopify.engine']._turn():
                for job in busy:
                    self._settle_job(run, job)

    def _read_jobs(self, run, jobs):
        """The products as they are in the shop now; those that are gone end their link."""
        bindings = list(jobs)
        payloads = {
            payload['id']: payload
            for payload in self.env['shopify.sync.product']._fetch(
                run.backend, run.client, [binding.gid for binding in bindings]
            )
        }
        gone = [binding for binding in bindings if binding.gid not in payloads]
        if gone:
            self.env['shopify.sync.product']._note_deleted(run.backend, [binding.gid for binding in gone])
            for binding in gone:
                for key, wish in jobs[binding]:
                    if wish:
                        self._refuse(run, key, wish, self._gone_sentence(binding))
        values = self.env['shopify.sync.catalog.values']
        alive = [binding for binding in bindings if binding.gid in payloads]
        shapes = self._shapes(run.backend, self.env['product.template'].union(*(b.product_tmpl_id for b in alive)))
        return [
            Job(
                binding,
                jobs[binding],
                payloads[binding.gid],
                values._get_shop_values(run.backend, payloads[binding.gid]),
                shapes[binding.product_tmpl_id],
            )
            for binding in alive
        ]

    def _gone_sentence(self, binding):
        return self.env._(
            "%(name)s has been deleted in Shopify. Export it once more to make it anew.",
            name=binding.name or binding.gid,
        )

    # === DECIDING === #

    def _decide(self, backend, jobs):
        """Fill in what is to be changed: by the owner table, and whatever a person has asked for."""
        catalog = self.env['shopify.sync.catalog']
        plans = catalog._plan(backend, {job.binding: job.shop for job in jobs})
        for job in jobs:
            plan = plans[job.binding.id]
            job.push = {
                'product': dict(plan.push['product']),
                'variants': {gid: dict(values) for gid, values in plan.push['variants'].items() if values},
            }
            # What either side has made of a text by itself is no difference.
            odoo = catalog._translate(plan.odoo, catalog._get_agreed(job.binding))
            for wish in job.wishes:
                groups = set((wish.options or {}).get('groups') or ())
                if wish.kind == 'create' and wish.binding_id == job.binding:
                    # It has just been made of all the rest.
                    groups &= {'collections'}
                self._add_wish(job, groups, odoo)
            self._decide_variants(backend, job)

    def _add_wish(self, job, groups, odoo):
        """Of the groups that a person has chosen everything that differs, whoever owns it."""
        job.push['product'].update(self._wished(odoo['product'], job.shop['product'], 'product', groups))
        for gid, values in odoo['variants'].items():
            found = self._wished(values, job.shop['variants'].get(gid, {}), 'variant', groups)
            if found and gid in job.shop['variants']:
                job.push['variants'].setdefault(gid, {}).update(found)

    def _wished(self, odoo, shop, level, groups):
        known = {
            name: catalog_fields.field_of(name, level)
            for name in odoo
            if not name.startswith('_') and name in shop and name not in _CHOOSABLE_LATER
        }
        names = {name for name, one in known.items() if one.group in groups}
        return writing.differing(odoo, shop, names)

    def _decide_variants(self, backend, job):
        """Variants that the shop lacks, and those that Odoo has no more."""
        rows = {row.gid: row for row in job.binding.variant_ids}
        nodes = {node['id']: node for node in mapping.variant_nodes(job.payload)}
        linked = {rows[gid].product_id.id for gid in nodes if gid in rows and rows[gid].product_id}
        asked = any((wish.options or {}).get('variants', True) for wish in job.wishes)
        asked = asked or backend._get_owner('codes') == 'odoo'
        for variant in job.shape.variants if asked else ():
            if variant.key in linked:
                continue
            node = next((one for one in nodes.values() if writing.same_options(variant, one)), None)
            if node and not (rows.get(node['id']) and rows[node['id']].product_id):
                # A request of ours whose answer was lost has made it, or somebody in the shop.
                job.has_unbound = True
                continue
            options = writing.new_option_values(variant, job.payload)
            if options is None:
                job.notes.append(
                    self.env._(
                        "%(variant)s is not in the shop: its attributes are not the options that the shop's product has"
                        " (%(options)s). Give both the same ones.",
                        variant=self._variant_label(variant),
                        options=', '.join(option['name'] for option in job.payload.get('options') or ()),
                    )
                )
            else:
                job.new.append((variant, options))
        if any((wish.options or {}).get('remove_variants') for wish in job.wishes):
            job.gone = [gid for gid in nodes if gid in rows and not rows[gid].product_id.active]
            if len(job.gone) == len(nodes) and not job.new:
                job.gone = []

    def _bind_unbound(self, backend, jobs):
        if jobs:
            with self.env['shopify.engine']._turn():
                for job in jobs:
                    self._bind_variants(backend, job.binding, job.payload, job.shape)

    # === CALLS === #

    def _calls(self, backend, job):
        gid, push = job.binding.gid, job.push
        calls = []
        values = {**writing.product_input(push['product']), **self._collection_input(job)}
        if values:
            calls.append(calling.Call(job.binding, 'product', {'product': {'id': gid, **values}}))
        units = {node['id']: self._unit(node) for node in mapping.variant_nodes(job.payload)}
        rows = [
            {'id': variant, **writing.variant_input(named, units.get(variant))}
            for variant, named in push['variants'].items()
        ]
        calls += self._chunked(job, 'variants', 'variants', [row for row in rows if len(row) > 1])
        new = [
            {
                **writing.variant_input({n: v for n, v in variant.values.items() if v is not None}),
                'optionValues': options,
            }
            for variant, options in job.new
        ]
        calls += self._chunked(job, 'new_variants', 'variants', new)
        calls += self._chunked(job, 'gone_variants', 'variantsIds', job.gone)
        return calls + self._publication_calls(job)

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
        join, leave = writing.membership(
            job.push['product']['collections'] or (), job.shop['product'].get('collections') or ()
        )
        found = {'collectionsToJoin': join, 'collectionsToLeave': leave}
        return {name: gids for name, gids in found.items() if gids}

    def _publication_calls(self, job):
        if 'publications' not in job.push['product']:
            return []
        wanted, present = job.push['product']['publications'] or (), job.shop['product'].get('publications') or ()
        join, leave = writing.membership(wanted, present)
        return [
            calling.Call(job.binding, kind, {'id': job.binding.gid, 'input': [{'publicationId': gid} for gid in gids]})
            for kind, gids in (('publish', join), ('unpublish', leave))
            if gids
        ]

    # === SENDING === #

    def _note_intents(self, run, jobs):
        """What is about to be sent, committed before it is."""
        now = fields.Datetime.now()
        automatic = []
        for job in jobs:
            rows = self._rows_of_job(job)
            if job.wishes:
                wish = job.intent = job.wishes[0]
                made = wish.kind == 'create' and wish.binding_id == job.binding
                wish.write(
                    {
                        'state': 'open',
                        'kind': 'update',
                        'sent_at': now,
                        'binding_id': job.binding.id,
                        'rows': [*(wish.rows or []), *rows] if made else rows,
                    }
                )
            else:
                automatic.append((job, rows))
        created = self.env['shopify.product.export'].create(
            [
                {
                    'backend_id': run.backend.id,
                    'product_tmpl_id': job.binding.product_tmpl_id.id,
                    'binding_id': job.binding.id,
                    'name': job.binding.product_tmpl_id.display_name,
                    'kind': 'update',
                    'state': 'open',
                    'sent_at': now,
                    'rows': rows,
                }
                for job, rows in automatic
            ]
        )
        for (job, _rows), intent in zip(automatic, created, strict=True):
            job.intent = intent
        self.env['ir.cron']._commit_progress()

    def _rows_of_job(self, job):
        labels = self._labels()
        rows = [
            ['', labels.get(name, name), self._shown(job.shop['product'].get(name)), self._shown(value)]
            for name, value in job.push['product'].items()
        ]
        skus = {node['id']: node.get('sku') or node.get('title') or '' for node in mapping.variant_nodes(job.payload)}
        for gid, values in job.push['variants'].items():
            shown = job.shop['variants'].get(gid, {})
            rows += [
                [skus.get(gid, ''), labels.get(name, name), self._shown(shown.get(name)), self._shown(value)]
                for name, value in values.items()
            ]
        rows += [
            [self._variant_label(variant), labels['variant'], '', self.env._("new")] for variant, _options in job.new
        ]
        return rows + [[skus.get(gid, ''), labels['variant'], self.env._("in the shop"), ''] for gid in job.gone]

    def _send_changes(self, run, batch, jobs):
        intents = self.env['shopify.product.export'].union(*(jobs[call.key].intent for call in batch))
        try:
            data = self._mutate(run, calling.document(batch), calling.variables(batch), intents)
        except errors.GiveUpError as error:
            if len(batch) > 1:
                return [answer for call in batch for answer in self._send_changes(run, [call], jobs)]
            data = {'c0': {'userErrors': [{'field': [], 'message': error.message}]}}
        return calling.answers(batch, data)

    # === SETTLING === #

    def _settle_same(self, job):
        job.binding.export_message = '\n'.join(job.notes) or False
        for wish in job.wishes:
            if wish.kind == 'create' and wish.binding_id == job.binding:
                wish._close('done', '\n'.join(job.notes) or False)
            else:
                wish.write({'binding_id': job.binding.id, 'kind': 'update'})
                wish._close('same', '\n'.join(job.notes) or False)

    def _settle_job(self, run, job):
        """What was written is agreed; what was refused is said at the product."""
        binding = job.binding
        unclear = [answer for answer in job.answers if answer.is_unclear]
        problems = [problem for answer in job.answers for problem in (*answer.general, *answer.rows.values())]
        if any(answer.is_gone for answer in job.answers):
            self.env['shopify.sync.product']._note_deleted(run.backend, [binding.gid])
        payload = calling.overlaid(job.payload, job.answers)
        self._bind_new(run.backend, job, payload)
        self._agree_on(run.backend, job, payload)
        binding.write(
            {
                **mapping.binding_vals(payload),
                'exported_at': fields.Datetime.now(),
                'export_message': '\n'.join([*([self._refusal(problems)] if problems else []), *job.notes]) or False,
            }
        )
        run.sent += 1
        self._close_job(run, job, problems, unclear)

    def _close_job(self, run, job, problems, unclear):
        for key, _wish in job.tasks:
            if unclear:
                run.failures[key] = calling.error_of(unclear[0])
            elif problems:
                run.failures[key] = errors.GiveUpError(self._refusal(problems), code='export_refused')
        intents = job.intent.union(*job.wishes)
        if unclear:
            intents.write({'state': 'waiting'}) if job.wishes else intents._close('unclear', False)
        elif problems:
            intents._close('refused', job.binding.export_message)
        else:
            intents._close('done', '\n'.join(job.notes) or False)

    def _bind_new(self, backend, job, payload):
        if job.new or any((wish.options or {}) for wish in job.wishes):
            self._bind_variants(backend, job.binding, payload, job.shape)
        removed = {
            gid
            for answer in job.answers
            if answer.call.kind == 'gone_variants' and not answer.is_refused
            for gid in answer.call.arguments['variantsIds']
        }
        job.binding.variant_ids.filtered(lambda row: row.gid in removed).deleted_at = self.env.cr.now().replace(
            tzinfo=None, microsecond=0
        )

    def _agree_on(self, backend, job, payload):
        """The fields that were written: what Shopify made of them is what both sides have now."""
        shop = self.env['shopify.sync.catalog.values']._get_shop_values(backend, payload)
        good = [answer for answer in job.answers if not answer.is_unclear and not answer.general]
        kinds = {answer.call.kind for answer in good}
        names = set(job.push['product']) - {'publications'} if 'product' in kinds else set()
        places = {'collections': 'product' in kinds, 'publications': kinds & {'publish', 'unpublish'}}
        for name, written in places.items():
            if written and name in job.push['product']:
                shop['product'][name] = job.push['product'][name]
                names.add(name)
        variants = {}
        for answer in good:
            rows = answer.call.arguments.get('variants') or ()
            for index, row in enumerate(rows if answer.call.kind == 'variants' else ()):
                if index not in answer.rows:
                    variants[row['id']] = set(job.push['variants'][row['id']])
        new = {variant.key: variant for variant, _options in job.new}
        for row in job.binding.variant_ids:
            if row.product_id.id in new and row.gid in shop['variants']:
                sent = new[row.product_id.id].values
                variants[row.gid] = {
                    name for name, value in sent.items() if value is not None and not name.startswith('_')
                }
        known = {gid: names & shop['variants'].get(gid, {}).keys() for gid, names in variants.items()}
        self.env['shopify.sync.catalog']._agree(backend, job.binding, shop, names, known)

    def _settle_changed(self, backend, intents):
        """Changes of which no answer came: the product is read and compared anew, which sends again only what is missing."""
        for intent in intents:
            if intent.user_id:
                intent.write({'state': 'waiting'})
            else:
                intent._close(
                    'unclear', self.env._("Shopify's answer was lost. The product is read and compared anew.")
                )
        keys = [str(intent.binding_id.id) for intent in intents if intent.binding_id and not intent.user_id]
        self.env['shopify.task']._add(backend, 'product_export', keys, source='shopify')
