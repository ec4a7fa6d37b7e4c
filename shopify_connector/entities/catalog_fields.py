"""The fields of a product that both sides have, and their canonical values: comparable, and storable as JSON.

None is blank; money is text with the currency's digits in the SHOP's currency and tax treatment ('12.00'); weights are
kilograms as text ('0.25'); sets are sorted lists; HTML is normalised; yes and no are booleans.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html.parser import HTMLParser

from ..shopify import money
from . import words
from .product import KILOGRAMS, STATUSES, variant_nodes


@dataclass(frozen=True)
class Field:
    """``wipes``: a blank that was filled before is a change like any other; else a blank is nobody's word.
    ``shared``: Odoo has one value for all variants of a product. ``once``: taken from Shopify at creation only."""

    name: str
    group: str
    level: str
    wipes: bool = False
    shared: bool = False
    once: bool = False


GROUPS = (
    'text', 'codes', 'price', 'cost', 'logistics', 'tax', 'category', 'tags', 'status', 'seo', 'images', 'collections',
    'metafields', 'translations', 'customer',
)  # fmt: skip

FIELDS = (
    Field('title', 'text', 'product'),
    Field('description', 'text', 'product'),
    Field('vendor', 'category', 'product'),
    Field('product_type', 'category', 'product'),
    Field('category', 'category', 'product'),
    Field('tags', 'tags', 'product', wipes=True),
    Field('status', 'status', 'product'),
    Field('seo_title', 'seo', 'product', wipes=True),
    Field('seo_description', 'seo', 'product', wipes=True),
    Field('handle', 'seo', 'product'),
    Field('collections', 'collections', 'product', wipes=True),
    Field('publications', 'collections', 'product', wipes=True),
    Field('images', 'images', 'product', wipes=True),
    Field('sku', 'codes', 'variant'),
    Field('barcode', 'codes', 'variant'),
    Field('price', 'price', 'variant'),
    Field('compare_at_price', 'price', 'variant', wipes=True),
    Field('cost', 'cost', 'variant'),
    Field('weight', 'logistics', 'variant'),
    Field('hs_code', 'logistics', 'variant'),
    Field('origin', 'logistics', 'variant'),
    Field('requires_shipping', 'logistics', 'variant', shared=True, once=True),
    Field('tracked', 'logistics', 'variant', shared=True),
    Field('taxable', 'tax', 'variant', shared=True),
    Field('image', 'images', 'variant'),
)
_BY_NAME = {(field.level, field.name): field for field in FIELDS}
# Fields that are mapped one by one, such as metafield:custom.care, translation:fr:title or option:ProductOption/12.
OPTION = 'option:'
PREFIXES = {'metafield': 'metafields', 'translation': 'translations', 'option': 'text'}


def field_of(name: str, level: str) -> Field:
    """The field of that name; KeyError for a name that nobody knows."""
    prefix = name.partition(':')[0]
    if prefix in PREFIXES and prefix != name:
        return Field(name, PREFIXES[prefix], level, wipes=True)
    return _BY_NAME[level, name]


# === CANONICAL VALUES === #


def text(value) -> str | None:
    """Without the space around it; blank is None."""
    return (value or '').strip() or None


def money_text(value, digits: int = 2) -> str | None:
    """'12.00'; None and blank text are blank, 0 is an amount."""
    if value is None or value is False or (isinstance(value, str) and not value.strip()):
        return None
    return str(money.rounded(money.parse(value), digits))


def weight_text(value, unit: str = 'KILOGRAMS') -> str | None:
    """Kilograms with at most six decimals, no zeros behind; no weight, or one in a unit that nobody knows, is None."""
    kilograms = money.rounded(money.parse(value or 0) * KILOGRAMS.get(unit, Decimal(0)), 6)
    if not kilograms:
        return None
    return format(kilograms.normalize(), 'f')


def customs_text(value) -> str | None:
    """A tariff number as Shopify has it: its digits, however people group them (6109.10.00). What is no number stays."""
    found = text(value)
    digits = re.sub(r'[\s.-]', '', found or '')
    return digits if digits.isdigit() else found


def sorted_set(values: Iterable[str] | None) -> list[str] | None:
    """Each once, whatever its case, in one order; none at all is None."""
    found = {}
    for value in values or ():
        if (value or '').strip():
            found.setdefault(value.strip().casefold(), value.strip())
    return [found[key] for key in sorted(found)] or None


_BLANKS = re.compile(r'[ \t\r\n\f]+')
_VOID = {'br', 'hr', 'img', 'input', 'source', 'track', 'wbr', 'col'}
_BLOCKS = {
    'p', 'div', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'br',
    'hr', 'blockquote', 'section', 'figure', 'pre', 'dl', 'dt', 'dd',
}  # fmt: skip


class _Normal(HTMLParser):
    """One spelling of the same HTML: attributes in order, entities as characters, blanks as one space."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []

    def handle_starttag(self, tag, attrs):
        words = ''.join(f' {name}="{_escaped(value or "")}"' for name, value in sorted(attrs, key=lambda pair: pair[0]))
        self.parts.append((f'<{tag}{words}>', tag in _BLOCKS))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in _VOID:
            self.parts.append((f'</{tag}>', tag in _BLOCKS))

    def handle_data(self, data):
        """What is between two texts and shows nothing does not part them."""
        if self.parts and self.parts[-1][1] is None:
            data = self.parts.pop()[0] + data
        self.parts.append((data, None))

    def result(self) -> str:
        """Blanks beside a block are no blanks."""
        out = []
        for index, (part, block) in enumerate(self.parts):
            if block is None:
                part = _escaped(_BLANKS.sub(' ', part))
                if index == 0 or self.parts[index - 1][1]:
                    part = part.lstrip(' ')
                if index + 1 == len(self.parts) or self.parts[index + 1][1]:
                    part = part.rstrip(' ')
            out.append(part)
        return ''.join(out)


