"""Which orders need a look, what ships from where, and what is held."""

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import fulfillment as reading
from shopify_connector.entities import fulfillment_order, fulfillment_take
from tests.simulator import schema as schemas


@pytest.mark.parametrize('version', schemas.VERSIONS)
def test_the_document_is_what_shopify_understands(version):
    assert validate(schemas.load(version).graphql, parse(fulfillment_order.DOCUMENT)) == []


def payload(status='UNFULFILLED', *places, more=False, held=False, lines=()):
    nodes = [
        {'status': 'ON_HOLD' if held else 'OPEN', 'assignedLocation': {'location': {'id': place} if place else None}}
        for place in places
    ]
    page = {'nodes': nodes, 'pageInfo': {'hasNextPage': more}}
    rows = [{'quantity': ordered, 'unfulfilledQuantity': waiting} for ordered, waiting in lines]
    return {
        'displayFulfillmentStatus': status,
        'lineItems': {'nodes': rows},
        **({'fulfillmentOrders': page} if places else {}),
    }


@pytest.mark.parametrize(
    ('order', 'is_needed'),
    [
        (payload(), False),
        (payload('UNFULFILLED', 'A'), False),
        (payload('UNFULFILLED', 'A', 'A'), False),
        (payload('UNFULFILLED', 'A', 'B'), True),
        (payload('UNFULFILLED', 'A', 'A', more=True), True),
        (payload('UNFULFILLED', 'A', held=True), True),
        (payload('FULFILLED'), True),
        (payload('PARTIALLY_FULFILLED'), True),
        (payload('ON_HOLD'), True),
        (payload('SCHEDULED', lines=[(2, 2), (1, 1)]), False),
        (payload('SCHEDULED', lines=[(2, 1), (1, 1)]), True),
        (payload('IN_PROGRESS', lines=[(1, 1), (1, 0)]), True),
        (payload('UNFULFILLED', lines=[(1, 0)]), False),
        (payload('RESTOCKED'), False),
        (payload(None), False),
    ],
)
def test_only_orders_that_may_have_left_are_held_or_ship_from_several_places_are_looked_at(order, is_needed):
    assert fulfillment_take.needs_state(order) is is_needed


def test_an_order_of_which_parcels_are_known_is_always_looked_at():
    assert fulfillment_take.needs_state(payload(), is_known=True)


def test_a_till_is_a_place_or_a_channel():
    assert fulfillment_take.is_from_till({'sourceName': 'pos'})
    assert fulfillment_take.is_from_till({'sourceName': 'web', 'retailLocation': {'id': 'A'}})
    assert not fulfillment_take.is_from_till({'sourceName': 'web', 'retailLocation': None})


def test_what_a_till_sells_and_another_location_sends_has_not_left_with_the_customer():
    sold = {'sourceName': 'pos', 'retailLocation': {'id': 'A'}}
    assert fulfillment_take.is_from_till(sold, 'A')
    assert fulfillment_take.is_from_till(sold, None)
    assert not fulfillment_take.is_from_till(sold, 'B')
    assert fulfillment_take.is_from_till({'sourceName': 'pos', 'retailLocation': None}, 'B')


def work(place, units, status='OPEN', holds=()):
    lines = tuple(reading.Line(f'F{line}', line, count, count) for line, count in units.items())
    return reading.Order(gid='O', status=status, location_gid=place, lines=lines, holds=holds)


def parcel(place, units, status='SUCCESS'):
    lines = tuple(reading.FulfillmentLine(f'P{line}', line, count) for line, count in units.items())
    return reading.Fulfillment(gid='P', name='#1', status=status, location_gid=place, lines=lines)


def test_what_is_to_leave_and_what_has_left_add_up_by_place():
    state = reading.State(
        gid='X',
        orders=(work('A', {'1': 2}), work('B', {'1': 1}), work('C', {'1': 9}, 'CLOSED'), work('A', {'2': 0})),
        fulfillments=(parcel('B', {'1': 3, '2': 1}), parcel('B', {'1': 5}, 'CANCELLED'), parcel(None, {'2': 1})),
    )
    assert fulfillment_take.places(state) == {'1': {'A': 2, 'B': 4}, '2': {'B': 1, '': 1}}


def test_an_app_that_may_not_see_the_work_sees_no_hold():
    state = reading.State(gid='X', orders=None)
    assert fulfillment_take.places(state) == {}
    assert fulfillment_take.held_units(state) == {}
    assert fulfillment_take.hold_reasons(state) == []


