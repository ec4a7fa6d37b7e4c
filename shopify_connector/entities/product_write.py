"""Values of products -> Shopify's inputs: only what is named is sent, and no list that Shopify would take for the whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .product import KILOGRAMS

MAX_OPTIONS = 3
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


def first_options(shape: Shape, kept: object) -> list[dict]:
    """``OptionCreateInput`` for a product that had none: its only variant gets the first value of each, so that those of
    the variant ``kept`` come first."""
    own = dict(next((variant.options for variant in shape.variants if variant.key == kept), ()))
    return [
        {
            'name': name,
            'position': position,
            'values': [
                {'name': value} for value in sorted(values, key=lambda value, name=name: value != own.get(name))
            ],
        }
        for position, (name, values) in enumerate(shape.options, 1)
    ]


def option_updates(payload: Mapping, words: Mapping[str, str]) -> list[tuple[dict, list[dict]]]:
    """``(OptionUpdateInput, [OptionValueUpdateInput, …])`` of the options of which ``words`` (short ids) name the option or a
    value otherwise."""

    def update(node):
        name = words.get(node['id'].removeprefix('gid://shopify/'))
        return {'id': node['id'], **({'name': name} if name else {})}

    found = []
    for option in payload.get('options') or ():
        values = [update(value) for value in option.get('optionValues') or ()]
        values, own = [value for value in values if 'name' in value], update(option)
        if values or 'name' in own:
            found.append((own, values))
    return found


def same_options(variant: Variant, node: Mapping) -> bool:
    """Whether a variant of the shop is this one, going by its options whatever their case."""
    mine = {(name.casefold(), value.casefold()) for name, value in variant.options}
    theirs = {(row['name'].casefold(), row['value'].casefold()) for row in node.get('selectedOptions') or ()}
    plain = {(NO_OPTION[0].casefold(), NO_OPTION[1].casefold())}
    return (mine or plain) == theirs
