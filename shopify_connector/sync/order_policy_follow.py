"""What of an order's header goes on following Shopify, and the hold on its delivery."""

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..entities import order_header
from .order_policy_header import Finder


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _follow_header(self, backend, binding, payload, tags_before):
        """Tags, metafields and what Shopify learns late of an order; people's own changes in Odoo stay.

        :param tags_before: Shopify's tags as they were known before this reading, a list.
        """
        decision = self._decision(backend, payload)
        if decision.rule != binding.rule_id and not binding.sale_order_id.invoice_ids:
            binding.write({'rule_id': decision.rule.id, 'invoice_policy': decision.values.get('invoice_policy', False)})
            if decision.rule:
                binding._add_trail(decision.reason[0], **decision.reason[1])
        if backend.tags_to_order and tags_before != (payload.get('tags') or []):
            self._follow_tags(backend, binding, payload, tags_before)
        self._follow_metafields(backend, binding, payload)
        self._follow_marketing(backend, binding, payload)
        self._settle_hold(backend, binding, payload, decision)

    def _follow_tags(self, backend, binding, payload, before):
        """Tags that were added or removed in Shopify; what a person set in Odoo stays."""
        finder, order, present = Finder(self.env, backend, []), binding.sale_order_id, payload.get('tags') or []
        added = finder.tags(tag for tag in present if tag not in before) - order.tag_ids
        gone = {tag.casefold() for tag in before if tag not in present}
        removed = order.tag_ids.filtered(lambda tag: (tag.name or '').casefold() in gone)
        if added or removed:
            order.write({'tag_ids': [*map(Command.link, added.ids), *map(Command.unlink, removed.ids)]})

    def _follow_metafields(self, backend, binding, payload):
        """What changed in Shopify since it was last read; each by itself, for a field may refuse what it cannot hold."""
        mappings = backend.metafield_mapping_ids
        if not mappings:
            return
        values, problems, texts = mappings._read_values(payload)
        before = binding.metafields or {}
        for name in sorted(name for name, text in texts.items() if text != before.get(name, '')):
            problem = problems.get(name) or self._write_metafield(binding.sale_order_id, values.get(name))
            if problem:
                binding._add_trail('metafield_unfit', name=name, problem=problem)
        if texts != before:
            binding.metafields = {**before, **texts}

    def _write_metafield(self, order, values):
        """Why Odoo does not take it; '' when it does."""
        try:
            with self.env.cr.savepoint():
                order.write(values or {})
        except (UserError, ValueError) as error:
            self.env.invalidate_all()
            return str(error)
        return ''

    def _follow_marketing(self, backend, binding, payload):
        """Shopify may take minutes to know which visit led to an order; what stands in Odoo already stays."""
        order = binding.sale_order_id
        if order.source_id or order.medium_id or order.campaign_id or not order_header.journey(payload):
            return
        found = Finder(self.env, backend, []).marketing(payload)
        if found:
            order.write(found)

    # === HOLD === #

    def _settle_hold(self, backend, binding, payload, decision):
        """Hold the delivery of an order that is too risky or that a rule wants held, and let it go when the reason is
        gone. What a person has released is never held again."""
        if binding.hold_state == 'released' or not binding.sale_order_id:
            return
        shipped = payload.get('displayFulfillmentStatus') == 'FULFILLED'
        reason = self._hold_reason(backend, binding, payload, decision)
        if reason and not shipped:
            if binding.hold_state != 'held' and self._is_to_be_delivered(binding.sale_order_id):
                self._hold(backend, binding, *reason)
            elif binding.hold_state == 'held' and binding.hold_reason != reason[0]:
                binding.hold_reason = reason[0]
        elif binding.hold_state == 'held':
            self._lift(binding, 'hold_shipped' if shipped else 'hold_lifted')

    def _hold_reason(self, backend, binding, payload, decision):
        """``(reason, trail code, texts)``, or ``None``."""
        if payload.get('cancelledAt'):
            return None
        # An answer without the risk says nothing about it.
        risky = order_header.is_risky(payload, backend.risk_policy) if 'risk' in payload else (
            binding.hold_state == 'held' and binding.hold_reason == 'risk'
        )  # fmt: skip
        if risky:
            return 'risk', 'held_risk', {'level': order_header.risk_level(payload)}
        if decision.values.get('hold'):
            return 'rule', 'held_rule', {'rule': decision.rule.name}
        return None

    def _is_to_be_delivered(self, order):
        """Whether there is, or may be, something that has not left."""
        if order.state in ('draft', 'sent'):
            return True
        return bool(self._open_pickings_of(order))

    def _hold(self, backend, binding, reason, code, texts):
        order = binding.sale_order_id
        binding.write({'hold_state': 'held', 'hold_reason': reason})
        binding._add_trail(code, **texts)
        order.message_post(body=order.shopify_hold_message)
        if reason == 'risk' and backend.responsible_id:
            order.activity_schedule(
                'shopify_connector.mail_activity_held_delivery',
                fields.Date.context_today(order),
                summary=self.env._("Look at the risk of %(order)s and release its delivery", order=binding.name),
                note=order.shopify_hold_message,
                user_id=backend.responsible_id.id,
            )

    def _lift(self, binding, code):
        binding.write({'hold_state': 'lifted', 'hold_reason': False})
        binding._add_trail(code)
        binding.sale_order_id._shopify_note_unheld(binding._done_sentences()[code])

    def _begin(self, backend, pairs):
        """What follows from the policies once new orders exist: metafields, holds, activities that rules want. ``pairs`` are
        ``(binding, payload)``."""
        for binding, payload in pairs:
            decision = self._decision(backend, payload)
            self._follow_metafields(backend, binding, payload)
            self._settle_hold(backend, binding, payload, decision)
            person = decision.values.get('activity_user_id')
            if person:
                binding.sale_order_id.activity_schedule(
                    'mail.mail_activity_data_todo',
                    fields.Date.context_today(binding),
                    summary=self.env._(
                        "Shopify order %(order)s: %(rule)s", order=binding.name, rule=decision.rule.name
                    ),
                    user_id=person.id,
                )
