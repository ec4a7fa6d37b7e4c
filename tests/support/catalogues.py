"""Catalogues of every kind for property tests, and what two shops show of one, told without a word of the addon.

A catalogue is a list of products as the control API of the simulated shop takes them (JSON), so that one which fails can
be made smaller and remembered.
"""

import html
import itertools
import re
from decimal import Decimal

from hypothesis import strategies as st

SIZES = ('XS', 'S', 'M', 'L', 'XL', '38', '39½', 'Größe 40', '4/5', '  wide'.strip())
COLOURS = ('Red', 'Blå', 'グリーン', 'Crème brûlée', 'Rot/Weiß', '50% grey', "O'Neill", '"quoted"')
MATERIALS = tuple(f'Stuff {number}' for number in range(1, 12))
OPTIONS = {'Size': SIZES, 'Colour': COLOURS, 'Matière': MATERIALS}
TEXTS = st.text(
    st.characters(codec='utf-8', exclude_categories=('Cs', 'Cc', 'Co', 'Cn', 'Zl', 'Zp')), min_size=1, max_size=40
).map(lambda text: ' '.join(text.split()))
TITLES = st.one_of(
    st.sampled_from(
        ['Chair', 'Café <b>Table</b> & Co', '漢字 ランプ', 'x' * 250, "L'été — 50 %", 'Ünïcödé 🪑', '{{ title }}']
    ),
    TEXTS.filter(bool),
)
HTML = st.sampled_from(
    [
        '',
        '<p>Sit <strong>well</strong> &amp; long.</p>',
        '<h2>Fakta</h2><ul><li>Ek</li><li>Stål – rostfritt</li></ul>',
        '<p>Price: 5 &lt; 6 &gt; 4<br>next line</p>',
        '<p>日本語の説明。<em>良い</em></p><p></p>',
        '<table><tbody><tr><td>Width</td><td>40 cm</td></tr></tbody></table>',
        'No tag at all, just words & signs',
        '<p><a href="https://shop.example/care?x=1&amp;y=2">Care</a></p>',
        '<div><p>Nested <span>deep <i>down</i></span></p></div>',
    ]
)
MONEY = st.one_of(
    st.just('0.00'), st.just('0.01'), st.integers(1, 10**7).map(lambda cents: str(Decimal(cents).scaleb(-2)))
)
TAGS = st.lists(st.sampled_from(['oak', 'Sale', 'näsch', 'été 2026', 'new-in', '木', 'a b c']), unique=True, max_size=4)
CATEGORIES = st.sampled_from([None, 'aa-1', 'aa-1-13-8', 'hg-11', 'tg'])
COLLECTIONS = ('Summer', 'Chairs & Co', 'Été 2026')
# Key -> (what it belongs to, type, values).
METAFIELDS = {
    'care': ('product', 'single_line_text_field', ('Wipe dry', 'Näßeschutz – 30 °C', '拭き掃除')),
    'lead': ('product', 'number_integer', ('3', '14')),
    'watts': ('variant', 'number_decimal', ('7.50', '0.25')),
}
PICTURES = st.lists(
    st.fixed_dictionaries(
        {
            'seed': st.sampled_from(['front', 'side', 'back', 'detail', 'worn']),
            'alt': st.sampled_from([None, 'From the front', 'Ett foto & mer', 'Rückseite „neu“', '写真']),
        }
    ),
    unique_by=lambda picture: picture['seed'],
    max_size=3,
)
WEIGHTS = st.sampled_from([(0, 'KILOGRAMS'), (0.25, 'KILOGRAMS'), (250, 'GRAMS'), (12.34, 'KILOGRAMS'), (10, 'GRAMS')])


def ean(number: int) -> str:
    """A right EAN-13 of a number."""
    digits = f'29{number:010}'
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


@st.composite
def combinations(draw, most):
    """(names of options, rows of their values): one to ``most`` variants, not always all combinations."""
    names = draw(st.lists(st.sampled_from(list(OPTIONS)), unique=True, max_size=3))
    if not names:
        return [], [[]]
    rows = [[]]
    for name in names:
        values = draw(st.lists(st.sampled_from(OPTIONS[name]), unique=True, min_size=1, max_size=6))
        rows = [[*row, value] for row in rows for value in values]
    rows = rows[:most]
    if draw(st.booleans()) and len(rows) > 2:
        rows = [row for place, row in enumerate(rows) if place % 3 != 1]
    return names, rows


