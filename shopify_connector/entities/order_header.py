"""An order's header: what is told of the buyer, the channel, the risk, the terms and the places it ships from.

Every function takes the payload of :data:`order_documents.DOCUMENT`; parts that were not asked for are taken as empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

RISKS = ('none', 'pending', 'low', 'medium', 'high')
_BY_RECOMMENDATION = {'CANCEL': 'high', 'INVESTIGATE': 'medium', 'ACCEPT': 'low'}
_LOCALIZED_COUNTRIES = frozenset(
    ('BR', 'CL', 'CN', 'CO', 'CR', 'EC', 'ES', 'GT', 'ID', 'IT', 'KR', 'MX', 'MY', 'PE', 'PT', 'PY', 'TR', 'TW')
)
_TAX_NUMBER = re.compile(r'TAX_CREDENTIAL_[A-Z]{2}')
_NUMBER_FIELDS = {'TAX_CREDENTIAL_IT': 'l10n_it_codice_fiscale', 'TAX_EMAIL_IT': 'l10n_it_pec_email'}
_OPEN_PLACES = ('OPEN', 'IN_PROGRESS', 'SCHEDULED', 'ON_HOLD')


def facts(order: Mapping) -> dict:
    """What a store's rules decide by: texts in lower case, the country as Shopify's code, the buyer's kind."""
    attribution = order.get('attribution') or {}
    channels = (attribution.get('displayName'), attribution.get('handle'), order.get('sourceName'))
    return {
        'financial_status': (order.get('displayFinancialStatus') or '').lower(),
        'fulfillment_status': (order.get('displayFulfillmentStatus') or '').lower(),
        'tags': {tag.strip().casefold() for tag in order.get('tags') or []},
        'channels': {channel.strip().casefold() for channel in channels if channel},
        'gateways': {gateway.strip().casefold() for gateway in order.get('paymentGatewayNames') or []},
        'country': country(order),
        'buyer': 'company' if is_company(order) else 'person',
    }


def country(order: Mapping) -> str:
    """Where the order goes, as a code of two letters; '' when nobody says."""
    address = order.get('shippingAddress') or order.get('billingAddress') or {}
    return (address.get('countryCodeV2') or '').upper()


# === COMPANIES === #


def is_company(order: Mapping) -> bool:
    return (order.get('purchasingEntity') or {}).get('__typename') == 'PurchasingCompany'


def company(order: Mapping) -> dict | None:
    """The company that buys: ``{id, name, ref, vat, location_id, location_name, location_ref, phone, title}`` and its
    location's ``billing`` and ``shipping`` in Odoo's names; ``None`` for a consumer's order."""
    entity = order.get('purchasingEntity') or {}
    if not entity.get('company'):
        return None
    place = entity.get('location') or {}
    contact = entity.get('contact') or {}
    return {
        'id': entity['company']['id'],
        'name': (entity['company'].get('name') or '').strip(),
        'ref': (entity['company'].get('externalId') or '').strip(),
        'vat': ((place.get('taxSettings') or {}).get('taxRegistrationId') or '').strip(),
        'location_id': place.get('id') or '',
        'location_name': (place.get('name') or '').strip(),
        'location_ref': (place.get('externalId') or '').strip(),
        'phone': (place.get('phone') or '').strip(),
        'title': (contact.get('title') or '').strip(),
        'billing': company_address(place.get('billingAddress')),
        'shipping': company_address(place.get('shippingAddress')),
    }


def company_address(address: Mapping | None) -> dict:
    """Shopify's CompanyAddress in the names that :mod:`address` gives other addresses; no blanks."""
    if not address:
        return {}
    person = ' '.join(part for part in (address.get('firstName'), address.get('lastName')) if part)
    found = {
        'name': address.get('recipient') or person,
        'company_name': address.get('companyName'),
        'street': address.get('address1'),
        'street2': address.get('address2'),
        'city': address.get('city'),
        'zip': address.get('zip'),
        'phone': address.get('phone'),
        'country': address.get('countryCode'),
        'state': address.get('zoneCode'),
        'state_name': address.get('province'),
    }
    return {name: value.strip() for name, value in found.items() if value and value.strip()}


def payment_terms(order: Mapping) -> tuple[str, int, str] | None:
    """``(type, days, name)`` of the order's own terms; ``None`` when it has none, or only a date that Odoo cannot know
    from an invoice's."""
    terms = order.get('paymentTerms') or {}
    kind = terms.get('paymentTermsType')
    days = terms.get('dueInDays')
    if kind in ('RECEIPT', 'FULFILLMENT'):
        days = days or 0
    if not kind or days is None:
        return None
    return kind, int(days), (terms.get('paymentTermsName') or '').strip()


# === LOCALIZED FIELDS === #


def has_localized_fields(order: Mapping) -> bool:
    """Whether the order is of a country for which Shopify asks for more (Admin API, LocalizedFieldKey)."""
    places = (order.get('billingAddress') or {}, order.get('shippingAddress') or {})
    return any((place.get('countryCodeV2') or '').upper() in _LOCALIZED_COUNTRIES for place in places)


