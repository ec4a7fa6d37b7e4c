"""Shopify DraftOrder -> a quotation. A draft is turned into an order of the same content, so that everything known of
orders (lines, taxes, customers, header) holds for drafts too; what is peculiar to drafts stands here.

A draft's line knows its own discounts only: what the discounts of the whole draft take off is in ``subtotalPriceSet``
(Admin API, DraftOrder and DraftOrderLineItem). Lines get new ids whenever the draft changes.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from ..shopify import gid, money, when
from . import order, order_documents, order_lines

LINES_PER_DRAFT = 20
LINES_PER_PAGE = 100
STATES = {'OPEN': 'open', 'INVOICE_SENT': 'invoice_sent', 'COMPLETED': 'completed'}

_EMPTY_PAGE = {'hasNextPage': False, 'endCursor': None}
_LINE = f"""
fragment DraftLineF on DraftOrderLineItem {{
  id name title variantTitle sku quantity requiresShipping isGiftCard
  variant {{ id }}
  customAttributes {{ key value }}
  originalUnitPriceSet {{ shopMoney {{ amount }} }}
  discountedTotalSet {{ shopMoney {{ amount }} }}
  {order_documents.TAX}
}}
"""

DOCUMENT = (
    """
query DraftsByIds($ids: [ID!]!, $lines: Int = %d, $terms: Boolean = false) {
  nodes(ids: $ids) {
    ... on DraftOrder {
      id name status createdAt updatedAt
      currencyCode presentmentCurrencyCode taxesIncluded
      email phone note2 tags poNumber
      customAttributes { key value }
      purchasingEntity { __typename }
      paymentTerms @include(if: $terms) { paymentTermsType paymentTermsName dueInDays }
      order { id }
      subtotalPriceSet { shopMoney { amount } }
      totalTaxSet { shopMoney { amount } }
      totalPriceSet {
        shopMoney { amount }
        inShop: shopMoney { amount currencyCode }
        inPresentment: presentmentMoney { amount currencyCode }
      }
      customer {
        id firstName lastName taxExempt
        defaultEmailAddress { emailAddress }
        defaultPhoneNumber { phoneNumber }
      }
      billingAddress { ...AddressF }
      shippingAddress { ...AddressF }
      shippingLine { id title code discountedPriceSet { shopMoney { amount } } %s }
      lineItems(first: $lines) { nodes { ...DraftLineF } pageInfo { hasNextPage endCursor } }
    }
  }
}
"""
    % (LINES_PER_DRAFT, order_documents.TAX)
    + order_documents.ADDRESS
    + _LINE
)

MORE_LINES = (
    """
