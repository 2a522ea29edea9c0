"""Small workbooks for tests, well-formed and hostile."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook


def workbook(*rows: Sequence[Any], sheets: dict[str, list[Sequence[Any]]] | None = None) -> bytes:
    """Return an .xlsx with these rows, or with these sheets."""
    book = Workbook()
    first = book.active
    for title, lines in (sheets or {"Tabelle1": list(rows)}).items():
        sheet = first if first.title == "Sheet" else book.create_sheet(title)
        sheet.title = title
        for line in lines:
            sheet.append(list(line))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rewritten(content: bytes, change: Callable[[str, bytes], bytes], added: dict[str, bytes] | None = None) -> bytes:
    """Return the archive with each part changed, and with parts added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, data in (added or {}).items():
            target.writestr(name, data)
    return buffer.getvalue()


def replaced(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return the archive with some bytes of one part replaced."""

    def change(name: str, data: bytes) -> bytes:
        assert name != part or old in data
        return data.replace(old, new) if name == part else data

    return rewritten(content, change)
