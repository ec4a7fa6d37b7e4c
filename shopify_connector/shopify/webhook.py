"""Deliveries of webhooks: who sent them, which they are, and which record they ring for."""
from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from . import gid, when
from .oauth import is_shop_domain

_MAX_HEADER = 512
_TOPIC = re.compile(r'[a-z_]+[/.][a-z_]+(?:[/.][a-z_]+)?')


class BadDelivery(ValueError):
    """``reason``: ``no_<header>``, ``bad_<header>``, ``no_id``, ``bad_payload`` or ``unknown_topic``."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Delivery:
    """The headers of one delivery. ``webhook_id`` is the same when it is repeated; ``event_id`` is shared by all
    deliveries of one action; ``triggered_at`` is naive UTC or None."""

    topic: str
    domain: str
    webhook_id: str
    event_id: str | None
    triggered_at: datetime | None
    api_version: str | None
    hmac: str


class Ring(NamedTuple):
    """``kind`` of work and its ``key``: the record's gid, ``item gid|location gid`` for a level, the topic for a shop."""

    kind: str
    key: str


def verify(body: bytes, header: str | None, secrets: Iterable[str]) -> bool:
    """Whether ``header`` is the signature of the raw ``body`` with one of ``secrets``. No secret, no header: False.

    All secrets are tried in constant time, so that the answer's time tells nothing.
    """
    given = (header or '').encode('utf-8', 'replace')
    good = False
    for secret in secrets:
        if secret:
            expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
            good |= hmac.compare_digest(expected, given)
    return good


def parse_headers(headers: Mapping[str, str]) -> Delivery:
    """The delivery that these HTTP headers (any case) announce.

    :raise BadDelivery: without topic, domain, id or signature, or with ones that cannot be Shopify's.
    """
    known = {str(name).lower(): value for name, value in headers.items()}

    def header(name: str) -> str:
        return (known.get(f'x-shopify-{name}') or '').strip()[:_MAX_HEADER]

    needed = {'hmac': 'hmac-sha256', 'topic': 'topic', 'domain': 'shop-domain', 'webhook_id': 'webhook-id'}
    values = {field: header(name) for field, name in needed.items()}
    for field, value in values.items():
        if not value:
            raise BadDelivery(f'no_{field}')
    values['domain'] = values['domain'].lower()
    if not is_shop_domain(values['domain']):
        raise BadDelivery('bad_domain')
    if not _TOPIC.fullmatch(values['topic']):
        raise BadDelivery('bad_topic')
    return Delivery(
        **values, event_id=header('event-id') or None, triggered_at=_moment(header('triggered-at')),
        api_version=header('api-version') or None)


def record_key(topic: str, payload: dict) -> Ring:
    """Which work a delivery rings for. All topics about an order lead to that order.

    :raise BadDelivery: ``unknown_topic``, or a payload that does not name its record.
    """
    if not isinstance(payload, dict):
        raise BadDelivery('bad_payload')
    rule = _rule(topic)
    if not rule:
        raise BadDelivery('unknown_topic')
    for kind, key in rule:
        try:
            return Ring(kind, key(payload) or topic)
        except BadDelivery:
            continue
    raise BadDelivery('no_id')


def kind(topic: str) -> str | None:
    """What kind of record a topic is about, whatever its payload says; None for a topic that is nobody's."""
    rule = _rule(topic)
    return rule[0][0] if rule else None


def _rule(topic: str) -> tuple:
    """What a delivery may ring for, the best first; empty for a topic that is nobody's."""
    rule = _RULES.get(topic) or _RULES.get(f'{re.split("[/.]", topic)[0]}/*') or ()
    return rule if not rule or isinstance(rule[0], tuple) else (rule,)


def _moment(text: str) -> datetime | None:
    try:
        return when.to_utc(text, exact=True)
    except ValueError:
        return None


def _gid(type_: str, value) -> str:
    try:
        return gid.gid(type_, value)
    except ValueError:
        raise BadDelivery('no_id') from None


def _of(type_: str, *path: str) -> Callable[[dict], str]:
    """The gid at ``path`` of a payload: a number, a gid, or an object with an id."""
    def key(payload: dict) -> str:
        value = payload
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, dict):
            value = value.get('admin_graphql_api_id') or value.get('id')
        return _gid(type_, value)
    return key


