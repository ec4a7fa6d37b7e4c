"""Prices of very many products: what is asked, uploaded and answered."""
import json

import pytest
from graphql import parse, validate

from shopify_connector.entities import price_bulk
from shopify_connector.shopify import bulk
from tests.simulator import schema as schemas
from tests.simulator.bulk_rules import Rules


@pytest.mark.parametrize('version', schemas.VERSIONS)
def test_the_documents_are_what_shopify_understands(version):
    schema = schemas.load(version)
    for text in (price_bulk.MUTATION, price_bulk.STAGE, bulk._RUN_MUTATION):
        assert validate(schema.graphql, parse(text)) == []
    parsed = schema.document(price_bulk.QUERY)
    assert parsed.errors == [] and Rules(schema.graphql, parsed).problems == []


def test_a_line_holds_as_many_variants_as_a_call_takes():
    variants = {f'V{number}': {'price': '1.00'} for number in range(101)}
    lines = [json.loads(line) for line in price_bulk.lines('P', variants)]
    assert [(line['productId'], len(line['variants'])) for line in lines] == [('P', 100), ('P', 1)]
    only = json.loads(next(price_bulk.lines('P', {'V': {'compare_at_price': None}})))
    assert only['variants'] == [{'id': 'V', 'compareAtPrice': None}]


def test_an_answer_tells_the_prices_of_now_and_what_was_refused():
    good = {'productVariants': [{'id': 'V', 'price': '2.5', 'compareAtPrice': '0'}], 'userErrors': []}
    bad = {'productVariants': None, 'userErrors': [{'message': 'no'}]}
    rows = [{'data': {'productVariantsBulkUpdate': one}} for one in (good, bad)] + [{'data': None, 'errors': [{}]}]
    assert price_bulk.answered(rows, 2) == ({'V': {'price': '2.50', 'compare_at_price': None}}, 2)
