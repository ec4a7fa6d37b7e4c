"""Customers that are merged, tagged, asked for consent, and lose an address."""
import pytest
import requests

READ = """query($id: ID!) { customer(id: $id) { id displayName note tags defaultAddress { id city provinceCode }
  addressesV2(first: 9) { nodes { id city province provinceCode countryCodeV2 } } numberOfOrders canDelete taxExemptions
  defaultEmailAddress { emailAddress marketingState marketingOptInLevel marketingUpdatedAt }
  defaultPhoneNumber { phoneNumber marketingState } } }"""
MERGE = """mutation($one: ID!, $two: ID!, $keep: CustomerMergeOverrideFields) { customerMerge(customerOneId: $one,
  customerTwoId: $two, overrideFields: $keep) { resultingCustomerId job { id done } userErrors { code field } } }"""
EMAIL = """mutation($in: CustomerEmailMarketingConsentUpdateInput!) { customerEmailMarketingConsentUpdate(input: $in) {
  customer { id } userErrors { code field message } } }"""
SMS = """mutation($in: CustomerSmsMarketingConsentUpdateInput!) { customerSmsMarketingConsentUpdate(input: $in) {
  customer { id } userErrors { code } } }"""


def made(client, **body):
    return client.control("customers", **body).json()


def read(client, gid):
    return client.data(READ, {"id": gid})["customer"]


def test_a_merge_keeps_everything_and_is_told(client, seen):
    one = made(client, first_name="Ann", email="ann@b.example", tags=["a"], note="first", addresses=[
        {"address1": "1 Main St", "city": "Austin", "province": "Texas", "country": "United States"}])
    two = made(client, first_name="Anne", phone="+15035550100", tags=["b"], note="second", addresses=[
        {"address1": "2 Main St", "city": "Berlin", "country_code": "DE"}])
    client.control("orders", customer=two["id"], lines=[{"sku": "MUG-1"}])
    answer = client.data(MERGE, {"one": one["id"], "two": two["id"]})["customerMerge"]
    assert (answer["resultingCustomerId"], answer["userErrors"]) == (one["id"], [])
    kept = read(client, one["id"])
    assert kept["tags"] == ["a", "b"] and kept["note"] == "first\nsecond" and kept["numberOfOrders"] == "1"
    assert [row["city"] for row in kept["addressesV2"]["nodes"]][:2] == ["Austin", "Berlin"]
    assert kept["defaultAddress"]["provinceCode"] == "TX" and kept["defaultPhoneNumber"]["phoneNumber"] == "+15035550100"
    assert client.data(READ, {"id": two["id"]})["customer"] is None
    told = [body for topic, body in seen if topic == "customers/merge"]
    assert told == [{"admin_graphql_api_customer_kept_id": one["id"], "admin_graphql_api_customer_deleted_id": two["id"],
                     "admin_graphql_api_job_id": answer["job"]["id"], "status": "completed", "errors": []}]


def test_the_second_one_is_kept_when_nothing_speaks_for_the_first(client):
    one, two = (made(client, first_name=name, email=f"{name}@b.example") for name in ("x", "y"))
    answer = client.data(MERGE, {"one": one["id"], "two": two["id"]})["customerMerge"]
    assert answer["resultingCustomerId"] == two["id"]


@pytest.mark.parametrize(("two", "keep", "code"), [
    ("self", None, "INVALID_CUSTOMER_ID"), ("gone", None, "INVALID_CUSTOMER_ID"),
    ("other", {"customerIdOfPhoneNumberToKeep": "other"}, "MISSING_OVERRIDE_ATTRIBUTE")])
def test_a_wrong_merge_is_refused(client, two, keep, code):
    one, other = made(client, first_name="x"), made(client, first_name="y")
    gids = {"self": one["id"], "gone": "gid://shopify/Customer/1", "other": other["id"]}
    keep = keep and {key: gids[name] for key, name in keep.items()}
    answer = client.data(MERGE, {"one": one["id"], "two": gids[two], "keep": keep})["customerMerge"]
    assert answer["userErrors"][0]["code"] == code


def test_tags_that_come_and_go_are_told(client, seen):
    gid = made(client, first_name="Ann", tags=["old", "both"])["id"]
    document = """mutation($in: CustomerInput!) { customerUpdate(input: $in) { userErrors { message } } }"""
    client.data(document, {"in": {"id": gid, "tags": ["both", "new"]}})
    told = [(topic, body["customerId"], body["tags"]) for topic, body in seen if topic.startswith("customer.")]
    assert told == [("customer.tags_added", gid, ["new"]), ("customer.tags_removed", gid, ["old"])]


def test_a_consent_has_its_level_and_time(client, seen):
    gid = made(client, first_name="Ann", email="ann@b.example")["id"]
    assert read(client, gid)["defaultEmailAddress"]["marketingUpdatedAt"] is None
    values = {"marketingState": "SUBSCRIBED", "marketingOptInLevel": "CONFIRMED_OPT_IN",
              "consentUpdatedAt": "2026-01-02T03:04:05Z"}
    answer = client.data(EMAIL, {"in": {"customerId": gid, "emailMarketingConsent": values}})
    assert answer["customerEmailMarketingConsentUpdate"]["userErrors"] == []
    assert read(client, gid)["defaultEmailAddress"] == {
        "emailAddress": "ann@b.example", "marketingState": "SUBSCRIBED", "marketingOptInLevel": "CONFIRMED_OPT_IN",
        "marketingUpdatedAt": "2026-01-02T03:04:05Z"}
    body = next(body for topic, body in seen if topic == "customers_email_marketing_consent/update")
    assert body["email_marketing_consent"]["state"] == "subscribed" and body["email_address"] == "ann@b.example"


