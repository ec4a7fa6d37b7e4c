"""What merchants do to simulated orders moves money, stock, statuses and webhooks as it does in Shopify."""
from __future__ import annotations

from decimal import Decimal

import pytest

from tests.simulator import order_life as life
from tests.simulator.order_factory import place_order
from tests.unit.simulator.orders_shop import check_money, check_stock, level, listen, make_shop, topics

D = Decimal
VAT = [{"title": "VAT", "rate": "0.2"}]


@pytest.fixture
def shop():
    return make_shop()


def order_of(shop, **more):
    """3 × T0 and 1 × T1 with 20 % tax and 5.00 shipping: 59.97 + 7.35 + 13.46 + 5.00 = 85.78."""
    return place_order(shop, {"lines": [{"sku": "T0", "quantity": 3}, {"sku": "T1"}], "taxes": VAT,
                              "shipping": {"price": "5.00"}, **more})


def quantities(shop, sku: str) -> tuple:
    row = level(shop, sku)
    return row.available, row.committed, row.on_hand


# -- placing --------------------------------------------------------------------------------------------------------
def test_a_sale_commits_its_stock(shop):
    order = order_of(shop)
    assert quantities(shop, "T0") == (17, 3, 20)
    assert [row.status for row in order.fulfillment_orders] == ["OPEN"]
    assert (order.display_financial_status, order.display_fulfillment_status) == ("PAID", "UNFULFILLED")


def test_the_webhooks_of_one_sale_share_one_event_id(shop):
    seen = listen(shop)
    order_of(shop)
    assert {"orders/create", "orders/paid", "orders/updated", "order_transactions/create", "inventory_levels/update",
            "customers/create"} <= set(topics(seen))
    assert len({row[1] for row in seen}) == 1


def test_a_pending_order_is_not_announced_as_paid(shop):
    seen = listen(shop)
    order = order_of(shop, payment="pending")
    assert order.display_financial_status == "PENDING" and order.can_mark_as_paid and order.unpaid
    assert "orders/paid" not in topics(seen)


def test_a_free_order_is_paid_without_a_transaction(shop):
    order = order_of(shop, shipping={"price": "0"}, discounts=[{"level": "order", "percentage": 100}])
    assert order.transactions == [] and order.display_financial_status == "PAID" and not order.unpaid


def test_a_sale_over_the_counter_is_handed_over_at_once(shop):
    order = place_order(shop, {"lines": [{"sku": "T0"}], "pos": True, "customer": None})
    assert order.display_fulfillment_status == "FULFILLED"
    assert quantities(shop, "T0") == (19, 0, 19)
    assert order.retail_location_id == shop.default_location.id


def test_an_order_comes_from_the_location_that_has_all_of_it():
    shop = make_shop(locations=2)
    first, second = shop.locations
    shop.change_stock(shop.variant_by_sku("T0").inventory_item_id, first, available=-19)
    order = order_of(shop)
    assert [row.location_id for row in order.fulfillment_orders] == [second]


def test_the_same_customer_is_recognised(shop):
    who = {"first_name": "Ada", "last_name": "L", "email": "ada@example.com"}
    first, second = order_of(shop, customer=who), order_of(shop, customer=who)
    assert first.customer is second.customer
    assert order_of(shop, customer=None, email="guest@example.com").customer is None


# -- paying ---------------------------------------------------------------------------------------------------------
def test_a_pending_order_is_marked_as_paid_once(shop):
    order = order_of(shop, payment="pending")
    seen = listen(shop)
    life.mark_as_paid(shop, order, shop.now())
    assert order.display_financial_status == "PAID" and "orders/paid" in topics(seen)
    with pytest.raises(life.LifeError, match="Order cannot be marked as paid"):
        life.mark_as_paid(shop, order, shop.now())


def test_an_authorised_order_is_captured_in_parts(shop):
    order = order_of(shop, payment="authorized")
    assert order.display_financial_status == "AUTHORIZED" and not order.can_mark_as_paid
    life.pay(shop, order, {"amount": "40.00"}, shop.now())
    assert order.display_financial_status == "PARTIALLY_PAID"
    assert order.total_capturable_set.shop == D("45.78")
    life.pay(shop, order, {}, shop.now())
    assert order.display_financial_status == "PAID" and not order.total_capturable_set


