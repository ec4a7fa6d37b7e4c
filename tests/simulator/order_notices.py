"""What Shopify writes to customers about their parcels: kept, so that tests can count it."""
from __future__ import annotations

EVENTS = {"OUT_FOR_DELIVERY": "out_for_delivery", "DELIVERED": "delivered", "READY_FOR_PICKUP": "ready_for_pickup"}


def notices(shop) -> list[dict]:
    """Everything that was sent, oldest first: {kind, order_id, order, fulfillment_id, numbers, to, at}; `kind` is
    shipping_confirmation, shipping_update, ready_for_pickup, out_for_delivery, delivered, return_…"""
    return shop.extra.setdefault("notices", [])


def tell(shop, kind: str, order, fulfillment=None) -> None:
    """Write to the customer of an order; one without e-mail and telephone hears nothing."""
    if order.email or order.phone:
        notices(shop).append({
            "kind": kind, "order_id": order.id, "order": order.name,
            "fulfillment_id": fulfillment.id if fulfillment else None,
            "numbers": [row["number"] for row in fulfillment.tracking_info if row["number"]] if fulfillment else [],
            "to": order.email or order.phone, "at": shop.now().isoformat()})


def tell_event(shop, fulfillment, status: str) -> None:
    """Who was told of a parcel hears of its last steps too."""
    if status in EVENTS and fulfillment.notify_customer:
        tell(shop, EVENTS[status], fulfillment.order, fulfillment)
