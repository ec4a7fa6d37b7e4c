"""Strategies for orders of every kind: what a shop may sell, how it is paid, and what happens to it before it is read.

A *story* is plain JSON, so that a failing one can be printed, kept and told again:
``{"spec": what place_order takes, "then": [[hours later, verb, arguments], …]}``. Lines are named by their position.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

SKUS = tuple(f'EVERY-{number}' for number in range(1, 13))
RATES = {'USD': '1', 'EUR': '0.9213', 'JPY': '151.37', 'KWD': '0.30712', 'CAD': '1.3642'}
DECIMALS = {'USD': 2, 'EUR': 2, 'CAD': 2, 'JPY': 0, 'KWD': 3}
COMMON = {'plan': 'plus', 'customers': 0, 'locations': 1}
SHOPS = {
    'USD': {'domain': 'every-usd.myshopify.com', 'currency': 'USD', 'country': 'US'},
    'EUR': {
        'domain': 'every-eur.myshopify.com',
        'currency': 'EUR',
        'country': 'DE',
        'taxes_included': True,
        'tax_shipping': True,
    },
    'JPY': {'domain': 'every-jpy.myshopify.com', 'currency': 'JPY', 'country': 'US', 'tax_shipping': True},
    'KWD': {'domain': 'every-kwd.myshopify.com', 'currency': 'KWD', 'country': 'US'},
}
TAXES = (
    {'title': 'State Tax', 'rate': '0.0625'},
    {'title': 'County Tax', 'rate': '0.01'},
    {'title': 'City Tax', 'rate': '0.01'},
    {'title': 'VAT', 'rate': '0.19'},
    {'title': 'Reduced VAT', 'rate': '0.07'},
    {'title': 'VAT 0 %', 'rate': '0'},
    {'title': 'QST', 'rate': '0.09975'},
    {'title': 'Transit Tax', 'rate': '0.02125'},
    {'title': 'Marketplace Tax', 'rate': '0.0825', 'channel_liable': True},
)


def shop_specs() -> list[dict]:
    """The shops, one for each currency, each with the same dozen products at prices of its own."""
    return [{**COMMON, **spec, 'products': _products(code)} for code, spec in SHOPS.items()]


def _products(currency: str) -> list[dict]:
    unit = Decimal(1).scaleb(-DECIMALS[currency])
    prices = (333, 1, 1999, 12345, 777, 5, 100, 2950, 99999, 4450, 667, 1250)
    return [
        {'title': f'Thing {index}', 'sku': sku, 'price': str(price * unit), 'available': 100_000}
        for index, (sku, price) in enumerate(zip(SKUS, prices, strict=True), 1)
    ]


def amounts(currency: str, most: int = 30_000, least: int = 0):
    """Amounts as text, in the currency's smallest units up to ``most``."""
    scale = -DECIMALS[currency]
    return st.integers(least, most).map(lambda units: str(Decimal(units).scaleb(scale)))


def seldom(strategy, otherwise=None, one_in: int = 5):
    """``strategy`` once in a while; else ``otherwise``, which is what failures shrink to."""
    return st.integers(0, one_in - 1).flatmap(lambda dice: strategy if dice == one_in - 1 else st.just(otherwise))


def tax_lists(most: int = 4):
    return st.lists(st.sampled_from(TAXES), max_size=most, unique_by=lambda tax: tax['title'])


def _known(values: dict) -> dict:
    return {key: value for key, value in values.items() if value is not None}


# -- lines ------------------------------------------------------------------------------------------------------------
@st.composite
def lines(draw, currency: str):
    row = {'quantity': draw(st.integers(1, 7))}
    kind = draw(st.sampled_from(('product', 'product', 'product', 'product', 'custom', 'gone', 'gift card', 'bundle')))
    if kind == 'custom':
        row |= {'title': 'Engraving', 'price': draw(amounts(currency)), 'requires_shipping': draw(st.booleans())}
    elif kind == 'gone':
        row |= {'sku': draw(st.sampled_from(('GONE-1', 'GONE-2'))), 'price': draw(amounts(currency))}
    elif kind == 'gift card':
        row |= {'title': 'Gift card', 'price': draw(amounts(currency, least=1)), 'gift_card': True}
    else:
        row['sku'] = draw(st.sampled_from(SKUS))
        row |= _known({'price': draw(seldom(amounts(currency), one_in=3))})
    if kind == 'bundle':
        row['group'] = {'title': 'Starter set', 'quantity': 1, 'variantSku': 'SET-1'}
    if kind != 'gift card':
        row |= _known({'taxes': draw(seldom(tax_lists(), one_in=3)), 'taxable': draw(seldom(st.just(False), one_in=9))})
    row |= _known({'duties': draw(seldom(st.lists(_charges(currency), min_size=1, max_size=2), one_in=12))})
    return row


