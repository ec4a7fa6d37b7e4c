"""REST-shaped webhook bodies of orders, transactions, refunds and fulfilments."""
from __future__ import annotations

from .money import Bag, fixed
from .order_types import Order
from .payloads import address, stamp
from .payloads import customer as customer_body
from .records import numeric_id

FINANCIAL = {"AUTHORIZED": "authorized", "PAID": "paid", "PARTIALLY_PAID": "partially_paid", "PENDING": "pending",
             "PARTIALLY_REFUNDED": "partially_refunded", "REFUNDED": "refunded", "VOIDED": "voided",
             "EXPIRED": "expired"}
FULFILMENT = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}


def money(bag: Bag | None) -> str | None:
    """The shop's amount as text."""
    return None if bag is None else fixed(bag.shop, bag.currencies.shop)


def money_set(bag: Bag | None) -> dict | None:
    """{shop_money: {amount, currency_code}, presentment_money: …}"""
    if bag is None:
        return None
    codes = bag.currencies
    return {"shop_money": {"amount": fixed(bag.shop, codes.shop), "currency_code": codes.shop},
            "presentment_money": {"amount": fixed(bag.presentment, codes.presentment),
                                  "currency_code": codes.presentment}}


def tax_line(row) -> dict:
    return {"title": row.title, "rate": float(row.rate), "price": money(row.price), "price_set": money_set(row.price),
            "channel_liable": row.channel_liable}


def allocation(row) -> dict:
    return {"amount": money(row.amount), "amount_set": money_set(row.amount),
            "discount_application_index": row.discount_application.index}


def duty(row) -> dict:
    return {"id": row.number_id, "harmonized_system_code": row.harmonized_system_code,
            "country_code_of_origin": row.country_code_of_origin, "shop_money": money_set(row.price)["shop_money"],
            "presentment_money": money_set(row.price)["presentment_money"],
            "tax_lines": [tax_line(tax) for tax in row.tax_lines], "admin_graphql_api_id": row.id}


def line_item(row) -> dict:
    status = "fulfilled" if row.fulfilled and not row.open else "partial" if row.fulfilled else None
    return {"id": row.number_id, "admin_graphql_api_id": row.id, "title": row.title, "name": row.name,
            "variant_title": row.variant_title, "sku": row.sku, "vendor": row.vendor,
            "variant_id": numeric_id(row.variant_id) if row.variant_id else None,
            "product_id": numeric_id(row.product_id) if row.product_id else None,
            "product_exists": bool(row.product_id), "quantity": row.quantity,
            "current_quantity": row.current_quantity, "fulfillable_quantity": row.open,
            "fulfillment_status": status, "price": money(row.unit_price), "price_set": money_set(row.unit_price),
            "total_discount": money(row.discount), "total_discount_set": money_set(row.discount),
            "discount_allocations": [allocation(part) for part in row.allocations],
            "tax_lines": [tax_line(tax) for tax in row.tax_lines], "duties": [duty(part) for part in row.duties],
            "properties": [{"name": part["key"], "value": part["value"]} for part in row.custom_attributes],
            "gift_card": row.is_gift_card, "taxable": row.taxable, "requires_shipping": row.requires_shipping,
            "grams": row.grams}


def shipping_line(row) -> dict:
    return {"id": row.number_id, "title": row.title, "code": row.code, "source": row.source, "phone": row.phone,
            "carrier_identifier": row.carrier_identifier, "price": money(row.price), "price_set": money_set(row.price),
            "discounted_price": money(row.discounted), "discounted_price_set": money_set(row.discounted),
            "is_removed": row.is_removed, "discount_allocations": [allocation(part) for part in row.allocations],
            "tax_lines": [tax_line(tax) for tax in row.tax_lines]}


def discount_application(row) -> dict:
    body = {"type": {"code": "discount_code"}.get(row.kind, row.kind), "target_type": row.target_type.lower(),
            "target_selection": row.target_selection.lower(), "allocation_method": row.allocation_method.lower(),
            "value_type": "fixed_amount" if row.percentage is None else "percentage",
            "value": str(row.amount if row.percentage is None else row.percentage)}
    return {**body, "code": row.title} if row.kind == "code" else {**body, "title": row.title,
                                                                   "description": row.title}


def transaction(shop, row) -> dict:
    parent = row.parent_transaction
    return {"id": row.number_id, "admin_graphql_api_id": row.id, "order_id": row.order.number_id,
            "parent_id": parent.number_id if parent else None, "kind": row.kind.lower(), "status": row.status.lower(),
            "gateway": row.gateway, "amount": fixed(row.amount.presentment, row.amount.currencies.presentment),
            "currency": row.amount.currencies.presentment, "test": row.test, "error_code": row.error_code,
            "payment_id": row.payment_id, "created_at": stamp(shop, row.created_at),
            "processed_at": stamp(shop, row.processed_at), "message": None, "source_name": row.order.source_name}


def fulfillment(shop, row) -> dict:
    tracking = row.tracking_info
    events = sorted(row.events, key=lambda event: event["happenedAt"])
    return {"id": row.number_id, "admin_graphql_api_id": row.id, "order_id": row.order.number_id, "name": row.name,
            "status": row.status.lower(), "created_at": stamp(shop, row.created_at),
            "updated_at": stamp(shop, row.updated_at), "service": "manual",
            "shipment_status": events[-1]["status"].lower() if events else None,
            "location_id": numeric_id(row.location_id),
            "tracking_company": tracking[0]["company"] if tracking else None,
            "tracking_number": tracking[0]["number"] if tracking else None,
            "tracking_numbers": [part["number"] for part in tracking if part["number"]],
            "tracking_url": tracking[0]["url"] if tracking else None,
            "tracking_urls": [part["url"] for part in tracking if part["url"]],
            "line_items": [{**line_item(part.line_item), "quantity": part.quantity}
                           for part in row.fulfillment_line_items], "receipt": {}}


