"""Values of products -> Shopify's inputs: only what is named is sent, and no list that Shopify would take for the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .product import KILOGRAMS

MAX_OPTIONS = 3
MAX_VARIANTS = 2048
MAX_TAGS = 250
MAX_TEXT = 255
MAX_DESCRIPTION = 512 * 1024
# Variants of one call; Shopify takes 250, but answers those of a large product too slowly.
VARIANTS_PER_CALL = 100
NO_OPTION = ('Title', 'Default Title')

# The product's own id in Odoo, unique in the shop: what was made by a request whose answer was lost is found by it.
NAMESPACE, KEY = '$app', 'odoo_product'
DEFINITION = {
    'ownerType': 'PRODUCT',
    'namespace': NAMESPACE,
    'key': KEY,
    'name': "Odoo product",
    'description': "Which product of Odoo this is. Written by Odoo.",
    'type': 'id',
}

_PRODUCT_KEYS = {
    'title': 'title',
    'description': 'descriptionHtml',
    'vendor': 'vendor',
    'product_type': 'productType',
    'handle': 'handle',
}
_ITEM_KEYS = {
    'sku': 'sku',
    'cost': 'cost',
    'hs_code': 'harmonizedSystemCode',
    'origin': 'countryCodeOfOrigin',
    'requires_shipping': 'requiresShipping',
    'tracked': 'tracked',
}
# What stays as it is when Odoo has nothing: Shopify has no blank for it.
_NEVER_BLANK = {'title', 'handle', 'status', 'price', 'requires_shipping', 'tracked', 'taxable'}


@dataclass(frozen=True)
class Variant:
    """A variant that Odoo has. ``key``: what the caller knows it by; ``options``: ``((name, value), …)`` in order, none for
    a product without options; ``values``: canonical, by name."""

    key: object
    options: tuple[tuple[str, str], ...]
    values: Mapping[str, object]


@dataclass(frozen=True)
class Shape:
    """A product that Odoo has, with all its variants; ``left_out``: attributes that make no variants."""

    values: Mapping[str, object]
    variants: Sequence[Variant]
    left_out: Sequence[str] = ()

    @property
    def options(self) -> list[tuple[str, list[str]]]:
        """``(option, its values)`` in the order in which variants name them."""
        found: dict[str, list[str]] = {}
        for variant in self.variants:
            for name, value in variant.options:
                values = found.setdefault(name, [])
                if value not in values:
                    values.append(value)
        return list(found.items())


@dataclass(frozen=True)
class Limit:
    """Something that Shopify would refuse. ``stops``: the product cannot be sent as it is; else it is only left out."""

    code: str
    given: Mapping[str, object] = field(default_factory=dict)
    stops: bool = True


# === INPUTS === #


def product_input(values: Mapping[str, object]) -> dict:
    """``ProductUpdateInput`` (or the same part of ``ProductSetInput``) of the named values; collections and publications
    are changed by what is added and what is taken away, see :func:`membership`."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if value is None and name in _NEVER_BLANK:
            continue
        if name in _PRODUCT_KEYS:
            found[_PRODUCT_KEYS[name]] = value or ''
        elif name == 'category':
            found['category'] = value
        elif name == 'tags':
            found['tags'] = list(value or ())
        elif name == 'status':
            found['status'] = str(value).upper()
        elif name in ('seo_title', 'seo_description'):
            found.setdefault('seo', {})[name.removeprefix('seo_')] = value or ''
    return found


def variant_input(values: Mapping[str, object], unit: str | None = None) -> dict:
    """The named values as ``ProductVariantsBulkInput`` and ``ProductVariantSetInput`` have them in common.

    :param unit: the unit that the shop weighs this variant in, kept where the weight can be said in it.
    """
    found: dict[str, object] = {}
    item: dict[str, object] = {}
    for name, value in values.items():
        if value is None and name in _NEVER_BLANK:
            continue
        if name == 'price':
            found['price'] = value
        elif name == 'compare_at_price':
            found['compareAtPrice'] = value
        elif name == 'barcode':
            found['barcode'] = value or ''
        elif name == 'taxable':
            found['taxable'] = bool(value)
        elif name == 'weight':
            item['measurement'] = {'weight': weight_input(value, unit)}
        elif name in _ITEM_KEYS:
            item[_ITEM_KEYS[name]] = (value or '') if name == 'sku' else value
    if item:
        found['inventoryItem'] = item
    return found


