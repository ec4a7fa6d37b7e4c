"""Shopify's refunds: the documents that read them, and what each gives back, to the cent.

Amounts are ``Decimal`` in major units of the currency that the order was read in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ..shopify import gid as gids
from ..shopify import money, when
from . import invoicing, order_documents, order_lines

REFUNDS_PER_ORDER = 100
# A few of each, which is all that most refunds have; who has more is asked for again, alone, with as many as this.
MOST = 100
CONNECTIONS = ('refundLineItems', 'refundShippingLines', 'orderAdjustments', 'transactions')

# Which refunds an order has: next to nothing to ask for, and most orders have none.
ORDERS = f"""
query RefundsOfOrders($ids: [ID!]!) {{
  nodes(ids: $ids) {{
    ... on Order {{ id updatedAt currencyCode presentmentCurrencyCode taxesIncluded dutiesIncluded fullyPaid
      refunds(first: {REFUNDS_PER_ORDER}) {{ id }} }}
  }}
}}
"""

_LINES = f"""
fragment RefundLinesF on RefundLineItemConnection {{
  nodes {{
    id quantity restockType restocked
    location {{ id }}
    subtotalSet {{ shopMoney {{ amount }} }}
    totalTaxSet {{ shopMoney {{ amount }} }}
    lineItem {{
      id quantity currentQuantity unfulfilledQuantity
      originalUnitPriceSet {{ shopMoney {{ amount }} }}
      discountAllocations {{ allocatedAmountSet {{ shopMoney {{ amount }} }} }}
      {order_documents.TAX}
    }}
  }}
  pageInfo {{ hasNextPage endCursor }}
}}
"""

DOCUMENT = (
    f"""
query RefundsByIds($ids: [ID!]!, $returns: Boolean = false, $lines: Int = 10, $few: Int = 5) {{
  nodes(ids: $ids) {{
    ... on Refund {{
      id createdAt processedAt updatedAt note
      return @include(if: $returns) {{ id name }}
      refundLineItems(first: $lines) {{ ...RefundLinesF }}
      refundShippingLines(first: $few) {{
        nodes {{
          id
          shippingLine {{ id discountedPriceSet {{ shopMoney {{ amount }} }} {order_documents.TAX} }}
          subtotalAmountSet {{ shopMoney {{ amount }} }}
          taxAmountSet {{ shopMoney {{ amount }} }}
        }}
        pageInfo {{ hasNextPage }}
      }}
      orderAdjustments(first: $few) {{
        nodes {{
          id reason
          amountSet {{ shopMoney {{ amount }} }}
          taxAmountSet {{ shopMoney {{ amount }} }}
        }}
        pageInfo {{ hasNextPage }}
      }}
      duties {{
        amountSet {{ shopMoney {{ amount }} }}
        originalDuty {{ id price {{ shopMoney {{ amount }} }} {order_documents.TAX} }}
      }}
      transactions(first: $few) {{
        nodes {{
          id kind status
          amountSet {{ shopMoney {{ amount }} }}
          amountRoundingSet {{ shopMoney {{ amount }} }}
        }}
        pageInfo {{ hasNextPage }}
      }}
      order {{
        currentTotalPriceSet {{ shopMoney {{ amount }} }}
        netPaymentSet {{ shopMoney {{ amount }} }}
        totalOutstandingSet {{ shopMoney {{ amount }} }}
      }}
    }}
  }}
}}
"""
    + _LINES
)

MORE_LINES = (
    """
