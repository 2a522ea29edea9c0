"""Tables as CSV and XLSX that open in German Excel and cannot run anything.

SECURITY: a cell that begins like a formula stays text: CSV gets a leading apostrophe, XLSX the text type.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.dates import BERLIN

_FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
# What openpyxl takes as it is: neither "=…" nor "#NAME?" nor a control character, and not too long for a cell.
_PLAIN = re.compile(r"(?![=#])[^\x00-\x1f]{0,32000}\Z")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_response(name: str, header: Sequence[str], table: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a CSV download: UTF-8 with BOM, semicolons, CRLF, decimal comma. `name` comes without suffix."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(map(_csv_row, table))
    return _download(f"{name}.csv", CSV_TYPE, ("\ufeff" + buffer.getvalue()).encode())


def xlsx_response(
    name: str, header: Sequence[str], table: Iterable[Sequence[Any]], about: Iterable[Sequence[str]] = ()
) -> HttpResponse:
    """Return an XLSX download; every string is written as text. `name` comes without suffix.

    about: rows of a second sheet that says what the list is, above all under which filters it was made.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Liste")
    sheet.freeze_panes = "A2"
    for number, title in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(40, len(title) + 6))
    bold = Font(bold=True)
    head = []
    for title in header:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font = bold
        head.append(cell)
    sheet.append(head)
    for row in table:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    if about:
        notes = book.create_sheet("Auswahl")
        for row in about:
            notes.append([_xlsx_cell(notes, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return _download(f"{name}.xlsx", XLSX_TYPE, buffer.getvalue())


def cell_text(value: Any) -> str:
    """Return a cell as people read it: ja and nein, German dates, decimal comma, nothing for None."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True or value is False:
        return "ja" if value else "nein"
    if isinstance(value, dt.datetime):
        local = value.astimezone(BERLIN)
        # strftime() takes three times as long, and a list has two for each person.
        return f"{local.day:02}.{local.month:02}.{local.year} {local.hour:02}:{local.minute:02}"
    if isinstance(value, dt.date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, float):
        return f"{value}".replace(".", ",")
    return str(value)


def _csv_row(row: Sequence[Any]) -> list[str]:
    # Most cells are empty or begin with a letter or a figure: no formula does.
    return [value if value == "" or (type(value) is str and value[0].isalnum()) else _csv_text(value) for value in row]


def _csv_text(value: Any) -> str:
    if not isinstance(value, str):
        return cell_text(value)
    return f"'{value}" if _FORMULA.match(value) else value


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = cell_text(value)
    if _PLAIN.match(text):
        return text or None
    cell = WriteOnlyCell(sheet, value="")
    # Assigned past openpyxl's guess, which would turn "=…" into a formula; control characters would break the file.
    cell._value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32767]  # noqa: SLF001
    cell.data_type = "s"
    return cell


def _download(filename: str, content_type: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
