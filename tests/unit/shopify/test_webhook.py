"""Deliveries: the signature, the headers, the record that they ring for."""
import base64
import hashlib
import hmac
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.shopify import webhook

HEADERS = {
    'X-Shopify-Topic': 'orders/create', 'X-Shopify-Hmac-Sha256': 'abc=', 'X-Shopify-Shop-Domain': 'northwind.myshopify.com',
    'X-Shopify-API-Version': '2026-10', 'X-Shopify-Webhook-Id': 'w-1', 'X-Shopify-Event-Id': 'e-1',
    'X-Shopify-Triggered-At': '2026-11-21T04:27:00.123456789Z',
}


def _sign(body, secret):
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_a_right_signature_is_accepted_and_any_other_body_refused(body, secret):
    assert webhook.verify(body, _sign(body, secret), [secret])
    assert not webhook.verify(body + b' ', _sign(body, secret), [secret])
    assert not webhook.verify(body, _sign(body, secret), [secret + 'x'])


def test_the_secret_before_the_last_rotation_still_counts():
    header = _sign(b'{}', 'old')
    assert webhook.verify(b'{}', header, ['new', 'old'])
    assert webhook.verify(b'{}', header, ['old', 'new'])


@pytest.mark.parametrize('secrets', [[], [''], [None], ['', None]])
def test_without_a_secret_nothing_is_believed_not_even_the_signature_of_none(secrets):
    assert not webhook.verify(b'{}', _sign(b'{}', ''), secrets)


@pytest.mark.parametrize('header', [None, '', ' ', 'nonsense', 'ü', '\udcff', hmac.new(b's', b'{}', hashlib.sha256).hexdigest()])
def test_what_is_no_signature_is_refused(header):
    assert webhook.verify(b'{}', header, ['s']) is False


def test_headers_of_any_case_make_a_delivery():
    for change in (str.lower, str.upper, str):
        delivery = webhook.parse_headers({change(name): value for name, value in HEADERS.items()})
        assert delivery == webhook.Delivery(
            'orders/create', 'northwind.myshopify.com', 'w-1', 'e-1', datetime(2026, 11, 21, 4, 27, 0, 123456), '2026-10', 'abc=')


def test_what_is_only_nice_to_know_may_be_missing():
    few = {name: value for name, value in HEADERS.items() if name.split('-')[-1] in ('Topic', 'Sha256', 'Domain')}
    delivery = webhook.parse_headers({**few, 'X-Shopify-Webhook-Id': 'w', 'X-Shopify-Triggered-At': 'now'})
    assert (delivery.event_id, delivery.triggered_at, delivery.api_version) == (None, None, None)


@pytest.mark.parametrize(('name', 'value', 'reason'), [
    ('X-Shopify-Hmac-Sha256', '', 'no_hmac'), ('X-Shopify-Topic', ' ', 'no_topic'), ('X-Shopify-Shop-Domain', '', 'no_domain'),
    ('X-Shopify-Webhook-Id', '', 'no_webhook_id'), ('X-Shopify-Shop-Domain', 'evil.com', 'bad_domain'),
    ('X-Shopify-Shop-Domain', 'x.myshopify.com\n', None), ('X-Shopify-Topic', 'orders', 'bad_topic'),
    ('X-Shopify-Topic', "orders/create'; --", 'bad_topic'), ('X-Shopify-Shop-Domain', 'x.myshopify.com.evil.com', 'bad_domain')])
def test_headers_that_cannot_be_shopifys_are_refused_with_a_reason(name, value, reason):
    if reason is None:
        assert webhook.parse_headers({**HEADERS, name: value}).domain == 'x.myshopify.com'
        return
    with pytest.raises(webhook.BadDelivery) as caught:
        webhook.parse_headers({**HEADERS, name: value})
    assert caught.value.reason == reason


ORDER = ('order', 'gid://shopify/Order/7')


