import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as some

from shopify_connector.entities import product_write as writing
from shopify_connector.entities import product_write_calls as calls
from shopify_connector.entities import product_write_limits as limiting
from tests.simulator import schema as schemas


def variant(key, *options, **values):
    return writing.Variant(key, options, values)


def shape(*variants, left_out=(), **values):
    return writing.Shape({'title': 'Tee', **values}, variants, left_out)


SIZES = [variant(number, ('Size', text), sku=f'T-{text}', price='10.00') for number, text in enumerate('SML')]


class TestInputs:
    def test_only_what_is_named_is_sent(self):
        assert writing.product_input({'title': 'Cap'}) == {'title': 'Cap'}
        assert writing.variant_input({'price': '9.00'}) == {'price': '9.00'}

    def test_what_the_item_keeps_goes_to_the_item(self):
        found = writing.variant_input({'sku': 'A', 'cost': '2.00', 'hs_code': '610910', 'origin': 'PT', 'tracked': True})
        assert found == {
            'inventoryItem': {
                'sku': 'A', 'cost': '2.00', 'harmonizedSystemCode': '610910', 'countryCodeOfOrigin': 'PT', 'tracked': True,
            }
        }  # fmt: skip

    def test_a_compare_at_price_that_is_gone_is_null_and_no_zero(self):
        assert writing.variant_input({'compare_at_price': None}) == {'compareAtPrice': None}

    def test_what_cannot_be_blank_is_not_blanked(self):
        assert writing.product_input({'title': None, 'status': None, 'vendor': None}) == {'vendor': ''}
        assert writing.variant_input({'price': None, 'taxable': None}) == {}

    def test_search_engine_texts_stand_together(self):
        found = writing.product_input({'seo_title': 'A', 'seo_description': None})
        assert found == {'seo': {'title': 'A', 'description': ''}}

    @pytest.mark.parametrize(
        'kilograms, unit, expected',
        [
            ('0.25', 'GRAMS', {'value': 250.0, 'unit': 'GRAMS'}),
            ('0.25', 'KILOGRAMS', {'value': 0.25, 'unit': 'KILOGRAMS'}),
            ('0.25', 'POUNDS', {'value': 0.25, 'unit': 'KILOGRAMS'}),
            ('0.45359237', 'POUNDS', {'value': 1.0, 'unit': 'POUNDS'}),
            (None, None, {'value': 0.0, 'unit': 'KILOGRAMS'}),
        ],
    )
    def test_a_weight_keeps_the_shops_unit_where_no_digit_is_lost(self, kilograms, unit, expected):
        assert writing.weight_input(kilograms, unit) == expected

    def test_a_product_without_options_has_shopifys_only_variant(self):
        found = writing.set_input(shape(variant(1, sku='A')))
        assert found['productOptions'] == [{'name': 'Title', 'position': 1, 'values': [{'name': 'Default Title'}]}]
        assert found['variants'][0]['optionValues'] == [{'optionName': 'Title', 'name': 'Default Title'}]

    def test_a_new_product_says_nothing_of_what_odoo_does_not_know(self):
        found = writing.set_input(shape(*SIZES, description=None, tags=['a']), status='draft')
        assert found.keys() == {'title', 'tags', 'status', 'productOptions', 'variants'}
        assert found['status'] == 'DRAFT'

    def test_what_does_not_fit_into_the_first_call_is_left_for_the_next(self):
        many = [variant(number, ('Size', str(number))) for number in range(writing.VARIANTS_PER_CALL + 20)]
        found = writing.set_input(shape(*many))
        assert len(found['variants']) == len(found['productOptions'][0]['values']) == writing.VARIANTS_PER_CALL

    @given(some.sets(some.text(max_size=2)), some.sets(some.text(max_size=2)))
    def test_joining_and_leaving_lead_from_one_to_the_other(self, wanted, present):
        join, leave = writing.membership(wanted, present)
        assert (present | set(join)) - set(leave) == wanted
        assert not set(join) & present
        assert set(leave) <= present


