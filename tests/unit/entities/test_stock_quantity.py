"""What a location shows: never more than there is, never below zero, and the same sentence as the number."""
import math

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import open_order
from shopify_connector.entities import stock_quantity as mapping
from shopify_connector.entities.inventory import MAX_QUANTITY
from shopify_connector.entities.stock_quantity import Kit, Rules, Stock
from tests.simulator import schema as schemas

UNITS = st.integers(0, 2000).map(float) | st.floats(0, 2000, allow_nan=False)
PERCENT = st.decimals(0, 100, places=2).map(float)
BASIS = st.sampled_from(mapping.BASES)


def some(strategy):
    return st.none() | strategy


STOCKS = st.builds(
    Stock, on_hand=st.floats(-50, 2000), reserved=UNITS, outgoing=UNITS, sold=UNITS, above=UNITS, expired=UNITS,
    incoming=UNITS, held=UNITS, unseen=UNITS)
KITS = st.lists(st.tuples(st.integers(1, 99), st.floats(0.01, 20), STOCKS), max_size=4).map(lambda parts: Kit(tuple(parts)))
SOFT_RULES = st.builds(
    Rules, safety=some(UNITS), safety_percent=some(PERCENT), maximum=some(UNITS), share_percent=some(PERCENT))


def shown(stock, rules=mapping.NO_RULES, basis='free', set_aside=0):
    return mapping.shown(stock, basis, rules, set_aside).quantity


# === EXAMPLES === #

def test_the_sentence_of_the_screen_is_the_arithmetic():
    found = mapping.shown(Stock(on_hand=18, reserved=5), 'free', Rules(safety=2, share_percent=60))
    assert found.quantity == 6
    assert found.steps == (('on_hand', 18), ('reserved', -5), ('safety', -2), ('share_percent', 60))


@pytest.mark.parametrize(('stock', 'basis', 'units'), [
    (Stock(on_hand=10, reserved=3), 'free', 7),
    (Stock(on_hand=10, reserved=3, outgoing=4), 'free', 6),
    (Stock(on_hand=10, reserved=3, outgoing=2), 'free', 7),
    (Stock(on_hand=10, above=4), 'free', 6),
    (Stock(on_hand=10, expired=4, held=1, unseen=2), 'free', 3),
    (Stock(on_hand=10, reserved=9, outgoing=9, sold=2), 'on_hand', 8),
    (Stock(on_hand=10, reserved=9, held=1), 'on_hand', 9),
    (Stock(on_hand=10, reserved=3, incoming=5), 'forecast', 12),
    (Stock(on_hand=10, reserved=3, incoming=5), 'free', 7),
    (Stock(on_hand=0, outgoing=3, incoming=5), 'forecast', 2),
    (Stock(on_hand=2.9999999), 'free', 3),
    (Stock(on_hand=0.5), 'free', 0),
    (Stock(on_hand=-4), 'free', 0),
    (Stock(on_hand=5e12), 'free', MAX_QUANTITY),
])
def test_a_basis_counts_what_its_name_says(stock, basis, units):
    assert shown(stock, basis=basis) == units


@pytest.mark.parametrize(('rules', 'units'), [
    (Rules(safety=4), 16),
    (Rules(safety=40), 0),
    (Rules(safety_percent=12), 17),  # 2.4 units are kept back as three
    (Rules(safety=4, safety_percent=12), 16),
    (Rules(safety=1, safety_percent=12), 17),
    (Rules(share_percent=33), 6),
    (Rules(safety=5, share_percent=50), 7),
    (Rules(maximum=7), 7),
    (Rules(maximum=70), 20),
    (Rules(maximum=0), 0),
    (Rules(fixed=99), 99),
    (Rules(fixed=0), 0),
    (Rules(fixed=99, safety=5, maximum=3), 99),
    (Rules(out=1.0), None),
    (Rules(out=1.0, fixed=5), None),
])
def test_a_rule_does_what_it_says_to_twenty_units(rules, units):
    assert shown(Stock(on_hand=20), rules) == units


def test_units_that_the_shop_keeps_aside_are_not_offered():
    assert shown(Stock(on_hand=20), Rules(share_percent=50), set_aside=4) == 8


def test_a_kit_is_as_many_as_its_scarcest_component_allows():
    kit = Kit(((7, 2.0, Stock(on_hand=9)), (8, 1.0, Stock(on_hand=5, reserved=2)), (9, 0.5, Stock(on_hand=3))))
    found = mapping.shown(kit, 'free', Rules(safety=1))
    assert (found.quantity, found.scarce) == (2, 8)
    assert found.steps == (('kits', 3), ('safety', -1))


def test_a_kit_of_nothing_that_is_stored_cannot_be_offered():
    assert shown(Kit(())) == 0


