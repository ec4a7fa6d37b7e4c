"""Orders that complete a draft take its quotation over instead of making a sales order of their own."""

from collections import defaultdict
from types import SimpleNamespace

from odoo import api, models

from ..entities import order as mapping


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _read(self, backend, client, gids):
        payloads, missing = super()._read(backend, client, gids)
        self.env['shopify.sync.draft']._find_orders(backend, client, payloads)
        policies = self._by_money(backend, [payload['id'] for payload in payloads])
        wanted = {gid: policy for policy, some in policies.items() for gid in some}
        other = [payload['id'] for payload in payloads if payload['money_policy'] != wanted[payload['id']]]
        if not other:
            return payloads, missing
        again, gone = super()._read(backend, client, other)
        return [payload for payload in payloads if payload['id'] not in other] + again, missing + gone

    @api.model
    def _by_money(self, backend, gids):
        """An order that is new takes over its draft's quotation in the currency that this was made in."""
        groups = super()._by_money(backend, gids)
        drafts = self.env['shopify.sync.draft']._money_policies(backend, gids)
        if not drafts:
            return groups
        known = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', list(drafts)), ('sale_order_id', '!=', False)]
        )
        moved = {gid: policy for gid, policy in drafts.items() if gid not in set(known.mapped('gid'))}
        found = defaultdict(list)
        for policy, some in groups.items():
            for gid in some:
                found[moved.get(gid, policy)].append(gid)
        return found

    def _upsert(self, backend, payloads, fetched_variants=frozenset()):
        by_gid = {payload['id']: payload for payload in payloads}
        bindings = self.env['shopify.order.binding']
        domain = [('backend_id', '=', backend.id), ('gid', 'in', list(by_gid))]
        before = bindings.search(domain)
        new = [payload for payload in payloads if payload['id'] not in set(before.mapped('gid'))]
        conflicts = self.env['shopify.sync.draft']._conflicts(backend, new)
        wanted = [payload for payload in payloads if payload['id'] not in conflicts]
        failures = super()._upsert(backend, wanted, fetched_variants)
        self._note_adopted(backend, bindings.search(domain) - before, by_gid)
        return {**failures, **conflicts}

    def _note_adopted(self, backend, bindings, by_gid):
        """A draft takes nothing off the shop's levels; the order that completes it does."""
        adopted = bindings.filtered(lambda row: any(entry[1] == 'draft_adopted' for entry in row.trail or []))
        if not adopted:
            return
        self.env['shopify.task']._note_stock(adopted.sale_order_id.order_line.product_id)
        self._note_sales(backend, [(binding, by_gid[binding.gid]) for binding in adopted])

    def _adopt(self, backend, payloads):
        adopted = super()._adopt(backend, payloads)
        rest = [payload for payload in payloads if payload['id'] not in adopted]
        by_gid = {payload['id']: payload for payload in rest}
        for gid, order in self.env['shopify.sync.draft']._quotations_of(backend, rest).items():
            adopted[gid] = self._adopt_quotation(backend, by_gid[gid], order)
        return adopted

    def _adopt_quotation(self, backend, payload, order):
        """The binding of an order whose sales order was the quotation of a draft; its lines follow with the signature,
        which is not the order's yet."""
        draft = self.env['shopify.draft.order'].search([('sale_order_id', '=', order.id)], limit=1)
        refs = SimpleNamespace(partner_id=order.partner_id.id, shipping_id=order.partner_shipping_id.id)
        header = self._headers(backend, [payload], {payload['id']: (refs, [])})[payload['id']]
        if order.state in ('draft', 'sent') and header.order:
            order.with_context(shopify_backend_id=backend.id).write(header.order)
        binding = self.env['shopify.order.binding'].create(
            {
                **self._binding_vals(backend, payload),
                **header.binding,
                'sale_order_id': order.id,
                'currency_id': order.currency_id.id,
                'ordered_at': mapping.ordered_at(payload),
                'signature': False,
                'trail': self._stamped([('draft_adopted', {'draft': draft.name or ''}), *header.trail]),
            }
        )
        self._begin(backend, [(binding, payload)])
        return binding
