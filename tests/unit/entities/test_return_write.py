from dataclasses import replace

import pytest
from graphql import parse, validate

from shopify_connector.entities import fulfillment_write, return_state, return_write, returns
from shopify_connector.entities.return_state import Exchange, Line, Place, Return, State
from shopify_connector.entities.return_write import Goods
from tests.simulator import schema as schemas

SHELF = 'gid://shopify/Location/1'
DOCUMENTS = [
    return_state.STATE,
    *return_state.MORE_DOCUMENTS,
    returns.DOCUMENT,
    returns.PLACES,
    fulfillment_write.document([*return_write.KINDS.values(), *return_write.KINDS.values()]),
]


def a_return(number=1, status='OPEN', units=2, processed=0, sold='L1', place_left=None):
    line = Line(f'RL{number}', sold, f'P{sold}', units, processed, units - processed)
    place = Place(f'RP{number}', f'P{sold}', units - processed if place_left is None else place_left)
    return Return(f'R{number}', f'#1-R{number}', status, (line,), (place,))


def goods(units=2, place=SHELF, sold='L1', **more):
    return Goods({(sold, place): units}, **more)


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('document', DOCUMENTS)
def test_the_documents_are_what_shopify_understands(version, document):
    assert validate(schemas.load(version).graphql, parse(document)) == []


def test_a_return_is_opened_for_what_may_come_back():
    state = State('O', returnable=(('L1', 'P1', 1), ('L1', 'P2', 5)), reasons={'too-small': 'D1', 'other-reason': 'D2'})
    step = return_write.next_step(goods(3, reason='size_too_small', note='WH/IN/1'), state)
    assert step.kind == 'return_create'
    rows = step.variables['returnInput']['returnLineItems']
    assert [(row['fulfillmentLineItemId'], row['quantity']) for row in rows] == [('P1', 1), ('P2', 2)]
    assert {(row['returnReasonDefinitionId'], row['returnReasonNote']) for row in rows} == {('D1', 'WH/IN/1')}


def test_an_unknown_reason_becomes_the_shops_other_one_with_a_note():
    state = State('O', returnable=(('L1', 'P1', 2),), reasons={'style': 'D1', 'other-reason': 'D2'})
    row = return_write.next_step(goods(1, reason='unwanted'), state).variables['returnInput']['returnLineItems'][0]
    assert row['returnReasonDefinitionId'] == 'D2' and row['returnReasonNote']


def test_what_a_return_in_shopify_waits_for_is_processed_there_and_no_second_one_is_opened():
    state = State('O', (a_return(),), (('L1', 'PL1', 1),))
    step = return_write.next_step(goods(), state)
    given = step.variables['input']
    assert (step.kind, given['returnId']) == ('return_process', 'R1')
    assert given['returnLineItems'] == [
        {
            'id': 'RL1',
            'quantity': 2,
            'dispositions': [
                {
                    'reverseFulfillmentOrderLineItemId': 'RP1',
                    'quantity': 2,
                    'dispositionType': 'RESTOCKED',
                    'locationId': SHELF,
                }
            ],
        }
    ]
    assert 'financialTransfer' not in given


def test_goods_on_no_shelf_of_the_shop_are_not_restocked():
    step = return_write.next_step(goods(1, place=''), State('O', (a_return(),)))
    disposition = step.variables['input']['returnLineItems'][0]['dispositions'][0]
    assert disposition['dispositionType'] == 'NOT_RESTOCKED' and 'locationId' not in disposition


def test_goods_in_two_places_are_two_dispositions_of_one_line():
    both = Goods({('L1', SHELF): 1, ('L1', ''): 1})
    step = return_write.next_step(both, State('O', (a_return(),)))
    line = step.variables['input']['returnLineItems'][0]
    kinds = [(part['dispositionType'], part['quantity']) for part in line['dispositions']]
    assert (line['quantity'], kinds) == (2, [('RESTOCKED', 1), ('NOT_RESTOCKED', 1)])
    left = return_write.less(both, [step.before['told']])
    assert not left.units


