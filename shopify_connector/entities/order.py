"""Shopify Order -> sale.order: what it needs, its header and its state. The lines and their money stand in
:mod:`order_lines`, the GraphQL documents in :mod:`order_documents`.

Amounts are ``Decimal`` in major units of the currency that the order was read in. Meaning of Shopify's figures: Admin
API, Order (2026-07 and 2026-10).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .. import const
from ..shopify import gid, money, when
from . import address, order_header, order_lines, words
from . import customer as customer_mapping

CONFIRMING = {
    'paid': {'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'},
    'paid_or_authorized': {'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'AUTHORIZED', 'PARTIALLY_PAID'},
    'always': None,
    'never': set(),
}


@dataclass(frozen=True)
class Needs(customer_mapping.Needs):
    """What has to be looked up before an order can be mapped."""

    currency: str
    lines: tuple[dict, ...]
    taxes: frozenset[tuple]
    company: dict | None = None


def needs(order: Mapping) -> Needs:
    """The codes to resolve for ``order``: the payload of :data:`DOCUMENT` with all its pages joined."""
    customer = order.get('customer') or {}
    billing, shipping = address.clean(order.get('billingAddress')), address.clean(order.get('shippingAddress'))
    email = customer_mapping.email_of(customer, order.get('email'))
    return Needs(
        customer_id=customer.get('id') or '',
        email=email,
        phone=customer_mapping.phone_of(customer, order.get('phone')),
        name=address.customer_name(customer, billing or shipping, email),
        billing=billing,
        shipping=shipping,
        currency=order['currencyCode'],
        lines=tuple(line for line in order_lines.line_nodes(order) if order_lines.item_kind(line, order) == 'product'),
        taxes=frozenset(
            key
            for part in order_lines.taxed_parts(order)
            for key, _amount in order_lines.tax_amounts(part, order['taxesIncluded'])
        ),
        company=order_header.company(order),
    )


def header_vals(order: Mapping, refs: order_lines.Refs) -> dict:
    """Values of ``sale.order`` that may change during the order's life."""
    return {
        'partner_id': refs.partner_id,
        'partner_invoice_id': refs.invoice_id,
        'partner_shipping_id': refs.shipping_id,
        'client_order_ref': reference(order),
    }


def vals(order: Mapping, refs: order_lines.Refs) -> dict:
    """Values for ``sale.order.create``."""
    return {
        **header_vals(order, refs),
        'company_id': refs.company_id,
        'pricelist_id': refs.pricelist_id,
        'warehouse_id': refs.warehouse_id,
        'team_id': refs.team_id,
        'user_id': refs.user_id,
        'fiscal_position_id': False,
        'date_order': ordered_at(order),
        'origin': order['name'],
        'order_line': [(0, 0, line) for line in order_lines.lines_vals(order, refs)],
    }


def reference(order: Mapping) -> str:
    po_number = (order.get('poNumber') or '').strip()
    return f"{order['name']} / {po_number}" if po_number else order['name']


def ordered_at(order: Mapping) -> datetime:
    """Naive UTC."""
    return when.to_utc(order.get('processedAt') or order['createdAt'])


def placed_at(order: Mapping) -> datetime:
    """When Shopify took the goods off its levels, naive UTC."""
    return when.to_utc(order['createdAt'])


def binding_vals(order: Mapping) -> dict:
    """Values of ``shopify.order.binding`` that mirror the present state in Shopify. Times are naive UTC."""
    return {
        'name': order['name'],
        'financial_status': words.known(order.get('displayFinancialStatus'), const.FINANCIAL_STATUSES),
        'fulfillment_status': words.known(order.get('displayFulfillmentStatus'), const.FULFILLMENT_STATUSES),
        'shopify_updated_at': when.to_utc(order['updatedAt']),
        'cancelled_at': when.to_utc(order['cancelledAt']) if order.get('cancelledAt') else False,
        'amount_shopify': float(money.amount(order['currentTotalPriceSet'])),
        'note': order.get('note') or False,
        'tags': ', '.join(order.get('tags') or []) or False,
        'signature': signature(order),
        'source_name': order.get('sourceName') or False,
        **order_header.kept_vals(order),
    }


def is_confirmed(order: Mapping, policy: str) -> bool:
    """Whether the store's ``policy`` wants a confirmed order; what costs nothing counts as paid, and so does what was
    paid once and given back: what is left of the order is still sold."""
    if order.get('cancelledAt'):
        return False
    accepted = CONFIRMING[policy]
    if accepted is None:
        return True
    free = bool(accepted) and not money.amount(order['currentTotalPriceSet'])
    return free or order.get('displayFinancialStatus') in accepted


def signature(order: Mapping) -> str:
    """Changes when anything changes that the lines or the addresses of the sales order are made from."""
    parts = [order['currencyCode'], order['taxesIncluded'], order['name'], order.get('poNumber')]
    parts += [order.get('billingAddress'), order.get('shippingAddress'), (order.get('customer') or {}).get('id')]
    # Units that leave change no line.
    lines = [{key: line[key] for key in line if key != 'unfulfilledQuantity'} for line in order_lines.line_nodes(order)]
    parts += [lines, order_lines.shipping_nodes(order), order_lines.charges(order)]
    if order_header.is_company(order):
        entity = order['purchasingEntity']
        parts += [(entity.get(name) or {}).get('id') for name in ('company', 'location')]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def admin_url(shop_domain: str, order_gid: str) -> str:
    return f'https://{shop_domain}/admin/orders/{gid.gid_number(order_gid)}'
