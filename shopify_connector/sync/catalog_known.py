"""Products settled by what was last read of the shop, without asking it: after a decision of a person."""

from odoo import api, models
from odoo.tools import SQL

from ..entities import catalog_fields, catalog_merge

BATCH = 100


class ShopifySyncCatalog(models.AbstractModel):
    _inherit = 'shopify.sync.catalog'

    @api.model
    def _get_last_seen(self, binding):
        """Shopify's values as they were last read, in the shape of catalog_fields.shop_values."""
        return {
            'product': self._last_seen(binding),
            'variants': {row.gid: self._last_seen(row) for row in binding.variant_ids if not row.deleted_at},
        }

    @staticmethod
    def _last_seen(record):
        found = {**(record.agreed or {}), **(record.seen or {})}
        return {name: value for name, value in found.items() if not name.startswith('_')}

    @api.model
    def _settle_known(self, backend, bindings):
        """`_settle` by what is known of the shop: what people have chosen and what owners own is carried out. What Odoo
        does not take stands on the rows. Returns how many products were written to Odoo and how many are exported."""
        shop = {binding: self._get_last_seen(binding) for binding in bindings}
        plans = self._plan(backend, shop)
        pulls = {id_: plan.pull for id_, plan in plans.items() if not catalog_merge.is_empty(plan.pull)}
        written, failed = self._write(backend, pulls)
        self._keep(backend, plans, shop, written, pulls.keys() - failed.keys(), read=False)
        self._say_refused(bindings, written, failed)
        pushes = [str(id_) for id_, plan in plans.items() if not catalog_merge.is_empty(plan.push)]
        if pushes:
            self.env['shopify.task'].sudo()._add(backend, 'product_export', pushes, source='user')
            backend._wake('catalogue')
        return len(pulls), len(pushes)

    def _say_refused(self, bindings, written, failed):
        rows = self.env['shopify.difference'].search(
            [('product_binding_id', 'in', bindings.ids), ('choice', '=', 'shopify')]
        )
        for row in rows:
            key = (row.product_binding_id.id, row.variant_binding_id.gid or None, row.field)
            row.message = written.refused.get(key) or failed.get(row.product_binding_id.id) or False

    # === OWNERS === #

    @api.model
    def _preview_owner(self, backend, groups, owner, limit):
        """What a new owner of these groups would do with the first ``limit`` products: counts, and a line for each value.
        Writes nothing."""
        domain = [('backend_id', '=', backend.id), ('deleted_at', '=', False)]
        bindings = self.env['shopify.product.binding'].search(domain, limit=limit)
        result = {
            'looked_count': len(bindings),
            'product_count': self.env['shopify.product.binding'].search_count(domain),
            'unread_count': self._count_unread(backend),
            'pull_count': 0,
            'push_count': 0,
            'lines': [],
        }
        if owner == 'odoo' and 'codes' in groups:
            self._add_new_variants(backend, bindings, result)
        names = {row.gid: row.display_name for row in bindings.variant_ids}
        for binding, plan in self._plan_with(backend, bindings, groups, owner):
            for side in ('pull', 'push'):
                for gid, _level, values in catalog_merge.each(getattr(plan, side)):
                    for name in (name for name in values if not name.startswith('_')):
                        result[f'{side}_count'] += 1
                        _base, shop, odoo = plan.apart[gid, name]
                        result['lines'].append(
                            {
                                'name': names.get(gid) or binding.name,
                                'label': self.env['shopify.difference']._get_label(name),
                                'in_shopify': self.env['shopify.difference']._get_text(shop),
                                'in_odoo': self.env['shopify.difference']._get_text(odoo),
                                'becomes': side,
                            }
                        )
        return result

    def _add_new_variants(self, backend, bindings, result):
        """Who takes SKUs from Odoo takes the variants too that only Odoo has: the next export makes them."""
        templates = bindings.product_tmpl_id.filtered('active')
        linked = self.env['shopify.variant.binding'].search_fetch(
            [
                ('backend_id', '=', backend.id),
                ('product_id', 'in', templates.product_variant_ids.ids),
                ('deleted_at', '=', False),
                ('product_binding_id.deleted_at', '=', False),
            ],
            ['product_id'],
        )
        for product in templates.product_variant_ids - linked.product_id:
            result['push_count'] += 1
            result['lines'].append(
                {
                    'name': product.display_name,
                    'label': self.env._("Variant"),
                    'in_shopify': '',
                    'in_odoo': self.env._("new"),
                    'becomes': 'push',
                }
            )

    def _count_unread(self, backend):
        self.env['shopify.product.binding'].flush_model()
        query = SQL(
            """
            SELECT count(*) FROM shopify_product_binding
             WHERE backend_id = %s AND deleted_at IS NULL AND payload_digest IS NULL AND agreed IS NULL AND seen IS NULL
            """,
            backend.id,
        )
        return self.env.execute_query(query)[0][0]

    def _plan_with(self, backend, bindings, groups, owner):
        """``(binding, plan)`` of these groups alone, as if ``owner`` owned them and nothing had been agreed on where the
        two sides differ."""
        for start in range(0, len(bindings), BATCH):
            part = bindings[start : start + BATCH]
            shop = {binding: self._get_last_seen(binding) for binding in part}
            known = {binding.id: values for binding, values in shop.items()}
            odoo = self.env['shopify.sync.catalog.values']._get_odoo_values(backend, part, known)
            for binding in part:
                side = 'shopify' if binding.origin == 'shopify' else 'none'
                agreed = self._get_agreed(binding)
                yield (
                    binding,
                    catalog_merge.plan(
                        dict.fromkeys(groups, side if owner == 'first' else owner),
                        {'product': {}, 'variants': {}},
                        known[binding.id],
                        self._translate(odoo[binding.id], agreed),
                        together=self._get_together(binding),
                    ),
                )

    # === TASKS === #

    @api.model
    def _handle_settle(self, backend, tasks):
        """All products of a store, after the owners of some groups (the task's key) have changed: a batch at a time, a
        commit each."""
        for task in tasks:
            if not self._settle_all(backend, task):
                return

    def _settle_all(self, backend, task):
        """Whether all products were reached."""
        while True:
            domain = [('backend_id', '=', backend.id), ('deleted_at', '=', False), ('id', '>', int(task.cursor or 0))]
            bindings = self.env['shopify.product.binding'].search(domain, order='id', limit=BATCH)
            if not bindings:
                break
            with self.env['shopify.engine']._turn():
                self._forget(backend, bindings, set(task.key.split(',')))
                self._settle_known(backend, bindings)
                task._keep_position(str(bindings[-1:].id), len(bindings))
            if not (self.env['shopify.engine']._is_time_left() and backend._is_live()):
                return False
        task._set_done(self.env._("%(count)s products compared.", count=task.value))
        return True

    def _forget(self, backend, bindings, groups):
        """What was agreed on in former times is forgotten where the two sides differ, so that the new owner's word counts
        there."""
        shop = {binding.id: self._get_last_seen(binding) for binding in bindings}
        odoo = self.env['shopify.sync.catalog.values']._get_odoo_values(backend, bindings, shop)
        for binding in bindings:
            agreed = self._get_agreed(binding)
            theirs = self._translate(odoo[binding.id], agreed)
            rows = {None: binding, **{row.gid: row for row in binding.variant_ids}}
            for gid, level, values in catalog_merge.each(shop[binding.id]):
                base = agreed['product'] if gid is None else agreed['variants'].get(gid, {})
                own = theirs['product'] if gid is None else theirs['variants'].get(gid, {})
                apart = {
                    name
                    for name in base.keys() & values.keys() & own.keys()
                    if catalog_fields.field_of(name, level).group in groups and values[name] != own[name]
                }
                if apart:
                    kept = {name: value for name, value in base.items() if name.lstrip('_') not in apart}
                    seen = {**(rows[gid].seen or {}), **{name: values[name] for name in apart}}
                    rows[gid].write({'agreed': kept or False, 'seen': seen})
