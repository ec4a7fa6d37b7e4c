"""webhookSubscriptionCreate/Update/Delete and their list."""
from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from . import topics
from .records import Subscription
from .resolvers import resolver, user_error
from .resolvers_products import counted
from .resolvers_shop import demand
from .search import Field, id_field, query_list, time_field

ADDRESS = ["webhookSubscription", "callbackUrl"]
MAX_FILTER = 64 * 1024
FIELDS = {"id": id_field(), "created_at": time_field("created_at"), "updated_at": time_field("updated_at"),
          "topic": Field("text", lambda row: row.wire_topic)}


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_internal(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host.endswith((".local", ".internal", ".myshopify.com", ".shopify.com")) or "." not in host


def address_error(uri: str) -> str | None:
    """What is wrong with an address; http is for the loopback interface only."""
    if uri.startswith(("pubsub://", "arn:aws:events:")):
        return None
    parts = urlsplit(uri)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", uri):
        return "Address is invalid"
    if is_loopback(host):
        return None
    if parts.scheme == "http":
        return "Address protocol http:// is not supported"
    return "Address cannot be a Shopify or an internal domain" if is_internal(host) else None


def problems(shop, topic: str, values: Subscription, own: Subscription | None) -> list:
    """userErrors (without code) of a subscription as it would be; `own` is the one that is being changed."""
    errors = []
    wrong = address_error(values.uri)
    if wrong:
        errors.append(user_error(ADDRESS, wrong))
    others = [row for row in shop.subscriptions.values() if row is not own]
    if any((row.topic, row.uri, row.format, row.filter) == (topic, values.uri, values.format, values.filter)
           for row in others):
        errors.append(user_error(ADDRESS, "Address for this topic has already been taken"))
    if values.filter and (len(values.filter) > MAX_FILTER or not re.match(r"^[\s(-]*[\w.]+:\S", values.filter)):
        errors.append(user_error(["webhookSubscription", "filter"], "The specified filter is invalid, please ensure "
                                 "you specify the field(s) you wish to filter on."))
    if values.name is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,50}", values.name):
        errors.append(user_error(["webhookSubscription", "name"],
                                 "Name can only contain letters, numbers, underscores and hyphens"))
    elif values.name and any(row.name == values.name for row in others):
        errors.append(user_error(["webhookSubscription", "name"], "Name has already been taken"))
    return errors


def fill(row: Subscription, given: dict) -> None:
    """Take over what an input names."""
    row.uri = given.get("uri") or given.get("callbackUrl") or row.uri
    row.format = given.get("format") or row.format
    for key, name in (("filter", "filter"), ("name", "name"), ("includeFields", "include_fields"),
                      ("metafieldNamespaces", "metafield_namespaces"), ("metafields", "metafields")):
        if key in given:
            setattr(row, name, given[key] if given[key] is not None or key == "name" else type(getattr(row, name))())


def draft(base: Subscription | None, given: dict, now, topic: str) -> Subscription:
    row = Subscription("", topic, "", now, now)
    if base is not None:
        row.__dict__.update(base.__dict__)
    fill(row, given)
    return row


@resolver("Mutation", "webhookSubscriptionCreate")
def create(obj, info, topic, webhook_subscription):
    context = info.context
    shop, needed = context.shop, topics.scopes(topic)
    if needed and context.scopes.isdisjoint(needed):
        message = (f"You do not have permission to create or update webhooks with {topics.wire(topic)} topic. This "
                   "may be because your app lacks the required access scope.")
        return {"webhookSubscription": None, "userErrors": [user_error(["webhookSubscription", "topic"], message)]}
    row = draft(None, webhook_subscription, context.now, topic)
    errors = problems(shop, topic, row, None)
    if errors:
        return {"webhookSubscription": None, "userErrors": errors}
    row.id, row.client_id, row.wire_topic = shop.gid("WebhookSubscription"), shop.app.client_id, topics.wire(topic)
    shop.subscriptions[row.id] = row
    return {"webhookSubscription": row, "userErrors": []}


@resolver("Mutation", "webhookSubscriptionUpdate")
def update(obj, info, id, webhook_subscription):
    shop = info.context.shop
    row = shop.subscriptions.get(demand(id, "WebhookSubscription"))
    if row is None:
        return {"webhookSubscription": None, "userErrors": [user_error(["id"], "Webhook subscription does not exist")]}
    wanted = draft(row, webhook_subscription, info.context.now, row.topic)
    errors = problems(shop, row.topic, wanted, row)
    if not errors:
        fill(row, webhook_subscription)
        row.updated_at = info.context.now
    return {"webhookSubscription": None if errors else row, "userErrors": errors}


@resolver("Mutation", "webhookSubscriptionDelete")
def delete(obj, info, id):
    row = info.context.shop.subscriptions.pop(demand(id, "WebhookSubscription"), None)
    if row is None:
        return {"deletedWebhookSubscriptionId": None,
                "userErrors": [user_error(["id"], "Webhook subscription does not exist")]}
    return {"deletedWebhookSubscriptionId": id, "userErrors": []}


@resolver("QueryRoot", "webhookSubscriptions")
def subscriptions(obj, info, query=None, sort_key="CREATED_AT", reverse=False, topics=None, uri=None,
                  callback_url=None, format=None):
    wanted = uri or callback_url
    rows = [row for row in info.context.shop.subscriptions.values()
            if (not topics or row.topic in topics) and (not wanted or row.uri == wanted)
            and (not format or row.format == format)]
    return query_list(info, rows, "webhookSubscriptions", query=query, sort_key=sort_key, reverse=reverse,
                      fields=FIELDS, sort_keys={"CREATED_AT": lambda row: row.created_at})


@resolver("QueryRoot", "webhookSubscription")
def subscription(obj, info, id):
    return info.context.shop.subscriptions.get(demand(id, "WebhookSubscription"))


@resolver("QueryRoot", "webhookSubscriptionsCount")
def subscriptions_count(obj, info, limit=10000):
    return counted(subscriptions(obj, info), limit)


@resolver("WebhookSubscription", "apiVersion")
def api_version(obj, info):
    handle = info.context.shop.app.webhook_version
    return {"handle": handle, "displayName": handle, "supported": True}


@resolver("WebhookSubscription", "callbackUrl")
def callback_url(obj, info):
    return obj.uri

