"""The parts of the simulator that register themselves, in the order in which they are loaded."""
from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

RESOLVER_MODULES = (
    "resolvers_shop", "resolvers_products", "resolvers_inventory", "inventory_mutations", "inventory_activation",
    "location_life", "files", "variant_media", "product_mutations", "product_options", "product_set", "product_texts",
    "variant_mutations", "collections_api", "resolvers_customers", "customer_mutations", "customer_addresses",
    "customer_merge", "metafields", "metafield_definitions", "subscriptions", "publications", "bulk", "staged_uploads",
    "resolvers_orders", "companies_api", "company_mutations", "translations", "price_lists_api", "price_list_mutations")
SERVICE_MODULES = ("webhooks", "control_products", "control_customers", "control_sales", "control_orders",
                   "control_drafts", "control_stock", "snapshots")


def _load(name: str) -> ModuleType | None:
    full = f"{__package__}.{name}"
    return importlib.import_module(full) if importlib.util.find_spec(full) else None


def load_resolvers() -> None:
    for name in RESOLVER_MODULES:
        _load(name)


def services() -> list[ModuleType]:
    """The modules with `install(simulator)`, `routes(simulator)` or `state(shop)`."""
    return [module for name in SERVICE_MODULES if (module := _load(name))]
