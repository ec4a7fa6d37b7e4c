"""Shopify Product and ProductVariant -> product.template, product.product."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..shopify import money, when
from . import media_order, words

PRODUCTS_PER_PAGE = 50
VARIANTS_PER_PRODUCT = 25
VARIANTS_PER_PAGE = 100

STATUSES = ('active', 'archived', 'draft', 'unlisted')
KILOGRAMS = {
    'GRAMS': Decimal('0.001'),
    'KILOGRAMS': Decimal(1),
    'OUNCES': Decimal('0.028349523125'),
    'POUNDS': Decimal('0.45359237'),
}

# What is read of a product and of each of its variants. Sync hooks add to them (``Parts.plus``); connections take
# ``first: N`` and ``nodes``, without an alias. A bulk query may hold five connections, products and variants among them,
# and go two deep; metafields are cheapest as ``alias: metafield(namespace: …, key: …) { … }``.
PRODUCT_PARTS = (
    'id title handle status vendor productType tags descriptionHtml createdAt updatedAt isGiftCard hasOnlyDefaultVariant',
    'seo { title description }',
    'category { id name fullName }',
    'options { id name position optionValues { id name } }',
)
VARIANT_PARTS = (
    'id title sku barcode price compareAtPrice position inventoryPolicy taxable requiresComponents',
    'selectedOptions { name value }',
    'inventoryItem { id tracked requiresShipping measurement { weight { value unit } } unitCost { amount currencyCode }'
    ' harmonizedSystemCode countryCodeOfOrigin }',
)


@dataclass(frozen=True)
class Parts:
    """What documents ask for, of products and of variants."""

    product: tuple[str, ...] = PRODUCT_PARTS
    variant: tuple[str, ...] = VARIANT_PARTS

    def plus(self, product: Iterable[str] = (), variant: Iterable[str] = ()) -> Parts:
        """These and more; what is asked for already is asked for once."""
        return Parts(tuple(dict.fromkeys((*self.product, *product))), tuple(dict.fromkeys((*self.variant, *variant))))

    def fragments(self) -> str:
        return _fragment('ProductF', 'Product', self.product) + _fragment('VariantF', 'ProductVariant', self.variant)


def _fragment(name: str, kind: str, parts: Iterable[str]) -> str:
    lines = '\n'.join(f'  {part}' for part in parts)
    return f'fragment {name} on {kind} {{\n{lines}\n}}\n'


_WITH_VARIANTS = (
    '...ProductF variants(first: %d) { nodes { ...VariantF } pageInfo { hasNextPage endCursor } }'
    % VARIANTS_PER_PRODUCT
)


def by_ids(parts: Parts = Parts()) -> str:
    """Products by ``nodes(ids:)``, with their first variants."""
    query = (
        f'query ProductsByIds($ids: [ID!]!) {{\n  nodes(ids: $ids) {{ ... on Product {{ {_WITH_VARIANTS} }} }}\n}}\n'
    )
    return query + parts.fragments()


def pages(parts: Parts = Parts()) -> str:
    """The catalogue, or what ``$query`` finds, in pages."""
    return (
        f'query Catalogue($first: Int = {PRODUCTS_PER_PAGE}, $after: String, $query: String) {{\n'
        '  products(first: $first, after: $after, query: $query, sortKey: ID) {\n'
        f'    nodes {{ {_WITH_VARIANTS} }}\n    pageInfo {{ hasNextPage endCursor }}\n  }}\n}}\n'
    ) + parts.fragments()


def more_variants(parts: Parts = Parts()) -> str:
    """Further variants of one product."""
    return (
        'query ProductVariants($id: ID!, $first: Int!, $after: String) {\n  product(id: $id) {\n'
        '    variants(first: $first, after: $after) { nodes { ...VariantF } pageInfo { hasNextPage endCursor } }\n'
        '  }\n}\n'
    ) + _fragment('VariantF', 'ProductVariant', parts.variant)


OF_VARIANTS = """
query ProductsOfVariants($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id product { id } } }
}
"""

COUNT = "query ProductsCount { productsCount(limit: 10000) { count precision } }"


@dataclass(frozen=True)
class Refs:
    """``attributes``: option name -> attribute id; ``values``: (option name, value) -> attribute value id;
    ``rate``: company currency for one unit of the shop's, None when nobody knows it."""

    attributes: Mapping[str, int]
    values: Mapping[tuple[str, str], int]
    rate: float | None = 1.0


def variant_nodes(product: Mapping) -> list[dict]:
    return product['variants']['nodes']


def options(product: Mapping) -> list[tuple[str, list[str]]]:
    """``(option name, its values)`` in Shopify's order, values in use on a variant included even when the option does
    not list them; none for a product whose only variant is Shopify's "Default Title"."""
    if product.get('hasOnlyDefaultVariant'):
        return []
    found = {
        option['name']: [value['name'] for value in option.get('optionValues') or []]
        for option in sorted(product.get('options') or [], key=lambda option: option.get('position') or 0)
    }
    for variant in variant_nodes(product):
        for selected in variant.get('selectedOptions') or []:
            values = found.setdefault(selected['name'], [])
            if selected['value'] not in values:
                values.append(selected['value'])
    return list(found.items())


