"""Fulfilment orders: where they are, what may be done with them, and what each step leaves behind."""
import pytest

FIELDS = """id status requestStatus fulfillAt assignedLocation { location { name } } supportedActions { action }
  fulfillmentHolds { id reason } lineItems(first: 10) { nodes { id totalQuantity remainingQuantity sku } }"""
READ = f"query R($id: ID!) {{ order(id: $id) {{ fulfillmentOrders(first: 10) {{ nodes {{ {FIELDS} }} }} }} }}"
CREATE = """mutation C($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id } userErrors { field message } } }"""
MOVE = f"""mutation M($id: ID!, $to: ID!, $lines: [FulfillmentOrderLineItemInput!]) {{
  fulfillmentOrderMove(id: $id, newLocationId: $to, fulfillmentOrderLineItems: $lines) {{
    movedFulfillmentOrder {{ {FIELDS} }} originalFulfillmentOrder {{ {FIELDS} }} remainingFulfillmentOrder {{ {FIELDS} }}
    userErrors {{ field message code }} }} }}"""


class Orders:
    """Orders of one shop, and short words for what is done to them."""

    def __init__(self, client):
        self.client, self.main = client, client.shop.default_location.id
        self.second = client.control("locations", name="Annex").json()["id"]

    def place(self, units=4, **spec):
        answer = self.client.control("orders", **{"lines": [{"sku": "MUG-1", "quantity": units}], **spec})
        return answer.json()["orders"][0]["admin_graphql_api_id"]

    def read(self, gid):
        return self.client.data(READ, {"id": gid})["order"]["fulfillmentOrders"]["nodes"]

    def stock(self, sku="MUG-1"):
        assert self.client.control("inventory/stocked", sku=sku, location_id="Annex", stocked=True).json()["stocked"]

    def step(self, gid, step, **body):
        return self.client.control(f"orders/{gid.rsplit('/', 1)[1]}/fulfillment_order", step=step, **body)

    def ship(self, record, units=None, **more):
        group = {"fulfillmentOrderId": record["id"]}
        if units:
            group["fulfillmentOrderLineItems"] = [{"id": record["lineItems"]["nodes"][0]["id"], "quantity": units}]
        return self.client.data(CREATE, {"f": {"lineItemsByFulfillmentOrder": [group], **more}})["fulfillmentCreate"]

    def move(self, record, to, units=None):
        lines = units and [{"id": record["lineItems"]["nodes"][0]["id"], "quantity": units}]
        return self.client.data(MOVE, {"id": record["id"], "to": to, "lines": lines})["fulfillmentOrderMove"]


@pytest.fixture
def orders(client):
    return Orders(client)


def actions(record):
    return {row["action"] for row in record["supportedActions"]}


def units(record):
    return [(row["totalQuantity"], row["remainingQuantity"]) for row in record["lineItems"]["nodes"]]


def place_of(record):
    return record["assignedLocation"]["location"]["name"]


def refusal(payload):
    return payload["userErrors"][0]["message"]


# -- moves ----------------------------------------------------------------------------------------------------------
def test_a_place_that_does_not_stock_the_item_takes_no_move(orders):
    record, = orders.read(orders.place())
    assert "doesn't stock" in refusal(orders.move(record, orders.second))
    orders.stock()
    assert place_of(orders.move(record, orders.second)["movedFulfillmentOrder"]) == "Annex"


def test_a_whole_move_takes_the_fulfilment_order_itself_and_its_committed_stock(orders, client):
    orders.stock()
    record, = orders.read(orders.place(3))
    payload = orders.move(record, orders.second)
    assert payload["movedFulfillmentOrder"]["id"] == payload["originalFulfillmentOrder"]["id"] == record["id"]
    assert payload["remainingFulfillmentOrder"] is None
    levels = client.shop.levels_of(client.variant("MUG-1").inventory_item_id)
    assert [(row.available, row.committed) for row in levels if row.location_id in (orders.main, orders.second)] == [
        (7, 0), (-3, 3)]


