"""What is changed about an order in Shopify from Odoo: the mutations, their variables, and how to see afterwards whether
a change was made. What is read before, the *snapshot*, stands in :mod:`order_write_state`.

Amounts are decimal text in the customer's currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from ..shopify import money

SCOPES = ('write_orders',)
MAX_TAGS = 250
MAX_TAG = 40
MAX_STAFF_NOTE = 255

MARK_PAID = """
mutation OrderMarkAsPaid($input: OrderMarkAsPaidInput!) {
  orderMarkAsPaid(input: $input) { order { id displayFinancialStatus } userErrors { field message } }
}
"""

CAPTURE = """
mutation OrderCapture($input: OrderCaptureInput!) {
  orderCapture(input: $input) { transaction { id kind status } userErrors { field message } }
}
"""

CANCEL = """
mutation OrderCancel(
  $orderId: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $notifyCustomer: Boolean,
  $refundMethod: OrderCancelRefundMethodInput, $staffNote: String
) {
  orderCancel(
    orderId: $orderId, reason: $reason, restock: $restock, notifyCustomer: $notifyCustomer,
    refundMethod: $refundMethod, staffNote: $staffNote
  ) { job { id done } orderCancelUserErrors { field message code } }
}
"""

JOB = "query JobStatus($id: ID!) { job(id: $id) { id done } }"

REFUND = """
mutation RefundCreate($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id transactions(first: 10) { nodes { id kind status } } }
    userErrors { field message }
  }
}
"""

TAGS_ADD = """
mutation TagsAdd($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } } }
"""

TAGS_REMOVE = """
mutation TagsRemove($id: ID!, $tags: [String!]!) {
  tagsRemove(id: $id, tags: $tags) { node { id } userErrors { field message } }
}
"""

NOTE = """
mutation OrderNote($input: OrderInput!) {
  orderUpdate(input: $input) { order { id note } userErrors { field message } }
}
"""


# === CHANGING === #


def amount_text(value: Decimal | float | str, currency: str) -> str:
    """An amount as Shopify takes it, with the decimals of its currency."""
    return format(money.rounded(money.parse(value), money.decimals(currency)), 'f')


def mark_paid_variables(state: Mapping) -> dict:
    return {'input': {'id': state['id']}}


def capture_variables(state: Mapping, parent: str, amount: Decimal | float | str, final: bool = False) -> dict:
    """``final`` gives up what is left of an authorisation that could be captured several times."""
    values = {
        'id': state['id'],
        'parentTransactionId': parent,
        'amount': amount_text(amount, state['currency']),
        'currency': state['currency'],
    }
    return {'input': {**values, 'finalCapture': True} if final else values}


def cancel_variables(
    state: Mapping, *, reason: str, restock: bool, refund: str, notify: bool, staff_note: str = ''
) -> dict:
    """``refund``: 'original', 'store_credit' or 'none'."""
    methods = {'original': {'originalPaymentMethodsRefund': True}, 'store_credit': {'storeCreditRefund': {}}}
    values = {'orderId': state['id'], 'reason': reason, 'restock': restock, 'notifyCustomer': notify}
    if refund in methods:
        values['refundMethod'] = methods[refund]
    if staff_note:
        values['staffNote'] = staff_note[:MAX_STAFF_NOTE]
    return values


def refund_line_inputs(lines: list[Mapping]) -> list[dict]:
    """``lines``: ``{id, quantity, restock: 'CANCEL'|'RETURN'|'NO_RESTOCK', location}``; only restocked goods go to a place."""
    return [
        {
            'lineItemId': line['id'],
            'quantity': line['quantity'],
            'restockType': line['restock'],
            **({'locationId': line['location']} if line['restock'] != 'NO_RESTOCK' else {}),
        }
        for line in lines
        if line['quantity'] > 0
    ]


def suggested_variables(state: Mapping, lines: list[Mapping], shipping: Decimal | float | str) -> dict:
    return {
        'id': state['id'],
        'lines': refund_line_inputs(lines),
        'shipping': amount_text(shipping, state['currency']) if money.parse(shipping) else None,
    }


def refund_variables(
    state: Mapping,
    *,
    lines: list[Mapping],
    shipping: Decimal | float | str,
    amounts: Mapping[str, Decimal | float | str],
    notify: bool,
    note: str = '',
    discrepancy: str = '',
) -> dict:
    """``amounts``: money to give back by transaction id; without any, goods are taken off and no money moves."""
    currency = state['currency']
    gateways = {row['id']: row['gateway'] for row in state['payments']}
    values = {'orderId': state['id'], 'notify': notify, 'currency': currency}
    values['refundLineItems'] = refund_line_inputs(lines)
    values['transactions'] = [
        {
            'orderId': state['id'],
            'parentId': parent,
            'gateway': gateways[parent],
            'kind': 'REFUND',
            'amount': amount_text(value, currency),
        }
        for parent, value in amounts.items()
        if money.parse(value) > 0
    ]
    if money.parse(shipping):
        values['shipping'] = {'amount': amount_text(shipping, currency)}
    if note:
        values['note'] = note
    if discrepancy:
        values['discrepancyReason'] = discrepancy
    return {'input': values}


def split_tags(text: str) -> list[str]:
    """Tags of a text with commas, each once whatever its case."""
    found = {}
    for tag in (text or '').split(','):
        if tag.strip():
            found.setdefault(tag.strip().lower(), tag.strip())
    return list(found.values())


def tags_variables(state: Mapping, wanted: list[str]) -> dict:
    """``{id, add, remove}`` that turn the present tags into ``wanted``; tags do not care for case."""
    have, want = {tag.lower() for tag in state['tags']}, {tag.lower() for tag in wanted}
    return {
        'id': state['id'],
        'add': [tag for tag in wanted if tag.lower() not in have],
        'remove': [tag for tag in state['tags'] if tag.lower() not in want],
    }


def note_variables(state: Mapping, note: str) -> dict:
    return {'input': {'id': state['id'], 'note': note}}


def calls(kind: str, variables: Mapping, key: str) -> list[tuple[str, dict, str]]:
    """``[(document, variables, root field), …]`` to send for an intent, in order."""
    if kind == 'tags':
        return [
            (document, {'id': variables['id'], 'tags': variables[name]}, root)
            for name, document, root in (('add', TAGS_ADD, 'tagsAdd'), ('remove', TAGS_REMOVE, 'tagsRemove'))
            if variables[name]
        ]
    document, root = {
        'mark_paid': (MARK_PAID, 'orderMarkAsPaid'),
        'capture': (CAPTURE, 'orderCapture'),
        'cancel': (CANCEL, 'orderCancel'),
        'refund': (REFUND, 'refundCreate'),
        'note': (NOTE, 'orderUpdate'),
    }[kind]
    return [(document, {**variables, 'key': key} if kind == 'refund' else dict(variables), root)]


# === WHETHER IT WAS DONE === #


def facts(kind: str, variables: Mapping, state: Mapping) -> dict:
    """What the person saw in the dialog and decided upon; when it is different now, nothing is sent."""
    if kind == 'mark_paid':
        return {'outstanding': state['outstanding'], 'cancelled': state['cancelled']}
    if kind == 'capture':
        parent = variables['input']['parentTransactionId']
        held = {row['id']: row['capturable'] for row in state['authorizations']}
        return {'capturable': held.get(parent, '0')}
    if kind == 'cancel':
        names = ('total', 'net', 'capturable', 'shipped')
        return {name: state[name] for name in names}
    if kind == 'refund':
        wanted = {row['lineItemId'] for row in variables['input']['refundLineItems']}
        return {
            'net': state['net'],
            'shipping': state['shipping'],
            'lines': {row['id']: row['refundable'] for row in state['lines'] if row['id'] in wanted},
        }
    return {'note': state['note']} if kind == 'note' else {}


def is_so(kind: str, variables: Mapping, state: Mapping) -> bool:
    """Whether the order is already as it was to become, whoever did it. Money that moves can only be told by what moved
    since, see :func:`was_captured` and :func:`was_refunded`."""
    if kind == 'mark_paid':
        return not state['can_mark_paid'] and Decimal(state['outstanding']) <= 0 and not state['cancelled']
    if kind == 'cancel':
        return state['cancelled']
    if kind == 'note':
        return state['note'] == (variables['input']['note'] or '')
    if kind == 'tags':
        have = {tag.lower() for tag in state['tags']}
        return have.issuperset(tag.lower() for tag in variables['add']) and have.isdisjoint(
            tag.lower() for tag in variables['remove']
        )
    return False


def was_captured(variables: Mapping, before: Mapping, state: Mapping) -> dict | None:
    """The capture that came since ``before`` and is the one of ``variables``, whatever became of it, or None."""
    wanted = variables['input']
    for row in state['captures']:
        same = row['parent'] == wanted['parentTransactionId'] and Decimal(row['amount']) == Decimal(wanted['amount'])
        if same and row['id'] not in before['transactions']:
            return row
    return None


def is_repeatable_capture(variables: Mapping, state: Mapping) -> bool:
    """Whether Shopify would take this capture once more after it was carried out: a part of what can be captured in
    several parts."""
    wanted = variables['input']
    return any(
        row['id'] == wanted['parentTransactionId']
        and row['multi']
        and Decimal(row['capturable']) > Decimal(wanted['amount'])
        for row in state['authorizations']
    )


def was_refunded(variables: Mapping, before: Mapping, refunds: list[Mapping]) -> Mapping | None:
    """The refund that came since ``before`` with exactly the goods and the money of ``variables``, or None.

    ``refunds``: of :data:`REFUNDS`.
    """
    wanted = variables['input']
    goods = Counter()
    for row in wanted['refundLineItems']:
        goods[row['lineItemId']] += row['quantity']
    paid = sum((Decimal(row['amount']) for row in wanted['transactions']), Decimal(0))
    for refund in refunds:
        if refund['id'] in before['refunds']:
            continue
        found = Counter()
        for row in refund['refundLineItems']['nodes']:
            found[row['lineItem']['id']] += row['quantity']
        given = [row for row in refund['transactions']['nodes'] if row['kind'] == 'REFUND']
        if (
            found == goods
            and sum((money.amount(row['amountSet'], 'presentmentMoney') for row in given), Decimal(0)) == paid
        ):
            return refund
    return None
