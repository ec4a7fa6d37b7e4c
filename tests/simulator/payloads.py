"""REST-shaped webhook bodies of products, stock, customers and bulk operations."""
from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from . import media as picture_files
from .records import numeric_id


def stamp(shop, moment: datetime | None) -> str | None:
    """A time as webhooks write it: ISO 8601 with the shop's offset."""
    return moment.astimezone(ZoneInfo(shop.timezone)).isoformat(timespec="seconds") if moment else None


def money(amount) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def inventory_level(shop, level) -> dict:
    return {"inventory_item_id": numeric_id(level.item_id), "location_id": numeric_id(level.location_id),
            "available": level.available, "updated_at": stamp(shop, level.updated_at),
            "admin_graphql_api_id": level.id}


def location(shop, record) -> dict:
    place = record.address
    return {"id": record.number_id, "admin_graphql_api_id": record.id, "name": record.name, "active": record.is_active,
            "legacy": record.is_fulfillment_service, "address1": place.address1, "address2": place.address2,
            "city": place.city, "zip": place.zip, "province": place.province, "country": place.country_code,
            "phone": place.phone, "country_code": place.country_code, "country_name": place.country,
            "province_code": place.province_code, "localized_country_name": place.country,
            "localized_province_name": place.province, "created_at": stamp(shop, record.created_at),
            "updated_at": stamp(shop, record.updated_at)}


def inventory_item(shop, item) -> dict:
    return {"id": item.number_id, "sku": item.sku, "cost": money(item.cost), "tracked": item.tracked,
            "requires_shipping": item.requires_shipping, "country_code_of_origin": item.country_code_of_origin,
            "province_code_of_origin": item.province_code_of_origin,
            "harmonized_system_code": item.harmonized_system_code, "country_harmonized_system_codes": [],
            "created_at": stamp(shop, item.created_at), "updated_at": stamp(shop, item.updated_at),
            "admin_graphql_api_id": item.id}


def variant(shop, record) -> dict:
    values = [*record.option_values, None, None, None]
    levels = shop.levels_of(record.inventory_item_id)
    return {"id": record.number_id, "admin_graphql_api_id": record.id, "product_id": numeric_id(record.product_id),
            "title": record.title, "sku": record.sku, "barcode": record.barcode, "price": money(record.price),
            "compare_at_price": money(record.compare_at_price), "position": record.position,
            "inventory_policy": record.inventory_policy.lower(),
            "inventory_quantity": sum(level.available for level in levels if level.is_active),
            "inventory_item_id": numeric_id(record.inventory_item_id), "taxable": record.taxable,
            "image_id": numeric_id(record.media_ids[0]) if record.media_ids else None,
            "option1": values[0], "option2": values[1], "option3": values[2],
            "created_at": stamp(shop, record.created_at), "updated_at": stamp(shop, record.updated_at)}


def image_entry(shop, product_record, media, position: int) -> dict:
    """One of `images` of a product."""
    shown = [numeric_id(gid) for gid in product_record.variant_ids if media.id in shop.variants[gid].media_ids]
    return {"id": media.number_id, "alt": media.alt or None, "position": position,
            "product_id": product_record.number_id, "created_at": stamp(shop, media.created_at),
            "updated_at": stamp(shop, media.updated_at), "admin_graphql_api_id": media.id, "width": media.width,
            "height": media.height, "src": picture_files.url(shop, media), "variant_ids": shown}


def media_entry(shop, media) -> dict:
    ready = picture_files.state_of(media, shop.now()) == "READY"
    return {"id": media.number_id, "alt": media.alt or None, "media_content_type": media.media_content_type,
            "status": picture_files.state_of(media, shop.now()), "admin_graphql_api_id": media.id,
            "preview_image": {"src": picture_files.url(shop, media), "width": media.width,
                              "height": media.height} if ready else None}


def product(shop, record) -> dict:
    variants = [shop.variants[gid] for gid in record.variant_ids]
    ready = [row for row in record.media if picture_files.state_of(row, shop.now()) == "READY"]
    pictures = [image_entry(shop, record, row, place) for place, row in enumerate(ready, 1)]
    options = [{"id": option.number_id, "product_id": record.number_id, "name": option.name,
                "position": option.position, "values": [value.name for value in option.values]}
               for option in record.options]
    return {"id": record.number_id, "admin_graphql_api_id": record.id, "title": record.title,
            "body_html": record.description_html, "vendor": record.vendor, "product_type": record.product_type,
            "handle": record.handle, "status": record.status.lower(), "tags": ", ".join(record.tags),
            "template_suffix": record.template_suffix, "published_scope": "global",
            "published_at": stamp(shop, record.published_at), "created_at": stamp(shop, record.created_at),
            "updated_at": stamp(shop, record.updated_at), "options": options, "images": pictures,
            "image": pictures[0] if pictures else None, "media": [media_entry(shop, row) for row in record.media],
            "variants": [variant(shop, item) for item in variants[:100]],
            "variant_gids": [{"admin_graphql_api_id": item.id, "updated_at": stamp(shop, item.updated_at)}
                             for item in variants]}


def address(record, customer=None) -> dict:
    body = {"first_name": record.first_name, "last_name": record.last_name, "name": record.name,
            "company": record.company, "address1": record.address1, "address2": record.address2,
            "city": record.city, "province": record.province, "province_code": record.province_code,
            "zip": record.zip, "country": record.country, "country_code": record.country_code,
            "phone": record.phone}
    if customer is not None:
        body.update(id=record.number_id, customer_id=customer.number_id,
                    default=record is customer.default_address)
    return body


def consent(shop, record, kind: str) -> dict:
    """A marketing consent of a customer, of e-mail or sms."""
    level = getattr(record, f"{kind}_opt_in_level")
    body = {"state": getattr(record, f"{kind}_marketing").lower(), "opt_in_level": level and level.lower(),
            "consent_updated_at": stamp(shop, getattr(record, f"{kind}_consent_at"))}
    return body if kind == "email" else {**body, "consent_collected_from": "OTHER"}


def customer(shop, record) -> dict:
    default = record.default_address
    return {"id": record.number_id, "admin_graphql_api_id": record.id, "email": record.email, "phone": record.phone,
            "first_name": record.first_name, "last_name": record.last_name, "state": record.state.lower(),
            "tags": ", ".join(record.tags), "note": record.note, "tax_exempt": record.tax_exempt,
            "tax_exemptions": list(record.tax_exemptions), "verified_email": True, "currency": shop.currency,
            "addresses": [address(item, record) for item in record.addresses],
            "default_address": address(default, record) if default else None,
            "email_marketing_consent": consent(shop, record, "email"),
            "sms_marketing_consent": consent(shop, record, "sms") if record.phone else None,
            "created_at": stamp(shop, record.created_at), "updated_at": stamp(shop, record.updated_at)}


def bulk_operation(shop, record) -> dict:
    return {"admin_graphql_api_id": record.id, "completed_at": stamp(shop, record.completed_at),
            "created_at": stamp(shop, record.created_at),
            "error_code": record.error_code.lower() if record.error_code else None,
            "status": record.status.lower(), "type": record.type.lower()}
