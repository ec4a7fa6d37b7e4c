"""Customers: what is asked, what is compared, when two numbers are one."""
from datetime import datetime

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import customer, customer_values, customer_write, phone
from tests.simulator.bulk_rules import Rules
from tests.simulator.schema import load
from tests.support.customers import place, shopper

METAFIELDS = {'m1': ('custom', 'vat')}


@pytest.mark.parametrize('version', ['2026-07', '2026-10'])
@pytest.mark.parametrize('name', ['DOCUMENT', 'ALL', 'ADDRESSES', 'CHANGED', 'FIND', 'COUNT'])
def test_every_document_is_valid(version, name):
    document = customer.with_metafields(getattr(customer, name), METAFIELDS)
    assert validate(load(version).graphql, parse(document)) == []
    assert ('m1: metafield' in document) == (name in ('DOCUMENT', 'ALL'))


@pytest.mark.parametrize('version', ['2026-07', '2026-10'])
@pytest.mark.parametrize('search', ['', customer.search(datetime(2026, 1, 1), datetime(2026, 2, 1))])
def test_the_bulk_query_is_valid_and_keeps_the_rules(version, search):
    schema = load(version)
    parsed = schema.document(customer.bulk_query(search, METAFIELDS))
    assert parsed.errors == []
    assert Rules(schema.graphql, parsed).problems == []


def test_a_bulk_result_is_the_same_payload():
    single = shopper(1, addresses=[place(1), place(2, address1='2 Side St')])
    root = {key: value for key, value in single.items() if key != 'addressesV2'}
    root['children'] = {'MailingAddress': [{**node, 'children': {}} for node in single['addressesV2']['nodes']]}
    assert customer.bulk_payload(root) == single
    assert customer.bulk_payload({**root, 'children': {}})['addressesV2']['nodes'] == []


def test_the_default_address_comes_first_and_empty_ones_not_at_all():
    first, second, empty = place(1), place(2), {'id': 'gid://shopify/MailingAddress/3'}
    payload = shopper(1, addresses=[second])
    payload['addressesV2']['nodes'] = [first, empty, second]
    assert list(customer.places(payload)) == [second['id'], first['id']]


def test_codes_that_are_new_to_us_are_left_out():
    payload = shopper(1, marketing='BRAND_NEW', level='BRAND_NEW', state='BRAND_NEW')
    vals = customer.kept_vals(payload)
    assert (vals['email_consent'], vals['email_consent_level'], vals['account_state']) == (False, False, False)


@pytest.mark.parametrize('one, other, one_code, other_code, same', [
    ('+1 (518) 555-0100', '+15185550100', None, None, True),
    ('(518) 555-0100', '+15185550100', 1, None, True),
    ('518-555-0100 ext. 12', '+15185550100', 1, None, True),
    ('1 518 555 0100', '+15185550100', 1, None, True),
    ('030 5550123', '+49305550123', 49, None, True),
    ('0049 30 5550123', '+49 30 5550123', None, None, True),
    ('+44 (0)20 7946 0018', '+442079460018', None, None, True),
    ('020 7946 0018', '+442079460018', 44, 44, True),
    ('06 5550 1234', '+390655501234', 39, None, True),
    ('518 555 0100', '+495185550100', 1, None, False),
    ('5550100', '+15185550100', None, None, False),
    ('100', '+15185550100', 1, None, False),
    ('', '', None, None, False),
])  # fmt: skip
def test_two_spellings_are_one_number_or_not(one, other, one_code, other_code, same):
    assert phone.is_same(one, other, one_code, other_code) is same
    assert phone.is_same(other, one, other_code, one_code) is same


@given(st.text(max_size=30), st.sampled_from([None, 1, 39, 49, 420]))
def test_whatever_stands_for_a_number_gives_digits_or_nothing(text, code):
    found = phone.e164(text, code)
    assert not found or (found[0] == '+' and found[1:].isdigit() and len(found) <= 16)
    assert phone.e164(found, code) == found


def test_values_of_both_sides_are_the_same_when_nothing_differs():
    payload = shopper(1, phone='+15185550100', note='Likes  tea\r\n\nand cake ')
    partner = {'name': 'Jane  Doe', 'email': 'Jane1@Example.com', 'phone': '(518) 555-0100', 'lang': 'en_US',
               'comment': 'Likes tea\nand cake'}  # fmt: skip
    assert customer_values.shop_values(payload, 'en_US', 1) == customer_values.odoo_values(partner, 1)


def test_a_contact_named_like_its_address_has_no_name():
    partner = {'name': 'jane@example.com', 'email': 'jane@example.com', 'phone': '', 'lang': False, 'comment': ''}
    assert customer_values.odoo_values(partner)['name'] is None


@pytest.mark.parametrize('name, parts', [
    ('Jane Mary Doe', ('Jane Mary', 'Doe')), ('Cher', ('', 'Cher')), ('', ('', '')), (None, ('', '')),
])  # fmt: skip
def test_a_name_is_split_before_its_last_word(name, parts):
    assert customer_values.split_name(name) == parts


def test_the_digest_does_not_see_when_it_was_changed():
    assert customer_values.digest(shopper(1)) == customer_values.digest(shopper(1, updatedAt='2030-01-01T00:00:00Z'))
    assert customer_values.digest(shopper(1)) != customer_values.digest(shopper(1, note='x'))


# === WRITING === #


@pytest.mark.parametrize('version', ['2026-07', '2026-10'])
@pytest.mark.parametrize('document', [
    customer_write.SET, customer_write.ADD_ADDRESS, customer_write.CHANGE_ADDRESS,
    customer_write.lookup([('emailAddress', 'a@example.com'), ('phoneNumber', '+15185550100')])[0],
])  # fmt: skip
def test_what_is_sent_is_valid(version, document):
    assert validate(load(version).graphql, parse(document)) == []


def test_only_what_is_named_is_sent():
    assert customer_write.fields_input({'name': 'Jane Doe'}) == {'firstName': 'Jane', 'lastName': 'Doe'}
    assert customer_write.fields_input({'email': None, 'tags': []}) == {'tags': []}


@pytest.mark.parametrize('language, locale', [
    ('fr_FR', 'fr'), ('en_US', 'en'), ('en_GB', 'en-GB'), ('pt_BR', 'pt-BR'), ('zh_CN', 'zh-CN'), ('de_CH', 'de'),
    ('sr@latin', 'sr'), ('es_419', 'es-419'),
])  # fmt: skip
def test_a_language_is_a_locale_of_shopify(language, locale):
    assert customer_write.locale(language) == locale


def test_tags_of_both_sides_are_kept():
    merged = customer_write.merged_tags
    assert merged(['VIP', 'Old'], ['vip', 'New'], [], removes=False) == ['New', 'Old', 'VIP']
    assert merged(['VIP', 'Old'], ['VIP'], ['VIP', 'Old'], removes=True) == ['VIP']
    assert merged(['VIP', 'Old'], ['VIP'], ['VIP', 'Old'], removes=False) == ['Old', 'VIP']
