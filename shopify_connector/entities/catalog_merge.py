"""Agreed, Shopify's and Odoo's value of a field: what is to be done. Pure, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import catalog_fields

# No agreed value is known, which is not the same as agreed on a blank.
UNKNOWN = object()
OWNERS = ('first', 'shopify', 'odoo', 'none')


def decide(owner: str, base, shop, odoo, wipes: bool = False) -> str:
    """What becomes of one field.

    'same'; 'pull' (Odoo gets Shopify's); 'push' (Shopify gets Odoo's); 'difference' (changed where it is not owned);
    'conflict' (both changed since they agreed, differently); 'leave' (they differ, and that is nobody's business).
    ``owner`` is 'shopify', 'odoo' or 'none'. A blank is nobody's word, unless ``wipes`` and it was filled before.
    """
    if shop == odoo:
        return 'same'
    if owner not in ('shopify', 'odoo'):
        return 'leave'
    owned, other, travels = (shop, odoo, 'pull') if owner == 'shopify' else (odoo, shop, 'push')
    if base is UNKNOWN:
        return 'leave' if owned is None else travels
    if owned == base:
        return 'difference'
    if owned is None and not (wipes and base is not None):
        return 'leave'
    return travels if other == base else 'conflict'


@dataclass
class Plan:
    """What is to be done with one product. ``pull``, ``push``, ``agreed`` are shaped ``{'product': {field: value},
    'variants': {variant gid: {field: value}}}``; ``differences`` and ``conflicts`` are keys ``(variant gid or None,
    field)``, ``apart`` all that is not the same: ``{key: (agreed or UNKNOWN, in Shopify, in Odoo)}``."""

    pull: dict = field(default_factory=lambda: {'product': {}, 'variants': {}})
    push: dict = field(default_factory=lambda: {'product': {}, 'variants': {}})
    agreed: dict = field(default_factory=lambda: {'product': {}, 'variants': {}})
    differences: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    apart: dict = field(default_factory=dict)


def is_empty(shaped: Mapping) -> bool:
    return not shaped['product'] and not any(shaped['variants'].values())


def put(shaped: dict, gid: str | None, name: str, value) -> None:
    """Set a field of a product (``gid`` None) or of one of its variants."""
    if gid is None:
        shaped['product'][name] = value
    else:
        shaped['variants'].setdefault(gid, {})[name] = value


def each(shaped: Mapping):
    """``(variant gid or None, level, values)`` of everything in a shaped mapping."""
    yield None, 'product', shaped['product']
    for gid, values in shaped['variants'].items():
        yield gid, 'variant', values


def plan(owners: Mapping[str, str], agreed: Mapping, shop: Mapping, odoo: Mapping, choices=None, together=None) -> Plan:
    """The decisions about all fields that both sides have.

    ``owners``: group -> 'shopify' | 'odoo' | 'none'. ``choices``: ``{(variant gid or None, field): side}`` as people
    decided; the chosen side's value travels. ``together``: ``{variant gid: key of its product in Odoo}``; where Odoo has
    one value for the variants of a product and Shopify several, there is none to take.
    """
    result, choices = Plan(), choices or {}
    mixed = _mixed(shop, together or {})
    for gid, level, values in each(shop):
        theirs = odoo['product'] if gid is None else odoo['variants'].get(gid)
        base = agreed['product'] if gid is None else agreed['variants'].get(gid, {})
        for name, value in values.items():
            if name.startswith('_') or theirs is None or name not in theirs:
                continue
            known = catalog_fields.field_of(name, level)
            before = base.get(name, UNKNOWN)
            chosen = choices.get((gid, name))
            verdict = _verdict(owners.get(known.group, 'none'), chosen, before, value, theirs[name], known)
            if verdict == 'pull' and (known.once and not owners.get('created') or (gid, name) in mixed):
                verdict = 'leave'
            _note(result, verdict, gid, name, before, value, theirs[name])
    return result


def _verdict(owner, chosen, before, value, theirs, known):
    if value != theirs and chosen:
        return 'pull' if chosen == 'shopify' else 'push'
    return decide(owner, before, value, theirs, known.wipes)


def _note(result, verdict, gid, name, before, value, theirs):
    key = (gid, name)
    if verdict == 'same':
        put(result.agreed, gid, name, value)
        return
    result.apart[key] = (before, value, theirs)
    if verdict == 'pull':
        put(result.pull, gid, name, value)
    elif verdict == 'push':
        put(result.push, gid, name, theirs)
    elif verdict == 'difference':
        result.differences.append(key)
    elif verdict == 'conflict':
        result.conflicts.append(key)


def _mixed(shop, together):
    """Keys of shared fields that variants of one product in Odoo have different values of."""
    seen, keys = {}, {}
    for gid, values in shop['variants'].items():
        for name, value in values.items():
            if not name.startswith('_') and catalog_fields.field_of(name, 'variant').shared:
                place = (together.get(gid), name)
                seen.setdefault(place, set()).add(value)
                keys.setdefault(place, []).append((gid, name))
    return {key for place, values in seen.items() if len(values) > 1 for key in keys[place]}
