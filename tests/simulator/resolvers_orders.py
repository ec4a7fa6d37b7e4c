"""Fields of orders and their lines that are not plain attributes. Loading this module loads everything about orders."""
from __future__ import annotations

from . import (  # noqa: F401
    fulfillment_mutations,
    order_draft_queries,
    order_journey,
    order_mutations,
    order_queries,
    resolvers_deliveries,
    return_mutations,
)
from .money import Bag, total
from .order_fields import constants, field
from .order_refund import refund_part, shipping_taxes, split_refund, suggested
from .resolvers import RESOLVERS, resolver

RETURN_STATUS = (("REQUESTED", "RETURN_REQUESTED"), ("OPEN", "IN_PROGRESS"), ("CLOSED", "RETURNED"))
PLAIN_MONEY = {  # deprecated scalar -> the MoneyBag that replaced it
    "Order": {name: f"{name}Set" for name in (
        "cartDiscountAmount", "netPayment", "subtotalPrice", "totalCapturable", "totalDiscounts", "totalPrice",
        "totalReceived", "totalRefunded", "totalShippingPrice", "totalTax")},
    "LineItem": {name: f"{name}Set" for name in (
        "discountedTotal", "discountedUnitPrice", "originalTotal", "originalUnitPrice", "totalDiscount",
        "unfulfilledDiscountedTotal", "unfulfilledOriginalTotal")},
    "OrderTransaction": {"amount": "amountSet"},
    "RefundLineItem": {"price": "priceSet", "subtotal": "subtotalSet", "totalTax": "totalTaxSet"},
    "ShippingLine": {"price": "originalPriceSet"},
    "FulfillmentLineItem": {"discountedTotal": "discountedTotalSet", "originalTotal": "originalTotalSet"},
}


def _plain(type_name: str, name: str, bag_name: str) -> None:
    snake = "".join("_" + char.lower() if char.isupper() else char for char in bag_name)

    def read(obj, info):
        special = RESOLVERS.get(type_name, {}).get(bag_name)
        bag = special(obj, info) if special else getattr(obj, snake)
        return None if bag is None else bag.shop

    resolver(type_name, name)(read)


for _type, _names in PLAIN_MONEY.items():
    for _name, _bag in _names.items():
        _plain(_type, _name, _bag)
resolver("OrderTransaction", "amountV2")(lambda obj, info: obj.amount.shop_money)
resolver("Refund", "totalRefunded")(lambda obj, info: obj.total_refunded_set.shop_money)
resolver("Order", "totalTipReceived")(lambda obj, info: obj.total_tip_received_set.shop_money)


# -- order ----------------------------------------------------------------------------------------------------------
constants("Order", publication=None, cartToken=None, checkoutToken=None, clientIp=None, channel=None,
          merchantOfRecordApp=None, merchantEditable=True, merchantEditableErrors=[], customerAcceptsMarketing=False,
          hasTimelineComment=False, productNetwork=False, registeredSourceUrl=None, referralCode=None,
          referrerDisplayText=None, referrerUrl=None, landingPageUrl=None, landingPageDisplayText=None)


@resolver("Order", "app")
def app(order, info):
    name = {"pos": "Point of Sale", "web": "Online Store"}.get(order.source_name, "Draft Orders")
    number = {"pos": 129785, "web": 580111}.get(order.source_name, 1354745)
    return {"id": f"gid://shopify/App/{number}", "name": name}


@resolver("Order", "billingAddressMatchesShippingAddress")
def addresses_match(order, info):
    one, other = order.billing_address, order.shipping_address
    names = ("first_name", "last_name", "address1", "address2", "city", "zip", "country_code")
    return bool(one and other) and all(getattr(one, name) == getattr(other, name) for name in names)


@resolver("Order", "displayAddress")
def display_address(order, info):
    return order.shipping_address or order.billing_address


@resolver("Order", "canNotifyCustomer")
def can_notify(order, info):
    return bool(order.email or order.phone)


@resolver("Order", "discountCode")
def discount_code(order, info):
    return next(iter(order.discount_codes), None)


