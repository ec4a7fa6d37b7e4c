"""What a store wants done with an order, and what has to be read for that."""

from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models

from .. import const
from ..entities import order as mapping
from ..entities import order_documents, order_header
from ..shopify import errors, paging


@dataclass(frozen=True)
class Decision:
    """``action`` is 'skip', 'quotation' or 'confirm'; ``rule`` the ``shopify.order.rule`` that decided, perhaps empty;
    ``values`` what else it wants, by its fields; ``reason`` a trail entry ``(code, texts)`` that says why, or ``None``."""

    action: str
    rule: object
    values: dict = field(default_factory=dict)
    reason: tuple | None = None


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _decision(self, backend, payload, is_new=False):
        """What is to become of an order as it is now. Only one that ``is_new`` to Odoo may be skipped."""
        rule = backend.rule_ids._match(order_header.facts(payload))
        reason = self._reason_to_skip(backend, payload) if is_new else ''
        if reason:
            return Decision('skip', rule, reason=(reason, {}))
        action = rule.action or ('confirm' if mapping.is_confirmed(payload, backend.order_policy) else 'quotation')
        if action == 'skip' and is_new:
            return Decision('skip', rule, reason=('rule_skipped', {'rule': rule.name}))
        if action == 'skip' or payload.get('cancelledAt'):
            action = 'quotation'
        told = ('rule', {'rule': rule.name, 'why': rule.conditions, 'summary': rule.summary}) if rule else None
        return Decision(action, rule, rule._results() if rule else {}, told)

    def _reason_to_skip(self, backend, payload):
        """Why an order that Odoo does not know is not imported; '' when it is."""
        if payload.get('test') and not (backend.import_test_orders or backend.is_test_store):
            return 'test_skipped'
        start = fields.Datetime.to_datetime(backend.orders_since) or (
            (backend.connected_at or fields.Datetime.now()) - timedelta(days=const.DAYS_BEFORE_CONNECTING)
        )
        return 'too_old' if mapping.placed_at(payload) < start else ''

    def _quotation_note(self, backend, payload):
        """The trail entry that says why an order is a quotation."""
        rule = self._decision(backend, payload).rule
        if rule.action in ('quotation', 'skip'):
            return 'rule_quotation', {'rule': rule.name}
        policies = dict(backend._fields['order_policy']._description_selection(self.env))
        status = (payload.get('displayFinancialStatus') or '-').lower()
        return 'quotation', {'status': status, 'policy': policies[backend.order_policy]}

    # === READ === #

    def _reading(self, backend):
        """``(document, variables)`` that read orders of this store: no more than it uses and the app may read."""
        wanted = {row._alias(): (row.namespace, row.key) for row in backend.metafield_mapping_ids}
        granted = self.env['shopify.sync.connection']._granted(backend)
        variables = {
            'terms': 'read_payment_terms' in granted or 'write_payment_terms' in granted,
            'places': bool(granted & const.PLACE_SCOPES) and self._has_several_warehouses(backend),
        }
        return order_documents.with_metafields(order_documents.DOCUMENT, wanted), variables

    def _has_several_warehouses(self, backend):
        """Where every location shows the same warehouse nobody needs to know which one ships."""
        return backend.warehouse_by_location and len(backend.location_ids.warehouse_id | backend.warehouse_id) > 1

    @api.model
    def _read_companies(self, client, payloads, document=order_documents.COMPANIES):
        """Join to the orders or drafts of companies (B2B) what is known of these; no request when there are none. An order
        whose company may not be read is one of the person who placed it."""
        buying = {payload['id']: payload for payload in payloads if order_header.is_company(payload)}
        unknown = [gid for gid, payload in buying.items() if 'company' not in payload['purchasingEntity']]
        if not unknown:
            return
        try:
            for _ids, nodes in paging.read_nodes(client, document, unknown, whole=True):
                for node in nodes:
                    if node and node.get('purchasingEntity'):
                        buying[node['id']]['purchasingEntity'].update(node['purchasingEntity'])
        except errors.ScopeError:
            return
