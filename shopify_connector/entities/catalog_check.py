"""What is wrong with a catalogue before it is brought over or sent: everything that these checks say stands here.

Pure: goods in, ``Finding``s out. Prices are text with a point, in any one currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from .product_match import barcode_key, clean, sku_key

MOST_VARIANTS = 2048
MOST_OPTIONS = 3
MOST_TITLE = 255
MOST_OPTION_TEXT = 255
MOST_SKU = 255
# What keeps a product from being brought over or sent, or makes two products one; the others are worth a look.
SERIOUS = {
    'no_title', 'long_title', 'duplicate_sku', 'duplicate_barcode', 'too_many_variants', 'too_many_options',
    'long_option', 'same_options', 'no_variants', 'long_sku',
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One variant. ``key`` is whatever its owner calls it by; ``options`` are ``(name, value)`` pairs."""

    key: str
    sku: str = ''
    barcode: str = ''
    price: str = '0'
    weight: float = 0.0
    ships: bool = True
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Goods:
    """One product with its variants."""

    key: str
    title: str
    items: tuple[Item, ...] = field(default_factory=tuple)
    for_sale: bool = True


@dataclass(frozen=True)
class Finding:
    """``code`` of what is wrong with product ``goods``, and with its variant ``item`` where it is about one; ``detail``:
    the value it is about."""

    code: str
    goods: str
    item: str = ''
    detail: str = ''

    @property
    def is_serious(self) -> bool:
        return self.code in SERIOUS


def check(catalogue: Iterable[Goods]) -> Iterator[Finding]:
    """Everything that is wrong; each product by itself first, then what several have in common. A weight is missed only
    where others have one: most shops do without."""
    catalogue = list(catalogue)
    weighs = any(item.weight for goods in catalogue for item in goods.items)
    for goods in catalogue:
        yield from _check_goods(goods)
        for item in goods.items:
            yield from _check_item(goods, item, weighs)
    yield from _shared(catalogue, 'duplicate_sku', lambda item: sku_key(item.sku), lambda item: clean(item.sku))
    yield from _shared(
        catalogue, 'duplicate_barcode', lambda item: barcode_key(item.barcode), lambda item: clean(item.barcode)
    )


def _check_goods(goods: Goods) -> Iterator[Finding]:
    names = {name for item in goods.items for name, _value in item.options}
    facts = (
        ('no_title', not clean(goods.title), ''),
        ('long_title', len(goods.title or '') > MOST_TITLE, str(len(goods.title or ''))),
        ('no_variants', not goods.items, ''),
        ('too_many_variants', len(goods.items) > MOST_VARIANTS, str(len(goods.items))),
        ('too_many_options', len(names) > MOST_OPTIONS, ', '.join(sorted(names))),
    )
    yield from (Finding(code, goods.key, detail=detail) for code, applies, detail in facts if applies)
    yield from _same_options(goods)


def _same_options(goods: Goods) -> Iterator[Finding]:
    """Shopify tells variants apart by their options, without regard to case."""
    seen: dict[frozenset, str] = {}
    for item in goods.items:
        options = frozenset((name.casefold(), value.casefold()) for name, value in item.options)
        if options in seen:
            yield Finding('same_options', goods.key, item.key, ', '.join(value for _name, value in item.options))
        seen.setdefault(options, item.key)


def _check_item(goods: Goods, item: Item, weighs: bool) -> Iterator[Finding]:
    barcode = clean(item.barcode)
    long = next((value for pair in item.options for value in pair if len(value) > MOST_OPTION_TEXT), '')
    facts = (
        ('no_sku', not clean(item.sku), ''),
        ('long_sku', len(clean(item.sku)) > MOST_SKU, clean(item.sku)[:20] + '…'),
        ('blank_in_sku', item.sku != clean(item.sku), item.sku),
        ('bad_barcode', bool(barcode) and not is_barcode(barcode), barcode),
        ('no_price', goods.for_sale and _amount(item.price) == 0, ''),
        ('negative_price', _amount(item.price) < 0, item.price),
        ('no_weight', weighs and item.ships and not item.weight, ''),
        ('long_option', bool(long), long[:20] + '…'),
    )
    yield from (Finding(code, goods.key, item.key, detail) for code, applies, detail in facts if applies)


def _shared(catalogue, code, key, text) -> Iterator[Finding]:
    """One finding for each of the variants that have one code."""
    found: Mapping[str, list] = defaultdict(list)
    for goods in catalogue:
        for item in goods.items:
            if key(item):
                found[key(item)].append((goods, item))
    for owners in found.values():
        if len(owners) > 1:
            yield from (Finding(code, goods.key, item.key, text(item)) for goods, item in owners)


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text or '0')
    except InvalidOperation:
        return Decimal(0)


def is_barcode(code: str) -> bool:
    """Whether scanners take it for what it claims to be: digits of a GTIN's length need their check digit, other texts
    are codes of a house and always right."""
    if not code.isdigit() or len(code) not in (8, 12, 13, 14):
        return code.isprintable() and len(code) <= 48
    return check_digit(code[:-1]) == int(code[-1])


def check_digit(digits: str) -> int:
    """GS1: threes and ones in turn from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10
