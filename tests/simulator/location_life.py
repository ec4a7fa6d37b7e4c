"""What a merchant does to locations: opens, changes, deactivates, activates and deletes them."""
from __future__ import annotations

from . import payloads
from .catalog import make_location
from .records import ON_HAND_PARTS, Location
from .resolvers import resolver, user_error
from .resolvers_shop import demand, type_of

OPEN = ("OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD")
ADDRESS = ("address1", "address2", "city", "zip", "province", "province_code", "country", "country_code", "phone")


class LocationError(Exception):
    """A refusal with Shopify's code; `field` is the argument that it is about."""

    def __init__(self, code: str, message: str, field: str = "locationId") -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


def create(shop, name: str, service: str | None = None, own: bool = False, **address) -> Location:
    """A new location; with `service` it belongs to the fulfilment service of that name, with `own` that is the app."""
    location = make_location(shop, name, len(shop.locations), **address)
    if service:
        location.is_fulfillment_service, location.fulfills_online_orders = True, True
        location.fulfillment_service = {
            "__typename": "FulfillmentService", "id": shop.gid("FulfillmentService"), "serviceName": service,
            "handle": service.lower().replace(" ", "-"), "type": "THIRD_PARTY", "callbackUrl": None,
            "inventoryManagement": True, "requiresShippingMethod": True, "trackingSupport": True,
            "fulfillmentOrdersOptIn": True, "own": own, "location_id": location.id}
    shop.emit("locations/create", payloads.location(shop, location), location)
    return location


@resolver("FulfillmentService", "location")
def service_location(service, info):
    return info.context.shop.locations.get(service["location_id"])


def edit(shop, location: Location, **values) -> None:
    """Another name, address, or answer to whether it fulfils online orders."""
    for key, value in values.items():
        setattr(location.address if key in ADDRESS else location, key, value)
    touched(shop, location, "locations/update")


def touched(shop, location: Location, topic: str) -> None:
    location.updated_at = shop.now()
    shop.emit(topic, payloads.location(shop, location), location)


def activate(shop, location: Location) -> None:
    """Open again; what was stocked there has to be stocked again."""
    if location.is_active:
        return
    if any(row.is_active and row.name == location.name for row in shop.locations.values()):
        raise LocationError("HAS_NON_UNIQUE_NAME", "There is already an active location with this name.")
    location.is_active, location.deactivated_at = True, None
    touched(shop, location, "locations/activate")


def deactivate(shop, location: Location, destination: Location | None = None) -> None:
    """Close; stock and open orders go to the destination, and without one there may be none."""
    if not location.is_active:
        return
    refuse_deactivation(shop, location, destination)
    for level in [row for row in shop.levels.values() if row.location_id == location.id]:
        if destination is not None:
            relocate(shop, level, destination)
        level.is_active = False
    for order in open_fulfillment_orders(shop, location):
        order.location_id = destination.id
    location.is_active, location.deactivated_at = False, shop.now()
    touched(shop, location, "locations/deactivate")


def refuse_deactivation(shop, location: Location, destination: Location | None) -> None:
    """Raise the first reason against it."""
    others = [row for row in shop.locations.values() if row.is_active and row is not location]
    if location.is_fulfillment_service or not others:
        raise LocationError("PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR", "Location either has a fulfillment service or "
                            "is the only location with a shipping address.")
    if location.fulfills_online_orders and not any(row.fulfills_online_orders for row in others):
        raise LocationError("CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT", "At least one location must fulfill online orders.")
    if destination is location:
        raise LocationError("DESTINATION_LOCATION_IS_THE_SAME_LOCATION", "Destination location is the same as the location "
                            "to be deactivated.", "destinationLocationId")
    if destination is not None and not destination.is_active:
        raise LocationError("DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE", "Destination location is not found or inactive.",
                            "destinationLocationId")
    if destination is None and has_stock(shop, location):
        raise LocationError("HAS_ACTIVE_INVENTORY_ERROR", "Location could not be deactivated without specifying where to "
                            "relocate inventory at the location.")
    if destination is None and open_fulfillment_orders(shop, location):
        raise LocationError("HAS_FULFILLMENT_ORDERS_ERROR", "Location could not be deactivated because it has pending "
                            "orders.")


