"""Stock: compare-and-set, idempotency keys, adjusting, moving, activating, items."""
import pytest

SET = """mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id changes { name delta quantityAfterChange item { id } location { id } } }
    userErrors { field message code } } }"""
ADJUST = """mutation Adjust($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { changes { name delta } } userErrors { field message code } } }"""
MOVE = """mutation Move($input: InventoryMoveQuantitiesInput!, $key: String!) {
  inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { changes { name delta } } userErrors { field message code } } }"""
ACTIVATE = """mutation Activate($item: ID!, $location: ID!, $available: Int, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
    inventoryLevel { id isActive quantities(names: ["available"]) { quantity } } userErrors { field message } } }"""
TOGGLE = """mutation Toggle($item: ID!, $rows: [InventoryBulkToggleActivationInput!]!) {
  inventoryBulkToggleActivation(inventoryItemId: $item, inventoryItemUpdates: $rows) {
    inventoryLevels { isActive } userErrors { field message code } } }"""


def row(client, sku, quantity=None, expected=None, **more):
    values = {"inventoryItemId": client.variant(sku).inventory_item_id,
              "locationId": client.shop.default_location.id, "changeFromQuantity": expected, **more}
    return values if quantity is None else {**values, "quantity": quantity}


def header(rows, name="available", **more):
    return {"name": name, "reason": "correction", "quantities": rows, **more}


def set_stock(client, rows, key="k", **more):
    return client.data(SET, {"input": header(rows, **more), "key": key})["inventorySetQuantities"]


def codes(answer):
    return [error["code"] for error in answer["userErrors"]]


def test_a_quantity_is_set_when_it_is_as_expected(client, seen):
    answer = set_stock(client, [row(client, "MUG-1", 3, 7)])
    assert answer["userErrors"] == []
    changes = answer["inventoryAdjustmentGroup"]["changes"]
    assert [(change["name"], change["delta"]) for change in changes] == [("available", -4), ("on_hand", -4)]
    assert {change["quantityAfterChange"] for change in changes} == {None}
    assert client.available("MUG-1") == 3
    assert [(topic, body["available"]) for topic, body in seen] == [("inventory_levels/update", 3)]


def test_a_stale_quantity_refuses_the_whole_call(client):
    answer = set_stock(client, [row(client, "SHIRT-S-RED", 1, 10), row(client, "MUG-1", 3, 6)])
    assert codes(answer) == ["CHANGE_FROM_QUANTITY_STALE"]
    assert answer["userErrors"][0]["field"] == ["input", "quantities", "1", "changeFromQuantity"]
    assert answer["inventoryAdjustmentGroup"] is None
    assert (client.available("SHIRT-S-RED"), client.available("MUG-1")) == (10, 7)


def test_an_explicit_null_skips_the_comparison(client):
    assert set_stock(client, [row(client, "MUG-1", 1)])["userErrors"] == []
    assert client.available("MUG-1") == 1


def test_a_row_without_the_compare_key_is_a_top_level_error(client):
    entry = row(client, "MUG-1", 1)
    del entry["changeFromQuantity"]
    assert client.error(SET, {"input": header([entry]), "key": "k"}) == (
        "INVALID_FIELD_ARGUMENTS", "InventoryQuantityInput must include the following argument: changeFromQuantity.")
    assert client.available("MUG-1") == 7


def test_a_call_without_an_idempotency_key_is_a_top_level_error(client):
    document = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    assert client.error(document, {"input": header([row(client, "MUG-1", 1)])}) == (
        "BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided.")
    assert client.error(SET, {"input": header([row(client, "MUG-1", 1)]), "key": " "})[0] == "BAD_REQUEST"
    assert client.available("MUG-1") == 7


def test_the_value_that_is_there_already_is_a_success_without_a_group(client, seen):
    assert set_stock(client, [row(client, "MUG-1", 7, 7)]) == {"inventoryAdjustmentGroup": None, "userErrors": []}
    assert seen == []


def test_the_same_key_replays_the_first_answer_and_applies_nothing(client):
    rows = [row(client, "MUG-1", 3, 7)]
    first = set_stock(client, rows, key="same")
    client.control("inventory", sku="MUG-1", available=50)
    assert set_stock(client, rows, key="same") == first
    assert client.available("MUG-1") == 50