@resolver("Order", "displayFulfillmentStatus")
def display_fulfillment(order, info):
    status = order.display_fulfillment_status
    return "UNFULFILLED" if status == "FULFILLMENT_NOT_REQUIRED" and info.context.api_version < "2026-10" else status


@resolver("Order", "fulfillable")
def fulfillable(order, info):
    return any(line.open for line in order.line_items)


@resolver("Order", "requiresShipping")
def requires_shipping(order, info):
    return any(line.requires_shipping for line in order.line_items)


@resolver("Order", "restockable")
def restockable(order, info):
    return any(line.restockable for line in order.line_items)


@field("Order", "retailLocation", "physicalLocation")
def retail_location(order, info):
    return info.context.shop.locations.get(order.retail_location_id)


@resolver("Order", "riskLevel")
def risk_level(order, info):
    return order.risk["assessments"][0]["riskLevel"] if order.risk["assessments"] else "LOW"


@resolver("Order", "returnStatus")
def return_status(order, info):
    have = {row.status for row in order.returns}
    return next((name for status, name in RETURN_STATUS if status in have), "NO_RETURN")


@resolver("Order", "statusPageUrl")
def status_page(order, info):
    return f"https://{info.context.shop.domain}/{order.number_id}/orders/{order.confirmation_number.lower()}/authenticate"


@resolver("Order", "shippingLine")
def shipping_line(order, info):
    return next((line for line in order.shipping_lines if not line.is_removed), None)


@resolver("Order", "shippingLines")
def shipping_lines(order, info, include_removals=False):
    return [line for line in order.shipping_lines if include_removals or not line.is_removed]


@resolver("Order", "nonFulfillableLineItems")
def non_fulfillable(order, info):
    return [line for line in order.line_items if line.non_fulfillable_quantity]


@resolver("Order", "transactions")
def transactions(order, info, first=None, capturable=None, manually_resolvable=None):
    rows = [row for row in order.transactions
            if not capturable or row.kind == "AUTHORIZATION" and order.total_capturable_set]
    return rows[:first]


@resolver("Order", "refunds")
def refunds(order, info, first=None):
    return order.refunds[:first]


@resolver("Order", "fulfillments")
def fulfillments(order, info, first=None, query=None):
    return order.fulfillments[:first]


@resolver("Order", "fulfillmentOrders")
def fulfillment_orders(order, info):
    return [row for row in order.fulfillment_orders if order_queries.is_visible(row, info)]


@resolver("Order", "transactionsCount")
def transactions_count(order, info):
    return {"count": len(order.transactions), "precision": "EXACT"}


@resolver("Order", "fulfillmentsCount")
def fulfillments_count(order, info):
    return {"count": len(order.fulfillments), "precision": "EXACT"}


@resolver("Order", "purchasingEntity")
def purchasing_entity(order, info):
    return order.purchasing_entity or order.customer


@resolver("Order", "paymentTerms")
def payment_terms(order, info):
    if not order.payment_terms:
        return None
    due, whole = order.total_outstanding_set, order.total_price_set
    late = bool(due) and any(row["dueAt"] < info.context.now for row in order.payment_terms["paymentSchedules"])
    rows = [{**row, "balanceDue": due.presentment_money, "totalBalance": whole.presentment_money, "due": late,
             "completedAt": None if due else order.updated_at} for row in order.payment_terms["paymentSchedules"]]
    return {**order.payment_terms, "paymentSchedules": rows, "overdue": late, "due": late, "order": order,
            "translatedName": order.payment_terms["paymentTermsName"]}


