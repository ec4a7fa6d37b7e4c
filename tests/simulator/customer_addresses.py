"""Addresses of customers one by one."""
from __future__ import annotations

from .customer_mutations import owner_of
from .customer_store import make_address, told
from .resolvers import resolver, user_error

MISSING = "Address does not exist"
MAX_ADDRESSES = 200


def find(info, customer_id: str, address_id: str):
    """(customer, address), None for what is not there."""
    row = owner_of(info.context.shop, customer_id)
    return row, next((each for each in row.addresses if each.id == address_id), None) if row else None


@resolver("Mutation", "customerAddressCreate")
def address_create(obj, info, customer_id, address, set_as_default=False):
    shop, row = info.context.shop, owner_of(info.context.shop, customer_id)
    if row is None:
        return {"address": None, "userErrors": [user_error(["customerId"], "Customer does not exist")]}
    record = make_address(shop, address)
    if any(vars(each) | {"id": ""} == vars(record) | {"id": ""} for each in row.addresses):
        return {"address": None, "userErrors": [user_error(["address"], "Address already exists")]}
    if len(row.addresses) >= MAX_ADDRESSES:
        return {"address": None, "userErrors": [user_error(["address"], "Customer has too many addresses")]}
    row.addresses.append(record)
    if set_as_default or len(row.addresses) == 1:
        row.default_address_id = record.id
    told(shop, row)
    return {"address": record, "userErrors": []}


@resolver("Mutation", "customerAddressUpdate")
def address_update(obj, info, customer_id, address_id, address, set_as_default=False):
    row, record = find(info, customer_id, address_id)
    if record is None:
        return {"address": None, "userErrors": [user_error(["addressId"], MISSING)]}
    make_address(info.context.shop, address, record)
    if set_as_default:
        row.default_address_id = record.id
    told(info.context.shop, row)
    return {"address": record, "userErrors": []}


@resolver("Mutation", "customerAddressDelete")
def address_delete(obj, info, customer_id, address_id):
    """The first one that is left takes over as default."""
    row, record = find(info, customer_id, address_id)
    if record is None:
        return {"deletedAddressId": None, "userErrors": [user_error(["addressId"], MISSING)]}
    row.addresses.remove(record)
    if row.default_address_id == record.id:
        row.default_address_id = row.addresses[0].id if row.addresses else None
    told(info.context.shop, row)
    return {"deletedAddressId": record.id, "userErrors": []}


@resolver("Mutation", "customerUpdateDefaultAddress")
def default_address(obj, info, customer_id, address_id):
    row, record = find(info, customer_id, address_id)
    if record is None:
        return {"customer": None, "userErrors": [user_error(["addressId"], MISSING)]}
    row.default_address_id = record.id
    told(info.context.shop, row)
    return {"customer": row, "userErrors": []}
