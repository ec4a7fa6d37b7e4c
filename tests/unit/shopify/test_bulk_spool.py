"""A bulk result in a file: joined, in the order of a field, read from any position, in constant memory."""
import tracemalloc

import pytest

from shopify_connector.shopify import bulk


def _order(number, day=1):
    return {'id': f'gid://shopify/Order/{number}', 'createdAt': f'2026-01-{day:02d}T00:00:00Z', 'note': 'x' * 500}


def _line(number, parent):
    return {'id': f'gid://shopify/LineItem/{number}', '__parentId': f'gid://shopify/Order/{parent}', 'sku': 'y' * 200}


@pytest.fixture
def spool(tmp_path):
    return bulk.Spool(str(tmp_path / 'result.sqlite'))


def _ids(spool, after=None):
    return [root['id'].rsplit('/', 1)[1] for _position, root in spool.roots(after)]


def test_roots_come_in_the_order_of_their_field_with_their_children(spool):
    spool.fill([_line(7, 2), _order(1, day=9), _order(2, day=3), _order(3, day=3), _line(8, 2), _line(9, 1)])
    found = [root for _position, root in spool.roots()]
    assert [root['id'] for root in found] == [f'gid://shopify/Order/{number}' for number in (2, 3, 1)]
    assert [[child['id'][-1] for child in root['children'].get('LineItem', ())] for root in found] == [['7', '8'], [], ['9']]


def test_reading_goes_on_behind_any_position_also_after_the_lines_came_in_another_order(tmp_path, spool):
    objects = [_order(number, day=number % 5 + 1) for number in range(20)]
    spool.fill(objects)
    other = bulk.Spool(str(tmp_path / 'again.sqlite'))
    other.fill(reversed(objects))
    whole = _ids(spool)
    assert sorted(whole) == sorted(str(number) for number in range(20))
    for place, (position, _root) in enumerate(spool.roots()):
        assert _ids(spool, position) == _ids(other, position) == whole[place + 1:]
        assert spool.count(position) == len(whole) - place - 1


def test_a_result_that_broke_off_is_not_taken_for_a_whole_one(spool):
    def broken():
        yield _order(1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        spool.fill(broken())
    assert not spool.is_complete
    spool.fill([_order(1), _order(2)])
    assert spool.is_complete and spool.count() == 2
    spool.remove()
    assert not spool.is_complete
    spool.remove()


def test_an_empty_result_has_no_roots(spool):
    spool.fill([])
    assert (spool.count(), _ids(spool)) == (0, [])


def _peak(spool, count):
    tracemalloc.start()
    try:
        spool.fill(row for number in range(count) for row in (_order(number, number % 28 + 1), _line(number, number)))
        assert sum(1 for _root in spool.roots()) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_result(tmp_path):
    few, many = (_peak(bulk.Spool(str(tmp_path / f'{count}.sqlite')), count) for count in (1000, 10_000))
    assert many < few * 1.2
