"""Lines, shipping lines, duties and fees of an order from its spec, priced in both currencies."""
from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from random import Random

from .money import Bag
from .order_pricing import Discount, Priced, TaxRule, apply_discounts, tax_amounts
from .order_types import Allocation, Charge, LineItem, Order, ShippingLine, TaxLine
from .product_store import bundled

DEFAULT_SHIPPING = {"title": "Standard", "code": "standard", "price": "7.90"}


def tax_rules(rows: Iterable) -> tuple[TaxRule, ...]:
    """From [{title, rate, channel_liable}] or TaxRule objects."""
    return tuple(row if isinstance(row, TaxRule) else
                 TaxRule(row["title"], Decimal(str(row["rate"])), bool(row.get("channel_liable")),
                         row.get("source", "Shopify")) for row in rows)


def tax_lines(order: Order, price: Bag, rules: tuple[TaxRule, ...]) -> list[TaxLine]:
    """The taxes on a price after discounts, each rounded in each currency."""
    money = order.currencies
    shop = tax_amounts(price.shop, rules, order.taxes_included, money.shop)
    presentment = (shop if money.presentment == money.shop and money.rate == 1 else
                   tax_amounts(price.presentment, rules, order.taxes_included, money.presentment))
    return [TaxLine(rule.title, rule.rate, Bag(*pair, money), rule.channel_liable, rule.source)
            for rule, pair in zip(rules, zip(shop, presentment))]


def charge(shop, order: Order, type_name: str, price: Bag, rules: tuple[TaxRule, ...]) -> Charge:
    return Charge(shop.gid(type_name), price, tax_lines(order, price, rules))


# -- lines ----------------------------------------------------------------------------------------------------------
def build_lines(shop, order: Order, spec: dict, rng: Random) -> tuple[list[LineItem], list[dict]]:
    """The lines (not yet discounted or taxed) and the specs that they came from."""
    wanted = list(spec.get("lines") or goods(shop, rng, rng.choice((1, 1, 2, 3))) or [{"title": "Custom item"}])
    rows = [part for row in wanted for part in components(shop, row)]
    if spec.get("tip"):
        rows.append({"title": "Tip", "price": spec["tip"], "tip": True, "taxable": False,
                     "requires_shipping": False})
    return [build_line(shop, order, row) for row in rows], rows


def components(shop, row: dict) -> list[dict]:
    """The line itself, or of a bundle a line for each of its components, in one group; the price is shared by units."""
    variant = find_variant(shop, row)
    if variant is None or not variant.components:
        return [row]
    quantity = int(row.get("quantity", 1))
    group = {"title": shop.products[variant.product_id].title, "quantity": quantity, "variantSku": variant.sku,
             "id": shop.gid("LineItemGroup")}
    price = Decimal(str(row.get("price", variant.price)))
    each = (price / sum(units for _gid, units in variant.components)).quantize(Decimal("0.01"), ROUND_DOWN)
    rows = [{"variant_id": gid, "quantity": quantity * units, "price": each, "group": group}
            for gid, units in variant.components]
    return rows


def goods(shop, rng: Random, count: int = 1, most: int = 3) -> list[dict]:
    """Different products by chance; what is sold out is passed over while anything else is left."""
    variants = [row for row in shop.variants.values() if row.sku and row.price > 0
                and not shop.products[row.product_id].is_gift_card] or list(shop.variants.values())
    chosen, spare = [], []
    for row in rng.sample(variants, len(variants)):
        quantity = rng.randint(1, most)
        (chosen if in_stock(shop, row) >= quantity else spare).append((row, quantity))
        if len(chosen) == count:
            break
    return [{"variant_id": row.id, "quantity": quantity} for row, quantity in [*chosen, *spare][:count]]