def test_a_voided_authorisation_leaves_nothing_to_capture(shop):
    order = order_of(shop, payment="authorized")
    life.pay(shop, order, {"void": True}, shop.now())
    assert order.display_financial_status == "VOIDED" and not order.total_capturable_set


# -- shipping -------------------------------------------------------------------------------------------------------
def test_a_part_is_shipped_and_then_the_rest(shop):
    order = order_of(shop)
    seen = listen(shop)
    life.fulfill(shop, order, {"lines": [{"sku": "T0", "quantity": 2}], "tracking": {
        "company": "UPS", "number": "1Z9"}}, shop.now())
    assert order.display_fulfillment_status == "PARTIALLY_FULFILLED"
    assert quantities(shop, "T0") == (17, 1, 18)
    assert order.fulfillments[0].tracking_info[0]["url"].endswith("1Z9")
    assert topics(seen).count("fulfillments/create") == 1 and "orders/partially_fulfilled" in topics(seen)
    life.fulfill(shop, order, {}, shop.now())
    assert order.display_fulfillment_status == "FULFILLED" and "orders/fulfilled" in topics(seen)
    assert quantities(shop, "T0") == (17, 0, 17)
    assert order.fulfillment_orders[0].status == "CLOSED"
    with pytest.raises(life.LifeError):
        life.fulfill(shop, order, {}, shop.now())


def test_a_cancelled_fulfilment_is_to_ship_again(shop):
    order = order_of(shop)
    parcel, = life.fulfill(shop, order, {}, shop.now())
    life.cancel_fulfillment(shop, parcel, shop.now())
    assert quantities(shop, "T0") == (17, 3, 20)
    assert [row.status for row in order.fulfillment_orders] == ["CLOSED", "OPEN"]
    assert order.display_fulfillment_status == "UNFULFILLED"
    check_stock(shop, {})


# -- refunds --------------------------------------------------------------------------------------------------------
def test_a_refund_before_shipping_gives_the_stock_back(shop):
    order = order_of(shop)
    seen = listen(shop)
    life.refund(shop, order, {"lines": [{"sku": "T0", "quantity": 1, "restock_type": "CANCEL"}]}, shop.now())
    assert quantities(shop, "T0") == (18, 2, 20)
    assert order.line_items[0].current_quantity == 2 and order.line_items[0].open == 2
    assert order.total_refunded_set.shop == D("23.99")  # 19.99 + a third of 11.99
    assert order.current_total_price_set.shop == D("61.79")
    assert order.total_price_set.shop == D("85.78")
    assert order.display_financial_status == "PARTIALLY_REFUNDED" and not order.total_outstanding_set
    assert {"refunds/create", "order_transactions/create", "orders/updated"} <= set(topics(seen))
    check_money(order)


def test_a_refund_without_restocking_takes_the_goods_out(shop):
    order = order_of(shop)
    life.refund(shop, order, {"lines": [{"sku": "T0", "quantity": 1, "restock_type": "NO_RESTOCK"}]}, shop.now())
    assert quantities(shop, "T0") == (17, 2, 19)


def test_a_refund_after_shipping_restocks_what_came_back(shop):
    order = order_of(shop, fulfilled=True)
    life.refund(shop, order, {"lines": [{"sku": "T0", "quantity": 2, "restock_type": "RETURN"}]}, shop.now())
    assert quantities(shop, "T0") == (19, 0, 19)
    assert order.display_fulfillment_status == "FULFILLED"


def test_units_refunded_one_by_one_add_up_to_the_line(shop):
    order = order_of(shop, discounts=[{"level": "order", "percentage": "33.3"}])
    for _unit in range(3):
        life.refund(shop, order, {"lines": [{"sku": "T0", "quantity": 1}]}, shop.now())
    line = order.line_items[0]
    rows = [row for refund in order.refunds for row in refund.refund_line_items]
    assert sum(row.subtotal.shop for row in rows) == line.discounted.shop
    assert sum(row.total_tax_set.shop for row in rows) == line.tax.shop
    check_money(order)


def test_shipping_is_refunded_with_its_tax():
    shop = make_shop(tax_shipping=True)
    order = order_of(shop)
    life.refund(shop, order, {"shipping": "2.00"}, shop.now())
    assert order.refunds[0].total_refunded_set.shop == D("2.40")
    life.refund(shop, order, {"shipping": True}, shop.now())
    assert order.current_shipping_price_set.shop == 0
    assert order.total_refunded_set.shop == D("6.00")
    assert order.total_refunded_shipping_set.shop == D("5.00")
    check_money(order)


