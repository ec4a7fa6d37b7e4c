"""Webhook deliveries: their signature, their headers, what they are about."""
from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .gid import gid

COMPLIANCE = {'customers/data_request', 'customers/redact', 'shop/redact'}
_ORDER_BY_ID = {'orders'}
_ORDER_BY_ORDER_ID = {'refunds', 'fulfillments', 'order_transactions', 'returns', 'fulfillment_orders', 'fulfillment_events'}
_BY_ID = {'products': ('product', 'Product'), 'customers': ('customer', 'Customer')}
_SINGLE = {'locations': 'location', 'shop': 'shop', 'app': 'app'}


class BadDelivery(ValueError):
    """``reason``: ``missing_topic``, ``missing_domain``, ``missing_hmac``, ``missing_id``, ``unknown_topic``, ``no_record``."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Delivery:
    """``topic`` in wire form (``orders/create``); ``webhook_id`` is unique for a delivery and the same on its retries."""

    topic: str
    domain: str
    webhook_id: str
    hmac: str
    event_id: str
    triggered_at: str
    api_version: str


def verify(body: bytes, signature: str, secrets: Iterable[str]) -> bool:
    """Whether one of ``secrets`` signed the raw body. Constant time; without a secret nothing is valid."""
    valid = False
    for secret in secrets:
        if secret:
            expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
            valid |= hmac.compare_digest(expected, signature.encode('utf-8', 'replace'))
    return valid


def parse_headers(headers: Mapping[str, str]) -> Delivery:
    """Raises BadDelivery when a header that everything depends on is missing. Header names are case-insensitive."""
    lower = {name.lower(): value for name, value in headers.items() if name.lower().startswith('x-shopify-')}
    for name, reason in (('hmac-sha256', 'missing_hmac'), ('shop-domain', 'missing_domain'), ('topic', 'missing_topic'),
                         ('webhook-id', 'missing_id')):
        if not lower.get(f'x-shopify-{name}', '').strip():
            raise BadDelivery(reason)
    return Delivery(
        topic=lower['x-shopify-topic'].strip().lower(), domain=lower['x-shopify-shop-domain'].strip().lower(),
        webhook_id=lower['x-shopify-webhook-id'].strip()[:128], hmac=lower['x-shopify-hmac-sha256'].strip(),
        event_id=lower.get('x-shopify-event-id', ''), triggered_at=lower.get('x-shopify-triggered-at', ''),
        api_version=lower.get('x-shopify-api-version', ''))


def record_key(topic: str, payload: Mapping) -> tuple[str, str]:
    """``(kind of work, key)``: any topic about an order is the work on that order. Raises BadDelivery."""
    if not isinstance(payload, Mapping):
        raise BadDelivery('no_record')
    family = topic.split('/', 1)[0]
    if topic in COMPLIANCE:
        return 'privacy', str((payload.get('customer') or {}).get('id') or payload.get('shop_id') or '-')
    if family in _ORDER_BY_ID:
        return 'order', gid('Order', _number(payload, 'id'))
    if family in _ORDER_BY_ORDER_ID:
        return 'order', gid('Order', _number(payload, 'order_id'))
    if family in _BY_ID:
        kind, name = _BY_ID[family]
        return kind, gid(name, _number(payload, 'id'))
    if family == 'inventory_levels':
        item, place = _number(payload, 'inventory_item_id'), _number(payload, 'location_id')
        return 'level', f"{gid('InventoryItem', item)}|{gid('Location', place)}"
    if family in _SINGLE:
        return _SINGLE[family], topic
    raise BadDelivery('unknown_topic')


def _number(payload: Mapping, name: str) -> int:
    value = payload.get(name)
    if isinstance(value, bool) or not str(value or '').isdigit():
        raise BadDelivery('no_record')
    return int(value)
