"""Products as the Admin API answers them, built for tests: plain dictionaries, amounts as text."""


def variant(number=1, *, sku=None, barcode=None, price='10.00', options=(), **changes):
    """``options``: ``(name, value)`` pairs; none for a product without options."""
    pairs = list(options) or [('Title', 'Default Title')]
    return {
        'id': f'gid://shopify/ProductVariant/{number}',
        'title': ' / '.join(value for _name, value in pairs),
        'sku': sku,
        'barcode': barcode,
        'price': price,
        'compareAtPrice': None,
        'position': 1,
        'inventoryPolicy': 'DENY',
        'taxable': True,
        'requiresComponents': False,
        'selectedOptions': [{'name': name, 'value': value} for name, value in pairs],
        'inventoryItem': {
            'id': f'gid://shopify/InventoryItem/{number}',
            'tracked': True,
            'requiresShipping': True,
            'measurement': {'weight': {'value': 0.25, 'unit': 'KILOGRAMS'}},
            'unitCost': None,
            'harmonizedSystemCode': None,
            'countryCodeOfOrigin': None,
        },
        **changes,
    }


def product(number=1, *variants, title='Shirt', **changes):
    """A product with ``variants``; its options are those that the variants have."""
    nodes = list(variants) or [variant(number)]
    names = {}
    for node in nodes:
        for pair in node['selectedOptions']:
            names.setdefault(pair['name'], {})[pair['value']] = True
    return {
        'id': f'gid://shopify/Product/{number}',
        'title': title,
        'handle': f'{title.lower().replace(" ", "-")}-{number}',
        'status': 'ACTIVE',
        'vendor': 'Northwind',
        'productType': '',
        'tags': [],
        'descriptionHtml': '',
        'createdAt': '2026-11-01T10:00:00Z',
        'updatedAt': '2026-11-20T10:00:00Z',
        'isGiftCard': False,
        'hasOnlyDefaultVariant': list(names) == ['Title'],
        'seo': {'title': None, 'description': None},
        'category': None,
        'options': [
            {
                'id': f'gid://shopify/ProductOption/{number}{place}',
                'name': name,
                'position': place,
                'optionValues': [
                    {'id': f'gid://shopify/ProductOptionValue/{number}{place}{index}', 'name': value}
                    for index, value in enumerate(values)
                ],
            }
            for place, (name, values) in enumerate(names.items(), 1)
        ],
        'variants': {'nodes': nodes, 'pageInfo': {'hasNextPage': False, 'endCursor': None}},
        **changes,
    }
