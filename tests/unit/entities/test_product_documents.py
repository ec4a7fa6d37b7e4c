"""What is asked of products, one by one and through a bulk operation: valid in both versions, and the same payloads."""
import itertools

import pytest
from graphql import parse, validate

from shopify_connector.entities import (
    media,
    media_order,
    media_write,
    metafield_definition,
    metafield_values,
    product,
    product_bulk,
    product_selection,
)
from tests.simulator import schema as schemas
from tests.simulator.bulk_rules import Rules

MEDIA, PICTURE = media.PART, media.VARIANT_PART
MATERIAL = metafield_values.part('material', 'custom', 'material')
MORE = product.Parts().plus(product=[MEDIA, MATERIAL], variant=[PICTURE])


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('parts', [product.Parts(), MORE])
def test_the_documents_are_what_shopify_understands(version, parts):
    for text in (product.by_ids(parts), product.pages(parts), product.more_variants(parts), product.OF_VARIANTS, product.COUNT,
                 media.MORE, media.STATES, metafield_values.SET, metafield_values.DELETE, metafield_definition.DOCUMENT,
                 media_write.STAGE, media_write.ADD, media_write.CHANGE, media_write.REORDER, media_write.SHOW,
                 media_order.OF_FEW, media_order.OF_MANY, media_order.OF_VARIANTS):
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
    root = {'id': 'P1', 'title': 'Mug', 'featuredMedia': {'id': 'M2'},
            'children': {'ProductVariant': [second, first], 'MediaImage': [image]}}
    payload = product_bulk.payload(root, product_bulk.reading(MORE).connections)
    assert [variant['id'] for variant in payload['variants']['nodes']] == ['V1', 'V2']
    assert payload['variants']['nodes'][0]['media']['nodes'] == [{'id': 'M1'}]
    assert payload['variants']['nodes'][0]['media']['pageInfo']['hasNextPage']
    assert payload['media']['nodes'] == [{'id': 'M2', 'alt': 'Front'}]
    assert not payload['variants']['pageInfo']['hasNextPage']
    assert 'featuredMedia' not in payload and not media_order.is_unknown(payload)
    assert 'children' not in payload and 'childOf_variants' not in payload['variants']['nodes'][0]


PICTURES = [f'gid://shopify/MediaImage/{number}' for number in (9, 10, 11, 12)]


def in_bulk(gids, main, variants=()):
    """A product whose pictures came in the order of ``gids``."""
    children = {'MediaImage': [{'childOf_media': 'MediaImage', 'id': gid, 'alt': None, 'children': {}} for gid in gids]}
    children['ProductVariant'] = list(variants)
    root = {'id': 'P1', 'title': 'Mug', 'featuredMedia': {'id': main} if main else None, 'children': children}
    return product_bulk.payload(root, product_bulk.reading(MORE).connections)


def read_alone(gids):
    nodes = [{'id': gid, 'alt': None} for gid in gids]
    return {'id': 'P1', 'title': 'Mug', 'media': {'nodes': nodes, 'pageInfo': {}}, 'variants': {'nodes': [], 'pageInfo': {}}}


@pytest.mark.parametrize('count', [1, 2, 3, 4])
def test_the_order_of_a_results_lines_says_nothing(count):
    shown = list(reversed(PICTURES[:count]))
    found = [in_bulk(gids, shown[0]) for gids in itertools.permutations(PICTURES[:count])]
    assert all(one == found[0] for one in found)
    assert found[0]['media']['nodes'][0]['id'] == shown[0]
    assert media_order.is_unknown(found[0]) is (count > 2)
    alone = product.digest(read_alone(shown))
    assert product.is_known(found[0], alone)
    if count > 2:
        moved = product.digest(read_alone([shown[0], *PICTURES[: count - 1]]))
        assert product.is_known(found[0], moved), 'as far as it is read'
        assert not product.is_known(found[0], product.digest(found[0])), 'an order that nobody knew is asked for'
        [(document, gids)] = media_order.questions([found[0]])
        assert (document, gids) == (media_order.OF_FEW, ['P1'])
        media_order.put(found[0], [{'id': gid} for gid in [*shown[1:], 'new', shown[0]]])
        assert [node['id'] for node in found[0]['media']['nodes']] == [*shown[1:], shown[0]]
    assert product.is_known(found[0], alone) is (count <= 2)
    assert not product.is_known(read_alone(shown[::-1]), alone) or count == 1
    assert not product.is_known(in_bulk(PICTURES[: count - 1], None), alone)


