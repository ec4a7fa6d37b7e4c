"""What Shopify would refuse of a product, known before it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .product_write import MAX_OPTIONS, Shape

MAX_VARIANTS = 2048
MAX_TAGS = 250
MAX_TEXT = 255
# How many variants of a product are named in a sentence.
MAX_NAMED = 5
MAX_DESCRIPTION = 512 * 1024


@dataclass(frozen=True)
class Limit:
    """Something that Shopify would refuse. ``stops``: the product cannot be sent as it is; else it is only left out."""

    code: str
    given: Mapping[str, object] = field(default_factory=dict)
    stops: bool = True


def limits(shape: Shape) -> list[Limit]:
    """What stands in the way, before Shopify says so."""
    return [*_structure_limits(shape), *_text_limits(shape), *_variant_limits(shape)]


def _structure_limits(shape: Shape) -> Iterator[Limit]:
    options, count = shape.options, len(shape.variants)
    if len(options) > MAX_OPTIONS:
        names = ', '.join(name for name, _values in options)
        yield Limit('options', {'count': len(options), 'most': MAX_OPTIONS, 'names': names})
    if count > MAX_VARIANTS:
        yield Limit('variants', {'count': count, 'most': MAX_VARIANTS})
    if not count:
        yield Limit('no_variant')
    seen: set = set()
    for variant in shape.variants:
        key = frozenset((name.casefold(), value.casefold()) for name, value in variant.options)
        if key in seen and (options or count > 1):
            yield Limit('twice', {'name': ' / '.join(value for _name, value in variant.options)})
        seen.add(key)
    if shape.left_out:
        yield Limit('left_out', {'names': ', '.join(shape.left_out)}, stops=False)


def _text_limits(shape: Shape) -> Iterator[Limit]:
    values = shape.values
    if not values.get('title'):
        yield Limit('no_title')
    for name in ('title', 'vendor', 'product_type', 'handle'):
        if len(values.get(name) or '') > MAX_TEXT:
            yield Limit('long', {'field': name, 'most': MAX_TEXT})
    tags = values.get('tags') or ()
    if len(tags) > MAX_TAGS:
        yield Limit('tags', {'count': len(tags), 'most': MAX_TAGS})
    for tag in tags:
        if len(tag) > MAX_TEXT:
            yield Limit('long', {'field': 'tags', 'most': MAX_TEXT})
            break
    if len((values.get('description') or '').encode()) > MAX_DESCRIPTION:
        yield Limit('long', {'field': 'description', 'most': MAX_DESCRIPTION})
    for name, texts in shape.options:
        for text in (name, *texts):
            if len(text) > MAX_TEXT:
                yield Limit('long_option', {'name': f'{text[:40]}…', 'most': MAX_TEXT})


def _variant_limits(shape: Shape) -> Iterator[Limit]:
    unpriced = []
    for variant in shape.variants:
        label = variant.values.get('sku') or ' / '.join(value for _name, value in variant.options)
        if variant.values.get('price', '') is None:
            unpriced.append(label or shape.values.get('title') or '')
        code = variant.values.get('hs_code')
        if code and not (6 <= len(str(code)) <= 13 and str(code).isdigit()):
            yield Limit('hs_code', {'variant': label, 'value': code})
        for name in ('price', 'compare_at_price', 'cost'):
            if Decimal(str(variant.values.get(name) or 0)) < 0:
                yield Limit('negative', {'variant': label, 'field': name})
    if unpriced:
        more = f' (+{len(unpriced) - MAX_NAMED})' if len(unpriced) > MAX_NAMED else ''
        yield Limit('no_price', {'names': ', '.join(unpriced[:MAX_NAMED]) + more}, stops=False)
