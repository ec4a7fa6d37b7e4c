"""The money of simulated orders is made the way Shopify makes it."""
from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.money import Bag, Currencies, allocate, decimals, fixed, rounded, text
from tests.simulator.order_factory import place_order
from tests.simulator.order_pricing import Discount, Priced, TaxRule, apply_discounts, tax_amounts
from tests.unit.simulator.orders_shop import check_money, make_shop

CURRENCIES = ("USD", "JPY", "KWD")
D = Decimal


def amounts(currency: str, most: int = 100_000):
    return st.integers(0, most).map(lambda number: D(number).scaleb(-decimals(currency)))


# -- primitives -----------------------------------------------------------------------------------------------------
def test_amounts_are_written_as_the_api_writes_them():
    assert [text(D(value)) for value in ("25", "25.00", "9.90", "0", "1000", "0.125")] == [
        "25.0", "25.0", "9.9", "0.0", "1000.0", "0.125"]
    assert [fixed(D(25), code) for code in CURRENCIES] == ["25.00", "25", "25.000"]


def test_half_a_cent_is_rounded_away_from_zero():
    assert rounded(D("0.005"), "USD") == D("0.01")
    assert rounded(D("-0.005"), "USD") == D("-0.01")
    assert rounded(D("0.5"), "JPY") == 1
    assert rounded(D("0.0005"), "KWD") == D("0.001")


def test_leftover_cents_go_to_the_largest_remainders():
    assert allocate(D("10.00"), [D(1), D(1), D(1)], "USD") == [D("3.34"), D("3.33"), D("3.33")]
    assert allocate(D("1.00"), [D("0.10"), D("0.45"), D("0.45")], "USD") == [D("0.10"), D("0.45"), D("0.45")]
    assert allocate(D("100"), [D(1), D(2)], "JPY") == [33, 67]
    assert allocate(D("5"), [D(0), D(0)], "USD") == [5, 0]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_parts_of_an_allocation_add_up(data):
    currency = data.draw(st.sampled_from(CURRENCIES))
    weights = data.draw(st.lists(amounts(currency), min_size=1, max_size=40))
    whole = data.draw(amounts(currency))
    parts = allocate(whole, weights, currency)
    assert sum(parts) == whole
    exact = sum(weights)
    for part, weight in zip(parts, weights):
        assert not exact or abs(part - whole * weight / exact) < D(1).scaleb(-decimals(currency))


def test_a_bag_is_shared_without_losing_a_unit():
    bag = Bag(D("10.00"), D("1003"), Currencies("USD", "JPY", D("100.3")))
    parts = [bag.share(units, 3) - bag.share(units - 1, 3) for units in (1, 2, 3)]
    assert sum(part.shop for part in parts) == bag.shop
    assert sum(part.presentment for part in parts) == bag.presentment


# -- taxes and discounts --------------------------------------------------------------------------------------------
def test_excluded_taxes_are_rounded_each_for_itself():
    rules = (TaxRule("State", D("0.0625")), TaxRule("County", D("0.0025")), TaxRule("City", D("0.02125")))
    assert tax_amounts(D("19.99"), rules, False, "USD") == [D("1.25"), D("0.05"), D("0.42")]


def test_included_taxes_are_split_by_the_sum_of_the_rates():
    rules = (TaxRule("GST", D("0.05")), TaxRule("QST", D("0.09975")))
    assert tax_amounts(D("100.00"), rules, True, "CAD") == [D("4.35"), D("8.68")]
    assert tax_amounts(D("119.00"), (TaxRule("MwSt", D("0.19")),), True, "EUR") == [D("19.00")]
    assert tax_amounts(D("1100"), (TaxRule("消費税", D("0.1")),), True, "JPY") == [100]


def test_line_discounts_come_before_order_discounts():
    lines = [Priced(D("100.00")), Priced(D("50.00"))]
    apply_discounts(lines, [], [Discount("order", percentage=D(10)),
                                Discount("line", percentage=D(20), method="each", lines=(0,))], "USD")
    assert lines[0].allocations == [(1, D("20.00")), (0, D("8.00"))]
    assert lines[1].allocations == [(0, D("5.00"))]