@st.composite
def variant_facts(draw):
    weight, unit = draw(WEIGHTS)
    price = draw(MONEY)
    return {
        'price': price,
        'compare_at_price': draw(st.one_of(st.none(), st.just(str(Decimal(price) + 5)))),
        'cost': draw(st.one_of(st.none(), MONEY)),
        'weight': weight,
        'weight_unit': unit,
        'harmonized_system_code': draw(st.sampled_from([None, '940171', '6109100010'])),
        'country_code_of_origin': draw(st.sampled_from([None, 'IT', 'CN'])),
    }


@st.composite
def metafields(draw, owner):
    """Some of the metafields of a product or variant, as the control API takes them."""
    rows = []
    for key, (whose, kind, values) in METAFIELDS.items():
        value = draw(st.sampled_from([None, *values])) if whose == owner else None
        if value is not None:
            rows.append({'namespace': 'custom', 'key': key, 'type': kind, 'value': value})
    return rows


@st.composite
def products(draw, most=12):
    """One product; its SKUs and barcodes are numbered by :func:`numbered`."""
    names, rows = draw(combinations(most))
    facts = draw(st.lists(variant_facts(), min_size=1, max_size=3))
    ships = draw(st.booleans())
    # What is not shipped is a service in Odoo, which is not counted: the import says so at the product.
    tracked = ships and draw(st.booleans())
    common = {'tracked': tracked, 'requires_shipping': ships, 'taxable': draw(st.booleans())}
    codes = draw(st.sampled_from(['both', 'both', 'sku', 'barcode', 'none', 'some']))
    pictures, more = draw(PICTURES), draw(metafields('variant'))
    # A product without options shows the pictures that it has; only variants that can be chosen have one of their own.
    shown = draw(st.lists(st.integers(0, len(pictures) - 1), max_size=2)) if pictures and names else []
    variants = [
        {
            **facts[place % len(facts)],
            **common,
            **({'values': row} if names else {}),
            **({'image': shown[place]} if place < len(shown) else {}),
            **({'variant_metafields': more} if place % 3 == 0 else {}),
            'codes': codes,
        }
        for place, row in enumerate(rows)
    ]
    category = draw(CATEGORIES)
    return {
        'title': draw(TITLES),
        'description_html': draw(HTML),
        'vendor': draw(st.sampled_from(['Acme', 'Fjell & Fjord', 'メーカー', 'Harrow'])),
        'product_type': draw(st.sampled_from(['', 'Seats', 'Möbel', 'Lamps & Light'])),
        'tags': draw(TAGS),
        'status': draw(st.sampled_from(['ACTIVE', 'ACTIVE', 'DRAFT', 'ARCHIVED'])),
        'seo_title': draw(st.sampled_from([None, 'Buy a chair – today', '椅子'])),
        'seo_description': draw(st.sampled_from([None, 'All about chairs & tables'])),
        **({'category_id': f'gid://shopify/TaxonomyCategory/{category}'} if category else {}),
        **({'options': names} if names else {}),
        'images': pictures,
        'metafields': draw(metafields('product')),
        'collections': draw(st.lists(st.sampled_from(COLLECTIONS), unique=True, max_size=2)),
        'variants': variants,
    }


def numbered(catalogue: list) -> list:
    """SKUs and barcodes by the place of a variant in the whole catalogue; `twin` has the SKU of the first one."""
    counter = itertools.count(1)
    first = None
    result = []
    for product in catalogue:
        rows = []
        if not (product['title'] and product['vendor'] and product['variants']):
            raise ValueError("A product needs a title, a vendor and a variant")
        for variant in product['variants']:
            if len(variant.get('values', [''])) != len(product.get('options', [''])):
                raise ValueError("A variant has a value of each option")
            row, number = dict(variant), next(counter)
            codes = row.pop('codes', 'both')
            if codes in ('both', 'sku') or (codes == 'some' and number % 2):
                row['sku'] = f'RT-{number:04}'
                first = first or row['sku']
            if codes in ('both', 'barcode'):
                row['barcode'] = ean(number)
            if codes == 'twin' and first:
                row['sku'] = first
            rows.append(row)
        result.append({**product, 'variants': rows})
    return result