def _charges(currency: str):
    return st.fixed_dictionaries({'price': amounts(currency, 2000), 'taxes': tax_lists(2)}).map(
        lambda row: {**row, 'hs_code': '610910', 'country': 'CN'}
    )


def usual_orders(currency: str):
    """The lines of an order: mostly a few, up to twelve."""
    few = st.lists(lines(currency), min_size=1, max_size=4)
    return st.integers(0, 9).flatmap(
        lambda dice: st.lists(lines(currency), min_size=5, max_size=12) if dice == 9 else few
    )


def long_orders(currency: str):
    """Forty lines, cheap to draw: ten different ones, four times each."""
    return st.lists(lines(currency), min_size=10, max_size=10).map(lambda rows: [dict(row) for row in rows * 4])


# -- discounts, shipping, payment ---------------------------------------------------------------------------------------
@st.composite
def discounts(draw, currency: str, count: int):
    """One discount of an order with ``count`` lines."""
    level = draw(st.sampled_from(('order', 'line', 'shipping')))
    row = {'kind': draw(st.sampled_from(('code', 'automatic', 'manual'))), 'level': level, 'title': 'LESS'}
    if draw(st.booleans()):
        row['percentage'] = draw(st.sampled_from(('10', '12.5', '33.33', '5', '50', '100', '7')))
    else:
        row['amount'] = draw(amounts(currency, 3000, 1))
    if level == 'line':
        row['method'] = draw(st.sampled_from(('across', 'each', 'one')))
        picked = st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True)
        row |= _known({'lines': draw(seldom(picked, one_in=2))})
        if 'percentage' in row and draw(st.integers(0, 3)) == 3:  # buy X get Y
            row['units'] = {str(draw(st.integers(0, count - 1))): 1}
    return row


def shippings(currency: str):
    one = st.fixed_dictionaries(
        {'title': st.sampled_from(('Standard', 'Express', 'Signature')), 'price': amounts(currency, 4000)},
        optional={'taxes': tax_lists(3)},
    )
    return st.one_of(one, one, st.none(), st.lists(one, min_size=2, max_size=3))


@st.composite
def specs(draw, currency: str, presentment: str | None, rows):
    """What ``place_order`` takes."""
    items = draw(rows)
    spec = {
        'seed': draw(st.integers(0, 50)),
        'lines': items,
        'shipping': draw(shippings(currency)),
        'discounts': draw(st.lists(discounts(currency, len(items)), max_size=3)),
        'payment': draw(
            st.sampled_from(('paid', 'paid', 'paid', 'paid', 'split', 'gift_card', 'partial', 'authorized'))
        ),
        'days_ago': draw(st.integers(0, 240)) / 24,
    }
    spec |= _known(
        {
            'taxes': draw(seldom(tax_lists(), one_in=2)),
            'taxes_included': draw(seldom(st.booleans(), one_in=4)),
            'tax_exempt': draw(seldom(st.just(True), one_in=10)),
            'tip': draw(seldom(amounts(currency, 900, 1), one_in=6)),
            'fees': draw(seldom(st.lists(_fees(currency), min_size=1, max_size=2), one_in=8)),
            'country': draw(seldom(st.sampled_from(('DE', 'FR', 'GB', 'CA', 'JP')), one_in=4)),
            'fulfilled': draw(seldom(st.just(True), one_in=4)),
            'payments': draw(seldom(_tenders(presentment or currency), one_in=7)),
            'po_number': draw(seldom(st.just('PO-7'), one_in=9)),
            'note': draw(seldom(st.just('Bitte klingeln – 感謝 🎁'), one_in=9)),
        }
    )
    spec |= draw(seldom(_places(), {}, one_in=4))
    if presentment:
        spec['presentment'] = {'currency': presentment, 'rate': _rate(currency, presentment)}
    elif draw(st.integers(0, 11)) == 11:
        spec |= {'cash_rounding': {0: '10', 2: '0.05', 3: '0.005'}[DECIMALS[currency]], 'payment': 'paid'}
    return spec


