"""Webhook subscriptions and their rules."""
import pytest

CREATE = """mutation($topic: WebhookSubscriptionTopic!, $in: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $in) {
    webhookSubscription { id topic uri format filter includeFields name apiVersion { handle } }
    userErrors { field message } } }"""
UPDATE = """mutation($id: ID!, $in: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $in) { webhookSubscription { uri includeFields }
    userErrors { field message } } }"""
DELETE = """mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId
    userErrors { field message } } }"""
LIST = """query($uri: String, $topics: [WebhookSubscriptionTopic!]) {
  webhookSubscriptions(first: 10, uri: $uri, topics: $topics) { nodes { id topic uri } } }"""


def create(client, topic="ORDERS_CREATE", **values):
    values = {"uri": "https://odoo.example/hook", **values}
    return client.data(CREATE, {"topic": topic, "in": values})["webhookSubscriptionCreate"]


def test_a_subscription_is_made_listed_changed_and_deleted(client):
    made = create(client, includeFields=["id", "updated_at"], name="odoo-1")["webhookSubscription"]
    assert made["includeFields"] == ["id", "updated_at"]
    assert next(iter(client.shop.subscriptions.values())).wire_topic == "orders/create"
    assert client.data(LIST)["webhookSubscriptions"]["nodes"][0]["id"] == made["id"]
    answer = client.data(UPDATE, {"id": made["id"], "in": {"uri": "https://other.example/"}})
    assert answer["webhookSubscriptionUpdate"]["webhookSubscription"] == {
        "uri": "https://other.example/", "includeFields": ["id", "updated_at"]}
    assert client.data(DELETE, {"id": made["id"]})["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"]
    assert client.data(DELETE, {"id": made["id"]})["webhookSubscriptionDelete"]["userErrors"]
    assert client.data(LIST)["webhookSubscriptions"]["nodes"] == []


def test_the_list_is_narrowed_by_address_and_topic(client):
    create(client)
    create(client, "PRODUCTS_UPDATE", uri="https://second.example/")
    assert len(client.data(LIST, {"uri": "https://second.example/"})["webhookSubscriptions"]["nodes"]) == 1
    assert len(client.data(LIST, {"topics": ["ORDERS_CREATE"]})["webhookSubscriptions"]["nodes"]) == 1


def test_the_same_address_for_a_topic_is_taken(client):
    create(client)
    assert create(client)["userErrors"] == [{"field": ["webhookSubscription", "callbackUrl"],
                                             "message": "Address for this topic has already been taken"}]
    assert create(client, "ORDERS_UPDATED")["userErrors"] == []
    assert create(client, filter="status:open")["userErrors"] == []


@pytest.mark.parametrize("uri", ["http://odoo.example/", "https://192.168.1.5/", "https://odoo.local/", "ftp://a.b/",
                                 "https://test.myshopify.com/x", "nonsense"])
def test_an_address_must_be_public_https(client, uri):
    assert create(client, uri=uri)["userErrors"][0]["field"] == ["webhookSubscription", "callbackUrl"]


@pytest.mark.parametrize("uri", ["http://127.0.0.1:8069/shopify/webhook", "http://localhost:1/", "https://a.example/x",
                                 "pubsub://project:topic"])
def test_loopback_is_allowed_for_trials(client, uri):
    assert create(client, uri=uri)["userErrors"] == []


@pytest.mark.parametrize(("values", "path"), [({"filter": "open"}, "filter"), ({"name": "a b"}, "name")])
def test_filter_and_name_have_their_form(client, values, path):
    assert create(client, **values)["userErrors"][0]["field"] == ["webhookSubscription", path]


def test_a_name_is_used_once(client):
    create(client, name="one")
    assert create(client, "ORDERS_PAID", name="one")["userErrors"][0]["message"] == "Name has already been taken"


def test_a_topic_needs_its_scope(client):
    client.control("settings", scopes=["read_products"])
    assert create(client)["userErrors"][0]["field"] == ["webhookSubscription", "topic"]
    assert create(client, "PRODUCTS_UPDATE")["userErrors"] == []


def test_compliance_topics_are_not_in_the_enum(client):
    assert client.error(CREATE, {"topic": "CUSTOMERS_REDACT", "in": {"uri": "https://a.example"}})[0] == (
        "INVALID_VARIABLE")


@pytest.mark.parametrize(("topic", "wire"), [
    ("ORDERS_CREATE", "orders/create"), ("ORDERS_PARTIALLY_FULFILLED", "orders/partially_fulfilled"),
    ("INVENTORY_LEVELS_UPDATE", "inventory_levels/update"), ("APP_UNINSTALLED", "app/uninstalled"),
    ("FULFILLMENT_ORDERS_PLACED_ON_HOLD", "fulfillment_orders/placed_on_hold"),
    ("BULK_OPERATIONS_FINISH", "bulk_operations/finish"), ("ORDER_TRANSACTIONS_CREATE", "order_transactions/create"),
    ("CUSTOMER_TAGS_ADDED", "customer.tags_added"), ("APP_SCOPES_UPDATE", "app/scopes_update"),
])
def test_topics_have_their_wire_form(topic, wire):
    from tests.simulator import topics

    assert topics.wire(topic) == wire
