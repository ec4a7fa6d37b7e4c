"""Whoever looks at the money of an order sees it, with the rights of the one side or of the other."""

import pytest

from tests.browser.person import somebody, wait_until

PAYMENTS = 'account.action_account_payments'


@pytest.fixture(scope='module')
def booked_site(trading_site):
    """Orders whose payments are booked, and somebody who has to do with accounting only."""
    admin = trading_site.server.admin
    if not admin.search_read('res.users', [('login', '=', 'books')]):
        admin.call('res.users', 'create', {
            'name': 'Bea Books', 'login': 'books', 'password': 'books', 'email': 'books@riverside.example',
            'group_ids': [(4, admin.ref(group)) for group in ('base.group_user', 'account.group_account_user')],
        }, context={'no_reset_password': True})
    wait_until(lambda: admin.search_read('account.payment', [('shopify_key', '!=', False)], limit=1), 'payments are booked')
    trading_site.wait_idle()
    return trading_site


def first(site, model, domain):
    return site.server.admin.search_read(model, domain, ['id'], limit=1)[0]['id']


@pytest.mark.parametrize('login', ['manager', 'shop'])
def test_who_has_a_shopify_role_sees_every_transaction(browser, booked_site, login):
    binding = first(booked_site, 'shopify.order.binding', [('transaction_ids.payment_id', '!=', False)])
    order = booked_site.server.admin.search_read('shopify.order.binding', [('id', '=', binding)], ['sale_order_id'])[0]
    with somebody(browser, booked_site.server, login) as person:
        person.open('shopify-transactions')
        person.open_first()
        person.open_record('shopify.order.binding', binding)
        assert person.sees('[name=transaction_ids] .o_data_row')
        person.open_record('sale.order', order['sale_order_id'][0])
        person.tab('shopify')
        assert person.sees('[name=shopify_transaction_ids] .o_data_row')
        if login == 'manager':
            person.open('shopify-payment-providers')
            assert person.sees('.o_data_row')


def test_who_keeps_the_books_sees_payments_and_nothing_of_shopify(browser, booked_site):
    payment = first(booked_site, 'account.payment', [('shopify_key', '!=', False)])
    with somebody(browser, booked_site.server, 'books') as person:
        assert 'Shopify' not in person.apps()
        person.open(PAYMENTS)
        assert person.sees('.o_data_row')
        person.open_record('account.payment', payment)
        assert person.sees('[name=shopify_key]')
        person.open('shopify-transactions')
        person.open_first()
        assert person.sees('[name=order_name]')
        invoices = booked_site.server.admin.search_read(
            'account.move', [('move_type', '=', 'out_invoice'), ('payment_state', '=', 'paid')], ['id'], limit=1)
        if invoices:
            person.open_record('account.move', invoices[0]['id'])
            person.assert_content('an invoice')
