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
    field)``, ``apart`` all that is not the same: ``{key: (agreed or UNKNOWN, in Shopify, in Odoo)}``; ``odoo`` Odoo's values
    with the figures behind them."""

    pull: dict = field(default_factory=lambda: {'product': {}, 'variants': {}})
    push: dict = field(default_factory=lambda: {'product': {}, 'variants': {}})
    agreed: dict = field(default_factory=lambda: {'product': {}, 'variants': {}})
    differences: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    apart: dict = field(default_factory=dict)
    odoo: dict = field(default_factory=dict)


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


def plan(
    owners: Mapping[str, str], agreed: Mapping, shop: Mapping, odoo: Mapping, choices=None, together=None, created=False
) -> Plan:
    """The decisions about all fields that both sides have.

    ``owners``: group -> 'shopify' | 'odoo' | 'none'. ``choices``: ``{(variant gid or None, field): (side, in Shopify, in
    Odoo)}`` as people decided; while both values are these, the chosen side's travels. ``together``: ``{variant gid: (its
    product in Odoo, its template)}``; where Odoo has one value for several variants and Shopify has several values, there
    is none to take. ``created``: the product was just made of Shopify's values.
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
            chosen = _chosen(choices.get((gid, name)), value, theirs[name])
            verdict = _verdict(owners.get(known.group, 'none'), chosen, before, value, theirs[name], known)
            if verdict == 'pull' and ((known.once and not created) or (gid, name) in mixed):
                verdict = 'leave'
            _note(result, verdict, gid, name, before, value, theirs[name])
            if verdict == 'pull' and f'_{name}' in values:
                put(result.pull, gid, f'_{name}', values[f'_{name}'])
    return result


def _chosen(choice, shop, odoo):
    return choice[0] if choice and list(choice[1:]) == [shop, odoo] else None


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
    """Keys of fields that have one value in Odoo, and for which variants in Shopify have different ones."""
    seen, keys = {}, {}
    for gid, values in shop['variants'].items():
        product, template = together.get(gid, (gid, gid))
        for name, value in values.items():
            if not name.startswith('_'):
                place = (template if catalog_fields.field_of(name, 'variant').shared else product, name)
                seen.setdefault(place, []).append(value)
                keys.setdefault(place, []).append((gid, name))
    return {key for place, values in seen.items() if any(value != values[0] for value in values) for key in keys[place]}


def translated(odoo: Mapping, agreed: Mapping) -> dict:
    """Odoo's values, the agreed one wherever Odoo's own figure is still what it was when they agreed: what either side
    makes of a text or a figure by itself is no change."""
    found = {}
    for name, value in odoo.items():
        own = f'_{name}'
        known = name in agreed and own in agreed and agreed[own] == odoo.get(own, value)
        found[name] = agreed[name] if known else value
    return found


def agree(agreed: Mapping, names, shop: Mapping, odoo: Mapping) -> dict:
    """``agreed`` with Shopify's values of ``names`` in it, and beside each what Odoo has for it where that is another
    figure."""
    found = dict(agreed)
    for name in names:
        if name not in shop:
            continue
        found[name] = shop[name]
        own = f'_{name}'
        if own in odoo:
            found[own] = odoo[own]
        elif name in odoo and odoo[name] != shop[name]:
            found[own] = odoo[name]
        else:
            found.pop(own, None)
    return found


def unlike(values: Mapping, agreed: Mapping) -> dict:
    """What of Shopify's values is not the agreed one, or was never agreed on."""
    return {
        name: value
        for name, value in values.items()
        if not name.startswith('_') and (name not in agreed or agreed[name] != value)
    }
