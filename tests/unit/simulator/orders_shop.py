"""Shops, orders and checks that the tests of the simulated orders share."""
from __future__ import annotations

from decimal import Decimal

from tests.simulator import catalog
from tests.simulator.money import ZERO, decimals
from tests.simulator.state import Simulator

PRODUCTS = [{"title": f"Thing {index}", "sku": f"T{index}", "price": price, "available": 20}
            for index, price in enumerate(("19.99", "7.35", "120.00", "0.99", "33.33", "249.50"))]


def make_shop(simulator: Simulator | None = None, **values):
    """A small shop with the SKUs T0 to T5 (20 of each), one location, and no customers."""
    spec = {"domain": "test.myshopify.com", "products": PRODUCTS, "customers": 0, "locations": 1, **values}
    return catalog.create_shop(simulator or Simulator(), spec)


def listen(shop) -> list:
    """A list that grows by (topic, event id, payload, resource) with everything the shop emits."""
    seen: list = []
    shop.simulator.listeners.append(
        lambda _shop, topic, payload, resource, event_id: seen.append((topic, event_id, payload, resource)))
    return seen


def topics(seen: list) -> list:
    return [row[0] for row in seen]


def level(shop, sku: str):
    """The stock of a SKU at the default location."""
    return shop.level(shop.variant_by_sku(sku).inventory_item_id, shop.default_location.id)


def total_of(values) -> Decimal:
    return sum(values, ZERO)


def check_money(order) -> None:
    """Every sum of the order is the sum of its parts, in both currencies, with no more decimals than allowed."""
    for side in ("shop", "presentment"):
        def amount(bag, side=side):
            value = getattr(bag, side)
            currency = getattr(bag.currencies, side)
            assert value == round(value, decimals(currency)), f"{value} {currency}"
            return value

        _check_original(order, amount)
        _check_current(order, amount)
        _check_payments(order, amount)


def _goods(order) -> list:
    return [line for line in order.line_items if not line.is_tip]


def _check_original(order, amount) -> None:
    goods = _goods(order)
    for line in order.line_items:
        assert amount(line.price) == amount(line.unit_price) * line.quantity
        assert amount(line.discounted) >= 0
    subtotal = total_of(amount(line.price) - total_of(amount(row.amount) for row in line.allocations)
                        for line in goods)
    assert amount(order.subtotal_price_set) == subtotal
    rows = [*order.line_items, *order.shipping_lines, *order.additional_fees,
            *(duty for line in order.line_items for duty in line.duties)]
    tax = total_of(amount(row.price) for part in rows for row in part.tax_lines)
    assert amount(order.total_tax_set) == tax == total_of(amount(row.price) for row in order.tax_lines)
    discounts = total_of(amount(row.amount) for part in [*goods, *order.shipping_lines] for row in part.allocations)
    assert amount(order.total_discounts_set) == discounts
    shipping = total_of(amount(line.discounted) for line in order.shipping_lines)
    more = total_of(amount(line.price) for line in order.line_items if line.is_tip) + total_of(
        amount(row.price) for row in rows if row in order.additional_fees) + total_of(
        amount(duty.price) for line in order.line_items for duty in line.duties)
    excluded = ZERO if order.taxes_included else tax
    assert amount(order.total_price_set) == subtotal + shipping + more + excluded


def _check_current(order, amount) -> None:
    """What is left is the whole minus what was refunded and removed."""
    refunded = {}
    for record in order.refunds:
        for row in record.refund_line_items:
            refunded.setdefault(row.line_item.id, []).append(row)
    for line in order.line_items:
        rows = refunded.get(line.id, [])
        assert sum(row.quantity for row in rows) == line.refunded
        assert 0 <= line.current_quantity <= line.quantity
        if line.current_quantity == 0 and not line.removed:
            assert total_of(amount(row.subtotal) for row in rows) == amount(line.discounted)
            assert total_of(amount(row.total_tax_set) for row in rows) == amount(line.tax)
    tax = total_of(amount(row.price) for row in order.current_tax_lines)
    assert amount(order.current_total_tax_set) == tax
    parts = (amount(order.current_subtotal_price_set) + amount(order.current_shipping_price_set)
             + total_of(amount(line.price) for line in order.line_items if line.is_tip and line.current_quantity))
    for extra in (order.current_total_duties_set, order.current_total_additional_fees_set):
        parts += amount(extra) if extra is not None else ZERO
    assert amount(order.current_total_price_set) == parts + (ZERO if order.taxes_included else tax)
    if not any((order.refunds, order.edited, order.cancelled_at)):
        assert amount(order.current_total_price_set) == amount(order.total_price_set)
        assert amount(order.original_total_price_set) == amount(order.total_price_set)


def _check_payments(order, amount) -> None:
    done = [row for row in order.transactions if row.status == "SUCCESS"]
    got = total_of(amount(row.amount) for row in done if row.kind in ("SALE", "CAPTURE"))
    given = total_of(amount(row.amount) for row in done if row.kind == "REFUND")
    assert amount(order.total_received_set) == got
    assert amount(order.total_refunded_set) == given
    assert amount(order.net_payment_set) == got - given >= 0


def check_stock(shop, start: dict) -> None:
    """Committed stock is what open fulfilment orders ask for; lines and fulfilment orders agree."""
    committed: dict = {}
    for order in shop.orders.values():
        for line in order.line_items:
            rows = [row for record in order.fulfillment_orders for row in record.line_items if row.line_item is line]
            assert sum(row.remaining_quantity for row in rows) == line.open
            assert line.open + line.fulfilled <= line.quantity
            assert all(0 <= row.remaining_quantity <= row.total_quantity for row in rows)
        for record in order.fulfillment_orders:
            for row in record.line_items:
                key = row.inventory_item_id, record.location_id
                committed[key] = committed.get(key, 0) + row.remaining_quantity
                assert record.is_open or not row.remaining_quantity
    for key, row in shop.levels.items():
        assert row.committed == committed.get(key, 0)
    for sku, on_hand in start.items():
        assert level(shop, sku).on_hand <= on_hand