@resolver("Order", "suggestedRefund")
def suggested_refund(order, info, refund_line_items=None, refund_shipping=None, shipping_amount=None,
                     suggest_full_refund=False):
    """What `refundCreate` would give back for these lines; changes nothing."""
    lines = refund_line_items or []
    if suggest_full_refund:
        lines = [{"lineItemId": line.id, "quantity": line.current_quantity} for line in order.line_items
                 if line.current_quantity]
        refund_shipping = True
    rows = [row for row in (_suggested_line(order, item) for item in lines) if row]
    money = order.currencies
    left = total((line.current_discounted_price_set for line in order.shipping_lines if not line.is_removed), money)
    freight = left if refund_shipping else (Bag.of_presentment(shipping_amount, money) if shipping_amount
                                            else Bag.zero(money))
    freight_tax = total((tax.price for line in order.shipping_lines for tax in shipping_taxes(line, freight)), money)
    subtotal = total((row["subtotalSet"] for row in rows), money)
    tax = total((row["totalTaxSet"] for row in rows), money)
    worth = subtotal + freight if order.taxes_included else subtotal + freight + tax + freight_tax
    least, _most = suggested(order, worth)
    paid = least if least.presentment <= order.net_payment_set.presentment else order.net_payment_set
    return {"amountSet": paid, "subtotalSet": subtotal, "discountedSubtotalSet": subtotal,
            "totalTaxSet": tax + freight_tax, "totalCartDiscountAmountSet": Bag.zero(money),
            "totalDutiesSet": Bag.zero(money), "maximumRefundableSet": order.net_payment_set, "refundDuties": [],
            "refundLineItems": rows,
            "shipping": {"amountSet": freight, "maximumRefundableSet": left, "taxSet": freight_tax},
            "suggestedTransactions": [
                {"kind": "SUGGESTED_REFUND", "gateway": parent.gateway, "formattedGateway": parent.formatted_gateway,
                 "amountSet": part, "maximumRefundableSet": parent.amount, "parentTransaction": parent}
                for parent, part in split_refund(order, paid)]}


def _suggested_line(order, item: dict) -> dict | None:
    line = next((row for row in order.line_items if row.id == item["lineItemId"]), None)
    if line is None:
        return None
    units = min(item["quantity"], line.current_quantity)
    price, taxes = refund_part(order, line, units)
    return {"id": None, "lineItem": line, "quantity": units, "restockType": item.get("restockType") or "NO_RESTOCK",
            "restocked": False, "location": None, "subtotalSet": price, "priceSet": price.share(1, units or 1),
            "totalTaxSet": total((tax.price for tax in taxes), order.currencies)}


# -- lines ----------------------------------------------------------------------------------------------------------
constants("LineItem", contract=None, fulfillmentService=None, merchantEditable=True, image=None, staffMember=None)


@resolver("LineItem", "variant")
def line_variant(line, info):
    return info.context.shop.variants.get(line.variant_id)


@resolver("LineItem", "product")
def line_product(line, info):
    return info.context.shop.products.get(line.product_id)


@resolver("LineItem", "discountedTotalSet")
def discounted_total(line, info, with_code_discounts=False):
    return line.after_line_discounts(with_code_discounts)


@resolver("LineItem", "discountedUnitPriceSet")
def discounted_unit_price(line, info):
    return line.after_line_discounts(False).share(1, line.quantity)


@resolver("LineItem", "discountedUnitPriceAfterAllDiscountsSet")
def unit_price_after_discounts(line, info):
    return line.discounted.share(1, line.quantity)


@resolver("LineItem", "totalDiscountSet")
def total_discount(line, info):
    return line.price - line.after_line_discounts(True)


@resolver("LineItem", "priceAfterAllDiscountsBeforeTaxesSet")
def price_before_taxes(line, info):
    price = line.discounted - line.tax if line.taxes_included else line.discounted
    return price - price.share(line.gone, line.quantity)


@resolver("LineItem", "unfulfilledOriginalTotalSet")
def unfulfilled_original(line, info):
    return line.price.share(line.open, line.quantity)


@resolver("LineItem", "unfulfilledDiscountedTotalSet")
def unfulfilled_discounted(line, info):
    return line.after_line_discounts(False).share(line.open, line.quantity)


@resolver("LineItem", "fulfillableQuantity")
def fulfillable_quantity(line, info):
    return line.open


@resolver("LineItem", "fulfillmentStatus")
def line_fulfillment_status(line, info):
    return "fulfilled" if line.fulfilled and not line.open else "partial" if line.fulfilled else "unfulfilled"


@resolver("LineItem", "canRestock")
def can_restock(line, info):
    return line.restockable


@resolver("LineItem", "taxLines")
def line_taxes(line, info, first=None):
    return line.tax_lines[:first]
