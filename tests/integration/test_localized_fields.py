"""What the customer's country asks for at the checkout: kept on the order, and on a contact that lacks it."""

from unittest.mock import patch

from odoo.exceptions import ValidationError

from tests.support.invoices import BooksCase

ROMA = {
    'first_name': 'Anna', 'last_name': 'Verdi', 'address1': 'Via Appia 1', 'city': 'Roma', 'zip': '00100',
    'country': 'Italy', 'country_code': 'IT', 'province': 'Roma', 'province_code': 'RM',
}  # fmt: skip
PERSON = {'first_name': 'Anna', 'last_name': 'Verdi', 'email': 'anna.verdi@example.com'}


def given(key, title, value):
    return {'key': key, 'title': title, 'value': value, 'purpose': 'TAX', 'countryCode': key[-2:]}


class TestLocalizedFields(BooksCase):
    def sell_to(self, address, *fields):
        return self.sell(kind='plain', billing_address=address, customer=PERSON, localized=list(fields))

    def requests(self):
        stats = self.simulator.stats(self.backend.shop_domain)['by_operation']
        return stats.get('OrderLocalizedFields', {}).get('requests', 0)

    def test_a_codice_fiscale_stands_on_the_order(self):
        binding = self.sell_to(ROMA, given('TAX_CREDENTIAL_IT', 'Codice fiscale', 'VRDNNA80A41H501X'))
        self.assertEqual(binding.localized_fields, 'Codice fiscale: VRDNNA80A41H501X')
        self.assertEqual(binding.sale_order_id.shopify_localized_fields, binding.localized_fields)
        self.assertFalse(binding.sale_order_id.partner_id.vat, "It is the number of a person, not a VAT number.")

    def test_a_tax_number_fills_what_the_contact_lacks_and_nothing_else(self):
        lima = {**ROMA, 'city': 'Lima', 'country': 'Peru', 'country_code': 'PE', 'province': None, 'province_code': None}
        number = given('TAX_CREDENTIAL_PE', 'RUC/DNI', '20551583041')
        partner = self.sell_to(lima, number).sale_order_id.partner_id
        self.assertEqual(partner.vat, '20551583041')
        self.sell_to(lima, {**number, 'value': '10254824220'})
        self.assertEqual(partner.vat, '20551583041')

    def test_a_number_that_odoo_refuses_holds_up_no_order(self):
        def refuse(_records, _values):
            raise ValidationError("No tax number looks like this.")

        partner, trail = self.env['res.partner'].create({'name': 'Without a number'}), []
        with patch.object(self.registry['res.partner'], 'write', refuse):
            self.env['shopify.sync.order']._fill_in_numbers(partner, {'vat': 'X', 'unheard_of': 'Y'}, trail)
        self.assertEqual(trail, [('number_invalid', {'number': 'X'})])
        self.assertFalse(partner.vat)

    def test_countries_without_any_are_not_asked(self):
        before = self.requests()
        binding = self.sell(kind='plain', country='US')
        self.assertFalse(binding.localized_fields)
        self.assertEqual(self.requests(), before)
