"""The Admin API of the simulated orders: what is read, what is changed, what is refused."""
from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from tests.simulator import order_life as life
from tests.simulator import plugins, schema, zoo
from tests.simulator.graphql_api import Call, Request
from tests.simulator.order_factory import place_order
from tests.unit.simulator.orders_shop import level, make_shop

VERSIONS = ("2026-07", "2026-10")
BAG = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
ORDER = f"""query Read($id: ID!) {{ order(id: $id) {{
  id legacyResourceId name displayFinancialStatus displayFulfillmentStatus returnStatus test closed cancelReason
  totalPriceSet {BAG} currentTotalPriceSet {BAG} totalTaxSet {BAG} subtotalPriceSet {BAG} totalOutstandingSet {BAG}
  taxLines {{ title rate ratePercentage priceSet {BAG} }}
  customer {{ id }} billingAddress {{ address1 countryCodeV2 }} shippingAddress {{ address1 }}
  discountApplications(first: 5) {{ nodes {{ index targetType value {{ __typename ... on MoneyV2 {{ amount }}
    ... on PricingPercentageValue {{ percentage }} }} ... on DiscountCodeApplication {{ code }}
    ... on AutomaticDiscountApplication {{ title }} }} }}
  lineItems(first: 10) {{ nodes {{ id sku quantity currentQuantity unfulfilledQuantity variant {{ id sku }}
    originalUnitPriceSet {BAG} discountedTotalSet {BAG} withCodes: discountedTotalSet(withCodeDiscounts: true) {BAG}
    totalDiscountSet {BAG} priceAfterAllDiscountsBeforeTaxesSet {BAG}
    discountAllocations {{ allocatedAmountSet {BAG} discountApplication {{ index }} }} taxLines {{ rate }} }}
    pageInfo {{ hasNextPage endCursor }} }}
  shippingLines(first: 5, includeRemovals: true) {{ nodes {{ title discountedPriceSet {BAG} }} }}
  transactions(first: 5) {{ id kind status gateway amountSet {BAG} parentTransaction {{ id }} }}
  fulfillmentOrders(first: 5) {{ nodes {{ id status lineItems(first: 5) {{ nodes {{ id remainingQuantity }} }} }} }}
}} }}"""
KEYS = itertools.count()


@pytest.fixture(scope="module", autouse=True)
def resolvers():
    plugins.load_resolvers()


@pytest.fixture
def shop():
    return make_shop(plan="plus")


def ask(shop, text: str, version: str = "2026-07", **variables) -> dict:
    """The answer of one request, as the server would give it."""
    request = Request(shop, schema.load(version), Call(text, variables))
    request.identify()
    try:
        return request.execute()
    finally:
        request.close()


