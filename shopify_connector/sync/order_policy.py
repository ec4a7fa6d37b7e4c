"""What a store wants done with an order, and what has to be read for that."""

from dataclasses import dataclass, field
from datetime import timedelta

from odoo import fields, models

from .. import const
from ..entities import order as mapping
from ..entities import order_documents


@dataclass(frozen=True)
class Decision:
    """``action`` is 'skip', 'quotation' or 'confirm'; ``rule`` the ``shopify.order.rule`` that decided, or ``None``;
    ``values`` what else it wants; ``reason`` a trail entry ``(code, texts)`` that says why, or ``None``."""

    action: str
    rule: object = None
    values: dict = field(default_factory=dict)
    reason: tuple | None = None


class ShopifySyncOrder(models.AbstractModel):
    _inherit = 'shopify.sync.order'

    def _decision(self, backend, payload, is_new=False):
        """What is to become of an order as it is now. Only one that ``is_new`` to Odoo may be skipped."""
        reason = is_new and self._reason_to_skip(backend, payload)
        if reason:
            return Decision('skip', reason=(reason, {}))
        confirmed = mapping.is_confirmed(payload, backend.order_policy)
        return Decision('confirm' if confirmed else 'quotation')

    def _reason_to_skip(self, backend, payload):
        """Why an order that Odoo does not know is not imported; '' when it is."""
        if payload.get('test') and not (backend.import_test_orders or backend.is_test_store):
            return 'test_skipped'
        start = fields.Datetime.to_datetime(backend.orders_since) or (
            (backend.connected_at or fields.Datetime.now()) - timedelta(days=const.DAYS_BEFORE_CONNECTING)
        )
        return 'too_old' if mapping.placed_at(payload) < start else ''

    # === READ === #

    def _reading(self, backend):
        """``(document, variables)`` that read orders of this store."""
        return order_documents.DOCUMENT, {}

    def _read_companies(self, client, payloads):
        """Join to the orders of companies (B2B) what is known of these; no request when there are none."""
