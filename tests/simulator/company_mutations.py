"""companyCreate and all the other mutations of companies, locations, contacts and roles."""
from __future__ import annotations

from . import company_store as store
from . import customer_store
from .customer_mutations import contact_errors
from .resolvers import resolver, user_error
from .resolvers_customers import by_contact
from .resolvers_shop import demand

TEXTS = ("name", "note", "externalId", "phone", "locale", "title", "customerSince")
MISSING = {"Company": "The company doesn't exist.", "CompanyLocation": "The company location doesn't exist.",
           "CompanyContact": "The company contact doesn't exist.", "CompanyContactRole": "The role doesn't exist.",
           "CompanyContactRoleAssignment": "The role assignment doesn't exist.",
           "CompanyAddress": "The address doesn't exist.", "Customer": "The customer doesn't exist."}


class Refusal(Exception):
    def __init__(self, path: list, message: str, code: str) -> None:
        super().__init__(message)
        self.error = user_error(path, message, code)


def mutation(name: str, *empty: str):
    """Register a mutation whose Refusal becomes a payload with `empty` fields null."""

    def register(function):
        def run(obj, info, **args):
            try:
                return {**function(info.context.shop, **args), "userErrors": []}
            except Refusal as refusal:
                return {**dict.fromkeys(empty), "userErrors": [refusal.error]}

        resolver("Mutation", name)(run)
        return function

    return register


def find(shop, gid: str, type_name: str, path: list):
    rows = {"Company": shop.companies, "Customer": shop.customers}.get(type_name, shop.nodes)
    row = rows.get(demand(gid, type_name))
    if row is None:
        raise Refusal(path, MISSING[type_name], "RESOURCE_NOT_FOUND")
    return row


def check_texts(shop, data: dict, path: list, rows, own=None) -> None:
    if "name" in data and not (data["name"] or "").strip():
        raise Refusal([*path, "name"], "Name can't be blank", "BLANK")
    if len(data.get("name") or "") > 255:
        raise Refusal([*path, "name"], "Name is too long (maximum is 255 characters)", "TOO_LONG")
    if data.get("externalId") and any(row["externalId"] == data["externalId"] and row is not own for row in rows):
        raise Refusal([*path, "externalId"], "External id has already been taken.", "TAKEN")


def take_over(row, data: dict) -> None:
    for key in TEXTS:
        if key in data and key in row:
            row[key] = data[key]


def locations(shop) -> list:
    return [row for each in shop.companies.values() for row in each["locations"]]


# -- companies --------------------------------------------------------------------------------------------------
@mutation("companyCreate", "company")
def company_create(shop, input):
    """A contact that is created with the company becomes its main one, with the role of ordering at the location."""
    data = input["company"]
    check_texts(shop, {"name": None, **data}, ["input", "company"], shop.companies.values())
    if input.get("companyContact"):
        customer = contact_customer(shop, input["companyContact"], ["input", "companyContact"])
    row = store.add_company(shop, data["name"], **{key: data.get(key) for key in ("note", "externalId", "customerSince")})
    location = input.get("companyLocation") or {}
    made = store.add_location(shop, row, **{**location, "name": location.get("name") or data["name"]})
    store.told(shop, row, "create")
    store.told(shop, made, "create")
    if input.get("companyContact"):
        contact = store.add_contact(shop, row, customer, **pick(input["companyContact"]))
        store.told(shop, contact, "create")
        store.assign(shop, contact, made, row["contactRoles"][0])
    return {"company": row}


def pick(data: dict) -> dict:
    return {key: data.get(key) for key in ("title", "locale")}


@mutation("companyUpdate", "company")
def company_update(shop, company_id, input):
    row = find(shop, company_id, "Company", ["companyId"])
    check_texts(shop, input, ["input"], shop.companies.values(), row)
    take_over(row, input)
    store.told(shop, row)
    return {"company": row}


@mutation("companyDelete", "deletedCompanyId")
def company_delete(shop, id):
    row = find(shop, id, "Company", ["id"])
    if any(isinstance(order.purchasing_entity, dict) and order.purchasing_entity.get("company") is row
           for order in shop.orders.values()):
        raise Refusal(["id"], "Failed to delete the company: it has associated orders.", "FAILED_TO_DELETE")
    store.remove_company(shop, row)
    return {"deletedCompanyId": id}


