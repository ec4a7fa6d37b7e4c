"""The GraphQL documents that read orders: exactly what the mapping uses, many orders a request.

Amounts are asked for in the shop's currency; :func:`in_presentment` turns a document into one that answers in the
customer's currency under the same names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

LINES_PER_ORDER = 10
SHIPPING_PER_ORDER = 2
LINES_PER_PAGE = 100

TAX = "taxLines { title rate channelLiable priceSet { shopMoney { amount } } }"
_LINE = f"""
fragment LineF on LineItem {{
  id name title variantTitle sku quantity currentQuantity unfulfilledQuantity requiresShipping isGiftCard
  variant {{ id }}
  lineItemGroup {{ title }}
  sellingPlan {{ name }}
  customAttributes {{ key value }}
  originalUnitPriceSet {{ shopMoney {{ amount }} }}
  discountAllocations {{ allocatedAmountSet {{ shopMoney {{ amount }} }} }}
  {TAX}
}}
"""
_SHIPPING = f"""
fragment ShippingF on ShippingLine {{
  id title code isRemoved
  discountedPriceSet {{ shopMoney {{ amount }} }}
  currentDiscountedPriceSet {{ shopMoney {{ amount }} }}
  {TAX}
}}
"""
ADDRESS = """
fragment AddressF on MailingAddress {
  firstName lastName name company address1 address2 city zip provinceCode province countryCodeV2 phone
}
"""

DOCUMENT = (
    """
query OrdersByIds($ids: [ID!]!, $lines: Int = %d, $terms: Boolean = false, $places: Boolean = false) {
  nodes(ids: $ids) {
    ... on Order {
      id name createdAt processedAt updatedAt cancelledAt cancelReason test edited
      displayFinancialStatus displayFulfillmentStatus
      currencyCode presentmentCurrencyCode taxesIncluded
      email phone note tags poNumber sourceName customerLocale discountCodes
      sourceIdentifier confirmationNumber statusPageUrl paymentGatewayNames
      attribution { handle displayName }
      retailLocation { id }
      risk { recommendation assessments { riskLevel } }
      customerJourneySummary {
        lastVisit { referrerUrl landingPage utmParameters { source medium campaign content term } }
      }
      purchasingEntity { __typename }
      paymentTerms @include(if: $terms) { paymentTermsName paymentTermsType dueInDays }
      fulfillmentOrders(first: 2) @include(if: $places) {
        nodes { status assignedLocation { location { id } } } pageInfo { hasNextPage }
      }
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
    + ADDRESS
    + _SHIPPING
    + _LINE
)

COMPANIES = """
query OrderCompanies($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Order {
      id
      purchasingEntity {
        __typename
        ... on PurchasingCompany {
          company { id name externalId }
          contact { title }
          location {
            id name externalId phone
            taxSettings { taxRegistrationId }
            billingAddress { ...PlaceF }
            shippingAddress { ...PlaceF }
          }
        }
      }
    }
  }
}
fragment PlaceF on CompanyAddress {
  recipient firstName lastName companyName address1 address2 city zip zoneCode province countryCode phone
}
"""

LOCALIZED = """
query OrderLocalizedFields($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Order { id localizedFields(first: 10) { nodes { key title value } } } }
}
"""

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
    additionalFees {{ id name price {{ shopMoney {{ amount }} }} {TAX} }}
    lineItems(first: $lines, after: $after) {{
      nodes {{ id quantity currentQuantity duties {{ id price {{ shopMoney {{ amount }} }} {TAX} }} }}
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


def with_metafields(document: str, wanted: Mapping[str, tuple[str, str]]) -> str:
    """The document that answers with these metafields of an order too, ``{alias: (namespace, key)}``, each as
    ``{type, value}`` under its alias. Each costs a point."""
    asked = ''.join(
        f' {alias}: metafield(namespace: {json.dumps(namespace)}, key: {json.dumps(key)}) {{ type value }}'
        for alias, (namespace, key) in sorted(wanted.items())
    )
    return document.replace('... on Order {', f'... on Order {{{asked}', 1)


def in_presentment(document: str) -> str:
    """The same document with the customer's amounts (``presentmentMoney``) and currency where the shop's would stand."""
    document = re.sub(r'(?<!: )\bshopMoney \{', 'shopMoney: presentmentMoney {', document)
    return document.replace(' currencyCode presentmentCurrencyCode', ' currencyCode: presentmentCurrencyCode')
