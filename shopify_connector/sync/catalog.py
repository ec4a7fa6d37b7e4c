"""Products, both ways: what both sides agreed on, what each has now, and what is done about it."""

import logging

from psycopg2 import OperationalError

from odoo import api, models

from ..entities import catalog_fields, catalog_merge
from ..shopify import errors
from .catalog_values import Written

_logger = logging.getLogger(__name__)


class ShopifySyncCatalog(models.AbstractModel):
    _name = 'shopify.sync.catalog'
    _description = "Shopify Catalogue"

    @api.model
    def _settle(self, backend, payloads, created=False):
        """Bring bound products in step with what the shop has now: ``payloads`` ``{product binding: payload}``.

        What Shopify owns is written to Odoo, what Odoo owns and has changed becomes a task 'product_export', the rest
        that differs is kept as rows of shopify.difference. ``created``: these products were just made of these payloads,
        so that Shopify's values are taken whoever owns them. Runs within `_turn`. Returns ``{product binding id: [sentence,
        …]}`` of what Odoo did not take.
        """
        if not payloads:
            return {}
        values = self.env['shopify.sync.catalog.values']
        shop = {binding: values._get_shop_values(backend, payload) for binding, payload in payloads.items()}
        plans = self._plan(backend, shop, created)
        if created:
            self._hold_prices(backend, plans, shop)
        pulls = {id_: plan.pull for id_, plan in plans.items() if not catalog_merge.is_empty(plan.pull)}
        written, failed = self._write(backend, pulls)
        self._keep(backend, plans, shop, written, pulls.keys() - failed.keys())
        pushes = [str(id_) for id_, plan in plans.items() if not catalog_merge.is_empty(plan.push)]
        if pushes:
            self.env['shopify.task'].sudo()._add(backend, 'product_export', pushes)
        notes = {id_: [sentence] for id_, sentence in failed.items()}
        for (id_, _gid, _name), sentence in written.refused.items():
            if sentence not in notes.setdefault(id_, []):
                notes[id_].append(sentence)
        return notes

    def _hold_prices(self, backend, plans, shop):
        """A sales price that was just converted says the same today, and something else when the rate has moved: prices in
        a currency that is not the company's are written to the store's pricelist from the beginning."""
        if backend.currency_code in (False, backend.company_id.currency_id.name):
            return
        for binding, values in shop.items():
            if self._get_effective_owners(backend, binding, True)['price'] != 'shopify':
                continue
            products = {row.gid for row in binding.variant_ids if row.product_id}
            for gid in products & values['variants'].keys():
                if values['variants'][gid].get('price') is not None:
                    plans[binding.id].pull['variants'].setdefault(gid, {})['price'] = values['variants'][gid]['price']

    @api.model
    def _digest(self, backend, payload):
        """What ``payload_digest`` of the binding is when nothing in this payload is new."""
        return catalog_fields.digest(self.env['shopify.sync.catalog.values']._get_shop_values(backend, payload))

    def _write(self, backend, pulls):
        """``(Written, {product binding id: sentence})``: all at once; what some module refuses is tried one by one, so
        that one product does not hold up the others."""
        values = self.env['shopify.sync.catalog.values']
        if not pulls:
            return Written(), {}
        try:
            with self.env.cr.savepoint():
                return values._write_odoo(backend, pulls), {}
        except (OperationalError, errors.WaitError):
            raise
        except Exception as error:
            self.env.invalidate_all()
            if len(pulls) == 1:
                _logger.info("A Shopify product was not taken over.", exc_info=error)
                return Written(), {next(iter(pulls)): self.env['shopify.engine']._explain(error)[1]}
        written, failed = Written(), {}
        for id_, change in pulls.items():
            one, bad = self._write(backend, {id_: change})
            written.refused |= one.refused
            failed |= bad
        return written, failed

    # === DECIDING === #

    @api.model
    def _plan(self, backend, shop, created=False):
        """``{product binding id: catalog_merge.Plan}`` for ``shop`` ``{product binding: the shop's values now}``. Writes
        nothing."""
        bindings = self.env['shopify.product.binding'].union(*shop)
        known = {binding.id: values for binding, values in shop.items()}
        odoo = self.env['shopify.sync.catalog.values']._get_odoo_values(backend, bindings, known)
        choices = self._get_choices(bindings)
        plans = {}
        for binding in bindings:
            agreed = self._get_agreed(binding, known[binding.id])
            plan = plans[binding.id] = catalog_merge.plan(
                self._get_effective_owners(backend, binding, created),
                agreed,
                known[binding.id],
                self._translate(odoo[binding.id], agreed),
                choices.get(binding.id),
                self._get_together(binding),
                created,
            )
            plan.odoo = odoo[binding.id]
        return plans

    def _get_together(self, binding):
        return {row.gid: (row.product_id.id, row.product_id.product_tmpl_id.id) for row in binding.variant_ids}

    def _get_agreed(self, binding, shop=None):
        """``shop``: the shop's values now, for whoever has agreed on something that only they complete."""
        return {
            'product': binding.agreed or {},
            'variants': {row.gid: row.agreed or {} for row in binding.variant_ids},
        }

    def _translate(self, odoo, agreed):
        return {
            'product': catalog_merge.translated(odoo['product'], agreed['product']),
            'variants': {
                gid: catalog_merge.translated(values, agreed['variants'].get(gid, {}))
                for gid, values in odoo['variants'].items()
            },
        }

    @api.model
    def _get_effective_owners(self, backend, binding, created=False):
        """``{group: 'shopify' | 'odoo' | 'none'}`` of one product. Whoever had the product first is Shopify for what
        this store's import has made; what Odoo had is left as it is on both sides."""
        found = {}
        for group in catalog_fields.GROUPS:
            owner = backend._get_owner(group)
            if owner == 'first':
                owner = 'shopify' if binding.origin == 'shopify' else 'none'
            found[group] = 'shopify' if created and owner == 'odoo' else owner
        return found

    def _get_choices(self, bindings):
        """``{product binding id: {(variant gid or None, field): (side, in Shopify, in Odoo)}}`` as people decided."""
        rows = self.env['shopify.difference'].search(
            [('product_binding_id', 'in', bindings.ids), ('choice', 'in', ('shopify', 'odoo'))]
        )
        found = {}
        for row in rows:
            key = (row.variant_binding_id.gid or None, row.field)
            found.setdefault(row.product_binding_id.id, {})[key] = (row.choice, *(row.figures or (None, None)))
        return found

    # === KEEPING === #

    @api.model
    def _keep(self, backend, plans, shop, written=None, pulled=(), read=True):
        """Keep what the plans found: agreed values, what was seen, rows of differences. ``pulled``: the ids of the
        products whose ``plan.pull`` has been written to Odoo, ``written`` what became of it. ``read``: the shop was asked
        just now."""
        refused = written.refused if written else {}
        values = {binding.id: found for binding, found in shop.items()}
        bindings = self.env['shopify.product.binding'].browse(plans)
        taken = bindings.browse(pulled)
        odoo = {id_: plan.odoo for id_, plan in plans.items()}
        if taken:
            odoo |= self.env['shopify.sync.catalog.values']._get_odoo_values(backend, taken, values)
        for binding in bindings:
            plan, agreed = plans[binding.id], self._get_agreed(binding)
            names = self._get_names(plan, binding.id, binding in taken, refused)
            self._store(binding, agreed, names, values[binding.id], odoo[binding.id])
            if read:
                self._keep_digest(binding, plan, values[binding.id], binding in taken, refused)
        self.env['shopify.difference'].sudo()._keep(backend, plans)

    def _keep_digest(self, binding, plan, values, taken, refused):
        """What Odoo did not take is tried again with the next look, whether the shop changes or not."""
        is_settled = taken or catalog_merge.is_empty(plan.pull)
        is_settled = is_settled and all(binding.id != id_ for id_, _gid, _name in refused)
        digest = catalog_fields.digest(values) if is_settled else False
        if binding.payload_digest != digest:
            binding.payload_digest = digest

    def _get_names(self, plan, id_, taken, refused):
        """``{variant gid or None: names}`` of what is the same on both sides now."""
        names = {gid: list(found) for gid, _level, found in catalog_merge.each(plan.agreed)}
        if taken:
            for gid, _level, found in catalog_merge.each(plan.pull):
                names.setdefault(gid, []).extend(
                    name for name in found if not name.startswith('_') and (id_, gid, name) not in refused
                )
        return names

    def _store(self, binding, agreed, names, shop, odoo):
        """Write agreed and seen values where they change."""
        rows = {row.gid: row for row in binding.variant_ids}
        for gid, _level, values in catalog_merge.each(shop):
            record = binding if gid is None else rows.get(gid)
            if not record:
                continue
            before = agreed['product'] if gid is None else agreed['variants'].get(gid, {})
            theirs = odoo['product'] if gid is None else odoo['variants'].get(gid, {})
            after = catalog_merge.agree(before, names.get(gid, ()), values, theirs)
            seen = catalog_merge.unlike(values, after)
            changed = {
                name: value or False
                for name, value, old in (('agreed', after, before), ('seen', seen, record.seen or {}))
                if value != old
            }
            if changed:
                record.write(changed)

    @api.model
    def _agree(self, backend, binding, shop, product_names=(), variant_names=None, odoo=None):
        """The fields that are named are the same on both sides from now on, whatever small change either side made to
        the text: Shopify's values ``shop`` (of the answer to a write) are agreed. ``variant_names``: ``{variant gid:
        names}``; ``odoo``: Odoo's values that were sent, read now where that is None."""
        answers = {binding: (shop, product_names, variant_names or {})}
        self._agree_all(backend, answers, {binding.id: odoo} if odoo else None)

    @api.model
    def _agree_all(self, backend, answers, odoo=None):
        """`_agree` of many: ``{product binding: (shop, product names, {variant gid: names})}``. ``odoo``: ``{product binding
        id: Odoo's values}`` as they were when they were sent, for what somebody has changed since is not in the shop."""
        bindings = self.env['shopify.product.binding'].union(*answers)
        if odoo is None:
            known = {binding.id: shop for binding, (shop, _names, _variants) in answers.items()}
            odoo = self.env['shopify.sync.catalog.values']._get_odoo_values(backend, bindings, known)
        for binding, (shop, names, variants) in answers.items():
            agreed = self._get_agreed(binding)
            self._store(binding, agreed, {None: names, **variants}, shop, odoo[binding.id])
            binding.payload_digest = catalog_fields.digest(shop)
        self.env['shopify.difference'].sudo()._settled(
            {binding: {None: names, **variants} for binding, (_shop, names, variants) in answers.items()}
        )
