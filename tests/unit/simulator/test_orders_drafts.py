"""Draft orders: priced as an order of the same content, changed, completed, deleted; and how an order came about."""
from __future__ import annotations

from decimal import Decimal

import pytest

from tests.simulator import order_drafts, order_life, plugins, zoo
from tests.simulator.order_events import LifeError
from tests.unit.simulator.orders_shop import check_money, level, listen, make_shop, topics
from tests.unit.simulator.test_orders_graphql import BAG, ask, data

DRAFT = f"""query Read($id: ID!) {{ draftOrder(id: $id) {{
  id name status taxesIncluded note2 completedAt order {{ id }} customer {{ id }} email
  appliedDiscount {{ title value valueType amountSet {BAG} }}
  subtotalPriceSet {BAG} totalDiscountsSet {BAG} totalTaxSet {BAG} totalPriceSet {BAG} totalShippingPriceSet {BAG}
  lineItemsSubtotalPrice {BAG} billingAddress {{ address1 }} shippingLine {{ title discountedPriceSet {BAG} }}
  lineItems(first: 10) {{ nodes {{ id uuid name sku quantity custom variant {{ id }} discountedTotalSet {BAG}
    originalUnitPriceSet {BAG} totalDiscountSet {BAG} taxLines {{ title rate priceSet {BAG} }} appliedDiscount {{ value }} }} }}
}} }}"""
JOURNEY = """query Journey($id: ID!) { order(id: $id) { attribution { handle displayName }
  customerJourneySummary { ready lastVisit { id source referrerUrl landingPage occurredAt referralInfoHtml
    utmParameters { source medium campaign content term } } } } }"""
SPEC = {"lines": [{"title": "Installation", "sku": "CUSTOM-INSTALL", "quantity": 2, "price": "20.00", "taxable": False},
                  {"sku": "T0", "quantity": 1}],
        "discounts": [{"kind": "manual", "level": "line", "title": "Service", "percentage": 10, "lines": [0],
                       "method": "each"},
                      {"kind": "manual", "level": "order", "title": "Loyalty credit", "amount": "5.00"}],
        "shipping": {"title": "Courier", "price": "7.25"}, "taxes": [{"title": "VAT", "rate": "0.19"}]}


@pytest.fixture(scope="module", autouse=True)
def resolvers():
    plugins.load_resolvers()


@pytest.fixture
def shop():
    return make_shop()


def amount(bag) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"])


def test_the_discount_of_the_whole_draft_is_in_its_subtotal_and_not_in_its_lines(shop):
    draft = order_drafts.create(shop, SPEC, shop.now())
    read = data(shop, DRAFT, id=draft.id)["draftOrder"]
    service, thing = read["lineItems"]["nodes"]
    assert (service["custom"], service["sku"], thing["custom"]) == (True, "CUSTOM-INSTALL", False)
    assert (amount(service["discountedTotalSet"]), amount(thing["discountedTotalSet"])) == (Decimal(36), Decimal("19.99"))
    assert amount(read["lineItemsSubtotalPrice"]) == Decimal("55.99")
    assert amount(read["subtotalPriceSet"]) == Decimal("50.99")
    assert amount(read["totalDiscountsSet"]) == 9
    assert read["appliedDiscount"]["valueType"] == "FIXED_AMOUNT"
    whole = sum(map(amount, (read["subtotalPriceSet"], read["totalShippingPriceSet"], read["totalTaxSet"])))
    assert amount(read["totalPriceSet"]) == whole
    assert (read["name"], read["status"], read["order"]) == ("#D1", "OPEN", None)


def test_a_draft_takes_no_stock_and_no_number(shop):
    before = shop.order_number, level(shop, "T0").available
    order_drafts.create(shop, SPEC, shop.now())
    assert (shop.order_number, level(shop, "T0").available) == before
    assert not shop.orders