def _fees(currency: str):
    return st.fixed_dictionaries(
        {'name': st.just('Retail delivery fee'), 'price': amounts(currency, 500, 1), 'taxes': tax_lists(2)}
    )


def _places():
    """Guests, the counter, a company, nobody at all."""
    nobody = {'customer': None, 'billing_address': None, 'shipping_address': None}
    return st.sampled_from(
        (
            {'customer': None, 'email': 'guest@example.com'},
            {**nobody, 'pos': True, 'gateway': 'cash'},
            {
                'company': {'name': 'Globex 7 Inc.', 'external_id': 'C7', 'location': 'Headquarters'},
                'po_number': 'PO-9',
            },
            nobody,
        )
    )


@st.composite
def _tenders(draw, currency: str):
    """One to three payments that hardly ever come to the total: too much, too little, with change."""
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    'gateway': st.sampled_from(('cash', 'bank_deposit', 'paypal')),
                    'amount': amounts(currency, 90_000, 500),
                }
            ),
            min_size=1,
            max_size=3,
        )
    )
    if draw(st.booleans()):
        rows = [*rows, {**rows[-1], 'kind': 'CHANGE', 'amount': draw(amounts(currency, 499, 1))}]
    return rows


def _rate(currency: str, presentment: str) -> str:
    return str(round(Decimal(RATES[presentment]) / Decimal(RATES[currency]), 6))


# -- what happens next --------------------------------------------------------------------------------------------------
@st.composite
def refunds(draw, currency: str, most_lines: int = 3):
    row = {}
    picked = st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 4)).map(list), max_size=most_lines, unique_by=lambda pair: pair[0]
    )
    row['lines'] = draw(picked)
    row |= _known(
        {
            'restock': draw(seldom(st.sampled_from(('NO_RESTOCK',)), one_in=3)),
            'shipping': draw(seldom(st.one_of(st.just(True), amounts(currency, 500, 1)), one_in=3)),
        }
    )
    how = draw(st.sampled_from(('suggested', 'suggested', 'suggested', 'amount', 'no money', 'pending')))
    row |= {
        'amount': {'amount': draw(amounts(currency, 2000, 1))},
        'no money': {'no_money': True},
        'pending': {'pending': True},
    }.get(how, {})
    return row


@st.composite
def edits(draw, currency: str):
    row = {
        'set_quantity': draw(
            st.lists(
                st.tuples(st.integers(0, 5), st.integers(0, 9)).map(list), max_size=2, unique_by=lambda pair: pair[0]
            )
        )
    }
    added = lines(currency).map(lambda line: _without(line, 'duties', 'group'))
    row |= _known(
        {
            'add': draw(seldom(st.lists(added, min_size=1, max_size=2), one_in=2)),
            'add_shipping': draw(
                seldom(st.fixed_dictionaries({'title': st.just('Later'), 'price': amounts(currency, 900, 1)}), one_in=4)
            ),
            'remove_shipping': draw(seldom(st.just(0), one_in=6)),
        }
    )
    return row


def _without(row: dict, *names: str) -> dict:
    return {key: value for key, value in row.items() if key not in names}


def events(currency: str):
    """``[hours later, verb, arguments]``; what the shop refuses at that moment just does not happen."""
    cancel = st.fixed_dictionaries(
        {'reason': st.sampled_from(('CUSTOMER', 'FRAUD')), 'restock': st.booleans(), 'refund': st.booleans()}
    )
    verb = st.one_of(
        refunds(currency).map(lambda row: ['refund', row]),
        refunds(currency).map(lambda row: ['refund', row]),
        edits(currency).map(lambda row: ['edit', row]),
        st.just(['fulfill', {}]),
        st.just(['pay', {}]),
        cancel.map(lambda row: ['cancel', row]),
    )
    return st.tuples(st.integers(1, 30), verb).map(lambda pair: [pair[0], *pair[1]])


