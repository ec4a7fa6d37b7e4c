"""Money movements of an order: at the checkout, later payments, captures, voids."""
from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .money import Bag, rounded
from .order_types import Order, Transaction

CARD_GATEWAY = "shopify_payments"
MANUAL_GATEWAY = "manual"


def add_transaction(shop, order: Order, kind: str, amount: Bag, gateway: str, now: datetime, **values) -> Transaction:
    """Append a transaction (status SUCCESS unless told) and make it findable by its id."""
    if order.settle_apart and kind in ("SALE", "CAPTURE", "REFUND"):
        amount = Bag(amount.shop + order.settle_apart, amount.presentment, amount.currencies)
    record = Transaction(shop.gid("OrderTransaction"), kind, values.pop("status", "SUCCESS"), gateway, amount, now, now,
                         order, **values)
    record.test = order.test
    if gateway == CARD_GATEWAY:
        record.payment_id = f"c{shop.new_id()}.1"
        record.account_number = "•••• •••• •••• 4242"
        record.payment_details = {"__typename": "CardPaymentDetails", "company": "Visa"}
        if kind in ("SALE", "CAPTURE") and record.status == "SUCCESS":
            record.fees = [_fee(shop, amount)]
    order.transactions.append(record)
    shop.nodes[record.id] = record
    return record


def _fee(shop, amount: Bag) -> dict:
    currency = amount.currencies.shop
    cost = rounded(amount.shop * Decimal("0.029") + Decimal("0.30"), currency)
    zero = {"amount": "0.0", "currencyCode": currency}
    return {"id": shop.gid("TransactionFee"), "type": "processing_fee", "rate": "0.029", "rateName": "default",
            "flatFeeName": "default", "amount": {"amount": str(cost), "currencyCode": currency}, "taxAmount": zero}


def pay_at_checkout(shop, order: Order, spec: dict, now: datetime) -> None:
    """Create the transactions that the spec's `payment` asks for; a free order needs none."""
    due = order.total_price_set
    how = spec.get("payment") or ("none" if spec.get("payment_terms") else "paid")
    gateway = spec.get("gateway") or ("cash" if spec.get("cash_rounding") else CARD_GATEWAY)
    if spec.get("payments"):
        for row in spec["payments"]:
            amount = Bag.of_presentment(Decimal(str(row["amount"])), order.currencies)
            add_transaction(shop, order, row.get("kind", "SALE"), amount, row.get("gateway", gateway), now)
    elif due.shop <= 0 or how == "none":
        return
    elif spec.get("cash_rounding"):
        _cash(shop, order, due, Decimal(str(spec["cash_rounding"])), gateway, now)
    elif how == "authorized":
        add_transaction(shop, order, "AUTHORIZATION", due, gateway, now,
                        authorization_expires_at=now + timedelta(days=7))
    elif how == "pending":
        add_transaction(shop, order, "SALE", due, spec.get("gateway") or MANUAL_GATEWAY, now, status="PENDING")
    else:
        for part, name in zip(_parts(due, how), _gateways(how, gateway)):
            add_transaction(shop, order, "SALE", part, name, now)


def _parts(due: Bag, how: str) -> list[Bag]:
    if how == "partial":
        return [due.share(2, 5)]
    if how == "split":
        first = due.share(1, 3)
        return [first, due - first]
    return [due]


def _gateways(how: str, gateway: str) -> list[str]:
    return {"gift_card": ["gift_card"], "split": ["gift_card", gateway]}.get(how, [gateway])


def _cash(shop, order: Order, due: Bag, step: Decimal, gateway: str, now: datetime) -> None:
    def to_step(amount: Decimal, currency: str) -> Decimal:
        return rounded((amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step, currency)

    money = order.currencies
    paid = Bag(to_step(due.shop, money.shop), to_step(due.presentment, money.presentment), money)
    add_transaction(shop, order, "SALE", paid, gateway, now, rounding=paid - due)


def settle(shop, order: Order, amount: Bag, now: datetime, gateway: str = MANUAL_GATEWAY) -> list[Transaction]:
    """Receive `amount` by hand: a pending sale of that amount becomes a success, else a new sale is added."""
    pending = next((row for row in order.transactions if row.status == "PENDING" and row.kind == "SALE"), None)
    if pending is not None:
        gateway = pending.gateway
    return [add_transaction(shop, order, "SALE", amount, gateway, now, parent_transaction=pending)]


def capture(shop, order: Order, amount: Bag, now: datetime, parent: Transaction | None = None) -> Transaction:
    """Capture an authorised amount."""
    parent = parent or next(row for row in order.transactions if row.kind == "AUTHORIZATION")
    return add_transaction(shop, order, "CAPTURE", amount, parent.gateway, now, parent_transaction=parent)


def answer_pending(order: Order, success: bool, now: datetime) -> list[Transaction]:
    """The gateway makes up its mind about everything that is pending."""
    settled = [row.parent_transaction for row in order.transactions if row.status == "SUCCESS"]
    rows = [row for row in order.transactions if row.status == "PENDING" and row not in settled]
    for row in rows:
        row.status, row.processed_at = "SUCCESS" if success else "FAILURE", now
        row.error_code = None if success else "PROCESSING_ERROR"
    return rows


def void(shop, order: Order, now: datetime) -> list[Transaction]:
    """Give up what is authorised and not captured."""
    held = order.total_capturable_set
    if not held:
        return []
    parent = next(row for row in order.transactions if row.kind == "AUTHORIZATION")
    return [add_transaction(shop, order, "VOID", held, parent.gateway, now, parent_transaction=parent)]


def refundable_parents(order: Order) -> list[tuple[Transaction, Bag]]:
    """Payments that still hold money, with what each has left, in order."""
    rows = []
    for sale in order.transactions:
        if sale.kind not in ("SALE", "CAPTURE") or sale.status != "SUCCESS":
            continue
        left = sale.amount
        for row in order.transactions:
            if row.kind == "REFUND" and row.parent_transaction is sale and row.status in ("SUCCESS", "PENDING"):
                left = left - row.amount
        if left.presentment > 0:
            rows.append((sale, left))
    return rows