def test_a_fixed_discount_never_exceeds_the_price():
    lines = [Priced(D("3.00")), Priced(D("1.00"))]
    apply_discounts(lines, [], [Discount("order", amount=D("10.00"))], "USD")
    assert [line.left for line in lines] == [0, 0]


def test_a_fixed_discount_on_each_unit_counts_the_units():
    lines = [Priced(D("30.00"), quantity=3), Priced(D("20.00"), quantity=1)]
    apply_discounts(lines, [], [Discount("line", amount=D("2.00"), method="each")], "USD")
    assert [line.left for line in lines] == [D("24.00"), D("18.00")]


def test_the_free_units_of_buy_x_get_y_cost_nothing():
    lines = [Priced(D("40.00"), quantity=2), Priced(D("29.97"), quantity=3)]
    apply_discounts(lines, [], [Discount("line", percentage=D(100), units=((1, 1),))], "USD")
    assert [line.left for line in lines] == [D("40.00"), D("19.98")]


def test_gift_cards_and_tips_bear_no_discount():
    shop = make_shop()
    order = place_order(shop, {"lines": [{"sku": "T2"}, {"title": "Gift card", "price": "50", "gift_card": True}],
                               "tip": "5.00", "discounts": [{"level": "order", "percentage": 10}],
                               "taxes": [{"title": "VAT", "rate": "0.2"}]})
    goods, card, tip = order.line_items
    assert goods.discount.shop == D("12.00")
    assert not card.allocations and not card.tax_lines and not tip.allocations and not tip.tax_lines
    assert order.total_tip_received_set.shop == D("5.00")
    assert order.subtotal_price_set.shop == D("158.00")
    check_money(order)


# -- whole orders ---------------------------------------------------------------------------------------------------
def test_a_small_order_comes_to_what_a_pocket_calculator_says():
    shop = make_shop(tax_shipping=True)
    order = place_order(shop, {
        "lines": [{"sku": "T0", "quantity": 3}, {"sku": "T1"}], "shipping": {"price": "5.00"},
        "discounts": [{"kind": "code", "title": "TEN", "level": "order", "percentage": 10}],
        "taxes": [{"title": "State", "rate": "0.06"}, {"title": "County", "rate": "0.01"}]})
    # 59.97 + 7.35 = 67.32; 10 % = 6.73, of which 6.00 and 0.73
    assert [line.discount.shop for line in order.line_items] == [D("6.00"), D("0.73")]
    assert [tax.price.shop for tax in order.line_items[0].tax_lines] == [D("3.24"), D("0.54")]
    assert [tax.price.shop for tax in order.line_items[1].tax_lines] == [D("0.40"), D("0.07")]
    assert [tax.price.shop for tax in order.tax_lines] == [D("3.94"), D("0.66")]
    assert order.total_price_set.shop == D("70.19")
    check_money(order)


def test_taxes_of_one_title_and_rate_are_one_tax_line_of_the_order():
    shop = make_shop()
    taxes = [{"title": "A", "rate": "0.01"}, {"title": "B", "rate": "0.01"}, {"title": "Zero", "rate": "0"}]
    order = place_order(shop, {"lines": [{"sku": "T0"}, {"sku": "T1"}], "taxes": taxes})
    assert [(row.title, row.price.shop) for row in order.tax_lines] == [
        ("A", D("0.27")), ("B", D("0.27")), ("Zero", D("0.00"))]


def test_a_shipping_discount_lowers_the_shipping_tax():
    shop = make_shop(tax_shipping=True)
    order = place_order(shop, {"lines": [{"sku": "T0"}], "shipping": {"price": "10.00"},
                               "discounts": [{"level": "shipping", "percentage": 50}],
                               "taxes": [{"title": "VAT", "rate": "0.2"}]})
    line = order.shipping_lines[0]
    assert (line.price.shop, line.discounted.shop, line.tax.shop) == (D("10.00"), D("5.00"), D("1.00"))
    assert order.total_shipping_price_set.shop == D("10.00")
    assert order.total_discounts_set.shop == D("5.00")
    check_money(order)


