"""Named kinds of orders: what shops really sell. `spec_of(shop, kind, seed)` gives a spec for `place_order`.

Every kind depends only on the shop's catalogue and the seed. `random` mixes them.
"""
from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import order_people
from .order_factory import place_order
from .order_lines import goods

KINDS: dict[str, Callable] = {}
RATES = {"EUR": "0.9213", "JPY": "151.37", "CAD": "1.3642", "KWD": "0.30712", "GBP": "0.7871", "USD": "1.0874"}
NOT_MIXED = ("random", "many_lines", "returning_customer")


def kind(function: Callable) -> Callable:
    """Register a kind: ``name(shop, rng) -> spec``."""
    KINDS[function.__name__.rstrip("_")] = function
    return function


def spec_of(shop, name: str = "plain", seed: object = 1) -> dict:
    """The spec of one order of that kind. ValueError for an unknown name."""
    if name not in KINDS:
        raise ValueError(f"unknown kind of order {name!r}; there are {', '.join(sorted(KINDS))}")
    rng = Random(f"{shop.domain}/{shop.seed}/{name}/{seed}")
    spec = KINDS[name](shop, rng)
    return {"kind": name, "seed": f"{name}/{seed}", **spec}


def place(shop, name: str = "plain", seed: object = None, now=None, **more):
    """Place one order of a kind; `more` overrides keys of its spec."""
    seed = shop.order_number + 1 if seed is None else seed
    return place_order(shop, {**spec_of(shop, name, seed), **more}, now)


# -- goods and discounts --------------------------------------------------------------------------------------------
@kind
def plain(shop, rng):
    return {"lines": goods(shop, rng)}


@kind
def two_lines(shop, rng):
    return {"lines": goods(shop, rng, 2)}


@kind
def many_lines(shop, rng):
    rows = goods(shop, rng, 300, 2)
    while 0 < len(rows) < 300:
        rows.append(dict(rng.choice(rows)))
    return {"lines": rows}


@kind
def discount_code(shop, rng):
    return {"lines": goods(shop, rng, 2), "discounts": [
        {"kind": "code", "level": "order", "title": "WELCOME10", "percentage": rng.choice((10, 15, "12.5"))}]}


@kind
def order_discount(shop, rng):
    return {"lines": goods(shop, rng, 3), "discounts": [
        {"kind": rng.choice(("automatic", "manual")), "level": "order", "title": "Spring sale",
         "amount": rng.choice(("5.00", "10.00", "3.33"))}]}


@kind
def line_discount(shop, rng):
    return {"lines": goods(shop, rng, 3), "discounts": [
        {"kind": "automatic", "level": "line", "title": "Knitwear 20 % off", "percentage": 20, "method": "each",
         "lines": [0]},
        {"kind": "manual", "level": "line", "title": "Scratched", "amount": "1.50", "method": "one", "lines": [1]}]}


@kind
def stacked_discounts(shop, rng):
    return {"lines": goods(shop, rng, 3), "discounts": [
        {"kind": "automatic", "level": "line", "title": "Bundle", "percentage": 5, "method": "each"},
        {"kind": "code", "level": "order", "title": "TAKE7", "amount": "7.00"},
        {"kind": "code", "level": "shipping", "title": "HALFSHIP", "percentage": 50}]}


@kind
def shipping_discount(shop, rng):
    return {"lines": goods(shop, rng, 2), "discounts": [
        {"kind": "code", "level": "shipping", "title": "FREESHIP", "percentage": 100}]}


@kind
def buy_x_get_y(shop, rng):
    lines = goods(shop, rng, 2)
    lines[0]["quantity"], lines[-1]["quantity"] = 2, max(lines[-1]["quantity"], 2)
    return {"lines": lines, "discounts": [
        {"kind": "automatic", "level": "line", "title": "Buy 2 get 1 free", "percentage": 100, "method": "each",
         "units": {len(lines) - 1: 1}}]}


@kind
def free(shop, rng):
    return {"lines": goods(shop, rng), "shipping": {"title": "Free shipping", "price": "0"}, "discounts": [
        {"kind": "code", "level": "order", "title": "GIFT", "percentage": 100}]}


# -- taxes ----------------------------------------------------------------------------------------------------------
@kind
def taxes_state_county(shop, rng):
    return {"lines": goods(shop, rng, 2), "country": "US", "province": rng.choice(("CA", "NY", "TX"))}


