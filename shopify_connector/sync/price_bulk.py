"""Prices of very many products to a store: read, compared and written by a handful of requests."""

import json

from odoo import api, fields, models

from .. import const
from ..entities import catalog_merge, price_bulk
from ..shopify import bulk, errors, files, money, transport

KIND = 'price_bulk'
_BATCH = 200
_POLL_SECONDS = 5.0
_BUSY_SECONDS = 60.0


class ShopifySyncPriceBulk(models.AbstractModel):
    _name = 'shopify.sync.price_bulk'
    _description = "Shopify Prices In Bulk"

    @api.model
    def _handle_price_bulk(self, backend, tasks):
        """All prices of a store's products: its variants are read by one bulk operation, what Odoo owns and has otherwise is
        written by another. The task's cursor says which of them is waited for; the lane does other things meanwhile."""
        task = self._get_under_way(backend) or tasks[:1]
        if task.cursor:
            # One under way has compared already: what came afterwards is another look.
            later = self.env._("The prices are being written; they are looked at once more then.")
            (tasks - task)._set_retry('bulk_busy', later, retry_after=_BUSY_SECONDS, counted=False)
            if task not in tasks:
                return
        else:
            (tasks - task)._set_done()
        if backend._get_owner('price') != 'odoo' or not backend._may_write_products():
            task._set_done(self.env._("Odoo does not write prices to this shop."), state='skipped')
            return
        client = backend._get_client('catalogue')
        state = json.loads(task.cursor or '{}')
        try:
            if state:
                self._go_on(backend, client, task, state)
            else:
                self._wait(task, step='read', operation=bulk.run(client, price_bulk.QUERY))
        except (errors.ResultGoneError, errors.UploadRefusedError) as error:
            self._begin_anew(task, error.code, error.message)
        except errors.UserErrors as error:
            if 'OPERATION_IN_PROGRESS' not in error.codes:
                raise
            task._set_retry('bulk_busy', error.message, retry_after=_BUSY_SECONDS, counted=False)

    def _get_under_way(self, backend):
        """The task that waits for an operation of the store's, be it due or not: two that write might end in any order."""
        domain = [
            ('backend_id', '=', backend.id),
            ('kind', '=', KIND),
            ('state', '=', 'pending'),
            ('cursor', '!=', False),
        ]
        return self.env['shopify.task'].search(domain, order='id', limit=1)

    def _go_on(self, backend, client, task, state):
        try:
            status = bulk.status(client, state['operation'])
        except errors.RequestError:
            status = None
        if status and not status.over:
            self._wait(task, **state)
        elif not status or not status.good:
            self._begin_anew(task, 'bulk_failed', self.env._("Shopify ended the operation. It is begun anew."))
        elif state['step'] == 'read':
            self._write(backend, client, task, self._rows(client, status))
        else:
            # What is missing in the answer to a mutation is not agreed on, and sent one by one.
            self._settle(backend, client, task, state, self._rows(client, status))

    @staticmethod
    def _begin_anew(task, code, message):
        """Nothing is lost: prices are absolute, and are compared anew."""
        task.cursor = False
        task._set_retry(code, message)

    def _wait(self, task, **state):
        task.cursor = json.dumps(state)
        message = self.env._("Shopify is at work on the prices.")
        task._set_retry('bulk_running', message, retry_after=_POLL_SECONDS, counted=False)

    @staticmethod
    def _rows(client, status):
        if not status.url:
            return ()
        return bulk.rows(status.url, timeout=const.REQUEST_SECONDS, size=status.size, endpoint=client.endpoint)

    # === WRITING === #

    def _write(self, backend, client, task, rows):
        """Compare all prices, upload what is to be changed, and have it carried out."""
        digits = money.decimals(backend.currency_code or 'USD')
        prices = {row['id']: price_bulk.values(row, digits) for row in rows}
        lines, ids = [], []
        for bindings in self._get_batches(backend):
            with self.env['shopify.engine']._turn():
                for binding, pushed in self._get_pushed(backend, bindings, prices).items():
                    ids.append(binding.id)
                    lines += price_bulk.lines(binding.gid, pushed)
        if not lines:
            task._set_done(self.env._("All prices are the shop's already."))
            return
        # An answer that is lost begins anew with a look at the prices.
        task.cursor = False
        self.env['ir.cron']._commit_progress()
        path = self._upload(client, '\n'.join(lines).encode())
        operation = bulk.run_mutation(client, price_bulk.MUTATION, path)
        self._wait(task, step='write', operation=operation, bindings=ids)

    def _get_batches(self, backend, ids=None):
        domain = [('backend_id', '=', backend.id), ('deleted_at', '=', False)]
        domain += [('id', 'in', ids)] if ids is not None else []
        found = self.env['shopify.product.binding'].search(domain, order='id')
        for start in range(0, len(found), _BATCH):
            yield found[start : start + _BATCH]

    def _get_pushed(self, backend, bindings, prices):
        """``{product binding: {variant gid: {field: value}}}`` of the prices that go to the shop; what is a person's to decide
        is on the list of differences."""
        catalog = self.env['shopify.sync.catalog']
        shop = {binding: self._overlaid(catalog._get_last_seen(binding), prices) for binding in bindings}
        plans = catalog._plan(backend, shop)
        catalog._keep(backend, plans, shop, read=False)
        found = {}
        for binding in bindings:
            pushed = {
                gid: {name: value for name, value in values.items() if name in price_bulk.NAMES}
                for gid, _level, values in catalog_merge.each(plans[binding.id].push)
                if gid in prices
            }
            pushed = {gid: values for gid, values in pushed.items() if values}
            if pushed:
                found[binding] = pushed
        return found

    @staticmethod
    def _overlaid(shop, prices):
        """The shop's values as last read, with the prices of now; variants that it has no more are left out."""
        return {
            'product': shop['product'],
            'variants': {gid: {**values, **prices[gid]} for gid, values in shop['variants'].items() if gid in prices},
        }

    def _upload(self, client, content):
        row = {**price_bulk.UPLOAD, 'fileSize': str(len(content))}
        data = client.mutate(price_bulk.STAGE, {'input': [row]}, idempotent=True)
        target = client.user_errors(data, 'stagedUploadsCreate')['stagedTargets'][0]
        session = transport.new_session()
        files.upload(session, target, content, row['filename'], row['mimeType'], endpoint=client.endpoint)
        return price_bulk.upload_path(target)

    # === SETTLING === #

    def _settle(self, backend, client, task, state, rows):
        """What the shop has now is agreed; what it has refused is a task of its own product, which says why."""
        digits = money.decimals(backend.currency_code or 'USD')
        prices, _refused = price_bulk.answered(rows, digits)
        left, count = [], 0
        for bindings in self._get_batches(backend, state['bindings']):
            with self.env['shopify.engine']._turn():
                count += self._agree(backend, bindings, prices)
                left += self._get_left(backend, bindings)
        self.env['shopify.task']._add(backend, 'product_export', [str(id_) for id_ in left])
        self.env['shopify.sync.log']._note(backend, 'product_export', lane='catalogue', records=count)
        message = self.env._("%(count)s prices written.", count=count)
        if left:
            message = self.env._(
                "%(count)s prices written; %(left)s products are sent one by one.", count=count, left=len(left)
            )
        task._set_done(message)

    def _agree(self, backend, bindings, prices):
        """Agree on what was written; how many variants that is."""
        catalog, answers, records = self.env['shopify.sync.catalog'], {}, []
        before = {binding: catalog._get_last_seen(binding) for binding in bindings}
        shop = {
            binding: {
                'product': values['product'],
                'variants': {gid: {**row, **prices.get(gid, {})} for gid, row in values['variants'].items()},
            }
            for binding, values in before.items()
        }
        known = {binding.id: values for binding, values in shop.items()}
        odoo = self.env['shopify.sync.catalog.values']._get_odoo_values(backend, bindings, known)
        for binding in bindings:
            theirs, now, names = odoo[binding.id]['variants'], shop[binding]['variants'], {}
            for gid in prices.keys() & theirs.keys() & now.keys():
                old = before[binding]['variants'][gid]
                names[gid] = self._get_written(prices[gid], old, theirs[gid])
            answers[binding] = (shop[binding], (), names)
            records.append(self._get_record(backend, binding, before[binding], shop[binding]))
        catalog._agree_all(backend, answers, odoo)
        self.env['shopify.product.export'].create([record for record in records if record['rows']])
        bindings.exported_at = fields.Datetime.now()
        return sum(len(names) for _shop, _none, names in answers.values())

    @staticmethod
    def _get_written(prices, before, theirs):
        """The fields that are the same now. What we have written and somebody has changed in Odoo since is agreed as it was
        written: no figure of Odoo stands behind it, so that the new one is a change."""
        names = set()
        for name in price_bulk.NAMES:
            if theirs.get(name) == prices[name]:
                names.add(name)
            elif prices[name] != before.get(name):
                theirs[f'_{name}'] = ''
                names.add(name)
        return names

    def _get_record(self, backend, binding, before, after):
        """What was written to a product, as any other export leaves it."""
        labels = self.env['shopify.sync.catalog.push']._labels()
        skus = {row.gid: row.sku or row.name or '' for row in binding.variant_ids}
        rows = [
            [skus.get(gid, ''), labels[name], before['variants'][gid].get(name) or '', values[name] or '']
            for gid, values in after['variants'].items()
            for name in price_bulk.NAMES
            if name in values and values[name] != before['variants'][gid].get(name)
        ]
        now = fields.Datetime.now()
        return {
            'backend_id': backend.id,
            'product_tmpl_id': binding.product_tmpl_id.id,
            'binding_id': binding.id,
            'name': binding.product_tmpl_id.display_name or binding.name,
            'kind': 'update',
            'state': 'done',
            'sent_at': now,
            'done_at': now,
            'rows': rows,
        }

    def _get_left(self, backend, bindings):
        """The ids of the products of which a price is still to be sent."""
        catalog = self.env['shopify.sync.catalog']
        plans = catalog._plan(backend, {binding: catalog._get_last_seen(binding) for binding in bindings})
        return [
            id_
            for id_, plan in plans.items()
            if any(name in price_bulk.NAMES for values in plan.push['variants'].values() for name in values)
        ]
