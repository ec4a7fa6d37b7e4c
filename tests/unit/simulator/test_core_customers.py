"""Customers and their addresses."""
import pytest

CREATE = "mutation($in: CustomerInput!) { customerCreate(input: $in) { customer { id displayName tags " \
         "defaultEmailAddress { emailAddress marketingState } } userErrors { field message } } }"
UPDATE = CREATE.replace("customerCreate", "customerUpdate")
SET = """mutation($by: CustomerSetIdentifiers, $in: CustomerSetInput!) { customerSet(identifier: $by, input: $in) {
  customer { id firstName addressesV2(first: 5) { nodes { city provinceCode countryCodeV2 } } }
  userErrors { field message code } } }"""


def ada(client):
    return next(iter(client.shop.customers.values()))


def test_a_customer_is_created_and_told(client, seen):
    answer = client.data(CREATE, {"in": {"firstName": "Ann", "email": "ann@b.cz", "tags": ["b", "a"]}})
    customer = answer["customerCreate"]["customer"]
    assert customer["tags"] == ["a", "b"]
    assert customer["defaultEmailAddress"] == {"emailAddress": "ann@b.cz", "marketingState": "NOT_SUBSCRIBED"}
    assert [topic for topic, _body in seen] == ["customers/create"]


@pytest.mark.parametrize(("values", "message"), [
    ({}, "A name, phone number, or email address must be present"),
    ({"email": "nonsense"}, "Email is invalid"),
    ({"email": "ADA.lindqvist@example.com"}, "Email has already been taken"),
    ({"phone": "abc"}, "Phone is invalid"),
])
def test_a_wrong_customer_is_refused(client, values, message):
    assert client.data(CREATE, {"in": values})["customerCreate"]["userErrors"][0]["message"] == message


def test_consent_is_not_changed_by_an_update(client):
    values = {"id": ada(client).id, "emailMarketingConsent": {"marketingState": "SUBSCRIBED"}}
    assert client.data(UPDATE, {"in": values})["customerUpdate"]["userErrors"][0]["message"] == (
        "To update emailMarketingConsent, please use the customerEmailMarketingConsentUpdate Mutation instead")
    document = """mutation($in: CustomerEmailMarketingConsentUpdateInput!) {
      customerEmailMarketingConsentUpdate(input: $in) { userErrors { code } } }"""
    values = {"customerId": values["id"], "emailMarketingConsent": {"marketingState": "SUBSCRIBED"}}
    assert client.data(document, {"in": values})["customerEmailMarketingConsentUpdate"]["userErrors"] == []
    assert ada(client).email_marketing == "SUBSCRIBED"


def test_a_customer_is_set_by_email(client):
    by = {"email": "new@b.cz"}
    values = {"email": "new@b.cz", "firstName": "New", "addresses": [
        {"city": "Berlin", "countryCode": "DE", "provinceCode": "BE", "zip": "10115"}]}
    made = client.data(SET, {"by": by, "in": values})["customerSet"]["customer"]
    assert made["addressesV2"]["nodes"] == [{"city": "Berlin", "provinceCode": None, "countryCodeV2": "DE"}]
    again = client.data(SET, {"by": by, "in": {"email": "new@b.cz", "firstName": "Newer"}})["customerSet"]["customer"]
    assert (again["id"], again["firstName"]) == (made["id"], "Newer")
    assert len(again["addressesV2"]["nodes"]) == 1
    cleared = client.data(SET, {"by": by, "in": {"email": "new@b.cz", "addresses": []}})["customerSet"]["customer"]
    assert cleared["addressesV2"]["nodes"] == []


@pytest.mark.parametrize(("by", "values", "code"), [
    ({"email": "x@y.cz"}, {"firstName": "X"}, "MISSING_FIELD_REQUIRED"),
    ({"email": "x@y.cz"}, {"email": "other@y.cz"}, "INPUT_MISMATCH"),
    ({"id": "gid://shopify/Customer/1"}, {"firstName": "X"}, "NOT_FOUND"),
    (None, {"email": "ada.lindqvist@example.com"}, "TAKEN"),
])
def test_an_identifier_has_its_rules(client, by, values, code):
    errors = client.data(SET, {"by": by, "in": values})["customerSet"]["userErrors"]
    assert [error["code"] for error in errors] == [code]


def test_an_address_is_added_and_changed(client):
    create = """mutation($id: ID!, $a: MailingAddressInput!) { customerAddressCreate(customerId: $id, address: $a,
      setAsDefault: true) { address { id city country } userErrors { message } } }"""
    answer = client.data(create, {"id": ada(client).id, "a": {"city": "Ghent", "countryCode": "BE"}})
    address = answer["customerAddressCreate"]["address"]
    assert (address["city"], address["country"]) == ("Ghent", "Belgium")
    assert ada(client).default_address.city == "Ghent"
    update = """mutation($id: ID!, $address: ID!, $a: MailingAddressInput!) { customerAddressUpdate(customerId: $id,
      addressId: $address, address: $a) { address { city } userErrors { message } } }"""
    values = {"id": ada(client).id, "address": address["id"], "a": {"city": "Bruges"}}
    assert client.data(update, values)["customerAddressUpdate"]["address"]["city"] == "Bruges"


def test_a_customer_is_found_by_its_identifiers(client):
    document = "query($by: CustomerIdentifierInput!) { customerByIdentifier(identifier: $by) { id numberOfOrders } }"
    found = client.data(document, {"by": {"emailAddress": "Ada.Lindqvist@example.com"}})["customerByIdentifier"]
    assert found == {"id": ada(client).id, "numberOfOrders": "0"}
    assert client.data(document, {"by": {"emailAddress": "no@b.cz"}})["customerByIdentifier"] is None


def test_protected_data_that_the_app_is_not_approved_for_is_withheld_piece_by_piece(client):
    gid = next(iter(client.shop.customers))
    product = next(iter(client.shop.products))
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { firstName note } } }"
    client.shop.app.withheld = {"Customer.firstName"}
    answer = client(document, {"ids": [gid, product]})
    assert [(node["id"], node.get("firstName")) for node in answer["data"]["nodes"]] == [(gid, None), (product, None)]
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["nodes", 0, "firstName"], "ACCESS_DENIED")]
    client.shop.app.withheld = {"Customer"}
    answer = client(document, {"ids": [gid, product]})
    assert answer["data"]["nodes"] == [None, {"id": product}]
    assert [error["path"] for error in answer["errors"]] == [["nodes", 0]]
    answer = client("query($id: ID!) { customer(id: $id) { id } }", {"id": gid})
    assert (answer["data"], answer["errors"][0]["path"]) == ({"customer": None}, ["customer"])