def test_without_a_main_picture_the_order_of_two_is_unknown():
    assert media_order.is_unknown(in_bulk(PICTURES[:2], None))
    assert not product.is_known(read_alone(PICTURES), False)


def test_a_long_gallery_is_asked_for_apart():
    products = [{'id': str(count), 'media': {'nodes': [{}] * count}} for count in (3, 10, 11, 250, 260)]
    assert [gids for _document, gids in media_order.questions(products)] == [['3', '10'], ['11', '250', '260']]


def test_a_variant_with_several_pictures_is_asked_which_it_shows():
    shown = [{'childOf_media': 'MediaImage', 'id': gid, 'children': {}} for gid in PICTURES[:2]]
    variant = {'childOf_variants': 'ProductVariant', 'id': 'V1', 'position': 1, 'children': {'MediaImage': shown}}
    found = in_bulk(PICTURES[:1], PICTURES[0], [variant])
    assert media_order.unclear_variants([found]) == ['V1']
    media_order.put_variants([found], {'V1': [{'id': PICTURES[1]}]})
    assert found['variants']['nodes'][0]['media'] == {'nodes': [{'id': PICTURES[1]}]}
    assert media_order.unclear_variants([found]) == []


def a_product(*pairs, **values):
    variants = [
        {'id': str(number), 'selectedOptions': [{'name': name, 'value': value} for name, value in selected]}
        for number, selected in enumerate(pairs)
    ]
    return {'id': 'P', 'options': [], 'variants': {'nodes': variants, 'pageInfo': {'hasNextPage': False}}, **values}


def test_a_product_has_all_combinations_or_it_has_not():
    full = [[('Size', size), ('Color', color)] for size in 'SM' for color in 'RB']
    assert product.has_all_combinations(a_product(*full))
    assert not product.has_all_combinations(a_product(*full[:3]))


def test_the_digest_is_of_what_a_product_is_and_not_of_how_it_was_read():
    one = a_product(title='Mug', updatedAt='2026-01-01T00:00:00Z')
    variants = {**one['variants'], 'pageInfo': {'hasNextPage': False, 'endCursor': 'x'}}
    other = {**one, 'updatedAt': '2026-02-01T00:00:00Z', 'variants': variants}
    assert product.digest(one) == product.digest(other)
    assert product.digest(one) != product.digest({**one, 'title': 'Cup'})


@pytest.mark.parametrize(('wanted', 'found'), [
    ({}, ''), ({'status': 'active'}, "status:'active'"),
    ({'vendor': "O'Neill", 'product_type': 'Hats'}, "vendor:'O\\'Neill' AND product_type:'Hats'")])
def test_the_search_quotes_what_was_entered(wanted, found):
    assert product_selection.search(product_selection.Selection(**wanted)) == found


def test_what_the_search_found_too_much_is_not_wanted():
    selection = product_selection.Selection(status='active', vendor='Bluebird')
    assert product_selection.matches({'status': 'ACTIVE', 'vendor': ' bluebird'}, selection)
    assert not product_selection.matches({'status': 'ACTIVE', 'vendor': 'Bluebird & Co'}, selection)
    assert not product_selection.matches({'status': 'DRAFT', 'vendor': 'Bluebird'}, selection)


@pytest.mark.parametrize('version', schemas.VERSIONS)
def test_the_searches_are_what_shopify_understands(version):
    names = ('FIND', 'FIND_CODES', 'FIND_HANDLES', 'COUNT', 'CHANGED')
    for text in (getattr(product_selection, name) for name in names):
        assert validate(schemas.load(version).graphql, parse(text)) == []


def test_codes_are_read_as_people_write_them():
    assert product_selection.codes(' A-1, B 2;C\n\nA-1 ') == ['A-1', 'B 2', 'C']
    assert product_selection.codes(None) == []
    names = ('sku', 'barcode')
    assert list(product_selection.code_searches(["A'1"], names)) == ["sku:'A\\'1' OR barcode:'A\\'1'"]
    assert len(list(product_selection.code_searches([str(number) for number in range(51)], names))) == 3
