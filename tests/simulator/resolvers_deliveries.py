"""Fields of transactions, refunds, fulfilments, fulfilment orders and returns that are not plain attributes."""
from __future__ import annotations

from . import return_mutations
from .fulfillment_rules import actions, stocks
from .order_fields import constants
from .resolvers import resolver

# -- transactions, refunds ------------------------------------------------------------------------------------------
constants("OrderTransaction", location=None, user=None, device=None, paymentIcon=None, receiptJson=None,
          settlementCurrency=None, settlementCurrencyRate=None, manuallyCapturable=False, multiCapturable=False,
          currencyExchangeAdjustment=None, shopifyPaymentsSet=None, maximumRefundable=None, maximumRefundableV2=None)
constants("Refund", staffMember=None)
constants("ShippingLine", shippingRateHandle=None, requestedFulfillmentService=None)


@resolver("Refund", "return")
def refund_return(refund, info):
    return info.context.shop.nodes.get(refund.return_id)


@resolver("RefundLineItem", "location")
def refund_location(row, info):
    return row["location"] if isinstance(row, dict) else info.context.shop.locations.get(row.location_id)


@resolver("ShippingLine", "originalPrice")
def shipping_price(line, info):
    return line.price.shop_money


@resolver("ShippingLine", "discountedPrice")
def shipping_discounted(line, info):
    return line.discounted.shop_money


# -- fulfilment -----------------------------------------------------------------------------------------------------
constants("Fulfillment", originAddress=None, service=None)
constants("FulfillmentOrder", channelId=None, internationalDuties=None, fulfillmentOrdersForMerge=[])
constants("FulfillmentOrderLineItem", image=None, warnings=[], financialSummaries=[], shippingLine=None, weight=None)


@resolver("Fulfillment", "location")
def fulfillment_location(row, info):
    return info.context.shop.locations.get(row.location_id)


@resolver("Fulfillment", "trackingInfo")
def tracking_info(row, info, first=None):
    return row.tracking_info[:first]


@resolver("FulfillmentOrderLineItem", "variant")
def order_line_variant(row, info):
    return info.context.shop.variants.get(row.line_item.variant_id)


@resolver("FulfillmentOrder", "assignedLocation")
def assigned_location(row, info):
    place = info.context.shop.locations.get(row.location_id)
    address = place.address
    return {"location": place, "name": place.name, "address1": address.address1, "address2": address.address2,
            "city": address.city, "zip": address.zip, "province": address.province, "phone": address.phone,
            "countryCode": address.country_code or info.context.shop.country_code}


@resolver("FulfillmentOrder", "destination")
def destination(row, info):
    address, order = row.order.shipping_address, row.order
    if address is None:
        return None
    return {"id": row.id.replace("/FulfillmentOrder/", "/FulfillmentOrderDestination/"), "email": order.email,
            "firstName": address.first_name, "lastName": address.last_name, "company": address.company,
            "address1": address.address1, "address2": address.address2, "city": address.city,
            "province": address.province, "zip": address.zip, "countryCode": address.country_code,
            "phone": address.phone or order.phone, "location": None}


@resolver("FulfillmentOrder", "supportedActions")
def supported_actions(row, info):
    return [{"action": name, "externalUrl": None} for name in actions(info.context.shop, row)]


@resolver("FulfillmentOrder", "merchantRequests")
def merchant_requests(row, info, kind=None):
    return [part for part in row.merchant_requests if kind in (None, part["kind"])]


@resolver("FulfillmentOrder", "locationsForMove")
def locations_for_move(row, info, line_item_ids=None, location_ids=None, query=None):
    """Every other open location, with what of the fulfilment order it stocks."""
    shop, rows = info.context.shop, []
    lines = [part for part in row.line_items if part.remaining_quantity and part.id in (line_item_ids or (part.id,))]
    for place in shop.locations.values():
        if not place.is_active or place.id == row.location_id or location_ids and place.id not in location_ids:
            continue
        there = [part for part in lines if stocks(shop, part.line_item.inventory_item_id, place.id)]
        movable = bool(there) and "MOVE" in actions(shop, row)
        missing = [part for part in lines if part not in there]
        rows.append({"location": place, "movable": movable, "message": None if movable else "No items are in stock at this "
                     "location.", "availableLineItems": there, "unavailableLineItems": missing,
                     "availableLineItemsCount": {"count": len(there), "precision": "EXACT"},
                     "unavailableLineItemsCount": {"count": len(missing), "precision": "EXACT"}})
    return rows


# -- returns --------------------------------------------------------------------------------------------------------
constants("Return", transactions=[])
constants("ReturnLineItem", restockingFee=None, totalWeight=None)


@resolver("ReturnLineItem", "returnReasonDefinition")
def reason_definition(row, info):
    return return_mutations.reason(info.context.shop, row.return_reason)


@resolver("Return", "exchangeLineItems")
def exchange_lines(row, info, processing_status=None):
    return row.exchange_line_items


@resolver("ReturnLineItem", "withCodeDiscountedTotalPriceSet")
def returned_price(row, info):
    line = row.fulfillment_line_item.line_item
    return line.after_line_discounts(True).share(row.quantity, line.quantity)
