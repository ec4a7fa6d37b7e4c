"""res.partner -> Shopify's customer: what is sent. Only fields that are named in an input are changed there (Admin API,
customerSet); addresses have mutations of their own, because a list of them would replace all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .customer_values import split_name

SET = """
mutation SetCustomer($identifier: CustomerSetIdentifiers, $input: CustomerSetInput!) {
  customerSet(identifier: $identifier, input: $input) { customer { id } userErrors { field message code } }
}
"""

ADD_ADDRESS = """
mutation AddCustomerAddress($customerId: ID!, $address: MailingAddressInput!, $default: Boolean) {
  customerAddressCreate(customerId: $customerId, address: $address, setAsDefault: $default) {
    address { id } userErrors { field message }
  }
}
"""

CHANGE_ADDRESS = """
mutation ChangeCustomerAddress($customerId: ID!, $addressId: ID!, $address: MailingAddressInput!) {
  customerAddressUpdate(customerId: $customerId, addressId: $addressId, address: $address) {
    address { id } userErrors { field message }
  }
}
"""

MOST_LOOKUPS = 25
FIELDS = ('name', 'email', 'phone', 'lang')


def lookup(wanted: Iterable[tuple[str, str]]) -> tuple[str, dict]:
    """``(document, variables)`` that looks for ``('emailAddress' | 'phoneNumber', value)``: ``c0``, ``c1``, … each the
    customer or null. At most :data:`MOST_LOOKUPS` at once."""
    wanted = list(wanted)
    heads = ', '.join(f'$v{number}: CustomerIdentifierInput!' for number in range(len(wanted)))
    body = ' '.join(
        f'c{number}: customerByIdentifier(identifier: $v{number}) {{ id }}' for number in range(len(wanted))
    )
    variables = {f'v{number}': {name: value} for number, (name, value) in enumerate(wanted)}
    return f'query LookUpCustomers({heads}) {{ {body} }}', variables


def fields_input(values: Mapping) -> dict:
    """``CustomerSetInput`` of canonical values (:mod:`customer_values`) and ``tags``; what is blank is not sent."""
    found = {}
    if values.get('name'):
        found['firstName'], found['lastName'] = split_name(values['name'])
    if values.get('lang'):
        found['locale'] = locale(values['lang'])
    found.update({name: values[name] for name in ('email', 'phone') if values.get(name)})
    if values.get('tags') is not None:
        found['tags'] = list(values['tags'])
    return found


def locale(language: str) -> str:
    """Shopify's locale of Odoo's language: ``pt_BR`` -> ``pt-BR``, ``fr_FR`` -> ``fr``."""
    code, _sep, region = language.split('@')[0].partition('_')
    is_usual = region.upper() in ('', code.upper(), 'US' if code == 'en' else '')
    return code if is_usual or code not in ('pt', 'zh', 'en', 'es', 'fr') else f'{code}-{region}'


def address_input(values: Mapping, country: str | None, state: str | None, company: str | None = None) -> dict:
    """``MailingAddressInput`` of a contact's ``{name, street, street2, city, zip, phone}``, codes of country and state."""
    first, last = split_name(values.get('name'))
    found = {
        'firstName': first,
        'lastName': last,
        'company': company or values.get('company_name') or '',
        'address1': values.get('street') or '',
        'address2': values.get('street2') or '',
        'city': values.get('city') or '',
        'zip': values.get('zip') or '',
    }
    if values.get('phone'):
        found['phone'] = values['phone']
    if country:
        found['countryCode'] = country
        if state:
            found['provinceCode'] = state
    return found


def merged_tags(shop: Iterable[str], odoo: Iterable[str], base: Iterable[str], removes: bool) -> list[str]:
    """Shopify's tags with Odoo's, whatever their case: what was added here since they agreed is added, what was taken
    away is taken away where ``removes``."""
    shop, odoo = {tag.casefold(): tag for tag in shop}, {tag.casefold(): tag for tag in odoo}
    gone = {tag.casefold() for tag in base} - odoo.keys() if removes else set()
    found = {**odoo, **shop}
    return [found[key] for key in sorted(found) if key not in gone]