def test_an_amount_without_lines_is_a_discrepancy(shop):
    order = order_of(shop)
    life.refund(shop, order, {"amount": "10.00"}, shop.now())
    adjustment, = order.refunds[0].order_adjustments
    assert adjustment.amount.shop == D("-10.00")
    assert order.refund_discrepancy_set.shop == D("-10.00")
    assert order.current_total_price_set.shop == D("85.78") and not order.total_outstanding_set
    assert order.net_payment_set.shop == D("75.78")


def test_less_money_than_the_lines_are_worth_is_a_discrepancy_too(shop):
    order = order_of(shop)
    life.refund(shop, order, {"lines": [{"sku": "T1", "quantity": 1}], "amount": "5.00"}, shop.now())
    assert order.refunds[0].order_adjustments[0].amount.shop == D("3.82")
    assert not order.total_outstanding_set


def test_lines_refunded_without_money_leave_the_shop_in_debt(shop):
    order = order_of(shop)
    life.refund(shop, order, {"lines": [{"sku": "T1", "quantity": 1}], "no_money": True}, shop.now())
    assert order.total_outstanding_set.shop == D("-8.82")
    assert order.refunds[0].transactions == [] and order.refunds[0].order_adjustments == []


def test_more_than_was_paid_is_not_refunded(shop):
    order = order_of(shop)
    with pytest.raises(life.LifeError, match="greater than net payment received"):
        life.refund(shop, order, {"amount": "100.00"}, shop.now())
    with pytest.raises(life.LifeError, match="cannot refund more items"):
        life.refund(shop, order, {"lines": [{"sku": "T1", "quantity": 2}]}, shop.now())
    assert order.refunds == [] and order.net_payment_set.shop == D("85.78")


def test_a_refund_goes_back_to_each_payment(shop):
    order = order_of(shop, payment="split")
    life.refund(shop, order, {"amount": "40.00"}, shop.now())
    assert [(row.gateway, row.amount.shop) for row in order.refunds[0].transactions] == [
        ("gift_card", D("28.59")), ("shopify_payments", D("11.41"))]


def test_rounded_cash_goes_back_rounded(shop):
    order = place_order(shop, {"lines": [{"sku": "T0"}], "pos": True, "cash_rounding": "0.05", "taxes": []})
    life.refund(shop, order, {"lines": [{"sku": "T0", "quantity": 1}]}, shop.now())
    assert order.total_refunded_set.shop == D("20.00") and not order.total_outstanding_set
    assert order.total_cash_rounding_adjustment["refundSet"].shop == D("0.01")


# -- editing --------------------------------------------------------------------------------------------------------
def test_a_lowered_quantity_keeps_the_ordered_one(shop):
    order = order_of(shop)
    seen = listen(shop)
    life.edit(shop, order, {"set_quantity": [{"sku": "T0", "quantity": 1}]}, shop.now())
    line = order.line_items[0]
    assert (line.quantity, line.current_quantity, line.open) == (3, 1, 1)
    assert quantities(shop, "T0") == (19, 1, 20)
    assert order.total_price_set.shop == order.original_total_price_set.shop == D("85.78")
    assert order.current_total_price_set.shop == D("37.81")
    assert order.total_outstanding_set.shop == D("-47.97")
    assert order.edited and "orders/edited" in topics(seen)
    check_money(order)


def test_a_removed_line_is_gone_but_listed(shop):
    order = order_of(shop)
    life.edit(shop, order, {"set_quantity": [{"sku": "T1", "quantity": 0}]}, shop.now())
    assert [line.current_quantity for line in order.line_items] == [3, 0]
    check_money(order)
    check_stock(shop, {})


def test_an_added_line_is_taxed_and_to_be_paid(shop):
    order = order_of(shop)
    life.edit(shop, order, {"add": [{"sku": "T2", "quantity": 1}]}, shop.now())
    assert order.line_items[2].tax.shop == D("24.00")
    assert order.total_outstanding_set.shop == D("144.00")
    assert order.display_financial_status == "PARTIALLY_PAID"
    assert order.original_total_price_set.shop == D("85.78")
    assert quantities(shop, "T2") == (19, 1, 20)
    check_money(order)


