import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import address, customer, inventory, location, product, shop, webhook_subscription


def variant(sku='S-1', **changes):
    return {
        'id': 'gid://shopify/ProductVariant/1', 'title': 'Red', 'sku': sku, 'barcode': None, 'price': '12.50',
        'inventoryPolicy': 'DENY', 'selectedOptions': [{'name': 'Color', 'value': 'Red'}],
        'inventoryItem': {'id': 'gid://shopify/InventoryItem/1', 'tracked': True, 'requiresShipping': True,
                          'measurement': {'weight': {'value': 500, 'unit': 'GRAMS'}}}, **changes}


def a_product(*variants, **changes):
    return {
        'id': 'gid://shopify/Product/1', 'title': 'Mug', 'status': 'ACTIVE', 'descriptionHtml': '<p>Big</p>',
        'hasOnlyDefaultVariant': False, 'updatedAt': '2026-11-20T10:00:00+01:00',
        'options': [{'name': 'Color', 'position': 1, 'optionValues': [{'name': 'Red'}]}],
        'variants': {'nodes': list(variants or [variant()])}, **changes}


class TestProducts:
    refs = product.Refs({'Color': 5}, {('Color', 'Red'): 6, ('Color', 'Blue'): 7})

    def test_shopifys_html_never_lands_in_the_sales_description(self):
        vals = product.template_vals(a_product(), self.refs)
        assert vals['shopify_description_html'] == '<p>Big</p>'
        assert not {'description', 'description_sale'} & vals.keys()

    def test_a_tracked_product_is_storable_and_an_untracked_one_is_not(self):
        assert product.template_vals(a_product(), self.refs)['is_storable']
        loose = variant(inventoryItem={**variant()['inventoryItem'], 'tracked': False})
        assert not product.template_vals(a_product(loose), self.refs)['is_storable']

    def test_what_is_not_shipped_is_a_service(self):
        card = variant(inventoryItem={**variant()['inventoryItem'], 'requiresShipping': False})
        assert product.template_vals(a_product(card), self.refs)['type'] == 'service'
        assert product.template_vals(a_product(isGiftCard=True), self.refs)['type'] == 'service'

    def test_the_default_variant_makes_no_attribute(self):
        assert product.options(a_product(hasOnlyDefaultVariant=True)) == []

    def test_a_value_that_only_a_variant_has_is_an_option_too(self):
        blue = variant(selectedOptions=[{'name': 'Color', 'value': 'Blue'}])
        assert product.options(a_product(variant(), blue)) == [('Color', ['Red', 'Blue'])]

    def test_blanks_of_shopify_wipe_nothing(self):
        assert set(product.variant_vals(variant(sku=' ', barcode=''))) == {'weight'}

    @pytest.mark.parametrize(('value', 'unit', 'kilograms'), [
        (500, 'GRAMS', 0.5), (2, 'KILOGRAMS', 2), (16, 'OUNCES', 0.4535924), (1, 'POUNDS', 0.4535924)])
    def test_weights_are_kilograms(self, value, unit, kilograms):
        item = {**variant()['inventoryItem'], 'measurement': {'weight': {'value': value, 'unit': unit}}}
        assert product.weight_kg(variant(inventoryItem=item)) == pytest.approx(kilograms, abs=1e-6)

    def test_a_price_without_a_rate_is_no_price(self):
        assert product.list_price(a_product(), product.Refs({}, {}, None)) == 0.0
        assert product.list_price(a_product(), product.Refs({}, {}, 2.0)) == 25.0


