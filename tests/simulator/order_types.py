"""Records of an order and everything below it.

Attributes are the snake_case GraphQL field names where that is all a field needs; money is a `Bag`. Sums of an order
are attributes too, set by `order_totals.recompute` whenever the order changes.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .money import Bag, Currencies, text, total
from .records import Address, Customer, Resource, numeric_id


@dataclass(eq=False)
class TaxLine:
    title: str
    rate: Decimal  # a fraction
    price: Bag
    channel_liable: bool = False
    source: str = "Shopify"

    @property
    def price_set(self) -> Bag:
        return self.price

    @property
    def rate_percentage(self) -> float:
        return float(self.rate * 100)

    @property
    def key(self) -> tuple:
        return self.title, self.rate, self.channel_liable


@dataclass(eq=False)
class DiscountApplication:
    """`kind` is code | automatic | manual | script; `level` line | order | shipping."""

    index: int
    kind: str
    level: str
    allocation_method: str
    target_selection: str
    target_type: str
    title: str
    percentage: Decimal | None = None
    amount: Decimal | None = None  # in the presentment currency
    currency: str = ""

    @property
    def gql_type(self) -> str:
        return {"code": "DiscountCodeApplication", "automatic": "AutomaticDiscountApplication",
                "script": "ScriptDiscountApplication"}.get(self.kind, "ManualDiscountApplication")

    @property
    def code(self) -> str:
        return self.title

    @property
    def description(self) -> str:
        return self.title

    @property
    def value(self) -> dict:
        if self.percentage is not None:
            return {"__typename": "PricingPercentageValue", "percentage": float(self.percentage)}
        return {"__typename": "MoneyV2", "amount": text(self.amount), "currencyCode": self.currency}


@dataclass(eq=False)
class Allocation:
    discount_application: DiscountApplication
    amount: Bag

    @property
    def allocated_amount_set(self) -> Bag:
        return self.amount


class Taxed:
    """Something with a price, discounts and taxes."""

    price: Bag  # before discounts, for the whole quantity
    allocations: list
    tax_lines: list

    @property
    def discount_allocations(self) -> list:
        return self.allocations

    @property
    def discount(self) -> Bag:
        return total((row.amount for row in self.allocations), self.price.currencies)

    @property
    def discounted(self) -> Bag:
        """After all discounts, tax still in it when the order's prices include taxes."""
        return self.price - self.discount

    @property
    def tax(self) -> Bag:
        return total((row.price for row in self.tax_lines), self.price.currencies)


@dataclass(eq=False)
class Charge(Resource, Taxed):
    """A duty of a line or an additional fee of the order."""

    gql_type = "Duty"
    id: str
    price: Bag
    tax_lines: list = field(default_factory=list)
    name: str = ""
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None
    allocations: tuple = ()


@dataclass(eq=False)
class LineItem(Resource, Taxed):
    """`removed` and `refunded` count units that are gone, `fulfilled` those shipped, `open` those still to ship."""

    gql_type = "LineItem"
    id: str
    title: str
    quantity: int
    unit_price: Bag
    price: Bag
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    variant_id: str | None = None
    product_id: str | None = None
    inventory_item_id: str | None = None
    requires_shipping: bool = True
    taxable: bool = True
    is_gift_card: bool = False
    is_tip: bool = False
    taxes_included: bool = False  # as the order's
    custom_attributes: list = field(default_factory=list)  # of {key, value}
    allocations: list = field(default_factory=list)
    tax_lines: list = field(default_factory=list)
    duties: list = field(default_factory=list)
    line_item_group: dict | None = None
    selling_plan: dict | None = None
    grams: int = 0
    removed: int = 0
    refunded: int = 0
    fulfilled: int = 0
    open: int = 0

    @property
    def name(self) -> str:
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title

    @property
    def gone(self) -> int:
        return self.removed + self.refunded

    @property
    def current_quantity(self) -> int:
        return self.quantity - self.gone

    @property
    def refundable_quantity(self) -> int:
        return self.current_quantity

    @property
    def unfulfilled_quantity(self) -> int:
        return self.open

    @property
    def non_fulfillable_quantity(self) -> int:
        return max(self.quantity - self.fulfilled - self.open, 0)

    @property
    def restockable(self) -> bool:
        return bool(self.inventory_item_id) and self.current_quantity > 0

    def after_line_discounts(self, with_codes: bool) -> Bag:
        """After the line's own discounts; those of codes only when asked for, those of the order never."""
        parts = [row.amount for row in self.allocations if row.discount_application.level == "line"
                 and (with_codes or row.discount_application.kind != "code")]
        return self.price - total(parts, self.price.currencies)

    @property
    def original_unit_price_set(self) -> Bag:
        return self.unit_price

    @property
    def original_total_set(self) -> Bag:
        return self.price

    @property
    def weight(self) -> dict:
        return {"value": float(self.grams), "unit": "GRAMS"}