def renamed(product: Mapping, words: Mapping[str, str]) -> dict:
    """The product with other names of its options and values: ``{'ProductOption/12': name, 'ProductOptionValue/34': …}``."""
    old = list(product.get('options') or ())
    new = [_in_words(option, words) for option in old]
    pairs = {}
    for before, after in zip(old, new, strict=True):
        values = zip(before.get('optionValues') or (), after['optionValues'], strict=True)
        pairs.update({(before['name'], a['name']): (after['name'], b['name']) for a, b in values})
    nodes = []
    for variant in variant_nodes(product):
        found = [pairs.get(pair, pair) for pair in option_pairs(variant)]
        nodes.append({**variant, 'selectedOptions': [{'name': name, 'value': value} for name, value in found]})
    return {**product, 'options': new, 'variants': {**product['variants'], 'nodes': nodes}}


def _in_words(option: Mapping, words: Mapping[str, str]) -> dict:
    def named(node):
        return {**node, 'name': words.get(node['id'].removeprefix('gid://shopify/'), node['name'])}

    return {**named(option), 'optionValues': [named(value) for value in option.get('optionValues') or ()]}


def has_all_combinations(product: Mapping) -> bool:
    """Whether each value of each option is on a variant together with each of the others."""
    return math.prod(len(values) for _name, values in options(product)) == len(variant_nodes(product))


def template_vals(product: Mapping, refs: Refs) -> dict:
    """Values for ``product.template.create``. Attributes make variants one by one, so that only those that Shopify
    has come to be; Shopify's HTML goes to the e-commerce description, documents stay clean."""
    lines = [
        (
            0,
            0,
            {
                'attribute_id': refs.attributes[name],
                'value_ids': [(6, 0, [refs.values[name, value] for value in values])],
            },
        )
        for name, values in options(product)
        if values
    ]
    return {
        'name': product['title'],
        'type': 'consu' if needs_shipping(product) else 'service',
        'is_storable': needs_shipping(product) and is_tracked(product),
        'sale_ok': True,
        'list_price': list_price(product, refs),
        'shopify_description_html': product.get('descriptionHtml') or False,
        'attribute_line_ids': lines,
    }


def list_price(product: Mapping, refs: Refs) -> float:
    """In the company's currency; 0.0 rather than a wrong number when there is no rate."""
    if not variant_nodes(product) or not refs.rate:
        return 0.0
    return round(float(money.parse(variant_nodes(product)[0]['price'])) * refs.rate, 2)


def needs_shipping(product: Mapping) -> bool:
    return not product.get('isGiftCard') and any(
        variant['inventoryItem'].get('requiresShipping', True) for variant in variant_nodes(product)
    )


def is_tracked(product: Mapping) -> bool:
    return any(variant['inventoryItem'].get('tracked') for variant in variant_nodes(product))


def variant_vals(variant: Mapping) -> dict:
    """Values of a ``product.product``; blanks in Shopify are left out, so that they wipe nothing."""
    values = {
        'default_code': (variant.get('sku') or '').strip(),
        'barcode': (variant.get('barcode') or '').strip(),
        'weight': weight_kg(variant),
    }
    return {name: value for name, value in values.items() if value}


def weight_kg(variant: Mapping) -> float:
    weight = ((variant['inventoryItem'].get('measurement') or {}).get('weight')) or {}
    # Rather no weight than a wrong one.
    return float(Decimal(str(weight.get('value') or 0)) * KILOGRAMS.get(weight.get('unit') or 'KILOGRAMS', Decimal(0)))


def option_pairs(variant: Mapping) -> list[tuple[str, str]]:
    return [(option['name'], option['value']) for option in variant.get('selectedOptions') or []]


# Says nothing of the product itself, or is told in another way by another way of reading.
_NOT_COUNTED = frozenset({'pageInfo', 'updatedAt', '__typename'})


def digest(product: Mapping) -> str:
    """A short name of all that was read of a product: the same, and there is nothing to look at. What follows the dash
    is of the order of its pictures, where that is known."""
    text = json.dumps(_counted(media_order.without(product)), sort_keys=True, ensure_ascii=False)
    content = hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]
    return f'{content}-{media_order.name(product)}'


def is_known(product: Mapping, known: str | bool) -> bool:
    """Whether ``known`` is the digest of this product, as far as it has been read."""
    own = digest(product)
    return bool(known) and (known.startswith(own) and known != own if own.endswith('-') else known == own)


def _counted(value):
    if isinstance(value, Mapping):
        return {name: _counted(inner) for name, inner in value.items() if name not in _NOT_COUNTED}
    return [_counted(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def binding_vals(product: Mapping) -> dict:
    """Values of ``shopify.product.binding``."""
    return {
        'name': product['title'],
        'handle': product.get('handle') or False,
        'status': words.known(product.get('status'), STATUSES),
        'vendor': product.get('vendor') or False,
        'product_type': product.get('productType') or False,
        'shopify_updated_at': when.to_utc(product['updatedAt']),
        'source_digest': digest(product),
    }


def variant_binding_vals(variant: Mapping) -> dict:
    """Values of ``shopify.variant.binding``; the price is in the shop's currency, major units."""
    return {
        'name': variant.get('title') or False,
        'sku': (variant.get('sku') or '').strip() or False,
        'barcode': (variant.get('barcode') or '').strip() or False,
        'price': float(money.parse(variant['price'])),
        'inventory_item_gid': variant['inventoryItem']['id'],
        'tracked': bool(variant['inventoryItem'].get('tracked')),
        'sell_when_empty': variant.get('inventoryPolicy') == 'CONTINUE',
        'is_bundle': bool(variant.get('requiresComponents')),
    }
