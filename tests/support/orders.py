"""Orders as the Admin API answers them, built for tests: plain dictionaries, amounts as text."""
from decimal import Decimal

_EMPTY_PAGE = {'hasNextPage': False, 'endCursor': None}


def money(amount, currency='USD'):
    return {'shopMoney': {'amount': str(amount), 'currencyCode': currency}}


def tax(title, rate, amount, liable=False):
    return {'title': title, 'rate': rate, 'channelLiable': liable, 'priceSet': money(amount)}


def address(**changes):
    return {
        'firstName': 'Jane', 'lastName': 'Doe', 'name': 'Jane Doe', 'company': None, 'address1': '1 Main St', 'address2': None,
        'city': 'Albany', 'zip': '12207', 'provinceCode': 'NY', 'province': 'New York', 'countryCodeV2': 'US', 'phone': None,
        **changes,
    }


def line(number=1, *, quantity=1, price='10.00', discount=None, taxes=(), sku='SKU-1', variant=None, **changes):
    return {
        'id': f'gid://shopify/LineItem/{number}', 'name': 'Shirt', 'title': 'Shirt', 'variantTitle': None, 'sku': sku,
        'quantity': quantity, 'currentQuantity': quantity, 'requiresShipping': True, 'isGiftCard': False,
        'variant': {'id': f'gid://shopify/ProductVariant/{variant}'} if variant else None, 'customAttributes': [],
        'originalUnitPriceSet': money(price),
        'discountAllocations': [{'allocatedAmountSet': money(discount)}] if discount else [],
        'taxLines': list(taxes), **changes,
    }


def shipping(number=1, *, price='5.00', taxes=(), title='Standard', **changes):
    return {
        'id': f'gid://shopify/ShippingLine/{number}', 'title': title, 'code': title, 'isRemoved': False,
        'originalPriceSet': money(price), 'currentDiscountedPriceSet': money(price), 'taxLines': list(taxes), **changes,
    }


def customer(number=1, **changes):
    return {
        'id': f'gid://shopify/Customer/{number}', 'firstName': 'Jane', 'lastName': 'Doe', 'taxExempt': False,
        'defaultEmailAddress': {'emailAddress': f'jane{number}@example.com'}, 'defaultPhoneNumber': None, **changes,
    }


def order(number=1001, *, lines=None, ships=None, included=False, **changes):
    """An order whose totals are the sums of its parts."""
    lines = [line(number)] if lines is None else lines
    ships = [] if ships is None else ships
    total = str(_total(lines, ships, included))
    return {
        'id': f'gid://shopify/Order/{number}', 'name': f'#{number}', 'createdAt': '2026-11-20T10:00:00Z',
        'processedAt': '2026-11-20T10:00:00Z', 'updatedAt': '2026-11-20T10:00:05Z', 'cancelledAt': None, 'cancelReason': None,
        'test': False, 'edited': False, 'displayFinancialStatus': 'PAID', 'displayFulfillmentStatus': 'UNFULFILLED',
        'currencyCode': 'USD', 'presentmentCurrencyCode': 'USD', 'taxesIncluded': included, 'email': 'jane1@example.com',
        'phone': None, 'note': None, 'tags': [], 'poNumber': None, 'sourceName': 'web', 'customerLocale': 'en',
        'discountCodes': [], 'customAttributes': [], 'totalPriceSet': money(total), 'currentTotalPriceSet': money(total),
        'currentTotalTaxSet': money('0.00'), 'currentTotalDutiesSet': None, 'currentTotalAdditionalFeesSet': None,
        'customer': customer(), 'billingAddress': address(), 'shippingAddress': address(),
        'shippingLines': {'nodes': ships, 'pageInfo': dict(_EMPTY_PAGE)},
        'lineItems': {'nodes': lines, 'pageInfo': dict(_EMPTY_PAGE)}, **changes,
    }


def _total(lines, ships, included):
    total = Decimal(0)
    for part in lines:
        total += Decimal(part['originalUnitPriceSet']['shopMoney']['amount']) * part['quantity']
        total -= sum(Decimal(row['allocatedAmountSet']['shopMoney']['amount']) for row in part['discountAllocations'])
    total += sum(Decimal(part['currentDiscountedPriceSet']['shopMoney']['amount']) for part in ships)
    taxes = [row for part in [*lines, *ships] for row in part['taxLines']]
    return total if included else total + sum(Decimal(row['priceSet']['shopMoney']['amount']) for row in taxes)
