"""How deliveries are told, and how one sees afterwards whether it was carried out."""

import re
from types import SimpleNamespace

import pytest
from graphql import parse, validate

from shopify_connector.entities import fulfillment as reading
from shopify_connector.entities import fulfillment_write as writing
from shopify_connector.entities.fulfillment import (
    Event,
    Fulfillment,
    FulfillmentLine,
    Hold,
    Line,
    Order,
    State,
    Tracking,
)
from shopify_connector.entities.fulfillment_plan import Parcel, trackings_for
from tests.simulator import schema as schemas

NUMBERS = (Tracking('UPS', '1'), Tracking('UPS', '2'))


def step(kind, variables, before=None):
    return SimpleNamespace(kind=kind, variables=variables, before=before or {})


def parcel(gid, units, *, tracking=(), status='SUCCESS', orders=(), events=()):
    lines = tuple(FulfillmentLine(f'{gid}-{line}', line, count) for line, count in units.items())
    return Fulfillment(gid, gid, status, tracking=tracking, lines=lines, order_gids=orders, events=events)


def applied(kind, variables, state, before=None):
    found = writing.KINDS[kind].is_applied(step(kind, variables, before), state)
    return found and found.gid


class TestDocuments:
    @pytest.mark.parametrize('version', schemas.VERSIONS)
    def test_they_are_what_shopify_understands(self, version):
        documents = [
            reading.DOCUMENT,
            reading.MORE_ORDERS,
            reading.MORE_ORDER_LINES,
            reading.MORE_PARCELS,
            reading.MORE_PARCEL_LINES,
            *(writing.document([kind, kind]) for kind in writing.KINDS.values()),
            writing.document(list(writing.KINDS.values())),
        ]
        for text in documents:
            assert validate(schemas.load(version).graphql, parse(text)) == []

    @pytest.mark.parametrize('text', [reading.DOCUMENT, reading.MORE_PARCELS])
    def test_fulfilment_orders_are_asked_for_only_where_the_app_may_read_them(self, text):
        asked = re.findall(r'fulfillmentOrders\([^)]*\)(.*)', text)
        assert asked
        assert all(rest.startswith(' @include(if: $places)') for rest in asked)

    def test_several_steps_are_one_request_with_variables_of_their_own(self):
        kinds = [writing.KINDS['move']] * 2
        steps = [step('move', {'id': 'F1', 'newLocationId': 'L1'}), step('move', {'id': 'F2', 'newLocationId': 'L2'})]
        assert writing.variables(kinds, steps) == {
            's0_id': 'F1',
            's0_newLocationId': 'L1',
            's1_id': 'F2',
            's1_newLocationId': 'L2',
        }

    def test_what_customers_are_told_of_is_not_repeated_lightly(self):
        tracking = writing.KINDS['tracking']
        assert writing.may_repeat(tracking, step('tracking', {'notifyCustomer': False}))
        assert not writing.may_repeat(tracking, step('tracking', {'notifyCustomer': True}))
        assert not writing.may_repeat(writing.KINDS['create'], step('create', {}))