@pytest.mark.parametrize("values", [{"marketingState": "NOT_SUBSCRIBED"}, {"marketingState": "PENDING"},
                                    {"marketingState": "SUBSCRIBED", "consentUpdatedAt": "2999-01-01T00:00:00Z"}])
def test_a_consent_that_makes_no_sense_is_refused(client, values):
    gid = made(client, first_name="Ann", email="ann@b.example")["id"]
    answer = client.data(EMAIL, {"in": {"customerId": gid, "emailMarketingConsent": values}})
    assert answer["customerEmailMarketingConsentUpdate"]["userErrors"][0]["code"] == "INVALID"


def test_a_consent_to_messages_needs_a_phone(client, seen):
    gid = made(client, first_name="Ann")["id"]
    values = {"customerId": gid, "smsMarketingConsent": {"marketingState": "SUBSCRIBED"}}
    assert client.data(SMS, {"in": values})["customerSmsMarketingConsentUpdate"]["userErrors"] == [{"code": "INVALID"}]
    client.control("customers", id=gid, phone="+15035550100")
    assert client.data(SMS, {"in": values})["customerSmsMarketingConsentUpdate"]["userErrors"] == []
    answer = client.data("query($id: ID!) { customer(id: $id) { defaultPhoneNumber { smsMarketingConsent { state } } } }",
                         {"id": gid}, "2026-10")
    assert answer["customer"]["defaultPhoneNumber"]["smsMarketingConsent"] == {"state": "SUBSCRIBED"}
    assert seen[-1][0] == "customers_marketing_consent/update"


def test_an_address_is_deleted_and_another_one_becomes_default(client):
    gid = made(client, first_name="Ann", addresses=[{"address1": "1", "city": "A", "country_code": "US"},
                                                    {"address1": "2", "city": "B", "country_code": "US"}])["id"]
    first, second = read(client, gid)["addressesV2"]["nodes"]
    document = """mutation($id: ID!, $a: ID!) { customerAddressDelete(customerId: $id, addressId: $a) {
      deletedAddressId userErrors { message } } }"""
    values = {"id": gid, "a": first["id"]}
    assert client.data(document, values)["customerAddressDelete"]["deletedAddressId"] == first["id"]
    assert read(client, gid)["defaultAddress"]["id"] == second["id"]
    assert client.data(document, values)["customerAddressDelete"]["userErrors"] == [{"message": "Address does not exist"}]


def test_a_province_has_its_name_and_a_foreign_one_none(client):
    document = """mutation($id: ID!, $a: MailingAddressInput!) { customerAddressCreate(customerId: $id, address: $a) {
      address { province provinceCode country } userErrors { message } } }"""
    gid = made(client, first_name="Ann")["id"]
    rows = [client.data(document, {"id": gid, "a": {"countryCode": country, "provinceCode": code}})[
        "customerAddressCreate"]["address"] for country, code in (("US", "OR"), ("DE", "BE"))]
    assert rows == [{"province": "Oregon", "provinceCode": "OR", "country": "United States"},
                    {"province": None, "provinceCode": None, "country": "Germany"}]


def test_a_phone_is_kept_in_one_form(client):
    document = """mutation($in: CustomerInput!) { customerCreate(input: $in) { customer { id defaultPhoneNumber {
      phoneNumber } } userErrors { message } } }"""
    first = client.data(document, {"in": {"phone": "(503) 555-0142"}})["customerCreate"]["customer"]
    assert first["defaultPhoneNumber"]["phoneNumber"] == "+15035550142"
    again = client.data(document, {"in": {"phone": "+1 503 555 0142"}})["customerCreate"]
    assert again["userErrors"] == [{"message": "Phone has already been taken"}]


def test_the_merge_topic_needs_its_scope(client):
    document = """mutation($topic: WebhookSubscriptionTopic!) { webhookSubscriptionCreate(topic: $topic,
      webhookSubscription: {uri: "https://x.example/hook"}) { webhookSubscription { id } userErrors { message } } }"""
    assert client.data(document, {"topic": "CUSTOMERS_MERGE"})["webhookSubscriptionCreate"]["userErrors"] == []
    client.control("settings", scopes=["read_customers"])
    assert client(document, {"topic": "CUSTOMERS_MERGE"})["data"]["webhookSubscriptionCreate"]["userErrors"]


def test_shops_start_with_the_customers_they_are_given(server):
    spec = {"domain": "people.myshopify.com", "products": 0, "customers": [
        {"first_name": "Ann", "email": "ann@b.example", "consent": {"email": {"state": "subscribed"}}}]}
    assert requests.post(f"{server.url}/control/shops", json=spec, timeout=5).status_code == 201
    row = next(iter(server.simulator.shops["people.myshopify.com"].customers.values()))
    assert (row.email, row.email_marketing, row.email_opt_in_level) == ("ann@b.example", "SUBSCRIBED", "SINGLE_OPT_IN")
