"""Texts of products: plain ones out of HTML, and the categories of the standard taxonomy that are known here."""
from __future__ import annotations

import html
import re

from .resolvers import resolver
from .search import contains

# Of Shopify's standard product taxonomy; any other id is taken too, and named after itself.
CATEGORIES = {
    "aa": "Apparel & Accessories", "aa-1": "Apparel & Accessories > Clothing",
    "aa-1-10": "Apparel & Accessories > Clothing > Outerwear", "aa-1-12": "Apparel & Accessories > Clothing > Pants",
    "aa-1-13": "Apparel & Accessories > Clothing > Clothing Tops",
    "aa-1-13-8": "Apparel & Accessories > Clothing > Clothing Tops > T-Shirts", "aa-8": "Apparel & Accessories > Shoes",
    "fb": "Food, Beverages & Tobacco", "fr": "Furniture", "ha": "Hardware", "hb": "Health & Beauty",
    "hg": "Home & Garden", "hg-11": "Home & Garden > Kitchen & Dining", "hg-13": "Home & Garden > Lighting",
    "lb": "Luggage & Bags", "os": "Office Supplies", "sg": "Sporting Goods", "tg": "Toys & Games"}
PREFIX = "gid://shopify/TaxonomyCategory/"


def plain_text(text: str) -> str:
    """HTML without its tags and entities."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text or ""))).strip()


def category(gid: str) -> dict:
    key = gid.removeprefix(PREFIX)
    full = CATEGORIES.get(key, key)
    parent = key.rpartition("-")[0]
    children = [PREFIX + name for name in CATEGORIES if name.rpartition("-")[0] == key]
    return {"__typename": "TaxonomyCategory", "id": gid, "name": full.rpartition(" > ")[2], "fullName": full,
            "isRoot": not parent, "isLeaf": not children, "isArchived": False, "level": key.count("-") + 1,
            "parentId": PREFIX + parent if parent else None, "childrenIds": children,
            "ancestorIds": [PREFIX + "-".join(key.split("-")[:size]) for size in range(key.count("-"), 0, -1)]}


@resolver("QueryRoot", "taxonomy")
def taxonomy(obj, info):
    return {}


@resolver("Taxonomy", "categories")
def categories(obj, info, search=None, children_of=None, descendants_of=None, siblings_of=None):
    rows = [category(PREFIX + key) for key in CATEGORIES]
    if search:
        return [row for row in rows if contains(row["fullName"], search)]
    if children_of or descendants_of:
        start = (children_of or descendants_of) + "-"
        return [row for row in rows if row["id"].startswith(start)
                and (descendants_of or "-" not in row["id"][len(start):])]
    return rows if siblings_of else [row for row in rows if row["isRoot"]]


@resolver("Product", "category")
def product_category(obj, info):
    return category(obj.category_id) if obj.category_id else None


@resolver("Product", "description")
def product_description(obj, info):
    return plain_text(obj.description_html)
