"""Texts in other languages: what is asked, how they are named, which language is which, and what is sent."""
import pytest
from graphql import parse, validate

from shopify_connector.entities import product, product_bulk, product_write, product_write_calls, translation
from tests.simulator import schema as schemas
from tests.simulator.bulk_rules import Rules

PARTS = product.Parts().plus(product=translation.parts(['fr', 'pt-BR']))
CALLS = [
    product_write_calls.Call(1, 'translate', {'resourceId': 'gid://shopify/Product/1', 'translations': []}),
    product_write_calls.Call(1, 'untranslate', {'resourceId': 'x', 'translationKeys': [], 'locales': []}),
]
RENAME = product_write_calls.Call(1, 'rename', {'productId': 'x', 'option': {'id': 'y'}, 'optionValuesToUpdate': []})


@pytest.mark.parametrize('version', schemas.VERSIONS)
def test_the_documents_are_what_shopify_understands(version):
    schema = schemas.load(version)
    texts = [translation.LOCALES, translation.CONTENT, product.by_ids(PARTS), product_write_calls.document(CALLS),
             product_write_calls.document([RENAME])]
    for text in texts:
        assert validate(schema.graphql, parse(text)) == []
    parsed = schema.document(product_bulk.reading(PARTS).query)
    assert parsed.errors == [] and Rules(schema.graphql, parsed).problems == []


def test_a_shop_of_one_language_is_asked_for_nothing_more():
    assert translation.parts([]) == []
    assert product.Parts().plus(product=translation.parts([])) == product.Parts()


def payload(**values):
    return {
        'id': 'gid://shopify/Product/1',
        'in_fr': [{'key': 'title', 'value': ' Tasse '}, {'key': 'body_html', 'value': '<p>Belle</p>\n'}],
        'options': [{
            'id': 'gid://shopify/ProductOption/2', 'name': 'Color', 'in_fr': [{'key': 'name', 'value': 'Couleur'}],
            'optionValues': [{'id': 'gid://shopify/ProductOptionValue/3', 'name': 'Red', 'in_fr': []}],
        }],
        **values,
    }  # fmt: skip


def test_texts_are_fields_by_language():
    assert translation.shop_values(payload(), ['fr']) == {
        'translation:fr:title': 'Tasse',
        'translation:fr:description': '<p>Belle</p>',
        'translation:fr:seo_title': None,
        'translation:fr:seo_description': None,
        'translation:fr:ProductOption/2': 'Couleur',
        'translation:fr:ProductOptionValue/3': None,
    }
    assert translation.shop_values(payload(), ['de']) == {}


def test_the_option_that_every_product_has_is_none():
    assert 'translation:fr:ProductOption/2' not in translation.shop_values(payload(hasOnlyDefaultVariant=True), ['fr'])


def test_a_field_tells_where_its_text_stands():
    gid = 'gid://shopify/Product/1'
    assert translation.place('translation:pt-BR:seo_title', gid) == ('pt-BR', gid, 'meta_title')
    assert translation.place('translation:fr:ProductOption/2', gid) == ('fr', 'gid://shopify/ProductOption/2', 'name')


@pytest.mark.parametrize(('locales', 'languages', 'found'), [
    (['fr', 'de'], ['fr_FR', 'de_DE', 'nl_NL'], {'fr': 'fr_FR', 'de': 'de_DE'}),
    (['pt-BR', 'pt-PT'], ['pt_PT', 'pt_BR'], {'pt-BR': 'pt_BR', 'pt-PT': 'pt_PT'}),
    (['fr', 'fr-CA'], ['fr_CA', 'fr_FR'], {'fr': 'fr_FR', 'fr-CA': 'fr_CA'}),
    (['fr', 'fr-CA'], ['fr_FR'], {'fr': 'fr_FR'}),
    (['es'], ['es_MX'], {'es': 'es_MX'}),
    (['ja'], ['en_US'], {})])  # fmt: skip
def test_each_language_is_taken_once(locales, languages, found):
    assert translation.matched(locales, languages) == found


def test_what_is_sent_carries_the_digest_of_its_original():
    gid = 'gid://shopify/Product/1'
    texts = {
        translation.Text('fr', gid, 'title'): 'Tasse',
        translation.Text('de', gid, 'title'): 'Becher',
        translation.Text('fr', gid, 'meta_title'): 'no original',
        translation.Text('fr', gid, 'body_html'): None,
    }
    assert translation.calls(texts, {(gid, 'title'): 'abc'}) == [
        ('translate', {'resourceId': gid, 'translations': [
            {'key': 'title', 'locale': 'fr', 'value': 'Tasse', 'translatableContentDigest': 'abc'},
            {'key': 'title', 'locale': 'de', 'value': 'Becher', 'translatableContentDigest': 'abc'}]}),
        ('untranslate', {'resourceId': gid, 'translationKeys': ['body_html'], 'locales': ['fr']}),
    ]  # fmt: skip


def test_options_are_renamed_by_their_ids():
    words = {'ProductOptionValue/3': 'Crimson'}
    assert product_write.option_updates(payload(), words) == [
        ({'id': 'gid://shopify/ProductOption/2'}, [{'id': 'gid://shopify/ProductOptionValue/3', 'name': 'Crimson'}])
    ]
    assert product_write.option_updates(payload(), {}) == []
    assert product_write.option_updates(payload(), {'ProductOption/2': 'Colour'}) == [
        ({'id': 'gid://shopify/ProductOption/2', 'name': 'Colour'}, [])
    ]


def test_a_product_in_other_words_is_the_same_product():
    variants = {'nodes': [{'id': 'V', 'selectedOptions': [{'name': 'Color', 'value': 'Red'}]}]}
    found = product.renamed(payload(variants=variants), {'ProductOption/2': 'Colour', 'ProductOptionValue/3': 'Crimson'})
    assert product.option_pairs(found['variants']['nodes'][0]) == [('Colour', 'Crimson')]
    assert product.options(found) == [('Colour', ['Crimson'])]