def test_a_part_moves_with_the_id_and_the_rest_gets_a_new_one(orders):
    orders.stock()
    record, = orders.read(gid := orders.place(4))
    payload = orders.move(record, orders.second, 1)
    assert payload["movedFulfillmentOrder"]["id"] == record["id"]
    assert units(payload["movedFulfillmentOrder"]) == [(1, 1)]
    assert units(payload["remainingFulfillmentOrder"]) == [(3, 3)]
    assert [place_of(row) for row in orders.read(gid)] == ["Annex", "Main"]


def test_what_was_shipped_stays_and_the_rest_is_a_new_fulfilment_order_elsewhere(orders):
    orders.stock()
    record, = orders.read(gid := orders.place(4))
    orders.ship(record, 1)
    moved = orders.move(record, orders.second)["movedFulfillmentOrder"]
    assert moved["id"] != record["id"] and units(moved) == [(3, 3)]
    first, second = orders.read(gid)
    assert (first["status"], units(first), second["status"]) == ("CLOSED", [(1, 0)], "OPEN")


def test_a_move_to_where_the_order_has_another_one_closes_the_old_and_makes_a_third(orders):
    orders.stock()
    record, = orders.read(gid := orders.place(4))
    orders.move(record, orders.second, 1)
    rest = next(row for row in orders.read(gid) if place_of(row) == "Main")
    moved = orders.move(rest, orders.second)["movedFulfillmentOrder"]
    assert moved["id"] not in (record["id"], rest["id"])
    assert sorted((row["status"], place_of(row)) for row in orders.read(gid)) == [
        ("CLOSED", "Main"), ("OPEN", "Annex"), ("OPEN", "Annex")]


def test_the_same_place_a_closed_one_and_reported_progress_are_refused(orders):
    orders.stock()
    record, = orders.read(gid := orders.place())
    assert "already assigned" in refusal(orders.move(record, orders.main))
    orders.step(gid, "progress")
    error = orders.move(record, orders.second)["userErrors"][0]
    assert error["code"] == "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS"
    orders.step(gid, "open")
    orders.ship(record)
    assert "Cannot move" in refusal(orders.move(record, orders.second))


def test_a_split_leaves_two_at_the_same_place_and_more_than_there_is_is_refused(orders, client):
    record, = orders.read(gid := orders.place(4))
    split = """mutation S($rows: [FulfillmentOrderSplitInput!]!) { fulfillmentOrderSplit(fulfillmentOrderSplits: $rows) {
      fulfillmentOrderSplits { remainingFulfillmentOrder { id } } userErrors { code } } }"""
    line = record["lineItems"]["nodes"][0]["id"]
    for quantity, code in ((5, "INVALID_LINE_ITEM_QUANTITY"), (0, "GREATER_THAN"), (1, None)):
        rows = [{"fulfillmentOrderId": record["id"], "fulfillmentOrderLineItems": [{"id": line, "quantity": quantity}]}]
        errors = client.data(split, {"rows": rows})["fulfillmentOrderSplit"]["userErrors"]
        assert [row["code"] for row in errors] == ([code] if code else [])
    assert [units(row) for row in orders.read(gid)] == [[(1, 1)], [(3, 3)]]


def test_orders_are_routed_over_the_places_that_a_test_names(orders):
    orders.stock()
    gid = orders.place(5, routes=[{"sku": "MUG-1", "quantity": 2, "location_id": "Annex"}])
    assert sorted((place_of(row), units(row)) for row in orders.read(gid)) == [
        ("Annex", [(2, 2)]), ("Main", [(3, 3)])]


# -- time, holds ----------------------------------------------------------------------------------------------------
def test_goods_and_what_is_not_shipped_are_two_and_no_fulfilment_takes_both(orders, client):
    lines = [{"sku": "MUG-1", "quantity": 1}, {"title": "Engraving", "price": "5.00", "requires_shipping": False}]
    gid = orders.place(lines=lines)
    groups = [{"fulfillmentOrderId": record["id"]} for record in orders.read(gid)]
    assert len(groups) == 2
    payload = client.data(CREATE, {"f": {"lineItemsByFulfillmentOrder": groups}})["fulfillmentCreate"]
    assert refusal(payload) == ('All fulfillment orders must have the same delivery method type. '
                                'Multiple delivery method types ["shipping", "none"] were found.')
    assert all(record["status"] == "OPEN" for record in orders.read(gid))
    assert not any(orders.ship(record)["userErrors"] for record in orders.read(gid))
    assert {record["status"] for record in orders.read(gid)} == {"CLOSED"}


