"""What a merchant does to customers by hand in the shop's admin.

POST /control/shops/<domain>/customers           {first_name, last_name, email, phone, note, tags, locale, tax_exempt,
                                                 tax_exemptions, addresses: [see `order_people.ADDRESS_KEYS`], consent:
                                                 {email|sms: {state, level?, at?}}, metafields} creates; {id, …} changes;
                                                 {id, delete: true}; {id, state: "enabled"}; {id, add_address: {…}},
                                                 {id, delete_address: gid}
POST /control/shops/<domain>/customers/merge     {one, two, keep?: gid of the one whose e-mail stays}
"""
from __future__ import annotations

from aiohttp import web

from . import customer_store as store
from . import metafields as meta
from .control import body_of, shop_of
from .order_people import make_address
from .records import Address, Customer, numeric_id
from .resolvers import ApiError
from .scalars import parse_time

PLAIN = ("first_name", "last_name", "email", "phone", "note", "locale", "tax_exempt", "tax_exemptions", "state")


def find(shop, wanted) -> Customer:
    """By GID, number or e-mail."""
    found = next((row for gid, row in shop.customers.items()
                  if str(wanted) in (gid, str(numeric_id(gid)), row.email)), None)
    if found is None:
        raise ApiError(f"no customer {wanted}")
    return found


def from_json(shop, body: dict, row: Customer | None = None) -> Customer:
    """A customer as a merchant enters it; nothing is checked but the keys of addresses."""
    is_new = row is None
    row = row or Customer(shop.gid("Customer"), shop.now(), shop.now())
    for name in PLAIN:
        if name in body:
            setattr(row, name, body[name].upper() if name == "state" else body[name])
    if "tags" in body:
        store.set_tags(shop, row, body["tags"])
    if "addresses" in body:
        row.addresses = [completed(make_address(shop, values)) for values in body["addresses"]]
        row.default_address_id = row.addresses[0].id if row.addresses else None
    if body.get("add_address"):
        row.addresses.append(completed(make_address(shop, body["add_address"])))
    if body.get("delete_address"):
        row.addresses = [each for each in row.addresses if each.id != body["delete_address"]]
    if body.get("default_address"):
        row.default_address_id = body["default_address"]
    for kind, given in (body.get("consent") or {}).items():
        moment = parse_time(given["at"]) if given.get("at") else None
        store.consent(shop, row, kind, {"marketingState": given["state"].upper(), "consentUpdatedAt": moment,
                                        "marketingOptInLevel": given.get("level", "single_opt_in").upper()})
    for each in body.get("metafields") or ():
        meta.put(shop, row, each)
    if is_new:
        shop.customers[row.id] = row
    return row


def completed(row: Address) -> Address:
    """Names and codes of country and province filled in from each other where both are known."""
    from . import zones

    row.country_code = row.country_code or zones.country_code(row.country)
    row.country = row.country or zones.COUNTRIES.get(row.country_code)
    row.province_code = row.province_code or zones.province_code(row.country_code, row.province)
    row.province = row.province or zones.PROVINCES.get(row.country_code, {}).get(row.province_code)
    return row


async def change_customers(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    if not body.get("id"):
        row = from_json(shop, body)
        store.told(shop, row, "create")
    else:
        row = find(shop, body["id"])
        if body.get("delete"):
            store.delete(shop, row)
        else:
            from_json(shop, body, row)
            store.told(shop, row)
            for kind in body.get("consent") or ():
                store.consent_told(shop, row, kind)
    return web.json_response({"id": row.id, "legacy_id": row.number_id, "addresses": [each.id for each in row.addresses]})


async def merge_customers(request: web.Request) -> web.Response:
    shop, body = shop_of(request), await body_of(request)
    one, two = find(shop, body["one"]), find(shop, body["two"])
    override = {"customerIdOfEmailToKeep": find(shop, body["keep"]).id} if body.get("keep") else {}
    kept = store.merge(shop, one, two, override)
    return web.json_response({"kept": kept.id, "deleted": (two if kept is one else one).id})


def routes(simulator) -> list:
    prefix = "/control/shops/{domain}/customers"
    return [web.post(prefix, change_customers), web.post(prefix + "/merge", merge_customers)]
