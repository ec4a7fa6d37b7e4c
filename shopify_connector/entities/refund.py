"""Shopify's refunds: the documents that read them, and what each gives back, to the cent.

Amounts are ``Decimal`` in major units of the currency that the order was read in.
"""

from __future__ import annotations

REFUNDS_PER_ORDER = 100
LINES_PER_REFUND = 50

_TAX = 'taxLines { title rate channelLiable priceSet { shopMoney { amount } } }'

# Which refunds an order has: next to nothing to ask for, and most orders have none.
ORDERS = f"""
query RefundsOfOrders($ids: [ID!]!) {{
  nodes(ids: $ids) {{
    ... on Order {{ id updatedAt currencyCode presentmentCurrencyCode refunds(first: {REFUNDS_PER_ORDER}) {{ id }} }}
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
      id quantity currentQuantity
      originalUnitPriceSet {{ shopMoney {{ amount }} }}
      discountAllocations {{ allocatedAmountSet {{ shopMoney {{ amount }} }} }}
      {_TAX}
    }}
  }}
  pageInfo {{ hasNextPage endCursor }}
}}
"""

DOCUMENT = (
    f"""
query RefundsByIds($ids: [ID!]!) {{
  nodes(ids: $ids) {{
    ... on Refund {{
      id createdAt processedAt updatedAt note
      order {{ id taxesIncluded }}
      return {{ id name }}
      refundLineItems(first: {LINES_PER_REFUND}) {{ ...RefundLinesF }}
      refundShippingLines(first: 10) {{
        nodes {{
          id
          shippingLine {{ id discountedPriceSet {{ shopMoney {{ amount }} }} {_TAX} }}
          subtotalAmountSet {{ shopMoney {{ amount }} }}
          taxAmountSet {{ shopMoney {{ amount }} }}
        }}
      }}
      orderAdjustments(first: 20) {{
        nodes {{
          id reason
          amountSet {{ shopMoney {{ amount }} }}
          taxAmountSet {{ shopMoney {{ amount }} }}
        }}
      }}
      duties {{
        amountSet {{ shopMoney {{ amount }} }}
        originalDuty {{ id price {{ shopMoney {{ amount }} }} {_TAX} }}
      }}
      transactions(first: 20) {{ nodes {{ id kind status amountSet {{ shopMoney {{ amount }} }} }} }}
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