def test_a_scheduled_one_cannot_be_shipped_until_it_is_opened_or_its_time_has_come(orders, client, seen):
    at = "2099-01-01T00:00:00Z"
    record, = orders.read(gid := orders.place(1, fulfill_at=at))
    assert record["status"] == "SCHEDULED" and actions(record) == {"MARK_AS_OPEN", "MOVE"}
    assert "unfulfillable status= scheduled" in refusal(orders.ship(record))
    opening = "mutation O($id: ID!) { fulfillmentOrderOpen(id: $id) { fulfillmentOrder { status } userErrors { message } } }"
    assert client.data(opening, {"id": record["id"]})["fulfillmentOrderOpen"]["fulfillmentOrder"]["status"] == "OPEN"
    assert client.data(opening, {"id": record["id"]})["fulfillmentOrderOpen"]["userErrors"]
    assert not orders.ship(record)["userErrors"]
    soon = (client.shop.now().replace(microsecond=0)).isoformat()
    later, = orders.read(orders.place(1, fulfill_at=soon))
    assert later["status"] == "OPEN"
    assert [topic for topic, _body in seen].count("fulfillment_orders/scheduled_fulfillment_order_ready") == 2
    assert gid


def test_a_held_one_cannot_be_shipped_until_its_last_hold_is_released(orders, seen):
    record, = orders.read(gid := orders.place())
    orders.step(gid, "hold", reason="INCORRECT_ADDRESS")
    orders.step(gid, "hold", reason="OTHER")
    held, = orders.read(gid)
    assert held["status"] == "ON_HOLD" and actions(held) == {"RELEASE_HOLD", "HOLD", "MOVE"}
    assert "unfulfillable status= on_hold" in refusal(orders.ship(record))
    orders.step(gid, "release")
    assert orders.read(gid)[0]["status"] == "OPEN"
    topics = [topic for topic, _body in seen if "hold" in topic]
    assert topics == ["fulfillment_holds/added", "fulfillment_orders/placed_on_hold", "fulfillment_holds/added",
                      "fulfillment_holds/released", "fulfillment_holds/released", "fulfillment_orders/hold_released"]
    body = next(body for topic, body in seen if topic == "fulfillment_orders/placed_on_hold")
    assert gid not in str(body) and body["fulfillment_order"]["id"] == record["id"]


def test_a_hold_of_a_part_leaves_the_rest_open(orders):
    gid = orders.place(4)
    orders.step(gid, "hold", lines=[{"sku": "MUG-1", "quantity": 1}])
    assert [(row["status"], units(row)) for row in orders.read(gid)] == [("ON_HOLD", [(1, 1)]), ("OPEN", [(3, 3)])]


# -- fulfilment services --------------------------------------------------------------------------------------------
ASK = """mutation A($id: ID!) { fulfillmentOrderSubmitFulfillmentRequest(id: $id, message: "please") {
  submittedFulfillmentOrder { requestStatus merchantRequests(first: 2) { nodes { kind message } } }
  userErrors { message } } }"""
ACCEPT = """mutation A($id: ID!) { fulfillmentOrderAcceptFulfillmentRequest(id: $id) {
  fulfillmentOrder { status requestStatus } userErrors { message } } }"""


def at_service(orders, client, own):
    client.control("locations", name="Depot", service="Depot Inc", own=own)
    client.control("inventory/stocked", sku="MUG-1", location_id="Depot", stocked=True)
    return orders.place(2, routes=[{"sku": "MUG-1", "location_id": "Depot"}])


