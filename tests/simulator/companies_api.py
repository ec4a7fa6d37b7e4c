"""Reading companies, their locations, contacts and roles."""
from __future__ import annotations

from .records import numeric_id
from .resolvers import NODES, resolver
from .resolvers_products import counted
from .resolvers_shop import demand
from .search import Field, QueryList, query_list

NODES["Company"] = lambda shop, gid: shop.companies.get(gid)


def fields(*names: str) -> dict:
    found = {"id": Field("id", lambda row: numeric_id(row.id)), "created_at": Field("time", lambda row: row["createdAt"]),
             "updated_at": Field("time", lambda row: row["updatedAt"]), "name": Field("text", lambda row: row["name"]),
             "external_id": Field("text", lambda row: row["externalId"])}
    return {name: found[name] for name in (*names, "id", "created_at", "updated_at") if name in found}


SORTS = {"NAME": lambda row: row["name"].lower(), "UPDATED_AT": lambda row: row["updatedAt"],
         "CREATED_AT": lambda row: row["createdAt"]}


@resolver("QueryRoot", "companies")
def companies(obj, info, query=None, sort_key="ID", reverse=False):
    return query_list(info, info.context.shop.companies.values(), "companies", query=query, sort_key=sort_key,
                      reverse=reverse, fields=fields("name", "external_id"), sort_keys=SORTS,
                      words=lambda row: [row["name"], row["externalId"]])


@resolver("QueryRoot", "companiesCount")
def companies_count(obj, info, limit=10000):
    return counted(QueryList(list(info.context.shop.companies), None), limit)


@resolver("QueryRoot", "company")
def company(obj, info, id):
    return info.context.shop.companies.get(demand(id, "Company"))


@resolver("QueryRoot", "companyLocations")
def company_locations(obj, info, query=None, sort_key="ID", reverse=False):
    rows = [row for each in info.context.shop.companies.values() for row in each["locations"]]
    known = {**fields("name", "external_id"), "company_id": Field("id", lambda row: numeric_id(row["companyId"]))}
    return query_list(info, rows, "companyLocations", query=query, sort_key=sort_key, reverse=reverse, fields=known,
                      sort_keys=SORTS, words=lambda row: [row["name"]])


def by_id(type_name: str):
    return lambda obj, info, id: info.context.shop.nodes.get(demand(id, type_name))


resolver("QueryRoot", "companyLocation")(by_id("CompanyLocation"))
resolver("QueryRoot", "companyContact")(by_id("CompanyContact"))
resolver("QueryRoot", "companyContactRole")(by_id("CompanyContactRole"))


@resolver("CompanyLocation", "company")
@resolver("CompanyContact", "company")
@resolver("CompanyContactRoleAssignment", "company")
def company_of(obj, info):
    return info.context.shop.companies[obj["companyId"]]


@resolver("CompanyContactRoleAssignment", "companyContact")
def contact_of(obj, info):
    return info.context.shop.nodes[obj["contactId"]]


@resolver("CompanyContactRoleAssignment", "companyLocation")
def location_of(obj, info):
    return info.context.shop.nodes[obj["locationId"]]


@resolver("CompanyContact", "isMainContact")
def is_main_contact(obj, info):
    return company_of(obj, info)["mainContact"] is obj


@resolver("Company", "defaultRole")
def default_role(obj, info):
    return obj["contactRoles"][0]


@resolver("Company", "contactsCount")
def contacts_count(obj, info):
    return {"count": len(obj["contacts"]), "precision": "EXACT"}


@resolver("Company", "locationsCount")
def locations_count(obj, info):
    return {"count": len(obj["locations"]), "precision": "EXACT"}


@resolver("Company", "orders")
def company_orders(obj, info):
    return orders_of(info.context.shop, "company", obj)


@resolver("CompanyLocation", "orders")
def location_orders(obj, info):
    return orders_of(info.context.shop, "location", obj)


def orders_of(shop, part: str, record) -> list:
    return [row for row in shop.orders.values()
            if isinstance(row.purchasing_entity, dict) and row.purchasing_entity.get(part) is record]


@resolver("Company", "ordersCount")
def company_orders_count(obj, info):
    return {"count": len(company_orders(obj, info)), "precision": "EXACT"}


@resolver("Customer", "companyContactProfiles")
def company_contacts(obj, info):
    return [row for each in info.context.shop.companies.values() for row in each["contacts"] if row["customer"] is obj]
