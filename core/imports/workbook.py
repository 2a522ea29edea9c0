"""Excel workbooks, read without trusting them: looked at from outside before anything is unpacked (RELIABILITY F62)."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from core.imports.tables import MAX_COLUMNS, MAX_ROWS, NO_RESULT, Unreadable, too_many_rows

# A list of 50,000 people with ten columns stays below these; what declares more is no list of people.
MAX_MEMBERS = 1_000
MAX_UNPACKED = 64 * 1024 * 1024
MAX_TEXTS = 24 * 1024 * 1024
MAX_RATIO = 150
SMALL = 1024 * 1024
_CHUNK = 64 * 1024

BROKEN = "Die Excel-Datei ist beschädigt. Öffnen Sie sie in Excel und speichern Sie sie neu als .xlsx."
TOO_LARGE = "Die Excel-Datei ist entpackt viel größer als eine Gästeliste. Kopieren Sie die Zeilen in eine neue Mappe."
MACROS = "Die Excel-Datei enthält Makros. Speichern Sie sie als Excel-Arbeitsmappe (.xlsx) ohne Makros."
NO_WORKBOOK = "Das ist keine Excel-Arbeitsmappe. Speichern Sie die Liste als .xlsx oder als CSV."
FORBIDDEN = "Die Excel-Datei enthält Anweisungen, die nicht gelesen werden. Speichern Sie sie in Excel neu als .xlsx."


def check_workbook(content: bytes) -> bool:
    """Refuse what must not be unpacked; return whether any cell holds a formula.

    Sizes are those the archive declares, and reading stops at what is declared: an archive that lies is broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_names({member.filename for member in members})
            _check_sizes(members)
            markup = [member for member in members if member.filename.endswith((".xml", ".rels"))]
            # A list, so that every part is looked at, also behind the first formula.
            formulas = [_check_markup(archive, member) for member in markup]
            return any(formulas)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Unreadable(BROKEN) from None


def read_workbook(content: bytes, sheet: str = "") -> tuple[list[list[str]], str, tuple[str, ...]]:
    """Return the cells of one sheet as text, its name, and the names of all sheets.

    A formula gives the value Excel saved with it; where none was saved the cell reads NO_RESULT. sheet: empty for the
    first one that is not hidden. Raises Unreadable.
    """
    has_formulas = check_workbook(content)
    try:
        lines, name, names = _read(content, sheet, values=True)
        if has_formulas:
            _mark_missing_results(lines, _read(content, name, values=False)[0])
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a damaged part leads to
        raise Unreadable(BROKEN) from None
    return [[_text(value) for value in cells] for cells in lines], name, names


def _check_names(names: set[str]) -> None:
    if "mimetype" in names:
        raise Unreadable(
            "Das ist eine OpenDocument-Tabelle. Speichern Sie sie als Excel-Arbeitsmappe (.xlsx) oder CSV."
        )
    if any("vbaproject" in name.lower() for name in names):
        raise Unreadable(MACROS)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/worksheets/") for name in names):
        raise Unreadable(NO_WORKBOOK)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable(TOO_LARGE)
    for member in members:
        if member.flag_bits & 1:
            raise Unreadable("Die Excel-Datei ist mit einem Kennwort geschützt. Speichern Sie sie ohne Kennwort.")
        if member.file_size > SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise Unreadable(TOO_LARGE)
        if "sharedstrings" in member.filename.lower() and member.file_size > MAX_TEXTS:
            raise Unreadable(TOO_LARGE)


def _check_markup(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Refuse document types, entities and macro workbooks; return whether the part is a sheet with formulas.

    SECURITY: entities are how XML reaches for other files or swells in memory; no program writes them into a workbook.
    """
    has_formula, tail = False, b""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            # Without NUL bytes the words are found in UTF-16, too.
            text = (tail + chunk).replace(b"\x00", b"")
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Unreadable(FORBIDDEN)
            if member.filename == "[Content_Types].xml" and b"macroEnabled" in text:
                raise Unreadable(MACROS)
            has_formula = has_formula or b"<f>" in text or b"<f " in text or b":f>" in text or b":f " in text
            tail = chunk[-32:]
    return has_formula and member.filename.startswith("xl/worksheets/")


def _read(content: bytes, sheet: str, *, values: bool) -> tuple[list[list[Any]], str, tuple[str, ...]]:
    # External links are never followed: only what the file itself holds is read.
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    try:
        visible = [each for each in book.worksheets if each.sheet_state == "visible"] or book.worksheets
        if not visible:
            raise Unreadable(NO_WORKBOOK)
        chosen = next((each for each in visible if each.title == sheet), visible[0])
        # The size a sheet declares is not trusted: it may be missing, or a million columns wide.
        chosen.reset_dimensions()
        return list(_lines(chosen)), chosen.title, tuple(each.title for each in visible)
    finally:
        book.close()


def _lines(sheet: Any) -> Iterator[list[Any]]:
    filled = 0
    # One column more than allowed, so that a table that is too wide is refused and not cut.
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), start=1):
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        filled += bool(cells)
        if filled > MAX_ROWS or (cells and number > 4 * MAX_ROWS):
            raise too_many_rows()
        if number <= 4 * MAX_ROWS:
            yield cells


def _mark_missing_results(lines: list[list[Any]], formulas: list[list[Any]]) -> None:
    for number, cells in enumerate(formulas):
        for column, formula in enumerate(cells):
            if _is_formula(formula):
                line = lines[number]
                line.extend([None] * (column + 1 - len(line)))
                if line[column] in (None, ""):
                    line[column] = NO_RESULT


def _is_formula(value: Any) -> bool:
    return isinstance(value, ArrayFormula | DataTableFormula) or (isinstance(value, str) and value.startswith("="))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value).replace(".", ",")
    if isinstance(value, dt.datetime):
        return f"{value:%d.%m.%Y %H:%M}".removesuffix(" 00:00")
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    return str(value)
