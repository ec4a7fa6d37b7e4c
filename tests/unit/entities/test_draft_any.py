"""Any draft that the simulated shop can price: the quotation's lines and taxes add up to Shopify's own figures."""
from decimal import Decimal

import pytest
from hypothesis import given

from shopify_connector.entities import draft_order, order_documents, order_lines
from tests.simulator import order_drafts, plugins
from tests.simulator.money import decimals
from tests.unit.simulator.orders_shop import make_shop
from tests.unit.simulator.test_orders_graphql import data
from tests.unit.simulator.test_orders_money_any import ANY, carts


@pytest.fixture(scope='module', autouse=True)
def resolvers():
    plugins.load_resolvers()


@given(carts())
@ANY
def test_any_draft_becomes_lines_that_add_up_in_both_currencies(cart):
    currency, spec = cart
    shop = make_shop(currency=currency)
    draft = order_drafts.create(shop, spec, shop.now())
    for policy, document in (
        ('shop', draft_order.DOCUMENT),
        ('presentment', order_documents.in_presentment(draft_order.DOCUMENT)),
    ):
        (read,) = data(shop, document, '2026-10', ids=[draft.id], lines=50)['nodes']
        digits = decimals(read['currencyCode'])
        payload = draft_order.as_order(read, digits, policy)
        side = 'shop' if policy == 'shop' else 'presentment'
        assert order_lines.total(payload, digits) == getattr(draft.priced.total_price_set, side)
        parts = order_lines.parts(payload, digits)
        tax = sum((amount for part in parts for _key, amount in part.amounts.taxes), Decimal(0))
        assert tax == getattr(draft.priced.total_tax_set, side)
        assert all(part.amounts.net >= 0 for part in parts)
        assert draft_order.signature(payload) == draft_order.signature(draft_order.as_order(read, digits, policy))
