"""What the small page shows of a shop: the latest of everything, small enough to be asked for every two seconds."""
from __future__ import annotations

from itertools import islice

from . import plugins
from .state import Shop

LATEST = 12


def order_row(order) -> dict:
    total = order.total_price_set
    return {"id": order.number_id, "name": order.name, "kind": order.kind, "email": order.email,
            "total": f"{total.shop:.2f} {order.currencies.shop}", "paid": order.display_financial_status,
            "shipped": order.display_fulfillment_status, "cancelled": order.cancelled_at is not None,
            "lines": [{"sku": line.sku, "title": line.title, "quantity": line.current_quantity}
                      for line in order.line_items]}


def stock_rows(shop: Shop) -> list[dict]:
    """One row for each tracked variant, with its levels in the order of the locations."""
    rows = []
    for variant in shop.variants.values():
        if shop.inventory_items[variant.inventory_item_id].tracked:
            levels = [shop.levels.get((variant.inventory_item_id, gid)) for gid in shop.locations]
            rows.append({"sku": variant.sku, "title": shop.products[variant.product_id].title, "values": variant.title,
                         "levels": [level and [level.available, level.committed, level.on_hand] for level in levels]})
    return rows


def overview(shop: Shop) -> dict:
    """The latest orders and deliveries, all stock, subscriptions, counters and settings."""
    body = {"name": shop.name, "plan": shop.plan, "currency": shop.currency, "taxes_included": shop.taxes_included,
            "locations": [{"id": gid, "name": row.name} for gid, row in shop.locations.items()],
            "orders_total": len(shop.orders), "stock": stock_rows(shop), "stats": shop.stats.as_dict(),
            "orders": [order_row(order) for order in islice(reversed(shop.orders.values()), LATEST)],
            "subscriptions": [{"topic": row.wire_topic, "uri": row.uri} for row in shop.subscriptions.values()],
            "faults": [f"{fault.kind} × {fault.count}" for fault in shop.settings.faults],
            "latency_ms": shop.settings.latency_ms, "delivery": shop.settings.webhook_delivery,
            "held": 0, "deliveries": [], "kinds": []}
    for module in plugins.services():
        if hasattr(module, "log"):
            rows = list(module.log(shop))[-LATEST:]
            body["deliveries"] = [row.as_dict() for row in reversed(rows)]
            body["held"] = len(module.held(shop))
        if hasattr(module, "zoo"):
            body["kinds"] = sorted(module.zoo.KINDS)
    return body