class TestTracking:
    def test_one_number_and_several(self):
        assert writing.tracking_input(()) is None
        assert writing.tracking_input([Tracking('UPS', '1', 'http://u')]) == {
            'company': 'UPS',
            'number': '1',
            'url': 'http://u',
        }
        assert writing.tracking_input(NUMBERS) == {'company': 'UPS', 'numbers': ['1', '2']}

    def test_addresses_that_cannot_be_told_apart_are_left_out(self):
        rows = [Tracking('X', '1', 'http://u'), Tracking('X', '2')]
        assert writing.tracking_input(rows) == {'company': 'X', 'numbers': ['1', '2']}

    def test_an_address_that_shopify_adds_changes_nothing(self):
        shown = parcel('P', {'a': 1}, tracking=(Tracking('UPS', '1', 'http://ups'),))
        assert writing.has_tracking(shown, {'company': 'UPS', 'number': '1'})
        assert not writing.has_tracking(shown, {'company': 'UPS', 'number': '2'})
        assert not writing.has_tracking(shown, {'company': 'DHL', 'number': '1'})

    def test_a_link_without_a_number_is_told_and_known_again(self):
        given = writing.tracking_input([Tracking("Bob's Bikes", None, 'http://u')])
        assert given == {'company': "Bob's Bikes", 'url': 'http://u'}
        assert writing.has_tracking(parcel('P', {'a': 1}, tracking=(Tracking("Bob's Bikes", None, 'http://u'),)), given)
        assert not writing.has_tracking(parcel('P', {'a': 1}, tracking=(Tracking("Bob's Bikes", None, 'http://v'),)), given)
        assert writing.tracking_input([Tracking('UPS', None, None)]) is None

    def test_a_number_that_is_gone_leaves_nothing_new_to_say(self):
        link, number = {'url': 'http://u'}, {'company': 'UPS', 'number': '1', 'url': 'http://u'}
        assert writing.says_less(None, number) and writing.says_less(link, number)
        assert not writing.says_less({'url': 'http://v'}, number)
        assert not writing.says_less(link, link)
        assert not writing.says_less(link, None)
        assert not writing.says_less(number, number)

    def test_each_fulfilment_has_the_numbers_of_its_own_parcel(self):
        rows = [parcel('P1', {'a': 1}), parcel('P2', {'a': 1}, tracking=NUMBERS[:1])]
        parcels = [Parcel({'a': 1}, NUMBERS[:1]), Parcel({'a': 1}, NUMBERS[1:])]
        assert trackings_for(rows, parcels) == {'P1': NUMBERS[1:], 'P2': NUMBERS[:1]}

    def test_a_parcel_that_is_two_fulfilments_gives_both_its_numbers(self):
        rows = [parcel('P1', {'a': 1}), parcel('P2', {'b': 1})]
        assert trackings_for(rows, [Parcel({'a': 1, 'b': 1}, NUMBERS)]) == {'P1': NUMBERS, 'P2': NUMBERS}

    def test_a_part_of_a_parcel_has_the_numbers_of_the_parcel_that_it_is_a_part_of(self):
        parcels = [Parcel({'a': 2}, NUMBERS[:1]), Parcel({'a': 2}, NUMBERS[1:])]
        whole = parcel('P1', {'a': 2}, tracking=NUMBERS[:1])
        for shown in (NUMBERS[1:], (Tracking('X', 'before'),)):
            part = parcel('P2', {'a': 1}, tracking=shown)
            for rows in ([whole, part], [part, whole]):
                assert trackings_for(rows, parcels) == {'P1': NUMBERS[:1], 'P2': NUMBERS[1:]}

    def test_a_fulfilment_of_two_parcels_has_all_numbers(self):
        parcels = [Parcel({'a': 1}, NUMBERS[:1]), Parcel({'b': 1}, NUMBERS[1:])]
        assert trackings_for([parcel('P1', {'a': 1, 'b': 1})], parcels) == {'P1': NUMBERS}