def test_a_request_to_a_foreign_service_is_its_own_to_answer(orders, client, seen):
    record, = orders.read(gid := at_service(orders, client, own=False))
    assert {"REQUEST_FULFILLMENT", "CREATE_FULFILLMENT", "MOVE"} <= actions(record)
    sent = client.data(ASK, {"id": record["id"]})["fulfillmentOrderSubmitFulfillmentRequest"]["submittedFulfillmentOrder"]
    assert sent["requestStatus"] == "SUBMITTED" and sent["merchantRequests"]["nodes"][0]["message"] == "please"
    assert client.data(ASK, {"id": record["id"]})["fulfillmentOrderSubmitFulfillmentRequest"]["userErrors"]
    assert client.data(ACCEPT, {"id": record["id"]})["fulfillmentOrderAcceptFulfillmentRequest"]["userErrors"]
    assert "request status= submitted" in refusal(orders.ship(record))
    assert "Cannot move" in refusal(orders.move(record, orders.main))
    orders.step(gid, "accept")
    assert orders.read(gid)[0]["requestStatus"] == "ACCEPTED"
    assert {"fulfillment_orders/fulfillment_request_submitted", "fulfillment_orders/fulfillment_request_accepted"} <= {
        topic for topic, _body in seen}


def test_a_request_to_the_app_itself_is_accepted_by_it_and_then_shipped(orders, client):
    gid = at_service(orders, client, own=True)
    assert orders.read(gid)[0]["requestStatus"] == "UNSUBMITTED"
    record, = orders.read(gid)
    orders.step(gid, "request")
    waiting = client.data("{ assignedFulfillmentOrders(first: 5, assignmentStatus: FULFILLMENT_REQUESTED) { nodes { id } } }")
    assert [row["id"] for row in waiting["assignedFulfillmentOrders"]["nodes"]] == [record["id"]]
    done = client.data(ACCEPT, {"id": record["id"]})["fulfillmentOrderAcceptFulfillmentRequest"]["fulfillmentOrder"]
    assert done == {"status": "IN_PROGRESS", "requestStatus": "ACCEPTED"}
    assert not orders.ship(record)["userErrors"]


@pytest.mark.parametrize(("own", "scope"), [(True, "assigned"), (False, "third_party")])
def test_a_place_of_a_service_is_seen_with_the_scope_of_its_kind(orders, client, own, scope):
    gid = at_service(orders, client, own)
    scopes = set(client.shop.app.scopes)
    client.control("settings", scopes=sorted(
        scopes - {f"{verb}_{scope}_fulfillment_orders" for verb in ("read", "write")}))
    assert orders.read(gid) == []
    client.control("settings", scopes=sorted(scopes - {f"write_{scope}_fulfillment_orders"}
                                             | {f"read_{scope}_fulfillment_orders"}))
    assert "does not exist" in refusal(orders.ship(orders.read(gid)[0]))


# -- pickup ---------------------------------------------------------------------------------------------------------
def test_goods_for_pickup_are_prepared_once_and_the_customer_is_told_once(orders, client):
    orders.stock()
    gid = orders.place(1, delivery="pickup", pickup_location_id="Annex")
    record, = orders.read(gid)
    assert place_of(record) == "Annex"
    ready = """mutation P($id: ID!) { fulfillmentOrderLineItemsPreparedForPickup(
      input: {lineItemsByFulfillmentOrder: [{fulfillmentOrderId: $id}]}) { userErrors { code } } }"""
    first, second = (client.data(ready, {"id": record["id"]})["fulfillmentOrderLineItemsPreparedForPickup"]["userErrors"]
                     for _turn in range(2))
    assert first == [] and second == [{"code": "NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER"}]
    assert orders.read(gid)[0]["status"] == "OPEN"
    assert [row["kind"] for row in client.shop.extra["notices"]] == ["ready_for_pickup"]
    shipped, = orders.read(orders.place(1))
    assert client.data(ready, {"id": shipped["id"]})["fulfillmentOrderLineItemsPreparedForPickup"]["userErrors"] == [
        {"code": "FULFILLMENT_ORDER_INVALID"}]
