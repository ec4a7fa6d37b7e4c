import pytest
from graphql import parse, validate

from shopify_connector.entities import company
from shopify_connector.shopify import webhook
from tests.simulator import schema as schemas

GID = 'gid://shopify/Company/1'


@pytest.mark.parametrize('version', schemas.VERSIONS)
@pytest.mark.parametrize('document', [company.DOCUMENT, company.FIND, company.OWNERS, company.MORE_ROLES, *company.MORE.values()])
def test_the_documents_are_valid(version, document):
    assert validate(schemas.load(version).graphql, parse(document)) == []


def test_a_company_without_a_location_is_a_company_all_the_same():
    (need,) = company.needs({'id': GID, 'name': ' Acme ', 'locations': {'nodes': []}})
    assert (need.company['id'], need.company['name'], need.company['location_id']) == (GID, 'Acme', '')


def test_every_role_says_where_it_holds():
    rows = [
        {'role': {'name': 'Ordering only'}, 'companyLocation': {'id': 'b', 'name': 'Hamburg'}},
        {'role': {'name': 'Ordering only'}, 'companyLocation': {'id': 'a', 'name': 'Berlin'}},
        {'role': {'name': 'Location admin'}, 'companyLocation': {'id': 'a', 'name': 'Berlin'}},
    ]
    vals = company.contact_vals({'customer': {'id': 'c'}, 'roleAssignments': {'nodes': rows}})
    assert vals['roles'] == 'Location admin: Berlin; Ordering only: Berlin, Hamburg'


@pytest.mark.parametrize(
    ('topic', 'type_'),
    [
        ('companies/update', 'Company'),
        ('company_locations/delete', 'CompanyLocation'),
        ('company_contacts/create', 'CompanyContact'),
    ],
)
def test_a_delivery_rings_for_its_record(topic, type_):
    ring = webhook.record_key(topic, {'id': 7})
    assert (ring.kind, ring.key) == ('company', f'gid://shopify/{type_}/7')
