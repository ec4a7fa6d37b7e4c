"""From what left and what Shopify waits for to the changes that tell it."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from shopify_connector.entities import fulfillment, fulfillment_plan, fulfillment_write
from shopify_connector.entities.fulfillment import Hold, Line, Order, State, Tracking
from shopify_connector.entities.fulfillment_plan import Parcel, Policy, plan

HERE, THERE, AWAY = (f'gid://shopify/Location/{number}' for number in (1, 2, 3))
ACTIONS = frozenset(('CREATE_FULFILLMENT', 'MOVE', 'HOLD'))
NUMBER = Tracking('UPS', '1Z')


def asked(number, units, place=HERE, *, status='OPEN', actions=ACTIONS, **values):
    """A fulfilment order; ``units``: by line."""
    lines = tuple(Line(f'F{number}-{line}', line, count, count) for line, count in units.items())
    return Order(f'F{number}', status, location_gid=place, location_name=place[-1], actions=actions, lines=lines, **values)


def state(*orders, **values):
    return State('O1', orders=orders, **values)


def planned(units, *orders, policy=None, spare=None, places=(HERE,), tracking=(), **values):
    parcel = Parcel(units, tracking, places)
    return plan([parcel], state(*orders, **values), policy or Policy(), spare or {})


def taken(found):
    """``{fulfilment order: {its line: units}}`` of the creates of a plan."""
    return [
        {
            group['fulfillmentOrderId']: {row['id']: row['quantity'] for row in group['fulfillmentOrderLineItems']}
            for group in step.variables['fulfillment']['lineItemsByFulfillmentOrder']
        }
        for step in found.steps
        if step.kind == 'create'
    ]


def kinds(found):
    return [step.kind for step in found.steps]


class TestWhatIsFulfilled:
    def test_a_parcel_is_one_fulfilment_with_its_numbers(self):
        found = planned({'a': 2, 'b': 1}, asked(1, {'a': 2, 'b': 3}), tracking=(NUMBER,), policy=Policy(notify=True))
        assert taken(found) == [{'F1': {'F1-a': 2, 'F1-b': 1}}]
        given_ = found.steps[0].variables['fulfillment']
        assert given_['trackingInfo'] == {'company': 'UPS', 'number': '1Z'}
        assert given_['notifyCustomer']
        assert found.steps[0].before == {'units': {'a': 2, 'b': 1}, 'fulfillments': []}
        assert (found.left, found.reason) == (Counter(), None)

    def test_two_parcels_take_different_units(self):
        parcels = [Parcel({'a': 1}, (NUMBER,), (HERE,)), Parcel({'a': 1}, (), (HERE,))]
        found = plan(parcels, state(asked(1, {'a': 2})), Policy(), {})
        assert taken(found) == [{'F1': {'F1-a': 1}}, {'F1': {'F1-a': 1}}]

    def test_where_the_goods_left_is_asked_first(self):
        found = planned({'a': 1}, asked(1, {'a': 1}, THERE), asked(2, {'a': 1}, HERE))
        assert taken(found) == [{'F2': {'F2-a': 1}}]

    def test_one_parcel_for_two_places_is_two_fulfilments(self):
        orders = asked(1, {'a': 1}, HERE), asked(2, {'a': 1}, THERE)
        found = planned({'a': 2}, *orders, policy=Policy(move=False))
        assert taken(found) == [{'F1': {'F1-a': 1}}, {'F2': {'F2-a': 1}}]

    def test_more_lines_than_shopify_takes_are_several_fulfilments_and_one_message(self):
        units = {f'l{number}': 1 for number in range(251)}
        found = planned(units, asked(1, units), policy=Policy(notify=True))
        assert [len(part['F1']) for part in taken(found)] == [250, 1]
        assert [step.variables['fulfillment']['notifyCustomer'] for step in found.steps] == [False, True]


class TestWhatIsNotShipped:
    """Services, digital goods and the like have fulfilment orders of their own, which Shopify takes no goods with."""

    GOODS, ASIDE = asked(1, {'a': 1}), asked(2, {'s': 1}, method='NONE')
    POLICY = Policy(notify=True)

    def given(self, found):
        """``[(fulfilment orders, number, whether the customer is told)]``"""
        return [
            (list(part), (row.get('trackingInfo') or {}).get('number'), row['notifyCustomer'])
            for part, row in zip(taken(found), (step.variables['fulfillment'] for step in found.steps), strict=True)
        ]

    def test_it_is_a_fulfilment_without_number_and_the_customer_hears_once_of_the_goods(self):
        for orders in ((self.GOODS, self.ASIDE), (self.ASIDE, self.GOODS)):
            found = planned({'s': 1, 'a': 1}, *orders, policy=self.POLICY, tracking=(NUMBER,))
            assert self.given(found) == [(['F1'], '1Z', True), (['F2'], None, False)]

    def test_goods_that_go_two_ways_are_two_fulfilments_and_one_message(self):
        pickup = asked(2, {'b': 1}, method='PICK_UP')
        found = planned({'a': 1, 'b': 1}, self.GOODS, pickup, policy=self.POLICY, tracking=(NUMBER,))
        assert self.given(found) == [(['F1'], '1Z', False), (['F2'], '1Z', True)]

    def test_nobody_hears_of_it_twice_when_it_is_told_later_or_earlier_than_the_goods(self):
        parcel = Parcel({'a': 1, 's': 1}, (NUMBER,), (HERE,))
        (later,) = fulfillment_plan.left_of([parcel], [({'a': 1}, {'1Z'})])
        assert self.given(plan([later], state(self.ASIDE), self.POLICY, {})) == [(['F2'], None, False)]
        held = replace(self.GOODS, status='ON_HOLD')
        assert self.given(plan([parcel], state(held, self.ASIDE), self.POLICY, {})) == [(['F2'], None, False)]
        (goods,) = fulfillment_plan.left_of([parcel], [({'s': 1}, ())])
        assert self.given(plan([goods], state(self.GOODS), self.POLICY, {})) == [(['F1'], '1Z', True)]

    def test_what_left_alone_left_all_the_same(self):
        found = planned({'s': 1}, self.ASIDE, policy=self.POLICY, tracking=(NUMBER,))
        assert self.given(found) == [(['F2'], '1Z', True)]


class TestNumbersThatComeLater:
    FIRST = Parcel({'a': 1}, (Tracking(number='1'),))
    LAST = Parcel({'a': 1, 's': 1}, (Tracking(number='2'),), optional=frozenset('s'))

    def made(self, number, units, *numbers):
        lines = tuple(fulfillment.FulfillmentLine(line, line, count) for line, count in units.items())
        shown = tuple(Tracking(number=row) for row in numbers)
        return fulfillment.Fulfillment(f'P{number}', '', 'SUCCESS', tracking=shown, lines=lines)

    def numbers(self, *made, parcels=None, **more):
        found = fulfillment_plan.trackings_for(made, parcels or [self.FIRST, self.LAST], **more)
        return {gid: [row.number for row in rows] for gid, rows in found.items()}

    def test_they_are_of_the_goods_and_each_parcel_keeps_its_own(self):
        made = self.made(1, {'a': 1}, '1'), self.made(2, {'a': 1}, '2'), self.made(3, {'s': 1})
        assert self.numbers(*made) == {'P1': ['1'], 'P2': ['2']}
        assert self.numbers(*made[:2]) == {'P1': ['1'], 'P2': ['2']}, "the service was fulfilled in the shop"

    def test_what_was_told_aside_has_none_although_odoo_takes_it_for_goods(self):
        parcels = [self.FIRST, replace(self.LAST, optional=frozenset())]
        made = self.made(1, {'a': 1}, '1'), self.made(2, {'a': 1}, '2'), self.made(3, {'s': 1})
        assert self.numbers(*made, parcels=parcels, aside={'P3'}) == {'P1': ['1'], 'P2': ['2']}

    def test_services_that_shopify_ships_with_the_goods_are_one_parcel(self):
        assert self.numbers(self.made(1, {'a': 1}), self.made(2, {'a': 1, 's': 1})) == {'P1': ['1'], 'P2': ['2']}

    def test_services_alone_are_a_parcel(self):
        parcel = Parcel({'s': 1}, (Tracking(number='1'),), optional=frozenset('s'))
        assert self.numbers(self.made(1, {'s': 1}), parcels=[parcel]) == {'P1': ['1']}


class TestWhatIsPrepared:
    def test_what_left_elsewhere_is_moved_there_first(self):
        found = planned({'a': 1}, asked(1, {'a': 3}, THERE))
        assert found.is_preparing
        assert found.steps[0].variables == {
            'id': 'F1',
            'newLocationId': HERE,
            'fulfillmentOrderLineItems': [{'id': 'F1-a', 'quantity': 1}],
        }
        assert found.steps[0].before == {'units': {'a': 1}, 'there': {'a': 0}}

    def test_a_whole_fulfilment_order_is_moved_whole(self):
        assert 'fulfillmentOrderLineItems' not in planned({'a': 3}, asked(1, {'a': 3}, THERE)).steps[0].variables

    def test_what_shopify_does_not_let_us_move_is_fulfilled_where_it_is(self):
        order = asked(1, {'a': 1}, THERE)
        for policy in (Policy(unmovable=frozenset([('F1', HERE)])), Policy(move=False)):
            assert taken(planned({'a': 1}, order, policy=policy)) == [{'F1': {'F1-a': 1}}]
        fixed = asked(1, {'a': 1}, THERE, actions=frozenset(['CREATE_FULFILLMENT']))
        assert taken(planned({'a': 1}, fixed)) == [{'F1': {'F1-a': 1}}]

    def test_what_the_customer_fetches_is_fulfilled_where_it_is_fetched(self):
        for method in ('PICK_UP', 'RETAIL'):
            assert taken(planned({'a': 1}, asked(1, {'a': 3}, THERE, method=method))) == [{'F1': {'F1-a': 1}}]
        for method in ('SHIPPING', 'LOCAL', 'PICKUP_POINT', 'NONE'):
            assert kinds(planned({'a': 1}, asked(1, {'a': 3}, THERE, method=method))) == ['move']

    def test_what_is_fetched_is_opened_where_it_is_fetched_and_left_to_a_till_that_tells_itself(self):
        later = asked(1, {'a': 1}, THERE, status='SCHEDULED', method='PICK_UP')
        assert kinds(planned({'a': 1}, later)) == ['open']
        found = planned({'a': 1}, asked(1, {'a': 1}, THERE, method='RETAIL'), policy=Policy(told_by_shop=frozenset([THERE])))
        assert (found.steps, found.skipped) == ((), {'a': 1})

    def test_goods_that_never_were_in_a_warehouse_are_fulfilled_where_they_are_asked_for(self):
        assert taken(planned({'a': 1}, asked(1, {'a': 1}, THERE), places=())) == [{'F1': {'F1-a': 1}}]

    def test_what_is_scheduled_is_opened_first(self):
        found = planned({'a': 1}, asked(1, {'a': 1}, status='SCHEDULED', actions=frozenset(['MARK_AS_OPEN'])))
        assert (kinds(found), found.is_preparing) == (['open'], True)

    def test_what_could_not_be_opened_says_why(self):
        order = asked(1, {'a': 1}, status='SCHEDULED')
        found = planned({'a': 1}, order, policy=Policy(blocked={'F1': 'No.'}))
        assert (found.steps, found.reason, found.values['text']) == ((), 'refused', 'No.')


class TestServices:
    service = {'is_service': True}

    def test_what_a_service_is_to_ship_is_never_fulfilled_by_us(self):
        order = asked(1, {'a': 1}, AWAY, actions=frozenset(['CREATE_FULFILLMENT']), **self.service)
        found = planned({'a': 1}, order)
        assert (found.steps, found.reason, found.left) == ((), 'service', {'a': 1})

    def test_what_a_service_was_to_ship_but_left_here_is_moved_here(self):
        assert kinds(planned({'a': 1}, asked(1, {'a': 1}, AWAY, **self.service))) == ['move']

    def test_what_a_service_could_not_complete_is_ours_again(self):
        back = {**self.service, 'status': 'INCOMPLETE', 'request_status': 'CLOSED'}
        given_back = asked(1, {'a': 1}, AWAY, actions=frozenset(['REQUEST_FULFILLMENT', 'MOVE']), **back)
        assert state(given_back).remaining == {'a': 1}
        assert kinds(planned({'a': 1}, given_back)) == ['move']
        found = planned({'a': 1}, given_back, policy=Policy(move=False))
        assert (found.steps, found.reason, found.left) == ((), 'not_fulfillable', {'a': 1})
        free = asked(1, {'a': 1}, AWAY, actions=frozenset(['REQUEST_FULFILLMENT', 'CREATE_FULFILLMENT']), **back)
        assert kinds(planned({'a': 1}, free)) == ['create']

    def test_what_the_customer_fetches_from_a_service_is_neither_moved_nor_fulfilled_by_us(self):
        found = planned({'a': 1}, asked(1, {'a': 1}, AWAY, method='PICK_UP', **self.service))
        assert (found.steps, found.reason, found.left) == ((), 'service', {'a': 1})
        own = Policy(own_services=frozenset([AWAY]))
        assert kinds(planned({'a': 1}, asked(1, {'a': 1}, AWAY, method='PICK_UP', **self.service), policy=own)) == ['create']

    def test_a_request_to_our_own_service_is_accepted_and_then_fulfilled(self):
        policy = Policy(own_services=frozenset([AWAY]))
        order = asked(1, {'a': 1}, AWAY, request_status='SUBMITTED', **self.service)
        assert kinds(planned({'a': 1}, order, policy=policy, places=(AWAY,))) == ['accept']
        accepted = asked(1, {'a': 1}, AWAY, request_status='ACCEPTED', **self.service)
        assert kinds(planned({'a': 1}, accepted, policy=policy, places=(AWAY,))) == ['create']

    def test_what_leaves_where_shopify_tells_itself_is_not_told(self):
        policy = Policy(told_by_shop=frozenset([AWAY]))
        found = planned({'a': 1}, asked(1, {'a': 1}, AWAY), policy=policy, places=(AWAY,))
        assert (found.steps, found.skipped, found.left) == ((), {'a': 1}, {})


class TestWhatCannotBeTold:
    def test_a_hold_says_its_reason_and_the_rest_is_told(self):
        hold = Hold('H1', 'OTHER', 'Other', 'Call first')
        found = planned({'a': 2}, asked(1, {'a': 1}), asked(2, {'a': 1}, status='ON_HOLD', holds=(hold,)))
        assert (taken(found), found.left, found.reason) == ([{'F1': {'F1-a': 1}}], {'a': 1}, 'on_hold')
        assert found.values['text'] == 'Call first'

    def test_what_shopify_does_not_wait_for_any_more_is_left(self):
        assert planned({'a': 2}, asked(1, {'a': 1})).reason == 'nothing_left'
        assert planned({'a': 1}, asked(1, {'a': 1}, status='CLOSED'), cancelled=True).reason == 'cancelled'

    def test_without_a_scope_nothing_is_sent(self):
        found = plan([Parcel({'a': 1})], State('O1', orders=None), Policy(), {})
        assert (found.steps, found.reason) == ((), 'no_scope')

    def test_an_app_that_is_shown_no_fulfilment_order_says_that_it_lacks_a_scope(self):
        assert planned({'a': 1}, display_status='UNFULFILLED').reason == 'no_scope'
        assert planned({'a': 1}, display_status='FULFILLED').reason == 'nothing_left'
        assert planned({'a': 1}, asked(1, {'b': 1}), display_status='UNFULFILLED').reason == 'nothing_left'
        assert planned({'a': 1}, display_status='UNFULFILLED', cancelled=True).reason == 'cancelled'
        assert planned({'a': 1}, display_status='UNFULFILLED', spare={'a': 1}).adopted == {'a': 1}

    def test_what_somebody_has_fulfilled_in_shopify_is_adopted_only_when_nothing_is_left(self):
        found = planned({'a': 3}, asked(1, {'a': 1}), spare={'a': 5})
        assert (taken(found), found.adopted, found.reason) == ([{'F1': {'F1-a': 1}}], {'a': 2}, None)


class TestWhatWasToldBefore:
    def test_it_is_taken_off_the_parcel_with_its_number_first(self):
        first, second = Parcel({'a': 1}, (Tracking(number='1'),)), Parcel({'a': 1}, (Tracking(number='2'),))
        assert fulfillment_plan.left_of([first, second], [({'a': 1}, {'2'})]) == [first]
        assert fulfillment_plan.left_of([first, second], [({'a': 2}, ())]) == []

    def test_what_is_about_to_be_created_is_not_waited_for_any_more(self):
        before = state(asked(1, {'a': 3}))
        steps = plan([Parcel({'a': 2}, places=(HERE,))], before, Policy(), {}).steps
        assert fulfillment_plan.without(before, steps).remaining == {'a': 1}


# === ANY ORDER === #


@st.composite
def worlds(draw):
    units = st.dictionaries(st.sampled_from('abc'), st.integers(1, 4), min_size=1)
    orders = []
    for number in range(draw(st.integers(0, 4))):
        status = draw(st.sampled_from(('OPEN', 'OPEN', 'IN_PROGRESS', 'SCHEDULED', 'ON_HOLD', 'CLOSED')))
        actions = frozenset(draw(st.sets(st.sampled_from(sorted(ACTIONS))))) | {'CREATE_FULFILLMENT'}
        place, is_service = draw(st.sampled_from(((HERE, False), (THERE, False), (AWAY, True))))
        way = draw(st.sampled_from(('SHIPPING', 'SHIPPING', 'NONE', 'PICK_UP')))
        orders.append(
            asked(number, draw(units), place, status=status, actions=actions, is_service=is_service, method=way)
        )
    parcels = [
        Parcel(draw(units), (), draw(st.sampled_from(((HERE,), (THERE, HERE), ()))))
        for _number in range(draw(st.integers(1, 3)))
    ]
    by_shop = draw(st.sampled_from((frozenset(), frozenset([THERE]))))
    policy = Policy(move=draw(st.booleans()), notify=True, told_by_shop=by_shop)
    return parcels, state(*orders), policy, draw(st.dictionaries(st.sampled_from('abc'), st.integers(0, 3)))


def created(found):
    return sum((Counter(step.before['units']) for step in found.steps if step.kind == 'create'), Counter())


@settings(deadline=None)
@given(worlds())
def test_every_unit_has_one_fate_and_none_is_made_up(world):
    parcels, before, policy, spare = world
    found = plan(parcels, before, policy, spare)
    wanted = sum((Counter(parcel.units) for parcel in parcels), Counter())
    if not found.is_preparing:
        assert created(found) + Counter(found.adopted) + Counter(found.skipped) + Counter(found.left) == wanted
    assert bool(+Counter(found.left)) == (found.reason is not None)
    assert Counter(found.adopted) <= Counter(spare)


@settings(deadline=None)
@given(worlds())
def test_no_fulfilment_takes_more_than_shopify_waits_for_or_is_made_of_two_places_or_two_ways(world):
    parcels, before, policy, spare = world
    found = plan(parcels, before, policy, spare)
    after = fulfillment_plan.without(before, found.steps)
    assert all(line.remaining >= 0 for order in after.orders for line in order.lines)
    by_gid = {order.gid: order for order in before.orders}
    for part in taken(found):
        orders = [by_gid[gid] for gid in part]
        assert len({(order.location_gid, order.method) for order in orders}) == 1
        assert all(order.status in fulfillment.FULFILLABLE and not order.is_service for order in orders)


@settings(deadline=None)
@given(worlds())
def test_the_customer_hears_at_most_once_of_a_parcel(world):
    parcels, before, policy, spare = world
    for parcel in parcels:
        steps = plan([parcel], before, policy, spare).steps
        told = [step for step in steps if step.kind == 'create' and step.variables['fulfillment']['notifyCustomer']]
        assert len(told) <= 1
        assert not any(step.before.get('aside') for step in told)


@settings(deadline=None)
@given(worlds())
def test_what_a_plan_creates_is_found_afterwards_and_not_before(world):
    parcels, before, policy, spare = world
    kind = fulfillment_write.KINDS['create']
    for step in plan(parcels, before, policy, spare).steps:
        if step.kind != 'create':
            continue
        lines = tuple(
            fulfillment.FulfillmentLine(str(index), line, units)
            for index, (line, units) in enumerate(step.before['units'].items())
        )
        parcel = fulfillment.Fulfillment('P1', '#1', 'SUCCESS', lines=lines)
        assert kind.is_applied(step, before) is None
        assert kind.is_applied(step, State('O1', fulfillments=(parcel,))).gid == 'P1'


class TestLikeness:
    """Which of the shop's parcels is the one that left in Odoo."""

    LEFT = [Parcel({'L1': 1, 'L2': 2}, (NUMBER,), (HERE, THERE))]

    def best(self, **rows):
        return min(rows, key=lambda name: fulfillment_plan.likeness(*rows[name], self.LEFT))

    def test_the_same_number_says_most(self):
        same = (AWAY, [{'number': '1Z'}], {'L1': 1})
        assert self.best(other=(HERE, [{'number': '2Z'}], {'L1': 1, 'L2': 2}), same=same) == 'same'

    def test_then_the_place(self):
        assert self.best(away=(AWAY, [], {'L1': 1, 'L2': 2}), there=(THERE, None, {'L2': 1})) == 'there'

    def test_then_the_most_of_its_units_and_the_fewest_others(self):
        same = (HERE, [], {'L1': 1, 'L2': 2})
        assert self.best(few=(HERE, [], {'L1': 1}), same=same, more=(HERE, [], {'L1': 1, 'L2': 2, 'L3': 1})) == 'same'

    def test_no_number_is_not_the_same_number(self):
        nameless = [Parcel({'L1': 1}, (Tracking('UPS', None),), (HERE,))]
        assert fulfillment_plan.likeness(AWAY, [{'number': None}], {'L1': 1}, nameless)[0] is True
