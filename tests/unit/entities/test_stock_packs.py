"""Variants that are packs of a product: full packs, never more than there are units."""

from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import stock_quantity as mapping
from shopify_connector.entities.stock_quantity import Kit, Rules, Stock
from tests.unit.entities.test_stock_quantity import BASIS, SOFT_RULES, STOCKS

PACKS = st.sampled_from([1.0, 2.0, 6.0, 12.0, 0.5, 2.5])


def shown(stock, rules=mapping.NO_RULES, set_aside=0, pack=12.0):
    return mapping.shown(stock, 'free', rules, set_aside, pack)


def test_only_full_packs_are_shown():
    assert shown(Stock(on_hand=35)).quantity == 2
    assert shown(Stock(on_hand=36)).quantity == 3
    assert shown(Stock(on_hand=11)).quantity == 0
    assert shown(Stock(on_hand=-5)).quantity == 0


def test_what_is_kept_back_is_counted_in_units_and_what_is_shown_in_packs():
    assert shown(Stock(on_hand=36), Rules(safety=1)).quantity == 2
    assert shown(Stock(on_hand=48), Rules(share_percent=50)).quantity == 2
    assert shown(Stock(on_hand=48), Rules(maximum=3)).quantity == 3
    assert shown(Stock(on_hand=48), set_aside=1).quantity == 3
    assert shown(Stock(on_hand=48), Rules(fixed=7)).quantity == 7


def test_a_pack_of_kits_takes_so_many_kits():
    assert shown(Kit(((1, 2.0, Stock(on_hand=50)),))).quantity == 2


def test_the_sentence_says_so():
    assert ('pack', 12.0) in shown(Stock(on_hand=36)).steps
    assert shown(Stock(on_hand=36), pack=1.0).steps == (('on_hand', 36.0),)


@given(STOCKS, BASIS, SOFT_RULES, st.integers(0, 50), PACKS)
def test_packs_never_hold_more_units_than_there_are(stock, basis, rules, set_aside, pack):
    quantity = mapping.shown(stock, basis, rules, set_aside, pack).quantity
    assert quantity >= 0
    assert quantity * pack <= max(mapping.base(stock, basis), 0) + 1e-3