def has_stock(shop, location: Location) -> bool:
    """Whether anything tracked is there; the numbers of what is not tracked do not matter."""
    tracked = (level for level in shop.levels.values()
               if level.location_id == location.id and shop.inventory_items[level.item_id].tracked)
    return any(level.incoming or any(getattr(level, name) for name in ON_HAND_PARTS) for level in tracked)


def open_fulfillment_orders(shop, location: Location) -> list:
    return [row for order in shop.orders.values() for row in order.fulfillment_orders
            if row.location_id == location.id and row.status in OPEN]


def relocate(shop, level, destination: Location) -> None:
    """Everything of a level goes to the same item's level at the destination, which is stocked there by it."""
    deltas = {name: getattr(level, name) for name in (*ON_HAND_PARTS, "incoming") if getattr(level, name)}
    if deltas:
        shop.level(level.item_id, destination.id).is_active = True
        shop.change_stock(level.item_id, destination.id, source="merchant", **deltas)
        shop.change_stock(level.item_id, level.location_id, source="merchant",
                          **{name: -units for name, units in deltas.items()})


def delete(shop, location: Location) -> None:
    """Remove a location that is closed and empty, with its levels."""
    for wrong, code, message in (
            (location.is_active, "LOCATION_IS_ACTIVE", "The location cannot be deleted while it is active."),
            (has_stock(shop, location), "LOCATION_HAS_INVENTORY", "The location cannot be deleted while it has inventory."),
            (open_fulfillment_orders(shop, location), "LOCATION_HAS_PENDING_ORDERS",
             "The location cannot be deleted while it has pending orders.")):
        if wrong:
            raise LocationError(code, message)
    for key in [key for key in shop.levels if key[1] == location.id]:
        del shop.levels[key]
    del shop.locations[location.id]
    shop.emit("locations/delete", {"id": location.number_id}, location)


# -- the API ----------------------------------------------------------------------------------------------------
def settled(errors_key: str, location: Location | None, act) -> dict:
    """The payload of a mutation that calls `act`, or says why not."""
    errors: list = []
    try:
        if location is None:
            raise LocationError("LOCATION_NOT_FOUND", "Location not found.")
        act()
    except LocationError as error:
        errors = [user_error([error.field], error.message, error.code)]
    return {"location": location, errors_key: errors}


@resolver("Mutation", "locationActivate")
def location_activate(obj, info, location_id):
    shop = info.context.shop
    location = shop.locations.get(demand(location_id, "Location"))
    return settled("locationActivateUserErrors", location, lambda: activate(shop, location))


@resolver("Mutation", "locationDeactivate")
def location_deactivate(obj, info, location_id, destination_location_id=None):
    shop = info.context.shop
    location = shop.locations.get(demand(location_id, "Location"))

    def act():
        destination = shop.locations.get(destination_location_id) if destination_location_id else None
        if destination_location_id and (type_of(destination_location_id) != "Location" or destination is None):
            raise LocationError("DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE", "Destination location is not found or "
                                "inactive.", "destinationLocationId")
        deactivate(shop, location, destination)

    return settled("locationDeactivateUserErrors", location, act)


@resolver("Location", "activatable")
def activatable(obj, info):
    return not obj.is_active


@resolver("Location", "deactivatable")
def deactivatable(obj, info):
    try:
        refuse_deactivation(info.context.shop, obj, None)
    except LocationError as error:
        return error.code in ("HAS_ACTIVE_INVENTORY_ERROR", "HAS_FULFILLMENT_ORDERS_ERROR")
    return obj.is_active


@resolver("Location", "deletable")
def deletable(obj, info):
    shop = info.context.shop
    return not (obj.is_active or has_stock(shop, obj) or open_fulfillment_orders(shop, obj))


@resolver("Location", "hasUnfulfilledOrders")
def has_unfulfilled_orders(obj, info):
    return bool(open_fulfillment_orders(info.context.shop, obj))


@resolver("Location", "addressVerified")
def address_verified(obj, info):
    return True
