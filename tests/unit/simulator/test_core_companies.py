"""Companies with their locations, contacts and roles."""
import pytest

CREATE = """mutation($in: CompanyCreateInput!) { companyCreate(input: $in) { company { id name externalId
  mainContact { id isMainContact title customer { id defaultEmailAddress { emailAddress } } roleAssignments(first: 5) {
    nodes { id role { name } companyLocation { name } } } }
  contactRoles(first: 5) { nodes { id name } } contactsCount { count }
  locations(first: 5) { nodes { id name externalId taxSettings { taxRegistrationId taxExempt taxExemptions }
    shippingAddress { address1 zoneCode province country countryCode companyName recipient } billingAddress { id } } } }
  userErrors { field message code } } }"""
INPUT = {"company": {"name": "Globex", "externalId": "G-1", "note": "n"},
         "companyContact": {"email": "buyer@globex.example", "firstName": "Bea", "title": "Buyer"},
         "companyLocation": {"name": "North", "externalId": "L-1", "taxRegistrationId": "DE123", "taxExempt": True,
                             "billingSameAsShipping": True, "shippingAddress": {
                                 "address1": "1 Dock", "city": "Austin", "zoneCode": "TX", "countryCode": "US"}}}


@pytest.fixture
def company(client):
    return client.data(CREATE, {"in": INPUT})["companyCreate"]["company"]


def change(client, name, arguments, **values):
    """Run a mutation and give its payload; `arguments` is {name: type}."""
    head = ", ".join(f"${key}: {kind}" for key, kind in arguments.items())
    inner = ", ".join(f"{key}: ${key}" for key in arguments)
    return client.data(f"mutation({head}) {{ {name}({inner}) {{ userErrors {{ field message code }} }} }}", values)[name]


def test_a_company_comes_with_its_contact_and_location(client, company, seen):
    assert (company["externalId"], company["contactsCount"]["count"]) == ("G-1", 1)
    location = company["locations"]["nodes"][0]
    assert location["taxSettings"] == {"taxRegistrationId": "DE123", "taxExempt": True, "taxExemptions": []}
    assert location["shippingAddress"]["province"] == "Texas" and location["billingAddress"]
    contact = company["mainContact"]
    assert contact["isMainContact"] and contact["customer"]["defaultEmailAddress"]["emailAddress"] == INPUT[
        "companyContact"]["email"]
    assert contact["roleAssignments"]["nodes"][0]["role"]["name"] == "Ordering only"
    profiles = client.data("query($id: ID!) { customer(id: $id) { companyContactProfiles { title company { name } } } }",
                           {"id": contact["customer"]["id"]})["customer"]["companyContactProfiles"]
    assert profiles == [{"title": "Buyer", "company": {"name": "Globex"}}]


@pytest.mark.parametrize(("values", "code"), [
    ({"company": {"name": " "}}, "BLANK"), ({"company": {"name": "X", "externalId": "G-1"}}, "TAKEN"),
    ({"company": {"name": "X"}, "companyContact": {"firstName": "A"}}, "BLANK")])
def test_a_wrong_company_is_refused(client, company, values, code):
    assert client.data(CREATE, {"in": values})["companyCreate"]["userErrors"][0]["code"] == code


def test_everything_is_told(client, company, seen):
    gid, location = company["id"], company["locations"]["nodes"][0]["id"]
    change(client, "companyUpdate", {"companyId": "ID!", "input": "CompanyInput!"}, companyId=gid,
           input={"name": "Globex 2"})
    change(client, "companyLocationUpdate", {"companyLocationId": "ID!", "input": "CompanyLocationUpdateInput!"},
           companyLocationId=location, input={"phone": "+1"})
    change(client, "companyDelete", {"id": "ID!"}, id=gid)
    topics = [topic for topic, _body in seen]
    assert topics == ["companies/update", "company_locations/update", "company_contact_roles/revoke",
                      "company_contacts/delete", "company_locations/delete", "companies/delete"]
    assert seen[0][1]["admin_graphql_api_id"] == gid and seen[1][1]["phone"] == "+1"
    assert client.data("query($id: ID!) { company(id: $id) { id } }", {"id": gid})["company"] is None


def test_a_contact_has_one_role_at_each_location(client, company):
    contact, location = company["mainContact"], company["locations"]["nodes"][0]["id"]
    kinds = {"companyContactId": "ID!", "companyContactRoleId": "ID!", "companyLocationId": "ID!"}
    values = {"companyContactId": contact["id"], "companyLocationId": location,
              "companyContactRoleId": company["contactRoles"]["nodes"][1]["id"]}
    assert change(client, "companyContactAssignRole", kinds, **values)["userErrors"][0]["code"] == "LIMIT_REACHED"
    change(client, "companyContactRevokeRole", {"companyContactId": "ID!", "companyContactRoleAssignmentId": "ID!"},
           companyContactId=contact["id"],
           companyContactRoleAssignmentId=contact["roleAssignments"]["nodes"][0]["id"])
    assert change(client, "companyContactAssignRole", kinds, **values)["userErrors"] == []


def test_a_customer_is_contact_of_one_company_only(client, company):
    other = client.data(CREATE, {"in": {"company": {"name": "Initech"}}})["companyCreate"]["company"]
    kinds = {"companyId": "ID!", "customerId": "ID!"}
    customer = company["mainContact"]["customer"]["id"]
    answer = change(client, "companyAssignCustomerAsContact", kinds, companyId=other["id"], customerId=customer)
    assert answer["userErrors"][0]["code"] == "INVALID_INPUT"
    ada = next(iter(client.shop.customers))
    assert change(client, "companyAssignCustomerAsContact", kinds, companyId=other["id"], customerId=ada)["userErrors"] == []


def test_the_last_location_stays(client, company):
    location = company["locations"]["nodes"][0]["id"]
    kinds = {"companyLocationId": "ID!"}
    assert change(client, "companyLocationDelete", kinds, companyLocationId=location)["userErrors"][0]["code"] == (
        "FAILED_TO_DELETE")
    change(client, "companyLocationCreate", {"companyId": "ID!", "input": "CompanyLocationInput!"}, companyId=company["id"],
           input={"name": "South"})
    assert change(client, "companyLocationDelete", kinds, companyLocationId=location)["userErrors"] == []


def test_tax_settings_change_one_by_one(client, company):
    location = company["locations"]["nodes"][0]["id"]
    kinds = {"companyLocationId": "ID!", "taxExempt": "Boolean", "exemptionsToAssign": "[TaxExemption!]"}
    change(client, "companyLocationTaxSettingsUpdate", kinds, companyLocationId=location, taxExempt=False,
           exemptionsToAssign=["US_CA_RESELLER_EXEMPTION"])
    found = client.data("query($id: ID!) { companyLocation(id: $id) { company { name } taxSettings { taxRegistrationId "
                        "taxExempt taxExemptions } } }", {"id": location})["companyLocation"]
    assert found == {"company": {"name": "Globex"}, "taxSettings": {
        "taxRegistrationId": "DE123", "taxExempt": False, "taxExemptions": ["US_CA_RESELLER_EXEMPTION"]}}


def test_companies_are_found(client, company):
    document = """query($q: String) { companies(first: 5, query: $q) { nodes { name } }
      companyLocations(first: 5, query: "name:North") { nodes { company { name } } } companiesCount { count } }"""
    found = client.data(document, {"q": "external_id:G-1"})
    assert found == {"companies": {"nodes": [{"name": "Globex"}]}, "companiesCount": {"count": 1},
                     "companyLocations": {"nodes": [{"company": {"name": "Globex"}}]}}
