"""Whatever happens to orders in whatever sequence: money adds up, stock agrees with what is still to be shipped."""
from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from tests.simulator import order_life as life
from tests.simulator import zoo
from tests.unit.simulator.orders_shop import check_money, check_stock, make_shop

SKUS = tuple(f"T{index}" for index in range(6))
RESTOCK = st.sampled_from((None, "CANCEL", "RETURN", "NO_RESTOCK"))


class Lives(RuleBasedStateMachine):
    """Orders of the zoo and everything that a merchant may do to them; refusals are fine, broken sums are not."""

    orders = Bundle("orders")

    @initialize(currency=st.sampled_from(("USD", "JPY", "KWD")), included=st.booleans())
    def open_shop(self, currency, included):
        self.shop = make_shop(currency=currency, taxes_included=included, tax_shipping=included, locations=2)

    @rule(target=orders, kind=st.sampled_from(sorted(set(zoo.KINDS) - {"many_lines"})), seed=st.integers(0, 99))
    def place(self, kind, seed):
        order = zoo.place(self.shop, kind, seed)
        assert order.total_outstanding_set.shop <= 0 or order.display_financial_status != "PAID"
        return order

    def act(self, action, order, *args):
        try:
            action(self.shop, order, *args, self.shop.now())
        except life.LifeError:
            pass

    @rule(order=orders, line=st.integers(0, 5), units=st.integers(1, 3), restock=RESTOCK, money=st.booleans(),
          shipping=st.booleans())
    def refund_a_line(self, order, line, units, restock, money, shipping):
        row = order.line_items[line % len(order.line_items)]
        self.act(life.refund, order, {"lines": [{"line_item_id": row.id, "quantity": units, "restock_type": restock}],
                                      "no_money": not money, "shipping": shipping})

    @rule(order=orders, amount=st.integers(1, 30))
    def refund_an_amount(self, order, amount):
        self.act(life.refund, order, {"amount": str(amount)})

    @rule(order=orders, line=st.integers(0, 5), quantity=st.integers(0, 6), restock=st.booleans())
    def edit_a_quantity(self, order, line, quantity, restock):
        row = order.line_items[line % len(order.line_items)]
        if not row.is_tip:
            self.act(life.edit, order, {"set_quantity": [{"line_item_id": row.id, "quantity": quantity,
                                                          "restock": restock}]})

    @rule(order=orders, sku=st.sampled_from(SKUS), quantity=st.integers(1, 3))
    def add_a_line(self, order, sku, quantity):
        self.act(life.edit, order, {"add": [{"sku": sku, "quantity": quantity}]})

    @rule(order=orders, line=st.integers(0, 5), quantity=st.integers(1, 3))
    def ship_some(self, order, line, quantity):
        row = order.line_items[line % len(order.line_items)]
        self.act(life.fulfill, order, {"lines": [{"line_item_id": row.id, "quantity": quantity}]})

    @rule(order=orders)
    def ship_all(self, order):
        self.act(life.fulfill, order, {})

    @rule(order=orders)
    def take_a_parcel_back(self, order):
        if order.fulfillments and not order.refunds and not order.cancelled_at:
            try:
                life.cancel_fulfillment(self.shop, order.fulfillments[-1], self.shop.now())
            except life.LifeError:
                pass

    @rule(order=orders)
    def pay(self, order):
        self.act(life.pay, order, {})

    @rule(order=orders, refund=st.booleans(), restock=st.booleans())
    def cancel(self, order, refund, restock):
        self.act(life.cancel, order, {"refund": refund, "restock": restock})

    @rule(order=orders, requested=st.booleans())
    def send_back(self, order, requested):
        self.act(life.return_goods, order, {"requested": requested})

    @invariant()
    def everything_agrees(self):
        if hasattr(self, "shop"):
            for order in self.shop.orders.values():
                check_money(order)
            check_stock(self.shop, {})


Lives.TestCase.settings = settings(max_examples=50, stateful_step_count=15, deadline=None,
                                   suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TestLives = Lives.TestCase
