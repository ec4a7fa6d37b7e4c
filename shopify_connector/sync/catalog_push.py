"""Products to a store: made there when a person asks for it, changed where Odoo's word counts or a person says so."""

import time
from dataclasses import dataclass, field

from odoo import api, models

from ..shopify import errors

_PRODUCTS_PER_PART = 100
_LACKS_SCOPE = 'missing_scope'


@dataclass
class Run:
    """One part of the work: which store, and what went wrong with which task: ``{task key: error}``."""

    backend: object
    client: object
    failures: dict = field(default_factory=dict)
    sent: int = 0


class ShopifySyncCatalogPush(models.AbstractModel):
    _name = 'shopify.sync.catalog.push'
    _description = "Shopify Product Export"

    # === TASKS === #

    @api.model
    def _handle_export(self, backend, tasks):
        """Products that a person wants in the store (key ``export:<wish>``), and bound ones that Odoo has changed (key: the
        product binding's id)."""
        if not backend._may_write_products():
            self._lack_scope(backend, tasks)
            return
        started, client, sent = time.monotonic(), backend._get_client('catalogue'), 0
        self._settle_open(backend)
        keys = list(dict.fromkeys(tasks.mapped('key')))
        for start in range(0, len(keys), _PRODUCTS_PER_PART):
            part = set(keys[start : start + _PRODUCTS_PER_PART])
            run = Run(backend, client)
            self._push(run, [key for key in keys if key in part])
            done = tasks.exists().filtered(lambda task, part=part: task.key in part)
            self.env['shopify.engine']._settle_each(backend, done, run.failures)
            sent += run.sent
            if not self.env['shopify.engine']._is_time_left():
                break
        self._log(backend, client, sent, started)

    def _log(self, backend, client, sent, started):
        if sent:
            self.env['shopify.sync.log']._note(
                backend,
                'product_export',
                lane='catalogue',
                records=sent,
                requests=client.usage.requests,
                points=float(client.usage.points_actual),
                duration_ms=int((time.monotonic() - started) * 1000),
            )

    def _lack_scope(self, backend, tasks):
        """Said once for the store; what is waiting goes out when the scope is granted and the task tried again."""
        message = self.env._(
            "The app lacks the scope write_products, so no product can be sent to this shop. Add it to the app, release it,"
            " approve it in the Shopify admin, press Check Connection and retry this task."
        )
        tasks[:1]._set_failed(_LACKS_SCOPE, message)
        # The others stand behind it: they are tried again with it, and are no list of the same sentence.
        tasks[1:]._set_retry(_LACKS_SCOPE, message, retry_after=3600.0, counted=False)

    # === ONE PART === #

    def _push(self, run, keys):
        """Make what the shop has not, then change what differs."""
        wishes = self.env['shopify.product.export']._of_keys(keys)
        self._delete(run, {key: wish for key, wish in wishes.items() if wish and wish.kind == 'delete'})
        wishes = {key: wish for key, wish in wishes.items() if not wish or wish.kind != 'delete'}
        keys = [key for key in keys if key in wishes or not key.startswith('export:')]
        self._make(run, {key: wish for key, wish in wishes.items() if wish and key not in run.failures})
        jobs = {}
        for key in keys:
            wish = wishes.get(key)
            if key in run.failures or (wish is not None and (not wish or wish.state not in ('waiting', 'open'))):
                continue
            if wish and wish.state == 'open':
                run.failures[key] = errors.UnclearError()
                continue
            if wish and not wish.product_tmpl_id:
                self._refuse(run, key, wish, self.env._("The product was deleted in Odoo before it was sent."))
                continue
            for binding in self._bindings_of(run.backend, key, wish):
                jobs.setdefault(binding, []).append((key, wish))
        self._change(run, jobs)

    def _bindings_of(self, backend, key, wish):
        """The products of the shop that a task is about."""
        if wish:
            return self._live_bindings(backend, wish.product_tmpl_id)
        binding = self.env['shopify.product.binding'].browse(int(key) if key.isdigit() else 0).exists()
        return binding.filtered(lambda row: row.backend_id == backend and not row.deleted_at)

    def _live_bindings(self, backend, templates):
        return self.env['shopify.product.binding'].search(
            [
                ('backend_id', '=', backend.id),
                ('product_tmpl_id', 'in', templates.ids),
                ('product_tmpl_id', '!=', False),
                ('deleted_at', '=', False),
            ]
        )

    @staticmethod
    def _write_changed(record, values):
        """Write what is not so yet; where nothing is new, nothing is written."""
        changed = {}
        for name, value in values.items():
            field = record._fields[name]
            before = record[name].id if field.type == 'many2one' else record[name]
            if before != value:
                changed[name] = value
        if changed:
            record.write(changed)

    # === SENDING === #

    def _mutate(self, run, document, variables, rows):
        """The answer's data. ``rows``: the intents that stand for it; they stay open unless the request certainly never
        ran, so that the shop is looked at before anything is sent again."""
        usage = run.client.usage
        before = usage.requests, usage.throttled
        try:
            data = run.client.mutate(document, variables, idempotent=True)
            return self._with_withheld(data, run.client.warnings)
        except errors.GiveUpError:
            raise
        except errors.ShopifyError as error:
            tries, throttled = usage.requests - before[0], usage.throttled - before[1]
            if not error.maybe_done and tries - throttled <= (not isinstance(error, errors.Throttled)):
                rows = rows.filtered(lambda row: row.state == 'open')
                # What goes out by itself is written down anew by its task; nobody would ever close this one.
                automatic = rows.filtered(lambda row: row.kind == 'update' and not row.user_id)
                (rows - automatic).write({'state': 'waiting', 'variables': False})
                automatic.unlink()
                self.env['ir.cron']._commit_progress()
            raise

    @staticmethod
    def _with_withheld(data, notices):
        """A call that Shopify answered with an error beside the data was refused: nothing of it has happened."""
        for notice in notices:
            name = notice.path[0] if notice.path else None
            if name in data and data[name] is None:
                data[name] = {'userErrors': [{'field': [], 'message': notice.message}]}
        return data

    # === SENTENCES === #

    def _refusal(self, problems):
        """One sentence for Shopify's errors, by field."""
        texts = []
        for problem in problems:
            label = self._label_of_path(problem.get('field') or ())
            reason = (problem.get('message') or '').strip().rstrip('.')
            texts.append(f'{label}: {reason}' if label else reason)
        texts = list(dict.fromkeys(texts))
        return self.env._(
            "Shopify refused: %(reasons)s. Correct it and export again.",
            reasons='; '.join(texts[:3]) + (f' (+{len(texts) - 3})' if len(texts) > 3 else ''),
        )

    def _label_of_path(self, path):
        """What people call the field of an error's path; '' where it names none."""
        labels = self._labels()
        names = {
            'descriptionHtml': 'description', 'productType': 'product_type', 'compareAtPrice': 'compare_at_price',
            'harmonizedSystemCode': 'hs_code', 'countryCodeOfOrigin': 'origin', 'measurement': 'weight',
        }  # fmt: skip
        for part in reversed([str(part) for part in path]):
            name = names.get(part, part)
            if name in labels:
                return labels[name]
        return ''

    @api.model
    def _labels(self):
        """What people call the fields: ``{canonical name: label}``."""
        return {
            'title': self.env._("Title"),
            'description': self.env._("Description"),
            'vendor': self.env._("Vendor"),
            'product_type': self.env._("Product type"),
            'category': self.env._("Category"),
            'tags': self.env._("Tags"),
            'status': self.env._("Status"),
            'seo_title': self.env._("Page title"),
            'seo_description': self.env._("Meta description"),
            'handle': self.env._("Handle"),
            'collections': self.env._("Collections"),
            'publications': self.env._("Sales channels"),
            'images': self.env._("Images"),
            'sku': self.env._("SKU"),
            'barcode': self.env._("Barcode"),
            'price': self.env._("Price"),
            'compare_at_price': self.env._("Compare-at price"),
            'cost': self.env._("Cost"),
            'weight': self.env._("Weight (kg)"),
            'hs_code': self.env._("HS code"),
            'origin': self.env._("Country of origin"),
            'requires_shipping': self.env._("Requires shipping"),
            'tracked': self.env._("Stock is tracked"),
            'taxable': self.env._("Taxable"),
            'image': self.env._("Image"),
            'variant': self.env._("Variant"),
        }
