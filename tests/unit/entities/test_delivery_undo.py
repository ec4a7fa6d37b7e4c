from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import delivery_undo
from shopify_connector.entities.fulfillment import Fulfillment, FulfillmentLine, Tracking


def parcel(number, units, **more):
    lines = tuple(FulfillmentLine(f'F{number}-{line}', line, count) for line, count in units.items())
    return Fulfillment(f'F{number}', f'#1.{number}', 'SUCCESS', lines=lines, **more)


def test_a_parcel_that_is_undone_as_a_whole_is_cancelled_and_nothing_is_made_again():
    ((kind, variables, before),) = delivery_undo.cancels({'L1': 2}, [parcel(1, {'L1': 2})])
    assert (kind, variables) == ('cancel', {'id': 'F1'})
    assert delivery_undo.rest_of(before, {}) == {}


def test_what_did_leave_is_made_again_with_its_numbers_from_where_it_left():
    row = parcel(1, {'L1': 3, 'L2': 1}, tracking=(Tracking('UPS', '1Z', None),), location_gid='W')
    ((_kind, _variables, before),) = delivery_undo.cancels({'L1': 1}, [row])
    assert delivery_undo.rest_of(before, {}) == {'L1': 2, 'L2': 1}
    assert (before['location'], before['tracking'][0]['number']) == ('W', '1Z')
    assert delivery_undo.rest_of(before, {'L1': 2, 'L2': 1}) == {}


def test_a_parcel_that_fits_is_cancelled_rather_than_a_part_of_another():
    rows = [parcel(2, {'L1': 3}), parcel(1, {'L1': 1})]
    assert [step[1]['id'] for step in delivery_undo.cancels({'L1': 1}, rows)] == ['F1']


UNITS = st.dictionaries(st.sampled_from(['L1', 'L2', 'L3']), st.integers(1, 5), min_size=1)


@given(wanted=UNITS, told=st.lists(UNITS, max_size=4))
def test_exactly_what_was_undone_is_gone_afterwards(wanted, told):
    rows = [parcel(number, units) for number, units in enumerate(told)]
    steps = delivery_undo.cancels(wanted, rows)
    before = sum((row.units for row in rows), Counter())
    cancelled = {variables['id'] for _kind, variables, _before in steps}
    after = sum((row.units for row in rows if row.gid not in cancelled), Counter())
    for _kind, _variables, known in steps:
        after += Counter(delivery_undo.rest_of(known, {}))
    assert after == before - (before & Counter(wanted))
    assert len(cancelled) == len(steps)


@given(wanted=UNITS, told=st.lists(st.tuples(UNITS, UNITS), max_size=4))
def test_what_odoo_has_not_delivered_of_a_parcel_was_not_undone_and_is_fulfilled_again(wanted, told):
    rows = [parcel(number, units) for number, (units, _later) in enumerate(told)]
    untaken = {row.gid: later for row, (_units, later) in zip(rows, told, strict=True)}
    steps = delivery_undo.cancels(wanted, rows, untaken)
    undone = sum((Counter(before['units']) for _kind, _variables, before in steps), Counter())
    taken = sum((row.units - Counter(untaken[row.gid]) for row in rows), Counter())
    assert undone == taken & Counter(wanted)
    for _kind, variables, before in steps:
        assert Counter(before['untaken']) <= Counter(untaken[variables['id']])
        assert Counter(before['untaken']) <= Counter(before['rest'])
