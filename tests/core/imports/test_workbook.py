"""Excel: values, formulas, several sheets; bombs and tricks are refused from outside (RELIABILITY F62)."""

import datetime as dt
import io
import time
import zipfile

import pytest

from core.imports.reading import Reading, kind_of, read_table
from core.imports.tables import NO_RESULT, Unreadable, is_error_value
from tests.core.imports.workbooks import replaced, rewritten, workbook

HEAD = ("Name", "E-Mail", "Firma")
ANNA = ("Anna Öhm", "anna@example.org", "Amt")
SHEET = "xl/worksheets/sheet1.xml"


def test_values_become_text_as_people_write_them():
    content = workbook(
        HEAD, ("Anna", "anna@example.org", 4711), ("Ben", "b@example.org", 1.5), (True, None, dt.date(2026, 11, 24))
    )
    assert kind_of(content) == "xlsx"
    table = read_table(content)
    assert [row.cells for row in table.rows] == [
        ("Anna", "anna@example.org", "4711"),
        ("Ben", "b@example.org", "1,5"),
        ("ja", "", "24.11.2026"),
    ]
    assert (table.encoding, table.sheet) == ("", "Tabelle1")


def test_another_sheet_can_be_chosen():
    content = workbook(sheets={"Deckblatt": [("Liste",), ("intern",)], "Gäste": [HEAD, ANNA]})
    assert read_table(content).sheets == ("Deckblatt", "Gäste")
    table = read_table(content, Reading(sheet="Gäste"))
    assert (table.sheet, table.rows[0].cells) == ("Gäste", ANNA)


def test_a_formula_gives_its_saved_value_or_says_that_there_is_none():
    content = workbook(HEAD, ("=A1", "anna@example.org", "Amt"), ANNA)
    assert read_table(content).rows[0].cells == (NO_RESULT, "anna@example.org", "Amt")
    saved = (
        replaced(content, SHEET, b"<f>A1</f><v></v>", b"<f>A1</f><v>42</v>")
        if b"<f>A1</f><v></v>" in part(content)
        else replaced(content, SHEET, b"<f>A1</f><v />", b"<f>A1</f><v>42</v>")
    )
    assert read_table(saved).rows[0].cells == ("42", "anna@example.org", "Amt")


def unchanged(_name: str, data: bytes) -> bytes:
    return data


def part(content: bytes, name: str = SHEET) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


@pytest.mark.parametrize("text", [NO_RESULT, "#N/A", "#NV", "#NAME?", "#bezug!"])
def test_excels_words_for_missing_values_are_known(text):
    assert is_error_value(text)
    assert not is_error_value(f"{text} Müller")


def test_a_bomb_is_refused_without_unpacking():
    # One megabyte that would be a gigabyte.
    zeros = b" " * (16 * 1024 * 1024)
    bomb = rewritten(workbook(HEAD, ANNA), unchanged, {f"xl/media/{n}": zeros for n in range(8)})
    assert len(bomb) < 1024 * 1024
    began = time.perf_counter()
    with pytest.raises(Unreadable, match="entpackt viel größer"):
        kind_of(bomb)
    assert time.perf_counter() - began < 1


def test_a_single_swollen_part_is_refused():
    swollen = rewritten(
        workbook(HEAD, ANNA), lambda name, data: data + b" " * (8 * 1024 * 1024) if name == SHEET else data
    )
    with pytest.raises(Unreadable, match="entpackt viel größer"):
        kind_of(swollen)


def test_an_archive_that_lies_about_its_size_is_broken():
    content = bytearray(workbook(HEAD, ANNA))
    # In the central directory: the size of the first part.
    position = content.index(b"PK\x01\x02")
    content[position + 24 : position + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="beschädigt"):
        read_table(bytes(content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("trick", ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', '<!ENTITY lol "lol">'])
def test_entities_are_refused_in_any_part(trick, encoding):
    def change(name: str, data: bytes) -> bytes:
        if name != SHEET:
            return data
        text = data.decode().replace("<worksheet", f"{trick}<worksheet", 1)
        return text.encode(encoding)

    with pytest.raises(Unreadable, match="Anweisungen, die nicht gelesen werden"):
        read_table(rewritten(workbook(HEAD, ANNA), change))


def test_macros_are_refused_by_content_not_by_name():
    macro_type = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    content = workbook(HEAD, ANNA)
    with pytest.raises(Unreadable, match="Makros"):
        kind_of(replaced(content, "[Content_Types].xml", plain, macro_type))
    with pytest.raises(Unreadable, match="Makros"):
        kind_of(rewritten(content, unchanged, {"xl/vbaProject.bin": b"\x00"}))


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive(table=b"Name;E-Mail"), "keine Excel-Arbeitsmappe"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (b"PK\x03\x04 and nothing else", "beschädigt"),
        (workbook(HEAD, ANNA)[:-200], "beschädigt"),
    ],
)
def test_renamed_and_damaged_archives_are_refused(content, words):
    with pytest.raises(Unreadable, match=words):
        kind_of(content)


def test_external_links_are_not_followed():
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    content = rewritten(workbook(HEAD, ANNA), unchanged, {"xl/externalLinks/externalLink1.xml": link})
    assert read_table(content).rows[0].cells == ANNA


def test_a_sheet_that_claims_to_be_endless_is_read_by_what_it_holds():
    content = workbook(HEAD, ANNA)
    assert b'ref="A1:C2"' in part(content)
    endless = replaced(content, SHEET, b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    began = time.perf_counter()
    assert len(read_table(endless).rows) == 1
    assert time.perf_counter() - began < 2


def test_rows_far_below_are_refused_and_not_forgotten():
    content = workbook(HEAD, ANNA)
    far = replaced(content, SHEET, b'<row r="2"', b'<row r="900000"')
    far = replaced(far, SHEET, b'r="A2"', b'r="A900000"')
    with pytest.raises(Unreadable, match=r"mehr als 50\.000 Zeilen"):
        read_table(far)
