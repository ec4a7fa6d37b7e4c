"""An order of Shopify as a person must see it before changing it there: the documents that read it, and the answer as a
*snapshot*, a plain dictionary that can be kept as JSON.

Amounts are decimal text in the customer's currency (``presentmentMoney``), the one in which Shopify takes payments and
gives them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..shopify import money
from .transaction import HOLDING

LINES = 100

_MONEY = "{ presentmentMoney { amount } }"
_LINE = "id name sku refundableQuantity unfulfilledQuantity"

STATE = f"""
query OrderForChange($id: ID!) {{
  currentAppInstallation {{ accessScopes {{ handle }} }}
  order(id: $id) {{
    id name cancelledAt canMarkAsPaid canNotifyCustomer displayFinancialStatus displayFulfillmentStatus
    note tags presentmentCurrencyCode
    totalOutstandingSet {_MONEY} totalCapturableSet {_MONEY} netPaymentSet {_MONEY} currentTotalPriceSet {_MONEY}
    customer {{ id }}
    transactions(first: 100) {{
      id kind status gateway formattedGateway authorizationExpiresAt multiCapturable
      amountSet {_MONEY} parentTransaction {{ id }}
    }}
    refunds(first: 100) {{ id }}
    fulfillments(first: 50) {{ status }}
    freight: suggestedRefund(refundShipping: true) {{ shipping {{ maximumRefundableSet {_MONEY} }} }}
    lineItems(first: {LINES}) {{ nodes {{ {_LINE} }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}
"""

MORE_LINES = f"""
query OrderLinesForChange($id: ID!, $first: Int!, $after: String) {{
  order(id: $id) {{
    lineItems(first: $first, after: $after) {{ nodes {{ {_LINE} }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}
"""

REFUNDS = f"""
query RefundsOfOrder($id: ID!) {{
  order(id: $id) {{
    refunds(first: 100) {{
      id
      refundLineItems(first: 100) {{ nodes {{ quantity lineItem {{ id }} }} }}
      transactions(first: 10) {{ nodes {{ kind status amountSet {_MONEY} }} }}
    }}
  }}
}}
"""

SUGGESTED = f"""
query SuggestedRefund($id: ID!, $lines: [RefundLineItemInput!], $shipping: Money) {{
  order(id: $id) {{
    id
    suggestedRefund(refundLineItems: $lines, shippingAmount: $shipping) {{
      amountSet {_MONEY} subtotalSet {_MONEY} totalTaxSet {_MONEY} maximumRefundableSet {_MONEY}
      shipping {{ amountSet {_MONEY} maximumRefundableSet {_MONEY} }}
      suggestedTransactions {{ amountSet {_MONEY} parentTransaction {{ id }} }}
    }}
  }}
}}
"""


def snapshot(data: Mapping) -> dict | None:
    """The answer of :data:`STATE` as plain JSON, or None when Shopify shows no such order.

    ``payments``: money that came in, ``{id, gateway, label, amount, refundable}``; ``authorizations``: money that is only
    held, ``{id, label, capturable, expires, multi}``; ``lines``: ``{id, name, sku, refundable, unfulfilled}`` with units.
    """
    order = data.get('order')
    if not order:
        return None
    rows = order['transactions']
    installation = data.get('currentAppInstallation') or {}
    freight = (order.get('freight') or {}).get('shipping') or {}
    return {
        'id': order['id'],
        'name': order['name'],
        'scopes': sorted(scope['handle'] for scope in installation.get('accessScopes') or []),
        'cancelled': bool(order['cancelledAt']),
        'can_mark_paid': order['canMarkAsPaid'],
        'can_notify': order['canNotifyCustomer'],
        'financial': (order.get('displayFinancialStatus') or '').lower(),
        'fulfillment': (order.get('displayFulfillmentStatus') or '').lower(),
        'note': order.get('note') or '',
        'tags': list(order.get('tags') or []),
        'currency': order['presentmentCurrencyCode'],
        'outstanding': _text(order['totalOutstandingSet']),
        'capturable': _text(order['totalCapturableSet']),
        'net': _text(order['netPaymentSet']),
        'total': _text(order['currentTotalPriceSet']),
        'shipping': _text(freight.get('maximumRefundableSet')),
        'has_customer': bool(order.get('customer')),
        'shipped': any(row['status'] in ('SUCCESS', 'OPEN', 'PENDING') for row in order.get('fulfillments') or []),
        'transactions': [row['id'] for row in rows],
        'captures': [_capture(row) for row in rows if row['kind'] == 'CAPTURE'],
        'refunds': [row['id'] for row in order.get('refunds') or []],
        'payments': _payments(rows),
        'authorizations': _authorizations(rows, _amount(order['totalCapturableSet'])),
        'lines': [_line(node) for node in order['lineItems']['nodes']],
    }


def _line(node: Mapping) -> dict:
    return {
        'id': node['id'],
        'name': node['name'],
        'sku': node.get('sku') or '',
        'refundable': node['refundableQuantity'],
        'unfulfilled': node['unfulfilledQuantity'],
    }


def _capture(row: Mapping) -> dict:
    parent = row.get('parentTransaction') or {}
    return {'id': row['id'], 'parent': parent.get('id'), 'status': row['status'], 'amount': _text(row['amountSet'])}


def _moved(rows: list[Mapping], parent: str, kind: str) -> Decimal:
    """What later transactions have taken of ``parent``; those that still wait at the gateway count."""
    return sum(
        (
            _amount(row['amountSet'])
            for row in rows
            if row['kind'] == kind
            and row['status'] in ('SUCCESS', 'PENDING')
            and (row.get('parentTransaction') or {}).get('id') == parent
        ),
        Decimal(0),
    )


def _payments(rows: list[Mapping]) -> list[dict]:
    return [
        {
            'id': row['id'],
            'gateway': row.get('gateway') or '',
            'label': row.get('formattedGateway') or row.get('gateway') or '?',
            'amount': _text(row['amountSet']),
            'refundable': _plain(_amount(row['amountSet']) - _moved(rows, row['id'], 'REFUND')),
        }
        for row in rows
        if row['kind'] in ('SALE', 'CAPTURE') and row['status'] == 'SUCCESS'
    ]


def _authorizations(rows: list[Mapping], held: Decimal) -> list[dict]:
    """Authorisations that still hold money; Shopify's own sum bounds them, since it knows of those that were voided."""
    found = []
    for row in rows:
        if row['kind'] not in HOLDING or row['status'] != 'SUCCESS':
            continue
        left = min(held, _amount(row['amountSet']) - _moved(rows, row['id'], 'CAPTURE'))
        if left > 0:
            held -= left
            found.append(
                {
                    'id': row['id'],
                    'label': row.get('formattedGateway') or row.get('gateway') or '?',
                    'capturable': _plain(left),
                    'expires': row.get('authorizationExpiresAt'),
                    'multi': bool(row.get('multiCapturable')),
                }
            )
    return found


def more_lines(page: Mapping) -> list[dict]:
    """Snapshot lines of a further page (the ``lineItems`` of :data:`MORE_LINES`)."""
    return [_line(node) for node in page['nodes']]


def suggestion(data: Mapping) -> dict:
    """The answer of :data:`SUGGESTED`: ``{amount, subtotal, tax, shipping, maximum, by_payment: {transaction id: amount}}``."""
    row = (data.get('order') or {}).get('suggestedRefund') or {}
    by_payment = {}
    for part in row.get('suggestedTransactions') or []:
        parent = (part.get('parentTransaction') or {}).get('id')
        if parent:
            by_payment[parent] = _plain(Decimal(by_payment.get(parent, '0')) + _amount(part['amountSet']))
    return {
        'amount': _text(row.get('amountSet')),
        'subtotal': _text(row.get('subtotalSet')),
        'tax': _text(row.get('totalTaxSet')),
        'shipping': _text((row.get('shipping') or {}).get('amountSet')),
        'maximum': _text(row.get('maximumRefundableSet')),
        'by_payment': by_payment,
    }


def _amount(bag: Mapping | None) -> Decimal:
    return money.amount(bag, 'presentmentMoney')


def _text(bag: Mapping | None) -> str:
    return _plain(_amount(bag))


def _plain(value: Decimal) -> str:
    """One spelling for one amount, so that texts can be compared: never an exponent, no needless zeros."""
    text = format(value, 'f')
    text = text.rstrip('0').rstrip('.') if '.' in text else text
    return '0' if text in ('', '-0') else text
