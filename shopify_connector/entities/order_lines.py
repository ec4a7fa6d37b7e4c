"""The money of an order: Shopify's lines, discounts, taxes and charges -> sale.order.line, to the cent.

Amounts are ``Decimal`` in major units of the currency that the order was read in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ..shopify import money

REMITTED_BY_CHANNEL = ' (remitted by the sales channel)'


@dataclass(frozen=True)
class Refs:
    """Ids that the mapping needs; ``sync/`` fills one for each order from one look-up for the whole batch.

    ``products`` maps a line's key (:func:`line_key`) to a product id, ``taxes`` a tax key (:func:`tax_key`) to a tax id,
    ``kind_products`` what is no product of the catalogue (``gift_card``, ``tip``, ``duty``, ``fee``) to the product that
    stands for it; ``charge_product_id`` stands for the rest. ``shipping_products`` maps the id of a shipping line to its
    product where it is another than ``shipping_product_id``. ``units`` maps the key of a line that is sold in packs to
    the unit of measure of one. ``places`` maps the id of a line that ships from several warehouses to its units by
    warehouse. ``labels`` are the user's words for ``discount``, ``shipping``, ``duties``, ``bundle``.
    """

    company_id: int
    currency_id: int
    decimals: int
    pricelist_id: int
    partner_id: int
    invoice_id: int
    shipping_id: int
    warehouse_id: int
    shipping_product_id: int
    charge_product_id: int
    products: Mapping[str, int]
    taxes: Mapping[tuple, int]
    team_id: int | bool = False
    user_id: int | bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    kind_products: Mapping[str, int] = field(default_factory=dict)
    shipping_products: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, dict] = field(default_factory=dict)


@dataclass(frozen=True)
class Amounts:
    """One line's money: ``net`` is what the line costs with all discounts, as Shopify prices it (with the taxes when
    the order's taxes are included), ``taxes`` pairs of tax key and amount. ``is_share``: a part of what Shopify tells,
    rounded by us; ``rounding``: by how much that raised each tax, and the net (``None``)."""

    quantity: int
    net: Decimal
    discount: Decimal
    taxes: tuple[tuple[tuple, Decimal], ...]
    is_share: bool = False
    rounding: Mapping[tuple | None, Decimal] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Part:
    """Something that the order charges for: ``kind`` is item, shipping, duty or fee."""

    kind: str
    source: Mapping
    amounts: Amounts


def line_nodes(order: Mapping) -> list[dict]:
    return order['lineItems']['nodes']


def shipping_nodes(order: Mapping) -> list[dict]:
    return [line for line in order['shippingLines']['nodes'] if not line.get('isRemoved')]


def name_shipping(order_gid: str, lines: Iterable[dict]) -> None:
    """Give those without one an id to know them again by: Shopify's may be null (Admin API, ShippingLine)."""
    for index, line in enumerate(line for line in lines if not line.get('id')):
        line['id'] = f'{order_gid}/ShippingLine/{index}'


def shipping_method(line: Mapping) -> tuple[str, str]:
    """``(title, code)`` of a shipping line; most methods have no code but their title."""
    title, code = ((line.get(name) or '').strip() for name in ('title', 'code'))
    return title, code if code != title else ''


def charges(order: Mapping) -> list[dict]:
    """Duties and additional fees, each ``{id, name, price, taxLines}``, a duty with the ``units`` that its line has left
    and had; empty unless ``order_documents.CHARGES`` was read."""
    return order.get('charges') or []


def taxed_parts(order: Mapping) -> list[dict]:
    return [*line_nodes(order), *shipping_nodes(order), *charges(order)]


def has_charges(order: Mapping) -> bool:
    """Whether duties or additional fees make it necessary to read ``order_documents.CHARGES``."""
    names = ('DutiesSet', 'AdditionalFeesSet')
    return any(money.amount(order.get(f'{when}Total{name}')) for when in ('original', 'current') for name in names)


