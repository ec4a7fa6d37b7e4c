"""Demo data: shops and a believable catalogue that depends only on a seed, so that two shops can share SKUs."""
from __future__ import annotations

import base64
import hashlib
import random
from decimal import Decimal

from . import catalog_large, collection_store, media, metafields, product_store
from .records import Address, Customer, Location
from .resolvers import ApiError
from .state import App, Shop, Simulator, Token

SIZES = ("S", "M", "L", "XL")
COLOURS = ("Black", "Navy", "Forest", "Sand", "Rust")
# title, type, vendor, code, price, weight in kg, names of options
GOODS = (
    ("Merino Crew Sweater", "Knitwear", "Fjell & Fjord", "MCS", "129.00", 0.42, ("Size", "Color")),
    ("Organic Cotton Tee", "T-Shirts", "Fjell & Fjord", "OCT", "29.00", 0.18, ("Size", "Color")),
    ("Waxed Field Jacket", "Outerwear", "Harrow", "WFJ", "249.00", 1.35, ("Size", "Color")),
    ("Selvedge Denim Jeans", "Trousers", "Harrow", "SDJ", "139.00", 0.85, ("Size",)),
    ("Trail Running Shorts", "Trousers", "Peakline", "TRS", "54.50", 0.16, ("Size", "Color")),
    ("Packable Rain Shell", "Outerwear", "Peakline", "PRS", "159.00", 0.31, ("Size", "Color")),
    ("Wool Hiking Socks", "Accessories", "Peakline", "WHS", "18.00", 0.08, ("Size",)),
    ("Canvas Tote Bag", "Bags", "Harrow", "CTB", "35.00", 0.30, ("Color",)),
    ("Roll-Top Backpack 22 L", "Bags", "Peakline", "RTB", "119.00", 0.95, ("Color",)),
    ("Leather Card Holder", "Accessories", "Harrow", "LCH", "45.00", 0.04, ("Color",)),
    ("Enamel Camp Mug", "Kitchen", "Bluebird", "ECM", "14.95", 0.21, ("Color",)),
    ("Pour-Over Coffee Dripper", "Kitchen", "Bluebird", "PCD", "32.00", 0.38, ()),
    ("Burr Coffee Grinder", "Kitchen", "Bluebird", "BCG", "79.90", 1.10, ()),
    ("House Blend Coffee 1 kg", "Groceries", "Bluebird", "HBC", "27.50", 1.02, ()),
    ("Loose Leaf Earl Grey 250 g", "Groceries", "Bluebird", "LEG", "16.40", 0.27, ()),
    ("Cast Iron Skillet 26 cm", "Kitchen", "Forge & Co", "CIS", "49.00", 2.45, ()),
    ("Chef's Knife 20 cm", "Kitchen", "Forge & Co", "CKN", "89.00", 0.22, ()),
    ("End-Grain Cutting Board", "Kitchen", "Forge & Co", "ECB", "74.00", 2.10, ()),
    ("Linen Bed Sheet Set", "Home", "Linnea", "LBS", "169.00", 1.90, ("Size", "Color")),
    ("Down Pillow", "Home", "Linnea", "DPL", "64.00", 1.05, ()),
    ("Wool Throw Blanket", "Home", "Linnea", "WTB", "98.00", 1.20, ("Color",)),
    ("Soy Candle Cedar", "Home", "Linnea", "SCC", "24.00", 0.36, ()),
    ("Brass Desk Lamp", "Lighting", "Lumen", "BDL", "145.00", 2.30, ()),
    ("LED Bulb E27 3-Pack", "Lighting", "Lumen", "LEB", "19.99", 0.19, ()),
    ("Dotted Notebook A5", "Stationery", "Papier", "DNA", "12.50", 0.25, ("Color",)),
    ("Fountain Pen Fine", "Stationery", "Papier", "FPF", "58.00", 0.05, ()),
    ("Ink Bottle 50 ml", "Stationery", "Papier", "INK", "15.00", 0.18, ("Color",)),
    ("Yoga Mat 5 mm", "Sport", "Peakline", "YGM", "62.00", 1.60, ("Color",)),
    ("Kettlebell 16 kg", "Sport", "Forge & Co", "KB16", "69.00", 16.0, ()),
    ("Steel Water Bottle 750 ml", "Sport", "Peakline", "SWB", "28.00", 0.33, ("Color",)),
    ("Cork Yoga Block", "Sport", "Peakline", "CYB", "21.00", 0.55, ()),
    ("Wooden Train Set", "Toys", "Klots", "WTS", "44.00", 1.40, ()),
    ("Building Blocks 100 pcs", "Toys", "Klots", "BB100", "39.00", 1.75, ()),
    ("Plush Bear", "Toys", "Klots", "PLB", "23.00", 0.29, ("Size",)),
    ("Monstera Deliciosa", "Plants", "Greenhouse", "MON", "34.00", 3.20, ("Size",)),
    ("Terracotta Pot 18 cm", "Plants", "Greenhouse", "TP18", "11.00", 1.15, ()),
    ("Bamboo Toothbrush 4-Pack", "Care", "Linnea", "BTB", "9.90", 0.07, ()),
    ("Shea Butter Soap", "Care", "Linnea", "SBS", "7.50", 0.11, ()),
    ("Beard Oil 30 ml", "Care", "Harrow", "BRO", "17.00", 0.09, ()),
    ("Bicycle Repair Kit", "Sport", "Peakline", "BRK", "33.30", 0.47, ()),
)
UNTRACKED = (("Gift Wrapping", "GIFTWRAP", "4.50", False), ("Furniture Assembly Service", "SRV-ASM", "49.00", False))
LOCATIONS = {"US": (("Main Warehouse", "1250 Dock St", "Tacoma", "WA", "98402"),
                    ("Downtown Store", "88 Pike St", "Seattle", "WA", "98101")),
             "DE": (("Lager Hamburg", "Speicherweg 4", "Hamburg", None, "20457"),)}
