"""Transactions of an order as the Admin API answers them, built for tests: plain dictionaries, amounts as text."""
from itertools import count

_numbers = count(1)


def bag(amount, currency='USD', presentment=None):
    """``presentment`` is ``(amount, currency)`` where the customer paid in another currency."""
    other = presentment or (amount, currency)
    return {'inShop': {'amount': str(amount), 'currencyCode': currency},
            'inPresentment': {'amount': str(other[0]), 'currencyCode': other[1]}}


def transaction(amount='10.00', kind='SALE', *, number=None, currency='USD', presentment=None, rounding=None, parent=None,
                gateway='shopify_payments', **changes):
    number = number or next(_numbers)
    return {
        'id': f'gid://shopify/OrderTransaction/{number}', 'kind': kind, 'status': 'SUCCESS', 'gateway': gateway,
        'formattedGateway': gateway.replace('_', ' ').title(), 'manualPaymentGateway': False, 'test': False, 'errorCode': None,
        'createdAt': '2026-11-20T10:00:00Z', 'processedAt': '2026-11-20T10:00:00Z', 'authorizationExpiresAt': None,
        'paymentId': f'c{number}.1', 'amountSet': bag(amount, currency, presentment),
        'amountRoundingSet': bag(rounding, currency, presentment and (rounding, presentment[1])) if rounding else None,
        'parentTransaction': {'id': parent['id']} if parent else None, 'paymentDetails': {'company': 'Visa'}, **changes,
    }


def paid(*transactions, number=1001, capturable='0.00', currency='USD'):
    """A node of the transactions document."""
    return {'id': f'gid://shopify/Order/{number}', 'transactionsCount': {'count': len(transactions)},
            'totalCapturableSet': bag(capturable, currency), 'transactions': list(transactions)}