def is_custom(line: Mapping) -> bool:
    """A line that stands for no product: a custom item or a tip has neither a variant nor a SKU."""
    return not line.get('variant') and not (line.get('sku') or '').strip()


def line_key(line: Mapping) -> str:
    """What identifies the product of a line: its variant, or the SKU that a deleted variant has left behind."""
    return (line.get('variant') or {}).get('id') or 'sku:' + (line.get('sku') or '').strip()


def tax_key(tax: Mapping, included: bool) -> tuple[str, str, bool]:
    """``(title, rate in percent as text, included)``: what makes two of Shopify's taxes the same tax in Odoo. A tax that
    the sales channel remits (``channelLiable``: Admin API, TaxLine) is not the one that the company owes."""
    rate = (Decimal(str(tax.get('rate') or 0)) * 100).quantize(Decimal('0.0001')).normalize()
    title = (tax.get('title') or '').strip()
    return (title + REMITTED_BY_CHANNEL if tax.get('channelLiable') else title, format(rate, 'f'), included)


def tax_amounts(part: Mapping, included: bool) -> list[tuple[tuple, Decimal]]:
    """The taxes of a line, shipping line or charge; those of one key are summed, those a marketplace remits dropped."""
    sums: dict[tuple, Decimal] = {}
    for tax in part.get('taxLines') or []:
        if tax.get('channelLiable') and not money.amount(tax['priceSet']):
            continue
        key = tax_key(tax, included)
        sums[key] = sums.get(key, Decimal(0)) + money.amount(tax['priceSet'])
    return list(sums.items())


def line_amounts(line: Mapping, included: bool, decimals: int, quantity: int | None = None) -> Amounts:
    """The money of the units that are still on the order, or of ``quantity`` units.

    Shopify's allocations and tax lines cover the quantity as ordered (Admin API, LineItem); where units were removed
    or refunded, the share of the rest is rounded to ``decimals``.
    """
    ordered = line['quantity']
    if quantity is None:
        quantity = line.get('currentQuantity', ordered)
    gross = money.amount(line['originalUnitPriceSet']) * ordered
    discount = sum(
        (money.amount(part['allocatedAmountSet']) for part in line.get('discountAllocations') or []), Decimal(0)
    )
    whole = Amounts(ordered, gross - discount, discount, tuple(tax_amounts(line, included)))
    return whole if quantity == ordered else _share(whole, quantity, Decimal(quantity), Decimal(ordered), decimals)


def _share(whole: Amounts, quantity: int, part: Decimal, of: Decimal, decimals: int) -> Amounts:
    share = part / of if of else Decimal(0)
    discount = money.rounded(whole.discount * share, decimals)
    net = money.rounded((whole.net + whole.discount) * share, decimals) - discount
    taxes = tuple((key, money.rounded(amount * share, decimals)) for key, amount in whole.taxes)
    rounding = {key: amount - dict(whole.taxes)[key] * share for key, amount in taxes} | {None: net - whole.net * share}
    return Amounts(quantity, net, discount, taxes, is_share=True, rounding=rounding)


def shipping_amounts(line: Mapping, included: bool, decimals: int, whole: bool = False) -> Amounts:
    """The money of a shipping line after refunds, or as it was sold (``whole``). Its tax lines cover the price before
    refunds (Admin API, ShippingLine)."""
    left = money.amount(line['currentDiscountedPriceSet'])
    sold = money.amount(line['discountedPriceSet']) if line.get('discountedPriceSet') else left
    amounts = Amounts(1, sold, Decimal(0), tuple(tax_amounts(line, included)))
    if whole or left == sold:
        return amounts
    share = _share(amounts, 1, left, sold, decimals)
    return replace(share, net=left, rounding={**share.rounding, None: Decimal(0)})


