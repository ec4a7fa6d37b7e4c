"""All levels of a shop by a bulk query: what Shopify allows, and the same levels as single reads give."""
import pytest

from shopify_connector.entities import inventory, inventory_bulk
from tests.simulator.bulk_rules import Rules
from tests.simulator.schema import load

ITEM, PLACE = 'gid://shopify/InventoryItem/1', 'gid://shopify/Location/2'
LEVEL = {
    'id': 'gid://shopify/InventoryLevel/3?inventory_item_id=1',
    'isActive': True,
    'location': {'id': PLACE},
    'quantities': [
        {'name': 'available', 'quantity': 7},
        {'name': 'on_hand', 'quantity': 12},
        {'name': 'committed', 'quantity': 4},
    ],
}


@pytest.mark.parametrize('version', ['2026-07', '2026-10'])
def test_the_query_is_valid_and_keeps_the_rules_of_bulk_queries(version):
    schema = load(version)
    parsed = schema.document(inventory_bulk.QUERY)
    assert parsed.errors == []
    assert Rules(schema.graphql, parsed).problems == []


def test_a_line_of_a_level_is_what_a_single_read_gives():
    seen = inventory_bulk.seen_of({**LEVEL, '__parentId': ITEM})
    assert seen == inventory.seen(ITEM, PLACE, LEVEL)
    assert (seen.available, seen.on_hand, seen.committed, seen.set_aside) == (7, 12, 4, 1)


def test_the_line_of_an_item_is_no_level():
    assert inventory_bulk.seen_of({'id': ITEM}) is None


def test_a_place_where_it_is_not_stocked_says_so():
    assert not inventory_bulk.seen_of({**LEVEL, 'isActive': False, '__parentId': ITEM}).active
