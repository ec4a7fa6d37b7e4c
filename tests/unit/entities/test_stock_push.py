import pytest
from graphql import parse, validate

from shopify_connector.entities import inventory, stock_push
from tests.simulator import schema as schemas


def row(number, quantity=5, known=3, is_active=True):
    return inventory.Row(number, f'gid://shopify/InventoryItem/{number}', 'gid://shopify/Location/1', quantity, known, is_active)


def refused(index, code, name='quantity'):
    return {'field': ['input', 'quantities', str(index), name], 'message': code.lower(), 'code': code}


def answered(*problems, group=None):
    return {'inventorySetQuantities': {'inventoryAdjustmentGroup': group, 'userErrors': list(problems)}}


def level(units):
    return {'inventoryLevel': {'id': '1', 'isActive': True, 'quantities': [{'name': 'available', 'quantity': units}]}}


class TestWhatIsSent:
    @pytest.mark.parametrize('version', ['2026-07', '2026-10'])
    @pytest.mark.parametrize('kind, count', [('set', 250), ('activate', 1), ('activate', stock_push.ACTIVATIONS_PER_MUTATION)])
    def test_the_documents_are_what_shopify_understands(self, version, kind, count):
        assert validate(schemas.load(version).graphql, parse(stock_push.document(kind, count))) == []

    def test_every_row_is_compared(self):
        rows = stock_push.variables('set', [row(1), row(2, known=0)], 'key', 'gid://a/b/c')['input']['quantities']
        assert [line['changeFromQuantity'] for line in rows] == [3, 0]

    def test_the_same_intent_is_the_same_request_word_for_word(self):
        for kind in ('set', 'activate'):
            assert stock_push.variables(kind, [row(1)], 'key', 'u') == stock_push.variables(kind, [row(1)], 'key', 'u')

    def test_each_activation_has_a_key_of_its_own(self):
        found = stock_push.variables('activate', [row(1), row(2)], 'key', 'u')
        assert found['key0'] != found['key1']
        assert found['available1'] == 5


class TestWhatTheAnswerMeans:
    def test_no_error_means_that_all_rows_are_written(self):
        assert stock_push.outcome('set', answered(), 2).written == {0: None, 1: None}

    def test_one_bad_row_means_that_none_is_written(self):
        found = stock_push.outcome('set', answered(refused(1, 'CHANGE_FROM_QUANTITY_STALE')), 3)
        assert not found.written
        assert list(found.refused) == [1]
        assert stock_push.is_stale(found.refused[1])

    def test_a_row_that_is_stale_and_wrong_is_wrong(self):
        found = stock_push.outcome(
            'set', answered(refused(0, 'CHANGE_FROM_QUANTITY_STALE'), refused(0, 'INVALID_INVENTORY_ITEM')), 1
        )
        assert not stock_push.is_stale(found.refused[0])

    def test_a_key_that_is_being_worked_on_means_to_wait(self):
        found = stock_push.outcome('set', answered({'field': None, 'message': '', 'code': stock_push.REPEAT_LATER}), 1)
        assert found.running

    @pytest.mark.parametrize('code', sorted(stock_push.SPENT_KEY_CODES))
    def test_a_spent_key_means_to_read_the_levels(self, code):
        found = stock_push.outcome('set', answered({'field': None, 'message': '', 'code': code}), 2)
        assert found.unknown == {0, 1}
        assert not found.general

    def test_an_answer_without_a_payload_means_to_read_the_levels(self):
        assert stock_push.outcome('set', {'inventorySetQuantities': None}, 2).unknown == {0, 1}

    def test_an_error_that_names_no_row_is_the_whole_requests(self):
        found = stock_push.outcome('set', answered({'field': ['input', 'reason'], 'message': 'x', 'code': 'INVALID_REASON'}), 1)
        assert [problem['code'] for problem in found.general] == ['INVALID_REASON']

    @pytest.mark.parametrize('field', [None, [], ['input', 'quantities']])
    def test_a_stale_row_that_is_not_named_may_be_any_of_them(self, field):
        found = stock_push.outcome('set', answered({'field': field, 'message': '', 'code': 'CHANGE_FROM_QUANTITY_STALE'}), 2)
        assert (found.unknown, found.refused, found.general) == ({0, 1}, {}, [])

    def test_where_some_stale_rows_are_named_and_others_not_the_named_ones_are_known(self):
        unnamed = {'field': None, 'message': '', 'code': 'COMPARE_QUANTITY_STALE'}
        problems = [refused(1, 'CHANGE_FROM_QUANTITY_STALE'), unnamed, refused(2, 'INVALID_INVENTORY_ITEM')]
        found = stock_push.outcome('set', answered(*problems), 4)
        assert (found.unknown, list(found.refused), found.general) == ({0, 3}, [1, 2], [])

    def test_what_was_written_beside_a_refused_row_is_to_be_read(self):
        found = stock_push.outcome('set', answered(refused(1, 'INVALID_INVENTORY_ITEM'), group={'id': '1'}), 3)
        assert (found.unknown, list(found.refused), found.written, found.general) == ({0, 2}, [1], {}, [])

    def test_what_was_written_beside_an_error_that_names_no_row_is_to_be_read(self):
        found = stock_push.outcome('set', answered({'field': None, 'message': '', 'code': None}, group={'id': '1'}), 2)
        assert (found.unknown, found.general) == ({0, 1}, [])

    def test_activations_stand_each_for_itself(self):
        data = {
            'level0': {**level(7), 'userErrors': []},
            'level1': {'inventoryLevel': None, 'userErrors': [{'field': None, 'message': 'no'}]},
            'level2': None,
        }
        found = stock_push.outcome('activate', data, 3)
        assert (found.written, list(found.refused), found.unknown) == ({0: 7}, [1], {2})


class TestGuard:
    @pytest.mark.parametrize(
        'count, base, percent, minimum, trips',
        [
            (20, 100, 20, 10, False),
            (21, 100, 20, 10, True),
            (9, 10, 20, 10, False),
            (10, 10, 20, 10, True),
            (100, 100, 0, 10, False),
            (0, 0, 20, 0, False),
            (1, 1, 20, 0, True),
        ],
    )
    def test_more_than_the_share_and_at_least_the_minimum_trips(self, count, base, percent, minimum, trips):
        assert stock_push.trips(range(count), base, percent, minimum) is trips

    def test_only_what_sold_can_be_emptied(self):
        assert stock_push.is_emptied(3, 0)
        assert not stock_push.is_emptied(0, 0)
        assert not stock_push.is_emptied(-2, 0)
        assert not stock_push.is_emptied(3, 1)
