"""Customers as the Admin API answers them, built for tests."""

from tests.support.orders import address


def place(number=1, **changes):
    return {'id': f'gid://shopify/MailingAddress/{number}', **address(**changes)}


def shopper(number=1, *, email='', phone=None, addresses=(), marketing='NOT_SUBSCRIBED', level='SINGLE_OPT_IN',
            since=None, **changes):  # fmt: skip
    """A customer; ``email=None`` has none, the first of ``addresses`` is the default one."""
    email = f'jane{number}@example.com' if email == '' else email
    consent = {'marketingState': marketing, 'marketingOptInLevel': level, 'marketingUpdatedAt': since}
    return {
        'id': f'gid://shopify/Customer/{number}', 'createdAt': '2026-01-01T08:00:00Z', 'updatedAt': '2026-11-20T10:00:00Z',
        'firstName': 'Jane', 'lastName': 'Doe', 'locale': 'en', 'note': None, 'state': 'DISABLED', 'tags': [],
        'taxExempt': False, 'taxExemptions': [],
        'defaultEmailAddress': {'emailAddress': email, **consent} if email else None,
        'defaultPhoneNumber': {'phoneNumber': phone, **consent} if phone else None,
        'defaultAddress': addresses[0] if addresses else None,
        'addressesV2': {'nodes': list(addresses), 'pageInfo': {'hasNextPage': False, 'endCursor': None}}, **changes,
    }  # fmt: skip