def test_a_raised_quantity_scales_discounts_and_taxes(shop):
    order = order_of(shop, discounts=[{"level": "line", "percentage": 10, "method": "each", "lines": [0]}])
    life.edit(shop, order, {"set_quantity": [{"sku": "T0", "quantity": 6}]}, shop.now())
    line = order.line_items[0]
    assert (line.quantity, line.discount.shop, line.tax.shop) == (6, D("12.00"), D("21.59"))
    assert quantities(shop, "T0") == (14, 6, 20)
    check_money(order)


def test_shipped_goods_are_not_edited_away(shop):
    order = order_of(shop, fulfilled=True)
    with pytest.raises(life.LifeError, match="fulfilled"):
        life.edit(shop, order, {"set_quantity": [{"sku": "T0", "quantity": 1}]}, shop.now())


# -- cancelling -----------------------------------------------------------------------------------------------------
def test_a_cancelled_order_gives_everything_back(shop):
    order = order_of(shop, tip="2.00", fees=[{"name": "Fee", "price": "1.00", "taxes": VAT}])
    seen = listen(shop)
    life.cancel(shop, order, {"reason": "CUSTOMER"}, shop.now())
    assert order.cancelled_at and order.closed and order.cancel_reason == "CUSTOMER"
    assert order.current_total_price_set.shop == 0 and not order.total_outstanding_set
    assert order.display_financial_status == "REFUNDED"
    assert quantities(shop, "T0") == (20, 0, 20)
    assert {"orders/cancelled", "refunds/create", "orders/updated"} <= set(topics(seen))
    assert len({row[1] for row in seen}) == 1
    check_money(order)


def test_a_cancelled_unpaid_order_is_voided(shop):
    order = order_of(shop, payment="authorized")
    life.cancel(shop, order, {}, shop.now())
    assert order.display_financial_status == "VOIDED"
    assert [row.kind for row in order.transactions] == ["AUTHORIZATION", "VOID"]


def test_a_cancelled_order_may_keep_stock_and_money_where_they_are(shop):
    order = order_of(shop)
    life.cancel(shop, order, {"restock": False, "refund": False}, shop.now())
    assert quantities(shop, "T0") == (17, 0, 17)
    assert order.total_outstanding_set.shop == D("-85.78") and order.display_financial_status == "PAID"


def test_what_is_shipped_or_cancelled_cannot_be_cancelled(shop):
    order = order_of(shop, fulfilled=True)
    with pytest.raises(life.LifeError, match="outstanding fulfillments"):
        life.cancel(shop, order, {}, shop.now())
    order = order_of(shop)
    life.cancel(shop, order, {}, shop.now())
    with pytest.raises(life.LifeError, match="already been canceled"):
        life.cancel(shop, order, {}, shop.now())


# -- returns --------------------------------------------------------------------------------------------------------
def test_a_return_restocks_and_refunds(shop):
    order = order_of(shop, fulfilled=True)
    seen = listen(shop)
    record = life.return_goods(shop, order, {"lines": [{"sku": "T0", "quantity": 1, "reason": "DEFECTIVE"}]},
                               shop.now())
    assert record.status == "CLOSED" and record.refunds == order.refunds
    assert quantities(shop, "T0") == (18, 0, 18)
    assert [name for name in topics(seen) if name.startswith("returns/")] == [
        "returns/approve", "returns/process", "returns/close"]
    check_money(order)


def test_a_requested_return_waits_for_approval(shop):
    order = order_of(shop, fulfilled=True)
    record = life.return_goods(shop, order, {"requested": True}, shop.now())
    assert record.status == "REQUESTED" and order.refunds == []
    with pytest.raises(life.LifeError):
        life.return_goods(shop, order, {}, shop.now())


# -- gift cards -----------------------------------------------------------------------------------------------------
def test_a_gift_card_is_sent_when_it_is_paid(shop):
    order = place_order(shop, {"lines": [{"sku": "T0"}, {"title": "Gift card", "price": "50", "gift_card": True}],
                               "payment": "pending", "taxes": VAT})
    card = order.line_items[1]
    assert card.open == 1 and len(order.fulfillment_orders) == 2
    life.mark_as_paid(shop, order, shop.now())
    assert card.fulfilled == 1 and order.line_items[0].open == 1
    assert order.display_fulfillment_status == "PARTIALLY_FULFILLED"


def test_an_order_that_nobody_tried_to_pay_has_no_financial_status(shop):
    order = order_of(shop, payment="none")
    assert order.display_financial_status is None and order.can_mark_as_paid
    life.mark_as_paid(shop, order, shop.now())
    assert order.display_financial_status == "PAID"