@dataclass(eq=False)
class ShippingLine(Resource, Taxed):
    """`refunded` is the part of the discounted price that was given back. The id may be null, as in the schema."""

    gql_type = "ShippingLine"
    id: str | None
    title: str
    price: Bag
    refunded: Bag
    code: str | None = None
    source: str | None = "shopify"
    carrier_identifier: str | None = None
    delivery_category: str | None = None
    phone: str | None = None
    custom: bool = False
    is_removed: bool = False
    allocations: list = field(default_factory=list)
    tax_lines: list = field(default_factory=list)

    @property
    def number_id(self) -> int | None:
        return numeric_id(self.id) if self.id else None

    @property
    def original_price_set(self) -> Bag:
        return self.price

    @property
    def discounted_price_set(self) -> Bag:
        return self.discounted

    @property
    def current_discounted_price_set(self) -> Bag:
        return self.discounted - self.refunded


@dataclass(eq=False)
class Transaction(Resource):
    gql_type = "OrderTransaction"
    id: str
    kind: str  # SALE AUTHORIZATION CAPTURE REFUND VOID CHANGE
    status: str  # SUCCESS PENDING FAILURE ERROR
    gateway: str
    amount: Bag
    created_at: datetime
    processed_at: datetime
    order: Order
    parent_transaction: Transaction | None = None
    rounding: Bag | None = None
    test: bool = False
    error_code: str | None = None
    authorization_expires_at: datetime | None = None
    payment_id: str | None = None
    account_number: str | None = None
    fees: list = field(default_factory=list)
    payment_details: dict | None = None

    @property
    def amount_set(self) -> Bag:
        return self.amount

    @property
    def amount_rounding_set(self) -> Bag | None:
        return self.rounding

    @property
    def formatted_gateway(self) -> str:
        return self.gateway.replace("_", " ").title()

    @property
    def manual_payment_gateway(self) -> bool:
        return self.gateway in ("manual", "bank_deposit", "cash_on_delivery", "money_order")


@dataclass(eq=False)
class Order(Resource):
    """One order. The sums (`total_price_set`, `current_*`, …) are set by `order_totals.recompute`."""

    gql_type = "Order"
    id: str
    name: str
    number: int
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    currencies: Currencies
    taxes_included: bool
    line_items: list
    shipping_lines: list = field(default_factory=list)
    discount_applications: list = field(default_factory=list)
    additional_fees: list = field(default_factory=list)
    transactions: list = field(default_factory=list)
    fulfillment_orders: list = field(default_factory=list)
    fulfillments: list = field(default_factory=list)
    refunds: list = field(default_factory=list)
    returns: list = field(default_factory=list)
    customer: Customer | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    email: str | None = None
    phone: str | None = None
    tags: list = field(default_factory=list)
    note: str | None = None
    custom_attributes: list = field(default_factory=list)
    po_number: str | None = None
    customer_locale: str | None = None
    confirmation_number: str = ""
    source_name: str | None = "web"
    source_identifier: str | None = None
    retail_location_id: str | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    staff_note: str | None = None
    test: bool = False
    confirmed: bool = True
    edited: bool = False
    tax_exempt: bool = False
    tax_shipping: bool = False
    estimated_taxes: bool = False
    duties_included: bool = False
    tax_rules: tuple = ()  # what later edits are taxed with
    purchasing_entity: dict | None = None
    payment_terms: dict | None = None
    risk: dict = field(default_factory=lambda: {"recommendation": "ACCEPT", "assessments": []})
    localized_fields: list = field(default_factory=list)
    metafields: dict = field(default_factory=dict)
    journey: dict | None = None
    attribution: dict | None = None  # {handle, displayName} when it is not that of the source
    settle_apart: Decimal = Decimal(0)  # what payments are rounded apart from the lines by, in the shop's currency only
    delivery: dict = field(default_factory=dict)  # method, location_id, fulfill_at, routes: see `order_routing.wishes`
    kind: str = "plain"  # the name in the zoo

    @property
    def presentment_currency_code(self) -> str:
        return self.currencies.presentment

    @property
    def currency_code(self) -> str:
        return self.currencies.shop

    @property
    def closed(self) -> bool:
        return self.closed_at is not None

    @property
    def cancellation(self) -> dict | None:
        return {"staffNote": self.staff_note} if self.cancelled_at else None

    @property
    def payment_gateway_names(self) -> list:
        return list(dict.fromkeys(row.gateway for row in self.transactions))

    @property
    def discount_codes(self) -> list:
        return [row.title for row in self.discount_applications if row.kind == "code"]