def in_stock(shop, variant) -> float:
    """How many units of a variant its best location can sell."""
    if variant.components:
        return max((bundled(shop, variant, place) for place in shop.locations), default=0)
    item = shop.inventory_items[variant.inventory_item_id]
    if not item.tracked or variant.inventory_policy == "CONTINUE":
        return float("inf")
    return max((level.available for level in shop.levels_of(item.id) if level.is_active), default=0)


def find_variant(shop, row: dict):
    """The variant that a line spec names, by GID or SKU; None for custom lines and unknown SKUs."""
    if row.get("variant_id"):
        key = str(row["variant_id"])
        return shop.variants.get(key if key.startswith("gid:") else f"gid://shopify/ProductVariant/{key}")
    if not row.get("sku") or row.get("deleted"):
        return None
    index = shop.extra.setdefault("sku_index", {})
    variant = shop.variants.get(index.get(row["sku"]))
    if variant is None or variant.sku != row["sku"]:
        variant = shop.variant_by_sku(row["sku"])
        if variant is not None:
            index[row["sku"]] = variant.id
    return variant


def build_line(shop, order: Order, row: dict) -> LineItem:
    """One line without discounts and taxes."""
    variant = find_variant(shop, row)
    if variant is None and row.get("variant_id") and not row.get("title"):
        raise ValueError(f"no such variant: {row['variant_id']}")
    quantity = int(row.get("quantity", 1))
    amount = Decimal(str(row["price"])) if row.get("price") is not None else variant.price if variant else Decimal(20)
    unit_price = Bag.of(amount, order.currencies)
    line = LineItem(shop.gid("LineItem"), row.get("title") or "", quantity, unit_price, unit_price.times(quantity),
                    sku=row.get("sku"), grams=int(row.get("grams", 0)), taxes_included=order.taxes_included)
    if variant is not None:
        _from_variant(shop, line, variant, row)
    line.title = line.title or row.get("sku") or "Custom item"
    line.is_tip = bool(row.get("tip"))
    line.is_gift_card = bool(row.get("gift_card", line.is_gift_card))
    line.taxable = bool(row.get("taxable", line.taxable and not line.is_gift_card))
    line.requires_shipping = bool(row.get("requires_shipping", line.requires_shipping and not line.is_gift_card))
    line.custom_attributes = [{"key": key, "value": value} for key, value in (row.get("attributes") or {}).items()]
    if row.get("group"):
        line.line_item_group = {"id": row["group"].get("id") or shop.gid("LineItemGroup"), **row["group"]}
    if row.get("selling_plan"):
        line.selling_plan = {"name": row["selling_plan"], "sellingPlanId": shop.gid("SellingPlan")}
    return line


def _from_variant(shop, line: LineItem, variant, row: dict) -> None:
    product = shop.products.get(variant.product_id)
    item = shop.inventory_items.get(variant.inventory_item_id)
    line.variant_id, line.product_id = variant.id, variant.product_id
    line.inventory_item_id = variant.inventory_item_id
    line.sku, line.taxable = variant.sku, variant.taxable
    line.title = row.get("title") or (product.title if product else "")
    line.vendor = product.vendor if product else None
    line.is_gift_card = bool(product and product.is_gift_card)
    line.variant_title = None if variant.title in ("", "Default Title") else variant.title
    if item is not None:
        line.requires_shipping = item.requires_shipping
        factor = {"GRAMS": 1, "KILOGRAMS": 1000, "OUNCES": 28.349523125, "POUNDS": 453.59237}[item.weight_unit]
        line.grams = round(item.weight * factor)


def line_rules(order: Order, line: LineItem, row: dict) -> tuple[TaxRule, ...]:
    """Which taxes a line bears."""
    if order.tax_exempt or not line.taxable:
        return ()
    return tax_rules(row["taxes"]) if row.get("taxes") is not None else order.tax_rules


