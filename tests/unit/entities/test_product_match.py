"""Which product a variant is, decided on ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities.product_match import (
    VERDICTS,
    Facts,
    Hit,
    Policy,
    barcode_key,
    barcode_spellings,
    best,
    decide,
    same_options,
    sku_key,
)

ASK, SKU_ONLY = Policy(), Policy(asks=False)
MAP_ONLY = Policy(creates=False)


@pytest.mark.parametrize(
    ('facts', 'verdict', 'reason', 'id_'),
    [
        (Facts(), 'create', 'not_found', False),
        (Facts(has_template=True), 'add_variant', 'not_found', False),
        (Facts(sku=(Hit(1),)), 'link', 'sku', 1),
        (Facts(sku=(Hit(1, exact=False),)), 'link', 'sku_alike', 1),
        (Facts(sku=(Hit(1, exact=False), Hit(2))), 'link', 'sku', 2),
        (Facts(barcode=(Hit(1),)), 'link', 'barcode', 1),
        (Facts(barcode=(Hit(1, unit=9),)), 'link', 'pack', 1),
        (Facts(sku=(Hit(1),), barcode=(Hit(1, unit=9),)), 'link', 'pack', 1),
        (Facts(sku=(Hit(1), Hit(2))), 'ambiguous', 'several_sku', False),
        (Facts(barcode=(Hit(1), Hit(2))), 'ambiguous', 'several_barcode', False),
        (Facts(sku=(Hit(1), Hit(2)), barcode=(Hit(2),)), 'link', 'sku_barcode', 2),
        (Facts(sku=(Hit(1), Hit(2)), template=frozenset({2, 5}), has_template=True), 'link', 'sku_template', 2),
        (Facts(sku=(Hit(1),), barcode=(Hit(2),)), 'conflict', 'sku_and_barcode', False),
        (Facts(sku=(Hit(1, active=False),)), 'ambiguous', 'archived', False),
        (Facts(sku=(Hit(1, active=False), Hit(2))), 'link', 'sku', 2),
        (Facts(sku=(Hit(1),), taken=frozenset({1})), 'ambiguous', 'taken', False),
        (Facts(barcode=(Hit(1, unit=9),), taken=frozenset({1})), 'link', 'pack', 1),
        (Facts(sku=(Hit(1, placeholder=True), Hit(2))), 'link', 'sku', 2),
        (Facts(sku=(Hit(1, placeholder=True), Hit(2, placeholder=True))), 'link', 'sku', 1),
        (Facts(sku=(Hit(1, placeholder=True),), barcode=(Hit(2),)), 'link', 'barcode', 2),
        (Facts(sku=(Hit(1, placeholder=True, active=False),)), 'create', 'not_found', False),
        (Facts(twin=7, has_template=True), 'link', 'options', 7),
        (Facts(twin=7, twin_is_free=False, has_template=True), 'conflict', 'options_other_code', False),
        (Facts(twin=7, taken=frozenset({7}), has_template=True), 'conflict', 'options_taken', False),
        (Facts(namesakes=(3,)), 'ambiguous', 'same_name', False),
        (Facts(namesakes=(3,), has_template=True), 'add_variant', 'not_found', False),
    ],
)
def test_what_becomes_of_a_variant(facts, verdict, reason, id_):
    decided = decide(facts, ASK)
    assert (decided.verdict, decided.reason, decided.id) == (verdict, reason, id_)


@pytest.mark.parametrize(
    ('facts', 'verdict'),
    [
        (Facts(sku=(Hit(1),), barcode=(Hit(2),)), 'link'),
        (Facts(sku=(Hit(1),), taken=frozenset({1})), 'link'),
        (Facts(sku=(Hit(1, active=False),)), 'create'),
        (Facts(namesakes=(3,)), 'create'),
        (Facts(sku=(Hit(1), Hit(2))), 'ambiguous'),
    ],
)
def test_a_store_that_goes_by_the_sku_asks_only_where_the_sku_says_nothing(facts, verdict):
    assert decide(facts, SKU_ONLY).verdict == verdict


def test_a_store_that_creates_nothing_leaves_out_what_it_does_not_find():
    assert decide(Facts(), MAP_ONLY).reason == 'map_only'
    assert decide(Facts(sku=(Hit(1),)), MAP_ONLY).verdict == 'link'


def test_codes_that_people_and_scanners_write_differently_are_alike():
    assert sku_key(' Ab-1 ') == sku_key('aB-1')
    assert sku_key(None) == ''
    assert barcode_key('0012345678905') == barcode_key('012345678905')
    assert barcode_spellings('0012345678905') == ['012345678905', '0012345678905']
    assert barcode_spellings('4006381333931') == ['4006381333931']


def test_options_are_compared_without_case_and_order():
    assert same_options([('Color', 'Red'), ('Size', 'M')], [('size', 'm'), ('color', 'red ')])
    assert not same_options([('Color', 'Red')], [('Color', 'Blue')], single=['Color'])
    assert not same_options([('Color', 'Red')], [('Color', 'Red'), ('Size', 'M')])
    assert same_options([('Color', 'Red')], [('Color', 'Red'), ('Brand', 'X')], single=['Brand'])
    assert same_options([], [])


hits = st.builds(
    Hit, st.integers(1, 4), st.booleans(), st.booleans(), st.booleans(), st.sampled_from([False, 9])
)
facts_of_all_kinds = st.builds(
    Facts,
    sku=st.lists(hits, max_size=3, unique_by=lambda hit: hit.id).map(tuple),
    barcode=st.lists(hits, max_size=3, unique_by=lambda hit: hit.id).map(tuple),
    taken=st.frozensets(st.integers(1, 4)),
    template=st.frozensets(st.integers(1, 4)),
    has_template=st.booleans(),
    twin=st.sampled_from([False, 1, 2]),
    twin_is_free=st.booleans(),
    namesakes=st.lists(st.integers(1, 4), max_size=2).map(tuple),
)


@given(facts_of_all_kinds, st.booleans(), st.booleans())
def test_whatever_is_known_one_verdict_comes_out_that_can_be_acted_on(facts, creates, asks):
    decided = decide(facts, Policy(creates, asks))
    assert decided.verdict in VERDICTS
    assert (decided.verdict in ('link', 'linked')) == bool(decided.id)
    if decided.verdict in ('create', 'add_variant'):
        assert creates
    if decided.id:
        everything = {*(hit.id for hit in (*facts.sku, *facts.barcode)), facts.twin}
        assert decided.id in everything
        assert not asks or decided.unit or decided.id not in facts.taken


@given(st.lists(hits, max_size=4))
def test_the_best_hits_are_some_of_the_hits(found):
    assert set(best(found)) <= set(found)
    assert not any(hit.placeholder and not hit.active for hit in best(found))
