"""Records of what happens to an order: fulfilment orders, fulfilments, refunds, returns."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from .money import Bag, total
from .records import Resource

if TYPE_CHECKING:
    from .order_types import LineItem, Order, ShippingLine

OVER = ("CLOSED", "CANCELLED")


@dataclass(eq=False)
class FulfillmentOrderLine(Resource):
    gql_type = "FulfillmentOrderLineItem"
    id: str
    line_item: LineItem
    total_quantity: int
    remaining_quantity: int

    @property
    def sku(self) -> str | None:
        return self.line_item.sku

    @property
    def inventory_item_id(self) -> str | None:
        return self.line_item.inventory_item_id

    @property
    def variant_title(self) -> str | None:
        return self.line_item.variant_title

    @property
    def product_title(self) -> str:
        return self.line_item.title

    @property
    def requires_shipping(self) -> bool:
        return self.line_item.requires_shipping

    @property
    def vendor(self) -> str | None:
        return self.line_item.vendor


@dataclass(eq=False)
class FulfillmentOrder(Resource):
    gql_type = "FulfillmentOrder"
    id: str
    order: Order
    location_id: str
    created_at: datetime
    updated_at: datetime
    line_items: list
    status: str = "OPEN"
    request_status: str = "UNSUBMITTED"
    delivery_method: dict | None = None
    fulfill_at: datetime | None = None
    fulfill_by: datetime | None = None
    fulfillment_holds: list = field(default_factory=list)
    fulfillments: list = field(default_factory=list)
    merchant_requests: list = field(default_factory=list)
    progress_reported: bool = False  # by hand
    prepared: bool = False  # for pickup

    @property
    def method(self) -> str:
        return (self.delivery_method or {}).get("methodType") or "NONE"

    @property
    def order_id(self) -> str:
        return self.order.id

    @property
    def order_name(self) -> str:
        return self.order.name

    @property
    def order_processed_at(self) -> datetime:
        return self.order.processed_at

    @property
    def is_open(self) -> bool:
        return self.status not in OVER

    @property
    def remaining(self) -> int:
        return sum(row.remaining_quantity for row in self.line_items)


@dataclass(eq=False)
class FulfillmentLine(Resource):
    gql_type = "FulfillmentLineItem"
    id: str
    line_item: LineItem
    quantity: int
    fulfillment_order: FulfillmentOrder

    @property
    def original_total_set(self) -> Bag:
        return self.line_item.price.share(self.quantity, self.line_item.quantity)

    @property
    def discounted_total_set(self) -> Bag:
        return self.line_item.discounted.share(self.quantity, self.line_item.quantity)


@dataclass(eq=False)
class Fulfillment(Resource):
    gql_type = "Fulfillment"
    id: str
    order: Order
    name: str
    location_id: str
    created_at: datetime
    updated_at: datetime
    fulfillment_line_items: list
    fulfillment_orders: list
    status: str = "SUCCESS"
    display_status: str = "FULFILLED"
    tracking_info: list = field(default_factory=list)  # of {company, number, url}
    events: list = field(default_factory=list)
    delivered_at: datetime | None = None
    in_transit_at: datetime | None = None
    estimated_delivery_at: datetime | None = None
    notify_customer: bool = False

    @property
    def total_quantity(self) -> int:
        return sum(row.quantity for row in self.fulfillment_line_items)

    @property
    def requires_shipping(self) -> bool:
        return any(row.line_item.requires_shipping for row in self.fulfillment_line_items)


@dataclass(eq=False)
class RefundLine(Resource):
    gql_type = "RefundLineItem"
    id: str
    line_item: LineItem
    quantity: int
    restock_type: str
    restocked: bool
    location_id: str | None
    subtotal: Bag  # after discounts
    taxes: list  # of TaxLine
    price: Bag  # one unit

    @property
    def subtotal_set(self) -> Bag:
        return self.subtotal

    @property
    def price_set(self) -> Bag:
        return self.price

    @property
    def total_tax_set(self) -> Bag:
        return total((tax.price for tax in self.taxes), self.subtotal.currencies)


@dataclass(eq=False)
class RefundShippingLine(Resource):
    gql_type = "RefundShippingLine"
    id: str
    shipping_line: ShippingLine
    subtotal: Bag
    taxes: list

    @property
    def subtotal_amount_set(self) -> Bag:
        return self.subtotal

    @property
    def tax_amount_set(self) -> Bag:
        return total((tax.price for tax in self.taxes), self.subtotal.currencies)


@dataclass(eq=False)
class Adjustment(Resource):
    """Suggested minus actual refund: negative when more money went back than the lines account for."""

    gql_type = "OrderAdjustment"
    id: str
    amount: Bag
    reason: str | None = "REFUND_DISCREPANCY"

    @property
    def amount_set(self) -> Bag:
        return self.amount

    @property
    def tax_amount_set(self) -> Bag:
        return Bag.zero(self.amount.currencies)


@dataclass(eq=False)
class Refund(Resource):
    gql_type = "Refund"
    id: str
    order: Order
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    note: str | None = None
    return_id: str | None = None
    refund_line_items: list = field(default_factory=list)
    refund_shipping_lines: list = field(default_factory=list)
    order_adjustments: list = field(default_factory=list)
    transactions: list = field(default_factory=list)
    duties: list = field(default_factory=list)  # of {amountSet, originalDuty}

    @property
    def total_refunded_set(self) -> Bag:
        paid = (row.amount for row in self.transactions if row.kind == "REFUND" and row.status == "SUCCESS")
        return total(paid, self.order.currencies)


@dataclass(eq=False)
class ReturnLine(Resource):
    gql_type = "ReturnLineItem"
    id: str
    fulfillment_line_item: FulfillmentLine
    quantity: int
    return_reason: str = "OTHER"
    return_reason_note: str = ""
    customer_note: str | None = None
    processed_quantity: int = 0
    refunded_quantity: int = 0

    @property
    def refundable_quantity(self) -> int:
        return self.quantity - self.refunded_quantity

    @property
    def unprocessed_quantity(self) -> int:
        return self.quantity - self.processed_quantity

    @property
    def processable_quantity(self) -> int:
        return self.unprocessed_quantity


@dataclass(eq=False)
class Return(Resource):
    gql_type = "Return"
    id: str
    order: Order
    name: str
    created_at: datetime
    return_line_items: list
    status: str = "OPEN"
    closed_at: datetime | None = None
    request_approved_at: datetime | None = None
    refunds: list = field(default_factory=list)
    reverse_fulfillment_orders: list = field(default_factory=list)
    exchange_line_items: list = field(default_factory=list)
    return_shipping_fees: list = field(default_factory=list)
    decline: dict | None = None  # {reason, note}

    @property
    def total_quantity(self) -> int:
        return sum(row.quantity for row in self.return_line_items)