query RefundLines($id: ID!, $first: Int!, $after: String) {
  node(id: $id) {
    ... on Refund { refundLineItems(first: $first, after: $after) { ...RefundLinesF } }
  }
}
"""
    + _LINES
)

RESTOCKS = ('cancel', 'return', 'no_restock', 'legacy_restock')
_MOVING = {'SUCCESS'}
_WAITING = {'PENDING', 'AWAITING_RESPONSE', 'UNKNOWN'}


@dataclass(frozen=True)
class Part:
    """What one line of a refund gives back. ``kind`` is item, shipping or duty; ``line`` the id of what was sold.

    ``units`` of ``left`` that the order still has, ``unfulfilled`` of these to leave (items only; else 1 and 0). ``net`` is
    priced as the order is: with the taxes when they are included. ``whole`` is the net of all that was sold, ``gone`` what
    all refunds took of it.
    """

    kind: str
    gid: str
    line: str
    units: int
    left: int
    net: Decimal
    taxes: Mapping[tuple, Decimal]
    restock: str = ''
    restocked: bool = False
    location: str = ''
    whole: Decimal = Decimal(0)
    unfulfilled: int = 0


@dataclass(frozen=True)
class Refund:
    """``adjustment`` is what goes back beside the parts: positive for money only, negative for what was kept; ``tax`` is
    the part of it that Shopify calls tax. ``doubtful``: it does not agree with the money that went back."""

    gid: str
    parts: tuple[Part, ...]
    adjustment: Decimal
    tax: Decimal
    paid: Decimal
    waits: bool
    failed: bool
    doubtful: bool = False


def vals(node: Mapping) -> dict:
    """Values of ``shopify.refund`` that mirror Shopify. Times are naive UTC."""
    return {
        'processed_at': when.to_utc(node.get('processedAt') or node['createdAt']),
        'note': node.get('note') or False,
        'return_gid': (node.get('return') or {}).get('id') or False,
        'return_name': (node.get('return') or {}).get('name') or False,
    }


def read(payload: Mapping, decimals: int) -> list[Refund]:
    """All refunds of an order, oldest first. Each tax of a part is its share of the line's tax; the shares of all refunds
    of a line add up to it."""
    given: dict[str, tuple[Decimal, dict]] = {}
    nodes = sorted(payload['refunds'], key=lambda node: (vals(node)['processed_at'], gids.gid_number(node['id'])))
    found = [_refund(node, payload, given, decimals) for node in nodes]
    if any(refund.doubtful for refund in found) and _agree_with_order(found, nodes, decimals):
        return [replace(refund, doubtful=False) for refund in found]
    return found


def _agree_with_order(found: Iterable[Refund], nodes: Iterable[Mapping], decimals: int) -> bool:
    """Whether what Shopify says is still to be paid for the order is what all refunds together leave open. Where an order
    was never paid in full, a refund's own money cannot tell: part of the goods is settled by what was owed for them."""
    figures = next((node['order'] for node in reversed(list(nodes)) if node.get('order')), None)
    refunds = list(found)
    if not figures or any(refund.waits or refund.failed for refund in refunds):
        return False
    total, paid, owed = (
        money.amount(figures[name]) for name in ('currentTotalPriceSet', 'netPaymentSet', 'totalOutstandingSet')
    )
    left = total - sum((refund.adjustment for refund in refunds), Decimal(0)) - paid
    return abs(owed - left) <= money.from_minor(2, decimals)


def tax_keys(payload: Mapping) -> set[tuple]:
    """The taxes of everything that was refunded."""
    return {key for node in payload['refunds'] for _kind, sold in _sold(node) for key in _taxes(sold, payload)}


def _sold(node: Mapping) -> Iterable[tuple[str, Mapping]]:
    yield from (('item', row['lineItem']) for row in node['refundLineItems']['nodes'])
    yield from (('shipping', row['shippingLine']) for row in node['refundShippingLines']['nodes'])
    yield from (('duty', row['originalDuty']) for row in node.get('duties') or [] if row.get('originalDuty'))


def _taxes(sold: Mapping, payload: Mapping) -> dict[tuple, Decimal]:
    return dict(order_lines.tax_amounts(sold, payload['taxesIncluded']))


def _refund(node: Mapping, payload: Mapping, given: dict, decimals: int) -> Refund:
    parts = [_item(row, payload, given, decimals) for row in node['refundLineItems']['nodes']]
    parts += [_shipping(row, payload, given, decimals) for row in node['refundShippingLines']['nodes']]
    parts += [_duty(row, payload, given, decimals) for row in node.get('duties') or [] if row.get('originalDuty')]
    rows = [row for row in node['transactions']['nodes'] if row['kind'] == 'REFUND']
    waits = any(row['status'] in _WAITING for row in rows)
    moved = [row for row in rows if row['status'] in _MOVING]
    failed = bool(rows) and not moved and not waits
    worth = sum((part.net for part in parts), Decimal(0))
    if not payload['taxesIncluded']:
        worth += sum((tax for part in parts for tax in part.taxes.values()), Decimal(0))
    paid = sum((money.amount(row['amountSet']) for row in moved), Decimal(0))
    rounding = sum((money.amount(row.get('amountRoundingSet')) for row in moved), Decimal(0))
    total, tax, doubtful = Decimal(0), Decimal(0), False
    if not failed:
        total, tax, doubtful = _adjustment(node['orderAdjustments']['nodes'], worth, paid - rounding, decimals)
    return Refund(node['id'], tuple(parts), total, tax, paid, waits, failed, doubtful and not waits)