# -- contacts ---------------------------------------------------------------------------------------------------
def contact_customer(shop, data: dict, path: list):
    """The customer of a contact's input: the one with that e-mail, else a new one."""
    if not data.get("email"):
        raise Refusal([*path, "email"], "Email can't be blank", "BLANK")
    customer = by_contact(shop, "email", data["email"])
    if customer is not None:
        return customer
    wrong = contact_errors(shop, data, path, None)
    if wrong:
        raise Refusal(wrong[0][0], wrong[0][1], wrong[0][2] if wrong[0][2] == "TAKEN" else "INVALID")
    customer = customer_store.new_customer(shop, {key: data[key] for key in (
        "email", "firstName", "lastName", "phone", "locale") if data.get(key)})
    customer_store.told(shop, customer, "create")
    return customer


def assign_customer(shop, company, customer, data: dict):
    if any(row["customer"] is customer for each in shop.companies.values() for row in each["contacts"]):
        raise Refusal(["customerId"], "Customer is already associated with a company contact.", "INVALID_INPUT")
    row = store.add_contact(shop, company, customer, **pick(data))
    store.told(shop, row, "create")
    return row


@mutation("companyContactCreate", "companyContact")
def contact_create(shop, company_id, input):
    company = find(shop, company_id, "Company", ["companyId"])
    return {"companyContact": assign_customer(shop, company, contact_customer(shop, input, ["input"]), input)}


@mutation("companyAssignCustomerAsContact", "companyContact")
def assign_contact(shop, company_id, customer_id):
    company = find(shop, company_id, "Company", ["companyId"])
    return {"companyContact": assign_customer(shop, company, find(shop, customer_id, "Customer", ["customerId"]), {})}


@mutation("companyContactUpdate", "companyContact")
def contact_update(shop, company_contact_id, input):
    row = find(shop, company_contact_id, "CompanyContact", ["companyContactId"])
    take_over(row, input)
    customer_store.apply_customer(shop, row["customer"], {key: input[key] for key in (
        "email", "firstName", "lastName", "phone") if key in input})
    customer_store.told(shop, row["customer"])
    store.told(shop, row)
    return {"companyContact": row}


@mutation("companyContactDelete", "deletedCompanyContactId")
def contact_delete(shop, company_contact_id):
    store.remove_contact(shop, find(shop, company_contact_id, "CompanyContact", ["companyContactId"]))
    return {"deletedCompanyContactId": company_contact_id}


@mutation("companyContactRemoveFromCompany", "removedCompanyContactId")
def contact_remove(shop, company_contact_id):
    store.remove_contact(shop, find(shop, company_contact_id, "CompanyContact", ["companyContactId"]))
    return {"removedCompanyContactId": company_contact_id}


@mutation("companyAssignMainContact", "company")
def main_contact(shop, company_id, company_contact_id):
    company = find(shop, company_id, "Company", ["companyId"])
    row = find(shop, company_contact_id, "CompanyContact", ["companyContactId"])
    if row["companyId"] != company.id:
        raise Refusal(["companyContactId"], "The company contact does not belong to the company.", "INVALID_INPUT")
    company["mainContact"] = row
    store.told(shop, company)
    return {"company": company}


@mutation("companyRevokeMainContact", "company")
def no_main_contact(shop, company_id):
    company = find(shop, company_id, "Company", ["companyId"])
    company["mainContact"] = None
    store.told(shop, company)
    return {"company": company}


# -- locations --------------------------------------------------------------------------------------------------
@mutation("companyLocationCreate", "companyLocation")
def location_create(shop, company_id, input):
    company = find(shop, company_id, "Company", ["companyId"])
    check_texts(shop, input, ["input"], locations(shop))
    row = store.add_location(shop, company, **input)
    store.told(shop, row, "create")
    return {"companyLocation": row}


@mutation("companyLocationUpdate", "companyLocation")
def location_update(shop, company_location_id, input):
    row = find(shop, company_location_id, "CompanyLocation", ["companyLocationId"])
    check_texts(shop, input, ["input"], locations(shop), row)
    take_over(row, input)
    store.told(shop, row)
    return {"companyLocation": row}


@mutation("companyLocationDelete", "deletedCompanyLocationId")
def location_delete(shop, company_location_id):
    row = find(shop, company_location_id, "CompanyLocation", ["companyLocationId"])
    if len(shop.companies[row["companyId"]]["locations"]) == 1:
        raise Refusal(["companyLocationId"], "Failed to delete: a company needs at least one location.",
                      "FAILED_TO_DELETE")
    store.remove_location(shop, row)
    return {"deletedCompanyLocationId": company_location_id}


@mutation("companyLocationAssignAddress", "addresses")
def assign_address(shop, location_id, address, address_types):
    row = find(shop, location_id, "CompanyLocation", ["locationId"])
    if not address.get("address1") or not address.get("countryCode"):
        raise Refusal(["address", "address1"], "Address1 can't be blank", "BLANK")
    made = [store.make_address(shop, shop.companies[row["companyId"]], address) for _type in address_types]
    for kind, each in zip(address_types, made, strict=True):
        row[f"{kind.lower()}Address"] = each
    store.told(shop, row)
    return {"addresses": made}