COUNTRIES = {"US": ("United States", "America/Los_Angeles"), "DE": ("Germany", "Europe/Berlin")}
PEOPLE = (("Ada", "Lindqvist", "Portland", "OR", "97205"), ("Marcus", "Okafor", "Austin", "TX", "78701"),
          ("Yuki", "Tanaka", "Brooklyn", "NY", "11201"), ("Élodie", "O'Neill-García", "Denver", "CO", "80202"),
          ("Priya", "Natarajan", "Boston", "MA", "02108"), ("Tom", "Becker", "Chicago", "IL", "60601"))
STATES = {"OR": "Oregon", "TX": "Texas", "NY": "New York", "CO": "Colorado", "MA": "Massachusetts", "IL": "Illinois",
          "WA": "Washington"}
SCOPES = tuple("""read_products write_products read_inventory write_inventory read_locations read_publications
 write_publications read_files write_files read_orders write_orders read_all_orders read_customers write_customers
 read_fulfillments write_fulfillments read_merchant_managed_fulfillment_orders read_assigned_fulfillment_orders
 write_merchant_managed_fulfillment_orders read_third_party_fulfillment_orders write_assigned_fulfillment_orders
 write_third_party_fulfillment_orders read_returns write_returns read_payment_terms read_companies read_gift_cards
 read_draft_orders write_draft_orders read_customer_merge write_customer_merge write_companies read_translations
 write_translations read_locales write_locales read_markets write_markets read_metaobjects
 read_shopify_payments_accounts read_shopify_payments_payouts read_shopify_payments_disputes""".split())
DEFAULT_SHOPS = (
    {"domain": "northwind.myshopify.com", "name": "Northwind Outfitters", "plan": "plus"},
    {"domain": "contoso.myshopify.com", "name": "Contoso Home", "plan": "standard", "taxes_included": True,
     "price_factor": "1.08", "products": 32, "locations": 1},
)
PRODUCT_KEYS = ("handle", "vendor", "product_type", "status", "tags", "description_html", "template_suffix", "seo_title",
                "seo_description", "category_id", "is_gift_card")