@pytest.mark.parametrize(('topic', 'payload', 'expected'), [
    ('orders/create', {'id': 7, 'admin_graphql_api_id': 'gid://shopify/Order/7'}, ORDER),
    ('orders/updated', {'id': 7}, ORDER),
    ('orders/delete', {'id': 7}, ORDER),
    ('orders/edited', {'order_edit': {'id': 1, 'order_id': 7}}, ORDER),
    ('orders/risk_assessment_changed', {'order_id': 7}, ORDER),
    ('orders/risk_assessment_changed', {'risk_level': 'high', 'admin_graphql_api_order_id': ORDER[1]}, ORDER),
    ('refunds/create', {'id': 1, 'admin_graphql_api_id': 'gid://shopify/Refund/1', 'order_id': 7}, ORDER),
    ('fulfillments/update', {'id': 1, 'order_id': 7}, ORDER),
    ('fulfillment_events/create', {'id': 1, 'order_id': 7}, ORDER),
    ('order_transactions/create', {'id': 1, 'order_id': 7}, ORDER),
    ('returns/approve', {'id': 1, 'order': {'id': 7, 'admin_graphql_api_id': 'gid://shopify/Order/7'}}, ORDER),
    ('returns/request', {'order_id': 7}, ORDER),
    ('returns/update', {'admin_graphql_api_id': 'gid://shopify/Return/1'}, ('return', 'gid://shopify/Return/1')),
    ('returns/process', {'id': 1, 'order': None}, ('return', 'gid://shopify/Return/1')),
    ('fulfillment_orders/split', {'remaining_fulfillment_order': {'id': 'gid://shopify/FulfillmentOrder/8'}},
     ('fulfillment_order', 'gid://shopify/FulfillmentOrder/8')),
    ('fulfillment_orders/fulfillment_request_submitted', {'original_fulfillment_order': None,
                                                          'submitted_fulfillment_order': {'id': 8}},
     ('fulfillment_order', 'gid://shopify/FulfillmentOrder/8')),
    ('fulfillment_orders/cancelled', {'replacement_fulfillment_order': {'id': 8}},
     ('fulfillment_order', 'gid://shopify/FulfillmentOrder/8')),
    ('products/update', {'id': 3}, ('product', 'gid://shopify/Product/3')),
    ('variants/in_stock', {'id': 9, 'product_id': 3}, ('product', 'gid://shopify/Product/3')),
    ('customers/create', {'id': 4}, ('customer', 'gid://shopify/Customer/4')),
    ('customers/merge', {'admin_graphql_api_customer_kept_id': 'gid://shopify/Customer/4',
                         'admin_graphql_api_customer_deleted_id': 'gid://shopify/Customer/5', 'status': 'completed'},
     ('customer_merge', 'gid://shopify/Customer/4|gid://shopify/Customer/5')),
    ('customers/merge', {'admin_graphql_api_customer_kept_id': 'gid://shopify/Customer/4',
                         'admin_graphql_api_customer_deleted_id': 'gid://shopify/Customer/5', 'status': 'failed'},
     ('customer_merge', 'gid://shopify/Customer/4|')),
    ('customers/merge', {'admin_graphql_api_customer_kept_id': 'gid://shopify/Customer/4'},
     ('customer_merge', 'gid://shopify/Customer/4|')),
    ('customers_email_marketing_consent/update', {'customer_id': 4}, ('customer', 'gid://shopify/Customer/4')),
    ('customers_marketing_consent/update', {'id': 4}, ('customer', 'gid://shopify/Customer/4')),
    ('customer.tags_added', {'customerId': 'gid://shopify/Customer/4'}, ('customer', 'gid://shopify/Customer/4')),
    ('inventory_levels/update', {'inventory_item_id': 5, 'location_id': 6, 'admin_graphql_api_id': 'gid://x'},
     ('level', 'gid://shopify/InventoryItem/5|gid://shopify/Location/6')),
    ('locations/activate', {'id': 6}, ('location', 'gid://shopify/Location/6')),
    ('collections/update', {'id': 6}, ('collection', 'gid://shopify/Collection/6')),
    ('fulfillment_orders/moved', {'original_fulfillment_order': {'id': 'gid://shopify/FulfillmentOrder/8', 'status': 'open'}},
     ('fulfillment_order', 'gid://shopify/FulfillmentOrder/8')),
    ('app/uninstalled', {'id': 1}, ('app', 'app/uninstalled')),
    ('shop/update', {'id': 1}, ('shop', 'shop/update')),
    ('bulk_operations/finish', {'admin_graphql_api_id': 'gid://shopify/BulkOperation/2'}, ('bulk', 'gid://shopify/BulkOperation/2')),
    ('customers/data_request', {'shop_id': 1, 'customer': {'id': 4, 'email': 'x'}}, ('privacy', 'gid://shopify/Customer/4')),
    ('customers/redact', {'customer': {'id': 4}}, ('privacy', 'gid://shopify/Customer/4')),
    ('shop/redact', {'shop_id': 1}, ('privacy', 'shop/redact')),
])
def test_a_delivery_rings_for_its_record(topic, payload, expected):
    assert webhook.record_key(topic, payload) == expected


@pytest.mark.parametrize(('topic', 'payload', 'reason'), [
    ('orders/create', {}, 'no_id'), ('orders/create', {'id': None}, 'no_id'), ('orders/create', {'id': 'x; drop'}, 'no_id'),
    ('orders/create', {'id': True}, 'no_id'), ('refunds/create', {'id': 1}, 'no_id'), ('orders/create', [], 'bad_payload'),
    ('orders/create', {'admin_graphql_api_id': 'gid://shopify/Product/1'}, 'no_id'),
    ('inventory_levels/update', {'inventory_item_id': 5}, 'no_id'), ('carts/update', {'id': 1}, 'unknown_topic'),
    ('returns/close', {'order': [1]}, 'no_id'), ('customers/redact', {'customer': {'email': 'jane@example.com'}}, 'no_id'),
    ('customers/data_request', {'shop_id': 1}, 'no_id')])
def test_a_delivery_that_names_no_record_is_refused(topic, payload, reason):
    with pytest.raises(webhook.BadDelivery) as caught:
        webhook.record_key(topic, payload)
    assert caught.value.reason == reason