def catalogues(least=4, size=10, most=12):
    """Lists of products; some have a SKU that another one has."""
    return st.lists(products(most), min_size=least, max_size=size).flatmap(_with_twins)


def _with_twins(catalogue):
    return st.booleans().map(lambda twin: [*catalogue, TWIN] if twin else catalogue)


TWIN = {
    'title': 'The same SKU again', 'description_html': '', 'vendor': 'Acme', 'product_type': '', 'tags': [],
    'status': 'ACTIVE', 'seo_title': None, 'seo_description': None, 'collections': [],
    'variants': [{'price': '3.00', 'tracked': True, 'codes': 'twin'}],
}  # fmt: skip


# === WHAT A SHOP SHOWS === #


def seen(state: dict) -> dict:
    """``{title and SKUs: facts}`` of the products of a shop's state, in one spelling."""
    items = {row['id']: row for row in state['inventory_items']}
    variants = {row['id']: row for row in state['variants']}
    found = {}
    for product in state['products']:
        rows = [variants[gid] for gid in product['variant_ids']]
        pictures = {row['id']: row['digest'] for row in product['media']}
        facts = {
            **product_facts(product),
            'collections': sorted(row['title'] for row in state['collections'] if product['id'] in row['products']),
            'variants': [
                {**variant_facts_of(row, items), 'picture': next((pictures[gid] for gid in row['media_ids']), None)}
                for row in rows
            ],
        }
        found[product['title'], tuple(sorted(row['sku'] or '' for row in rows))] = facts
    return found


def product_facts(product: dict) -> dict:
    # Odoo has one order of the values of an attribute for all products.
    options = [(row['name'], sorted(value['name'] for value in row['values'])) for row in product['options']]
    return {
        'gid': product['id'],
        'title': product['title'],
        'description': same_html(product['description_html']),
        'vendor': product['vendor'],
        'product_type': product['product_type'] or '',
        'category': product['category_id'],
        'tags': sorted(product['tags'], key=str.casefold),
        'seo_title': product['seo_title'] or None,
        'seo_description': product['seo_description'] or None,
        'status': product['status'],
        'options': options,
        'pictures': [(row['alt'] or None, row['digest']) for row in product['media']],
        'metafields': metafield_facts(product),
    }


def metafield_facts(owner: dict) -> dict:
    """Without noughts: Odoo has no number that is none."""
    rows = [row for row in owner['metafields'].values() if row['key'] in METAFIELDS]
    texts = {row['key']: row['value'] for row in rows if 'number' not in row['type']}
    numbers = {row['key']: Decimal(row['value']) for row in rows if 'number' in row['type']}
    return texts | {key: str(number.normalize()) for key, number in numbers.items() if number}


def variant_facts_of(variant: dict, items: dict) -> dict:
    item = items[variant['inventory_item_id']]
    kilograms = Decimal(str(item['weight'])) * {'GRAMS': Decimal('0.001')}.get(item['weight_unit'], Decimal(1))
    return {
        'values': variant['option_values'],
        'sku': variant['sku'] or None,
        'barcode': variant['barcode'] or None,
        'price': money(variant['price']),
        'compare_at_price': money(variant['compare_at_price']),
        'cost': money(item['cost'] if float(item['cost'] or 0) else None),  # Odoo has no cost that is none
        'weight': kilograms.quantize(Decimal('0.01')),
        'hs_code': item['harmonized_system_code'],
        'origin': item['country_code_of_origin'],
        'taxable': variant['taxable'],
        'tracked': item['tracked'],
        'requires_shipping': item['requires_shipping'],
        'metafields': metafield_facts(variant),
    }


def money(amount) -> str | None:
    return None if amount is None else str(Decimal(str(amount)).quantize(Decimal('0.01')))


def same_html(text: str) -> str:
    """HTML without what makes no difference to who looks at it: empty elements, blanks, the way signs are written."""
    text = re.sub(r'<(p|div|span)[^>]*>\s*</\1>', '', text or '')
    text = re.sub(r'\s*/?>', '>', text)
    text = re.sub(r'>\s+<', '><', text)
    parts = re.split(r'(<[^>]+>)', text)
    clean = [part if part.startswith('<') and part.endswith('>') else html.unescape(part) for part in parts]
    return re.sub(r'\s+', ' ', ''.join(clean).replace('\xa0', ' ')).strip()
