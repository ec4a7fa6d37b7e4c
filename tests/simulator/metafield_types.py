"""The types of metafields: which there are, and what their values look like."""
from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from .scalars import GID, parse_time

UNITS = {
    "dimension": "in ft yd mm cm m INCHES FEET YARDS MILLIMETERS CENTIMETERS METERS".split(),
    "volume": ("ml cl l m3 us_fl_oz us_pt us_qt us_gal imp_fl_oz imp_pt imp_qt imp_gal MILLILITERS CENTILITERS LITERS "
               "CUBIC_METERS FLUID_OUNCES PINTS QUARTS GALLONS").split(),
    "weight": "oz lb g kg OUNCES POUNDS GRAMS KILOGRAMS".split()}
# type of a reference -> types of the GID; None: any that there is
REFERENCES = {"article_reference": ("Article",), "collection_reference": ("Collection",),
              "company_reference": ("Company",), "customer_reference": ("Customer",),
              "file_reference": ("MediaImage", "GenericFile", "Video"), "metaobject_reference": ("Metaobject",),
              "mixed_reference": ("Metaobject",), "order_reference": ("Order",), "page_reference": ("Page",),
              "product_reference": ("Product",), "product_taxonomy_value_reference": ("TaxonomyValue",),
              "variant_reference": ("ProductVariant",)}
UNCHECKED = ("Article", "Page", "TaxonomyValue", "GenericFile", "Video")  # nothing of these is simulated
PLAIN = tuple("""boolean color date date_time dimension id json language link money multi_line_text_field number_decimal
 number_integer rating rich_text_field single_line_text_field url volume weight""".split())
ALONE = ("boolean", "id", "json", "money", "multi_line_text_field", "rich_text_field", "language")  # never in a list
TYPES = (*PLAIN, *REFERENCES, *(f"list.{name}" for name in (*PLAIN, *REFERENCES) if name not in ALONE))
BIGGEST = 9_007_199_254_740_991
MAX_LIST = 128


def value_error(shop, kind: str, value: str, find: Callable) -> str | None:
    """What is wrong with the text of a value of a type; `find(shop, gid)` gives a record or None."""
    if not kind.startswith("list."):
        return check(shop, kind, value, find)
    try:
        rows = json.loads(value)
    except ValueError:
        return "Value must be a JSON array."
    if not isinstance(rows, list):
        return "Value must be a JSON array."
    if len(rows) > MAX_LIST:
        return f"Value exceeds the maximum of {MAX_LIST} items."
    texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return next((found for text in texts if (found := check(shop, kind[5:], text, find))), None)


def check(shop, kind: str, value: str, find: Callable) -> str | None:
    if kind in REFERENCES:
        return reference_error(shop, kind, value, find)
    try:
        good = CHECKS.get(kind, lambda text: True)(value)
    except (ValueError, TypeError, KeyError, InvalidOperation, AttributeError):
        good = False
    if good and kind == "money" and json.loads(value)["currency_code"] != shop.currency:
        return f"Value currency must be {shop.currency}."
    return None if good else MESSAGES.get(kind, f"Value is invalid for the type {kind}.")


def reference_error(shop, kind: str, value: str, find: Callable) -> str | None:
    known = REFERENCES[kind]
    if not GID.match(value or "") or value.split("/")[3] not in known:
        return f"Value must be a valid {known[0]} GID."
    if value.split("/")[3] in UNCHECKED or find(shop, value) is not None:
        return None
    return f"Value references non-existent resource {value}."


def measured(kind: str) -> Callable:
    def good(text: str) -> bool:
        row = json.loads(text)
        return set(row) == {"value", "unit"} and float(row["value"]) >= 0 and row["unit"] in UNITS[kind]

    return good


def is_rating(text: str) -> bool:
    row = json.loads(text)
    return float(row["scale_min"]) <= float(row["value"]) <= float(row["scale_max"])


def is_decimal(text: str) -> bool:
    number = Decimal(text)
    return number.is_finite() and abs(number) < 10**13 and -number.as_tuple().exponent <= 9


CHECKS = {
    "boolean": lambda text: text in ("true", "false"),
    "color": lambda text: re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None,
    "date": lambda text: len(text) == 10 and date.fromisoformat(text) is not None,
    "date_time": lambda text: parse_time(text) is not None,
    "json": lambda text: json.loads(text) is not None or text == "null",
    "language": lambda text: re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", text) is not None,
    "link": lambda text: isinstance(json.loads(text)["url"], str),
    "money": lambda text: Decimal(json.loads(text)["amount"]).is_finite(),
    "number_decimal": is_decimal,
    "number_integer": lambda text: re.fullmatch(r"-?\d+", text) is not None and abs(int(text)) <= BIGGEST,
    "rating": is_rating,
    "rich_text_field": lambda text: json.loads(text)["type"] == "root",
    "single_line_text_field": lambda text: "\n" not in text and "\r" not in text,
    "url": lambda text: urlsplit(text).scheme in ("http", "https", "mailto", "sms", "tel"),
    **{name: measured(name) for name in UNITS},
}
MESSAGES = {
    "boolean": "Value must be true or false.", "color": "Value must be a hex color code.",
    "date": "Value must be in YYYY-MM-DD format.", "single_line_text_field": "Value must be a single line text string.",
    "number_integer": "Value must be an integer.", "number_decimal": "Value must be a decimal.",
    "url": "Value must be one of the following URL schemes: http, https, mailto, sms, tel.",
    "json": "Value is invalid JSON.", "rich_text_field": "Value is an invalid rich text JSON.",
}


def rule_error(definition: dict, value: str) -> str | None:
    """What a definition's own rules (choices, min, max, regex) say of a value."""
    rules = {row["name"]: row["value"] for row in definition["validations"]}
    kind = definition["type"]["name"]
    texts = json.loads(value) if kind.startswith("list.") else [value]
    for text in texts:
        if "choices" in rules and text not in json.loads(rules["choices"]):
            return "Value does not exist in provided choices."
        if "regex" in rules and not re.search(rules["regex"], str(text)):
            return "Value does not match the validation pattern."
        if kind.removeprefix("list.") in ("number_integer", "number_decimal"):
            size, unit = Decimal(str(text)), ""
        elif kind.removeprefix("list.").endswith("text_field"):
            size, unit = Decimal(len(text)), " characters"
        else:
            continue
        if "min" in rules and size < Decimal(rules["min"]):
            return f"Value has a minimum of {rules['min']}{unit}."
        if "max" in rules and size > Decimal(rules["max"]):
            return f"Value has a maximum of {rules['max']}{unit}."
    return None