@kind
def same_rate_taxes(shop, rng):
    return {"lines": goods(shop, rng, 2), "taxes": [
        {"title": "County Tax", "rate": "0.01"}, {"title": "City Tax", "rate": "0.01"},
        {"title": "State Tax", "rate": "0.06"}]}


@kind
def zero_tax(shop, rng):
    return {"lines": goods(shop, rng), "taxes": [{"title": "VAT 0 %", "rate": "0"}]}


@kind
def tax_exempt(shop, rng):
    return {"lines": goods(shop, rng, 2), "tax_exempt": True}


@kind
def included_taxes(shop, rng):
    return {"lines": goods(shop, rng, 2), "taxes_included": True, "tax_shipping": True,
            "country": rng.choice(("DE", "FR", "GB"))}


@kind
def canadian(shop, rng):
    return {"lines": goods(shop, rng, 2), "country": "CA", "tax_shipping": True}


@kind
def channel_liable_taxes(shop, rng):
    return {"lines": goods(shop, rng), "source_name": "marketplace", "taxes": [
        {"title": "Marketplace Tax", "rate": "0.0825", "channel_liable": True}]}


@kind
def mixed_taxes(shop, rng):
    lines = goods(shop, rng, 3)
    lines[0]["taxes"] = [{"title": "Reduced VAT", "rate": "0.07"}]
    lines[-1]["taxable"] = False
    return {"lines": lines, "country": "DE", "tax_shipping": True}


# -- people ---------------------------------------------------------------------------------------------------------
@kind
def guest(shop, rng):
    return {"lines": goods(shop, rng), "customer": None, "email": f"guest{rng.randrange(10**6)}@example.com"}


@kind
def no_address(shop, rng):
    return {"lines": goods(shop, rng), "billing_address": None, "shipping_address": None, "shipping": None}


@kind
def same_addresses(shop, rng):
    return {"lines": goods(shop, rng), "shipping_address": "same"}


@kind
def different_addresses(shop, rng):
    who, other = order_people.person(rng, "US"), order_people.person(rng, "US")
    return {"lines": goods(shop, rng), "customer": who, "billing_address": order_people.address(rng, "US", who),
            "shipping_address": order_people.address(rng, "US", other)}


@kind
def unicode_names(shop, rng):
    return {"lines": goods(shop, rng), "country": rng.choice(("JP", "DE", "FR")), "note": "Bitte klingeln – 感謝 🎁"}


@kind
def returning_customer(shop, rng):
    known = list(shop.customers)
    return {"lines": goods(shop, rng), **({"customer": rng.choice(known)} if known else {})}


@kind
def b2b(shop, rng):
    number = rng.randrange(1, 30)
    return {"lines": goods(shop, rng, 2, 20), "payment_terms": {"name": "Net 30", "days": 30},
            "po_number": f"PO-{number}",
            "company": {"name": f"Globex {number} Inc.", "external_id": f"C{number}", "location": "Headquarters",
                        "vat": f"US{number:09}"}}


# -- lines that are no products -------------------------------------------------------------------------------------
@kind
def unknown_sku(shop, rng):
    return {"lines": [{"sku": f"GONE-{rng.randrange(10**4)}", "title": "Discontinued lamp", "price": "44.90"}]}


@kind
def deleted_product(shop, rng):
    row = goods(shop, rng)[0]
    variant = shop.variants[row["variant_id"]]
    return {"lines": [{"sku": variant.sku, "deleted": True, "title": shop.products[variant.product_id].title,
                       "price": str(variant.price), "quantity": row["quantity"]}]}


@kind
def custom_line(shop, rng):
    return {"lines": [*goods(shop, rng), {"title": "Engraving", "price": "12.00", "requires_shipping": False,
                                          "attributes": {"Text": "Für Käthe"}}]}


@kind
def tip(shop, rng):
    return {"lines": goods(shop, rng), "tip": rng.choice(("3.00", "5.00", "1.11"))}


@kind
def duties(shop, rng):
    lines = goods(shop, rng)
    lines[0]["duties"] = [{"price": "6.40", "hs_code": "610910", "country": "CN",
                           "taxes": [{"title": "GST", "rate": "0.05"}]}]
    return {"lines": lines, "country": "CA"}


@kind
def additional_fees(shop, rng):
    return {"lines": goods(shop, rng), "fees": [
        {"name": "Retail delivery fee", "price": "0.28", "taxes": [{"title": "State Tax", "rate": "0.06"}]}]}


