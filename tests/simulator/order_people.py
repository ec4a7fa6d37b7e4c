"""Invented customers, their addresses, and the taxes of the places they live in; all by seed."""
from __future__ import annotations

from decimal import Decimal
from random import Random

from .order_pricing import TaxRule
from .records import Address

ADDRESS_KEYS = ("first_name", "last_name", "company", "address1", "address2", "city", "province", "province_code",
                "zip", "country", "country_code", "phone")

FIRST = {
    "US": "James Mary Robert Linda Michael Karen David Susan Maria Kevin".split(),
    "CA": "Liam Olivia Noah Emma Lucas Chloé William Zoé Nathan Florence".split(),
    "DE": "Jürgen Käthe Lukas Anna Björn Mia Günther Sophie Felix Lena".split(),
    "FR": "Éloïse Lucas Camille Hugo Léa Théo Inès Jules Manon Gaël".split(),
    "GB": "Oliver Amelia George Isla Harry Ava Siân Freya Alfie Nia".split(),
    "JP": "陽翔 結衣 蓮 美咲 大翔 さくら 湊 葵 悠真 凛".split(),
}
LAST = {
    "US": "Smith Johnson Williams Brown Jones Garcia Miller Davis O'Brien Nguyen".split(),
    "CA": "Tremblay Gagnon Roy MacDonald Singh Campbell Côté Bouchard Wilson Li".split(),
    "DE": "Müller Schmidt Schäfer Weiß Fischer Köhler Wagner Becker Groß Hoffmann".split(),
    "FR": "Martin Bernard Lefèvre Petit Durand Moreau Girard D'Angelo Noël Béranger".split(),
    "GB": "Smith Jones Taylor Evans Davies Thomas Hughes Walker Wright Lloyd-Jones".split(),
    "JP": "佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤".split(),
}
# country, name, province code, province, [(city, zip)], streets
PLACES = {
    "US": ("United States", [
        ("CA", "California", [("San Francisco", "94107"), ("Los Angeles", "90012")]),
        ("NY", "New York", [("New York", "10013"), ("Buffalo", "14202")]),
        ("TX", "Texas", [("Austin", "78701"), ("Houston", "77002")]),
        ("OR", "Oregon", [("Portland", "97205")]),
        ("WA", "Washington", [("Seattle", "98104")])],
        ["Main Street", "Oak Avenue", "Mission St", "2nd Ave", "Elm Street"], "+1415555"),
    "CA": ("Canada", [
        ("ON", "Ontario", [("Toronto", "M5V 2T6"), ("Ottawa", "K1P 1J1")]),
        ("BC", "British Columbia", [("Vancouver", "V6B 1A9")]),
        ("QC", "Quebec", [("Montréal", "H2Y 1C6"), ("Québec", "G1R 4P5")]),
        ("AB", "Alberta", [("Calgary", "T2P 2M5")])],
        ["Queen Street West", "Rue Saint-Paul", "Granville St", "King Street"], "+1416555"),
    "DE": ("Germany", [(None, None, [("Berlin", "10115"), ("München", "80331"), ("Köln", "50667")])],
           ["Hauptstraße", "Königsallee", "Am Lindenhof", "Schloßplatz"], "+49305550"),
    "FR": ("France", [(None, None, [("Paris", "75011"), ("Lyon", "69002"), ("Nîmes", "30000")])],
           ["Rue de la Paix", "Avenue des Écoles", "Boulevard Voltaire"], "+3315550"),
    "GB": ("United Kingdom", [("ENG", "England", [("London", "SW1A 1AA"), ("Leeds", "LS1 4AP")]),
                              ("SCT", "Scotland", [("Edinburgh", "EH1 1YZ")])],
           ["High Street", "Church Road", "Station Lane"], "+44205550"),
    "JP": ("Japan", [("JP-13", "Tokyo", [("渋谷区", "150-0002"), ("千代田区", "100-0001")]),
                     ("JP-27", "Osaka", [("大阪市北区", "530-0001")])],
           ["神宮前", "丸の内", "梅田"], "+8135550"),
}
TAXES = {
    "US-CA": (("California State Tax", "0.0625"), ("San Francisco County Tax", "0.0025"),
              ("San Francisco City Tax", "0.02125")),
    "US-NY": (("New York State Tax", "0.04"), ("New York City Tax", "0.045"), ("MCTD Tax", "0.00375")),
    "US-TX": (("Texas State Tax", "0.0625"), ("Travis County Tax", "0.02")),
    "US-WA": (("Washington State Tax", "0.065"), ("Seattle City Tax", "0.0385")),
    "US-OR": (),
    "CA-ON": (("HST", "0.13"),),
    "CA-BC": (("GST", "0.05"), ("PST", "0.07")),
    "CA-QC": (("GST", "0.05"), ("QST", "0.09975")),
    "CA": (("GST", "0.05"),),
    "DE": (("MwSt", "0.19"),),
    "FR": (("TVA", "0.2"),),
    "GB": (("VAT", "0.2"),),
    "JP": (("消費税", "0.1"),),
    "US": (),
}


def taxes_of(address: dict | None, fallback_country: str = "US") -> tuple[TaxRule, ...]:
    """The taxes that a sale to this address (REST-like keys country_code, province_code) bears."""
    country = (address or {}).get("country_code") or fallback_country
    province = (address or {}).get("province_code")
    rows = TAXES.get(f"{country}-{province}", TAXES.get(country, ()))
    return tuple(TaxRule(title, Decimal(rate)) for title, rate in rows)


def person(rng: Random, country: str = "US") -> dict:
    """{first_name, last_name, email, phone, locale} of somebody."""
    first, last = rng.choice(FIRST[country]), rng.choice(LAST[country])
    number = rng.randrange(10**5)
    locale = {"US": "en", "CA": "en-CA", "GB": "en-GB", "DE": "de", "FR": "fr", "JP": "ja"}[country]
    return {"first_name": first, "last_name": last, "email": f"customer{number}.{rng.randrange(1000)}@example.com",
            "phone": f"{PLACES[country][3]}{rng.randrange(1000, 9999)}", "locale": locale}


def address(rng: Random, country: str = "US", who: dict | None = None, province: str | None = None) -> dict:
    """A postal address with the keys of a webhook's address."""
    name, provinces, streets, phone = PLACES[country]
    rows = [row for row in provinces if row[0] == province] or provinces
    code, province_name, cities = rng.choice(rows)
    city, zip_code = rng.choice(cities)
    street, number = rng.choice(streets), rng.randrange(1, 400)
    who = who or person(rng, country)
    return {"first_name": who.get("first_name"), "last_name": who.get("last_name"),
            "company": rng.choice([None, None, None, "Acme GmbH & Co. KG" if country == "DE" else "Acme Ltd."]),
            "address1": f"{street} {number}" if country in ("DE", "JP") else f"{number} {street}",
            "address2": rng.choice([None, None, "Apt 4", "c/o Böhm"]), "city": city, "zip": zip_code,
            "province": province_name, "province_code": code, "country": name, "country_code": country,
            "phone": rng.choice([None, f"{phone}{rng.randrange(1000, 9999)}"])}


def make_address(shop, values: dict | None) -> Address | None:
    """A new MailingAddress record from a dict, None for None."""
    if not values:
        return None
    unknown = set(values) - set(ADDRESS_KEYS)
    if unknown:
        raise ValueError(f"unknown address keys: {sorted(unknown)}")
    return Address(shop.gid("MailingAddress"), **values)