def charge_amounts(charge: Mapping, order: Mapping, decimals: int, whole: bool = False) -> Amounts:
    """The money of a duty or a fee, of what is left or as it was charged (``whole``). Duties that the prices include
    cost nothing beside them; fees go all at once, with a cancellation (Admin API, Order)."""
    is_duty = 'units' in charge
    price = Decimal(0) if is_duty and order.get('dutiesIncluded') else money.amount(charge['price'])
    amounts = Amounts(1, price, Decimal(0), tuple(tax_amounts(charge, order['taxesIncluded'])))
    left, ordered = charge.get('units') or (0 if _fees_are_gone(order) else 1, 1)
    return amounts if whole or left == ordered else _share(amounts, 1, Decimal(left), Decimal(ordered), decimals)


def _fees_are_gone(order: Mapping) -> bool:
    left = order.get('currentTotalAdditionalFeesSet')
    return bool(left) and not money.amount(left)


def parts(order: Mapping, decimals: int) -> list[Part]:
    """Everything that is on the order at this moment, with amounts that add up to Shopify's own taxes and total."""
    included = order['taxesIncluded']
    found = [Part('item', line, line_amounts(line, included, decimals)) for line in line_nodes(order)]
    found += [Part('shipping', line, shipping_amounts(line, included, decimals)) for line in shipping_nodes(order)]
    found += [
        Part('duty' if 'units' in charge else 'fee', charge, charge_amounts(charge, order, decimals))
        for charge in charges(order)
    ]
    return _settled(found, order, decimals)


def _settled(found: list[Part], order: Mapping, decimals: int) -> list[Part]:
    """Where only a share of a line is left, Shopify may have rounded the other way: its sums by tax and its total say
    so, and the units that are missing go to the shares. Anything bigger than rounding stays as it is and shows."""
    amounts = [part.amounts for part in found]
    shares = [index for index, row in enumerate(amounts) if row.is_share and row.quantity]
    if not shares or order.get('currentTaxLines') is None:
        return found
    for key, wanted in _sums_by_tax(order):
        with_tax = [index for index in shares if key in dict(amounts[index].taxes)]
        gap = wanted - sum((dict(row.taxes).get(key, Decimal(0)) for row in amounts), Decimal(0))
        for index, extra in _spread(gap, _by_rounding(gap, with_tax, amounts, key), decimals):
            taxes = tuple((tax, value + extra if tax == key else value) for tax, value in amounts[index].taxes)
            amounts[index] = replace(amounts[index], taxes=taxes)
    _settle_nets(found, amounts, order, decimals)
    return [replace(part, amounts=row) for part, row in zip(found, amounts, strict=True)]


def _settle_nets(found: list[Part], amounts: list[Amounts], order: Mapping, decimals: int) -> None:
    """Change ``amounts`` so that the duties have Shopify's sum, then everything its total."""
    shares = [index for index, row in enumerate(amounts) if row.is_share and row.quantity]
    duties = {index for index, part in enumerate(found) if part.kind == 'duty'}
    if order.get('currentTotalDutiesSet') and not order.get('dutiesIncluded'):
        gap = money.amount(order['currentTotalDutiesSet']) - sum((amounts[index].net for index in duties), Decimal(0))
        _add_to_nets(amounts, gap, [index for index in shares if index in duties], decimals)
        shares = [index for index in shares if index not in duties] or shares
    gap = money.amount(order['currentTotalPriceSet']) - _sum(amounts, order['taxesIncluded'])
    _add_to_nets(amounts, gap, shares, decimals)


def _by_rounding(gap: Decimal, indexes: list[int], amounts: list[Amounts], key: tuple | None) -> list[int]:
    """``indexes``, those first that our rounding has moved away most from where ``gap`` leads."""
    return sorted(indexes, key=lambda index: amounts[index].rounding.get(key, Decimal(0)), reverse=gap < 0)


def _add_to_nets(amounts: list[Amounts], gap: Decimal, indexes: list[int], decimals: int) -> None:
    for index, units in _spread(gap, _by_rounding(gap, indexes, amounts, None), decimals):
        amounts[index] = replace(amounts[index], net=amounts[index].net + units)


