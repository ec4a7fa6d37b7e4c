"""Lists of links as spreadsheets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.entities import match_file


def test_columns_are_found_by_their_names():
    headings = ['Shopify Variant ID', 'Product In Shopify', 'Shopify SKU', 'Internal Reference', 'Sold As']
    assert match_file.meanings(headings) == ['variant_id', '', 'shop_sku', 'odoo_code', 'pack']
    assert match_file.meanings(['VARIANT  sku', 'Ítem-Number']) == ['shop_sku', 'odoo_code']


def test_a_barcode_next_to_nothing_else_of_the_shop_is_the_shops():
    assert match_file.meanings(['Barcode', 'Internal Reference']) == ['shop_barcode', 'odoo_code']
    assert match_file.meanings(['SKU', 'Barcode']) == ['shop_sku', 'odoo_barcode']


def test_both_sides_have_to_be_named():
    assert match_file.missing(['shop_sku', 'odoo_code']) == ''
    assert match_file.missing(['odoo_code', '']) == 'shop'
    assert match_file.missing(['shop_sku', 'pack']) == 'odoo'


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'utf-16', 'cp1252'])
@pytest.mark.parametrize('delimiter', [',', ';', '\t'])
def test_whatever_a_spreadsheet_saves_is_read(encoding, delimiter):
    data = delimiter.join(['Größe', 'SKU']) + '\r\n' + delimiter.join(['"a\nb"', 'x']) + '\r\n'
    assert match_file.csv_rows(data.encode(encoding)) == [['Größe', 'SKU'], ['a\nb', 'x']]


def test_numbers_are_read_as_people_see_them():
    assert [match_file.cell_text(cell) for cell in (12345.0, 7, None, ' a  b ', 1.5)] == ['12345', '7', '', 'a b', '1.5']


def test_blank_lines_do_not_shift_the_numbers():
    headings, lines = match_file.table([[None], ['SKU', 'Reference'], ['', ''], ['A', 'B']], 10)
    assert (headings, lines) == (['SKU', 'Reference'], [(4, ['A', 'B'])])


@pytest.mark.parametrize(
    ('rows', 'code'), [([], 'empty'), ([['SKU']], 'no_lines'), ([['SKU'], ['1'], ['2'], ['3']], 'too_many')]
)
def test_a_file_without_lines_or_with_too_many_is_refused(rows, code):
    with pytest.raises(match_file.BadFile) as caught:
        match_file.table(rows, 2)
    assert caught.value.code == code


def test_lines_that_name_nothing_say_so():
    assert match_file.problem(match_file.Line(2, {'odoo_code': 'A'})) == 'no_shop'
    assert match_file.problem(match_file.Line(2, {'shop_sku': 'A'})) == 'no_odoo'
    assert match_file.problem(match_file.Line(2, {'shop_sku': '4,00638E+12', 'odoo_code': 'A'})) == 'shortened'
    assert match_file.problem(match_file.Line(2, {'shop_sku': 'A', 'odoo_code': 'B'})) == ''


def test_ids_are_read_from_gids_and_from_what_spreadsheets_make_of_numbers():
    assert match_file.number('gid://shopify/ProductVariant/123') == 123
    assert match_file.number("'123") == match_file.number('123.0') == match_file.number(' 123 ') == 123
    assert match_file.number('x') == 0


def test_zeros_that_a_spreadsheet_took_off_are_put_back_unless_another_has_the_number():
    found = match_file.index([('00123', 'a'), ('456', 'b'), ('0456', 'c')], 'odoo_code')
    assert match_file.look_up(found, 'odoo_code', '123') == ['a']
    assert match_file.look_up(found, 'odoo_code', '456') == ['b']
    assert match_file.look_up(found, 'odoo_code', '0456') == ['c']
    assert match_file.look_up(found, 'odoo_code', '00456') == ['b', 'c']


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=8), st.floats(allow_nan=False)), max_size=4), max_size=6))
def test_no_sheet_breaks_the_reading(rows):
    try:
        headings, lines = match_file.table(rows, 100)
    except match_file.BadFile:
        return
    chosen = match_file.meanings(headings)
    for line in match_file.lines(lines, chosen):
        match_file.problem(line)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(data):
    try:
        match_file.csv_rows(data)
    except (UnicodeDecodeError, match_file.csv.Error) as error:
        raise AssertionError from error