def tax_line(shop, order: Order, line: LineItem, row: dict) -> None:
    """Set taxes and duties of a line whose discounts are known."""
    line.tax_lines = tax_lines(order, line.discounted, line_rules(order, line, row))
    for duty in row.get("duties") or ():
        record = charge(shop, order, "Duty", Bag.of(Decimal(str(duty["price"])), order.currencies),
                        tax_rules(duty.get("taxes") or []))
        record.harmonized_system_code, record.country_code_of_origin = duty.get("hs_code"), duty.get("country")
        line.duties.append(record)


# -- shipping -------------------------------------------------------------------------------------------------------
def build_shipping(shop, order: Order, spec: dict) -> tuple[list[ShippingLine], list[dict]]:
    """The shipping lines (not yet discounted or taxed) and their specs."""
    asked = spec.get("shipping", DEFAULT_SHIPPING)
    if spec.get("pos") and "shipping" not in spec:
        asked = None
    rows = [] if asked is None else [asked] if isinstance(asked, dict) else list(asked)
    if not order.shipping_address and "shipping" not in spec:
        rows = []
    zero = Bag.zero(order.currencies)
    return [ShippingLine(None if row.get("nameless") else shop.gid("ShippingLine"), row.get("title", "Standard"),
                         Bag.of(Decimal(str(row.get("price", 0))), order.currencies), zero,
                         code=row.get("code", row.get("title", "Standard")), source=row.get("source", "shopify"),
                         carrier_identifier=row.get("carrier_identifier"), custom=bool(row.get("custom")))
            for row in rows], rows


def shipping_rules(order: Order, row: dict) -> tuple[TaxRule, ...]:
    if order.tax_exempt:
        return ()
    if row.get("taxes") is not None:
        return tax_rules(row["taxes"])
    return order.tax_rules if order.tax_shipping else ()


# -- discounts and taxes --------------------------------------------------------------------------------------------
def cart_discounts(shop, order: Order, spec: dict, goods: tuple[list, list], shipping: tuple[list, list]) -> None:
    """Allocate the discounts of the spec over both currencies, then tax what is left."""
    lines, line_specs = goods
    carriage, carriage_specs = shipping
    for side in ("shop", "presentment"):
        currency = getattr(order.currencies, side)
        rows = [Priced(getattr(line.price, side), (), line.quantity, not (line.is_gift_card or line.is_tip))
                for line in lines]
        freight = [Priced(getattr(line.price, side)) for line in carriage]
        apply_discounts(rows, freight, _discounts(order, spec, side), currency)
        for record, priced in zip([*lines, *carriage], [*rows, *freight]):
            _keep(order, record, priced.allocations, side)
    for line, row in zip(lines, line_specs):
        tax_line(shop, order, line, row)
    for line, row in zip(carriage, carriage_specs):
        line.tax_lines = tax_lines(order, line.discounted, shipping_rules(order, row))


def _discounts(order: Order, spec: dict, side: str) -> list[Discount]:
    result = []
    for row, application in zip(spec.get("discounts") or [], order.discount_applications):
        amount = None
        if application.amount is not None:
            amount = application.amount if side == "presentment" else Decimal(str(row["amount"]))
        lines = row.get("lines")
        units = tuple((int(key), int(value)) for key, value in (row.get("units") or {}).items())
        result.append(Discount(application.level, application.percentage, amount, row.get("method", "across"),
                               None if lines is None else tuple(lines), units))
    return result


def _keep(order: Order, record, allocations: list[tuple[int, Decimal]], side: str) -> None:
    """Write one currency's allocations into the record's bags."""
    known = {row.discount_application.index: row for row in record.allocations}
    for index, amount in allocations:
        if index not in known:
            known[index] = Allocation(order.discount_applications[index], Bag.zero(order.currencies))
            record.allocations.append(known[index])
        bag = known[index].amount
        known[index].amount = (Bag(bag.shop + amount, bag.presentment, bag.currencies) if side == "shop" else
                               Bag(bag.shop, bag.presentment + amount, bag.currencies))