@mutation("companyAddressDelete", "deletedAddressId")
def address_delete(shop, address_id):
    address = find(shop, address_id, "CompanyAddress", ["addressId"])
    for row in locations(shop):
        for kind in ("billingAddress", "shippingAddress"):
            row[kind] = None if row[kind] is address else row[kind]
    shop.nodes.pop(address_id)
    return {"deletedAddressId": address_id}


@mutation("companyLocationTaxSettingsUpdate", "companyLocation")
def tax_settings(shop, company_location_id, tax_registration_id=None, tax_exempt=None, exemptions_to_assign=None,
                 exemptions_to_remove=None):
    row = find(shop, company_location_id, "CompanyLocation", ["companyLocationId"])
    tax = row["taxSettings"]
    if tax_registration_id is not None:
        tax["taxRegistrationId"] = tax_registration_id or None
    if tax_exempt is not None:
        tax["taxExempt"] = tax_exempt
    kept = [name for name in tax["taxExemptions"] if name not in (exemptions_to_remove or ())]
    tax["taxExemptions"] = list(dict.fromkeys([*kept, *(exemptions_to_assign or ())]))
    store.told(shop, row)
    return {"companyLocation": row}


# -- roles ------------------------------------------------------------------------------------------------------
def assign_role(shop, contact_id: str, location_id: str, role_id: str):
    contact = find(shop, contact_id, "CompanyContact", ["companyContactId"])
    location = find(shop, location_id, "CompanyLocation", ["companyLocationId"])
    role = find(shop, role_id, "CompanyContactRole", ["companyContactRoleId"])
    if location["companyId"] != contact["companyId"]:
        raise Refusal(["companyLocationId"], "The location does not belong to the contact's company.", "INVALID_INPUT")
    if any(row["locationId"] == location.id for row in contact["roleAssignments"]):
        raise Refusal(["companyContactId"], "Company contact has already been assigned a role in that company location.",
                      "LIMIT_REACHED")
    return store.assign(shop, contact, location, role)


@mutation("companyContactAssignRole", "companyContactRoleAssignment")
def contact_role(shop, company_contact_id, company_contact_role_id, company_location_id):
    row = assign_role(shop, company_contact_id, company_location_id, company_contact_role_id)
    return {"companyContactRoleAssignment": row}


@mutation("companyContactAssignRoles", "roleAssignments")
def contact_roles(shop, company_contact_id, roles_to_assign):
    return {"roleAssignments": [assign_role(shop, company_contact_id, row["companyLocationId"],
                                            row["companyContactRoleId"]) for row in roles_to_assign]}


@mutation("companyLocationAssignRoles", "roleAssignments")
def location_roles(shop, company_location_id, roles_to_assign):
    return {"roleAssignments": [assign_role(shop, row["companyContactId"], company_location_id,
                                            row["companyContactRoleId"]) for row in roles_to_assign]}


@mutation("companyContactRevokeRole", "revokedCompanyContactRoleAssignmentId")
def revoke_role(shop, company_contact_id, company_contact_role_assignment_id):
    find(shop, company_contact_id, "CompanyContact", ["companyContactId"])
    store.revoke(shop, find(shop, company_contact_role_assignment_id, "CompanyContactRoleAssignment",
                            ["companyContactRoleAssignmentId"]))
    return {"revokedCompanyContactRoleAssignmentId": company_contact_role_assignment_id}


@mutation("companyContactRevokeRoles", "revokedRoleAssignmentIds")
def revoke_roles(shop, company_contact_id, role_assignment_ids=None, revoke_all=False):
    contact = find(shop, company_contact_id, "CompanyContact", ["companyContactId"])
    gids = [row.id for row in contact["roleAssignments"]] if revoke_all else role_assignment_ids or []
    for gid in gids:
        store.revoke(shop, find(shop, gid, "CompanyContactRoleAssignment", ["roleAssignmentIds"]))
    return {"revokedRoleAssignmentIds": gids}


@mutation("companyLocationRevokeRoles", "revokedRoleAssignmentIds")
def revoke_location_roles(shop, company_location_id, roles_to_revoke):
    find(shop, company_location_id, "CompanyLocation", ["companyLocationId"])
    for gid in roles_to_revoke:
        store.revoke(shop, find(shop, gid, "CompanyContactRoleAssignment", ["rolesToRevoke"]))
    return {"revokedRoleAssignmentIds": roles_to_revoke}