@st.composite
def stories(draw, currency: str, presentment: str | None, rows):
    """A whole order: what was sold and what has happened to it before Odoo reads it."""
    spec = draw(specs(currency, presentment, rows))
    return {
        'spec': spec,
        'then': draw(seldom(st.lists(events(presentment or currency), min_size=1, max_size=3), [], one_in=2)),
    }


# -- what was drawn -----------------------------------------------------------------------------------------------------
KINDS = {
    *(f'discount by {kind}' for kind in ('code', 'automatic', 'manual')),
    *(f'discount of {level}' for level in ('order', 'line', 'shipping')),
    *(f'discount {method}' for method in ('across', 'each', 'one')),
    *('buy X get Y', 'percentage', 'fixed amount', '40 lines', '4 taxes', 'two taxes of one rate', 'a tax of 0 %'),
    *('channel liable', 'duties', 'fees', 'tip', 'several shipping lines', 'custom line', 'gift card', 'bundle'),
    *('unknown SKU', 'taxes included', 'tax exempt', 'free', 'presentment', 'cash rounding', 'guest', 'counter'),
    *('company', 'split', 'partial', 'authorized', 'refund', 'edit', 'cancel', 'fulfill', 'pay', 'amount refunded'),
    *('several tenders', 'change', 'refund without money', 'refund pending', 'shipping refunded', 'not restocked'),
}


def kinds(story: dict) -> set[str]:
    """Which of :data:`KINDS` a story is an example of."""
    spec, then = story['spec'], story['then']
    return _kinds_of_lines(spec) | _kinds_of_money(spec) | _kinds_of_events(then)


def _kinds_of_lines(spec: dict) -> set[str]:
    rows = spec['lines']
    lists = [row['taxes'] for row in [*rows, spec] if row.get('taxes')]
    found = {
        '40 lines': len(rows) >= 40,
        '4 taxes': any(len(taxes) == 4 for taxes in lists),
        'two taxes of one rate': any(len({tax['rate'] for tax in taxes}) < len(taxes) for taxes in lists),
        'a tax of 0 %': any(tax['rate'] == '0' for taxes in lists for tax in taxes),
        'channel liable': any(tax.get('channel_liable') for taxes in lists for tax in taxes),
        'duties': any(row.get('duties') for row in rows),
        'custom line': any(row.get('title') == 'Engraving' for row in rows),
        'gift card': any(row.get('gift_card') for row in rows),
        'bundle': any(row.get('group') for row in rows),
        'unknown SKU': any(row.get('sku', '').startswith('GONE') for row in rows),
    }
    return {name for name, is_so in found.items() if is_so}


def _kinds_of_money(spec: dict) -> set[str]:
    applied = spec['discounts']
    found = {
        'fees': spec.get('fees'),
        'tip': spec.get('tip'),
        'several shipping lines': isinstance(spec['shipping'], list),
        'taxes included': spec.get('taxes_included'),
        'tax exempt': spec.get('tax_exempt'),
        'free': any(row['level'] == 'order' and row.get('percentage') == '100' for row in applied),
        'presentment': spec.get('presentment'),
        'cash rounding': spec.get('cash_rounding'),
        'guest': spec.get('email'),
        'counter': spec.get('pos'),
        'company': spec.get('company'),
        spec['payment']: True,
        'several tenders': len(spec.get('payments') or ()) > 1,
        'change': any(row.get('kind') == 'CHANGE' for row in spec.get('payments') or ()),
        'buy X get Y': any(row.get('units') for row in applied),
        'percentage': any(row.get('percentage') for row in applied),
        'fixed amount': any(row.get('amount') for row in applied),
    }
    named = {name for name, is_so in found.items() if is_so}
    named |= {f"discount by {row['kind']}" for row in applied} | {f"discount of {row['level']}" for row in applied}
    return named | {f"discount {row['method']}" for row in applied if row.get('method')}


def _kinds_of_events(then: list) -> set[str]:
    refunds = [row for _hours, verb, row in then if verb == 'refund']
    found = {
        'amount refunded': any(row.get('amount') for row in refunds),
        'refund without money': any(row.get('no_money') for row in refunds),
        'refund pending': any(row.get('pending') for row in refunds),
        'shipping refunded': any(row.get('shipping') for row in refunds),
        'not restocked': any(row.get('restock') for row in refunds),
    }
    return {name for name, is_so in found.items() if is_so} | {verb for _hours, verb, _row in then}