def _escaped(value: str) -> str:
    return value.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')


def html_text(value) -> str | None:
    """One spelling of the same HTML; what shows nothing at all is blank."""
    if not value or not str(value).strip():
        return None
    parser = _Normal()
    parser.feed(str(value))
    parser.close()
    found = parser.result()
    return found if re.sub(r'<(?!(img|iframe|video|hr)\b)[^>]*>', '', found).strip() else None


# === SHOPIFY'S VALUES === #


def shop_values(payload: Mapping, digits: int = 2) -> dict:
    """``{'product': {field: value}, 'variants': {variant gid: {field: value}}}`` of a product as entities/product.py
    asks for it. What the payload does not have is left out: it is compared with nothing. ``digits``: of the shop's
    currency."""
    variants = {variant['id']: _variant_values(variant, digits) for variant in variant_nodes(payload)}
    if payload.get('isGiftCard'):
        # Whatever the shop says of it: nothing of a gift card is shipped or counted.
        for values in variants.values():
            values.update({name: False for name in ('requires_shipping', 'tracked') if name in values})
    return {'product': _product_values(payload), 'variants': variants}


def _product_values(payload: Mapping) -> dict:
    values = {}
    for key, name, convert in (
        ('title', 'title', text),
        ('descriptionHtml', 'description', html_text),
        ('vendor', 'vendor', text),
        ('productType', 'product_type', text),
        ('category', 'category', lambda node: (node or {}).get('id')),
        ('tags', 'tags', sorted_set),
        ('handle', 'handle', text),
    ):
        if key in payload:
            values[name] = convert(payload[key])
    # A status that nobody here knows is nothing to compare, to take over or to write back.
    if status := words.known(payload.get('status'), STATUSES):
        values['status'] = status
    if payload.get('category'):
        values['_category'] = payload['category'].get('fullName') or payload['category']['id']
    if 'seo' in payload:
        seo = payload['seo'] or {}
        values['seo_title'] = text(seo.get('title'))
        values['seo_description'] = text(seo.get('description'))
    return values


def _variant_values(variant: Mapping, digits: int) -> dict:
    item = variant.get('inventoryItem') or {}
    values = {}
    for source, key, name, convert in (
        (variant, 'sku', 'sku', text),
        (variant, 'barcode', 'barcode', text),
        (variant, 'price', 'price', lambda value: money_text(value, digits)),
        (variant, 'compareAtPrice', 'compare_at_price', lambda value: _above_zero(money_text(value, digits))),
        (variant, 'taxable', 'taxable', bool),
        (item, 'unitCost', 'cost', lambda cost: money_text((cost or {}).get('amount'), digits)),
        (item, 'measurement', 'weight', _weight),
        (item, 'harmonizedSystemCode', 'hs_code', customs_text),
        (item, 'countryCodeOfOrigin', 'origin', text),
        (item, 'requiresShipping', 'requires_shipping', bool),
        (item, 'tracked', 'tracked', bool),
    ):
        if key in source:
            values[name] = convert(source[key])
    return values


def _above_zero(amount: str | None) -> str | None:
    return amount if amount and Decimal(amount) > 0 else None


def _weight(measurement: Mapping | None) -> str | None:
    weight = (measurement or {}).get('weight') or {}
    return weight_text(weight.get('value'), weight.get('unit') or 'KILOGRAMS')


def digest(values: Mapping) -> str:
    """A short name of canonical values: the same values, the same name. It only ever says "nothing to look at"."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]
