import pytest
from graphql import parse, validate

from shopify_connector.entities import product, product_places
from tests.simulator import schema as schemas

CHANNEL = 'gid://shopify/Publication/7'
PARTS = product.Parts().plus(product=[product_places.COLLECTIONS_PART, product_places.publication_part(CHANNEL)])


@pytest.mark.parametrize('version', ['2026-07', '2026-10'])
def test_the_documents_are_what_shopify_understands(version):
    schema = schemas.load(version).graphql
    for text in (product_places.COLLECTIONS, product_places.PUBLICATIONS, product.by_ids(PARTS), product.pages(PARTS)):
        assert validate(schema, parse(text)) == []


def test_smart_collections_are_nobodys_choice():
    nodes = [{'id': 'b'}, {'id': 'a', 'ruleSet': None}, {'id': 'c', 'ruleSet': {'appliedDisjunctively': False}}]
    assert product_places.collections_of({'collections': {'nodes': nodes}}) == ['a', 'b']
    assert product_places.collections_of({'collections': {'nodes': nodes[2:]}}) is None


def test_a_list_that_may_be_cut_off_is_not_taken_for_the_whole():
    nodes = [{'id': str(number)} for number in range(product_places.MOST_COLLECTIONS)]
    assert not product_places.is_whole({'collections': {'nodes': nodes}})
    assert product_places.is_whole({'collections': {'nodes': nodes[1:]}})


def test_the_channels_of_a_product_are_those_that_were_asked_for():
    payload = {'publication_7': True}
    assert product_places.publications_of(payload, [CHANNEL]) == [CHANNEL]
    assert product_places.are_known(payload, [CHANNEL])
    assert not product_places.are_known(payload, [CHANNEL, 'gid://shopify/Publication/8'])


def test_a_channel_has_its_own_name_or_that_of_its_catalogue():
    online, wholesale = {'channels': {'nodes': [{'name': 'Online Store'}]}}, {'catalog': {'title': 'Wholesale'}}
    assert product_places.publication_vals({'id': CHANNEL, **online})['name'] == 'Online Store'
    assert product_places.publication_vals({'id': CHANNEL, **wholesale})['name'] == 'Wholesale'
