"""A word that Shopify's API has only since later stops no record and is kept as what the fields of Odoo can hold."""
import pytest

from shopify_connector.entities import (
    catalog_fields,
    customer,
    draft_order,
    order,
    order_header,
    price_list,
    product,
    refund,
    returns,
    transaction,
    words,
)

NEW = 'BRAND_NEW'
BAG = {'inShop': {'amount': '5.0', 'currencyCode': 'EUR'}}
TRANSACTION = {'id': 'gid://shopify/OrderTransaction/1', 'amountSet': BAG, 'createdAt': '2026-01-01T00:00:00Z'}
PRODUCT = {'title': 'Mug', 'updatedAt': '2026-01-01T00:00:00Z', 'variants': {'nodes': []}}
ORDER = {
    'id': 'gid://shopify/Order/1', 'name': '#1', 'updatedAt': '2026-01-01T00:00:00Z', 'currencyCode': 'EUR',
    'taxesIncluded': True, 'currentTotalPriceSet': {'shopMoney': {'amount': '0'}}, 'lineItems': {'nodes': []},
    'shippingLines': {'nodes': []},
}
PRICES = {'id': 'P', 'name': 'P', 'currency': 'EUR', 'fixedPricesCount': 0}


def moved(kind, status):
    return transaction.vals({**TRANSACTION, 'kind': kind, 'status': status}, 'EUR')


def weighed(unit):
    return {'inventoryItem': {'id': 'I', 'measurement': {'weight': {'value': 2, 'unit': unit}}}}


@pytest.mark.parametrize(('read', 'known', 'expected'), [
    (lambda word: product.binding_vals({**PRODUCT, 'status': word})['status'], 'UNLISTED', 'unlisted'),
    (lambda word: catalog_fields.shop_values({**PRODUCT, 'status': word}, 2)['product'].get('status', False), 'DRAFT', 'draft'),
    (lambda word: product.weight_kg(weighed(word)) or False, 'KILOGRAMS', 2.0),
    (lambda word: catalog_fields.weight_text(2, word) or False, 'GRAMS', '0.002'),
    (lambda word: order.binding_vals({**ORDER, 'displayFinancialStatus': word})['financial_status'], 'PAID', 'paid'),
    (lambda word: order.binding_vals({**ORDER, 'displayFulfillmentStatus': word})['fulfillment_status'], 'ON_HOLD', 'on_hold'),
    (lambda word: words.known(word, refund.RESTOCKS), 'LEGACY_RESTOCK', 'legacy_restock'),
    (lambda word: words.known(word, customer.STATES), 'ENABLED', 'enabled'),
    (lambda word: words.known(word, customer.CONSENT_STATES), 'PENDING', 'pending'),
])
def test_a_new_word_is_none(read, known, expected):
    assert read(known) == expected
    assert read(NEW) is False


@pytest.mark.parametrize(('read', 'otherwise'), [
    (lambda word: moved(word, 'SUCCESS')['kind'], 'other'),
    (lambda word: moved('SALE', word)['status'], 'unknown'),
    (lambda word: draft_order.state({'status': word}), 'open'),
    (lambda word: returns.STATES.get(word, 'open'), 'open'),
    (lambda word: order_header.risk_level({'risk': {'recommendation': word, 'assessments': [{'riskLevel': word}]}}), 'none'),
    (lambda word: price_list.vals({**PRICES, 'catalog': {'__typename': word}})['kind'], 'none'),
])
def test_a_new_word_counts_as_the_one_that_says_least(read, otherwise):
    assert read(NEW) == otherwise


def test_money_of_a_new_kind_or_state_is_never_booked():
    assert transaction.reason(*(moved(NEW, 'SUCCESS')[name] for name in ('kind', 'status'))) == 'no_money'
    assert transaction.reason(*(moved('SALE', NEW)[name] for name in ('kind', 'status'))) == 'pending'
