"""What a file turned out to be: a heading and rows of text, whatever program wrote it."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from core.exceptions import DomainError

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 100
# No name, address or organisation is longer; a missing quotation mark makes cells that are.
LONGEST_CELL = 1_000

NO_RESULT = "#FORMEL"
_ERROR_VALUE = re.compile(r"#(FORMEL|N/A|NV|NAME\?|REF!|BEZUG!|VALUE!|WERT!|DIV/0!|NULL!|NUM!|ZAHL!)", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u00ad"))


class Unreadable(DomainError):
    """The file cannot or must not be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row that is not empty; `number` counts as Excel does, from 1, empty rows included."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The rows below the heading, and how they were read: what the person may correct."""

    columns: tuple[str, ...]
    """The headings; "Spalte B" where there is none."""
    rows: tuple[Row, ...]
    heading: int
    """Number of the row with the headings; 0: there is none."""
    top: tuple[Row, ...]
    """The first rows of the file, the heading among them."""
    encoding: str = ""
    """Recognised or chosen character encoding; empty for Excel files, which have none to choose."""
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def cell(self, row: Row, column: int | None) -> str:
        """Return a cell's text, empty where the row is shorter or nothing is mapped."""
        return row.cells[column] if column is not None and column < len(row.cells) else ""

    def cells(self, row: Row) -> list[str]:
        """Return one text for each column."""
        return [self.cell(row, column) for column in range(len(self.columns))]


def clean(text: str) -> str:
    """Return a cell's text on one line: single spaces, nothing invisible. NUL bytes never get this far."""
    visible = "".join(" " if unicodedata.category(each) == "Cc" else each for each in text.translate(_INVISIBLE))
    return " ".join(visible.split())


def is_error_value(text: str) -> bool:
    """Tell whether the cell holds no value but Excel's word for one that is missing, or a formula never calculated."""
    return bool(_ERROR_VALUE.fullmatch(text))


def rows_of(lines: Iterable[Iterable[str]], first: int = 1) -> list[Row]:
    """Return the rows that are not empty, numbered from `first`. Raises Unreadable beyond the limits."""
    rows = []
    for number, cells in enumerate(lines, start=first):
        cleaned = [clean(cell) for cell in cells]
        while cleaned and not cleaned[-1]:
            cleaned.pop()
        if not cleaned:
            continue
        if len(cleaned) > MAX_COLUMNS:
            raise Unreadable(f"Zeile {number} hat mehr als {MAX_COLUMNS} Spalten. Löschen Sie überzählige Spalten.")
        rows.append(Row(number, tuple(cleaned)))
        if len(rows) > MAX_ROWS:
            raise too_many_rows()
    return rows


def too_many_rows() -> Unreadable:
    """Return the refusal of a file with too many rows."""
    return Unreadable("Die Datei hat mehr als 50.000 Zeilen. Teilen Sie sie in mehrere Dateien auf.")