def test_holds_are_told_in_shopifys_words():
    holds = (reading.Hold('1', 'HIGH_RISK_OF_FRAUD', 'High risk of fraud', 'call'), reading.Hold('2', 'OTHER_THING'))
    state = reading.State(gid='X', orders=(work('A', {'1': 2}, 'ON_HOLD', holds), work('A', {'1': 1})))
    assert fulfillment_take.held_units(state) == {'1': 2}
    assert fulfillment_take.hold_reasons(state) == ['High risk of fraud – call', 'Other thing']


_places = st.dictionaries(st.sampled_from('ABCD'), st.integers(0, 9), max_size=4)


@given(quantity=st.integers(-30, 30), wanted=_places, present=_places)
def test_a_change_of_units_is_divided_wholly(quantity, wanted, present):
    parts = fulfillment_take.spread(quantity, wanted, present, 'A')
    assert sum(parts.values()) == quantity
    assert all(units * quantity > 0 for units in parts.values())


@given(wanted=_places, present=_places)
def test_what_is_missing_goes_where_it_is_missing(wanted, present):
    quantity = sum(wanted.values()) - sum(present.values())
    parts = fulfillment_take.spread(quantity, wanted, present, 'A')
    if quantity > 0:
        assert all(present.get(place, 0) + units <= wanted.get(place, 0) for place, units in parts.items())
    if quantity < 0 and sum(present.values()) >= -quantity:
        assert all(present.get(place, 0) + units >= 0 for place, units in parts.items())


@given(quantity=st.integers(-30, -1), wanted=_places, present=_places, left=_places)
def test_what_has_not_left_is_taken_away_before_what_has(quantity, wanted, present, left):
    waiting = {place: max(0, units - left.get(place, 0)) for place, units in present.items()}
    parts = fulfillment_take.spread(quantity, wanted, present, 'A', waiting)
    assert sum(parts.values()) == quantity
    from_waiting = sum(min(-units, waiting.get(place, 0)) for place, units in parts.items())
    assert from_waiting == min(-quantity, sum(waiting.values()))


@given(quantity=st.integers(-30, -1), wanted=_places, present=_places)
def test_of_what_has_left_too_the_surplus_goes_first(quantity, wanted, present):
    surplus = {place: max(0, units - wanted.get(place, 0)) for place, units in present.items()}
    parts = fulfillment_take.spread(quantity, wanted, present, 'A', {})
    from_surplus = sum(min(-units, surplus.get(place, 0)) for place, units in parts.items())
    assert from_surplus == min(-quantity, sum(surplus.values()))


@given(wanted=_places, present=_places, movable=_places)
def test_only_what_can_be_moved_is_moved_and_only_to_where_it_is_missing(wanted, present, movable):
    after, out = dict(present), {}
    for source, target, units in fulfillment_take.moved(wanted, present, movable):
        assert units > 0 and source != target
        after[source] -= units
        after[target] = after.get(target, 0) + units
        out[source] = out.get(source, 0) + units
    assert all(units <= movable.get(place, 0) for place, units in out.items())
    assert all(after[place] >= wanted.get(place, 0) for place in out)
    assert all(
        after.get(place, 0) <= max(wanted.get(place, 0), present.get(place, 0)) for place in {*after, *wanted}
    )


@given(wanted=_places, present=_places)
def test_with_all_of_it_free_the_wish_is_met(wanted, present):
    after = dict(present)
    for source, target, units in fulfillment_take.moved(wanted, present, present):
        after[source] -= units
        after[target] = after.get(target, 0) + units
    if sum(present.values()) == sum(wanted.values()):
        assert {place: units for place, units in after.items() if units} == {p: u for p, u in wanted.items() if u}


def test_components_of_kits_follow_whole_kits():
    # Four kits of two each; one component is out already although its kit is not complete.
    assert fulfillment_take.still_needed(kits=1, out=0, total=8, ordered=4, gone=0) == 2
    assert fulfillment_take.still_needed(kits=1, out=0, total=8, ordered=4, gone=2) == 0
    assert fulfillment_take.still_needed(kits=3, out=1, total=8, ordered=4, gone=2) == 6
    assert fulfillment_take.still_needed(kits=9, out=1, total=8, ordered=4, gone=2) == 6
    assert fulfillment_take.still_needed(kits=1, out=0, total=8, ordered=0, gone=0) == 0


def test_whole_units_bear_tiny_roundings():
    assert [fulfillment_take.whole(units) for units in (2.9999999, 3.0, 2.5)] == [3, 3, 2]


def test_rings_of_work_lead_to_orders():
    nodes = [{'id': 'F1', 'orderId': 'X'}, {'id': 'F2', 'orderId': 'X'}, None, {'id': 'F3', 'orderId': None}]
    assert fulfillment_order.by_order(nodes) == {'X': nodes[:2]}
    assert fulfillment_order.location({'assignedLocation': {'location': {'id': 'A'}}}) == 'A'
    assert fulfillment_order.location({'assignedLocation': None}) == ''
