"""What a merchant does to stock and locations, bundles, the journal, burnt keys, and stock in bulk."""
import json
import time

import requests

from tests.simulator import stock_journal

SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id } userErrors { field message code } } }"""
LEVEL = """query Level($item: ID!, $place: ID!) { inventoryItem(id: $item) { inventoryHistoryUrl
  inventoryLevel(locationId: $place, includeInactive: true) { isActive canDeactivate
    quantities(names: ["available", "on_hand", "reserved", "incoming", "damaged"]) { name quantity } } } }"""
PLACES = """{ locations(first: 10, includeInactive: true, includeLegacy: true) { nodes { id name isActive deactivatedAt
  activatable deactivatable deletable isFulfillmentService fulfillmentService { handle serviceName }
  address { city countryCode } } } }"""
DEACTIVATE = """mutation Off($id: ID!, $to: ID, $key: String!) {
  locationDeactivate(locationId: $id, destinationLocationId: $to) @idempotent(key: $key) {
    location { isActive } locationDeactivateUserErrors { field message code } } }"""
BULK = """mutation { bulkOperationRunQuery(query: \"\"\"{ inventoryItems { edges { node { __typename id sku tracked
  inventoryLevels { edges { node { __typename id isActive location { id }
    quantities(names: ["available", "damaged"]) { name quantity } } } } } } } }\"\"\") {
  bulkOperation { id } userErrors { code message } } }"""


def item(client, sku):
    return client.variant(sku).inventory_item_id


def place(client, name):
    return next(row.id for row in client.shop.locations.values() if row.name == name)


def write(client, sku, quantity, expected, key="k"):
    rows = [{"inventoryItemId": item(client, sku), "locationId": client.shop.default_location.id, "quantity": quantity,
             "changeFromQuantity": expected}]
    return client.data(SET, {"input": {"name": "available", "reason": "correction", "quantities": rows}, "key": key}
                       )["inventorySetQuantities"]


def level(client, sku, location=None):
    """({name: quantity}, is active) as the API tells it."""
    node = client.data(LEVEL, {"item": item(client, sku), "place": location or client.shop.default_location.id})
    found = node["inventoryItem"]["inventoryLevel"]
    return {row["name"]: row["quantity"] for row in found["quantities"]}, found["isActive"]


def topics(seen):
    return [topic for topic, _body in seen]


def test_units_that_are_put_aside_stay_on_hand_and_are_not_for_sale(client, seen):
    client.control("inventory", sku="MUG-1", name="damaged", quantity=2)
    assert level(client, "MUG-1")[0] == {"available": 5, "on_hand": 7, "reserved": 0, "incoming": 0, "damaged": 2}
    client.control("inventory", sku="MUG-1", name="damaged", quantity=0)
    assert level(client, "MUG-1")[0]["available"] == 7
    assert [body["available"] for _topic, body in seen] == [5, 7]


def test_a_transfer_takes_units_at_once_and_brings_them_when_it_arrives(client, seen):
    second = place(client, "Second")
    client.control("inventory/transfer", sku="MUG-1", **{"from": "Main", "to": "Second"}, quantity=3, step="ready")
    assert level(client, "MUG-1")[0] == {"available": 4, "on_hand": 7, "reserved": 3, "incoming": 0, "damaged": 0}
    client.control("inventory/transfer", sku="MUG-1", **{"from": "Main", "to": "Second"}, quantity=3, step="ship")
    assert level(client, "MUG-1")[0]["on_hand"] == 4
    assert level(client, "MUG-1", second)[0]["incoming"] == 3
    client.control("inventory/transfer", sku="MUG-1", **{"from": "Main", "to": "Second"}, quantity=3, step="receive")
    assert level(client, "MUG-1", second)[0] == {"available": 10, "on_hand": 10, "reserved": 0, "incoming": 0, "damaged": 0}
    assert set(topics(seen)) == {"inventory_levels/update"}


def test_a_transfer_in_one_step_ends_the_same(client):
    client.control("inventory/transfer", sku="MUG-1", **{"from": "Main", "to": "Second"}, quantity=3)
    assert client.available("MUG-1") == 4
    assert level(client, "MUG-1", place(client, "Second"))[0]["available"] == 10


def test_an_item_is_stocked_at_a_location_and_not_any_more(client, seen):
    assert client.control("inventory/stocked", sku="MUG-1", location_id="Second", stocked=False).json() == {"stocked": False}
    assert topics(seen) == ["inventory_levels/disconnect"]
    assert level(client, "MUG-1", place(client, "Second")) == (
        {"available": 7, "on_hand": 7, "reserved": 0, "incoming": 0, "damaged": 0}, False)
    refused = client.control("inventory/stocked", sku="MUG-1", location_id="Main", stocked=False)
    assert (refused.status_code, "at least" in refused.text) == (400, True)
    client.control("inventory/stocked", sku="MUG-1", location_id="Second", stocked=True)
    assert topics(seen)[-1] == "inventory_levels/connect"


# -- bundles ----------------------------------------------------------------------------------------------------
def bundle(client):
    client.control("products", title="Set", sku="SET", price="25.00")
    client.control("products", sku="SET", components={"MUG-1": 2, "POSTER": 1})
    return client.variant("SET")


def test_the_quantity_of_a_bundle_follows_its_components_and_cannot_be_written(client):
    assert bundle(client).requires_components
    assert level(client, "SET")[0]["available"] == 3
    client.control("inventory", sku="MUG-1", available=3)
    assert level(client, "SET")[0]["available"] == 1
    answer = write(client, "SET", 9, 1)
    assert [row["code"] for row in answer["userErrors"]] == ["NON_MUTABLE_INVENTORY_ITEM"]


def test_a_bundle_is_sold_as_its_components(client):
    bundle(client)
    client.control("orders", lines=[{"sku": "SET", "quantity": 2}])
    order = next(iter(client.shop.orders.values()))
    assert [(line.sku, line.quantity) for line in order.line_items] == [("MUG-1", 4), ("POSTER", 2)]
    assert {line.line_item_group["variantSku"] for line in order.line_items} == {"SET"}
    assert (client.available("MUG-1"), client.available("POSTER")) == (3, 1)


def test_a_variant_that_is_not_tracked_any_more_says_so(client, seen):
    client.control("products", sku="MUG-1", tracked=False)
    assert client.shop.inventory_items[item(client, "MUG-1")].tracked is False
    assert "inventory_items/update" in topics(seen)


def test_one_variant_of_a_product_is_deleted_with_its_levels(client, seen):
    gone = item(client, "SHIRT-S-RED")
    client.control("products", sku="SHIRT-S-RED", delete_variant=True)
    assert topics(seen) == ["inventory_items/delete", "products/update"]
    assert not [key for key in client.shop.levels if key[0] == gone]


# -- keys and the journal -----------------------------------------------------------------------------------------
def test_a_key_whose_first_attempt_broke_off_is_burnt(client):
    client.control("faults", kind="attempt_failed", match="Set")
    rows = {"input": {"name": "available", "reason": "correction", "quantities": [{
        "inventoryItemId": item(client, "MUG-1"), "locationId": client.shop.default_location.id, "quantity": 3,
        "changeFromQuantity": 7}]}, "key": "burnt"}
    assert client.error(SET, rows)[0] == "INTERNAL_SERVER_ERROR"
    assert [row["code"] for row in write(client, "MUG-1", 3, 7, key="burnt")["userErrors"]] == [
        "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]
    assert client.available("MUG-1") == 7
    assert write(client, "MUG-1", 3, 7, key="new")["userErrors"] == []


def test_the_journal_tells_who_changed_what_and_what_was_refused(client):
    write(client, "MUG-1", 6, 7)
    client.control("orders", lines=[{"sku": "MUG-1", "quantity": 2}])
    write(client, "MUG-1", 9, 6, key="stale")
    client.control("inventory", sku="MUG-1", delta=5)
    rows = requests.get(f"{client.server.url}/control/shops/{client.shop.domain}/journal", timeout=10).json()["rows"]
    assert [(row["sku"], row["source"], row["before"], row["after"], row["expected"]) for row in rows] == [
        ("MUG-1", "api", 7, 6, 7), ("MUG-1", "order", 6, 4, None), ("MUG-1", "stale", 4, 9, 6),
        ("MUG-1", "merchant", 4, 9, None)]
    assert [row.serial for row in stock_journal.journal(client.shop)] == [row["serial"] for row in rows]


# -- locations ----------------------------------------------------------------------------------------------------
def places(client):
    return {row["name"]: row for row in client.data(PLACES)["locations"]["nodes"]}


def test_a_new_location_has_no_goods_and_says_where_it_is(client, seen):
    client.control("locations", name="Outlet", city="Reno")
    found = places(client)["Outlet"]
    assert (found["address"]["city"], found["isActive"], found["fulfillmentService"]) == ("Reno", True, None)
    assert [body["name"] for topic, body in seen if topic == "locations/create"] == ["Outlet"]
    assert not [key for key in client.shop.levels if key[1] == found["id"]]


def test_a_location_of_a_fulfilment_service_says_whose_it_is_and_cannot_be_closed(client):
    client.control("locations", name="Shipper", service="Fast Shipper")
    found = places(client)["Shipper"]
    assert found["isFulfillmentService"] and found["fulfillmentService"]["handle"] == "fast-shipper"
    assert not found["deactivatable"]
    assert client.control("locations", id="Shipper", active=False).json()["code"] == (
        "PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR")


def test_a_location_with_goods_is_closed_only_with_a_place_for_them(client, seen):
    assert client.control("locations", id="Second", active=False).json()["code"] == "HAS_ACTIVE_INVENTORY_ERROR"
    assert client.control("locations", id="Second", active=False, destination="Main").status_code == 200
    assert client.available("MUG-1") == 14
    found = places(client)["Second"]
    assert (found["isActive"], found["activatable"], bool(found["deactivatedAt"])) == (False, True, True)
    assert topics(seen)[-1] == "locations/deactivate"
    client.control("locations", id="Second", active=True)
    assert (topics(seen)[-1], level(client, "MUG-1", found["id"])[1]) == ("locations/activate", False)


def test_open_orders_of_a_location_go_where_its_goods_go(client):
    client.control("orders", lines=[{"sku": "MUG-1", "quantity": 2}], location_id=place(client, "Second"))
    client.control("locations", id="Second", active=False, destination="Main")
    order = next(iter(client.shop.orders.values()))
    assert {row.location_id for row in order.fulfillment_orders} == {place(client, "Main")}
    main = client.shop.levels[item(client, "MUG-1"), place(client, "Main")]
    assert (main.available, main.committed, main.on_hand) == (12, 2, 14)


def test_a_location_is_deleted_when_it_is_closed_and_empty(client, seen):
    client.control("products", sku="POSTER", tracked=False)
    assert client.control("locations", id="Second", delete=True).json()["code"] == "LOCATION_IS_ACTIVE"
    client.control("locations", id="Second", active=False, destination="Main")
    assert places(client)["Second"]["deletable"]
    client.control("locations", id="Second", delete=True)
    assert "Second" not in places(client)
    assert topics(seen)[-1] == "locations/delete"


def test_the_api_closes_a_location_with_the_same_refusals(client):
    ids = {"id": place(client, "Second"), "to": place(client, "Second"), "key": "a"}
    assert client.error(DEACTIVATE, ids)[0] == "ACCESS_DENIED"
    client.control("settings", scopes=["write_locations"])
    answer = client.data(DEACTIVATE, ids)["locationDeactivate"]
    assert [row["code"] for row in answer["locationDeactivateUserErrors"]] == ["DESTINATION_LOCATION_IS_THE_SAME_LOCATION"]
    answer = client.data(DEACTIVATE, {**ids, "to": place(client, "Main"), "key": "b"})["locationDeactivate"]
    assert answer == {"location": {"isActive": False}, "locationDeactivateUserErrors": []}


# -- bulk ---------------------------------------------------------------------------------------------------------
def test_all_levels_of_a_shop_come_in_one_bulk_operation(client):
    client.control("inventory", sku="MUG-1", name="damaged", quantity=2)
    started = client.data(BULK)["bulkOperationRunQuery"]
    assert started["userErrors"] == []
    for _try in range(100):
        found = client.data('{ bulkOperation(id: "%s") { status url objectCount } }' % started["bulkOperation"]["id"])
        if found["bulkOperation"]["status"] == "COMPLETED":
            break
        time.sleep(0.02)
    lines = [json.loads(text) for text in requests.get(found["bulkOperation"]["url"], timeout=10).text.splitlines()]
    mine = [row for row in lines if row.get("__parentId") == item(client, "MUG-1")]
    assert [row["quantities"] for row in mine] == [
        [{"name": "available", "quantity": 5}, {"name": "damaged", "quantity": 2}],
        [{"name": "available", "quantity": 7}, {"name": "damaged", "quantity": 0}]]
    assert len(lines) == len(client.shop.inventory_items) + len(client.shop.levels)
