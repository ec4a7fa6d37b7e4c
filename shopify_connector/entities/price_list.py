"""Shopify price lists (of markets and B2B catalogs) <- Odoo pricelists: fixed prices of variants, only where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

# The limit of every list that is sent (Admin API, input arrays).
PRICES_PER_CALL = 250

LISTS = """
query PriceLists($first: Int = 50, $after: String) {
  priceLists(first: $first, after: $after) {
    nodes { id name currency fixedPricesCount parent { adjustment { type value } } catalog { __typename id title status } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
FIXED = """
query FixedPrices($id: ID!, $first: Int = 250, $after: String) {
  priceList(id: $id) {
    prices(first: $first, after: $after, originType: FIXED) {
      nodes { variant { id } price { amount } compareAtPrice { amount } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
UPDATE = """
mutation SetFixedPrices($id: ID!, $add: [PriceListPriceInput!]!, $delete: [ID!]!) {
  priceListFixedPricesUpdate(priceListId: $id, pricesToAdd: $add, variantIdsToDelete: $delete) {
    userErrors { field message code }
  }
}
"""

_KINDS = {'MarketCatalog': 'market', 'CompanyLocationCatalog': 'company', 'AppCatalog': 'app'}
# The price is not there any more, as was wanted.
GONE_ALREADY = 'PRICE_NOT_FIXED'
NO_LIST = 'PRICE_LIST_NOT_FOUND'


def vals(node: Mapping) -> dict:
    """Values of ``shopify.price.list``, the currency as its code."""
    catalog, adjustment = node.get('catalog') or {}, (node.get('parent') or {}).get('adjustment') or {}
    value = adjustment.get('value') or 0.0
    return {
        'name': node['name'],
        'currency_code': node['currency'],
        'fixed_count': node['fixedPricesCount'],
        'catalog_name': catalog.get('title') or False,
        'kind': _KINDS.get(catalog.get('__typename'), 'none'),
        'is_active_in_shop': catalog.get('status', 'ACTIVE') == 'ACTIVE',
        'adjustment': value if adjustment.get('type') == 'PERCENTAGE_INCREASE' else -value,
    }


def fixed(nodes: Sequence[Mapping]) -> dict[str, tuple[str, str | None]]:
    """``{variant gid: (price, compare-at price)}`` as Shopify writes them."""
    return {
        node['variant']['id']: (node['price']['amount'], (node.get('compareAtPrice') or {}).get('amount'))
        for node in nodes
        if node.get('variant')
    }


def calls(
    adding: Mapping[str, tuple[str, str | None]], deleting: Sequence[str], currency: str
) -> Iterator[tuple[list[dict], list[str]]]:
    """What each call takes: ``(prices to add, gids of variants whose price is deleted)``, at most 250 of each.

    :param adding: ``{variant gid: (price, compare-at price)}``. A price takes the place of both: what is not sent along is gone.
    """
    rows = []
    for gid, amounts in adding.items():
        named = zip(('price', 'compareAtPrice'), amounts, strict=True)
        money = {name: {'amount': amount, 'currencyCode': currency} for name, amount in named if amount}
        rows.append({'variantId': gid, **money})
    deleted = list(deleting)
    for parts in zip_longest(_parts(rows), _parts(deleted), fillvalue=()):
        yield list(parts[0]), list(parts[1])


def _parts(rows: Sequence) -> Iterator[Sequence]:
    return (rows[start : start + PRICES_PER_CALL] for start in range(0, len(rows), PRICES_PER_CALL))


def refused(problems: Sequence[Mapping], adding: Sequence[Mapping], deleting: Sequence[str]) -> dict[str, tuple]:
    """``{variant gid: (code, Shopify's sentence)}`` of what a call was refused for; it was refused as a whole."""
    found = {}
    for problem in problems:
        path = problem.get('field') or []
        rows = {'pricesToAdd': [row['variantId'] for row in adding], 'variantIdsToDelete': list(deleting)}
        if len(path) > 1 and path[0] in rows and path[1].isdigit() and int(path[1]) < len(rows[path[0]]):
            found[rows[path[0]][int(path[1])]] = (problem.get('code'), problem['message'])
    return found
