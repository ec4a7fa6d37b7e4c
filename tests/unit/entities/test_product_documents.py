"""What is asked of products, one by one and through a bulk operation: valid in both versions, and the same payloads."""
import pytest
from graphql import parse, validate

from shopify_connector.entities import product, product_bulk
from tests.simulator import schema as schemas
from tests.simulator.bulk_rules import Rules

MEDIA = 'media(first: 250) { nodes { id alt mediaContentType ... on MediaImage { image { url } } } pageInfo { endCursor } }'
PICTURE = 'media(first: 1) { nodes { id } }'
MATERIAL = 'material: metafield(namespace: "custom", key: "material") { value }'
MORE = product.Parts().plus(product=[MEDIA, MATERIAL], variant=[PICTURE])


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('parts', [product.Parts(), MORE])
def test_the_documents_are_what_shopify_understands(version, parts):
    for text in (product.by_ids(parts), product.pages(parts), product.more_variants(parts), product.OF_VARIANTS, product.COUNT):
        assert validate(schemas.load(version).graphql, parse(text)) == []


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('parts', [product.Parts(), MORE])
def test_the_bulk_query_is_valid_and_keeps_the_rules_of_bulk_queries(version, parts):
    schema = schemas.load(version)
    parsed = schema.document(product_bulk.reading(parts, "updated_at:>='2026-01-01T00:00:00Z'").query)
    assert parsed.errors == []
    assert Rules(schema.graphql, parsed).problems == []


def test_what_is_asked_for_twice_is_asked_for_once():
    assert product.Parts().plus(product=[MEDIA]).plus(product=[MEDIA]).product.count(MEDIA) == 1


def test_children_become_variants_in_their_order_with_what_they_hold():
    picture = {'childOf_media': 'MediaImage', 'id': 'M1', 'children': {}}
    second = {'childOf_variants': 'ProductVariant', 'id': 'V2', 'position': 2, 'children': {}}
    first = {'childOf_variants': 'ProductVariant', 'id': 'V1', 'position': 1, 'children': {'MediaImage': [picture] * 2}}
    image = {'childOf_media': 'MediaImage', 'id': 'M2', 'alt': 'Front', 'children': {}}
    root = {'id': 'P1', 'title': 'Mug', 'children': {'ProductVariant': [second, first], 'MediaImage': [image]}}
    payload = product_bulk.payload(root, product_bulk.reading(MORE).connections)
    assert [variant['id'] for variant in payload['variants']['nodes']] == ['V1', 'V2']
    assert payload['variants']['nodes'][0]['media']['nodes'] == [{'id': 'M1'}]
    assert payload['variants']['nodes'][0]['media']['pageInfo']['hasNextPage']
    assert payload['media']['nodes'] == [{'id': 'M2', 'alt': 'Front'}]
    assert not payload['variants']['pageInfo']['hasNextPage']
    assert 'children' not in payload and 'childOf_variants' not in payload['variants']['nodes'][0]