def partner_numbers(order: Mapping) -> dict[str, str]:
    """``{field of res.partner: value}``: tax numbers and the address for electronic invoices. Italy's number of a person
    is not the number of a business, and has a field of its own."""
    found = {}
    for row in (order.get('localizedFields') or {}).get('nodes') or []:
        name = _NUMBER_FIELDS.get(row['key']) or ('vat' if _TAX_NUMBER.fullmatch(row['key']) else None)
        if name and (row.get('value') or '').strip():
            found[name] = row['value'].strip()
    return found


# === RISK === #


def risk_level(order: Mapping) -> str:
    """The highest of Shopify's assessments and its recommendation: one of :data:`RISKS`."""
    risk = order.get('risk') or {}
    found = [(part.get('riskLevel') or 'NONE').lower() for part in risk.get('assessments') or []]
    found.append(_BY_RECOMMENDATION.get(risk.get('recommendation'), 'none'))
    return max((level for level in found if level in RISKS), key=RISKS.index, default='none')


def is_risky(order: Mapping, policy: str) -> bool:
    """Whether the store's ``policy`` ('high', 'medium' or 'never') holds the delivery of such an order."""
    if policy == 'never':
        return False
    return RISKS.index(risk_level(order)) >= RISKS.index(policy)


# === WHERE FROM === #


def shop_location(order: Mapping) -> str:
    """The id of the shop or till that sold it; '' for an order from elsewhere."""
    return (order.get('retailLocation') or {}).get('id') or ''


def fulfilment_location(order: Mapping) -> str:
    """The id of the one location that all of the order ships from; '' when there are several, or nobody has said."""
    page = order.get('fulfillmentOrders') or {}
    if (page.get('pageInfo') or {}).get('hasNextPage'):
        return ''
    places = {
        ((part.get('assignedLocation') or {}).get('location') or {}).get('id') or ''
        for part in page.get('nodes') or []
        if part.get('status') in _OPEN_PLACES
    }
    return places.pop() if len(places) == 1 else ''


def place(order: Mapping) -> str:
    """The id of the one location whose stock the order has taken; '' when nobody says so."""
    return shop_location(order) or fulfilment_location(order)


# === MARKETING === #


def journey(order: Mapping) -> dict:
    """The visit that led to the order: ``source``, ``medium``, ``campaign``, ``content``, ``term``, ``referrer``,
    ``landing``; only what is known."""
    visit = (order.get('customerJourneySummary') or {}).get('lastVisit') or {}
    utm = visit.get('utmParameters') or {}
    found = {name: utm.get(name) for name in ('source', 'medium', 'campaign', 'content', 'term')}
    found.update(referrer=visit.get('referrerUrl'), landing=visit.get('landingPage'))
    return {name: value.strip() for name, value in found.items() if value and value.strip()}


def referring_host(url: str) -> str:
    """``https://www.example.com/page`` -> ``example.com``; '' for what is no address."""
    try:
        host = urlsplit(url).hostname or ''
    except ValueError:
        return ''
    return host.removeprefix('www.')


# === KEPT === #


def kept_vals(order: Mapping) -> dict:
    """Values of ``shopify.order.binding`` about where an order came from and who it is for; what was not asked for is
    left as it is."""
    attribution, visit = order.get('attribution') or {}, journey(order)
    attributes = [f"{row['key']}: {row.get('value') or ''}" for row in order.get('customAttributes') or []]
    localized = [f"{row['title']}: {row['value']}" for row in (order.get('localizedFields') or {}).get('nodes') or []]
    found = {
        'localizedFields': {'localized_fields': '\n'.join(localized)},
        'sourceName': {'channel': attribution.get('displayName') or order.get('sourceName')},
        'attribution': {'channel_handle': attribution.get('handle')},
        'sourceIdentifier': {'source_identifier': order.get('sourceIdentifier')},
        'confirmationNumber': {'confirmation_number': order.get('confirmationNumber')},
        'customerLocale': {'customer_locale': order.get('customerLocale')},
        'statusPageUrl': {'status_page_url': order.get('statusPageUrl')},
        'paymentGatewayNames': {'gateways': ', '.join(order.get('paymentGatewayNames') or [])},
        'customAttributes': {'order_attributes': '\n'.join(attributes)},
        'purchasingEntity': {'is_b2b': is_company(order)},
        'paymentTerms': {'payment_terms': (order.get('paymentTerms') or {}).get('paymentTermsName')},
        'risk': {
            'risk_level': risk_level(order),
            'risk_recommendation': ((order.get('risk') or {}).get('recommendation') or '').lower(),
        },
        'customerJourneySummary': {
            'referrer_url': visit.get('referrer'),
            'landing_page': visit.get('landing'),
            'utm_content': visit.get('content'),
            'utm_term': visit.get('term'),
        },
    }
    return {
        name: value or False for source, values in found.items() if source in order for name, value in values.items()
    }


def order_name(order: Mapping, prefix: str | None) -> str:
    """Shopify's own name of an order behind the store's prefix: ``#1001`` -> ``US-1001``."""
    return f"{prefix}{order['name'].removeprefix('#')}" if prefix else order['name']
