"""What the scenarios of stock call a broken promise is one, and what they let pass is none."""
from datetime import datetime, timezone

import pytest

from tests.scenario.trio import Trio

NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
PLACE, WAREHOUSE = 'gid://shopify/Location/1', 7


class Shop:
    """The control API of one shop, with a journal of (source, before, after, expected)."""

    def __init__(self, *rows, divided=False):
        self.rows, self.divided = rows, divided

    def shops(self):
        return [{'domain': 'a.myshopify.com'}]

    def get(self, _path):
        return {'rows': [{'sku': 'ART-0000-0', 'location_id': PLACE, 'at': 'now', 'source': source, 'before': before,
                          'after': after, 'expected': expected} for source, before, after, expected in self.rows]}

    def state(self, _domain):
        ships = [{'location_id': place} for place in ((1, 2) if self.divided else (1,))]
        return {'orders': [{'lines': [{'sku': 'ART-0000-0'}], 'fulfillment_orders': ships}]}


def undone(*rows, on_hand=(10,), divided=False):
    trio = Trio(Shop(*rows, divided=divided), None, 1)
    trio.shown_at = {'a.myshopify.com': {PLACE: WAREHOUSE}}
    trio.counted['ART-0000-0', WAREHOUSE] = [(NOW, units) for units in on_hand]
    return trio.undone()


def test_a_write_after_a_sale_that_leaves_the_sale_alone_is_right():
    assert undone(('order', 10, 8, None), ('api', 8, 7, 8)) == []
    assert undone(('order', 10, 8, None), ('api', 8, 13, 8), on_hand=(10, 15)) == []


@pytest.mark.parametrize('row', [('api', 8, 10, 8), ('api', 8, 9, 8)])
def test_a_write_that_puts_sold_units_back_is_found(row):
    assert len(undone(('order', 10, 8, None), row)) == 1


def test_a_write_without_a_comparison_is_found():
    assert 'without a comparison' in undone(('api', 10, 3, None))[0]


def test_sales_that_were_given_up_and_edits_by_hand_are_the_shops_own_business():
    assert undone(('order', 10, 8, None), ('order', 8, 10, None), ('merchant', 10, 50, None), ('api', 50, 10, 50)) == []


def test_an_order_that_two_places_ship_is_no_evidence():
    assert undone(('order', 10, 8, None), ('api', 8, 10, 8), divided=True) == []
