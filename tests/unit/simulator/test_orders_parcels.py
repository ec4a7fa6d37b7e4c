"""Parcels: made, followed, taken back; what customers hear of them; several mutations in one request; returned goods."""
import pytest
import requests

from .test_orders_fulfilment_orders import CREATE, Orders, refusal, units

EVENT = """mutation E($e: FulfillmentEventInput!) { fulfillmentEventCreate(fulfillmentEvent: $e) {
  fulfillmentEvent { status } userErrors { message } } }"""
TRACK = """mutation T($id: ID!, $info: FulfillmentTrackingInput!, $notify: Boolean) { fulfillmentTrackingInfoUpdate(
  fulfillmentId: $id, trackingInfoInput: $info, notifyCustomer: $notify) { fulfillment { id } userErrors { message } } }"""
CANCEL = "mutation C($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { message } } }"
SEVERAL = """mutation S($a: FulfillmentInput!, $b: FulfillmentInput!, $c: FulfillmentInput!) {
  a: fulfillmentCreate(fulfillment: $a) { fulfillment { id } userErrors { message } }
  b: fulfillmentCreate(fulfillment: $b) { fulfillment { id } userErrors { message } }
  c: fulfillmentCreate(fulfillment: $c) { fulfillment { id } userErrors { message } } }"""


@pytest.fixture
def orders(client):
    return Orders(client)


def notices(client):
    return [(row["kind"], row["numbers"]) for row in client.shop.extra.get("notices", ())]


