"""The roots that read draft orders, and their fields."""
from __future__ import annotations

from .money import Bag
from .order_drafts import drafts, order_discount
from .order_fields import constants, field
from .resolvers import NODES, resolver
from .resolvers_shop import demand
from .search import Field, id_field, query_list, time_field

FIELDS = {
    "id": id_field(), "created_at": time_field("created_at"), "updated_at": time_field("updated_at"),
    "status": Field("enum", lambda row: row.status.lower(), ("open", "invoice_sent", "completed")),
    "customer_id": Field("id", lambda row: row.priced.customer.number_id if row.priced.customer else None),
    "tag": Field("text", lambda row: row.priced.tags), "source": Field("text", lambda row: row.priced.source_name),
}
SORTS = {"UPDATED_AT": lambda row: row.updated_at, "NUMBER": lambda row: row.number_id,
         "STATUS": lambda row: row.status, "TOTAL_PRICE": lambda row: row.priced.total_price_set.shop,
         "CUSTOMER_NAME": lambda row: row.priced.customer.display_name if row.priced.customer else ""}
SAME = {  # field of a draft -> that of the order it would become
    "billingAddress": "billing_address", "shippingAddress": "shipping_address", "customer": "customer",
    "customAttributes": "custom_attributes", "discountCodes": "discount_codes", "email": "email", "phone": "phone",
    "note2": "note", "poNumber": "po_number", "tags": "tags", "taxExempt": "tax_exempt",
    "taxesIncluded": "taxes_included", "taxLines": "tax_lines", "currencyCode": "currency_code",
    "presentmentCurrencyCode": "presentment_currency_code", "subtotalPriceSet": "subtotal_price_set",
    "totalDiscountsSet": "total_discounts_set", "totalPriceSet": "total_price_set", "totalTaxSet": "total_tax_set",
    "totalLineItemsPriceSet": "total_line_items_price_set", "totalQuantityOfLineItems": "subtotal_line_items_quantity",
    "totalWeight": "total_weight", "localizedFields": "localized_fields",
}
SAME_OF_LINE = {
    "customAttributes": "custom_attributes", "isGiftCard": "is_gift_card", "name": "name", "quantity": "quantity",
    "originalTotalSet": "original_total_set", "originalUnitPriceSet": "original_unit_price_set", "sku": "sku",
    "requiresShipping": "requires_shipping", "taxLines": "tax_lines", "taxable": "taxable", "title": "title",
    "variantTitle": "variant_title", "vendor": "vendor", "weight": "weight",
}
NODES["DraftOrder"] = lambda shop, gid: drafts(shop).get(gid)
constants("DraftOrder", acceptAutomaticDiscounts=False, allVariantPricesOverridden=False, ready=True,
          allowDiscountCodesInCheckout=False, anyVariantPricesOverridden=False, hasTimelineComment=False,
          reserveInventoryUntil=None, visibleToCustomer=False, transformerFingerprint=None)
constants("DraftOrderLineItem", components=[], bundleComponents=[], fulfillmentService=None, image=None,
          priceOverride=None)


def _copy(type_name: str, inner: str, names: dict) -> None:
    for name, attribute in names.items():
        resolver(type_name, name)(
            lambda row, info, attribute=attribute: getattr(getattr(row, inner), attribute))


_copy("DraftOrder", "priced", SAME)
_copy("DraftOrderLineItem", "line", SAME_OF_LINE)


@resolver("QueryRoot", "draftOrder")
def draft_order(obj, info, id):
    return drafts(info.context.shop).get(demand(id, "DraftOrder"))


@resolver("QueryRoot", "draftOrders")
def draft_orders(obj, info, query=None, sort_key="ID", reverse=False):
    return query_list(info, drafts(info.context.shop).values(), "draftOrders", query=query, sort_key=sort_key,
                      reverse=reverse, fields=FIELDS, sort_keys=SORTS, words=lambda row: [row.name, row.priced.email])


