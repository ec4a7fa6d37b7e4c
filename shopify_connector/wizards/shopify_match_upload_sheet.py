"""Spreadsheets in and out."""

import io
import zipfile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from ..entities import match_file

_WIDTHS = (18, 34, 20, 18, 18, 22, 16, 40)
# A few kilobytes can be packed so that they unfold to more memory than a worker has.
_MOST_UNPACKED = 200 * 1024 * 1024


def rows(data, filename):
    """The lines of a CSV or XLSX file, as lists of cells.

    :raise match_file.BadFile: no spreadsheet.
    """
    if not data.startswith(b'PK'):
        if (
            data.startswith(b'\xd0\xcf\x11\xe0')
            or b'\x00' in data[:200]
            and not data.startswith((b'\xff\xfe', b'\xfe\xff'))
        ):
            raise match_file.BadFile('kind')
        return match_file.csv_rows(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_UNPACKED:
                raise match_file.BadFile('too_many')
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise match_file.BadFile('kind') from error
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def written(headings, lines):
    """An XLSX file of texts, as bytes. Texts they stay: no item number loses its zeros, nothing becomes a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (headings, *lines):
        sheet.append([''] * len(line))
        for column, value in enumerate(line, 1):
            cell = sheet.cell(sheet.max_row, column)
            cell.value, cell.number_format = str(value or ''), '@'
            cell.data_type = 's'
    for column, width in zip('ABCDEFGHIJKLMNOP', _WIDTHS, strict=False):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = 'A2'
    for cell in sheet[1]:
        cell.font = openpyxl.styles.Font(bold=True)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
