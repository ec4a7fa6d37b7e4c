"""What people may have Shopify told of a delivery, from what Shopify shows of the order."""

from shopify_connector.entities import delivery_tell as telling
from shopify_connector.entities.fulfillment import Fulfillment, FulfillmentLine, Hold, Line, Order, State

GID = 'gid://shopify/FulfillmentOrder/1'


def waiting(**changes):
    values = {'gid': GID, 'status': 'OPEN', 'location_name': 'Shop', 'lines': (Line('l', 'line', 3, 2),)}
    return Order(**(values | changes))


def parcel(**changes):
    return Fulfillment(
        **{
            'gid': 'parcel',
            'name': '#1-F1',
            'status': 'SUCCESS',
            'lines': (FulfillmentLine('f', 'line', 1),),
            **changes,
        }
    )


def kinds(*orders, parcels=(), **options):
    return set(telling.targets(State('order', orders=orders, fulfillments=parcels), **options))


def test_what_the_customer_picks_up_may_be_ready():
    found = telling.targets(State('order', orders=(waiting(method='PICK_UP'),)))
    assert found == {'prepared': [{'gid': GID, 'name': 'Shop', 'units': 2, 'holds': []}]}
    assert kinds(waiting()) == set()


def test_what_is_held_scheduled_over_or_empty_is_not_ready():
    for changes in (
        {'holds': (Hold('h', 'OTHER'),)},
        {'status': 'SCHEDULED'},
        {'status': 'CLOSED'},
        {'lines': (Line('l', 'line', 3, 0),)},
    ):
        assert 'prepared' not in kinds(waiting(method='PICK_UP', **changes))


def test_only_what_shopify_lets_be_done_is_offered():
    held = waiting(status='ON_HOLD', holds=(Hold('h', 'FRAUD'),))
    assert kinds(held) == set()
    assert kinds(waiting(status='ON_HOLD', holds=held.holds, actions=frozenset(['RELEASE_HOLD']))) == {'release'}
    assert kinds(waiting(status='SCHEDULED', actions=frozenset(['MARK_AS_OPEN']))) == {'open'}
    assert kinds(waiting(actions=frozenset(['REQUEST_FULFILLMENT']))) == {'request'}
    assert kinds(waiting(actions=frozenset(['REQUEST_FULFILLMENT']), request_status='SUBMITTED')) == set()


def test_a_parcel_is_told_on_its_way_until_it_is_there():
    assert kinds(parcels=(parcel(),)) == {'out_for_delivery', 'delivered'}
    assert kinds(parcels=(parcel(display_status='OUT_FOR_DELIVERY'),)) == {'delivered'}
    assert kinds(parcels=(parcel(display_status='DELIVERED'),)) == set()
    assert kinds(parcels=(parcel(status='CANCELLED'),)) == set()


def test_of_one_parcel_nothing_else_is_offered():
    found = telling.targets(
        State('order', orders=(waiting(method='PICK_UP'),), fulfillments=(parcel(), parcel(gid='other'))), 'other'
    )
    assert {row['gid'] for rows in found.values() for row in rows} == {'other'}
    assert set(found) == {'out_for_delivery', 'delivered'}


def test_an_app_that_may_not_see_fulfilment_orders_tells_of_parcels_only():
    assert set(telling.targets(State('order', orders=None, fulfillments=(parcel(),)))) == {
        'out_for_delivery',
        'delivered',
    }


def test_what_was_told_is_not_offered_again():
    """The steps that were written down say it: Shopify does not show all of it."""
    state = State('order', orders=(waiting(method='PICK_UP'),), fulfillments=(parcel(),))
    for kind in ('prepared', 'delivered'):
        rows = telling.targets(state)[kind]
        told = telling.told(telling.steps(kind, rows, None, '2026-01-31T12:00:00Z'))
        assert told == {kind: {rows[0]['gid']}}
        assert kind not in telling.targets(state, told=told)


def test_the_steps_are_the_mutations_arguments():
    row = {'gid': GID, 'name': 'Shop', 'units': 2, 'holds': ['h']}

    def steps(kind, note=None):
        return list(telling.steps(kind, [row, {**row, 'gid': 'two'}], note, '2026-01-31T12:00:00Z'))

    assert steps('prepared') == [
        (
            'prepared',
            {'input': {'lineItemsByFulfillmentOrder': [{'fulfillmentOrderId': GID}, {'fulfillmentOrderId': 'two'}]}},
        )
    ]
    assert steps('release')[0] == ('release', {'id': GID, 'holdIds': ['h']})
    assert steps('open')[1] == ('open', {'id': 'two'})
    assert steps('request', 'Please')[0] == ('request', {'id': GID, 'message': 'Please'})
    assert steps('request')[0] == ('request', {'id': GID})
    assert steps('out_for_delivery')[0] == (
        'event',
        {
            'fulfillmentEvent': {
                'fulfillmentId': GID,
                'status': 'OUT_FOR_DELIVERY',
                'happenedAt': '2026-01-31T12:00:00Z',
            }
        },
    )
