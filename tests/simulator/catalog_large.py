"""Catalogues of any size in seconds: ``"products": {"count": 10000, "variants": 3, "pictures": 1, "stock": 5}``.

Product N has the SKUs ``BIG-<N>-<M>`` and everything that a product of a real shop has; nothing is told.
"""
from __future__ import annotations

from decimal import Decimal

from . import media
from .records import InventoryItem, Level, Option, OptionValue, Product, Variant, numeric_id

KINDS = ("Shirts", "Shoes", "Bags", "Lamps", "Tools", "Toys", "Books")
VENDORS = ("Acme", "Globex", "Initech", "Umbrella", "Hooli")
COUNTRIES = ("PT", "US", "IT", "VN", "CN")


def fill(shop, body: dict) -> None:
    count, variants = int(body["count"]), int(body.get("variants", 1))
    picture = media.finish(media.make(shop, "https://shop.example/big.png")) if body.get("pictures") else None
    online = next(iter(shop.publications), None)
    for number in range(count):
        add(shop, number, variants, picture, online, body.get("stock"))


def add(shop, number: int, variants: int, picture, online: str | None, stock: int | None) -> None:
    now, kind = shop.now(), KINDS[number % len(KINDS)]
    product = Product(shop.gid("Product"), f"{kind[:-1]} no. {number}", f"big-{number}", now, now,
                      vendor=VENDORS[number % len(VENDORS)], product_type=kind, tags=[f"tag-{number % 50}", kind.lower()],
                      description_html=f"<p>{kind} of <strong>number {number}</strong>, made to last.</p>",
                      published_at=now, publications={online: now} if online else {})
    texts = [f"Size {size}" for size in range(variants)] if variants > 1 else ["Default Title"]
    option = Option(shop.gid("ProductOption"), "Size" if variants > 1 else "Title", 1,
                    [OptionValue(shop.gid("ProductOptionValue"), text) for text in texts], product.id)
    product.options = [option]
    product.media = [picture] if picture else []
    shop.products[product.id] = product
    for place, text in enumerate(texts):
        add_variant(shop, product, number, place, text, stock)


def add_variant(shop, product: Product, number: int, place: int, text: str, stock: int | None) -> None:
    now, sku = product.created_at, f"BIG-{number}-{place}"
    price = Decimal(500 + (number * 7 + place * 100) % 20000).scaleb(-2)
    item = InventoryItem(shop.gid("InventoryItem"), "", now, now, sku, True, True, (price / 2).quantize(Decimal("0.01")),
                         0.1 + number % 40 / 10, "KILOGRAMS", str(610000 + number % 9000), COUNTRIES[number % 5])
    variant = Variant(shop.gid("ProductVariant"), product.id, item.id, [text], price, now, now, position=place + 1,
                      sku=sku, barcode=f"29{number:08}{place:03}")
    item.variant_id = variant.id
    shop.inventory_items[item.id], shop.variants[variant.id] = item, variant
    product.variant_ids.append(variant.id)
    for gid in shop.locations if stock is not None else ():
        level = Level(f"gid://shopify/InventoryLevel/{shop.new_id()}?inventory_item_id={numeric_id(item.id)}", item.id,
                      gid, now, now, stock)
        shop.levels[item.id, gid] = level
