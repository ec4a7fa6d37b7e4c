"""Which webhooks a change of an order fires. All of one merchant action carry one event id."""
from __future__ import annotations

import uuid
from collections.abc import Iterable

from . import order_payloads, payloads
from .order_totals import recompute


class LifeError(Exception):
    """Something that the shop would refuse: `field` is the path of the user error, `code` its code if it has one."""

    def __init__(self, field: list | None, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.field, self.message, self.code = field, message, code


def new_event() -> str:
    return str(uuid.uuid4())


def settled(shop, order, now, topics: Iterable[str], event_id: str, **below) -> None:
    """The end of every action: sums and statuses anew, the time of the change, the webhooks."""
    was_paid = getattr(order, "display_financial_status", None) == "PAID"
    order.updated_at = max(now, order.updated_at)
    recompute(order)
    topics = [*topics, "orders/updated"]
    if order.display_financial_status == "PAID" and not was_paid:
        topics.insert(0, "orders/paid")
    announce(shop, order, topics, event_id, **below)


def announce(shop, order, topics: Iterable[str], event_id: str, *, transactions=(), refunds=(), fulfillments=(),
             fulfillment_topic: str = "fulfillments/create", customer_topic: str | None = None) -> None:
    """Emit the order topics with the order as it is now, and those of what belongs to it."""
    wanted = {subscription.wire_topic for subscription in shop.subscriptions.values()}
    if order.customer is not None and customer_topic:
        shop.emit(customer_topic, payloads.customer(shop, order.customer), order.customer, event_id)
    full = None
    for topic in topics:
        if topic in wanted:
            full = full or order_payloads.order(shop, order)
        shop.emit(topic, full if topic in wanted else order_payloads.stub(shop, order), order, event_id)
    for row in transactions:
        shop.emit("order_transactions/create", order_payloads.transaction(shop, row), row, event_id)
    for row in refunds:
        shop.emit("refunds/create", order_payloads.refund(shop, row), row, event_id)
    for row in fulfillments:
        shop.emit(fulfillment_topic, order_payloads.fulfillment(shop, row), row, event_id)
