"""The webhook subscriptions of one store: what exists, what should, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

DOCUMENT = """
query WebhookSubscriptions($first: Int = 100, $after: String) {
  webhookSubscriptions(first: $first, after: $after) {
    nodes { id topic uri includeFields }
    pageInfo { hasNextPage endCursor }
  }
}
"""

CREATE = """
mutation CreateWebhook($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

UPDATE = """
mutation UpdateWebhook($id: ID!, $subscription: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $subscription) {
    webhookSubscription { id }
    userErrors { field message }
  }
}
"""

DELETE = """
mutation DeleteWebhook($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}
"""


def mine(nodes: Iterable[Mapping], uri: str) -> dict[str, str]:
    """``{topic: id}`` of the subscriptions with exactly our address; those of other systems are not ours to touch."""
    return {node['topic']: node['id'] for node in nodes if node.get('uri') == uri}


def outdated(nodes: Iterable[Mapping], uri: str, wanted: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """``{topic: id}`` of ours that ask for other fields than ``wanted`` ``{topic: fields}``."""
    return {
        node['topic']: node['id']
        for node in nodes
        if node.get('uri') == uri
        and node['topic'] in wanted
        and set(node.get('includeFields') or ()) != set(wanted[node['topic']])
    }


def payload(uri: str, fields: Iterable[str]) -> dict:
    """``WebhookSubscriptionInput`` that asks for ids only, so that no personal data arrives."""
    return {'uri': uri, 'format': 'JSON', 'includeFields': list(fields)}