def test_what_was_told_of_one_place_is_not_told_again_of_another():
    came = Goods({('L1', SHELF): 1, ('L1', ''): 2, ('L2', ''): 1})
    left = return_write.less(came, [{f'L1 {SHELF}': 2}, {'L3 ': 1}])
    assert left.units == {('L1', ''): 1, ('L2', ''): 1}
    assert return_write.less(goods(3), [{'L1 ': 2}]).units == {('L1', SHELF): 1}


def test_what_was_decided_about_in_shopify_gets_no_second_disposition():
    step = return_write.next_step(goods(2), State('O', (a_return(place_left=0),)))
    assert step.variables['input']['returnLineItems'][0]['dispositions'] == []


def test_the_expected_return_comes_first_then_the_oldest():
    state = State('O', (a_return(1), a_return(2)))
    assert return_write.next_step(goods(1, preferred='R2'), state).variables['input']['returnId'] == 'R2'
    assert return_write.next_step(goods(1), state).variables['input']['returnId'] == 'R1'


def test_goods_of_a_request_that_nobody_answered_approve_it():
    state = State('O', (a_return(status='REQUESTED'),))
    assert return_write.next_step(goods(1), state).kind == 'return_approve'


def test_a_return_is_closed_when_nothing_of_it_is_missing():
    finished = State('O', (a_return(processed=2),))
    nothing = Goods({})
    assert return_write.next_step(nothing, finished, ['R1']).kind == 'return_close'
    assert return_write.next_step(nothing, finished) is None
    assert return_write.next_step(nothing, State('O', (a_return(processed=1),)), ['R1']) is None


def test_a_whole_return_is_created_processed_and_closed_and_then_there_is_nothing_left():
    state, told, kinds = State('O', returnable=(('L1', 'PL1', 2),), reasons={'other-reason': 'D'}), [], []
    came = goods(2)
    for _round in range(9):
        step = return_write.next_step(return_write.less(came, told), state, ['R1'])
        if step is None:
            break
        kinds.append(step.kind)
        if step.kind == 'return_create':
            after = State('O', (a_return(),))
        elif step.kind == 'return_process':
            told.append(step.before['told'])
            after = State('O', (a_return(processed=2),))
        else:
            after = State('O', (replace(a_return(processed=2), status='CLOSED'),))
        assert return_write.is_applied(step.kind, step.variables, step.before, state) is None
        assert return_write.is_applied(step.kind, step.variables, step.before, after) == 'R1'
        state = after
    assert kinds == ['return_create', 'return_process', 'return_close']


def test_a_return_that_was_there_before_is_not_the_one_that_was_asked_for():
    state = State('O', (a_return(),), (('L1', 'PL1', 2),), reasons={'other-reason': 'D'})
    step = return_write.Step(
        'return_create',
        {'returnInput': {'returnLineItems': [{'fulfillmentLineItemId': 'PL1', 'quantity': 2}]}},
        {'returns': ['R1']},
    )
    assert return_write.is_applied(step.kind, step.variables, step.before, state) is None


def test_what_may_not_come_back_any_more_is_not_told():
    assert return_write.next_step(goods(1), State('O', gone={'L1': 1})) is None


@pytest.mark.parametrize(
    ('status', 'kind', 'done'),
    [
        ('OPEN', 'return_approve', True),
        ('REQUESTED', 'return_approve', False),
        ('DECLINED', 'return_decline', True),
        ('REQUESTED', 'return_decline', False),
    ],
)
def test_the_state_tells_whether_a_request_was_answered(status, kind, done):
    step = return_write.approve('R1') if kind == 'return_approve' else return_write.decline('R1', 'OTHER', 'no')
    state = State('O', (a_return(status=status),))
    assert (return_write.is_applied(step.kind, step.variables, step.before, state) == 'R1') is done


def test_what_was_told_is_counted_by_line():
    variables = return_write.next_step(Goods({('L1', SHELF): 1, ('L1', ''): 1}), State('O', (a_return(),))).variables
    assert return_write.told([variables]) == {'RL1': (2, 1)}


def test_what_the_shop_has_received_by_itself_is_what_odoo_did_not_tell():
    rows = [a_return(1, units=3, processed=2), a_return(2, sold='L2', processed=1), a_return(3, processed=0)]
    assert return_write.received_there(rows, {'RL1': (1, 0), 'RL3': (1, 1)}) == {'L1': 1, 'L2': 1}