def _adjustment(rows: Iterable[Mapping], worth: Decimal, paid: Decimal, decimals: int) -> tuple[Decimal, Decimal, bool]:
    """``(total, tax of it, whether it contradicts the money)`` of a refund's adjustments.

    What says only that money was still to come (PENDING_REFUND_DISCREPANCY) may be left when the money has come: it
    counts as long as the sum agrees with the money.
    """
    settled = [row for row in rows if row.get('reason') != 'PENDING_REFUND_DISCREPANCY']
    for some in (rows, settled):
        tax = -sum((money.amount(row['taxAmountSet']) for row in some), Decimal(0))
        total = tax - sum((money.amount(row['amountSet']) for row in some), Decimal(0))
        if _agrees(total, worth, paid, money.from_minor(2, decimals)):
            return total, tax, False
    return total, tax, True


def _agrees(adjustment: Decimal, worth: Decimal, paid: Decimal, least: Decimal) -> bool:
    """More than the goods are worth goes back only as money that has moved. Less may have moved than they are worth,
    because it was never paid; more than the rest when something was kept, never."""
    if adjustment > 0:
        return paid >= worth + adjustment - least
    return adjustment == 0 or paid <= max(worth + adjustment, Decimal(0)) + least


def _item(row: Mapping, payload: Mapping, given: dict, decimals: int) -> Part:
    sold = row['lineItem']
    net, total_tax = money.amount(row['subtotalSet']), money.amount(row['totalTaxSet'])
    return Part(
        'item',
        row['id'] or '',
        sold['id'],
        row['quantity'],
        sold.get('currentQuantity', sold['quantity'] - row['quantity']),
        net,
        _shares(sold, payload, Decimal(row['quantity']), Decimal(sold['quantity']), total_tax, given, decimals),
        row.get('restockType') or '',
        bool(row.get('restocked')),
        (row.get('location') or {}).get('id') or '',
        unfulfilled=sold.get('unfulfilledQuantity') or 0,
    )


def _shipping(row: Mapping, payload: Mapping, given: dict, decimals: int) -> Part:
    sold, net = row['shippingLine'], money.amount(row['subtotalAmountSet'])
    whole = money.amount(sold['discountedPriceSet'])
    taxes = _shares(sold, payload, net, whole, money.amount(row['taxAmountSet']), given, decimals)
    return Part('shipping', row['id'], sold['id'], 1, 0, net, taxes, whole=whole)


def _duty(row: Mapping, payload: Mapping, given: dict, decimals: int) -> Part:
    """Shopify does not say which tax goes back with a duty: its share."""
    sold, amount = row['originalDuty'], money.amount(row['amountSet'])
    whole = money.amount(sold['price'])
    taxes = _shares(sold, payload, amount, whole, None, given, decimals)
    if payload.get('dutiesIncluded'):
        amount = whole = Decimal(0)
    return Part('duty', sold['id'], sold['id'], 1, 0, amount, taxes, whole=whole)


def _shares(
    sold: Mapping, payload: Mapping, part: Decimal, of: Decimal, total: Decimal | None, given: dict, decimals: int
) -> dict[tuple, Decimal]:
    """Each tax of a part, all of them together as Shopify says (``total``); ``given`` keeps what earlier refunds took."""
    taxes = _taxes(sold, payload)
    before, taken = given.get(sold['id'], (Decimal(0), {}))
    ratio = (before + part) / of if of else Decimal(0)
    shares = {
        key: money.rounded(amount * ratio, decimals) - taken.get(key, Decimal(0)) for key, amount in taxes.items()
    }
    gap = Decimal(0) if total is None else total - sum(shares.values(), Decimal(0))
    if gap and taxes:
        extra = invoicing.spread(gap, taxes, decimals)
        shares = {key: amount + extra[key] for key, amount in shares.items()}
    given[sold['id']] = (
        before + part,
        {key: taken.get(key, Decimal(0)) + amount for key, amount in shares.items()},
    )
    return shares