def _own(type_: str) -> Callable[[dict], str]:
    """The payload's own record."""
    def key(payload: dict) -> str:
        return _gid(type_, payload.get('admin_graphql_api_id') or payload.get('id'))
    return key


def _first(*keys: Callable[[dict], str]) -> Callable[[dict], str]:
    def key(payload: dict) -> str:
        for one in keys:
            try:
                return one(payload)
            except BadDelivery:
                continue
        raise BadDelivery('no_id')
    return key


def _level(payload: dict) -> str:
    return f"{_of('InventoryItem', 'inventory_item_id')(payload)}|{_of('Location', 'location_id')(payload)}"


def _merged(payload: dict) -> str:
    """``kept gid|deleted gid`` of two customers that became one; the second part is empty when it is not told, and when
    the merge failed: both live on."""
    kept = _first(_of('Customer', 'admin_graphql_api_customer_kept_id'), _own('Customer'))(payload)
    if str(payload.get('status') or 'completed').lower() != 'completed':
        return f'{kept}|'
    try:
        return f"{kept}|{_of('Customer', 'admin_graphql_api_customer_deleted_id')(payload)}"
    except BadDelivery:
        return f'{kept}|'


def _whole_shop(payload: dict) -> str:
    return ''


_ORDER_OF = _first(_of('Order', 'order_id'), _of('Order', 'order'))

# topic, or the part before the slash with '/*' -> (kind of work, how its record is found in the payload), or several of
# these: the first whose record is there
_RULES: dict[str, tuple] = {
    'orders/*': ('order', _own('Order')),
    'orders/edited': ('order', _of('Order', 'order_edit', 'order_id')),
    'orders/risk_assessment_changed': ('order', _first(_of('Order', 'admin_graphql_api_order_id'), _ORDER_OF, _own('Order'))),
    'refunds/*': ('order', _ORDER_OF),
    'fulfillments/*': ('order', _ORDER_OF),
    'fulfillment_events/*': ('order', _ORDER_OF),
    'order_transactions/*': ('order', _ORDER_OF),
    'tender_transactions/*': ('order', _ORDER_OF),
    'returns/*': (('order', _ORDER_OF), ('return', _own('Return'))),
    'draft_orders/*': ('draft', _own('DraftOrder')),
    'payment_terms/*': ('order', _ORDER_OF),
    'fulfillment_orders/*': ('fulfillment_order', _first(
        *(_of('FulfillmentOrder', f'{which}fulfillment_order') for which in (
            '', 'original_', 'moved_', 'submitted_', 'remaining_', 'replacement_', 'unsubmitted_')),
        _own('FulfillmentOrder'))),
    'fulfillment_holds/*': ('fulfillment_order', _of('FulfillmentOrder', 'fulfillment_order')),
    'products/*': ('product', _own('Product')),
    'variants/*': ('product', _of('Product', 'product_id')),
    'collections/*': ('collection', _own('Collection')),
    'inventory_items/*': ('inventory_item', _own('InventoryItem')),
    'inventory_levels/*': ('level', _level),
    'locations/*': ('location', _own('Location')),
    'companies/*': ('company', _own('Company')),
    'company_locations/*': ('company', _own('CompanyLocation')),
    'company_contacts/*': ('company', _own('CompanyContact')),
    'customers/*': ('customer', _own('Customer')),
    'customers/merge': ('customer_merge', _merged),
    'customers_email_marketing_consent/*': ('customer', _first(_of('Customer', 'customer_id'), _own('Customer'))),
    'customers_marketing_consent/*': ('customer', _first(_of('Customer', 'customer_id'), _own('Customer'))),
    'customer/*': ('customer', _first(_of('Customer', 'customerId'), _of('Customer', 'customer_id'))),
    'customers/data_request': ('privacy', _of('Customer', 'customer')),
    'customers/redact': ('privacy', _of('Customer', 'customer')),
    'shop/redact': ('privacy', _whole_shop),
    'shop/update': ('shop', _whole_shop),
    'app/uninstalled': ('app', _whole_shop),
    'app/scopes_update': ('shop', _whole_shop),
    'bulk_operations/finish': ('bulk', _own('BulkOperation')),
    'disputes/*': ('dispute', _own('ShopifyPaymentsDispute')),
}
