"""Lets pure tests import ``shopify_connector.shopify`` and ``shopify_connector.entities`` without Odoo.

The addon's own ``__init__`` imports models, and Odoo itself only ever imports it as ``odoo.addons.shopify_connector``.
A bare package of the same path stands in for it here.
"""
import sys
import types
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / 'shopify_connector'


def _stand_in(name, path):
    module = types.ModuleType(name, "The addon's folder, without what needs Odoo.")
    module.__path__ = [str(path)]
    module.__file__ = str(path / '__init__.py')
    sys.modules[name] = module


if 'shopify_connector' not in sys.modules:
    _stand_in('shopify_connector', ADDON)