def _sums_by_tax(order: Mapping) -> list[tuple[tuple, Decimal]]:
    """Shopify's own sums; none when they do not cover all taxes, because shipping's are left out, for example."""
    sums = tax_amounts({'taxLines': order['currentTaxLines']}, order['taxesIncluded'])
    is_whole = sum((amount for _key, amount in sums), Decimal(0)) == money.amount(order.get('currentTotalTaxSet'))
    return sums if is_whole else []


def _spread(gap: Decimal, indexes: list[int], decimals: int) -> list[tuple[int, Decimal]]:
    """``gap`` in smallest units over ``indexes``, at most one each; nothing when it is more than that."""
    if not gap or abs(money.minor(gap, decimals)) > len(indexes):
        return []
    return list(zip(indexes, money.allocate(gap, [1] * len(indexes), decimals), strict=True))


def _sum(amounts: Iterable[Amounts], included: bool) -> Decimal:
    rows = list(amounts)
    taxes = Decimal(0) if included else sum((tax for row in rows for _key, tax in row.taxes), Decimal(0))
    return sum((row.net for row in rows), Decimal(0)) + taxes


def extra_tax_data(amounts: Amounts, refs: Refs, price_unit: float, included: bool) -> dict | bool:
    """The value of ``sale.order.line.extra_tax_data`` that makes Odoo show Shopify's taxes instead of its own.

    The company's amounts stand at rate 1: Odoo divides them by the order's rate when it reads them.
    """
    if not amounts.taxes:
        return False
    taxes = sum((amount for _key, amount in amounts.taxes), Decimal(0))
    base = float(amounts.net - taxes if included else amounts.net)
    return {
        'currency_id': refs.currency_id,
        'price_unit': price_unit,
        'discount': 0.0,
        'quantity': float(amounts.quantity),
        'rate': 1.0,
        'manual_total_excluded_currency': base,
        'manual_total_excluded': base,
        'manual_tax_amounts': {
            str(refs.taxes[key]): {
                'tax_amount_currency': float(amount),
                'tax_amount': float(amount),
                'base_amount_currency': base,
                'base_amount': base,
            }
            for key, amount in amounts.taxes
        },
    }


def _line_vals(amounts: Amounts, refs: Refs, included: bool, **vals) -> dict:
    """``technical_price_unit`` differs from the price on purpose: equal ones let Odoo take the price for its own and
    replace it by the list price at the next change of quantity."""
    price_unit = float(amounts.net / amounts.quantity) if amounts.quantity else 0.0
    return {
        'product_uom_qty': float(amounts.quantity),
        'price_unit': price_unit,
        'technical_price_unit': -1.0,
        'discount': 0.0,
        'tax_ids': [(6, 0, [refs.taxes[key] for key, _amount in amounts.taxes])],
        'extra_tax_data': extra_tax_data(amounts, refs, price_unit, included) if amounts.quantity else False,
        **vals,
    }


def line_name(line: Mapping, discount: Decimal, refs: Refs) -> str:
    rows = [line.get('name') or line.get('title') or line.get('sku') or '']
    if line.get('lineItemGroup'):
        rows.append(f"{refs.labels.get('bundle', 'Bundle')}: {line['lineItemGroup'].get('title') or ''}".rstrip(': '))
    if line.get('sellingPlan'):
        rows.append(line['sellingPlan'].get('name') or '')
    rows += [
        f"{attribute['key']}: {attribute['value']}"
        for attribute in line.get('customAttributes') or []
        if not attribute['key'].startswith('_') and attribute.get('value')
    ]
    if discount:
        rows.append(f"{refs.labels.get('discount', 'Discount')}: {money.rounded(-discount, refs.decimals)}")
    return '\n'.join(row for row in rows if row) or '-'


