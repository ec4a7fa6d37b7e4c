import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import location
from shopify_connector.entities.location import Place, suggestions
from tests.simulator import schema as schemas

PAYLOAD = {
    'id': 'gid://shopify/Location/1',
    'name': 'Downtown Store',
    'isActive': True,
    'fulfillsOnlineOrders': True,
    'isFulfillmentService': False,
    'address': {'address1': '88 Pike St', 'city': 'Seattle', 'provinceCode': 'WA', 'countryCode': 'US', 'zip': '98101'},
}


def test_a_location_keeps_its_address_for_comparison():
    values = location.vals(PAYLOAD)
    assert (values['street'], values['zip'], values['city'], values['country_code']) == (
        '88 Pike St', '98101', 'Seattle', 'US')  # fmt: skip
    assert values['place'] == 'Seattle, US'
    assert values['closed_at'] is False


def test_a_location_without_an_address_has_blanks():
    values = location.vals({'name': 'Pop-up', 'isActive': True, 'address': None})
    assert values['street'] is False
    assert values['place'] is False


def test_the_moment_of_switching_off_is_naive_utc():
    values = location.vals({**PAYLOAD, 'isActive': False, 'deactivatedAt': '2026-11-20T10:00:00+02:00'})
    assert values['active'] is False
    assert values['closed_at'].isoformat() == '2026-11-20T08:00:00'


def test_a_moment_is_forgotten_when_the_location_is_on_again():
    assert location.vals({**PAYLOAD, 'deactivatedAt': '2026-11-20T10:00:00Z'})['closed_at'] is False


def test_the_same_name_suggests_a_warehouse():
    assert suggestions([Place(1, ('Lager Köln',))], [Place(7, ('lager koln', 'LK')), Place(8, ('Berlin',))]) == {
        1: (7, 'name')}  # fmt: skip


def test_a_warehouse_is_found_by_its_short_name():
    assert suggestions([Place(1, ('SEA',))], [Place(7, ('Seattle Main', 'SEA'))]) == {1: (7, 'name')}


@pytest.mark.parametrize(
    ('ours', 'theirs', 'why'),
    [
        ({'street': '88 Pike St.', 'zip': '98101'}, {'street': '88 PIKE ST', 'zip': '98101'}, 'address'),
        ({'names': ('Downtown Store',)}, {'names': ('Downtown',)}, 'similar'),
        ({'zip': '98 101', 'country': 'US'}, {'zip': '98101', 'country': 'US'}, 'zip'),
        ({'city': 'Seattle', 'country': 'US'}, {'city': 'seattle', 'country': 'US'}, 'city'),
    ],
)
def test_likenesses_suggest_a_warehouse(ours, theirs, why):
    assert suggestions([Place(1, **{'names': ('A',), **ours})], [Place(7, **{'names': ('B',), **theirs})]) == {1: (7, why)}


def test_the_same_city_in_another_country_says_nothing():
    assert not suggestions([Place(1, city='Paris', country='US')], [Place(7, city='Paris', country='FR')])


def test_a_name_of_common_words_says_nothing():
    assert not suggestions([Place(1, ('Main Store',))], [Place(7, ('Warehouse',))])


def test_two_warehouses_in_one_city_are_left_to_a_person():
    warehouses = [Place(7, ('North',), city='Rome', country='IT'), Place(8, ('South',), city='Rome', country='IT')]
    assert not suggestions([Place(1, ('Shop',), city='Rome', country='IT')], warehouses)


def test_a_name_leaves_the_other_warehouse_of_the_city_to_the_other_location():
    warehouses = [Place(7, ('North',), city='Rome', country='IT'), Place(8, ('South',), city='Rome', country='IT')]
    locations = [Place(1, ('South',), city='Rome', country='IT'), Place(2, ('Outlet',), city='Rome', country='IT')]
    assert suggestions(locations, warehouses) == {1: (8, 'name'), 2: (7, 'city')}


texts = st.sampled_from(['', 'Main', 'North', 'north store', 'Lager', 'SEA'])
places = st.builds(
    lambda names, street, code, city, country: (tuple(names), street, code, city, country),
    st.lists(texts, max_size=2), texts, st.sampled_from(['', '1', '2']), texts, st.sampled_from(['', 'US', 'DE']),
)  # fmt: skip


@given(st.lists(places, max_size=6), st.lists(places, max_size=6))
def test_no_warehouse_is_suggested_twice_whatever_the_places(ours, theirs):
    locations = [Place(index, *row) for index, row in enumerate(ours)]
    warehouses = [Place(100 + index, *row) for index, row in enumerate(theirs)]
    found = suggestions(locations, warehouses)
    chosen = [warehouse for warehouse, _why in found.values()]
    assert len(chosen) == len(set(chosen))
    assert found == suggestions(locations[::-1], warehouses[::-1])


@pytest.mark.parametrize('version', schemas.VERSIONS)
def test_the_document_is_what_shopify_understands(version):
    assert validate(schemas.load(version).graphql, parse(location.DOCUMENT)) == []
