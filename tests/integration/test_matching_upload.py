"""Links that somebody keeps in a spreadsheet are uploaded, looked at and carried out."""

import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError

from tests.integration.test_matching import MatchingCase
from tests.support.products import product, variant


class UploadCase(MatchingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backend.product_policy = 'match'
        cls.other = cls.storable('REF-2', barcode='4006381333931')

    def uploaded(self, text, filename='links.csv', **values):
        data = text if isinstance(text, bytes) else text.encode()
        wizard = self.env['shopify.match.upload'].create(
            {'backend_id': self.backend.id, 'file': base64.b64encode(data), 'filename': filename, **values}
        )
        wizard.action_read()
        return wizard

    def outcomes(self, wizard):
        return {line.number: line.outcome for line in wizard.line_ids}

    def binding(self, number):
        return self.env['shopify.variant.binding'].search([('gid', '=', f'gid://shopify/ProductVariant/{number}')])


class TestUpload(UploadCase):
    def test_a_list_links_what_no_code_would(self):
        self.bring_products(product(1, variant(1, sku='W-1')), product(2, variant(2, sku='W-2')))
        wizard = self.uploaded('Shopify SKU;Internal Reference\nw-1;SKU-1\nW-2;REF-2\n')
        self.assertEqual((wizard.state, wizard.link_count, wizard.error_count), ('preview', 2, 0))
        self.assertFalse(self.bound(1))
        wizard.action_apply()
        self.assertEqual((self.bound(1), self.bound(2)), (self.product, self.other))
        self.assertEqual((wizard.state, wizard.linked_count), ('done', 2))
        self.assertEqual(self.row(1).state, 'done')
        keys = self.env['shopify.task'].search([('kind', '=', 'product'), ('state', '=', 'pending')]).mapped('key')
        self.assertEqual(set(keys), {'gid://shopify/Product/1', 'gid://shopify/Product/2'})

    def test_what_is_only_planned_is_linked_by_its_import(self):
        payload = product(1, variant(1, sku='W-1'))
        self.plan(payload)
        self.uploaded('variant id,odoo barcode\n1,4006381333931\n').action_apply()
        self.assertEqual((self.row(1).choice, self.row(1).state), ('link', 'chosen'))
        self.bring_products(payload)
        self.assertEqual(self.bound(1), self.other)

    def test_every_line_that_cannot_be_linked_says_why_and_the_others_are_linked(self):
        self.bring_products(
            product(1, variant(1, sku='W-1')), product(2, variant(2, sku='DUP')), product(3, variant(3, sku='DUP'))
        )
        self.storable('TWO'), self.storable('TWO')
        archived = self.storable('OLD')
        archived.action_archive()
        wizard = self.uploaded(
            'Shopify SKU,Internal Reference\nNOWHERE,SKU-1\nDUP,SKU-1\nW-1,NOTHING\nW-1,TWO\nW-1,OLD\n,SKU-1\nW-1,\nW-1,SKU-1\n'
        )
        lines = {line.number: line for line in wizard.line_ids}
        self.assertEqual(self.outcomes(wizard), {**dict.fromkeys(range(2, 9), 'error'), 9: 'link'})
        self.assertEqual(len({line.message for line in lines.values() if line.outcome == 'error'}), 7)
        wizard.action_apply()
        self.assertEqual(self.bound(1), self.product)

    def test_the_lines_that_could_not_be_linked_come_back_as_a_file(self):
        self.bring_products(product(1, variant(1, sku='W-1')))
        wizard = self.uploaded('Shopify SKU,Note,Internal Reference\nW-1,keep me,NOTHING\n')
        wizard.action_download_errors()
        sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.result))).active
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        self.assertEqual(rows[0], ['Shopify SKU', 'Note', 'Internal Reference', 'Why'])
        self.assertEqual(rows[1][:3], ['W-1', 'keep me', 'NOTHING'])
        again = self.uploaded(base64.b64decode(wizard.result), 'lines.xlsx')
        self.assertEqual(again.error_count, 1)

    def test_the_list_of_what_is_not_linked_is_filled_in_and_uploaded(self):
        self.bring_products(product(1, variant(1, sku='=1+1', barcode='0001')), product(2, variant(2, sku='SKU-1')))
        wizard = self.env['shopify.match.upload'].create({'backend_id': self.backend.id})
        answer = wizard.action_download_list()
        self.assertIn('/result/', answer['url'])
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.result)))
        rows = [list(row) for row in book.active.iter_rows(values_only=True)]
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1][:5], ['1', 'Shirt', None, '=1+1', '0001'])
        book.active.cell(2, 6).value = 'REF-2'
        target = io.BytesIO()
        book.save(target)
        self.uploaded(target.getvalue(), 'filled.xlsx').action_apply()
        self.assertEqual(self.bound(1), self.other)

    def test_links_are_changed_only_when_that_is_wanted(self):
        self.bring_products(product(1, variant(1, sku='SKU-1')))
        wizard = self.uploaded('Variant SKU,Reference\nSKU-1,REF-2\n')
        self.assertEqual(self.outcomes(wizard), {2: 'relink'})
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.change_links = True
        wizard.action_apply()
        self.assertEqual(self.bound(1), self.other)
        again = self.uploaded('Variant SKU,Reference\nSKU-1,REF-2\n')
        self.assertEqual(self.outcomes(again), {2: 'same'})

    def test_a_variant_on_two_lines_is_linked_by_none_unless_they_say_the_same(self):
        self.bring_products(product(1, variant(1, sku='W-1')), product(2, variant(2, sku='W-2')))
        wizard = self.uploaded('Shopify SKU,Reference\nW-1,SKU-1\nW-1,REF-2\nW-2,REF-2\nW-2,REF-2\n')
        self.assertEqual(self.outcomes(wizard), {2: 'error', 3: 'error', 4: 'link', 5: 'same'})
        self.assertIn('2, 3', wizard.line_ids.filtered(lambda line: line.number == 2).message)

    def test_columns_that_are_not_understood_are_asked_about(self):
        self.bring_products(product(1, variant(1, sku='W-1')))
        wizard = self.uploaded('Artikel,Unser Code\nW-1,SKU-1\n')
        self.assertEqual((wizard.state, wizard.column_ids.mapped('example')), ('columns', ['W-1', 'SKU-1']))
        with self.assertRaises(UserError):
            wizard.action_preview()
        wizard.column_ids[0].meaning, wizard.column_ids[1].meaning = 'shop_sku', 'odoo_code'
        wizard.action_preview()
        self.assertEqual(wizard.link_count, 1)

    def test_excel_may_take_the_zeros_off(self):
        zeros = self.storable('00077')
        self.bring_products(product(1, variant(1, sku='000123')))
        wizard = self.uploaded('Shopify SKU,Reference\n123,77\n')
        self.assertEqual(wizard.line_ids.product_id, zeros)

    def test_a_file_that_is_no_list_is_refused_with_a_way_out(self):
        for data in (b'', b'PK\x03\x04garbage', b'\xd0\xcf\x11\xe0old excel', b'SKU\n'):
            with self.subTest(data=data), self.assertRaises(UserError):
                self.uploaded(data)

    def test_products_of_another_company_are_not_found(self):
        theirs = self.env['res.company'].create({'name': 'Other'})
        self.storable('THEIRS', company_id=theirs.id)
        self.bring_products(product(1, variant(1, sku='W-1')))
        self.assertEqual(self.outcomes(self.uploaded('Shopify SKU,Reference\nW-1,THEIRS\n')), {2: 'error'})

    def test_a_list_says_what_is_a_pack(self):
        self.bring_products(product(1, variant(1, sku='W-1')), product(2, variant(2, sku='W-2')))
        dozen = self.env.ref('uom.product_uom_dozen')
        dozen.active = True
        wizard = self.uploaded('Shopify SKU,Reference,Sold As\nW-1,SKU-1,12\nW-2,REF-2,parsec\n')
        self.assertEqual(self.outcomes(wizard), {2: 'link', 3: 'error'})
        wizard.action_apply()
        self.assertEqual((self.binding(1).pack_uom_id, self.binding(1).pack_size), (dozen, 12.0))

    def test_a_user_without_the_managers_role_uploads_nothing(self):
        user = self.env['res.users'].create(
            {
                'name': 'Looker',
                'login': 'looker',
                'group_ids': [(6, 0, [self.env.ref('shopify_connector.group_shopify_user').id])],
            }
        )
        with self.assertRaises(AccessError):
            self.env['shopify.match.upload'].with_user(user).create({'backend_id': self.backend.id})

    def test_a_manager_uploads(self):
        manager = self.env['res.users'].create(
            {
                'name': 'Manager',
                'login': 'match-manager',
                'group_ids': [(6, 0, [self.env.ref('shopify_connector.group_shopify_manager').id])],
            }
        )
        self.bring_products(product(1, variant(1, sku='W-1')))
        wizard = self.env['shopify.match.upload'].with_user(manager).create(
            {'backend_id': self.backend.id, 'file': base64.b64encode(b'Shopify SKU,Reference\nW-1,SKU-1\n')}
        )
        wizard.action_read()
        wizard.action_apply()
        self.assertEqual(self.bound(1), self.product)