class TestWhatDiffers:
    def test_what_is_equal_is_left_out(self):
        assert writing.differing({'a': 1, 'b': 2}, {'a': 1, 'b': 3}, {'a', 'b'}) == {'b': 2}

    def test_blanks_wipe_only_where_they_are_said_to(self):
        assert writing.differing({'a': None, 'b': None}, {'a': 1, 'b': 2}, {'a', 'b'}, wipes={'b'}) == {'b': None}

    def test_what_was_not_asked_for_is_left_alone(self):
        assert writing.differing({'a': 1}, {'a': 2}, set()) == {}

    def test_a_new_variant_is_spelt_as_the_shop_spells_its_options(self):
        payload = {'options': [{'name': 'SIZE', 'optionValues': [{'name': 'small'}]}]}
        assert writing.new_option_values(variant(1, ('Size', 'Small')), payload) == [{'optionName': 'SIZE', 'name': 'small'}]
        assert writing.new_option_values(variant(1, ('size', 'Large')), payload) == [{'optionName': 'SIZE', 'name': 'Large'}]

    def test_a_variant_with_other_options_fits_nowhere(self):
        payload = {'options': [{'name': 'Size', 'optionValues': []}]}
        assert writing.new_option_values(variant(1, ('Color', 'Red')), payload) is None
        assert writing.new_option_values(variant(1, ('Size', 'S')), {**payload, 'hasOnlyDefaultVariant': True}) is None

    def test_the_variant_that_stays_has_the_first_values(self):
        found = writing.first_options(shape(*SIZES), 1)
        assert found == [{'name': 'Size', 'position': 1, 'values': [{'name': 'M'}, {'name': 'S'}, {'name': 'L'}]}]

    def test_a_variant_is_known_by_its_options_whatever_their_case(self):
        node = {'selectedOptions': [{'name': 'SIZE', 'value': 's'}]}
        assert writing.same_options(SIZES[0], node)
        assert not writing.same_options(SIZES[1], node)
        assert writing.same_options(variant(1), {'selectedOptions': [{'name': 'Title', 'value': 'Default Title'}]})


    @given(some.sets(some.sampled_from('abcdef')), some.sets(some.sampled_from('abcdef')), some.sets(some.sampled_from('abcdef')))
    def test_of_a_set_only_odoos_own_changes_travel(self, before, shop, odoo):
        merged = set(writing.merged_set(before, shop, odoo))
        assert odoo - before <= merged
        assert not (before - odoo) & merged
        assert shop - before <= merged
        assert merged <= shop | odoo

    def test_a_set_keeps_the_shops_spelling(self):
        assert writing.merged_set([], ['Summer'], ['summer', 'New']) == ['New', 'Summer']


class TestLimits:
    def codes(self, of):
        return [limit.code for limit in limiting.limits(of)]

    def test_a_plain_product_has_no_obstacle(self):
        assert self.codes(shape(*SIZES)) == []

    def test_shopifys_limits_are_known_before_it_says_them(self):
        four = variant(1, *((name, 'x') for name in 'ABCD'))
        many = [variant(number, ('Size', str(number))) for number in range(2049)]
        assert self.codes(shape(four)) == ['options']
        assert self.codes(shape(*many)) == ['variants']
        assert self.codes(shape(variant(1), title='x' * 256)) == ['long']
        assert self.codes(shape(variant(1), title=None)) == ['no_title']
        assert self.codes(shape(variant(1), tags=[str(number) for number in range(251)])) == ['tags']
        assert self.codes(shape(variant(1, hs_code='12'))) == ['hs_code']
        assert self.codes(shape(variant(1, price='-1.00'))) == ['negative']
        assert self.codes(shape()) == ['no_variant']

    def test_two_variants_of_one_combination_are_told(self):
        assert self.codes(shape(variant(1, ('Size', 'S')), variant(2, ('Size', 's')))) == ['twice']
        assert self.codes(shape(variant(1), variant(2))) == ['twice']

    def test_an_attribute_that_makes_no_variants_stops_nothing(self):
        found = limiting.limits(shape(variant(1), left_out=['Engraving']))
        assert [(limit.code, limit.stops) for limit in found] == [('left_out', False)]

    def test_variants_without_a_price_are_named_once_and_stop_nothing(self):
        sizes = [variant(number, ('Size', str(number)), price=None, sku=f'S{number}') for number in range(7)]
        found = limiting.limits(shape(*sizes))
        assert [(limit.code, limit.stops) for limit in found] == [('no_price', False)]
        assert found[0].given == {'names': 'S0, S1, S2, S3, S4 (+2)'}


PRODUCT = 'gid://shopify/Product/1'
SOME_CALLS = [
    calls.Call(1, 'make', {'identifier': writing.identifier('1'), 'input': writing.set_input(shape(*SIZES))}),
    calls.Call(1, 'product', {'product': {'id': PRODUCT, **writing.product_input({'title': 'A', 'seo_title': 'B'})}}),
    calls.Call(1, 'variants', {'productId': PRODUCT, 'variants': [{'id': 'gid://shopify/ProductVariant/1', 'price': '1.00'}]}),
    calls.Call(1, 'new_variants', {'productId': PRODUCT, 'variants': [{'optionValues': []}]}),
    calls.Call(1, 'gone_variants', {'productId': PRODUCT, 'variantsIds': ['gid://shopify/ProductVariant/1']}),
    calls.Call(1, 'new_options', {'productId': PRODUCT, 'options': writing.first_options(shape(*SIZES), 1)}),
    calls.Call(1, 'delete', {'input': {'id': PRODUCT}}),
    calls.Call(1, 'publish', {'id': PRODUCT, 'input': [{'publicationId': 'gid://shopify/Publication/1'}]}),
    calls.Call(1, 'unpublish', {'id': PRODUCT, 'input': [{'publicationId': 'gid://shopify/Publication/1'}]}),
]