VARIANT_KEYS = ("barcode", "taxable", "inventory_policy", "weight", "weight_unit", "requires_shipping",
                "harmonized_system_code", "country_code_of_origin", "province_code_of_origin")
SPEC_KEYS = frozenset("""domain name plan currency presentment_currencies taxes_included tax_shipping country timezone
 locations products seed latency_ms bulk_seconds price_factor scopes client_id client_secret access_token state
 customers collections companies locales markets""".split())


def create_shop(simulator: Simulator, spec: dict) -> Shop:
    """A shop from JSON (see SPEC_KEYS); ApiError BAD_REQUEST for what is not understood."""
    from . import control_sales

    unknown = set(spec) - SPEC_KEYS
    domain = str(spec.get("domain", "")).lower()
    if unknown or not domain.endswith(".myshopify.com") or spec.get("plan", "standard") not in (
            "standard", "advanced", "plus"):
        raise ApiError(f"a shop needs domain *.myshopify.com and a known plan; unknown keys: {sorted(unknown)}",
                       "BAD_REQUEST")
    country = spec.get("country", "US")
    name = spec.get("name") or domain.partition(".")[0].replace("-", " ").title()
    shop = Shop(simulator, domain, name, make_app(domain, spec), country_code=country,
                timezone=spec.get("timezone") or COUNTRIES.get(country, COUNTRIES["US"])[1],
                **{key: spec[key] for key in ("plan", "currency", "presentment_currencies", "taxes_included",
                                              "tax_shipping", "seed", "locales") if key in spec})
    shop.id = shop.gid("Shop")
    shop.settings.latency_ms = spec.get("latency_ms", 0)
    shop.settings.bulk_seconds = spec.get("bulk_seconds", shop.settings.bulk_seconds)
    make_locations(shop, spec.get("locations"))
    shop.address = next(iter(shop.locations.values())).address
    simulator.shops[domain] = shop
    for title in ("Online Store", "Point of Sale"):
        make_publication(shop, title)
    fill(shop, spec.get("products", 40), Decimal(str(spec.get("price_factor", 1))))
    make_customers(shop, spec.get("customers", len(PEOPLE)))
    for body in spec.get("collections") or ():
        collection_from_json(shop, body)
    control_sales.fill(shop, spec)
    return shop


def make_publication(shop: Shop, title: str) -> None:
    gid = shop.gid("Publication")
    channel = {"id": shop.gid("Channel"), "name": title, "handle": product_store.slug(title)}
    shop.publications[gid] = {
        "__typename": "Publication", "id": gid, "name": title, "autoPublish": False, "supportsFuturePublishing": True,
        "channels": [channel], "catalog": {"__typename": "AppCatalog", "id": shop.gid("AppCatalog"), "title": title,
                                           "status": "ACTIVE"}}


def make_app(domain: str, spec: dict) -> App:
    """Credentials that are the same at each start, for a domain; a static token beside the grant."""
    def derive(word: str) -> str:
        return hashlib.sha256(f"{word}:{domain}".encode()).hexdigest()[:32]

    app = App(spec.get("client_id") or derive("client"), spec.get("client_secret") or "shpss_" + derive("secret"),
              scopes=set(spec.get("scopes") or SCOPES), state=spec.get("state", "installed"))
    token = spec.get("access_token") or "shpat_" + derive("token")
    app.tokens[token] = Token(token)
    return app


def make_locations(shop: Shop, wanted) -> None:
    """`wanted`: how many of the country's usual ones, or a list of names."""
    known = LOCATIONS.get(shop.country_code, LOCATIONS["US"])
    names = wanted if isinstance(wanted, list) else [row[0] for row in known[:wanted or len(known)]]
    for index, name in enumerate(names):
        make_location(shop, name, index)


