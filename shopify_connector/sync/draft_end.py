"""The end of draft orders: completed, so that an order takes the quotation over, or deleted."""

from odoo import api, models

from ..entities import draft_order as mapping
from ..entities import order as order_mapping
from ..shopify import errors, paging

_MISSING_TRIES = 2


class ShopifySyncDraft(models.AbstractModel):
    _inherit = 'shopify.sync.draft'

    def _complete(self, backend, draft):
        """A draft that has become an order. The order takes the quotation over when it comes; where it has come
        already with a sales order of its own, the quotation is cancelled. An error where only a person can do that."""
        binding = self.env['shopify.draft.order'].search(
            [('backend_id', '=', backend.id), ('gid', '=', draft['id'])], limit=1
        )
        if not binding:
            binding = self.env['shopify.draft.order'].create(
                {**mapping.binding_vals(draft), 'backend_id': backend.id, 'gid': draft['id']}
            )
        binding.write(mapping.binding_vals(draft))
        order = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', '=', binding.order_gid)], limit=1
        )
        if not order and binding.order_gid:
            self.env['shopify.task']._add(backend, 'order', [binding.order_gid], source='shopify')
        elif order.sale_order_id and order.sale_order_id != binding.sale_order_id:
            confirmed = binding.sale_order_id.filtered(lambda row: row.state == 'sale')
            self._drop_quotation(
                binding,
                self.env._(
                    "Completed as %(order)s, which had come over by itself: the quotation was cancelled.",
                    order=order.name,
                ),
            )
            return self._sold_twice(confirmed, order.sale_order_id) if confirmed else None
        return None

    def _sold_twice(self, confirmed, other):
        return errors.GiveUpError(
            self.env._(
                "%(confirmed)s was confirmed in Odoo, and %(other)s stands for the order that its draft has become: goods "
                "would be delivered twice. Cancel %(confirmed)s, then skip this task.",
                confirmed=confirmed.name,
                other=other.name,
            ),
            code='draft_sold_twice',
        )

    def _drop_quotation(self, binding, message):
        """Cancel a quotation that nobody has confirmed; one that was stays what the person made of it."""
        if binding.sale_order_id.state in ('draft', 'sent'):
            binding.sale_order_id._action_cancel()
        binding.message = message

    def _note_missing(self, backend, gids, tasks):
        """Drafts that are gone from Shopify: their quotations are cancelled. One that Odoo has never seen is asked for
        again a little later, because a webhook may be faster than the database that answers us."""
        bindings = self.env['shopify.draft.order'].search([('backend_id', '=', backend.id), ('gid', 'in', gids)])
        for binding in bindings.filtered(lambda row: row.state != 'deleted'):
            if binding._is_open():
                self._drop_quotation(
                    binding, self.env._("Deleted in Shopify: the quotation was cancelled unless it was confirmed.")
                )
            binding.state = 'deleted'
        known = set(bindings.mapped('gid'))
        early = tasks.filtered(
            lambda task: (
                task.key in gids
                and task.key not in known
                and task.tries < _MISSING_TRIES
                and not (task.topic or '').endswith('/delete')
            )
        )
        problem = errors.Unavailable(self.env._("Shopify does not show this draft order yet. It is asked again."))
        return dict.fromkeys(early.mapped('key'), problem)

    # === HANDING OVER === #

    @api.model
    def _find_orders(self, backend, client, payloads):
        """Learn which of Odoo's open drafts have become one of ``payloads``: an order's webhook may come before the
        draft's. Asked for is only what may fit, by the customer; nothing when no quotation of a draft is waiting."""
        gids = [payload['id'] for payload in payloads]
        drafts = self.env['shopify.draft.order']
        waiting = [
            ('backend_id', '=', backend.id),
            ('sale_order_id', '!=', False),
            ('state', 'in', ('open', 'invoice_sent')),
        ]
        if not drafts.search_count(waiting, limit=1):
            return
        known = self.env['shopify.order.binding'].search(
            [('backend_id', '=', backend.id), ('gid', 'in', gids), ('sale_order_id', '!=', False)]
        )
        new = [payload for payload in payloads if payload['id'] not in set(known.mapped('gid'))]
        customers = [payload['customer']['id'] for payload in new if payload.get('customer')]
        if not new:
            return
        by_gid = {row.gid: row for row in drafts.search([*waiting, ('customer_gid', 'in', [*customers, False])])}
        try:
            for _ids, nodes in paging.read_nodes(client, mapping.LINKS, list(by_gid), size=100):
                for node in nodes:
                    if node and mapping.order_gid(node):
                        by_gid[node['id']].write({'order_gid': mapping.order_gid(node), 'state': mapping.state(node)})
        except errors.ScopeError as error:
            # Orders do not wait for a scope that only drafts need: they come over by themselves then.
            self.env['shopify.sync.log']._note(backend, 'drafts', 'warning', message=error.message)

    @api.model
    def _conflicts(self, backend, payloads):
        """``{order gid: error}`` of new orders whose draft's quotation a person has confirmed in another currency: a
        second sales order would deliver the goods twice."""
        by_gid = {payload['id']: payload for payload in payloads}
        drafts = self.env['shopify.draft.order'].search(
            [
                ('backend_id', '=', backend.id),
                ('order_gid', 'in', list(by_gid)),
                ('sale_order_id.state', '=', 'sale'),
            ]
        )
        return {
            draft.order_gid: errors.GiveUpError(
                self.env._(
                    "%(draft)s, now %(order)s in %(currency)s, was confirmed in Odoo as %(confirmed)s in %(other)s. Cancel "
                    "%(confirmed)s and retry: the order then gets a sales order of its own. Or skip this task to leave it "
                    "at %(confirmed)s.",
                    draft=draft.name,
                    order=by_gid[draft.order_gid]['name'],
                    currency=by_gid[draft.order_gid]['currencyCode'],
                    confirmed=draft.sale_order_id.name,
                    other=draft.sale_order_id.currency_id.name,
                ),
                code='draft_other_currency',
            )
            for draft in drafts
            if draft.sale_order_id.currency_id.name != by_gid[draft.order_gid]['currencyCode']
            and not draft.sale_order_id.sudo().shopify_binding_ids
        }

    @api.model
    def _money_policies(self, backend, gids):
        """``{order gid: money policy}`` of orders that are to take a draft's quotation over."""
        drafts = self.env['shopify.draft.order'].search(
            [
                ('backend_id', '=', backend.id),
                ('order_gid', 'in', list(gids)),
                ('sale_order_id.state', 'in', ('draft', 'sent', 'sale')),
                ('money_policy', '!=', False),
            ]
        )
        return {draft.order_gid: draft.money_policy for draft in drafts}

    @api.model
    def _quotations_of(self, backend, payloads):
        """``{order gid: sale.order}``: the quotations of the drafts that these orders complete, made ready for that:
        lines carry the ids of the order's lines, those that the order does not have are gone."""
        by_gid = {payload['id']: payload for payload in payloads}
        drafts = self.env['shopify.draft.order'].search(
            [
                ('backend_id', '=', backend.id),
                ('order_gid', 'in', list(by_gid)),
                ('sale_order_id.state', 'in', ('draft', 'sent', 'sale')),
            ]
        )
        found = {}
        for draft in drafts:
            payload, order = by_gid[draft.order_gid], draft.sale_order_id
            if order.sudo().shopify_binding_ids or draft.order_gid in found:
                continue
            if order.currency_id.name != payload['currencyCode']:
                self._drop_quotation(
                    draft,
                    self.env._(
                        "Completed in %(currency)s: another sales order stands for it.",
                        currency=payload['currencyCode'],
                    ),
                )
                continue
            self._hand_over(order, payload)
            draft.message = self.env._(
                "Completed as %(order)s, which has taken the quotation over.", order=payload['name']
            )
            found[draft.order_gid] = order
        return found

    def _hand_over(self, order, payload):
        lines = order.order_line.filtered('shopify_draft_key')
        matched = mapping.matched(payload, [(line.id, line.shopify_draft_key) for line in lines])
        for line in lines:
            if line.id in matched:
                line.shopify_line_gid = matched[line.id]
        orders = self.env['shopify.sync.order']
        with orders._unlocked(order):
            for line in lines.filtered(lambda line: line.id not in matched):
                orders._zero(line)
        if order.state in ('draft', 'sent'):
            order.date_order = order_mapping.ordered_at(payload)
        order.origin = payload['name']
