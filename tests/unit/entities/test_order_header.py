import pytest

from shopify_connector.entities import metafield, order, order_documents, order_header
from tests.support import orders


def payload(**changes):
    return orders.order(**changes)


def test_a_rule_sees_everything_in_lower_case():
    facts = order_header.facts(payload(
        tags=['VIP ', 'Gift'], sourceName='web', attribution={'handle': 'online-store', 'displayName': 'Online Store'},
        paymentGatewayNames=['PayPal'], displayFinancialStatus='PARTIALLY_PAID',
    ))  # fmt: skip
    assert facts['tags'] == {'vip', 'gift'}
    assert facts['channels'] == {'web', 'online-store', 'online store'}
    assert facts['gateways'] == {'paypal'}
    assert (facts['financial_status'], facts['country'], facts['buyer']) == ('partially_paid', 'US', 'person')


def test_a_status_that_is_new_at_shopify_is_no_status():
    known = order.binding_vals(payload(displayFinancialStatus='PAID', displayFulfillmentStatus='ON_HOLD'))
    assert (known['financial_status'], known['fulfillment_status']) == ('paid', 'on_hold')
    new = order.binding_vals(payload(displayFinancialStatus='BARTERED', displayFulfillmentStatus=None))
    assert (new['financial_status'], new['fulfillment_status']) == (False, False)


def test_an_order_without_anything_has_facts_too():
    facts = order_header.facts({'name': '#1'})
    assert (facts['financial_status'], facts['country'], facts['tags']) == ('', '', set())


@pytest.mark.parametrize(
    'levels, recommendation, expected',
    [
        (['LOW', 'HIGH'], 'NONE', 'high'),
        (['LOW'], 'CANCEL', 'high'),
        (['NONE'], 'INVESTIGATE', 'medium'),
        (['PENDING'], 'NONE', 'pending'),
        (['PENDING'], 'ACCEPT', 'low'),
        (['SOMETHING_NEW'], 'SOMETHING_NEW', 'none'),
        ([], None, 'none'),
    ],
)
def test_the_highest_risk_counts(levels, recommendation, expected):
    risk = {'recommendation': recommendation, 'assessments': [{'riskLevel': level} for level in levels]}
    assert order_header.risk_level({'risk': risk}) == expected


def test_an_order_that_was_read_without_its_risk_has_none():
    assert order_header.risk_level({}) == 'none'
    assert not order_header.is_risky({}, 'high')


@pytest.mark.parametrize(
    'terms, expected',
    [
        ({'paymentTermsType': 'NET', 'dueInDays': 30, 'paymentTermsName': 'Net 30'}, ('NET', 30, 'Net 30')),
        ({'paymentTermsType': 'RECEIPT', 'dueInDays': None, 'paymentTermsName': 'Now'}, ('RECEIPT', 0, 'Now')),
        ({'paymentTermsType': 'FULFILLMENT', 'paymentTermsName': None}, ('FULFILLMENT', 0, '')),
        ({'paymentTermsType': 'FIXED', 'dueInDays': None, 'paymentTermsName': 'Fixed'}, None),
        (None, None),
    ],
)
def test_terms_are_a_kind_and_days(terms, expected):
    assert order_header.payment_terms({'paymentTerms': terms}) == expected


def ships(*places, more=False, status='OPEN'):
    nodes = [{'status': status, 'assignedLocation': {'location': {'id': place} if place else None}} for place in places]
    return {'fulfillmentOrders': {'nodes': nodes, 'pageInfo': {'hasNextPage': more}}}


def test_one_location_ships_when_all_that_is_open_is_assigned_to_it():
    assert order_header.fulfilment_location(ships('L1', 'L1')) == 'L1'
    assert order_header.fulfilment_location(ships('L1', 'L2')) == ''
    assert order_header.fulfilment_location(ships('L1', more=True)) == ''
    assert order_header.fulfilment_location(ships('L1', status='CANCELLED')) == ''
    assert order_header.fulfilment_location(ships(None)) == ''
    assert order_header.fulfilment_location({}) == ''


def test_a_visit_tells_only_what_it_knows():
    visit = {'referrerUrl': None, 'landingPage': ' ', 'utmParameters': {'source': 'ads', 'medium': None}}
    assert order_header.journey({'customerJourneySummary': {'lastVisit': visit}}) == {'source': 'ads'}
    assert order_header.journey({'customerJourneySummary': {'lastVisit': None}}) == {}


@pytest.mark.parametrize(
    'url, host',
    [
        ('https://www.example.com/x?y', 'example.com'),
        ('android-app://com.google', 'com.google'),
        ('nothing', ''),
        ('http://[', ''),
    ],
)
def test_a_referrer_is_known_by_its_host(url, host):
    assert order_header.referring_host(url) == host


def test_a_name_has_the_prefix_in_place_of_the_hash():
    assert order_header.order_name({'name': '#1001'}, 'US-') == 'US-1001'
    assert order_header.order_name({'name': '#1001'}, False) == '#1001'
    assert order_header.order_name({'name': 'EU1001'}, 'X') == 'XEU1001'


def test_what_was_not_asked_for_is_left_as_it_is():
    assert 'risk_level' not in order_header.kept_vals({})
    kept = order_header.kept_vals(payload(risk={'recommendation': 'ACCEPT', 'assessments': []}))
    assert (kept['risk_level'], kept['channel'], kept['customer_locale']) == ('low', 'web', 'en')
    assert 'status_page_url' not in kept


