"""Shopify OrderTransaction -> what was paid, given back, authorised or only tried, and how Odoo books it.

Amounts are ``Decimal`` in major units. Every amount is read in the shop's and in the customer's currency; the mapping
takes those of the sales order's currency, so that the document is the same whatever a store's orders are kept in.
Kinds and states: Admin API, OrderTransactionKind and OrderTransactionStatus (2026-07 and 2026-10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ..shopify import gid as gids
from ..shopify import money, when
from . import words

# A plain list has no cursor: who has more is asked for once more, alone, with all that Shopify gives.
PER_ORDER = 30
MOST = 250

_BOTH = '{ inShop: shopMoney { amount currencyCode } inPresentment: presentmentMoney { amount currencyCode } }'
_FIELDS = f"""
fragment TransactionF on OrderTransaction {{
  id kind status gateway formattedGateway manualPaymentGateway test errorCode
  createdAt processedAt authorizationExpiresAt paymentId
  amountSet {_BOTH}
  amountRoundingSet {_BOTH}
  parentTransaction {{ id }}
  paymentDetails {{
    ... on CardPaymentDetails {{ company }}
    ... on LocalPaymentMethodsPaymentDetails {{ paymentMethodName }}
    ... on ShopPayInstallmentsPaymentDetails {{ paymentMethodName }}
    ... on PaypalWalletPaymentDetails {{ paymentMethodName }}
  }}
}}
"""
DOCUMENT = (
    f"""
query OrderTransactions($ids: [ID!]!, $each: Int = {PER_ORDER}) {{
  nodes(ids: $ids) {{
    ... on Order {{
      id
      transactionsCount {{ count }}
      totalCapturableSet {_BOTH}
      currentTotalPriceSet {_BOTH}
      refundDiscrepancySet {_BOTH}
      transactions(first: $each) {{ ...TransactionF }}
    }}
  }}
}}
"""
    + _FIELDS
)

KINDS = (
    'sale', 'authorization', 'emv_authorization', 'capture', 'change', 'refund', 'suggested_refund', 'void', 'other',
)  # fmt: skip
STATUSES = ('success', 'pending', 'awaiting_response', 'failure', 'error', 'unknown')
MONEY_IN = {'SALE', 'CAPTURE'}
MONEY_OUT = {'REFUND'}
_SIGNS = {**dict.fromkeys(MONEY_IN, 1), **dict.fromkeys(MONEY_OUT, -1), 'CHANGE': -1}
HOLDING = {'AUTHORIZATION', 'EMV_AUTHORIZATION'}
UNDECIDED = {'PENDING', 'AWAITING_RESPONSE', 'UNKNOWN'}
GIFT_CARD_GATEWAY = 'gift_card'
STORE_CREDIT_GATEWAY = 'shopify_store_credit'


@dataclass(frozen=True)
class Booking:
    """A payment to make. ``amount`` is the money that moved, positive, change taken off; ``settles`` what it settles of
    the order: the two differ by cash rounding, and by ``apart``, see :func:`apart`. ``change`` are the rows of the
    change."""

    row: object
    outbound: bool
    amount: Decimal
    settles: Decimal
    change: tuple = ()
    apart: Decimal = Decimal(0)


def is_whole(payload: Mapping) -> bool:
    """Whether the answer of :data:`DOCUMENT` has every transaction of the order."""
    count = (payload.get('transactionsCount') or {}).get('count')
    return count is None or count <= len(payload['transactions'])


def amount_in(bag: Mapping | None, currency: str) -> Decimal | None:
    """The side of a bag that is in ``currency`` (ISO code), the shop's first; None when no side is."""
    for side in (bag or {}).values():
        if side and side.get('currencyCode') == currency:
            return money.parse(side['amount'])
    return None


def vals(transaction: Mapping, currency: str) -> dict:
    """Values of ``shopify.transaction`` that mirror Shopify. ``currency`` is the sales order's; what is in no way in it
    is kept in its own: ``currency`` of the result says which. Times are naive UTC."""
    bag = transaction['amountSet']
    if amount_in(bag, currency) is None:
        currency = next(iter(bag.values()))['currencyCode']
    other = next((side for side in bag.values() if side and side['currencyCode'] != currency), None)
    return {
        'kind': words.known(transaction['kind'], KINDS, 'other'),
        'status': words.known(transaction['status'], STATUSES, 'unknown'),
        'gateway': transaction.get('gateway') or 'unknown',
        'label': label(transaction),
        'method': method(transaction),
        'is_test': bool(transaction.get('test')),
        'error_code': (transaction.get('errorCode') or '').lower(),
        'reference': transaction.get('paymentId') or str(gids.gid_number(transaction['id'])),
        'parent_gid': (transaction.get('parentTransaction') or {}).get('id') or '',
        'processed_at': when.to_utc(transaction.get('processedAt') or transaction['createdAt']),
        'expires_at': when.to_utc(transaction.get('authorizationExpiresAt')),
        'currency': currency,
        'amount': amount_in(bag, currency),
        'rounding': amount_in(transaction.get('amountRoundingSet'), currency) or Decimal(0),
        'other_currency': other['currencyCode'] if other else '',
        'other_amount': money.parse(other['amount']) if other else Decimal(0),
    }