def several(orders, count=3):
    gids = [orders.place(1) for _turn in range(count)]
    values = {name: {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": orders.read(gid)[0]["id"]}]}
              for name, gid in zip("abc", gids)}
    return gids, values


def parcels(client, gids):
    return [len(client.shop.orders[gid].fulfillments) for gid in gids]


# -- notices, events ------------------------------------------------------------------------------------------------
def test_customers_hear_of_a_parcel_when_asked_for_and_of_its_last_steps_then(orders, client):
    silent, told = (orders.read(orders.place(1))[0] for _turn in range(2))
    for record, notify in ((silent, False), (told, True)):
        gid = orders.ship(record, notifyCustomer=notify, trackingInfo={"numbers": ["A1", "A2"]})["fulfillment"]["id"]
        for status in ("IN_TRANSIT", "DELIVERED"):
            client.data(EVENT, {"e": {"fulfillmentId": gid, "status": status}})
    assert notices(client) == [("shipping_confirmation", ["A1", "A2"]), ("delivered", ["A1", "A2"])]
    client.data(TRACK, {"id": gid, "info": {"number": "B7"}, "notify": True})
    client.data(TRACK, {"id": gid, "info": {"number": "B8"}, "notify": False})
    assert notices(client)[2:] == [("shipping_update", ["B7"])]


def test_an_event_shows_on_the_parcel_and_is_told_by_its_own_topic(orders, client, seen):
    record, = orders.read(orders.place(1))
    gid = orders.ship(record)["fulfillment"]["id"]
    client.data(EVENT, {"e": {"fulfillmentId": gid, "status": "OUT_FOR_DELIVERY",
                              "estimatedDeliveryAt": "2030-01-02T00:00:00Z"}})
    shown = client.data("""query F($id: ID!) { fulfillment(id: $id) { displayStatus estimatedDeliveryAt
      events(first: 5) { nodes { status } } } }""", {"id": gid})["fulfillment"]
    assert shown["displayStatus"] == "OUT_FOR_DELIVERY" and shown["estimatedDeliveryAt"].startswith("2030-01-02")
    body = next(body for topic, body in seen if topic == "fulfillment_events/create")
    assert (body["status"], body["fulfillment_id"]) == ("out_for_delivery", int(gid.rsplit("/", 1)[1]))


# -- making, taking back --------------------------------------------------------------------------------------------
def test_the_same_line_twice_in_one_parcel_is_refused(orders, client):
    record, = orders.read(orders.place(4))
    line = {"id": record["lineItems"]["nodes"][0]["id"], "quantity": 3}
    group = {"fulfillmentOrderId": record["id"], "fulfillmentOrderLineItems": [line, line]}
    payload = client.data(CREATE, {"f": {"lineItemsByFulfillmentOrder": [group]}})["fulfillmentCreate"]
    assert "Invalid fulfillment order line item quantity" in refusal(payload)


def test_taking_back_a_part_gives_it_to_the_open_fulfilment_order_and_a_whole_makes_a_new_one(orders, client):
    record, = orders.read(gid := orders.place(4))
    first = orders.ship(record, 1)["fulfillment"]["id"]
    client.data(CANCEL, {"id": first})
    assert [(row["status"], units(row)) for row in orders.read(gid)] == [("OPEN", [(4, 4)])]
    whole = orders.ship(record)["fulfillment"]["id"]
    client.data(CANCEL, {"id": whole})
    assert [(row["status"], units(row)) for row in orders.read(gid)] == [("CLOSED", [(4, 0)]), ("OPEN", [(4, 4)])]
    assert client.data(CANCEL, {"id": whole})["fulfillmentCancel"]["fulfillment"]["status"] == "CANCELLED"
    assert len(orders.read(gid)) == 2
    assert client.data(TRACK, {"id": whole, "info": {"number": "X"}})["fulfillmentTrackingInfoUpdate"]["userErrors"]


def test_a_parcel_of_which_something_came_back_cannot_be_taken_back(orders, client):
    record, = orders.read(gid := orders.place(2))
    parcel = orders.ship(record)["fulfillment"]["id"]
    client.control(f"orders/{gid.rsplit('/', 1)[1]}/return", lines=[{"sku": "MUG-1", "quantity": 1}])
    assert "returned" in refusal(client.data(CANCEL, {"id": parcel})["fulfillmentCancel"])


# -- several mutations in one request -------------------------------------------------------------------------------
def test_one_of_several_mutations_is_refused_alone(orders, client):
    gids, values = several(orders)
    values["b"] = values["a"]
    data = client.data(SEVERAL, values)
    assert "unfulfillable" in refusal(data["b"])
    assert data["a"]["fulfillment"] and data["c"]["fulfillment"] and parcels(client, gids) == [1, 0, 1]


@pytest.mark.parametrize(("kind", "made"), [("alias_failed", [1, 0, 1]), ("alias_failed_after", [1, 1, 1])])
def test_one_of_several_mutations_breaks_off_alone(orders, client, kind, made):
    gids, values = several(orders)
    client.control("faults", kind=kind, alias=1)
    answer = client(SEVERAL, values)
    assert answer["data"]["b"] is None and answer["data"]["a"]["fulfillment"] and answer["data"]["c"]["fulfillment"]
    assert [(row["path"], row["extensions"]["code"]) for row in answer["errors"]] == [(["b"], "INTERNAL_SERVER_ERROR")]
    assert parcels(client, gids) == made


def test_a_request_is_cut_between_two_mutations(orders, client):
    gids, values = several(orders)
    client.control("faults", kind="cut_inside", alias=1)
    with pytest.raises(requests.ConnectionError):
        client.post(SEVERAL, values)
    assert parcels(client, gids) == [1, 0, 0]
    assert not client.data(SEVERAL, dict.fromkeys("abc", values["b"]))["a"]["userErrors"]


def test_a_late_request_is_applied_when_its_sender_is_long_gone(orders, client):
    gids, values = several(orders)
    client.control("faults", kind="late", seconds=20)
    with pytest.raises(requests.ConnectionError):
        client.post(SEVERAL, values)
    assert parcels(client, gids) == [0, 0, 0]
    client.advance(19)
    orders.read(gids[0])
    assert parcels(client, gids) == [0, 0, 0]
    client.advance(2)
    orders.read(gids[0])
    assert parcels(client, gids) == [1, 1, 1]


# -- returned goods -------------------------------------------------------------------------------------------------
RETURN = """mutation R($input: ReturnInput!) { returnCreate(returnInput: $input) { return { id
  returnLineItems(first: 5) { nodes { ... on ReturnLineItem { id } } }
  reverseFulfillmentOrders(first: 2) { nodes { id lineItems(first: 5) { nodes { id } } } } }
  userErrors { field message code } } }"""
PROCESS = """mutation P($input: ReturnProcessInput!) { returnProcess(input: $input) {
  return { status } userErrors { field message code } } }"""


@pytest.fixture
def returned(orders, client):
    """A return of three mugs that were shipped: {returnId, line, reverse}."""
    record, = orders.read(orders.place(3))
    orders.ship(record)
    line = next(iter(client.shop.orders.values())).fulfillments[0].fulfillment_line_items[0]
    order = line.fulfillment_order.order
    row = {"fulfillmentLineItemId": line.id, "quantity": 3, "returnReason": "UNWANTED"}
    made = client.data(RETURN, {"input": {"orderId": order.id, "returnLineItems": [row]}})["returnCreate"]["return"]
    return {"id": made["id"], "line": made["returnLineItems"]["nodes"][0]["id"], "order": order,
            "reverse": made["reverseFulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"][0]["id"]}


def process(client, returned, quantity, *parts):
    dispositions = [{"reverseFulfillmentOrderLineItemId": returned["reverse"], "quantity": units,
                     "dispositionType": kind, **({"locationId": place} if place else {})}
                    for kind, units, place in parts]
    row = {"id": returned["line"], "quantity": quantity, "dispositions": dispositions}
    return client.data(PROCESS, {"input": {"returnId": returned["id"], "returnLineItems": [row]}})["returnProcess"]


def test_each_part_of_what_came_back_goes_where_it_was_said(orders, client, returned):
    second = orders.second
    orders.stock()
    before = client.available("MUG-1")
    assert not process(client, returned, 3, ("RESTOCKED", 1, orders.main), ("RESTOCKED", 1, second),
                       ("NOT_RESTOCKED", 1, None))["userErrors"]
    item = client.variant("MUG-1").inventory_item_id
    assert client.available("MUG-1") - before == 1 and client.shop.levels[item, second].available == 1
    record, = returned["order"].returns
    assert record.status == "OPEN" and sorted(
        (row.quantity, row.restock_type) for row in record.refunds[0].refund_line_items) == [
            (1, "NO_RESTOCK"), (1, "RETURN"), (1, "RETURN")]
    assert not record.refunds[0].transactions


@pytest.mark.parametrize(("quantity", "parts", "code"), [
    (1, [("RESTOCKED", 1, None)], "BLANK"), (1, [("NOT_RESTOCKED", 2, None)], "INVALID"),
    (4, [("NOT_RESTOCKED", 4, None)], "INVALID"), (1, [("NOT_RESTOCKED", 0, None)], "GREATER_THAN")])
def test_what_does_not_add_up_is_refused_and_nothing_is_processed(client, returned, quantity, parts, code):
    errors = process(client, returned, quantity, *parts)["userErrors"]
    assert [row["code"] for row in errors] == [code]
    assert not returned["order"].returns[0].refunds


def test_goods_that_need_work_are_decided_about_later(orders, client, returned):
    process(client, returned, 3, ("PROCESSING_REQUIRED", 3, None))
    before = client.available("MUG-1")
    dispose = """mutation D($rows: [ReverseFulfillmentOrderDisposeInput!]!) { reverseFulfillmentOrderDispose(
      dispositionInputs: $rows) { userErrors { code } } }"""
    row = {"reverseFulfillmentOrderLineItemId": returned["reverse"], "dispositionType": "RESTOCKED",
           "locationId": orders.main}
    for quantity, codes in ((2, []), (2, ["INVALID"]), (1, [])):
        errors = client.data(dispose, {"rows": [{**row, "quantity": quantity}]})["reverseFulfillmentOrderDispose"]
        assert [part["code"] for part in errors["userErrors"]] == codes
    assert client.available("MUG-1") - before == 3


def test_the_same_parcel_line_twice_in_a_return_is_refused(client, orders):
    record, = orders.read(gid := orders.place(2))
    orders.ship(record)
    line = client.shop.orders[gid].fulfillments[0].fulfillment_line_items[0]
    row = {"fulfillmentLineItemId": line.id, "quantity": 2, "returnReason": "UNWANTED"}
    payload = client.data(RETURN, {"input": {"orderId": gid, "returnLineItems": [row, row]}})["returnCreate"]
    assert payload["userErrors"][0]["code"] == "INVALID" and not client.shop.orders[gid].returns