def test_the_same_key_with_other_values_is_a_mismatch(client):
    set_stock(client, [row(client, "MUG-1", 3, 7)], key="same")
    assert codes(set_stock(client, [row(client, "MUG-1", 4, 3)], key="same")) == [
        "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]


def test_a_key_is_forgotten_after_a_day(client):
    set_stock(client, [row(client, "MUG-1", 3)], key="same")
    client.advance(24 * 3600 + 1)
    assert set_stock(client, [row(client, "MUG-1", 4)], key="same")["userErrors"] == []
    assert client.available("MUG-1") == 4


@pytest.mark.parametrize(("changes", "more", "code"), [
    ({}, {"name": "committed"}, "INVALID_NAME"),
    ({}, {"reason": "because"}, "INVALID_REASON"),
    ({}, {"referenceDocumentUri": "nonsense"}, "INVALID_REFERENCE_DOCUMENT"),
    ({}, {"referenceDocumentUri": "gid://odoo-connector/StockSync"}, "INVALID_REFERENCE_DOCUMENT"),
    ({"quantity": 1_000_000_001}, {}, "INVALID_QUANTITY_TOO_HIGH"),
    ({"quantity": -1_000_000_001}, {}, "INVALID_QUANTITY_TOO_LOW"),
    ({"quantity": -1}, {"name": "on_hand"}, "INVALID_QUANTITY_NEGATIVE"),
    ({"inventoryItemId": "gid://shopify/InventoryItem/1"}, {}, "INVALID_INVENTORY_ITEM"),
    ({"locationId": "gid://shopify/Location/1"}, {}, "INVALID_LOCATION"),
])
def test_wrong_input_has_its_code(client, changes, more, code):
    answer = set_stock(client, [{**row(client, "MUG-1", 1), **changes}], **more)
    assert codes(answer) == [code]
    assert client.available("MUG-1") == 7


def test_available_may_go_below_zero(client):
    assert set_stock(client, [row(client, "MUG-1", -2)])["userErrors"] == []


def test_the_same_level_twice_is_refused_on_both_rows(client):
    answer = set_stock(client, [row(client, "MUG-1", 1), row(client, "MUG-1", 2)])
    assert codes(answer) == ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"] * 2


def test_more_than_250_rows_are_refused(client):
    rows = [row(client, "MUG-1", 1)] * 251
    error = client(SET, {"input": header(rows), "key": "k"})["errors"][0]
    assert error["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
    assert error["path"] == ["inventorySetQuantities", "input", "quantities"]


def test_on_hand_is_the_sum_of_its_parts(client):
    item, place = client.variant("MUG-1").inventory_item_id, client.shop.default_location.id
    client.server.call(client.shop.commit_stock, item, place, 2)
    answer = set_stock(client, [row(client, "MUG-1", 10, 7)], name="on_hand")
    assert answer["userErrors"] == []
    level = client.shop.levels[item, place]
    assert (level.available, level.committed, level.on_hand) == (8, 2, 10)


def adjust(client, key="k", **more):
    entry = {**row(client, "MUG-1"), "delta": 2, **more.pop("row", {})}
    values = {"name": "available", "reason": "correction", "changes": [entry], **more}
    return client.data(ADJUST, {"input": values, "key": key})["inventoryAdjustQuantities"]


def test_a_delta_is_added(client):
    assert adjust(client, row={"changeFromQuantity": 7})["userErrors"] == []
    assert client.available("MUG-1") == 9


@pytest.mark.parametrize(("more", "code"), [
    ({"row": {"changeFromQuantity": 1}}, "CHANGE_FROM_QUANTITY_STALE"),
    ({"name": "on_hand"}, "INVALID_QUANTITY_NAME"),
    ({"name": "damaged"}, "INVALID_QUANTITY_DOCUMENT"),
    ({"row": {"ledgerDocumentUri": "gid://odoo/Move/1"}}, "INVALID_AVAILABLE_DOCUMENT"),
    ({"name": "damaged", "row": {"ledgerDocumentUri": "gid://shopify/Order/1"}}, "INTERNAL_LEDGER_DOCUMENT"),
])
def test_an_adjustment_has_its_rules(client, more, code):
    assert code in codes(adjust(client, **more))
    assert client.available("MUG-1") == 7


def test_quantities_move_between_names_of_one_location(client):
    end = {"locationId": client.shop.default_location.id, "changeFromQuantity": None}
    change = {"inventoryItemId": client.variant("MUG-1").inventory_item_id, "quantity": 2,
              "from": {**end, "name": "available"},
              "to": {**end, "name": "damaged", "ledgerDocumentUri": "gid://odoo/Move/1"}}
    values = {"reason": "damaged", "referenceDocumentUri": "gid://odoo/Move/1", "changes": [change]}
    assert client.data(MOVE, {"input": values, "key": "k"})["inventoryMoveQuantities"]["userErrors"] == []
    level = client.shop.levels[change["inventoryItemId"], end["locationId"]]
    assert (level.available, level.damaged, level.on_hand) == (5, 2, 7)
    change["to"]["locationId"] = list(client.shop.locations)[1]
    assert codes(client.data(MOVE, {"input": values, "key": "l"})["inventoryMoveQuantities"]) == [
        "DIFFERENT_LOCATIONS"]


def test_an_active_item_takes_no_quantity_from_activation(client):
    values = {"item": client.variant("MUG-1").inventory_item_id, "location": client.shop.default_location.id,
              "available": 3, "key": "k"}
    assert client.data(ACTIVATE, values)["inventoryActivate"]["userErrors"] == [{
        "field": ["available"],
        "message": "Not allowed to set available quantity when the item is already active at the location."}]
    values.update(available=None, key="l")
    assert client.data(ACTIVATE, values)["inventoryActivate"]["userErrors"] == []


def test_deactivating_keeps_quantities_and_the_last_place(client, seen):
    item, places = client.variant("MUG-1").inventory_item_id, list(client.shop.locations)
    rows = [{"locationId": places[1], "activate": False}]
    assert client.data(TOGGLE, {"item": item, "rows": rows})["inventoryBulkToggleActivation"]["userErrors"] == []
    assert [topic for topic, _body in seen] == ["inventory_levels/disconnect"]
    level = client.shop.levels[item, places[1]]
    assert (level.is_active, level.available) == (False, 7)
    answer = client.data(TOGGLE, {"item": item, "rows": [{"locationId": places[0], "activate": False}]})
    assert codes(answer["inventoryBulkToggleActivation"]) == ["CANNOT_DEACTIVATE_FROM_ONLY_LOCATION"]
    read = client.data("query($id: ID!) { inventoryItem(id: $id) { few: inventoryLevels(first: 5) { nodes { id } } "
                       "all: inventoryLevels(first: 5, includeInactive: true) { nodes { id } } } }", {"id": item})
    assert (len(read["inventoryItem"]["few"]["nodes"]), len(read["inventoryItem"]["all"]["nodes"])) == (1, 2)


def test_committed_stock_keeps_a_place_active(client):
    item, places = client.variant("MUG-1").inventory_item_id, list(client.shop.locations)
    client.server.call(client.shop.commit_stock, item, places[0], 1)
    answer = client.data(TOGGLE, {"item": item, "rows": [{"locationId": places[0], "activate": False}]})
    assert codes(answer["inventoryBulkToggleActivation"]) == ["COMMITTED_INVENTORY_AT_LOCATION"]


def test_an_item_is_changed_and_its_sku_is_the_variants(client, seen):
    document = """mutation($id: ID!, $input: InventoryItemInput!) { inventoryItemUpdate(id: $id, input: $input) {
      inventoryItem { sku unitCost { amount } measurement { weight { value unit } } } userErrors { field message } } }"""
    values = {"sku": "MUG-2", "cost": "3.5", "measurement": {"weight": {"value": 250, "unit": "GRAMS"}}}
    item = client.variant("MUG-1").inventory_item_id
    answer = client.data(document, {"id": item, "input": values})["inventoryItemUpdate"]
    assert answer["inventoryItem"] == {"sku": "MUG-2", "unitCost": {"amount": "3.5"},
                                       "measurement": {"weight": {"value": 250.0, "unit": "GRAMS"}}}
    assert client.variant("MUG-2").sku == "MUG-2"
    assert "inventory_items/update" in [topic for topic, _body in seen]
    answer = client.data(document, {"id": item, "input": {"harmonizedSystemCode": "12", "cost": "-1"}})
    assert len(answer["inventoryItemUpdate"]["userErrors"]) == 2


def test_quantities_are_read_by_name(client):
    document = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { inventoryLevels(first: 5) { nodes {
      id isActive quantities(names: ["available", "on_hand", "incoming"]) { name quantity } } } } } }"""
    item = client.variant("MUG-1").inventory_item_id
    levels = client.data(document, {"ids": [item]})["nodes"][0]["inventoryLevels"]["nodes"]
    assert levels[0]["quantities"] == [{"name": "available", "quantity": 7}, {"name": "on_hand", "quantity": 7},
                                       {"name": "incoming", "quantity": 0}]
    assert "?inventory_item_id=" in levels[0]["id"]
    assert client.error(document.replace("incoming", "foo"), {"ids": [item]})[0] == "INVALID_FIELD_ARGUMENTS"


def test_a_count_by_hand_fires_a_webhook(client, seen):
    client.control("inventory", sku="MUG-1", delta=-3)
    assert client.available("MUG-1") == 4
    assert seen[0][0] == "inventory_levels/update"
    assert seen[0][1]["available"] == 4