def test_a_completed_draft_is_exactly_the_order_that_it_promised(shop):
    seen = listen(shop)
    draft = order_drafts.create(shop, SPEC, shop.now())
    promised = data(shop, DRAFT, id=draft.id)["draftOrder"]
    order = order_drafts.complete(shop, draft, {}, shop.now())
    read = data(shop, DRAFT, id=draft.id)["draftOrder"]
    assert (read["status"], read["order"]["id"]) == ("COMPLETED", order.id)
    assert order.total_price_set.shop == amount(promised["totalPriceSet"])
    assert order.total_tax_set.shop == amount(promised["totalTaxSet"])
    assert (order.display_financial_status, order.source_name) == ("PAID", "shopify_draft_order")
    assert {"draft_orders/create", "draft_orders/update", "orders/create", "orders/paid"} <= set(topics(seen))
    check_money(order)
    with pytest.raises(LifeError, match="has been paid"):
        order_drafts.update(shop, draft, {"note": "late"}, shop.now())


def test_a_draft_with_payment_terms_becomes_a_pending_order(shop):
    draft = order_drafts.create(shop, {**SPEC, "payment_terms": {"days": 30}}, shop.now())
    order = order_drafts.complete(shop, draft, {}, shop.now())
    assert order.display_financial_status == "PENDING"
    assert [(row.kind, row.status, row.gateway) for row in order.transactions] == [("SALE", "PENDING", "manual")]


def test_a_changed_draft_keeps_customer_and_address_and_gets_new_line_ids(shop):
    draft = order_drafts.create(shop, SPEC, shop.now())
    before = data(shop, DRAFT, id=draft.id)["draftOrder"]
    order_drafts.update(shop, draft, {"lines": [SPEC["lines"][0]], "discounts": [], "note": "one less"}, shop.now())
    after = data(shop, DRAFT, id=draft.id)["draftOrder"]
    assert (after["customer"], after["billingAddress"]) == (before["customer"], before["billingAddress"])
    assert after["note2"] == "one less" and amount(after["subtotalPriceSet"]) == 40
    one, other = before["lineItems"]["nodes"][0], after["lineItems"]["nodes"][0]
    assert one["id"] != other["id"] and one["uuid"] == other["uuid"]


def test_a_deleted_draft_is_gone_and_says_its_id_only(shop):
    seen = listen(shop)
    draft = order_drafts.create(shop, SPEC, shop.now())
    order_drafts.delete(shop, draft)
    assert data(shop, DRAFT, id=draft.id)["draftOrder"] is None
    assert seen[-1][0] == "draft_orders/delete" and seen[-1][2] == {"id": draft.number_id}


def test_drafts_are_found_by_status(shop):
    first, second = (order_drafts.create(shop, SPEC, shop.now()) for _index in range(2))
    order_drafts.complete(shop, first, {}, shop.now())
    found = data(shop, '{ draftOrders(first: 5, query: "status:open") { nodes { id } } draftOrdersCount { count } }')
    assert [row["id"] for row in found["draftOrders"]["nodes"]] == [second.id]
    assert found["draftOrdersCount"]["count"] == 2


def test_drafts_are_read_with_their_own_scope_only(shop):
    shop.app.scopes = shop.app.scopes - {"read_draft_orders", "write_draft_orders"}
    answer = ask(shop, "{ draftOrders(first: 1) { nodes { id } } }")
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


@pytest.mark.parametrize("seed", range(4))
def test_the_kind_draft_is_an_order_made_from_a_draft(shop, seed):
    order = zoo.place(shop, "draft", seed)
    (draft,) = order_drafts.drafts(shop).values()
    assert draft.order is order and order.id in shop.orders
    check_money(order)


def test_the_journey_of_a_campaign_is_read_in_both_versions(shop):
    order = zoo.place(shop, "campaign", 1)
    for version in ("2026-07", "2026-10"):
        read = data(shop, JOURNEY, version, id=order.id)["order"]
        visit = read["customerJourneySummary"]["lastVisit"]
        assert visit["utmParameters"]["content"] == "banner"
        assert read["attribution"] == {"handle": "online-store", "displayName": "Online Store"}


# -- returns --------------------------------------------------------------------------------------------------------
RETURNS = """query Returns($id: ID!) { order(id: $id) { returnStatus returns(first: 5) { nodes { id name status
  decline { reason note }
  returnLineItems(first: 5) { nodes { __typename id quantity processedQuantity customerNote returnReasonNote
    returnReasonDefinition { handle name } ... on ReturnLineItem { fulfillmentLineItem { lineItem { id } } } } }
  exchangeLineItems(first: 5) { nodes { id quantity processedQuantity lineItems { id sku } } }
  reverseFulfillmentOrders(first: 5) { nodes { status reverseDeliveries(first: 5) { nodes { deliverable {
    ... on ReverseDeliveryShippingDeliverable { tracking { carrierName number url } } } } } } } } } } }"""


