"""Shopify Shop -> what the store's form shows and keeps."""

from __future__ import annotations

from collections.abc import Mapping

DOCUMENT = """
query ShopInfo {
  shop {
    id name myshopifyDomain
    plan { publicDisplayName shopifyPlus partnerDevelopment }
    currencyCode taxesIncluded ianaTimezone
    primaryDomain { host }
  }
  currentAppInstallation { id app { id title } accessScopes { handle } }
  publicApiVersions { handle supported }
}
"""


def vals(data: Mapping) -> dict:
    """Values of ``shopify.backend`` that Shopify decides."""
    shop = data['shop']
    plan = shop.get('plan') or {}
    return {
        'shop_name': shop['name'],
        'shop_gid': shop['id'],
        'plan_name': plan.get('publicDisplayName') or False,
        'is_test_store': bool(plan.get('partnerDevelopment')),
        'currency_code': shop['currencyCode'],
        'taxes_included': bool(shop.get('taxesIncluded')),
        'timezone': shop.get('ianaTimezone') or False,
        'granted_scopes': ', '.join(sorted(scopes(data))),
    }


def scopes(data: Mapping) -> set[str]:
    installation = data.get('currentAppInstallation') or {}
    return {scope['handle'] for scope in installation.get('accessScopes') or []}


def supported_versions(data: Mapping) -> list[str]:
    return [version['handle'] for version in data.get('publicApiVersions') or [] if version.get('supported')]
