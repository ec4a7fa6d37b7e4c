"""customerMerge and its preview."""
from __future__ import annotations

from .customer_store import kept_of, merge
from .resolvers import resolver, user_error
from .resolvers_shop import demand


def pair(info, one: str, two: str) -> tuple:
    """(first, second, errors)"""
    shop = info.context.shop
    rows = [shop.customers.get(demand(gid, "Customer")) for gid in (one, two)]
    errors = [user_error([name], "Customer does not exist.", "INVALID_CUSTOMER_ID")
              for name, row in zip(("customerOneId", "customerTwoId"), rows, strict=True) if row is None]
    if not errors and one == two:
        errors = [user_error(["customerTwoId"], "Customers must be different.", "INVALID_CUSTOMER_ID")]
    return *rows, errors


def override_errors(rows: list, override: dict) -> list[dict]:
    """Attributes that are asked of a customer who has not got them."""
    by_id, found = {row.id: row for row in rows}, []
    for key, name in (("Email", "email"), ("PhoneNumber", "phone"), ("FirstName", "first_name"),
                      ("LastName", "last_name"), ("DefaultAddress", "default_address")):
        gid = override.get(f"customerIdOf{key}ToKeep")
        path = ["overrideFields", f"customerIdOf{key}ToKeep"]
        if gid and gid not in by_id:
            found.append(user_error(path, "The override attribute is invalid.", "OVERRIDE_ATTRIBUTE_INVALID"))
        elif gid and not getattr(by_id[gid], name):
            found.append(user_error(path, "The customer is missing the attribute requested for override.",
                                    "MISSING_OVERRIDE_ATTRIBUTE"))
    return found


@resolver("Mutation", "customerMerge")
def customer_merge(obj, info, customer_one_id, customer_two_id, override_fields=None):
    one, two, errors = pair(info, customer_one_id, customer_two_id)
    errors = errors or override_errors([one, two], override_fields or {})
    if errors:
        return {"job": None, "resultingCustomerId": None, "userErrors": errors}
    kept = merge(info.context.shop, one, two, override_fields)
    job = next(reversed(info.context.shop.extra["merges"]))
    return {"job": {"__typename": "Job", "id": job, "done": False}, "resultingCustomerId": kept.id, "userErrors": []}


@resolver("QueryRoot", "customerMergeJobStatus")
def merge_status(obj, info, job_id):
    return info.context.shop.extra.get("merges", {}).get(demand(job_id, "Job"))


@resolver("QueryRoot", "customerMergePreview")
def merge_preview(obj, info, customer_one_id, customer_two_id, override_fields=None):
    one, two, errors = pair(info, customer_one_id, customer_two_id)
    if errors:
        return {"customerMergeErrors": [{"errorFields": ["DELETED_AT"], "message": row["message"]} for row in errors],
                "resultingCustomerId": None, "defaultFields": None, "blockingFields": None, "alternateFields": None}
    return {"customerMergeErrors": [], "resultingCustomerId": kept_of(one, two, override_fields or {}).id,
            "defaultFields": None, "alternateFields": None, "blockingFields": None}