class TestWhetherItWasDone:
    wanted = {
        'fulfillment': {
            'lineItemsByFulfillmentOrder': [{'fulfillmentOrderId': 'F1'}],
            'trackingInfo': {'company': 'UPS', 'number': '1'},
        }
    }
    before = {'units': {'a': 2}, 'fulfillments': ['P0']}

    def found(self, row, **more):
        return applied('create', self.wanted, State('O', fulfillments=(row,)), {**self.before, **more})

    def test_a_new_parcel_with_the_same_units_and_number_is_ours(self):
        assert self.found(parcel('P1', {'a': 2}, tracking=NUMBERS[:1], orders=('F1',))) == 'P1'
        assert self.found(parcel('P1', {'a': 2}, tracking=NUMBERS[:1], status='CANCELLED')) == 'P1'

    def test_others_are_not(self):
        ours = {'tracking': NUMBERS[:1], 'orders': ('F1',)}
        assert self.found(parcel('P0', {'a': 2}, **ours)) is None
        assert self.found(parcel('P1', {'a': 2}, **ours), known=['P1']) is None
        assert self.found(parcel('P1', {'a': 1}, **ours)) is None
        assert self.found(parcel('P1', {'a': 2}, tracking=NUMBERS[:1], orders=('F2',))) is None

    def test_a_number_that_was_changed_since_makes_no_second_parcel(self):
        other = parcel('P1', {'a': 2}, tracking=NUMBERS[1:], orders=('F1',))
        ours = parcel('P2', {'a': 2}, tracking=NUMBERS[:1], orders=('F1',))
        assert self.found(other) == 'P1'
        assert applied('create', self.wanted, State('O', fulfillments=(other, ours)), self.before) == 'P2'
        assert self.found(other, others=['P1']) is None
        assert self.found(parcel('P1', {'a': 2}, tracking=NUMBERS[1:], status='CANCELLED')) is None

    def test_an_update_is_known_by_its_numbers_however_they_are_written(self):
        def tracked(shown, given, before=()):
            state = State('O', fulfillments=(parcel('P1', {'a': 1}, tracking=(Tracking(*shown),)),))
            return applied(
                'tracking',
                {'fulfillmentId': 'P1', 'trackingInfoInput': given, 'notifyCustomer': True},
                state,
                {'tracking': [{'number': number} for number in before]},
            )

        given = {'company': 'ups', 'number': '1z 34', 'url': 'http://ours'}
        assert tracked(('UPS', '1Z34', 'http://theirs'), given) == 'P1'
        assert tracked(('UPS', '1Z34', 'http://theirs'), given, ['1Z34']) is None
        assert tracked(('UPS', '1Z35', 'http://theirs'), given) is None

    def test_a_move_is_done_when_the_units_are_there_beside_those_that_were(self):
        variables, before = {'id': 'F1', 'newLocationId': 'L2'}, {'units': {'a': 2}, 'there': {'a': 1}}

        def there(*units):
            rows = [
                Order(f'F{index}', 'OPEN', location_gid='L2', lines=(Line(f'l{index}', 'a', count, count),))
                for index, count in enumerate(units)
            ]
            return State('O', orders=tuple(rows))

        assert applied('move', variables, there(1), before) is None
        assert applied('move', variables, there(2), before) is None
        assert applied('move', variables, there(1, 2), before) == 'F1'

    def test_an_event_is_known_by_what_and_when(self):
        event = Event('E1', 'DELIVERED', '2026-11-21T10:00:00Z')
        state = State('O', fulfillments=(parcel('P1', {'a': 1}, events=(event,)),))
        wanted = {'fulfillmentId': 'P1', 'status': 'DELIVERED', 'happenedAt': '2026-11-21T11:00:00+01:00'}
        assert applied('event', {'fulfillmentEvent': wanted}, state) == 'E1'
        assert applied('event', {'fulfillmentEvent': {**wanted, 'status': 'IN_TRANSIT'}}, state) is None

    def test_the_rest_shows_in_the_fulfilment_order(self):
        def order(**values):
            return State('O', orders=(Order('F1', **{'status': 'OPEN', **values}),))

        assert applied('open', {'id': 'F1'}, order()) == 'F1'
        assert applied('open', {'id': 'F1'}, order(status='SCHEDULED')) is None
        assert applied('accept', {'id': 'F1'}, order(request_status='ACCEPTED')) == 'F1'
        assert applied('accept', {'id': 'F1'}, order(request_status='SUBMITTED')) is None
        assert applied('request', {'id': 'F1'}, order(request_status='SUBMITTED')) == 'F1'
        held = order(status='ON_HOLD', holds=(Hold('H1', 'OTHER'), Hold('H2', 'OTHER')))
        assert applied('release', {'id': 'F1', 'holdIds': ['H3']}, held) == 'F1'
        assert applied('release', {'id': 'F1'}, held) is None
        assert applied('cancel', {'id': 'P1'}, State('O', fulfillments=(parcel('P1', {}, status='CANCELLED'),))) == 'P1'

    def test_what_is_shown_nowhere_is_never_taken_for_done(self):
        assert applied('prepared', {'input': {}}, State('O')) is None
        assert not writing.KINDS['prepared'].is_visible


class TestReading:
    node = {
        'id': 'O1',
        'name': '#1',
        'cancelledAt': None,
        'displayFulfillmentStatus': 'PARTIALLY_FULFILLED',
        'fulfillments': [
            {
                'id': 'P1',
                'name': '#1.1',
                'status': 'SUCCESS',
                'location': {'id': 'L1'},
                'trackingInfo': [{'company': 'UPS', 'number': '1', 'url': None}, {'company': 'UPS'}],
                'fulfillmentLineItems': {'nodes': [{'id': 'P1-a', 'quantity': 2, 'lineItem': {'id': 'a'}}]},
                'events': {'nodes': []},
                'fulfillmentOrders': {'nodes': [{'id': 'F1'}]},
            }
        ],
        'fulfillmentOrders': {
            'nodes': [
                {
                    'id': 'F1',
                    'status': 'IN_PROGRESS',
                    'requestStatus': 'UNSUBMITTED',
                    'supportedActions': [{'action': 'CREATE_FULFILLMENT'}],
                    'assignedLocation': {'name': 'Main', 'location': {'id': 'L1', 'isFulfillmentService': False}},
                    'deliveryMethod': None,
                    'fulfillmentHolds': [],
                    'lineItems': {
                        'nodes': [{'id': 'F1-a', 'totalQuantity': 3, 'remainingQuantity': 1, 'lineItem': {'id': 'a'}}]
                    },
                }
            ]
        },
    }

    def test_what_was_fulfilled_and_what_is_left(self):
        state = reading.snapshot(self.node)
        assert (state.fulfilled, state.remaining) == ({'a': 2}, {'a': 1})
        assert state.fulfillments[0].tracking == (Tracking('UPS', '1', None),)
        assert state.orders[0].actions == {'CREATE_FULFILLMENT'}

    def test_what_the_app_may_not_see_is_none(self):
        hidden = {name: value for name, value in self.node.items() if name != 'fulfillmentOrders'}
        assert reading.snapshot(hidden).orders is None