def test_cash_is_rounded_and_the_order_is_paid():
    shop = make_shop()
    order = place_order(shop, {"lines": [{"sku": "T1"}], "pos": True, "cash_rounding": "0.05", "taxes": [
        {"title": "VAT", "rate": "0.081"}]})
    assert order.total_price_set.shop == D("7.95")
    assert order.display_financial_status == "PAID"
    order = place_order(shop, {"lines": [{"sku": "T0"}], "pos": True, "cash_rounding": "0.05", "taxes": []})
    assert order.total_price_set.shop == D("19.99")
    assert order.total_received_set.shop == D("20.00")
    assert order.total_cash_rounding_adjustment["paymentSet"].shop == D("0.01")
    assert order.display_financial_status == "PAID" and not order.total_outstanding_set


def test_both_currencies_of_a_foreign_order_add_up():
    shop = make_shop()
    order = place_order(shop, {"lines": [{"sku": "T0", "quantity": 3}], "presentment": {
        "currency": "JPY", "rate": "151.37"}, "shipping": {"price": "5"}, "taxes": [{"title": "T", "rate": "0.1"}],
        "discounts": [{"level": "order", "amount": "10.00"}]})
    line = order.line_items[0]
    assert line.unit_price.presentment == 3026
    assert line.discount.presentment == 1514
    assert order.presentment_currency_code == "JPY"
    assert order.total_price_set.presentment == 3026 * 3 - 1514 + 757 + 756
    check_money(order)


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("currency", CURRENCIES)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_the_parts_of_any_order_add_up_to_its_totals(currency, included, data):
    shop = SHOPS.setdefault(currency, make_shop(currency=currency))
    order = place_order(shop, data.draw(specs(currency, included)))
    check_money(order)


SHOPS: dict = {}


@st.composite
def specs(draw, currency: str, included: bool):
    """Orders of up to 12 lines with up to 4 taxes each, all kinds of discounts, and everything else that costs."""
    tax = st.builds(lambda title, rate: {"title": title, "rate": D(rate).scaleb(-4)},
                    st.sampled_from("ABCD"), st.integers(0, 2500))
    taxes = st.lists(tax, max_size=4)
    price = amounts(currency, 50_000)
    line = st.fixed_dictionaries({"title": st.just("Thing"), "price": price, "quantity": st.integers(1, 9)},
                                 optional={"taxes": taxes, "taxable": st.booleans(), "gift_card": st.booleans()})
    lines = draw(st.lists(line, min_size=1, max_size=12))
    worth = st.one_of(st.builds(lambda value: {"percentage": D(value) / 10}, st.integers(0, 1000)),
                      st.builds(lambda value: {"amount": value}, amounts(currency, 9000)))
    discount = st.builds(lambda level, method, some, row: {"level": level, "method": method, **some, **row},
                         st.sampled_from(("line", "order", "shipping")), st.sampled_from(("across", "each", "one")),
                         st.one_of(st.just({}), st.just({"lines": [0]})), worth)
    spec = {"lines": lines, "taxes": draw(taxes), "taxes_included": included, "tax_shipping": draw(st.booleans()),
            "shipping": draw(st.lists(st.fixed_dictionaries({"price": price}), max_size=2)),
            "discounts": draw(st.lists(discount, max_size=3))}
    if draw(st.booleans()):
        spec["tip"] = draw(price)
    if draw(st.booleans()):
        spec["fees"] = [{"name": "Fee", "price": draw(price), "taxes": draw(taxes)}]
    if draw(st.booleans()):
        spec["presentment"] = {"currency": draw(st.sampled_from(("EUR", "JPY", "KWD"))),
                               "rate": D(draw(st.integers(1, 30_000))) / 100}
    return spec