def item_kind(line: Mapping, order: Mapping) -> str:
    """``product``, or what the line stands for instead: ``gift_card``, ``tip``, ``custom``.

    A tip is a line item that stands for no product and costs what ``totalTipReceivedSet`` says (Admin API, Order).
    """
    if line.get('isGiftCard'):
        return 'gift_card'
    if not is_custom(line):
        return 'product'
    tip = money.amount(order.get('totalTipReceivedSet'))
    worth = money.amount(line['originalUnitPriceSet']) * line['quantity']
    return 'tip' if tip and worth == tip and not line.get('requiresShipping') else 'custom'


def item_vals(line: Mapping, order: Mapping, refs: Refs, amounts: Amounts | None = None) -> dict:
    amounts = amounts or line_amounts(line, order['taxesIncluded'], refs.decimals)
    kind = item_kind(line, order)
    product_id = refs.kind_products.get(kind) or (
        refs.charge_product_id if is_custom(line) else refs.products[line_key(line)]
    )
    unit = refs.units.get(line_key(line)) if kind == 'product' else None
    return _line_vals(
        amounts,
        refs,
        order['taxesIncluded'],
        product_id=product_id,
        name=line_name(line, amounts.discount, refs),
        shopify_line_gid=line['id'],
        **({'product_uom_id': unit} if unit else {}),
        **({'shopify_places': dict(refs.places[line['id']])} if line['id'] in refs.places else {}),
    )


def shipping_vals(line: Mapping, order: Mapping, refs: Refs, amounts: Amounts) -> dict:
    return _line_vals(
        amounts,
        refs,
        order['taxesIncluded'],
        product_id=refs.shipping_products.get(line['id']) or refs.shipping_product_id,
        name=line.get('title') or refs.labels.get('shipping', 'Shipping'),
        shopify_line_gid=line['id'],
        sequence=900,
    )


def charge_vals(part: Part, order: Mapping, refs: Refs) -> dict:
    return _line_vals(
        part.amounts,
        refs,
        order['taxesIncluded'],
        product_id=refs.kind_products.get(part.kind) or refs.charge_product_id,
        name=part.source.get('name') or refs.labels.get('duties', 'Duties'),
        shopify_line_gid=part.source['id'],
        sequence=950,
    )


def kept_parts(order: Mapping, decimals: int, kept: Mapping[str, int] | None = None) -> list[Part]:
    """:func:`parts` with the units that Odoo must keep: ``kept`` maps a line's id to the quantity that has left already,
    a shipping line's or charge's to 1 when it was invoiced. What Shopify has taken back of those is settled by credit
    notes, not by the sales order."""
    kept, included = kept or {}, order['taxesIncluded']
    found = []
    for part in parts(order, decimals):
        units = kept.get(part.source['id'], 0)
        if part.kind == 'item' and units > part.amounts.quantity:
            units = min(units, part.source['quantity'])
            part = replace(part, amounts=line_amounts(part.source, included, decimals, units))
        elif part.kind == 'shipping' and units:
            part = replace(part, amounts=shipping_amounts(part.source, included, decimals, whole=True))
        elif part.kind in ('duty', 'fee') and units and part.amounts.is_share:
            part = replace(part, amounts=charge_amounts(part.source, order, decimals, whole=True))
        found.append(part)
    return found


def lines_vals(order: Mapping, refs: Refs, kept: Mapping[str, int] | None = None) -> list[dict]:
    """Values of all ``sale.order.line`` of the order, lines without any unit left out."""
    found = []
    for part in kept_parts(order, refs.decimals, kept):
        if part.kind == 'item':
            if part.amounts.quantity:
                found.append(item_vals(part.source, order, refs, part.amounts))
        elif part.kind == 'shipping':
            found.append(shipping_vals(part.source, order, refs, part.amounts))
        else:
            found.append(charge_vals(part, order, refs))
    return found


def total(order: Mapping, decimals: int, kept: Mapping[str, int] | None = None) -> Decimal:
    """The sum of everything that :func:`lines_vals` maps, to be compared with Shopify's own total."""
    return _sum((part.amounts for part in kept_parts(order, decimals, kept)), order['taxesIncluded'])