def make_location(shop: Shop, name: str, index: int = 0, **given) -> Location:
    """A location, silently, at the country's usual address of that index but for what is `given` of it."""
    known = LOCATIONS.get(shop.country_code, LOCATIONS["US"])
    _name, street, city, state, code = known[min(index, len(known) - 1)]
    facts = {"address1": street, "city": city, "zip": code, "province": STATES.get(state), "province_code": state,
             "phone": "+1 206 555 0134", "country": COUNTRIES.get(shop.country_code, (shop.country_code,))[0],
             "country_code": shop.country_code}
    now = shop.now()
    location = Location(shop.gid("Location"), name,
                        Address(shop.gid("LocationAddress"), company=shop.name, **{**facts, **given}), now, now)
    shop.locations[location.id] = location
    return location


def fill(shop: Shop, products, factor: Decimal) -> None:
    """The catalogue: the first N demo products, the products of a JSON list, or a large one, see `catalog_large.py`."""
    if isinstance(products, dict):
        catalog_large.fill(shop, products)
        return
    if isinstance(products, list):
        for body in products:
            product_from_json(shop, body)
        return
    dice = random.Random(shop.seed)
    for number in range(products):
        demo_product(shop, number, dice, factor)
    if products:
        for title, sku, price, ships in UNTRACKED:
            product_from_json(shop, {"title": title, "sku": sku, "price": price, "tracked": False,
                                     "requires_shipping": ships, "product_type": "Service"})


def demo_product(shop: Shop, number: int, dice: random.Random, factor: Decimal) -> None:
    round_number, index = divmod(number, len(GOODS))
    title, kind, vendor, code, price, weight, options = GOODS[index]
    if round_number:
        title, code = f"{title} Mk {round_number + 1}", f"{code}{round_number + 1}"
    product = product_store.add_product(
        shop, title, options or ("Title",), product_type=kind, vendor=vendor, published_at=shop.now(),
        description_html=f"<p>{title} by {vendor}.</p>", tags=sorted({kind.lower(), vendor.split()[0].lower()}))
    amount = (Decimal(price) * factor).quantize(Decimal("0.01"))
    for values in combinations(options):
        sku = "-".join([code, *(text[:3].upper() for text in values)])
        variant = product_store.add_variant(
            shop, product, values or ("Default Title",), amount, sku=sku, tracked=True, weight=weight,
            cost=(Decimal(price) * Decimal("0.45")).quantize(Decimal("0.01")), barcode=ean(sku),
            country_code_of_origin=dice.choice(("PT", "US", "IT", "VN")),
            harmonized_system_code=str(dice.randint(610000, 640000)))
        product_store.stock(shop, variant, {gid: dice.randint(5, 60) for gid in shop.locations})


def combinations(options: tuple) -> list[tuple]:
    """The option values of the demo variants."""
    lists = [SIZES if name == "Size" else COLOURS[:3] for name in options]
    rows: list[tuple] = [()]
    for values in lists:
        rows = [(*row, value) for row in rows for value in values]
    return rows


def ean(sku: str) -> str:
    """An EAN-13 that depends only on the SKU, with a right check digit."""
    digits = "20" + str(int(hashlib.sha256(sku.encode()).hexdigest(), 16) % 10**10).zfill(10)
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return digits + str(-total % 10)


def product_from_json(shop: Shop, body: dict):
    """A product from ``{title, sku, price, options?: [names], variants?: [{values, sku, price, available, …}]}``, and
    ``images: [see picture]``, ``metafields``, ``published: false``; keys as in `control_products.py`. With
    ``components: {sku: units}`` a variant is a bundle of others."""
    shown = body.get("published", True)
    product = product_store.add_product(
        shop, body["title"], tuple(body.get("options") or ("Title",)), published_at=shop.now() if shown else None,
        **{key: body[key] for key in PRODUCT_KEYS if key in body})
    set_pictures(shop, product, body.get("images") or ())
    for row in body.get("metafields") or ():
        metafields.put(shop, product, row)
    for row in body.get("variants") or [body]:
        add_variant_from_json(shop, product, row)
    return product


