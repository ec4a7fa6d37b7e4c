"""The GraphQL documents that read orders: exactly what the mapping uses, many orders a request.

Amounts are asked for in the shop's currency; :func:`in_presentment` turns a document into one that answers in the
customer's currency under the same names.
"""

from __future__ import annotations

import re

LINES_PER_ORDER = 10
SHIPPING_PER_ORDER = 2
LINES_PER_PAGE = 100

_TAX = "taxLines { title rate channelLiable priceSet { shopMoney { amount } } }"
_LINE = f"""
fragment LineF on LineItem {{
  id name title variantTitle sku quantity currentQuantity requiresShipping isGiftCard
  variant {{ id }}
  lineItemGroup {{ title }}
  sellingPlan {{ name }}
  customAttributes {{ key value }}
  originalUnitPriceSet {{ shopMoney {{ amount }} }}
  discountAllocations {{ allocatedAmountSet {{ shopMoney {{ amount }} }} }}
  {_TAX}
}}
"""
_SHIPPING = f"""
fragment ShippingF on ShippingLine {{
  id title code isRemoved
  discountedPriceSet {{ shopMoney {{ amount }} }}
  currentDiscountedPriceSet {{ shopMoney {{ amount }} }}
  {_TAX}
}}
"""
_ADDRESS = """
fragment AddressF on MailingAddress {
  firstName lastName name company address1 address2 city zip provinceCode province countryCodeV2 phone
}
"""

DOCUMENT = (
    """
query OrdersByIds($ids: [ID!]!, $lines: Int = %d) {
  nodes(ids: $ids) {
    ... on Order {
      id name createdAt processedAt updatedAt cancelledAt cancelReason test edited
      displayFinancialStatus displayFulfillmentStatus
      currencyCode presentmentCurrencyCode taxesIncluded
      email phone note tags poNumber sourceName customerLocale discountCodes
      customAttributes { key value }
      dutiesIncluded returnStatus
      totalTipReceivedSet { shopMoney { amount } }
      currentTotalPriceSet {
        shopMoney { amount }
        inShop: shopMoney { amount currencyCode }
        inPresentment: presentmentMoney { amount currencyCode }
      }
      currentTaxLines { title rate channelLiable priceSet { shopMoney { amount } } }
      currentTotalTaxSet { shopMoney { amount } }
      originalTotalDutiesSet { shopMoney { amount } }
      currentTotalDutiesSet { shopMoney { amount } }
      originalTotalAdditionalFeesSet { shopMoney { amount } }
      currentTotalAdditionalFeesSet { shopMoney { amount } }
      customer {
        id firstName lastName taxExempt
        defaultEmailAddress { emailAddress }
        defaultPhoneNumber { phoneNumber }
      }
      billingAddress { ...AddressF }
      shippingAddress { ...AddressF }
      shippingLines(first: %d) { nodes { ...ShippingF } pageInfo { hasNextPage endCursor } }
      lineItems(first: $lines) { nodes { ...LineF } pageInfo { hasNextPage endCursor } }
    }
  }
}
"""
    % (LINES_PER_ORDER, SHIPPING_PER_ORDER)
    + _ADDRESS
    + _SHIPPING
    + _LINE
)

MORE_LINES = (
    """
query OrderLineItems($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    lineItems(first: $first, after: $after) { nodes { ...LineF } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + _LINE
)

MORE_SHIPPING = (
    """
query OrderShippingLines($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    shippingLines(first: $first, after: $after) { nodes { ...ShippingF } pageInfo { hasNextPage endCursor } }
  }
}
"""
    + _SHIPPING
)

CHARGES = f"""
query OrderCharges($id: ID!, $lines: Int!, $after: String) {{
  order(id: $id) {{
    id
    additionalFees {{ id name price {{ shopMoney {{ amount }} }} {_TAX} }}
    lineItems(first: $lines, after: $after) {{
      nodes {{ id quantity currentQuantity duties {{ id price {{ shopMoney {{ amount }} }} {_TAX} }} }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
"""

CHANGED = """
query OrdersChanged($query: String!, $first: Int = 100, $after: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def in_presentment(document: str) -> str:
    """The same document with the customer's amounts (``presentmentMoney``) and currency where the shop's would stand."""
    document = re.sub(r'(?<!: )\bshopMoney \{', 'shopMoney: presentmentMoney {', document)
    return document.replace(' currencyCode presentmentCurrencyCode', ' currencyCode: presentmentCurrencyCode')
