"""What is an edit, and what an order or a shelf explains."""

from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import stock_edit
from shopify_connector.entities.inventory import Seen, seen
from shopify_connector.entities.stock_edit import Baseline

few = st.integers(0, 40)
edits = st.integers(-15, 15)


def shown(available, committed=0, set_aside=0):
    return Seen('item', 'place', available, available + committed + set_aside, True, committed)


def test_a_level_is_read_with_its_parts():
    quantities = [{'name': 'available', 'quantity': 7}, {'name': 'on_hand', 'quantity': 12}, {'name': 'committed', 'quantity': 3}]
    row = seen('i', 'l', {'isActive': True, 'quantities': quantities}, 'https://x', True)
    assert (row.available, row.committed, row.set_aside, row.history_url) == (7, 3, 2, 'https://x')


def test_the_rows_of_before_are_still_rows():
    assert Seen('i', 'l', 7, 9, True).set_aside == 0


@given(known=few, committed=few, aside=few, count=edits)
def test_an_edit_is_what_was_edited(known, committed, aside, count):
    assert stock_edit.unexplained(Baseline(known, committed, aside), shown(known + count, committed, aside)) == count


@given(known=few, committed=few, sold=few, count=edits)
def test_a_sale_that_nobody_knows_of_is_no_part_of_an_edit(known, committed, sold, count):
    row = shown(known + count - sold, committed + sold)
    assert stock_edit.unexplained(Baseline(known, committed), row) == count
    assert stock_edit.unseen(Baseline(known, committed), row) == sold


@given(known=few, committed=st.integers(10, 40), gone=st.integers(0, 10), count=edits)
def test_parcels_that_leave_hide_no_edit(known, committed, gone, count):
    assert stock_edit.unexplained(Baseline(known, committed), shown(known + count, committed - gone)) == count


@given(known=few, committed=st.integers(10, 40), freed=st.integers(0, 10), elsewhere=few)
def test_an_order_that_ships_from_elsewhere_is_no_edit(known, committed, freed, elsewhere):
    row = shown(known + freed, committed - freed)
    assert stock_edit.unexplained(Baseline(known, committed, may_move=elsewhere), row) == max(freed - elsewhere, 0)
    assert stock_edit.unexplained(Baseline(known, committed, may_move=None), row) == 0
    assert stock_edit.unexplained(Baseline(known, committed, may_move=None, may_ship=freed), row) == freed


@given(known=few, moved=edits)
def test_what_is_set_aside_is_no_edit(known, moved):
    before, row = Baseline(known, 5, 20), shown(known - moved, 5, 20 + moved)
    assert stock_edit.unexplained(before, row) == 0
    assert stock_edit.is_clear(before, row)


@given(known=few, back=few, count=edits)
def test_units_that_an_order_gave_up_may_be_back(known, back, count):
    units = stock_edit.unexplained(Baseline(known, may_return=back), shown(known + count))
    assert units == (count if count <= 0 else max(count - back, 0))


@given(known=few, sold=few, count=edits)
def test_units_that_were_sold_somewhere_may_be_from_here(known, sold, count):
    units = stock_edit.unexplained(Baseline(known, may_leave=sold), shown(known + count))
    assert units == (count if count >= 0 else min(count + sold, 0))


@given(known=few, sold=few, seen_sold=few)
def test_only_a_sale_that_is_known_of_is_clear_at_once(known, sold, seen_sold):
    row = shown(known - seen_sold, 3 + seen_sold)
    assert stock_edit.is_clear(Baseline(known, 3, may_leave=sold), row) is (seen_sold <= sold)


def test_an_edit_is_never_clear():
    assert not stock_edit.is_clear(Baseline(20, may_leave=5), shown(17))
    assert not stock_edit.is_clear(Baseline(20, may_leave=5), shown(24))


def test_a_sale_that_shows_as_committed_is_not_looked_for_twice():
    assert stock_edit.unexplained(Baseline(20, may_leave=2), shown(14, 2)) == -4


def test_without_the_parts_the_whole_difference_counts():
    assert stock_edit.unexplained(Baseline(10, parts_known=False), shown(7, 3)) == -3
    assert stock_edit.unexplained(Baseline(10, 0), Seen('i', 'l', 7, 7, True)) == -3


def test_what_one_place_loses_and_one_other_gets_is_a_transfer():
    assert stock_edit.transfers({'a': -5, 'b': 5}) == [('a', 'b', 5)]
    assert stock_edit.transfers({'a': -5, 'b': 5, 'c': -2, 'd': 2}) == [('a', 'b', 5), ('c', 'd', 2)]


def test_a_transfer_must_have_one_end_on_either_side():
    assert stock_edit.transfers({'a': -5, 'b': 5, 'c': 5}) == []
    assert stock_edit.transfers({'a': -5, 'b': 4}) == []
    assert stock_edit.transfers({'a': -5}) == []


@given(st.dictionaries(st.integers(0, 6), edits))
def test_transfers_move_each_place_once_and_to_zero(units):
    rest = dict(units)
    for giver, taker, count in stock_edit.transfers(units):
        rest[giver] += count
        rest[taker] -= count
        assert rest[giver] == rest[taker] == 0 < count
