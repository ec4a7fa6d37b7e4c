"""A list of links between a shop's variants and Odoo's products, as people keep it: cells of text -> what each line means."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .product_match import barcode_key, clean, sku_key

# Meaning of a column -> the words that it goes by. Blanks, case, accents and signs do not count.
MEANINGS = {
    'variant_id': ('shopify variant id', 'variant id', 'variant gid', 'shopify id', 'shopify_id'),
    'shop_sku': ('shopify sku', 'variant sku', 'sku in shopify', 'shop sku', 'sku'),
    'shop_barcode': ('shopify barcode', 'variant barcode', 'barcode in shopify', 'shop barcode'),
    'odoo_code': (
        'internal reference', 'odoo sku', 'odoo reference', 'odoo internal reference', 'reference', 'default code',
        'product in odoo', 'sku in odoo', 'item number', 'article number',
    ),
    'odoo_barcode': ('odoo barcode', 'barcode in odoo', 'barcode', 'ean', 'ean13', 'gtin', 'upc'),
    'odoo_id': ('odoo id', 'product id', 'database id', 'product/id', 'odoo database id'),
    'odoo_xmlid': ('external id', 'xml id', 'odoo external id', 'id'),
    'pack': ('sold as', 'pack', 'unit', 'packaging', 'unit of measure', 'uom'),
}  # fmt: skip
SHOP_SIDE = ('variant_id', 'shop_sku', 'shop_barcode')
ODOO_SIDE = ('odoo_code', 'odoo_barcode', 'odoo_id', 'odoo_xmlid')

_DELIMITERS = ',;\t|'
_SHORTENED = re.compile(r'^\d([.,]\d+)?[eE]\+\d+$')
_NUMBER_TAIL = re.compile(r'^(\d+)\.0+$')


class BadFile(Exception):
    """The file is no list that can be read; ``code`` says why: empty, no_lines, too_many."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """One line of the file. ``number`` counts as the spreadsheet does; ``values``: ``{meaning: text}``, blanks left out."""

    number: int
    values: Mapping[str, str] = field(default_factory=dict)


def text(data: bytes) -> str:
    """The text of a CSV file, in whatever encoding spreadsheets write."""
    if data.startswith((b'\xff\xfe', b'\xfe\xff')):
        return data.decode('utf-16')
    try:
        return data.decode('utf-8-sig')
    except UnicodeDecodeError:
        return data.decode('cp1252', errors='replace')


def csv_rows(data: bytes) -> list[list[str]]:
    content = text(data)
    first = next((line for line in content.splitlines() if line.strip()), '')
    delimiter = max(_DELIMITERS, key=first.count)
    return list(csv.reader(io.StringIO(content, newline=''), delimiter=delimiter))


def cell_text(value: object) -> str:
    """A cell as people read it: 12345.0 is an item number that a spreadsheet took for a number."""
    if value is None or isinstance(value, bool):
        return ''
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return ' '.join(str(value).split())


def table(rows: Iterable[Sequence[object]], most: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """``(headings, [(line number, cells), …])`` without blank lines; the first line that is not blank has the headings.

    :raise BadFile: there is nothing in it, or more than ``most`` lines.
    """
    lines = [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise BadFile('empty')
    if len(lines) == 1:
        raise BadFile('no_lines')
    if len(lines) > most + 1:
        raise BadFile('too_many')
    return lines[0][1], lines[1:]


def _words(heading: str) -> str:
    plain = unicodedata.normalize('NFKD', heading).encode('ascii', 'ignore').decode()
    return ' '.join(re.sub(r'[^a-z0-9/]+', ' ', plain.casefold()).split())


def meanings(headings: Sequence[str]) -> list[str]:
    """What each column means, '' for what is not understood; each meaning once, by its clearest word."""
    found = [''] * len(headings)
    for meaning, words in MEANINGS.items():
        places = [
            (words.index(_words(heading)), index)
            for index, heading in enumerate(headings)
            if not found[index] and _words(heading) in words
        ]
        if places:
            found[min(places)[1]] = meaning
    if 'odoo_barcode' in found and not set(found) & set(SHOP_SIDE):
        found[found.index('odoo_barcode')] = 'shop_barcode'
    return found


def missing(chosen: Iterable[str]) -> str:
    """'shop' or 'odoo' for the side that no column tells of, '' when both are there."""
    chosen = set(chosen)
    if not chosen & set(SHOP_SIDE):
        return 'shop'
    return '' if chosen & set(ODOO_SIDE) else 'odoo'


def lines(cells: Iterable[tuple[int, Sequence[str]]], chosen: Sequence[str]) -> list[Line]:
    return [
        Line(
            number,
            {meaning: clean(value) for meaning, value in zip(chosen, row, strict=False) if meaning and clean(value)},
        )
        for number, row in cells
    ]


def problem(line: Line) -> str:
    """What is wrong with a line before anything is looked up: no_shop, no_odoo, shortened; '' when nothing is."""
    if not any(line.values.get(meaning) for meaning in SHOP_SIDE):
        return 'no_shop'
    if not any(line.values.get(meaning) for meaning in ODOO_SIDE):
        return 'no_odoo'
    if any(_SHORTENED.match(value) for meaning, value in line.values.items() if meaning != 'pack'):
        return 'shortened'
    return ''


def number(value: str) -> int:
    """The number in the id of a variant, as a number or as Shopify's gid; 0 when there is none."""
    tail = value.rsplit('/', 1)[-1].strip().lstrip("'")
    tail = _NUMBER_TAIL.sub(r'\1', tail)
    return int(tail) if tail.isdigit() and len(tail) < 20 else 0


def code_keys(meaning: str, value: str) -> list[str]:
    """Keys that a code is looked up by, the best first: spreadsheets take the zeros off what is made of digits."""
    key = barcode_key(value) if meaning.endswith('barcode') else sku_key(value)
    return [key, f'digits:{key.lstrip("0")}'] if key.isdigit() else [key]


def index(pairs: Iterable[tuple[str, object]], meaning: str) -> dict[str, list]:
    """``{key: [what has it, …]}`` of ``(code, what has it)``."""
    found: dict[str, list] = {}
    for code, owner in pairs:
        for key in code_keys(meaning, code or ''):
            if key and owner not in found.setdefault(key, []):
                found[key].append(owner)
    return found


def look_up(found: Mapping[str, list], meaning: str, value: str) -> list:
    """All that have the code; those without its zeros only when nothing has it as it is written."""
    return next((found[key] for key in code_keys(meaning, value) if found.get(key)), [])
