"""Products that the shop has: what differs is sent, many products a request, and what Shopify answers is agreed."""

from odoo import fields, models

from ..entities import product as mapping
from ..entities import product_write_calls as calling
from ..shopify import errors
from .catalog_push import Run
from .catalog_push_decide import Job

# Waits for which no other product waits.
_OF_ONE = {'not_ready', 'stale'}


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    def _run_of(self, backend):
        return Run(backend, backend._get_client('catalogue'))

    def _change(self, run, jobs):
        """``jobs``: ``{product binding: [(task key, wish or None), …]}``."""
        found = self._read_jobs(run, jobs)
        if found:
            with self.env['shopify.engine']._turn():
                payloads = {job.binding: job.payload for job in found}
                self.env['shopify.sync.catalog']._link_options(run.backend, payloads)
        plans = self._decide(run.backend, found)
        self._keep_seen(run.backend, found, plans)
        self._bind_unbound(run.backend, [job for job in found if job.has_unbound])
        calls = {job: self._calls(job) for job in found}
        quiet = [job for job in found if not calls[job]]
        self._more_of_many(run, quiet)
        for job in quiet:
            self._settle_same(run, job)
        busy = [job for job in found if calls[job]]
        self._note_intents(run, busy)
        by_binding = {job.binding: job for job in busy}
        for batch in calling.batches(call for job in busy for call in calls[job]):
            for answer in self._send_changes(run, batch, by_binding):
                by_binding[answer.call.key].answers.append(answer)
        self._read_again(run, [job for job in busy if job.options])
        self._settle_jobs(run, busy)
        written = [job for job in busy if not any(key in run.failures for key, _wish in job.tasks)]
        self._more_of_many(run, written)
        for job in written:
            self._more(run, job)

    def _keep_seen(self, backend, jobs, plans):
        """What is the same by now is agreed, be it that a lost request has written it; what differs is on the list."""
        if jobs:
            with self.env['shopify.engine']._turn():
                self.env['shopify.sync.catalog']._keep(backend, plans, {job.binding: job.shop for job in jobs})

    def _read_jobs(self, run, jobs, note=True):
        """The products as they are in the shop now. Those that are gone end their link, unless it is only looked at."""
        bindings = list(jobs)
        payloads = {
            payload['id']: payload
            for payload in self.env['shopify.sync.product']._fetch(
                run.backend, run.client, [binding.gid for binding in bindings]
            )
        }
        gone = [binding for binding in bindings if binding.gid not in payloads]
        if gone and note:
            with self.env['shopify.engine']._turn():
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
                shapes.get(binding.product_tmpl_id),
            )
            for binding in alive
        ]

    def _read_again(self, run, jobs):
        """What new options have made of the variants that were there is nowhere in the answer."""
        gids = [job.binding.gid for job in jobs]
        found = self.env['shopify.sync.product']._fetch(run.backend, run.client, gids) if gids else []
        for job in jobs:
            job.payload = next((payload for payload in found if payload['id'] == job.binding.gid), job.payload)

    def _gone_sentence(self, binding):
        return self.env._(
            "%(name)s has been deleted in Shopify. Export it once more to make it anew.",
            name=binding.name or binding.gid,
        )

    # === SENDING === #

    def _note_intents(self, run, jobs):
        """What is about to be sent, committed before it is."""
        now = fields.Datetime.now()
        automatic = []
        for job in jobs:
            rows = self._rows_of_job(job)
            if job.wishes:
                wish = job.intent = job.wishes[0]
                made = wish.state == 'open' or (wish.kind == 'create' and wish.binding_id == job.binding)
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
                    'name': job.binding.product_tmpl_id.display_name or job.binding.name,
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

    def _send_changes(self, run, batch, jobs):
        intents = self.env['shopify.product.export'].union(*(jobs[call.key].intent for call in batch))
        usage = run.client.usage
        before = usage.requests - usage.throttled
        try:
            data = self._mutate(run, calling.document(batch), calling.variables(batch), intents)
        except errors.GiveUpError as error:
            if len(batch) > 1:
                return [answer for call in batch for answer in self._send_changes(run, [call], jobs)]
            data = {'c0': {'userErrors': [{'field': [], 'message': error.message}]}}
        is_again = usage.requests - usage.throttled > before + 1
        # An answer was lost on the way: only a look at the product tells what the first request has done.
        return [
            answer.unclear() if is_again and answer.is_repeat else answer for answer in calling.answers(batch, data)
        ]

    # === SETTLING === #

    def _more(self, run, job):
        """Send what has a way of its own; its trouble is that of the product's tasks."""
        if not (job.more['product'] or job.more['variants']):
            return
        try:
            self._push_more(run, job)
        except errors.ShopifyError as error:
            # A picture that Shopify still works on is one product's affair; an outage is everybody's.
            if isinstance(error, errors.WaitError) and error.code not in _OF_ONE:
                raise
            self._note_trouble(run, job, error)

    def _note_trouble(self, run, job, error):
        job.binding.export_message = error.message
        for key, wish in job.tasks:
            run.failures.setdefault(key, error)
            if wish and isinstance(error, errors.GiveUpError):
                wish._close('refused', error.message, error.request_id)
            elif wish:
                wish.state = 'waiting'

    def _more_of_many(self, run, jobs):
        """A hook: send what goes for many products at once (translations) of those whose other fields are written. The
        trouble of one is noted with `_note_trouble`."""

    def _push_more(self, run, job):
        """A hook: send ``job.more`` (images, metafields) of a product whose other fields are written.

        :raise ShopifyError: what stands in the way.
        """

    def _settle_same(self, run, job):
        self._more(run, job)
        self._remember_policy(job)
        if any(key in run.failures for key, _wish in job.tasks):
            return
        self._write_changed(job.binding, {'export_message': '\n'.join(job.notes) or False})
        rows = self._rows_of_more(job)
        for wish in job.wishes:
            known = wish.rows or []
            values = {'rows': [*known, *(row for row in rows if row not in known)]} if rows else {}
            is_made = wish.kind == 'create' and wish.binding_id == job.binding
            wish.write(values if is_made else {**values, 'binding_id': job.binding.id, 'kind': 'update'})
            wish._close('done' if is_made or rows else 'same', '\n'.join(job.notes) or False)

    def _settle_jobs(self, run, jobs):
        if not jobs:
            return
        agreed = {}
        with self.env['shopify.engine']._turn():
            for job in jobs:
                key = job.tasks[0][0]
                with self.env['shopify.engine']._attempt(run.failures, key):
                    agreed[job.binding] = self._settle_job(run, job)
                if key in run.failures:
                    run.failures.update({other: run.failures[key] for other, _wish in job.tasks})
            odoo = {job.binding.id: self._sent_values(job.binding, job.shape, job.odoo) for job in jobs}
            self.env['shopify.sync.catalog']._agree_all(run.backend, agreed, odoo)

    def _settle_job(self, run, job):
        """What was written is agreed; what was refused is said at the product. Returns what both sides have now."""
        binding = job.binding
        unclear = [answer for answer in job.answers if answer.is_unclear]
        problems = [problem for answer in job.answers for problem in (*answer.general, *answer.rows.values())]
        if any(answer.is_gone for answer in job.answers):
            self.env['shopify.sync.product']._note_deleted(run.backend, [binding.gid])
        payload = calling.overlaid(job.payload, job.answers)
        self._bind_new(run.backend, job, payload)
        agreed = self._agreed_by(run.backend, job, payload)
        self._write_changed(
            binding,
            {
                **mapping.binding_vals(payload),
                'exported_at': fields.Datetime.now(),
                'export_message': '\n'.join([*([self._refusal(problems)] if problems else []), *job.notes]) or False,
            },
        )
        self._remember_policy(job)
        run.sent += 1
        self._close_job(run, job, problems, unclear)
        return agreed

    def _remember_policy(self, job):
        """What the product was before it was taken off, so that it can be again."""
        written = any(
            answer.call.kind == 'product' and not (answer.is_unclear or answer.is_refused) for answer in job.answers
        )
        if job.policy == 'off' and written:
            job.binding.write(
                {'status_before': job.shop['product'].get('status'), 'status_set': job.push['product']['status']}
            )
        elif job.policy == 'over' or (job.policy == 'back' and written):
            job.binding.write({'status_before': False, 'status_set': False})

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
        if job.new or job.options or any((wish.options or {}) for wish in job.wishes):
            self._bind_variants(backend, job.binding, payload, job.shape)
        removed = {
            gid
            for answer in job.answers
            if answer.call.kind == 'gone_variants' and not (answer.is_refused or answer.is_unclear)
            for gid in answer.call.arguments['variantsIds']
        }
        job.binding.variant_ids.filtered(lambda row: row.gid in removed).deleted_at = self.env.cr.now().replace(
            tzinfo=None, microsecond=0
        )

    def _agreed_by(self, backend, job, payload):
        """The fields that were written, as `_agree_all` takes them: what Shopify made of them is what both sides have now."""
        shop = self.env['shopify.sync.catalog.values']._get_shop_values(backend, payload)
        good = [answer for answer in job.answers if not answer.is_unclear and not answer.general]
        kinds = {answer.call.kind for answer in good}
        names = set(job.push['product']) - {'publications', *job.renames} if 'product' in kinds else set()
        names |= {name for name, value in job.renames.items() if shop['product'].get(name) == value}
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
        return shop, names, known

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