def label(transaction: Mapping) -> str:
    """The gateway's name as people read it."""
    technical = transaction.get('gateway') or 'unknown'
    return (transaction.get('formattedGateway') or '').strip() or technical.replace('_', ' ').title()


def method(transaction: Mapping) -> str:
    """Visa, iDEAL, …; empty where Shopify does not say."""
    details = transaction.get('paymentDetails') or {}
    return details.get('company') or details.get('paymentMethodName') or ''


def capturable(payload: Mapping, currency: str) -> Decimal:
    """What is authorised and not captured yet."""
    return amount_in(payload.get('totalCapturableSet'), currency) or Decimal(0)


def apart(payload: Mapping, currency: str) -> Decimal:
    """By how much the order's amounts are above the money that settled them, in ``currency``, though both are the same in
    the customer's currency. Shopify converts lines and transactions one by one, so that their sums are rounded apart.

    0 for orders of one currency, and as long as the customer owes, or is owed, anything.
    """
    total = payload.get('currentTotalPriceSet') or {}
    other = next((side['currencyCode'] for side in total.values() if side['currencyCode'] != currency), None)
    if not other or _open_in(payload, other) != 0:
        return Decimal(0)
    return _open_in(payload, currency) or Decimal(0)


def _open_in(payload: Mapping, currency: str) -> Decimal | None:
    """What the order comes to, less the money that moved; None when something of it is in no way in ``currency``.
    What was given back beside the lines (positive: kept) is no part of the order's total."""
    due = amount_in(payload['currentTotalPriceSet'], currency)
    for row in payload['transactions']:
        sign = _SIGNS.get(row['kind'], 0) if row['status'] == 'SUCCESS' else 0
        amount = amount_in(row['amountSet'], currency)
        if sign and (due is None or amount is None):
            return None
        if sign:
            due -= sign * (abs(amount) - (amount_in(row.get('amountRoundingSet'), currency) or 0))
    return due if due is None else due + (amount_in(payload.get('refundDiscrepancySet'), currency) or 0)


def settle_apart(bookings: list[Booking], apart: Decimal) -> list[Booking]:
    """The same bookings, the last of which settles ``apart`` more of the order than its money: less, of money out."""
    if not bookings or not apart:
        return bookings
    last = bookings[-1]
    settles = last.settles + (-apart if last.outbound else apart)
    return [*bookings[:-1], replace(last, settles=settles, apart=apart)] if settles > 0 else bookings


def reason(kind: str, status: str) -> str:
    """Why a transaction moves no money; '' when it does. ``kind`` and ``status`` as :func:`vals` has them."""
    if status.upper() in UNDECIDED:
        return 'pending'
    if status != 'success':
        return 'failed'
    kind = kind.upper()
    if kind in HOLDING:
        return 'authorised'
    if kind in MONEY_IN | MONEY_OUT | {'CHANGE'}:
        return ''
    return 'voided' if kind == 'VOID' else 'no_money'


def settled(payload: Mapping) -> set[str]:
    """The ids of transactions that another one has carried out: a pending payment that was marked as paid stays pending,
    its child moves the money."""
    return {
        row['parentTransaction']['id']
        for row in payload['transactions']
        if row['status'] == 'SUCCESS' and row.get('parentTransaction')
    }


def bookings(rows: Iterable) -> list[Booking]:
    """The payments of one order's rows that moved money and are not booked yet, oldest first.

    ``rows`` have the attributes ``gid, kind, parent_gid, gateway, amount, rounding, processed_at`` with amounts as
    ``Decimal``. Change is taken off the payment that it belongs to; without one it is money out by itself.
    """
    rows = sorted(rows, key=lambda row: (row.processed_at, gids.gid_number(row.gid)))
    moved = [row for row in rows if row.kind.upper() in MONEY_IN | MONEY_OUT]
    left = {row.gid: abs(row.amount) for row in moved}
    change: dict[str, list] = {}
    for row in rows:
        if row.kind == 'change':
            payment = _payment_of(row, moved, left)
            change.setdefault(payment, []).append(row)
            if payment:
                left[payment] -= abs(row.amount)
    made = [
        Booking(
            row,
            row.kind.upper() in MONEY_OUT,
            left[row.gid],
            left[row.gid] - row.rounding,
            tuple(change.get(row.gid, ())),
        )
        for row in moved
    ]
    made += [Booking(row, True, abs(row.amount), abs(row.amount)) for row in change.get('', ())]
    return [booking for booking in made if booking.amount]


def _payment_of(change, moved, left) -> str:
    """The id of the payment whose change this is, its parent or the last of the same gateway, as far as it has enough
    left; '' for none."""
    fitting = [row for row in moved if row.kind.upper() in MONEY_IN and left[row.gid] >= abs(change.amount)]
    parents = [row.gid for row in fitting if row.gid == change.parent_gid]
    alike = [row.gid for row in fitting if row.gateway == change.gateway and not change.parent_gid]
    return (parents or alike[-1:] or [''])[0]