class TestRequests:
    @pytest.mark.parametrize('version', ['2026-07', '2026-10'])
    def test_the_documents_are_what_shopify_understands(self, version):
        schema = schemas.load(version).graphql
        texts = [calls.document([call]) for call in SOME_CALLS]
        texts += [calls.document(SOME_CALLS), calls.document(SOME_CALLS[1:2] * calls.CALLS_PER_REQUEST)]
        texts += [calls.lookup_document(calls.LOOKUPS_PER_REQUEST), calls.CREATE_DEFINITION, calls.BY_SKU]
        for text in texts:
            assert validate(schema, parse(text)) == []

    def test_every_argument_is_given(self):
        found = calls.variables(SOME_CALLS)
        assert all(f'${name}:' in calls.document(SOME_CALLS) for name in found)
        assert found['product1']['title'] == 'A'

    def test_requests_are_full_and_not_too_full(self):
        small = [calls.Call(number, 'product', {'product': {}}) for number in range(60)]
        assert [len(batch) for batch in calls.batches(small)] == [25, 25, 10]
        large = [calls.Call(number, 'variants', {'productId': '', 'variants': [{}] * 100}) for number in range(5)]
        assert [len(batch) for batch in calls.batches(large)] == [2, 2, 1]

    def test_a_sku_is_no_search_syntax(self):
        assert calls.sku_query(['A-1', 'x" OR vendor:y']) == 'sku:"A-1" OR sku:"x\\" OR vendor:y"'


class TestWhatTheAnswerMeans:
    def test_no_payload_is_no_answer(self):
        found = calls.answers(SOME_CALLS[:1], {'c0': None})[0]
        assert found.is_unclear
        assert calls.error_of(found).code == 'unclear' or calls.error_of(found).code == 'no_payload'

    def test_errors_are_told_apart_by_row(self):
        problems = [
            {'field': ['variants', '0', 'price'], 'message': 'bad'},
            {'field': ['title'], 'message': 'long'},
            {'field': ['input', 'variants', '4'], 'message': 'twice'},
        ]
        found = calls.answers(SOME_CALLS[2:3], {'c0': {'userErrors': problems}})[0]
        assert set(found.rows) == {0, 4}
        assert [problem['message'] for problem in found.general] == ['long']

    def test_a_product_that_is_gone_is_told_from_one_that_is_refused(self):
        gone = {'field': ['id'], 'message': 'Product does not exist'}
        assert calls.answers(SOME_CALLS[1:2], {'c0': {'userErrors': [gone]}})[0].is_gone
        assert not calls.answers(SOME_CALLS[1:2], {'c0': {'userErrors': [{**gone, 'message': 'Title'}]}})[0].is_gone

    def test_a_handle_that_is_taken_is_the_only_thing_that_is_tried_again_without(self):
        taken = {'field': ['input', 'handle'], 'message': 'in use', 'code': 'HANDLE_NOT_UNIQUE'}
        assert calls.is_handle_taken(calls.answers(SOME_CALLS[:1], {'c0': {'userErrors': [taken]}})[0])
        other = {'field': ['input', 'title'], 'message': 'long'}
        assert not calls.is_handle_taken(calls.answers(SOME_CALLS[:1], {'c0': {'userErrors': [taken, other]}})[0])
        assert not calls.is_handle_taken(calls.answers(SOME_CALLS[:1], {'c0': {'userErrors': []}})[0])

    def test_the_answers_show_what_is_in_the_shop_now(self):
        payload = {
            'id': PRODUCT, 'title': 'old', 'vendor': 'v',
            'variants': {'nodes': [{'id': 'a', 'price': '1.00', 'barcode': 'x'}, {'id': 'gid://shopify/ProductVariant/1'}]},
        }  # fmt: skip
        data = {
            'c0': {'product': {'title': 'new'}, 'userErrors': []},
            'c1': {'productVariants': [{'id': 'a', 'price': '2.00'}, {'id': 'b'}], 'userErrors': []},
            'c2': {'product': {'id': PRODUCT}, 'userErrors': []},
        }
        made = [SOME_CALLS[1], SOME_CALLS[2], SOME_CALLS[4]]
        found = calls.overlaid(payload, calls.answers(made, data))
        assert (found['title'], found['vendor']) == ('new', 'v')
        assert found['variants']['nodes'] == [{'id': 'a', 'price': '2.00', 'barcode': 'x'}, {'id': 'b'}]
        assert payload['title'] == 'old'