@kind
def gift_card_sold(shop, rng):
    return {"lines": [*goods(shop, rng), {"title": "Gift card", "price": "50.00", "gift_card": True}]}


@kind
def bundle(shop, rng):
    group = {"title": "Starter set", "quantity": 1, "variantSku": "SET-1", "id": shop.gid("LineItemGroup")}
    return {"lines": [{**row, "group": group} for row in goods(shop, rng, 2)]}


@kind
def subscription(shop, rng):
    return {"lines": [{**row, "selling_plan": "Every month"} for row in goods(shop, rng)]}


@kind
def two_shipping_lines(shop, rng):
    return {"lines": goods(shop, rng, 2), "tax_shipping": True, "shipping": [
        {"title": "Standard", "price": "7.90"}, {"title": "Signature on delivery", "price": "2.35"}]}


@kind
def draft(shop, rng):
    """A draft order that was completed; the sale itself is by hand."""
    return {"draft": True, "lines": goods(shop, rng, 2), "gateway": "manual", "discounts": [
        {"kind": "manual", "level": "order", "title": "Loyalty credit", "amount": rng.choice(("5.00", "3.33"))}]}


# -- money ----------------------------------------------------------------------------------------------------------
@kind
def gift_card_paid(shop, rng):
    return {"lines": goods(shop, rng), "payment": rng.choice(("gift_card", "split"))}


@kind
def pending(shop, rng):
    return {"lines": goods(shop, rng), "payment": "pending", "gateway": "bank_deposit"}


@kind
def authorized(shop, rng):
    return {"lines": goods(shop, rng), "payment": "authorized"}


@kind
def partially_paid(shop, rng):
    return {"lines": goods(shop, rng, 2), "payment": "partial"}


@kind
def cash_rounding(shop, rng):
    return {"lines": goods(shop, rng, 2), "pos": True, "cash_rounding": "0.05", "customer": None,
            "billing_address": None, "shipping_address": None}


@kind
def pos(shop, rng):
    return {"lines": goods(shop, rng, 2), "pos": True, "customer": None, "billing_address": None,
            "shipping_address": None, "gateway": "cash"}


@kind
def foreign_currency(shop, rng):
    currency = rng.choice([code for code in RATES if code != shop.currency])
    return {"lines": goods(shop, rng, 2), "presentment": {"currency": currency, "rate": RATES[currency]},
            "country": {"EUR": "DE", "JPY": "JP", "CAD": "CA", "GBP": "GB"}.get(currency, "US")}


@kind
def test_order(shop, rng):
    return {"lines": goods(shop, rng), "test": True, "gateway": "bogus"}


@kind
def risky(shop, rng):
    return {"lines": goods(shop, rng), "risk": "HIGH", "tags": ["check"]}


@kind
def high_risk(shop, rng):
    return {"lines": goods(shop, rng), "risk": "HIGH"}


@kind
def medium_risk(shop, rng):
    return {"lines": goods(shop, rng), "risk": "MEDIUM"}


@kind
def edited(shop, rng):
    """One unit of the first line taken off, a product and a custom item added."""
    lines, (added,) = goods(shop, rng, 3), goods(shop, rng, 1)
    lines[0]["quantity"] = max(lines[0]["quantity"], 2)
    return {"lines": lines[:2], "edits": [{
        "set_quantity": [{"index": 0, "quantity": lines[0]["quantity"] - 1}],
        "add": [{**added, "quantity": 1, "discount_percentage": rng.choice((None, 10))},
                {"title": "Extra work", "price": "7.77"}]}]}


@kind
def campaign(shop, rng):
    source, medium = rng.choice((("google", "cpc"), ("newsletter", "email"), ("instagram", "social")))
    return {"lines": goods(shop, rng), "referrer": f"https://www.{source}.example/", "utm": {
        "source": source, "medium": medium, "campaign": rng.choice(("black-friday", "spring-2026")),
        "content": "banner", "term": rng.choice(("wool socks", "coffee"))}}


@kind
def fulfilled(shop, rng):
    return {"lines": goods(shop, rng, 2), "fulfilled": True}


@kind
def random(shop, rng):
    """One kind, or two that fit together."""
    names = sorted(name for name in KINDS if name not in NOT_MIXED)
    spec = KINDS[rng.choice(names)](shop, rng)
    if rng.random() < 0.5:
        other = KINDS[rng.choice(("discount_code", "tip", "foreign_currency", "canadian", "included_taxes",
                                  "same_rate_taxes"))](shop, rng)
        spec = {**other, **spec}
    return spec
