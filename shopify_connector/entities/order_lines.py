"""The money of an order: Shopify's lines, discounts, taxes and charges -> sale.order.line, to the cent.

Amounts are ``Decimal`` in major units of the currency that the order was read in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ..shopify import money


@dataclass(frozen=True)
class Refs:
    """Ids that the mapping needs; ``sync/`` fills one for each order from one look-up for the whole batch.

    ``products`` maps a line's key (:func:`line_key`) to a product id, ``uoms`` a product id to its unit, ``taxes`` a
    tax key (:func:`tax_key`) to a tax id. ``labels`` are the user's words for ``discount``, ``shipping``, ``duties``.
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


@dataclass(frozen=True)
class Amounts:
    """One line's money: ``net`` is what the line costs with all discounts, as Shopify prices it (with the taxes when
    the order's taxes are included), ``taxes`` pairs of tax key and amount."""

    quantity: int
    net: Decimal
    discount: Decimal
    taxes: tuple[tuple[tuple, Decimal], ...]


def line_nodes(order: Mapping) -> list[dict]:
    return order['lineItems']['nodes']


def shipping_nodes(order: Mapping) -> list[dict]:
    return [line for line in order['shippingLines']['nodes'] if not line.get('isRemoved')]


def charges(order: Mapping) -> list[dict]:
    """Duties and additional fees, each ``{id, name, price, taxLines}``; empty unless :data:`CHARGES` was read."""
    return order.get('charges') or []


def taxed_parts(order: Mapping) -> list[dict]:
    return [*line_nodes(order), *shipping_nodes(order), *charges(order)]


def has_charges(order: Mapping) -> bool:
    """Whether duties or additional fees make it necessary to read :data:`CHARGES`."""
    return any(money.amount(order.get(name)) for name in ('currentTotalDutiesSet', 'currentTotalAdditionalFeesSet'))


def is_custom(line: Mapping) -> bool:
    """A line that stands for no product: a custom item or a tip has neither a variant nor a SKU."""
    return not line.get('variant') and not (line.get('sku') or '').strip()


def line_key(line: Mapping) -> str:
    """What identifies the product of a line: its variant, or the SKU that a deleted variant has left behind."""
    return (line.get('variant') or {}).get('id') or 'sku:' + (line.get('sku') or '').strip()


def tax_key(tax: Mapping, included: bool) -> tuple[str, str, bool]:
    """``(title, rate in percent as text, included)``: what makes two of Shopify's taxes the same tax in Odoo."""
    rate = (Decimal(str(tax.get('rate') or 0)) * 100).quantize(Decimal('0.0001')).normalize()
    return ((tax.get('title') or '').strip(), format(rate, 'f'), included)


def tax_amounts(part: Mapping, included: bool) -> list[tuple[tuple, Decimal]]:
    """The taxes of a line, shipping line or charge; those of one key are summed, those a marketplace remits dropped."""
    sums: dict[tuple, Decimal] = {}
    for tax in part.get('taxLines') or []:
        if tax.get('channelLiable') and not money.amount(tax['priceSet']):
            continue
        key = tax_key(tax, included)
        sums[key] = sums.get(key, Decimal(0)) + money.amount(tax['priceSet'])
    return list(sums.items())


def line_amounts(line: Mapping, included: bool, decimals: int) -> Amounts:
    """The money of the units that are still on the order.

    Shopify's allocations and tax lines cover the quantity as ordered (Admin API, LineItem); where units were removed
    or refunded, the share of the rest is rounded to ``decimals``.
    """
    ordered, quantity = line['quantity'], line.get('currentQuantity', line['quantity'])
    gross = money.amount(line['originalUnitPriceSet']) * ordered
    discount = sum(
        (money.amount(part['allocatedAmountSet']) for part in line.get('discountAllocations') or []), Decimal(0)
    )
    taxes = tax_amounts(line, included)
    if quantity == ordered:
        return Amounts(quantity, gross - discount, discount, tuple(taxes))
    share = Decimal(quantity) / ordered if ordered else Decimal(0)
    discount = money.rounded(discount * share, decimals)
    return Amounts(
        quantity,
        money.rounded(gross * share, decimals) - discount,
        discount,
        tuple((key, money.rounded(amount * share, decimals)) for key, amount in taxes),
    )


def single_amounts(price_set: Mapping, part: Mapping, included: bool) -> Amounts:
    """The money of something that is sold once: a shipping line, a duty, a fee."""
    return Amounts(1, money.amount(price_set), Decimal(0), tuple(tax_amounts(part, included)))


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
    title = line.get('name') or line.get('title') or line.get('sku') or ''
    rows = [title]
    rows += [
        f"{attribute['key']}: {attribute['value']}"
        for attribute in line.get('customAttributes') or []
        if not attribute['key'].startswith('_') and attribute.get('value')
    ]
    if discount:
        rows.append(f"{refs.labels.get('discount', 'Discount')}: {money.rounded(-discount, refs.decimals)}")
    return '\n'.join(rows)


def item_vals(line: Mapping, order: Mapping, refs: Refs) -> dict:
    amounts = line_amounts(line, order['taxesIncluded'], refs.decimals)
    product_id = refs.charge_product_id if is_custom(line) else refs.products[line_key(line)]
    return _line_vals(
        amounts,
        refs,
        order['taxesIncluded'],
        product_id=product_id,
        name=line_name(line, amounts.discount, refs),
        shopify_line_gid=line['id'],
    )


def shipping_vals(line: Mapping, order: Mapping, refs: Refs) -> dict:
    amounts = single_amounts(line['currentDiscountedPriceSet'], line, order['taxesIncluded'])
    return _line_vals(
        amounts,
        refs,
        order['taxesIncluded'],
        product_id=refs.shipping_product_id,
        name=line.get('title') or refs.labels.get('shipping', 'Shipping'),
        shopify_line_gid=line['id'],
        sequence=900,
    )


def charge_vals(charge: Mapping, order: Mapping, refs: Refs) -> dict:
    amounts = single_amounts(charge['price'], charge, order['taxesIncluded'])
    return _line_vals(
        amounts,
        refs,
        order['taxesIncluded'],
        product_id=refs.charge_product_id,
        name=charge.get('name') or refs.labels.get('duties', 'Duties'),
        shopify_line_gid=charge['id'],
        sequence=950,
    )


def lines_vals(order: Mapping, refs: Refs) -> list[dict]:
    """Values of all ``sale.order.line`` of the order, lines without any unit left out."""
    return [
        *(item_vals(line, order, refs) for line in line_nodes(order) if line.get('currentQuantity', line['quantity'])),
        *(shipping_vals(line, order, refs) for line in shipping_nodes(order)),
        *(charge_vals(charge, order, refs) for charge in charges(order)),
    ]


def total(order: Mapping, decimals: int) -> Decimal:
    """The sum of everything that :func:`lines_vals` maps, to be compared with Shopify's own total."""
    included = order['taxesIncluded']
    parts = [line_amounts(line, included, decimals) for line in line_nodes(order)]
    parts += [single_amounts(line['currentDiscountedPriceSet'], line, included) for line in shipping_nodes(order)]
    parts += [single_amounts(charge['price'], charge, included) for charge in charges(order)]
    taxes = Decimal(0) if included else sum((amount for part in parts for _key, amount in part.taxes), Decimal(0))
    return sum((part.net for part in parts), Decimal(0)) + taxes
