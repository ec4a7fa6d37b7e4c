"""Any cart: up to 40 lines, up to 4 taxes a line, currencies of 0, 2 and 3 decimals on both sides. The expected figures
are computed here once more, with fractions."""
from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulator import order_life as life
from tests.simulator.money import decimals
from tests.simulator.order_factory import place_order
from tests.unit.simulator.orders_shop import check_money, make_shop, total_of

RATES = {"USD": "1", "JPY": "151.37", "KWD": "0.30712", "EUR": "0.9213"}
TAXES = st.lists(st.sampled_from(("0.0625", "0.01", "0.0725", "0.19", "0.09975", "0", "0.025")), max_size=4)
LINE = st.fixed_dictionaries({
    "title": st.just("Thing"), "quantity": st.integers(1, 7), "price": st.integers(0, 300_000),
    "taxes": st.none() | TAXES})
DISCOUNT = st.fixed_dictionaries({
    "kind": st.sampled_from(("code", "automatic", "manual")), "level": st.sampled_from(("line", "order", "shipping")),
    "method": st.sampled_from(("across", "each", "one")), "percentage": st.none() | st.sampled_from((10, 33, 100, 12)),
    "amount": st.integers(1, 5_000)})
ANY = settings(max_examples=60, deadline=None,
               suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def carts(draw):
    currency, other = draw(st.sampled_from(("USD", "JPY", "KWD"))), draw(st.sampled_from(sorted(RATES)))
    unit = Decimal(1).scaleb(-decimals(currency))

    def rules(rates):
        return [{"title": f"Tax {index}", "rate": rate} for index, rate in enumerate(rates)]

    lines = [{**row, "price": str(row["price"] * unit),
              "taxes": None if row["taxes"] is None else rules(row["taxes"])} for row in draw(
                  st.lists(LINE, min_size=1, max_size=draw(st.sampled_from((2, 5, 40)))))]
    discounts = []
    for row in draw(st.lists(DISCOUNT, max_size=3)):
        one = {"amount": str(row["amount"] * unit)} if row["percentage"] is None else {"percentage": row["percentage"]}
        discounts.append({**{name: row[name] for name in ("kind", "level", "method")}, "title": "Off", **one})
    spec = {"lines": lines, "discounts": discounts, "taxes": rules(draw(TAXES)), "taxes_included": draw(st.booleans()),
            "shipping": {"title": "Post", "price": str(draw(st.integers(0, 5_000)) * unit),
                         "taxes": rules(draw(TAXES))}}
    if other != currency:
        rate = Decimal(RATES[other]) / Decimal(RATES[currency])
        spec["presentment"] = {"currency": other, "rate": str(rate.quantize(Decimal("0.000001")))}
    return currency, spec


def rounded(value: Fraction, currency: str) -> Decimal:
    scaled = value * 10 ** decimals(currency)
    units = (abs(scaled) * 2 + 1) // 2
    return Decimal(int(units) * (1 if scaled >= 0 else -1)).scaleb(-decimals(currency))


def check_parts(order) -> None:
    """Each tax of each line is its rate on the line's own discounted price, rounded once; discounts take no more than
    there is; an order discount is spread without losing a unit."""
    for side in ("shop", "presentment"):
        currency = getattr(order.currencies, side)
        for part in [*order.line_items, *order.shipping_lines]:
            left = getattr(part.discounted, side)
            assert 0 <= left <= getattr(part.price, side)
            whole = 1 + sum(Fraction(tax.rate) for tax in part.tax_lines)
            for tax in part.tax_lines:
                exact = Fraction(left) * Fraction(tax.rate) / (whole if order.taxes_included else 1)
                assert getattr(tax.price, side) == rounded(exact, currency)
        for row in order.discount_applications:
            if row.level == "order" and row.allocation_method == "ACROSS" and row.amount is not None:
                taken = total_of(getattr(part.amount, side) for line in order.line_items for part in line.allocations
                                 if part.discount_application is row)
                assert side == "shop" or taken <= row.amount


@given(carts())
@ANY
def test_every_line_and_tax_of_any_cart_is_rounded_once(cart):
    currency, spec = cart
    order = place_order(make_shop(currency=currency), spec)
    check_money(order)
    check_parts(order)


@given(carts(), st.integers(1, 3), st.integers(1, 4))
@ANY
def test_units_and_shipping_refunded_in_parts_add_up_to_the_whole(cart, step, parts):
    currency, spec = cart
    shop = make_shop(currency=currency)
    order = place_order(shop, spec)
    for line in order.line_items:
        while line.current_quantity:
            life.refund(shop, order, {"lines": [{"line_item_id": line.id, "restock_type": "NO_RESTOCK",
                                                 "quantity": min(step, line.current_quantity)}]}, shop.now())
    (freight,) = order.shipping_lines
    share = (freight.discounted.presentment / parts).quantize(Decimal(1).scaleb(-decimals(order.currencies.presentment)))
    for _part in range(parts - 1):
        if share and share < freight.current_discounted_price_set.presentment:
            life.refund(shop, order, {"shipping": str(share)}, shop.now())
            check_money(order)
    life.refund(shop, order, {"shipping": True}, shop.now())
    check_money(order)
    for side in ("shop", "presentment"):
        rows = [row for refund in order.refunds for row in refund.refund_line_items]
        assert total_of(getattr(row.subtotal, side) for row in rows) == total_of(
            getattr(line.discounted, side) for line in order.line_items)
        for line in order.line_items:
            for index, tax in enumerate(line.tax_lines):
                assert total_of(getattr(row.taxes[index].price, side) for row in rows
                                if row.line_item is line) == getattr(tax.price, side)
        shipped = [row for refund in order.refunds for row in refund.refund_shipping_lines]
        assert total_of(getattr(row.subtotal, side) for row in shipped) == getattr(freight.discounted, side)
        assert total_of(getattr(row.tax_amount_set, side) for row in shipped) == (
            getattr(freight.tax, side) if shipped else 0)
        assert getattr(order.current_total_tax_set, side) == (0 if shipped else getattr(freight.tax, side))
        assert getattr(order.current_total_price_set, side) == 0 or not shipped


@given(carts(), st.data())
@ANY
def test_edits_keep_every_share_exact(cart, data):
    currency, spec = cart
    shop = make_shop(currency=currency)
    order = place_order(shop, spec)
    for index in data.draw(st.lists(st.integers(0, len(order.line_items) - 1), max_size=4)):
        line = order.line_items[index]
        quantity = data.draw(st.integers(0, line.quantity))
        life.edit(shop, order, {"set_quantity": [{"index": index, "quantity": quantity}]}, shop.now())
        check_money(order)
    for line in order.line_items:
        for tax in line.tax_lines:
            if line.current_quantity == 0:
                continue
            for side in ("shop", "presentment"):
                exact = Fraction(getattr(tax.price, side)) * line.gone / line.quantity
                gone = rounded(exact, getattr(order.currencies, side))
                shown = getattr(tax.price, side) - getattr(tax.price.share(line.gone, line.quantity), side)
                assert shown == getattr(tax.price, side) - gone
