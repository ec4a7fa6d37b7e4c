"""The first import of a store, step after step. Each step is an import that looks after itself; here is what joins them."""

from odoo import api, fields, models

from .. import const
from ..entities import initial_import as mapping
from ..shopify import errors, when

_REASONS_KEPT = 50


class ShopifySyncInitial(models.AbstractModel):
    _name = 'shopify.sync.initial'
    _description = "Shopify Initial Import"

    @api.model
    def _handle_initial(self, backend, tasks):
        for task in tasks:
            initial = self.env['shopify.initial.import'].browse(int(task.key)).exists()
            if initial.state == 'running':
                self._go_on(backend, initial)
            task._set_done()

    def _go_on(self, backend, initial):
        """Start what comes next, wait, or end: whatever the last step's import says."""
        if not initial.counted_at:
            self._count(backend, initial)
        step = initial._get_current()
        if not step:
            self._finish(backend, initial)
        elif not step.import_id:
            if step.what != 'plan' and self._asks_first(initial, step):
                return
            self._start(initial, step)
        elif step.import_id.state in ('failed', 'stopped'):
            initial.write({'state': 'paused', 'message': self._said_of(step)})

    def _asks_first(self, initial, step):
        """Nothing is written before a person has seen the plan and said yes."""
        before = initial.step_ids.filtered(lambda other: other.sequence < step.sequence)
        if initial.is_agreed or 'plan' not in before.mapped('what'):
            return False
        initial.write(
            {
                'state': 'review',
                'message': self._plan_text(before.filtered(lambda other: other.what == 'plan').import_id),
            }
        )
        return True

    def _plan_text(self, plan):
        return self.env._(
            "The catalogue was looked at: %(created)s products would be created, %(linked)s linked to products that Odoo has, "
            "%(known)s are linked already, %(failed)s need your choice. Nothing is written yet. Look at the match plan, and "
            "press Go On.",
            created=plan.created_count,
            linked=plan.linked_count,
            known=plan.changed_count + plan.same_count,
            failed=plan.failed_count,
        )

    def _said_of(self, step):
        if step.import_id.state == 'stopped':
            return self.env._(
                "The import was stopped by a person. Go On begins this step anew, and what is here stays."
            )
        return self.env._(
            "This step did not come to its end: %(reason)s When that is mended, press Go On.",
            reason=step.import_id.message or step.import_id.problem or '',
        )

    def _start(self, initial, step):
        values = {'backend_id': initial.backend_id.id, 'what': 'products' if step.what == 'plan' else step.what}
        if step.what == 'orders':
            values.update(created_from=initial.orders_from, books_choice=initial.books_choice)
        if step.what == 'customers' and 'read_companies' in self.env['shopify.sync.connection']._granted(initial.backend_id):
            initial.backend_id._enqueue('company', const.ALL_COMPANIES, source='shopify')
        step.import_id = self.env['shopify.import'].create(values)
        step.import_id._start('dry_run' if step.what == 'plan' else 'import')

    # === COUNTS === #

    def _get_counts(self, backend, initial):
        """``{step: count}``; empty when the app may not read one of them, which its import will say better."""
        variables = {}
        if initial.orders_from:
            variables['orders'] = when.since(self._orders_from(initial), 'created_at')
        try:
            return mapping.counts(backend._get_client('catalogue').query(mapping.COUNTS, variables))
        except errors.ScopeError:
            return {}

    @staticmethod
    def _orders_from(initial):
        """Naive UTC of the beginning of its first day in the shop, which is what the import of orders takes."""
        return when.day_start(initial.orders_from, initial.backend_id.timezone)

    def _count(self, backend, initial):
        counts = self._get_counts(backend, initial)
        for step in initial.step_ids:
            step.in_shopify = counts.get(step.what, 0)
        initial.counted_at = fields.Datetime.now()

    # === END === #

    def _finish(self, backend, initial):
        """Both sides are counted once more, for the shop went on selling meanwhile."""
        counts, own = self._get_counts(backend, initial), self._get_own_counts(backend, initial)
        for step in initial.step_ids:
            step.write({'in_shopify': counts.get(step.what, step.in_shopify), 'in_odoo': own.get(step.what, 0)})
        initial.write(
            {
                'state': 'done',
                'done_at': fields.Datetime.now(),
                'reasons': self._get_reasons(initial),
                'message': self._summary(initial),
            }
        )

    def _get_own_counts(self, backend, initial):
        alive = [('backend_id', '=', backend.id), ('deleted_at', '=', False)]
        orders = [('backend_id', '=', backend.id), ('sale_order_id', '!=', False)]
        if initial.orders_from:
            orders.append(('ordered_at', '>=', self._orders_from(initial)))
        products = self.env['shopify.product.binding'].search_count(alive + [('product_tmpl_id', '!=', False)])
        return {
            'customers': self.env['shopify.customer'].search_count(alive),
            'products': products,
            'orders': self.env['shopify.order.binding'].search_count(orders),
        }

    def _get_reasons(self, initial):
        """``[{what, outcome, sentence, count}]``, the most frequent first."""
        found = []
        for step in initial.step_ids.filtered(lambda step: step.what != 'plan'):
            groups = self.env['shopify.import.row']._read_group(
                [('import_id', '=', step.import_id.id), ('outcome', 'in', ('skip', 'problem'))],
                ['outcome'],
                ['sentence:array_agg'],
            )
            for outcome, sentences in groups:
                for sentence in set(sentences):
                    found.append(
                        {
                            'what': step.what,
                            'outcome': outcome,
                            'sentence': sentence or self.env._("No reason is known."),
                            'count': sentences.count(sentence),
                        }
                    )
        return sorted(found, key=lambda row: -row['count'])[:_REASONS_KEPT]

    def _summary(self, initial):
        steps = initial.step_ids.filtered(lambda step: step.what != 'plan')
        labels = dict(steps._fields['what']._description_selection(self.env))
        return '\n'.join(
            self.env._(
                "%(what)s: %(in_shopify)s in Shopify, %(in_odoo)s linked in Odoo.",
                what=labels[step.what],
                in_shopify=step.in_shopify,
                in_odoo=step.in_odoo,
            )
            for step in steps
        )
