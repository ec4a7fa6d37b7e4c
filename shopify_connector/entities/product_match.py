"""Which product a Shopify variant is: everything about that decision, on ids. ``sync/product_match.py`` finds the facts.

SKU counts first, then barcode, then the options within a template that other variants have led to. Where two answers
fit, or they contradict each other, a person chooses: guessing ships the wrong thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LINKING = ('linked', 'link')
CREATING = ('create', 'add_variant')
# For a person to choose.
ASKING = ('ambiguous', 'conflict')
VERDICTS = (*LINKING, *CREATING, *ASKING, 'skip')

_UPC, _EAN = 12, 13


@dataclass(frozen=True)
class Hit:
    """A product that has the code of a variant. ``exact``: written the same way, not only alike; ``unit`` is the unit of
    measure whose packaging has the barcode, ``False`` when it is the product's own."""

    id: int
    exact: bool = True
    placeholder: bool = False
    active: bool = True
    unit: int | bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of one variant.

    ``taken`` are products that other variants of the shop are linked to, packs left out; ``template`` the products of the
    template that the variant's product is, empty when none is known; ``twin`` the product of it with the same options,
    ``twin_is_free`` whether nothing but the options speaks of it; ``namesakes`` products without any code in a template of
    the same name.
    """

    sku: tuple[Hit, ...] = ()
    barcode: tuple[Hit, ...] = ()
    taken: frozenset[int] = frozenset()
    template: frozenset[int] = frozenset()
    has_template: bool = False
    twin: int | bool = False
    twin_is_free: bool = True
    namesakes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Policy:
    """``creates``: the store creates missing products; ``asks``: a person is asked where the SKU alone would do."""

    creates: bool = True
    asks: bool = True


@dataclass(frozen=True)
class Verdict:
    """``id`` of the product for what is linked; ``candidates`` for whoever chooses; ``unit`` of a pack."""

    verdict: str
    reason: str
    id: int | bool = False
    candidates: tuple[int, ...] = ()
    unit: int | bool = False


def clean(code: str | None) -> str:
    return (code or '').strip()


def sku_key(code: str | None) -> str:
    """SKUs that differ in case or in blanks around them are alike."""
    return clean(code).lower()


def barcode_key(code: str | None) -> str:
    """A UPC is the EAN with a leading zero; scanners and shops write the one or the other."""
    code = clean(code)
    return code[1:] if len(code) == _EAN and code.isdigit() and code.startswith('0') else code


def barcode_spellings(code: str | None) -> list[str]:
    """All the ways in which Odoo may have the barcode."""
    key = barcode_key(code)
    return [key, f'0{key}'] if len(key) == _UPC and key.isdigit() else [key]


def best(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Those of ``hits`` that count: products in use before archived ones, real ones before placeholders (of which one is
    as good as the other, so the first), the same spelling before a similar one."""
    hits = tuple(hits)
    hits = tuple(hit for hit in hits if hit.active) or tuple(hit for hit in hits if not hit.placeholder)
    real = tuple(hit for hit in hits if not hit.placeholder)
    hits = real or hits[:1]
    return tuple(hit for hit in hits if hit.exact) or hits


def decide(facts: Facts, policy: Policy) -> Verdict:
    """What becomes of a variant that is not linked and that nobody has chosen for."""
    sku, barcode = best(facts.sku), best(facts.barcode)
    hits, reason = (sku, 'sku') if sku else (barcode, 'barcode')
    if len(hits) > 1:
        hits, reason = _narrowed(hits, barcode, facts, reason)
    if len(hits) > 1:
        return Verdict('ambiguous', f'several_{reason}', candidates=_ids(hits))
    if hits:
        return _found(hits[0], reason, barcode, facts, policy)
    return _without_code(facts, policy)


def _narrowed(hits, barcode, facts, reason):
    """Of several products with a SKU, the one that has the barcode as well, or that belongs to the template."""
    by_barcode = tuple(hit for hit in hits if hit.id in _ids(barcode))
    if len(by_barcode) == 1:
        return by_barcode, 'sku_barcode'
    inside = tuple(hit for hit in hits if hit.id in facts.template and hit.id not in facts.taken)
    return (inside, 'sku_template') if len(inside) == 1 else (hits, reason)


def _found(hit: Hit, reason: str, barcode: Sequence[Hit], facts: Facts, policy: Policy) -> Verdict:
    others = tuple(other for other in barcode if other.id != hit.id)
    unit = next((other.unit for other in barcode if other.id == hit.id), hit.unit)
    if hit.placeholder and len(others) == 1 and not others[0].placeholder:
        hit, reason, others = others[0], 'barcode', ()
        unit = hit.unit
    if not hit.active:
        if policy.asks:
            return Verdict('ambiguous', 'archived', candidates=(hit.id,), unit=unit)
        return _missing(facts, policy, 'not_found')
    if policy.asks and others and len(others) == len(barcode):
        return Verdict('conflict', 'sku_and_barcode', candidates=(hit.id, *_ids(others)))
    # A pack is sold beside the single product.
    if policy.asks and hit.id in facts.taken and not unit:
        return Verdict('ambiguous', 'taken', candidates=(hit.id,), unit=unit)
    if reason == 'sku' and not hit.exact:
        reason = 'sku_alike'
    return Verdict('link', 'pack' if unit else reason, hit.id, (hit.id,), unit)


def _without_code(facts: Facts, policy: Policy) -> Verdict:
    """No product has the codes. Within a template its options tell it; a name is a hint for a person, never an answer."""
    if facts.twin:
        if facts.twin in facts.taken:
            return Verdict('conflict', 'options_taken', candidates=(facts.twin,))
        if facts.twin_is_free:
            return Verdict('link', 'options', facts.twin, (facts.twin,))
        return Verdict('conflict', 'options_other_code', candidates=(facts.twin,))
    if policy.asks and facts.namesakes and not facts.has_template:
        return Verdict('ambiguous', 'same_name', candidates=facts.namesakes)
    return _missing(facts, policy, 'not_found')


def _missing(facts: Facts, policy: Policy, reason: str) -> Verdict:
    if not policy.creates:
        return Verdict('skip', 'map_only', candidates=facts.namesakes)
    return Verdict('add_variant' if facts.has_template else 'create', reason)


def _ids(hits: Iterable[Hit]) -> tuple[int, ...]:
    return tuple(hit.id for hit in hits)


def same_options(shop: Iterable[tuple[str, str]], odoo: Iterable[tuple[str, str]], single: Iterable[str] = ()) -> bool:
    """Whether ``(name, value)`` pairs of both sides say the same, whatever their case and order. What has only one value
    anyway (``single``: names) tells no variants apart, so either side may lack it."""
    shop, odoo = (
        {(name.strip().casefold(), value.strip().casefold()) for name, value in pairs} for pairs in (shop, odoo)
    )
    single = {name.strip().casefold() for name in single}
    differing = [name for name, _value in shop ^ odoo]
    return len(set(differing)) == len(differing) and single.issuperset(differing)
