"""From bytes to a table: which kind of file it is, where its headings stand."""

import re
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from core.imports.tables import MAX_BYTES, Row, Table, Unreadable, rows_of
from core.imports.text import decode, detect_encoding, lines_of
from core.imports.workbook import check_workbook, read_workbook

CSV, XLSX = "csv", "xlsx"
ARCHIVE = b"PK"
# Headings are looked for here; what stands further down is data.
TOP = 20
AUTOMATIC = -1

_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_REFUSED = {
    b"\xd0\xcf\x11\xe0": "Das ist eine alte oder mit Kennwort geschützte Excel-Datei. "
    "Speichern Sie sie ohne Kennwort als Excel-Arbeitsmappe (.xlsx).",
    b"%PDF": "Das ist ein PDF. Speichern Sie die Liste dort, wo sie herkommt, als Excel-Datei oder als CSV.",
    b"{\\rtf": "Das ist ein Textdokument. Kopieren Sie die Tabelle daraus und fügen Sie sie in das Textfeld ein.",
}


@dataclass(frozen=True)
class Reading:
    """How to read: what the person corrected; the defaults leave it to recognition."""

    encoding: str = ""
    sheet: str = ""
    heading: int = AUTOMATIC


def kind_of(content: bytes) -> str:
    """Return "csv" or "xlsx" by looking inside; a name proves nothing. Raises Unreadable for everything else."""
    if len(content) > MAX_BYTES:
        raise Unreadable("Die Datei ist größer als 20 MB. Teilen Sie sie auf, oder kopieren Sie nur die Zeilen heraus.")
    if not content.strip():
        raise Unreadable("Die Datei ist leer.")
    for mark, sentence in _REFUSED.items():
        if content.startswith(mark):
            raise Unreadable(sentence)
    if content.startswith(ARCHIVE):
        check_workbook(content)
        return XLSX
    decode(content, detect_encoding(content))
    return CSV


def read_table(content: bytes, reading: Reading | None = None) -> Table:
    """Return the table in the file. Raises Unreadable with what to do when there is none."""
    reading = reading or Reading()
    encoding, sheet, without_heading = "", "", False
    sheets: tuple[str, ...] = ()
    if content.startswith(ARCHIVE):
        lines, sheet, sheets = read_workbook(content, reading.sheet)
    else:
        encoding = reading.encoding or detect_encoding(content)
        lines, without_heading = lines_of(decode(content, encoding))
    rows = rows_of(lines)
    if not rows:
        raise Unreadable("In der Datei steht keine Zeile mit Inhalt.")
    heading = reading.heading
    if without_heading:
        heading = 0
    elif heading == AUTOMATIC or not any(row.number == heading for row in rows[:TOP]):
        heading = 0 if heading == 0 else find_heading(rows)
    return _table(rows, heading, encoding, sheet, sheets)


def find_heading(rows: list[Row]) -> int:
    """Return the number of the row with the headings: the last one before the first address; 0 when there is none."""
    for position, row in enumerate(rows[:TOP]):
        if any(_ADDRESS.fullmatch(cell.strip("<>;,")) for cell in row.cells):
            above = [each for each in rows[:position] if sum(bool(cell) for cell in each.cells) > 1]
            return above[-1].number if above else (rows[position - 1].number if position else 0)
    return rows[0].number if len(rows) > 1 else 0


def _table(rows: list[Row], heading: int, encoding: str, sheet: str, sheets: tuple[str, ...]) -> Table:
    titles = next((row.cells for row in rows if row.number == heading), ())
    body = tuple(row for row in rows if row.number > heading)
    width = max((len(row.cells) for row in (*body, *rows[:TOP])), default=0)
    columns = tuple(
        (titles[index] if index < len(titles) else "") or f"Spalte {get_column_letter(index + 1)}"
        for index in range(width)
    )
    if not body:
        raise Unreadable("Unter den Überschriften steht keine Zeile.")
    return Table(columns, body, heading, tuple(rows[:TOP]), encoding, sheet, sheets)
