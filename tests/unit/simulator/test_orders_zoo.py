"""The zoo of orders holds what it promises, the same for the same seed."""
from __future__ import annotations

import time

import pytest

from tests.simulator import zoo
from tests.simulator.control_orders import order_state
from tests.unit.simulator.orders_shop import check_money, check_stock, make_shop


def figures(order) -> dict:
    """What two orders of one seed have in common: all but ids and times."""
    state = order_state(order)
    lines = [(row["sku"], row["quantity"], row["unit_price"], row["discount_total"]) for row in state["lines"]]
    taxes = [(row["title"], row["rate"], row["amount"]) for row in state["taxes"]]
    return {"lines": lines, "taxes": taxes, "totals": state["totals"], "address": state["shipping_address"],
            "email": state["email"], "status": state["financial_status"]}


@pytest.mark.parametrize("kind", sorted(zoo.KINDS))
def test_every_kind_adds_up_and_repeats_by_seed(kind):
    one, other = make_shop(), make_shop()
    order = zoo.place(one, kind, 7)
    assert order.kind == kind
    check_money(order)
    check_stock(one, {})
    assert figures(order) == figures(zoo.place(other, kind, 7))


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        zoo.spec_of(make_shop(), "dragon")


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_a_hundred_random_orders_add_up(currency):
    shop = make_shop(currency=currency, tax_shipping=True)
    for seed in range(100):
        check_money(zoo.place(shop, "random", seed))
    check_stock(shop, {})


def place(kind, **more):
    return zoo.place(make_shop(), kind, 3, **more)


def test_guests_have_no_customer_but_addresses():
    order = place("guest")
    assert order.customer is None and order.email and order.shipping_address


def test_an_order_without_addresses_has_none():
    order = place("no_address")
    assert order.shipping_address is order.billing_address is None and order.shipping_lines == []


def test_different_addresses_belong_to_different_people():
    order = place("different_addresses")
    assert order.billing_address.address1 != order.shipping_address.address1


def test_lines_without_a_product_have_no_variant():
    assert [row.variant_id for row in place("unknown_sku").line_items] == [None]
    gone = place("deleted_product").line_items[0]
    assert gone.variant_id is None and gone.sku.startswith("T")
    assert place("custom_line").line_items[1].sku is None


def test_a_gift_card_is_a_payment_and_not_a_discount():
    order = zoo.place(make_shop(), "gift_card_paid", 3, payment="gift_card")
    assert [row.gateway for row in order.transactions] == ["gift_card"] and not order.total_discounts_set


def test_a_sold_gift_card_is_untaxed():
    card = place("gift_card_sold", taxes=[{"title": "VAT", "rate": "0.2"}]).line_items[1]
    assert card.is_gift_card and card.tax_lines == []


def test_state_and_county_are_taxes_of_their_own():
    order = zoo.place(make_shop(), "taxes_state_county", 1, province="CA")
    assert len(order.tax_lines) == 3


def test_an_exempt_order_bears_no_tax():
    order = place("tax_exempt")
    assert order.tax_exempt and order.tax_lines == []


def test_a_company_buys_on_terms():
    order = place("b2b")
    assert order.purchasing_entity["company"]["name"].startswith("Globex")
    assert order.display_financial_status == "PENDING" and order.po_number


def test_three_hundred_lines_are_no_problem():
    started = time.monotonic()
    order = place("many_lines")
    assert len(order.line_items) == 300
    assert time.monotonic() - started < 2


def test_an_old_order_has_its_date():
    shop = make_shop()
    order = zoo.place(shop, "plain", 1, days_ago=90)
    assert (shop.now() - order.created_at).days == 90


def test_what_is_sold_out_is_not_bought_by_chance():
    shop = make_shop()
    for seed in range(35):
        zoo.place(shop, "plain", seed)
    assert min(row.available for row in shop.levels.values()) >= 0


def test_an_order_may_be_given_its_time():
    order = zoo.place(make_shop(), "plain", 1, created_at="2026-03-01T12:00:00Z")
    assert order.created_at.isoformat() == "2026-03-01T12:00:00+00:00"