def refund(shop, row) -> dict:
    lines = [{"id": part.number_id, "line_item_id": part.line_item.number_id, "quantity": part.quantity,
              "restock_type": part.restock_type.lower(),
              "location_id": numeric_id(part.location_id) if part.location_id else None,
              "subtotal": money(part.subtotal), "subtotal_set": money_set(part.subtotal),
              "total_tax": money(part.total_tax_set), "total_tax_set": money_set(part.total_tax_set),
              "line_item": line_item(part.line_item)} for part in row.refund_line_items]
    adjustments = [{"id": part.number_id, "order_id": row.order.number_id, "refund_id": row.number_id,
                    "kind": "refund_discrepancy", "reason": "Refund discrepancy", "amount": money(part.amount),
                    "tax_amount": "0.00"} for part in row.order_adjustments]
    shipping = [{"id": part.number_id, "shipping_line": {"id": part.shipping_line.number_id},
                 "subtotal_amount_set": money_set(part.subtotal), "tax_amount_set": money_set(part.tax_amount_set)}
                for part in row.refund_shipping_lines]
    return {"id": row.number_id, "admin_graphql_api_id": row.id, "order_id": row.order.number_id, "note": row.note,
            "created_at": stamp(shop, row.created_at), "processed_at": stamp(shop, row.processed_at), "user_id": None,
            "restock": any(part.restocked for part in row.refund_line_items), "refund_line_items": lines,
            "refund_shipping_lines": shipping, "order_adjustments": adjustments, "duties": [], "refund_duties": [],
            "transactions": [transaction(shop, part) for part in row.transactions]}


def stub(shop, row: Order) -> dict:
    """The body of a topic that nobody listens to."""
    return {"id": row.number_id, "admin_graphql_api_id": row.id, "updated_at": stamp(shop, row.updated_at)}


def order(shop, row: Order) -> dict:
    """The whole order."""
    sums = {name: getattr(row, f"{name}_set") for name in (
        "subtotal_price", "total_price", "total_tax", "total_discounts", "total_line_items_price",
        "current_subtotal_price", "current_total_price", "current_total_tax", "current_total_discounts")}
    sums["total_outstanding"], sums["total_tip_received"] = row.total_outstanding_set, row.total_tip_received_set
    body = {name: money(bag) for name, bag in sums.items()}
    body.update({f"{name}_set": money_set(bag) for name, bag in sums.items()
                 if name not in ("total_outstanding", "total_tip_received")})
    body.update(stub(shop, row), **_facts(shop, row), **_parts(shop, row))
    body["total_shipping_price_set"] = money_set(row.total_shipping_price_set)
    body["total_cash_rounding_payment_adjustment_set"] = money_set(row.total_cash_rounding_adjustment["paymentSet"])
    return body


def _facts(shop, row: Order) -> dict:
    return {"name": row.name, "number": row.number, "order_number": row.number, "email": row.email or "",
            "contact_email": row.email, "phone": row.phone, "created_at": stamp(shop, row.created_at),
            "processed_at": stamp(shop, row.processed_at), "closed_at": stamp(shop, row.closed_at),
            "cancelled_at": stamp(shop, row.cancelled_at),
            "cancel_reason": row.cancel_reason.lower() if row.cancel_reason else None, "confirmed": row.confirmed,
            "test": row.test, "currency": row.currencies.shop, "presentment_currency": row.currencies.presentment,
            "financial_status": FINANCIAL.get(row.display_financial_status),
            "fulfillment_status": FULFILMENT.get(row.display_fulfillment_status),
            "taxes_included": row.taxes_included, "tax_exempt": row.tax_exempt, "estimated_taxes": row.estimated_taxes,
            "duties_included": row.duties_included, "tags": ", ".join(row.tags), "note": row.note,
            "note_attributes": [{"name": part["key"], "value": part["value"]} for part in row.custom_attributes],
            "po_number": row.po_number, "source_name": row.source_name, "source_identifier": row.source_identifier,
            "customer_locale": row.customer_locale, "confirmation_number": row.confirmation_number,
            "order_status_url": f"https://{shop.domain}/{row.number_id}/orders/status",
            "payment_gateway_names": row.payment_gateway_names, "app_id": 580111, "user_id": None,
            "location_id": numeric_id(row.retail_location_id) if row.retail_location_id else None,
            "merchant_business_entity_id": None, "token": None, "cart_token": None, "checkout_token": None}


def _parts(shop, row: Order) -> dict:
    codes = [{"code": part.title, "type": "percentage" if part.percentage is not None else "fixed_amount",
              "amount": str(part.amount if part.percentage is None else part.percentage)}
             for part in row.discount_applications if part.kind == "code"]
    return {"line_items": [line_item(part) for part in row.line_items],
            "shipping_lines": [shipping_line(part) for part in row.shipping_lines],
            "tax_lines": [tax_line(tax) for tax in row.tax_lines], "discount_codes": codes,
            "discount_applications": [discount_application(part) for part in row.discount_applications],
            "fulfillments": [fulfillment(shop, part) for part in row.fulfillments],
            "refunds": [refund(shop, part) for part in row.refunds], "payment_terms": None, "company": None,
            "customer": customer_body(shop, row.customer) if row.customer else None,
            "billing_address": address(row.billing_address) if row.billing_address else None,
            "shipping_address": address(row.shipping_address) if row.shipping_address else None}
