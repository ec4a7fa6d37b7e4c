"""Strategies for the lives of orders: what happens to one in the shop and in Odoo, and what Odoo hears of it and when.

A *life* is plain JSON: ``{"spec": …, "steps": [[where, verb, arguments, heard], …]}``. ``where`` is "shop" or "odoo",
``heard`` which lanes get to know it: "all", "order", "books", "twice" or "nothing".
"""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support.order_worlds import SKUS, amounts, discounts, edits, refunds, seldom, tax_lists

HEARD = ('all', 'all', 'all', 'order', 'books', 'twice', 'nothing')
PAYMENTS = ('paid', 'paid', 'split', 'paid', 'paid', 'partial', 'paid', 'authorized', 'paid', 'pending', 'paid', 'paid')


@st.composite
def specs(draw, currency: str):
    """An order of a few goods, with a discount and taxes now and then."""
    rows = draw(st.lists(_goods(currency), min_size=1, max_size=3))
    spec = {
        'lines': rows,
        'days_ago': 20,
        'payment': draw(st.sampled_from(PAYMENTS)),
        'shipping': draw(st.one_of(st.none(), amounts(currency, 2000, 1).map(lambda price: {'price': price}))),
        'discounts': draw(st.lists(discounts(currency, len(rows)), max_size=1)),
    }
    taxes = draw(seldom(tax_lists(2), one_in=2))
    return spec if taxes is None else {**spec, 'taxes': taxes}


@st.composite
def _goods(draw, currency: str):
    row = {'quantity': draw(st.integers(1, 5)), 'sku': draw(st.sampled_from(SKUS))}
    if draw(st.integers(0, 5)) == 5:
        row = {
            'quantity': row['quantity'],
            'title': 'Engraving',
            'price': draw(amounts(currency, 3000, 1)),
            'requires_shipping': False,
        }
    return row


def _parts(most: int = 4):
    """``[[line, units], …]``."""
    return st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, most)).map(list),
        min_size=1,
        max_size=3,
        unique_by=lambda pair: pair[0],
    )


def _in_shop(currency: str):
    cancel = st.fixed_dictionaries({'reason': st.just('CUSTOMER'), 'restock': st.booleans(), 'refund': st.booleans()})
    return st.one_of(
        refunds(currency).map(lambda row: ['refund', row]),
        refunds(currency).map(lambda row: ['refund', row]),
        edits(currency).map(lambda row: ['edit', row]),
        edits(currency).map(lambda row: ['edit', row]),
        _parts().map(lambda parts: ['fulfill', {'lines': parts}]),
        st.just(['fulfill', {}]),
        st.just(['pay', {}]),
        amounts(currency, 3000, 1).map(lambda amount: ['pay', {'amount': amount}]),
        st.just(['pay', {'void': True}]),
        st.booleans().map(lambda success: ['settle', {'success': success}]),
        st.fixed_dictionaries({'restock': st.booleans(), 'refund': st.booleans()}).map(lambda row: ['return', row]),
        cancel.map(lambda row: ['cancel', row]),
    ).map(lambda pair: ['shop', *pair])


def _in_odoo():
    return st.one_of(
        _parts().map(lambda parts: ['ship', {'lines': parts}]),
        st.just(['ship', {}]),
        _parts().map(lambda parts: ['ship and tell', {'lines': parts}]),
        st.just(['ship and tell', {}]),
    ).map(lambda pair: ['odoo', *pair])


def steps(currency: str):
    what = st.one_of(_in_shop(currency), _in_odoo(), _in_shop(currency))
    return st.tuples(what, st.sampled_from(HEARD)).map(lambda pair: [*pair[0], pair[1]])


@st.composite
def lives(draw, currency: str):
    return {'spec': draw(specs(currency)), 'steps': draw(st.lists(steps(currency), min_size=2, max_size=7))}