def test_goods_are_taken_off_where_they_are_on_a_shelf_first():
    mixed = Goods({('L1', ''): 2, ('L1', SHELF): 1, ('L2', SHELF): 1})
    assert return_write.without(mixed, {'L1': 2}).units == {('L1', ''): 1, ('L2', SHELF): 1}
    assert return_write.without(mixed, {'L1': 9, 'L3': 1}).units == {('L2', SHELF): 1}


def test_refunded_units_are_those_that_left_and_neither_are_with_the_customer_nor_came_back_with_a_return():
    state = State('O', (a_return(units=2, processed=1),), with_customer={'L1': 2, 'L2': 1, 'L3': 4})
    assert return_write.refunded(state, {'L1': 5, 'L2': 1, 'L4': 3}) == {'L1': 2}


def test_more_lines_than_shopify_takes_are_told_with_the_next_step():
    came = Goods({(f'L{number}', SHELF): 1 for number in range(251)})
    opening = State('O', returnable=tuple((f'L{number}', f'P{number}', 1) for number in range(251)))
    assert len(return_write.next_step(came, opening).variables['returnInput']['returnLineItems']) == 250
    lines = tuple(Line(f'RL{number}', f'L{number}', f'P{number}', 1, 0, 1) for number in range(251))
    step = return_write.next_step(came, State('O', (Return('R1', '#1-R1', 'OPEN', lines),)))
    assert len(step.variables['input']['returnLineItems']) == 250
    assert len(return_write.less(came, [step.before['told']]).units) == 1


class TestExchanges:
    """A return of which something goes out instead."""

    def exchange(self, processed=0, units=3, sent=0, **more):
        row = a_return(units=units, processed=processed, **more)
        return replace(row, exchanges=(Exchange('X1', sent, 1 - sent), Exchange('X2', 2, 0)))

    def test_it_goes_with_the_last_units_that_come_back_and_not_with_a_part(self):
        part = return_write.next_step(goods(2), State('O', (self.exchange(),)))
        assert 'exchangeLineItems' not in part.variables['input']
        for came, row in ((3, self.exchange()), (1, self.exchange(2)), (4, self.exchange(2))):
            step = return_write.next_step(goods(came), State('O', (row,)))
            assert step.variables['input']['exchangeLineItems'] == [{'id': 'X1', 'quantity': 1}]

    def test_every_line_of_the_return_has_to_be_back(self):
        row = self.exchange()
        other = replace(row.lines[0], gid='RL2', sold='L2', parcel_line='PL2')
        step = return_write.next_step(goods(3), State('O', (replace(row, lines=(*row.lines, other)),)))
        assert 'exchangeLineItems' not in step.variables['input']

    def test_what_was_sent_already_is_not_named_again(self):
        step = return_write.next_step(goods(3), State('O', (self.exchange(sent=1),)))
        assert 'exchangeLineItems' not in step.variables['input']

    def test_the_step_is_done_when_both_were_processed(self):
        state = State('O', (self.exchange(2),))
        step = return_write.next_step(goods(1), state)
        for processed, sent, done in ((2, 0, None), (3, 0, None), (2, 1, None), (3, 1, 'R1')):
            after = State('O', (self.exchange(processed, sent=sent),))
            assert return_write.is_applied(step.kind, step.variables, step.before, after) == done

    def test_a_step_that_was_planned_before_exchanges_were_known_is_recognised(self):
        variables = {'input': {'returnId': 'R1', 'returnLineItems': [{'id': 'RL1', 'quantity': 1}]}}
        after = State('O', (self.exchange(3),))
        assert return_write.is_applied('return_process', variables, {'processed': {'RL1': 2}}, after) == 'R1'

    def test_a_return_is_not_closed_while_something_waits_to_go_out(self):
        nothing = Goods({})
        assert return_write.next_step(nothing, State('O', (self.exchange(3),)), ['R1']) is None
        assert return_write.next_step(nothing, State('O', (self.exchange(3, sent=1),)), ['R1']).kind == 'return_close'