def data(shop, text: str, version: str = "2026-07", **variables) -> dict:
    answer = ask(shop, text, version, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def sale(shop, **more):
    return place_order(shop, {"lines": [{"sku": "T0", "quantity": 2}, {"sku": "T1"}], "shipping": {"price": "5.00"},
                              "taxes": [{"title": "VAT", "rate": "0.2"}], **more})


# -- reading --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", sorted(zoo.KINDS))
def test_every_kind_of_order_can_be_read(kind, version):
    shop = make_shop(plan="plus")
    order = zoo.place(shop, kind, 5)
    read = data(shop, ORDER, version, id=order.id)["order"]
    assert read["name"] == order.name and read["legacyResourceId"] == order.id.rsplit("/", 1)[1]


def test_amounts_have_both_currencies_and_no_needless_zeros(shop):
    order = sale(shop, presentment={"currency": "JPY", "rate": "150"})
    read = data(shop, ORDER, id=order.id)["order"]
    assert read["subtotalPriceSet"] == {"shopMoney": {"amount": "47.33", "currencyCode": "USD"},
                                        "presentmentMoney": {"amount": "7101.0", "currencyCode": "JPY"}}
    assert read["taxLines"][0]["rate"] == 0.2 and read["taxLines"][0]["ratePercentage"] == 20.0


def test_line_totals_leave_out_order_discounts_and_codes(shop):
    order = place_order(shop, {"lines": [{"sku": "T2"}], "taxes": [], "discounts": [
        {"kind": "automatic", "level": "line", "amount": "20.00", "title": "A", "lines": [0]},
        {"kind": "code", "level": "line", "percentage": 10, "title": "C", "lines": [0]},
        {"kind": "code", "level": "order", "amount": "9.00", "title": "O"}]})
    line = data(shop, ORDER, id=order.id)["order"]["lineItems"]["nodes"][0]
    texts = {name: line[name]["shopMoney"]["amount"] for name in ("discountedTotalSet", "withCodes",
                                                                  "totalDiscountSet")}
    assert texts == {"discountedTotalSet": "100.0", "withCodes": "90.0", "totalDiscountSet": "30.0"}
    assert line["priceAfterAllDiscountsBeforeTaxesSet"]["shopMoney"]["amount"] == "81.0"
    assert [row["allocatedAmountSet"]["shopMoney"]["amount"] for row in line["discountAllocations"]] == [
        "20.0", "10.0", "9.0"]


def test_the_lines_of_a_large_order_come_in_pages():
    shop = make_shop(plan="plus")
    order = zoo.place(shop, "many_lines", 1)
    text = """query Lines($id: ID!, $after: String) { order(id: $id) { lineItems(first: 250, after: $after) {
              nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    first = data(shop, text, id=order.id)["order"]["lineItems"]
    second = data(shop, text, id=order.id, after=first["pageInfo"]["endCursor"])["order"]["lineItems"]
    ids = [row["id"] for row in first["nodes"] + second["nodes"]]
    assert len(set(ids)) == 300 and first["pageInfo"]["hasNextPage"] and not second["pageInfo"]["hasNextPage"]


def test_many_orders_are_read_in_one_request(shop):
    ids = [sale(shop).id for _order in range(5)] + ["gid://shopify/Order/1"]
    found = data(shop, "query N($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id name } } }", ids=ids)["nodes"]
    assert [row and row["id"] for row in found] == [*ids[:5], None]


def test_an_order_without_goods_needs_no_fulfilment_since_2026_10(shop):
    order = place_order(shop, {"lines": [{"title": "Tip", "price": "5", "tip": True}]})
    states = [data(shop, ORDER, version, id=order.id)["order"]["displayFulfillmentStatus"] for version in VERSIONS]
    assert states == ["UNFULFILLED", "FULFILLMENT_NOT_REQUIRED"]


def test_orders_are_found_by_the_time_of_their_last_change(shop):
    old, new = sale(shop), sale(shop)
    shop.simulator.clock.advance(100)
    mark = shop.now().isoformat()
    shop.simulator.clock.advance(1)
    life.update(shop, new, {"note": "changed"}, shop.now())
    text = """query Changed($query: String!) { orders(first: 10, query: $query, sortKey: UPDATED_AT) {
              nodes { id } } ordersCount(query: $query) { count precision } }"""
    found = data(shop, text, query=f"updated_at:>='{mark}'")
    assert found["orders"]["nodes"] == [{"id": new.id}] and found["ordersCount"]["count"] == 1
    assert data(shop, text, query="status:open")["ordersCount"]["count"] == 2
    assert data(shop, text, query=f"name:{old.name} AND financial_status:paid")["orders"]["nodes"] == [{"id": old.id}]


def test_an_unknown_filter_is_ignored_with_a_warning(shop):
    sale(shop)
    answer = ask(shop, 'query Q { orders(first: 5, query: "colour:red") { nodes { id } } }')
    assert len(answer["data"]["orders"]["nodes"]) == 1
    assert answer["extensions"]["search"][0]["warnings"][0]["code"] == "invalid_field"


def test_orders_older_than_sixty_days_are_silently_missing_without_the_scope(shop):
    old, new = sale(shop, days_ago=61), sale(shop, days_ago=59)
    text = "query All($id: ID!) { orders(first: 5) { nodes { id } } order(id: $id) { id } node(id: $id) { id } }"
    assert len(data(shop, text, id=old.id)["orders"]["nodes"]) == 2
    shop.app.scopes.discard("read_all_orders")
    found = data(shop, text, id=old.id)
    assert found == {"orders": {"nodes": [{"id": new.id}]}, "order": None, "node": None}


def test_fulfilment_orders_are_left_out_without_their_scope(shop):
    order = sale(shop)
    text = "query F($id: ID!) { order(id: $id) { fulfillmentOrders(first: 5) { nodes { id } } } }"
    assert len(data(shop, text, id=order.id)["order"]["fulfillmentOrders"]["nodes"]) == 1
    for name in ("read_merchant_managed_fulfillment_orders", "write_merchant_managed_fulfillment_orders"):
        shop.app.scopes.discard(name)
    answer = ask(shop, text, id=order.id)
    assert answer["data"]["order"]["fulfillmentOrders"]["nodes"] == []


def test_a_wrong_type_of_id_is_an_error_and_an_unknown_one_is_null(shop):
    text = "query O($id: ID!) { order(id: $id) { id } }"
    assert data(shop, text, id="gid://shopify/Order/1") == {"order": None}
    assert ask(shop, text, id="gid://shopify/Product/1")["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"


# -- changing -------------------------------------------------------------------------------------------------------
CANCEL = """mutation C($id: ID!, $note: String, $refund: Boolean, $method: OrderCancelRefundMethodInput) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: true, staffNote: $note, refund: $refund, refundMethod: $method) {
  job { id done } orderCancelUserErrors { field message code } } }"""


def test_an_order_is_cancelled_as_a_job(shop):
    order = sale(shop)
    payload = data(shop, CANCEL, id=order.id, method={"originalPaymentMethodsRefund": True})["orderCancel"]
    assert payload["job"]["done"] is False and payload["orderCancelUserErrors"] == []
    job = data(shop, "query J($id: ID!) { job(id: $id) { done } }", id=payload["job"]["id"])["job"]
    read = data(shop, ORDER, id=order.id)["order"]
    assert job == {"done": True} and read["cancelReason"] == "CUSTOMER"
    assert read["displayFinancialStatus"] == "REFUNDED" and level(shop, "T0").available == 20


@pytest.mark.parametrize(("more", "message"), [
    ({"note": "x" * 256}, "Staff note is too long. Maximum length is 255 characters."),
    ({"refund": True, "method": {"originalPaymentMethodsRefund": True}},
     "Only one of the arguments `refund` or `refund_method` is allowed.")])
def test_a_wrong_cancellation_is_a_user_error(shop, more, message):
    order = sale(shop)
    error = data(shop, CANCEL, id=order.id, **more)["orderCancel"]["orderCancelUserErrors"][0]
    assert (error["message"], error["code"]) == (message, "INVALID")


def test_an_order_is_cancelled_only_once(shop):
    order = sale(shop)
    data(shop, CANCEL, id=order.id)
    error = data(shop, CANCEL, id=order.id)["orderCancel"]["orderCancelUserErrors"][0]
    assert error == {"field": ["orderId"], "message": "Cannot cancel an order that has already been canceled",
                     "code": "INVALID"}


def test_an_order_is_marked_as_paid_only_once(shop):
    order = sale(shop, payment="pending")
    text = """mutation P($id: ID!) { orderMarkAsPaid(input: {id: $id}) { order { displayFinancialStatus }
              userErrors { field message } } }"""
    assert data(shop, text, id=order.id)["orderMarkAsPaid"] == {
        "order": {"displayFinancialStatus": "PAID"}, "userErrors": []}
    assert data(shop, text, id=order.id)["orderMarkAsPaid"]["userErrors"] == [
        {"field": ["id"], "message": "Order cannot be marked as paid."}]


def test_note_and_tags_are_replaced(shop):
    order = sale(shop, tags=["a"])
    text = """mutation U($input: OrderInput!) { orderUpdate(input: $input) { order { note tags customAttributes {
              key value } } userErrors { field message } } }"""
    changed = data(shop, text, input={"id": order.id, "note": "S00042", "tags": ["z", "b"],
                                      "customAttributes": [{"key": "k", "value": "v"}]})["orderUpdate"]
    assert changed["order"] == {"note": "S00042", "tags": ["b", "z"], "customAttributes": [{"key": "k", "value": "v"}]}
    assert data(shop, text, input={"id": order.id})["orderUpdate"]["userErrors"]


# -- refunds --------------------------------------------------------------------------------------------------------
REFUND = """mutation R($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) {
  refund { id totalRefundedSet { shopMoney { amount } } transactions(first: 5) { nodes { id kind status } } }
  order { displayFinancialStatus } userErrors { field message } } }"""


def refund_input(order, quantity: int = 1, amount: str | None = "23.99", **line) -> dict:
    sold = order.line_items[0]
    body = {"orderId": order.id, "refundLineItems": [
        {"lineItemId": sold.id, "quantity": quantity, "restockType": "NO_RESTOCK", **line}]}
    if amount:
        body["transactions"] = [{"orderId": order.id, "parentId": order.transactions[0].id, "kind": "REFUND",
                                 "gateway": "shopify_payments", "amount": amount}]
    return body


def refund(shop, body: dict, key: str | None = None) -> dict:
    return data(shop, REFUND, input=body, key=key or f"key-{next(KEYS)}")["refundCreate"]


def test_a_refund_needs_an_idempotency_key(shop):
    order = sale(shop)
    text = "mutation R($input: RefundInput!) { refundCreate(input: $input) { refund { id } } }"
    assert ask(shop, text, input=refund_input(order))["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_the_same_key_refunds_once(shop):
    order = sale(shop)
    body = refund_input(order, locationId=shop.default_location.id, restockType="CANCEL")
    first, second = refund(shop, body, "one"), refund(shop, body, "one")
    assert first == second and len(order.refunds) == 1
    assert first["order"] == {"displayFinancialStatus": "PARTIALLY_REFUNDED"}
    assert first["refund"]["totalRefundedSet"]["shopMoney"]["amount"] == "23.99"
    assert level(shop, "T0").available == 19


def test_lines_without_transactions_move_no_money(shop):
    order = sale(shop)
    assert refund(shop, refund_input(order, amount=None))["refund"]["transactions"]["nodes"] == []
    assert order.total_refunded_set.shop == 0 and order.line_items[0].current_quantity == 1


@pytest.mark.parametrize(("change", "message"), [
    ({"quantity": 9}, "Quantity cannot refund more items than were purchased"),
    ({"restockType": "RETURN"}, "Location must be present when restocking"),
    ({"restockType": "LEGACY_RESTOCK"}, "Restock type is not valid"),
    ({"amount": "900.00"}, "Refund amount $900.00 is greater than net payment received $61.80")])
def test_a_wrong_refund_changes_nothing(shop, change, message):
    order = sale(shop)
    payload = refund(shop, refund_input(order, **change))
    assert [row["message"] for row in payload["userErrors"]] == [message]
    assert payload["refund"] is None and order.refunds == [] and order.line_items[0].current_quantity == 2


def test_the_parent_of_a_refund_belongs_to_the_order(shop):
    order, other = sale(shop), sale(shop)
    body = refund_input(order)
    body["transactions"][0]["parentId"] = other.transactions[0].id
    assert refund(shop, body)["userErrors"][0]["message"] == (
        "Transactions require a parent_id associated with the order")


def test_the_suggested_refund_is_what_the_refund_then_gives(shop):
    order = sale(shop)
    text = f"""query S($id: ID!, $lines: [RefundLineItemInput!]) {{ order(id: $id) {{ suggestedRefund(
      refundLineItems: $lines, refundShipping: true) {{ amountSet {BAG} totalTaxSet {BAG} suggestedTransactions {{
      kind gateway amountSet {BAG} parentTransaction {{ id }} }} shipping {{ amountSet {BAG} }} }} }} }}"""
    line = {"lineItemId": order.line_items[0].id, "quantity": 1, "restockType": "NO_RESTOCK"}
    found = data(shop, text, id=order.id, lines=[line])["order"]["suggestedRefund"]
    amount = found["amountSet"]["shopMoney"]["amount"]
    assert amount == "28.99" and found["suggestedTransactions"][0]["kind"] == "SUGGESTED_REFUND"
    body = {**refund_input(order, amount=amount), "shipping": {"fullRefund": True}}
    assert refund(shop, body)["userErrors"] == []
    assert order.refunds[0].order_adjustments == [] and not order.total_outstanding_set


# -- fulfilment -----------------------------------------------------------------------------------------------------
FULFILL = """mutation F($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) {
  fulfillment { id status totalQuantity trackingInfo(first: 5) { company number url } }
  userErrors { field message } } }"""


def parcel(record, quantity: int | None = None, **tracking) -> dict:
    lines = [{"id": record.line_items[0].id, "quantity": quantity}] if quantity else None
    group = {"fulfillmentOrderId": record.id, **({"fulfillmentOrderLineItems": lines} if lines else {})}
    return {"lineItemsByFulfillmentOrder": [group], **({"trackingInfo": tracking} if tracking else {})}


def test_a_parcel_is_sent_with_its_tracking(shop):
    order = sale(shop)
    made = data(shop, FULFILL, fulfillment=parcel(order.fulfillment_orders[0], 1, company="UPS", number="1Z9"))
    made = made["fulfillmentCreate"]["fulfillment"]
    assert made["totalQuantity"] == 1 and made["trackingInfo"][0]["url"].endswith("1Z9")
    assert order.display_fulfillment_status == "PARTIALLY_FULFILLED"
    data(shop, FULFILL, fulfillment=parcel(order.fulfillment_orders[0]))
    assert order.display_fulfillment_status == "FULFILLED"
    errors = data(shop, FULFILL, fulfillment=parcel(order.fulfillment_orders[0]))["fulfillmentCreate"]["userErrors"]
    assert "has an unfulfillable status= closed." in errors[0]["message"] and errors[0]["field"] == ["fulfillment"]


def test_more_than_is_left_is_not_shipped(shop):
    order = sale(shop)
    payload = data(shop, FULFILL, fulfillment=parcel(order.fulfillment_orders[0], 3))["fulfillmentCreate"]
    assert payload["userErrors"][0]["message"] == "Invalid fulfillment order line item quantity requested."
    assert order.fulfillments == []


def test_tracking_is_replaced(shop):
    order = sale(shop, fulfilled=True)
    text = """mutation T($id: ID!, $info: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id,
      trackingInfoInput: $info) { fulfillment { trackingInfo(first: 5) { number url } } userErrors { message } } }"""
    made = data(shop, text, id=order.fulfillments[0].id, info={"company": "Other", "numbers": ["A", "B"],
                                                               "urls": ["https://t.example.com/A"]})
    assert made["fulfillmentTrackingInfoUpdate"]["fulfillment"]["trackingInfo"] == [
        {"number": "A", "url": "https://t.example.com/A"}, {"number": "B", "url": None}]


def test_a_held_fulfilment_order_cannot_be_shipped_until_it_is_released(shop):
    record = sale(shop).fulfillment_orders[0]
    text = """mutation H($id: ID!) { fulfillmentOrderHold(id: $id, fulfillmentHold: {reason: OTHER, handle: "h"}) {
      fulfillmentOrder { status } userErrors { message code } } }"""
    assert data(shop, text, id=record.id)["fulfillmentOrderHold"]["fulfillmentOrder"] == {"status": "ON_HOLD"}
    assert data(shop, text, id=record.id)["fulfillmentOrderHold"]["userErrors"][0]["code"] == (
        "DUPLICATE_FULFILLMENT_HOLD_HANDLE")
    assert data(shop, FULFILL, fulfillment=parcel(record))["fulfillmentCreate"]["userErrors"]
    free = "mutation R($id: ID!) { fulfillmentOrderReleaseHold(id: $id) { fulfillmentOrder { status } } }"
    assert data(shop, free, id=record.id)["fulfillmentOrderReleaseHold"]["fulfillmentOrder"] == {"status": "OPEN"}


# -- returns --------------------------------------------------------------------------------------------------------
def test_a_return_is_opened_processed_and_closed(shop):
    order = sale(shop, fulfilled=True)
    shipped = order.fulfillments[0].fulfillment_line_items[0]
    create = """mutation C($input: ReturnInput!) { returnCreate(returnInput: $input) { return { id status
      returnLineItems(first: 5) { nodes { id quantity } } } userErrors { field message code } } }"""
    line = {"fulfillmentLineItemId": shipped.id, "quantity": 1}
    refused = data(shop, create, input={"orderId": order.id, "returnLineItems": [line]})["returnCreate"]
    assert refused["userErrors"][0]["code"] == "BLANK"
    made = data(shop, create, input={"orderId": order.id, "returnLineItems": [
        {**line, "returnReason": "DEFECTIVE"}]})["returnCreate"]["return"]
    assert made["status"] == "OPEN" and order.refunds == []
    process = """mutation P($input: ReturnProcessInput!) { returnProcess(input: $input) { return { id status
      refunds(first: 5) { nodes { id } } } userErrors { field message code } } }"""
    row = {"id": made["returnLineItems"]["nodes"][0]["id"], "quantity": 1}
    body = {"returnId": made["id"], "returnLineItems": [row],
            "financialTransfer": {"issueRefund": {"orderTransactions": [{
                "parentId": order.transactions[0].id,
                "transactionAmount": {"amount": "23.99", "currencyCode": "USD"}}]}}}
    done = data(shop, process, input=body)["returnProcess"]
    assert done["userErrors"] == [] and len(done["return"]["refunds"]["nodes"]) == 1
    assert order.total_refunded_set.shop == order.refunds[0].total_refunded_set.shop
    close = "mutation X($id: ID!) { returnClose(id: $id) { return { status } } }"
    assert data(shop, close, id=made["id"])["returnClose"]["return"] == {"status": "CLOSED"}
    assert data(shop, ORDER, id=order.id)["order"]["returnStatus"] == "RETURNED"


def test_an_order_of_the_future_clock_grows_old(shop):
    order = sale(shop)
    shop.app.scopes.discard("read_all_orders")
    shop.simulator.clock.advance(timedelta(days=61).total_seconds())
    assert data(shop, "query O($id: ID!) { order(id: $id) { id } }", id=order.id) == {"order": None}


def test_a_foreign_order_is_refunded_in_the_currency_of_the_customer(shop):
    order = sale(shop, presentment={"currency": "EUR", "rate": "0.9"})
    body = refund_input(order, amount="10.00")
    assert refund(shop, body)["userErrors"][0]["field"] == ["currency"]
    assert refund(shop, {**body, "currency": "EUR"})["userErrors"] == []
    assert str(order.total_refunded_set.shop) == "11.11" and order.total_refunded_set.presentment == 10


def test_a_company_is_read_by_its_id(shop):
    order = zoo.place(shop, "b2b", 1)
    text = "query C($id: ID!) { company(id: $id) { name externalId locations(first: 5) { nodes { name } } } }"
    gid = order.purchasing_entity["company"]["id"]
    assert data(shop, text, id=gid)["company"]["name"] == order.purchasing_entity["company"]["name"]


def test_tags_that_change_are_told(shop):
    order, seen = sale(shop), []
    shop.simulator.listeners.append(lambda _shop, topic, *_more: seen.append(topic))
    text = "mutation T($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { userErrors { message } } }"
    data(shop, text, id=order.id, tags=["vip"])
    data(shop, text, id=order.id, tags=["vip"])
    assert order.tags == ["vip"] and seen == ["orders/updated"]


def test_a_customer_knows_the_orders(shop):
    who = {"first_name": "Ada", "last_name": "L", "email": "ada@example.com"}
    first, second = sale(shop, customer=who), sale(shop, customer=who, payment="pending")
    text = """query C($id: ID!) { customer(id: $id) { numberOfOrders amountSpent { amount } lastOrder { id }
              orders(first: 5) { nodes { id } } } }"""
    read = data(shop, text, id=first.customer.id)["customer"]
    assert read == {"numberOfOrders": "2", "amountSpent": {"amount": "61.8"}, "lastOrder": {"id": second.id},
                    "orders": {"nodes": [{"id": first.id}, {"id": second.id}]}}


def test_goods_that_came_back_are_restocked_later(shop):
    order = sale(shop, fulfilled=True)
    record = life.return_goods(shop, order, {"process": False, "lines": [{"sku": "T0", "quantity": 2}]}, shop.now())
    row = record.reverse_fulfillment_orders[0]["lineItems"][0]
    text = """mutation D($rows: [ReverseFulfillmentOrderDisposeInput!]!) { reverseFulfillmentOrderDispose(
      dispositionInputs: $rows) { reverseFulfillmentOrderLineItems { dispositions { type quantity } }
      userErrors { message code } } }"""
    given = {"reverseFulfillmentOrderLineItemId": row["id"], "quantity": 1, "dispositionType": "RESTOCKED",
             "locationId": shop.default_location.id}
    done = data(shop, text, rows=[given])["reverseFulfillmentOrderDispose"]
    assert done["reverseFulfillmentOrderLineItems"][0]["dispositions"] == [{"type": "RESTOCKED", "quantity": 1}]
    assert level(shop, "T0").available == 19
    assert data(shop, text, rows=[{**given, "quantity": 2}])["reverseFulfillmentOrderDispose"]["userErrors"]