query DraftLines($id: ID!, $first: Int!, $after: String) {
  draftOrder(id: $id) {
    lineItems(first: $first, after: $after) { nodes { ...DraftLineF } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + _LINE
)

# As of an order: read for the drafts of companies only.
COMPANIES = order_documents.COMPANIES.replace('OrderCompanies', 'DraftCompanies').replace(
    'on Order {', 'on DraftOrder {'
)

# Which orders came of drafts: cheap, for many drafts a request.
LINKS = """
query DraftLinks($ids: [ID!]!) {
  nodes(ids: $ids) { ... on DraftOrder { id status order { id } } }
}
"""

FOUND = """
query DraftsFound($query: String!, $first: Int = 100, $after: String) {
  draftOrders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""
OPEN = 'status:open OR status:invoice_sent'


def state(draft: Mapping) -> str:
    """``open``, ``invoice_sent`` or ``completed``."""
    return STATES.get(draft.get('status'), 'open')


def updated_at(draft: Mapping) -> datetime:
    """Naive UTC."""
    return when.to_utc(draft['updatedAt'])


def order_gid(draft: Mapping) -> str:
    """The order that the draft has become, or ''."""
    return (draft.get('order') or {}).get('id') or ''


def binding_vals(draft: Mapping) -> dict:
    """Values of ``shopify.draft.order`` that mirror the present state in Shopify. Times are naive UTC."""
    return {
        'name': draft['name'],
        'state': state(draft),
        'order_gid': order_gid(draft) or False,
        'customer_gid': (draft.get('customer') or {}).get('id') or False,
        'shopify_updated_at': updated_at(draft),
        'amount_shopify': float(money.amount(draft['totalPriceSet'])),
        'note': draft.get('note2') or False,
        'tags': ', '.join(draft.get('tags') or []) or False,
    }


def as_order(draft: Mapping, decimals: int, money_policy: str = 'shop') -> dict:
    """The draft as a payload of :data:`order_documents.DOCUMENT`, an order that is not paid yet."""
    shipping = draft.get('shippingLine')
    same = ('id', 'name', 'createdAt', 'updatedAt', 'currencyCode', 'presentmentCurrencyCode', 'taxesIncluded', 'email')
    same += ('phone', 'tags', 'poNumber', 'customAttributes', 'customer', 'billingAddress', 'shippingAddress')
    same += ('purchasingEntity', 'paymentTerms')
    return {
        **{name: draft.get(name) for name in same},
        'processedAt': draft['createdAt'],
        'note': draft.get('note2'),
        'displayFinancialStatus': 'PENDING',
        'displayFulfillmentStatus': 'UNFULFILLED',
        'currentTotalPriceSet': draft['totalPriceSet'],
        'currentTotalTaxSet': draft['totalTaxSet'],
        'money_policy': money_policy,
        'lineItems': {'nodes': _lines(draft, decimals), 'pageInfo': _EMPTY_PAGE},
        'shippingLines': {'nodes': [_shipping(shipping)] if shipping else [], 'pageInfo': _EMPTY_PAGE},
    }


def _lines(draft: Mapping, decimals: int) -> list[dict]:
    """The draft's lines with the shape of an order's: all discounts of a line in one allocation."""
    nodes = draft['lineItems']['nodes']
    own = [money.amount(line['discountedTotalSet']) for line in nodes]
    of_draft = sum(own) - money.amount(draft['subtotalPriceSet'])
    shares = money.allocate(of_draft, own, decimals) if of_draft and any(own) else [0] * len(own)
    found = []
    for line, left, share in zip(nodes, own, shares, strict=True):
        gross = money.amount(line['originalUnitPriceSet']) * line['quantity']
        discount = {'allocatedAmountSet': {'shopMoney': {'amount': str(gross - left + share)}}}
        rest = {name: value for name, value in line.items() if name != 'discountedTotalSet'}
        found.append({**rest, 'currentQuantity': line['quantity'], 'discountAllocations': [discount]})
    return found


def _shipping(line: Mapping) -> dict:
    return {**line, 'isRemoved': False, 'currentDiscountedPriceSet': line['discountedPriceSet']}


def header_vals(payload: Mapping, refs: order_lines.Refs) -> dict:
    """Values of the quotation that may change while the draft does; ``payload`` is the draft as an order."""
    return order.header_vals(payload, refs)


def quotation_vals(payload: Mapping, refs: order_lines.Refs) -> dict:
    """Values for ``sale.order.create``."""
    lines = [(0, 0, line) for line in quotation_lines(payload, refs)]
    return {**order.vals(payload, refs), 'order_line': lines}


# === LINES === #


def key(line: Mapping) -> str:
    """What a line is of, in the draft and in the order that comes of it: ids differ between the two."""
    if 'currentDiscountedPriceSet' in line:
        return f"shipping {line.get('title') or ''}".strip()
    if order_lines.is_custom(line):
        return f"custom {line.get('title') or line.get('name') or ''}".strip()
    return order_lines.line_key(line)


def quotation_lines(payload: Mapping, refs: order_lines.Refs) -> list[dict]:
    """Values of the quotation's ``sale.order.line``; a draft takes nothing off the shop's levels, so that its lines are
    not marked as lines of an order."""
    keys = {line['id']: key(line) for line in _sources(payload)}
    return [
        {**{name: value for name, value in vals.items() if name != 'shopify_line_gid'}, 'shopify_draft_key': keys[line]}
        for vals in order_lines.lines_vals(payload, refs)
        for line in [vals['shopify_line_gid']]
    ]


def _sources(payload: Mapping) -> list[dict]:
    return order_lines.line_nodes(payload) + order_lines.shipping_nodes(payload)


def matched(payload: Mapping, present: list[tuple[int, str]]) -> dict[int, str]:
    """``{id: line of the order}`` for the quotation's lines, given as ``(id, key)`` in their order: equal keys are
    matched one by one."""
    waiting = defaultdict(list)
    for line in _sources(payload):
        waiting[key(line)].append(line['id'])
    return {row: waiting[mark].pop(0) for row, mark in present if waiting.get(mark)}


def signature(payload: Mapping) -> str:
    """Changes when anything changes that the quotation is made from; new ids of the same lines are no change."""
    lines = [{name: value for name, value in line.items() if name != 'id'} for line in _sources(payload)]
    parts = [payload[name] for name in ('currencyCode', 'taxesIncluded', 'name', 'poNumber')]
    parts += [lines, payload['billingAddress'], payload['shippingAddress'], (payload['customer'] or {}).get('id')]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def admin_url(shop_domain: str, draft_gid: str) -> str:
    return f'https://{shop_domain}/admin/draft_orders/{gid.gid_number(draft_gid)}'