def test_the_most_specific_statement_wins():
    statements = {
        (('all', 0), ('store', 1)): 1.0, (('category', 5), ('all', 0)): 2.0, (('category', 5), ('store', 1)): 3.0,
        (('template', 9), ('all', 0)): 4.0,
    }
    places = [('location', 3), ('store', 1), ('all', 0)]
    assert mapping.best(statements, [('variant', 8), ('template', 9), ('category', 5), ('all', 0)], places) == 4.0
    assert mapping.best(statements, [('template', 2), ('category', 6), ('category', 5), ('all', 0)], places) == 3.0
    assert mapping.best(statements, [('template', 2), ('all', 0)], places) == 1.0
    assert mapping.best(statements, [('template', 2), ('all', 0)], [('store', 2), ('all', 0)]) is None


def test_an_order_waits_for_what_has_not_left():
    lines = [
        {'unfulfilledQuantity': 2, 'currentQuantity': 3, 'variant': {'id': 'a'}},
        {'unfulfilledQuantity': 1, 'currentQuantity': 1, 'variant': {'id': 'a'}},
        {'unfulfilledQuantity': 0, 'currentQuantity': 1, 'variant': {'id': 'b'}},
        {'unfulfilledQuantity': 4, 'currentQuantity': 4, 'variant': None},
    ]
    assert open_order.units({}, lines) == {'a': 3}
    assert open_order.units({'test': True}, lines) == {}
    assert open_order.units({'cancelledAt': '2026-01-01T00:00:00Z'}, lines) == {}
    assert open_order.units({'displayFulfillmentStatus': 'FULFILLED'}, [{'currentQuantity': 1, 'variant': {'id': 'a'}}]) == {}
    assert open_order.units({}, [{'currentQuantity': 2, 'variant': {'id': 'a'}}]) == {'a': 2}


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('document', [open_order.OPEN_ORDERS, open_order.OPEN_ORDERS_BY_IDS, open_order.MORE_LINES])
def test_shopify_understands_how_open_orders_are_asked_for(document, version):
    assert validate(schemas.load(version).graphql, parse(document)) == []


# === ANYTHING === #

@given(STOCKS | KITS, BASIS, SOFT_RULES, st.integers(-5, 50))
def test_it_is_never_negative_and_always_a_full_unit(stock, basis, rules, set_aside):
    quantity = mapping.shown(stock, basis, rules, set_aside).quantity
    assert isinstance(quantity, int)
    assert 0 <= quantity <= MAX_QUANTITY


@given(STOCKS, BASIS, SOFT_RULES, st.integers(0, 50))
def test_it_is_never_more_than_there_is(stock, basis, rules, set_aside):
    arriving = stock.incoming if basis == 'forecast' else 0.0
    quantity = mapping.shown(stock, basis, rules, set_aside).quantity
    assert quantity <= max(0, math.floor(stock.on_hand + arriving - stock.held - stock.unseen + 1e-5))
    assert quantity <= mapping.shown(stock, basis).quantity


@given(KITS, SOFT_RULES)
def test_the_kits_shown_can_be_put_together(kit, rules):
    quantity = mapping.shown(kit, 'free', rules).quantity
    if quantity:
        assert all(quantity * needed <= mapping.base(stock, 'free') + needed * 1e-5 for _part, needed, stock in kit.parts)


@given(STOCKS, BASIS, SOFT_RULES, st.integers(0, 30), st.integers(1, 40))
def test_more_in_stock_never_shows_less(stock, basis, rules, set_aside, more):
    richer = Stock(**{**vars(stock), 'on_hand': stock.on_hand + more})
    assert (
        mapping.shown(richer, basis, rules, set_aside).quantity >= mapping.shown(stock, basis, rules, set_aside).quantity
    )


@given(st.integers(0, 10_000), st.lists(st.integers(0, 10_000), min_size=1, max_size=6), some(UNITS))
def test_the_shares_of_all_stores_never_exceed_the_whole(units, weights, safety):
    """Shares of two digits that are 100 % together, or less."""
    total = max(sum(weights), 1)
    shares = [math.floor(10_000 * weight / total) / 100 for weight in weights]
    stock = Stock(on_hand=float(units))
    offered = sum(shown(stock, Rules(safety=safety, share_percent=share)) for share in shares)
    assert offered <= shown(stock, Rules(safety=safety))


@given(STOCKS, BASIS, SOFT_RULES, st.integers(0, 50))
def test_the_steps_lead_to_the_number(stock, basis, rules, set_aside):
    found = mapping.shown(stock, basis, rules, set_aside)
    units = mapping.whole(sum(number for code, number in found.steps if code not in (
        'set_aside', 'safety', 'share_percent', 'maximum')))
    for code, number in found.steps:
        if code in ('set_aside', 'safety'):
            units += int(number)
        elif code == 'share_percent':
            units = math.floor(round(units * number / 100, 6))
        elif code == 'maximum':
            units = min(units, mapping.whole(number))
    assert found.quantity == max(0, min(units, MAX_QUANTITY))