@resolver("QueryRoot", "draftOrdersCount")
def draft_orders_count(obj, info, query=None, limit=10000):
    found = len(draft_orders(obj, info, query).rows)
    capped = limit is not None and found > limit
    return {"count": limit if capped else found, "precision": "AT_LEAST" if capped else "EXACT"}


# -- a draft --------------------------------------------------------------------------------------------------------
@resolver("DraftOrder", "lineItems")
def line_items(draft, info):
    return draft.lines


@resolver("DraftOrder", "shippingLine")
def shipping_line(draft, info):
    return next(iter(draft.priced.shipping_lines), None)


@resolver("DraftOrder", "totalShippingPriceSet")
def total_shipping(draft, info):
    line = shipping_line(draft, info)
    return line.discounted if line else Bag.zero(draft.priced.currencies)


@resolver("DraftOrder", "lineItemsSubtotalPrice")
def lines_subtotal(draft, info):
    return draft.priced.subtotal_price_set + order_discount(draft)


@resolver("DraftOrder", "appliedDiscount")
def applied_discount(draft, info):
    """The merchant's own discount on the whole draft."""
    found = next((row for row in draft.priced.discount_applications if row.level == "order" and row.kind == "manual"),
                 None)
    return found and _discount(found, order_discount(draft))


def _discount(row, amount: Bag) -> dict:
    value = row.amount if row.percentage is None else row.percentage
    return {"title": row.title, "description": row.title, "value": float(value), "amountSet": amount,
            "valueType": "FIXED_AMOUNT" if row.percentage is None else "PERCENTAGE"}


@resolver("DraftOrder", "purchasingEntity")
def purchasing_entity(draft, info):
    return draft.priced.purchasing_entity or draft.priced.customer


@resolver("DraftOrder", "invoiceUrl")
def invoice_url(draft, info):
    return f"https://{info.context.shop.domain}/invoices/{draft.number_id}"


@resolver("DraftOrder", "billingAddressMatchesShippingAddress")
def same_address(draft, info):
    row = draft.priced
    return bool(row.billing_address) and row.billing_address.address1 == getattr(row.shipping_address, "address1", "")


@resolver("DraftOrder", "paymentTerms")
def payment_terms(draft, info):
    terms = draft.priced.payment_terms
    return terms and {**terms, "due": False, "translatedName": terms["paymentTermsName"], "draftOrder": draft}


@field("DraftOrder", "subtotalPrice")
def subtotal_price(draft, info):
    return draft.priced.subtotal_price_set.shop


@field("DraftOrder", "totalPrice")
def total_price(draft, info):
    return draft.priced.total_price_set.shop


@field("DraftOrder", "totalTax")
def total_tax(draft, info):
    return draft.priced.total_tax_set.shop


# -- a line ---------------------------------------------------------------------------------------------------------
@resolver("DraftOrderLineItem", "custom")
def custom(row, info):
    return row.line.variant_id is None


@resolver("DraftOrderLineItem", "variant")
def variant(row, info):
    return info.context.shop.variants.get(row.line.variant_id)


@resolver("DraftOrderLineItem", "product")
def product(row, info):
    return info.context.shop.products.get(row.line.product_id)


@resolver("DraftOrderLineItem", "discountedTotalSet")
def discounted_total(row, info):
    return row.line.after_line_discounts(True)


@resolver("DraftOrderLineItem", "totalDiscountSet")
def total_discount(row, info):
    return row.line.price - row.line.after_line_discounts(True)


@resolver("DraftOrderLineItem", "approximateDiscountedUnitPriceSet")
def discounted_unit_price(row, info):
    return row.line.after_line_discounts(True).share(1, row.line.quantity)


@resolver("DraftOrderLineItem", "originalUnitPriceWithCurrency")
def unit_price(row, info):
    return row.line.unit_price.presentment_money


@resolver("DraftOrderLineItem", "appliedDiscount")
def applied_line_discount(row, info):
    found = next((part for part in row.line.allocations if part.discount_application.level == "line"
                  and part.discount_application.kind == "manual"), None)
    return found and _discount(found.discount_application, found.amount)
