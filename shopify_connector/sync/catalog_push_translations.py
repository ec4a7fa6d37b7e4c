"""Translations to a shop: of many products a request, each with the digest of the text that it translates."""

from odoo import models

from ..entities import product_write_calls as calling
from ..entities import translation
from ..shopify import errors


class ShopifySyncCatalogPush(models.AbstractModel):
    _inherit = 'shopify.sync.catalog.push'

    def _more_of_many(self, run, jobs):
        """Override: send the translations. Nothing is read or sent where none has changed."""
        result = super()._more_of_many(run, jobs)
        wanted = {job: self._take_texts(job) for job in jobs}
        wanted = {job: texts for job, texts in wanted.items() if texts}
        if wanted and run.backend._lacks_scopes(translation.WRITE_SCOPES):
            self._note_translations(
                run, wanted, errors.GiveUpError(run.backend._get_translations_note(), code='missing_scope')
            )
        elif wanted:
            self._send_translations(run, wanted)
        return result

    @staticmethod
    def _take_texts(job):
        """``{Text: words or None}`` of what a product has to send."""
        names = [name for name in job.more['product'] if name.startswith(translation.PREFIX)]
        return {translation.place(name, job.binding.gid): job.more['product'][name] for name in names}

    def _note_translations(self, run, jobs, error):
        for job in jobs:
            self._note_trouble(run, job, error)

    def _send_translations(self, run, wanted):
        try:
            sent, refused = self._translate(run, wanted)
            again = {job: wanted[job] for job, answers in refused.items() if any(answer.is_stale for answer in answers)}
            if again:
                # Somebody has changed the original meanwhile: once more, with its digest of now.
                more, still = self._translate(run, again)
                sent, refused = (
                    sent | more,
                    {**{job: found for job, found in refused.items() if job not in again}, **still},
                )
            self._agree_translations(run, [job for job in sent if job not in refused])
        except errors.GiveUpError as error:
            self._note_translations(run, wanted, error)
            return
        for job, answers in refused.items():
            unclear = next((answer for answer in answers if answer.is_unclear), None)
            problems = [problem for answer in answers for problem in (*answer.general, *answer.rows.values())]
            sentence = self._refusal(problems)
            self._note_trouble(
                run, job, calling.error_of(unclear) if unclear else errors.GiveUpError(sentence, code='export_refused')
            )

    def _translate(self, run, wanted):
        """``(jobs that are done, {job: answers that are none})``."""
        digests = self._read_digests(run.client, wanted)
        self._note_untranslatable(wanted, digests)
        calls = [
            calling.Call(job, kind, arguments)
            for job, texts in wanted.items()
            for kind, arguments in translation.calls(texts, digests)
        ]
        refused = {}
        for batch in calling.batches(calls):
            data = run.client.mutate(calling.document(batch), calling.variables(batch), idempotent=True)
            for answer in calling.answers(batch, self._with_withheld(data, run.client.warnings)):
                if answer.is_unclear or answer.is_refused:
                    refused.setdefault(answer.call.key, []).append(answer)
        run.sent += len(wanted)
        return set(wanted), refused

    def _note_untranslatable(self, wanted, digests):
        """Say of which texts the shop has no original, so that there is nothing to translate."""
        for job, texts in wanted.items():
            names = [
                name
                for name in job.more['product']
                if name.startswith(translation.PREFIX)
                and translation.is_without_original(translation.place(name, job.binding.gid), texts, digests)
            ]
            if not names:
                continue
            sentence = self.env._(
                "Not sent, because the shop has no such text in its own language yet: %(names)s. Write that first.",
                names=', '.join(self.env['shopify.difference']._get_label(name) for name in names),
            )
            if sentence not in job.notes:
                job.notes.append(sentence)
                job.binding.export_message = '\n'.join(filter(None, [job.binding.export_message, sentence]))

    def _read_digests(self, client, wanted):
        gids = {text.resource for texts in wanted.values() for text, words in texts.items() if words is not None}
        gids, found = sorted(gids), {}
        for start in range(0, len(gids), translation.RESOURCES_PER_READ):
            part = gids[start : start + translation.RESOURCES_PER_READ]
            data = client.query(translation.CONTENT, {'ids': part, 'first': len(part)})
            found |= translation.content_digests(data['translatableResourcesByIds']['nodes'])
        return found

    def _agree_translations(self, run, jobs):
        """What the shop has now is agreed, of the texts that were sent."""
        jobs = {job.binding.gid: job for job in jobs}
        payloads = self.env['shopify.sync.product']._fetch(run.backend, run.client, list(jobs)) if jobs else []
        with self.env['shopify.engine']._turn():
            answers, odoo = {}, {}
            for payload in payloads:
                job = jobs[payload['id']]
                shop = self.env['shopify.sync.catalog.values']._get_shop_values(run.backend, payload)
                sent = {
                    name for name, value in job.more['product'].items()
                    if name.startswith(translation.PREFIX) and (value is None) == (shop['product'].get(name) is None)
                }  # fmt: skip
                answers[job.binding], odoo[job.binding.id] = (shop, sent, {}), job.odoo
            self.env['shopify.sync.catalog']._agree_all(run.backend, answers, odoo)