class TestInventory:

    @given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
    def test_a_shop_never_sells_more_than_full_units_that_are_there(self, free, held):
        units = inventory.sellable(free, held)
        assert 0 <= units <= max(0, free - held) + 1e-5

    @pytest.mark.parametrize(('free', 'units'), [(0.5, 0), (2.9999999, 3), (2.99, 2), (-4, 0), (7, 7)])
    def test_broken_packs_are_not_sold(self, free, units):
        assert inventory.sellable(free) == units

    def test_every_row_says_what_it_changes_from_even_when_nothing_is_known(self):
        rows = [inventory.Row(1, 'i', 'l', 3, 5), inventory.Row(2, 'j', 'l', 0, None)]
        sent = inventory.payload(rows, 'gid://odoo-connector/StockSync/1')['quantities']
        assert [row['changeFromQuantity'] for row in sent] == [5, None]

    def test_refused_rows_are_found_by_their_path(self):
        errors = [
            {'field': ['input', 'quantities', '3', 'changeFromQuantity'], 'code': 'CHANGE_FROM_QUANTITY_STALE', 'message': 's'},
            {'field': ['input', 'quantities', '5'], 'code': 'INVALID_INVENTORY_ITEM', 'message': 'i'},
            {'field': ['input'], 'code': 'INVALID_REASON', 'message': 'r'}]
        assert sorted(inventory.refused_rows(errors)) == [3, 5]

    def test_a_row_with_another_problem_is_not_stale(self):
        path = ['input', 'quantities', '0']
        errors = [{'field': path, 'code': 'CHANGE_FROM_QUANTITY_STALE'}, {'field': path, 'code': 'INVALID_LOCATION'}]
        assert inventory.refused_rows(errors)[0]['code'] == 'INVALID_LOCATION'


class TestAddresses:

    def test_case_spaces_and_the_phones_format_do_not_make_another_address(self):
        one = address.vals({'name': 'Jane Doe', 'street': '1 Main  St', 'phone': '+1 (518) 555-0100'}, 1, 2, '')
        two = address.vals({'name': 'jane doe', 'street': '1 main st', 'phone': '+15185550100'}, 1, 2, '')
        assert address.content_key(one) == address.content_key(two)

    @pytest.mark.parametrize('name', ['street', 'street2', 'city', 'zip', 'company_name'])
    def test_any_other_content_is_another_address(self, name):
        one = address.vals({'name': 'Jane'}, 1, 2, '')
        assert address.content_key(one) != address.content_key({**one, name: 'x'})

    def test_nothing_is_no_address(self):
        assert address.clean(None) == {}
        assert address.clean({'firstName': None, 'address1': ' ', 'countryCodeV2': None}) == {}

    def test_the_names_parts_stand_in_for_the_name(self):
        assert address.clean({'firstName': 'Jane', 'lastName': 'Doe'})['name'] == 'Jane Doe'

    def test_a_customer_without_a_name_is_called_by_the_address_then_the_mail(self):
        assert address.customer_name({}, {'name': 'J. Doe'}, 'j@x.org') == 'J. Doe'
        assert address.customer_name(None, {}, 'j@x.org') == 'j@x.org'

    def test_mail_addresses_are_compared_in_lower_case(self):
        assert customer.email_of({'defaultEmailAddress': {'emailAddress': ' Jane@X.ORG '}}) == 'jane@x.org'


class TestShopAndSubscriptions:

    def test_a_development_store_is_a_test_store(self):
        data = {'shop': {'name': 'S', 'id': 'g', 'currencyCode': 'USD', 'plan': {'partnerDevelopment': True}}}
        assert shop.vals(data)['is_test_store']

    def test_only_supported_versions_are_offered(self):
        data = {'publicApiVersions': [{'handle': '2026-10', 'supported': True}, {'handle': 'unstable', 'supported': False}]}
        assert shop.supported_versions(data) == ['2026-10']

    def test_subscriptions_of_other_addresses_are_not_ours(self):
        nodes = [{'topic': 'A', 'id': '1', 'uri': 'https://a/x'}, {'topic': 'B', 'id': '2', 'uri': 'https://a/x/'}]
        assert webhook_subscription.mine(nodes, 'https://a/x') == {'A': '1'}

    def test_a_location_that_was_switched_off_is_archived(self):
        assert location.vals({'name': 'Shop', 'isActive': False})['active'] is False