def test_a_company_is_read_with_its_location():
    entity = {
        '__typename': 'PurchasingCompany', 'company': {'id': 'C', 'name': ' Acme ', 'externalId': None},
        'contact': None, 'location': {
            'id': 'L', 'name': 'North', 'externalId': 'N1', 'phone': '1', 'taxSettings': {'taxRegistrationId': 'DE1'},
            'billingAddress': None,
            'shippingAddress': {'recipient': None, 'firstName': 'A', 'lastName': 'B', 'address1': ' Road '},
        },
    }  # fmt: skip
    company = order_header.company({'purchasingEntity': entity})
    assert (company['name'], company['ref'], company['vat'], company['location_ref']) == ('Acme', '', 'DE1', 'N1')
    assert (company['billing'], company['shipping']) == ({}, {'name': 'A B', 'street': 'Road'})
    assert order_header.company({'purchasingEntity': {'__typename': 'PurchasingCompany'}}) is None
    assert order_header.company({'purchasingEntity': {'__typename': 'Customer'}}) is None


def test_another_company_changes_the_signature_and_a_consumer_leaves_it():
    plain = payload()
    consumer = payload(purchasingEntity={'__typename': 'Customer'})
    companies = [
        payload(purchasingEntity={'__typename': 'PurchasingCompany', 'company': {'id': gid}, 'location': {'id': 'L'}})
        for gid in ('C1', 'C2')
    ]
    assert order.signature(plain) == order.signature(consumer)
    assert len({order.signature(row) for row in (plain, *companies)}) == 3


# === METAFIELDS === #


@pytest.mark.parametrize(
    'kind, text, field_type, expected',
    [
        ('single_line_text_field', 'Hello', 'char', 'Hello'),
        ('number_integer', '7', 'integer', 7),
        ('number_decimal', '7.0', 'integer', 7),
        ('number_decimal', '7.25', 'float', 7.25),
        ('money', '{"amount": "12.50", "currency_code": "EUR"}', 'monetary', 12.5),
        ('weight', '{"value": 2.5, "unit": "kg"}', 'float', 2.5),
        ('boolean', 'true', 'boolean', True),
        ('boolean', 'false', 'boolean', False),
        ('date', '2026-12-01', 'date', '2026-12-01'),
        ('date_time', '2026-12-01T10:00:00-05:00', 'datetime', '2026-12-01 15:00:00'),
        ('date', '2026-12-01', 'datetime', '2026-12-01 00:00:00'),
        ('single_line_text_field', 'HIGH', 'selection', 'high'),
        ('money', '{"amount": "12.50", "currency_code": "EUR"}', 'char', '12.50 EUR'),
        ('dimension', '{"value": 3, "unit": "cm"}', 'char', '3 cm'),
        ('rating', '{"value": "4.5", "scale_min": "1", "scale_max": "5"}', 'char', '4.5 / 5'),
        ('link', '{"text": "Here", "url": "https://x.example"}', 'char', 'Here https://x.example'),
        ('list.single_line_text_field', '["a", "b"]', 'char', 'a, b'),
        ('list.dimension', '[{"value": 1, "unit": "m"}, {"value": 2, "unit": "m"}]', 'text', '1 m, 2 m'),
        ('product_reference', 'gid://shopify/Product/1', 'char', 'gid://shopify/Product/1'),
        ('json', '{"a": 1}', 'text', '{"a": 1}'),
        ('color', '#ff0000', 'char', '#ff0000'),
        ('list.anything', 'broken', 'char', 'broken'),
    ],
)
def test_a_metafield_becomes_what_the_field_holds(kind, text, field_type, expected):
    value = metafield.convert({'type': kind, 'value': text}, field_type, ['low', 'high'])
    assert (str(value) if field_type in ('date', 'datetime') else value) == expected


def test_rich_text_becomes_lines():
    text = (
        '{"type": "root", "children": [{"type": "heading", "children": [{"type": "text", "value": "A"}]}, {"type": "list", '
        '"children": [{"type": "list-item", "children": [{"type": "text", "value": "B "}, {"type": "text", "value": "C"}]}]}]}'
    )
    assert metafield.convert({'type': 'rich_text_field', 'value': text}, 'text') == 'A\nB C'


@pytest.mark.parametrize(
    'text, field_type',
    [('soon', 'date'), ('2026-13-01', 'datetime'), ('many', 'float'), ('NaN', 'float'), ('7.5', 'integer'),
     ('99999999999', 'integer'), ('perhaps', 'boolean'), ('middle', 'selection')],
)  # fmt: skip
def test_what_does_not_fit_says_so(text, field_type):
    with pytest.raises(metafield.Unfit, match=text):
        metafield.convert({'type': 'single_line_text_field', 'value': text}, field_type, ['low'])


def test_no_metafield_is_nothing():
    assert metafield.convert(None, 'char') is False
    assert metafield.convert({'type': 'boolean', 'value': ''}, 'boolean') is False


# === DOCUMENTS === #


def test_metafields_are_asked_for_under_their_aliases_with_their_names_escaped():
    document = order_documents.with_metafields(order_documents.DOCUMENT, {'m1': ('custom', 'a"b')})
    assert 'm1: metafield(namespace: "custom", key: "a\\"b") { type value }' in document
    assert order_documents.with_metafields(order_documents.DOCUMENT, {}) == order_documents.DOCUMENT