def add_variant_from_json(shop: Shop, product, row: dict):
    extra = {key: row[key] for key in VARIANT_KEYS if key in row}
    extra.update({key: Decimal(str(row[key])) for key in ("cost", "compare_at_price") if row.get(key) is not None})
    variant = product_store.add_variant(
        shop, product, tuple(row.get("values") or ("Default Title",)), Decimal(str(row.get("price", "0"))),
        sku=row.get("sku"), tracked=row.get("tracked", True), **extra)
    product_store.stock(shop, variant, {gid: row.get("available", 10) for gid in shop.locations})
    for each in row.get("variant_metafields") or ():
        metafields.put(shop, variant, each)
    if row.get("image") is not None:
        variant.media_ids = [product.media[row["image"]].id]
    if row.get("components"):
        product_store.make_bundle(shop, variant, row["components"])
    return variant


def set_pictures(shop: Shop, product, bodies) -> None:
    """The gallery becomes these pictures; a row that is the id of one that is there keeps it."""
    known = {row.id: row for row in product.media}
    product.media = [known.get(body) or picture(shop, body) if isinstance(body, str) else picture(shop, body)
                     for body in bodies]
    kept = {row.id for row in product.media}
    for gid in product.variant_ids:
        shop.variants[gid].media_ids = [each for each in shop.variants[gid].media_ids if each in kept]


def named_product(shop: Shop, name):
    """By GID, number, handle or SKU."""
    for row in shop.products.values():
        if str(name) in (row.id, str(row.number_id), row.handle):
            return row
    return shop.products[shop.variant_by_sku(name).product_id]


def collection_from_json(shop: Shop, body: dict):
    """A collection from {title, products?: [see named_product], rules?: [[column, relation, text]], …}, in the shop's
    first publication."""
    row = collection_store.add_collection(
        shop, body["title"], [named_product(shop, name) for name in body.get("products") or ()], body.get("rules") or (),
        **{key: body[key] for key in ("handle", "description_html", "sort_order", "disjunctive", "seo_title",
                                      "seo_description") if key in body})
    row.publications[next(iter(shop.publications))] = shop.now()
    if body.get("image"):
        row.picture = picture(shop, body["image"])
    return row


def picture(shop: Shop, body: dict):
    """A ready picture from {url?, alt?, seed?, width?, height?, size?, base64?, served_as?}; without an `url` its bytes
    depend on `seed` (or are given), `size` is about how many there are, `served_as` is a content type that lies."""
    content = base64.b64decode(body["base64"]) if body.get("base64") else None
    if content is None and not body.get("url"):
        content = media.png(str(body.get("seed", "picture")), body.get("width", 0), body.get("height", 0),
                            body.get("size", 0))
    row = media.make(shop, body.get("url") or f"https://shop.example/{body.get('name', 'picture')}.png",
                     body.get("alt"), content)
    row.served_as = body.get("served_as")
    return media.finish(row)


def make_customers(shop: Shop, count) -> None:
    """The first `count` demo customers, or those of a JSON list, see `control_customers.py`."""
    from . import control_customers

    if isinstance(count, list):
        for body in count:
            control_customers.from_json(shop, body)
        return
    for first, last, city, state, code in PEOPLE[:count]:
        now = shop.now()
        email = f"{first}.{last}@example.com".lower().replace("'", "").replace("é", "e").replace("í", "i")
        customer = Customer(shop.gid("Customer"), now, now, first, last, email)
        address = Address(shop.gid("MailingAddress"), first, last, None, f"{len(last) * 17} Elm Street", None, city,
                          STATES[state], state, code, "United States", "US", "+1 503 555 0199")
        customer.addresses, customer.default_address_id = [address], address.id
        shop.customers[customer.id] = customer