def weight_input(kilograms: str | None, unit: str | None) -> dict:
    """``WeightInput`` of canonical kilograms, in ``unit`` where no digit is lost."""
    amount = Decimal(kilograms or 0)
    factor = KILOGRAMS.get(unit or '')
    if factor and unit != 'KILOGRAMS':
        told = (amount / factor).quantize(Decimal('0.0001'))
        if told * factor == amount:
            return {'value': float(told), 'unit': unit}
    return {'value': float(amount), 'unit': 'KILOGRAMS'}


def option_values(options: Sequence[tuple[str, str]]) -> list[dict]:
    return [{'optionName': name, 'name': value} for name, value in options or (NO_OPTION,)]


def set_input(shape: Shape, status: str | None = None) -> dict:
    """``ProductSetInput`` of a product that the shop has not: as many variants as one call takes, the options of all."""
    options = shape.options or [(NO_OPTION[0], [NO_OPTION[1]])]
    first = shape.variants[:VARIANTS_PER_CALL]
    used = Shape({}, first).options or options
    found = {
        **product_input(filled(shape.values)),
        'productOptions': [
            {'name': name, 'position': position, 'values': [{'name': value} for value in values]}
            for position, (name, values) in enumerate(used, 1)
        ],
        'variants': [
            {
                **variant_input(filled(variant.values)),
                'optionValues': option_values(variant.options),
            }
            for variant in first
        ],
    }
    if status:
        found['status'] = status.upper()
    return found


def identifier(value: str) -> dict:
    return {'customId': {'namespace': NAMESPACE, 'key': KEY, 'value': value}}


def membership(wanted: Collection[str], present: Collection[str]) -> tuple[list[str], list[str]]:
    """``(to join, to leave)``."""
    return sorted(set(wanted) - set(present)), sorted(set(present) - set(wanted))


def filled(values: Mapping[str, object]) -> dict:
    """Without blanks: of a product that is made they say nothing."""
    return {name: value for name, value in values.items() if value is not None}


# === WHAT DIFFERS === #


def merged_set(before: Collection[str], shop: Collection[str], odoo: Collection[str]) -> list[str]:
    """The shop's set with what Odoo has added since ``before``, and without what Odoo has taken away, whatever the case."""
    known = {text.casefold() for text in before}
    wanted = {text.casefold() for text in odoo}
    kept = {text.casefold(): text for text in shop if text.casefold() in wanted or text.casefold() not in known}
    added = {text.casefold(): text for text in odoo if text.casefold() not in known}
    found = {**added, **kept}
    return [found[key] for key in sorted(found)]


def differing(odoo: Mapping, shop: Mapping, names: Collection[str], wipes: Collection[str] = ()) -> dict:
    """``{name: Odoo's value}`` of what the shop shows otherwise; blanks wipe only what is in ``wipes``."""
    return {
        name: value
        for name, value in odoo.items()
        if name in names and value != shop.get(name) and (name in wipes or value not in (None, [], ''))
    }


def new_option_values(variant: Variant, payload: Mapping) -> list[dict] | None:
    """``optionValues`` of a variant that the shop's product has not, spelt as the shop spells them; None where the shop's
    options are others."""
    known = {
        option['name'].casefold(): (
            option['name'],
            {value['name'].casefold(): value['name'] for value in option['optionValues']},
        )
        for option in payload.get('options') or ()
    }
    if payload.get('hasOnlyDefaultVariant') or {name.casefold() for name, _value in variant.options} != known.keys():
        return None
    return [
        {'optionName': known[name.casefold()][0], 'name': known[name.casefold()][1].get(value.casefold(), value)}
        for name, value in variant.options
    ]


def same_options(variant: Variant, node: Mapping) -> bool:
    """Whether a variant of the shop is this one, going by its options whatever their case."""
    mine = {(name.casefold(), value.casefold()) for name, value in variant.options}
    theirs = {(row['name'].casefold(), row['value'].casefold()) for row in node.get('selectedOptions') or ()}
    plain = {(NO_OPTION[0].casefold(), NO_OPTION[1].casefold())}
    return (mine or plain) == theirs


# === LIMITS === #


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
    for variant in shape.variants:
        label = variant.values.get('sku') or ' / '.join(value for _name, value in variant.options)
        code = variant.values.get('hs_code')
        if code and not (6 <= len(str(code)) <= 13 and str(code).isdigit()):
            yield Limit('hs_code', {'variant': label, 'value': code})
        for name in ('price', 'compare_at_price', 'cost'):
            if Decimal(str(variant.values.get(name) or 0)) < 0:
                yield Limit('negative', {'variant': label, 'field': name})
