"""Markets, catalogs and price lists: where they come into being, and what a variant costs in one."""
from __future__ import annotations

from decimal import Decimal

from .company_store import Record, keep

CENT = Decimal("0.01")
RATES = {"USD": Decimal(1), "EUR": Decimal("0.9"), "GBP": Decimal("0.78"), "CAD": Decimal("1.36"), "JPY": Decimal(150)}
COUNTRY_NAMES = {"US": "United States", "CA": "Canada", "DE": "Germany", "FR": "France", "GB": "United Kingdom"}
CURRENCY_NAMES = {"USD": "US Dollar", "EUR": "Euro", "GBP": "British Pound", "CAD": "Canadian Dollar"}


def add_market(shop, name: str, countries=(), currency: str | None = None, primary: bool = False) -> Record:
    """A market of countries with its base currency."""
    row = keep(shop, "Market", name=name, handle=name.lower().replace(" ", "-"), status="ACTIVE", enabled=True,
               type="REGION" if countries else "NONE", primary=primary, currency=currency or shop.currency,
               countries=list(countries))
    shop.markets[row.id] = row
    return row


def add_catalog(shop, kind: str, title: str, status: str = "ACTIVE", markets=(), locations=(), publication=None) -> Record:
    """`kind`: MarketCatalog or CompanyLocationCatalog; `markets`, `locations` are GIDs."""
    row = keep(shop, kind, title=title, status=status, marketIds=list(markets), locationIds=list(locations),
               publicationId=publication, priceListId=None, operations=[])
    shop.catalogs[row.id] = row
    return row


def add_price_list(shop, name: str, currency: str, adjustment: dict | None = None, catalog: Record | None = None,
                   compare_at_mode: str = "ADJUSTED") -> Record:
    row = keep(shop, "PriceList", name=name, currency=currency, fixed={}, catalogId=catalog.id if catalog else None,
               adjustment=adjustment or {"type": "PERCENTAGE_DECREASE", "value": 0.0}, compareAtMode=compare_at_mode)
    shop.price_lists[row.id] = row
    if catalog is not None:
        catalog["priceListId"] = row.id
    return row


def relative(shop, price_list: Record, amount: Decimal) -> Decimal:
    """A price of the shop in the list's currency and with its adjustment."""
    rate = RATES.get(price_list["currency"], Decimal(1)) / RATES.get(shop.currency, Decimal(1))
    percent = Decimal(str(price_list["adjustment"]["value"])) / 100
    factor = 1 + percent if price_list["adjustment"]["type"] == "PERCENTAGE_INCREASE" else 1 - percent
    return max(Decimal(0), (amount * rate * factor).quantize(CENT))


def price_of(shop, price_list: Record, variant) -> dict:
    """The PriceListPrice of a variant: the fixed one, or a relative one."""
    fixed = price_list["fixed"].get(variant.id)
    if fixed:
        price, compare = fixed
    else:
        price = relative(shop, price_list, variant.price)
        compare = (relative(shop, price_list, variant.compare_at_price)
                   if variant.compare_at_price is not None and price_list["compareAtMode"] == "ADJUSTED" else None)
    money = lambda amount: None if amount is None else {"amount": amount, "currencyCode": price_list["currency"]}  # noqa: E731
    return {"variant": variant, "originType": "FIXED" if fixed else "RELATIVE", "price": money(price),
            "compareAtPrice": money(compare), "id": variant.id}