def shipped(shop):
    order = zoo.place(shop, "fulfilled", 3)
    return order, order.line_items[0]


def the_return(shop, order) -> dict:
    return data(shop, RETURNS, id=order.id)["order"]["returns"]["nodes"][0]


def test_an_exchange_adds_its_line_when_the_return_is_processed(shop):
    order, line = shipped(shop)
    order_life.return_goods(shop, order, {
        "lines": [{"line_item_id": line.id, "quantity": 1, "reason": "SIZE_TOO_SMALL", "customer_note": "too tight"}],
        "exchange": [{"sku": "T1", "quantity": 1}], "process": False}, shop.now())
    lines = len(order.line_items)
    read = the_return(shop, order)
    assert read["exchangeLineItems"]["nodes"][0]["lineItems"] is None
    assert read["returnLineItems"]["nodes"][0]["customerNote"] == "too tight"
    assert read["returnLineItems"]["nodes"][0]["returnReasonDefinition"] == {"handle": "too-small", "name": "Too small"}
    order_life.return_step(shop, order, {"step": "process"}, shop.now())
    assert len(order.line_items) == lines + 1
    exchange = the_return(shop, order)["exchangeLineItems"]["nodes"][0]
    assert exchange["lineItems"] == [{"id": order.line_items[-1].id, "sku": "T1"}]
    check_money(order)


PROCESS = """mutation Process($input: ReturnProcessInput!) { returnProcess(input: $input) {
  return { id status } userErrors { field message code } } }"""


def test_a_process_sends_only_the_exchange_that_it_names(shop):
    order, line = shipped(shop)
    record = order_life.return_goods(shop, order, {
        "lines": [{"line_item_id": line.id, "quantity": 1}], "exchange": [{"sku": "T1", "quantity": 3}],
        "process": False}, shop.now())
    lines, row = len(order.line_items), record.exchange_line_items[0]

    def process(units, **more):
        given = {"returnId": record.id, "exchangeLineItems": [{"id": row["id"], "quantity": units}] if units else [], **more}
        return data(shop, PROCESS, input=given)["returnProcess"]["userErrors"]

    assert not process(0, returnLineItems=[{"id": record.return_line_items[0].id, "quantity": 1}])
    assert len(order.line_items) == lines and row["unprocessedQuantity"] == 3
    assert process(4)[0]["field"] == ["input", "exchangeLineItems", "0", "quantity"]
    assert process(1, returnLineItems=[]) == [] and process(2) == []
    assert process(1)[0]["code"] == "INVALID"
    sent = the_return(shop, order)["exchangeLineItems"]["nodes"][0]
    assert (sent["processedQuantity"], len(sent["lineItems"]), len(order.line_items)) == (3, 2, lines + 2)
    assert [made.line_items[0].remaining_quantity for made in order.fulfillment_orders[-2:]] == [1, 2]
    check_money(order)


def test_a_parcel_on_its_way_back_is_told_with_the_reverse_delivery_and_changes_no_order(shop):
    order, _line = shipped(shop)
    order_life.return_goods(shop, order, {"process": False}, shop.now())
    before, seen = order.updated_at, listen(shop)
    order_life.return_step(shop, order, {"step": "send", "number": "1Z9", "company": "UPS"}, shop.now())
    assert order.updated_at == before and topics(seen) == ["reverse_deliveries/attach_deliverable"]
    (reverse,) = the_return(shop, order)["reverseFulfillmentOrders"]["nodes"]
    assert reverse["reverseDeliveries"]["nodes"][0]["deliverable"]["tracking"]["number"] == "1Z9"


def test_a_declined_return_says_why_and_is_no_return(shop):
    order, _line = shipped(shop)
    order_life.return_goods(shop, order, {"requested": True}, shop.now())
    order_life.return_step(shop, order, {"step": "decline", "reason": "FINAL_SALE", "note": "sorry"}, shop.now())
    read = the_return(shop, order)
    assert (read["status"], read["decline"]) == ("DECLINED", {"reason": "FINAL_SALE", "note": "sorry"})
    assert data(shop, RETURNS, id=order.id)["order"]["returnStatus"] == "NO_RETURN"
