"""CSV in every encoding people have, cells from Excel, addresses from mail programs (RELIABILITY F57, F58)."""

import contextlib
import time

import pytest

from core.imports.reading import Reading, kind_of, read_table
from core.imports.tables import Unreadable

LIST = "Name;E-Mail;Firma\r\nJürgen Groß;juergen@example.org;Öl & Söhne\r\n"


def read(content: bytes):
    kind_of(content)
    return read_table(content)


def cells(content: bytes, **options) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(content, Reading(**options)).rows]


@pytest.mark.parametrize(
    ("encoding", "recognised"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp850", "cp850"),
        ("mac_roman", "mac_roman"),
    ],
)
def test_umlauts_arrive_whatever_the_encoding(encoding, recognised):
    table = read_table(LIST.encode(encoding))
    assert table.columns == ("Name", "E-Mail", "Firma")
    assert [row.cells for row in table.rows] == [("Jürgen Groß", "juergen@example.org", "Öl & Söhne")]
    assert table.encoding == recognised


def test_a_wrong_guess_can_be_corrected():
    content = "Name;E-Mail\nJosé Çelik;jose@example.org\n".encode("cp850")
    assert cells(content, encoding="cp1252") != cells(content, encoding="cp850")
    assert cells(content, encoding="cp850") == [("José Çelik", "jose@example.org")]


def test_an_encoding_that_does_not_fit_is_a_sentence():
    with pytest.raises(Unreadable, match=r"lässt sich nicht als UTF-8 lesen\. Wählen Sie eine andere Zeichenkodierung"):
        read_table(LIST.encode("cp1252"), Reading(encoding="utf-8"))


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_each_delimiter(delimiter):
    text = f"Name{delimiter}E-Mail\nAnna Amt{delimiter}anna@example.org\nBen Bau{delimiter}ben@example.org"
    assert cells(text.encode()) == [("Anna Amt", "anna@example.org"), ("Ben Bau", "ben@example.org")]


def test_commas_inside_names_do_not_fool_it():
    text = "Name;E-Mail\nAmt, Anna;anna@example.org\nBau, Ben;ben@example.org\n"
    assert cells(text.encode())[0] == ("Amt, Anna", "anna@example.org")


def test_excels_own_line_about_the_delimiter_is_followed():
    table = read_table(b"sep=,\r\nName,E-Mail\r\nAnna,anna@example.org\r\n")
    assert (table.columns, table.rows[0].number) == (("Name", "E-Mail"), 3)


def test_quotes_with_line_breaks_empty_lines_and_a_missing_last_newline():
    text = 'Name;E-Mail;Firma\n\n"Anna ""Anni"" Amt";anna@example.org;"Amt\nAbteilung 2"\n;;\n\nBen;ben@example.org;Bau'
    rows = read_table(text.encode()).rows
    assert [(row.number, row.cells) for row in rows] == [
        (3, ('Anna "Anni" Amt', "anna@example.org", "Amt Abteilung 2")),
        (6, ("Ben", "ben@example.org", "Bau")),
    ]


def test_lines_above_the_headings_are_passed_over():
    table = read_table("Gästeliste 2026;;\n;;\nName;E-Mail;Firma\nAnna;anna@example.org;Amt\n".encode())
    assert (table.heading, table.columns) == (3, ("Name", "E-Mail", "Firma"))
    assert len(table.rows) == 1


def test_a_list_without_headings_keeps_its_first_row():
    table = read_table(b"Anna;anna@example.org\nBen;ben@example.org\n")
    assert (table.heading, table.columns, len(table.rows)) == (0, ("Spalte A", "Spalte B"), 2)


def test_the_heading_can_be_chosen():
    content = b"info@example.org;\nName;E-Mail\nAnna;anna@example.org\n"
    assert read_table(content).heading == 0
    assert read_table(content, Reading(heading=2)).columns == ("Name", "E-Mail")
    assert read_table(content, Reading(heading=99)).heading == 0, "a row that does not exist is ignored"


@pytest.mark.parametrize(
    "text",
    [
        'Anna Amt <anna@example.org>, "Bau, Ben" <ben@example.org>',
        "Anna Amt <anna@example.org>; Bau, Ben <ben@example.org>;",
        "Anna Amt <anna@example.org>\r\nBau, Ben <ben@example.org>\r\n",
        "Anna Amt (anna@example.org)\nBau, Ben mailto:ben@example.org",
    ],
)
def test_addresses_as_mail_programs_copy_them(text):
    table = read_table(text.encode())
    assert [row.cells for row in table.rows] == [("Anna Amt", "anna@example.org"), ("Bau, Ben", "ben@example.org")]


def test_an_address_without_a_name_and_a_name_without_an_address_stay():
    assert cells(b"anna@example.org; Ben <ben@example.org>; C <c@example.org>; D <d@example.org>; Emil") == [
        ("", "anna@example.org"),
        ("Ben", "ben@example.org"),
        ("C", "c@example.org"),
        ("D", "d@example.org"),
        ("Emil",),
    ]


def test_names_with_commas_in_a_csv_are_no_mail_addresses():
    assert cells(b"Amt, Anna;anna@example.org\nBau, Ben;ben@example.org")[0] == ("Amt, Anna", "anna@example.org")
    assert cells(b"Anna,anna@example.org\nBen,ben@example.org")[0] == ("Anna", "anna@example.org")
    assert cells(b"E-Mail\nanna@example.org\nben@example.org") == [("anna@example.org",), ("ben@example.org",)]


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000 + " x@example.org", "x@example.org " + "<" * 1_000_000, '"' * 900_001 + "@"]
)
def test_no_text_makes_reading_slow(text):
    began = time.perf_counter()
    with contextlib.suppress(Unreadable):
        read_table(text.encode())
    assert time.perf_counter() - began < 5


def test_cells_copied_from_excel():
    assert cells(b"Name\tE-Mail\nAnna\tanna@example.org\n") == [("Anna", "anna@example.org")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leer"),
        (b" \r\n ", "leer"),
        (b";;\n;;\n", "keine Zeile mit Inhalt"),
        (b"Anna\x00;anna@example.org\n" * 50, "keine Textdatei"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "keine Textdatei"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0....", "alte oder mit Kennwort"),
        (b"{\\rtf1 ...", "Textdokument"),
        (b"x;" + b"a" * 10_000_000, "viel zu lang"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(content, words):
    with pytest.raises(Unreadable, match=words):
        read(content)


def test_too_large_is_refused_before_reading(monkeypatch):
    with pytest.raises(Unreadable, match="größer als 20 MB"):
        kind_of(b"a;b\n" * (6 * 1024 * 1024))


def test_too_many_rows_are_refused():
    with pytest.raises(Unreadable, match=r"mehr als 50\.000 Zeilen"):
        read_table(b"a;b\n" * 200_000)
    with pytest.raises(Unreadable, match=r"mehr als 50\.000 Zeilen"):
        read_table(b"a;b\n" * 50_001)
    assert len(read_table(b"a;b\n" * 50_000).rows) == 49_999


def test_too_many_columns_are_refused():
    with pytest.raises(Unreadable, match="Zeile 2 hat mehr als 100 Spalten"):
        read_table(b"a;b\n" + b"x;" * 100 + b"x\n")


def test_invisible_signs_go_and_real_ones_stay():
    text = "Name;E-Mail\n\ufeff Ann\u200ba\u00a0 Amt\t;anna@example.org\nO’Brien Ș.;o@example.org\n"
    assert [row[0] for row in cells(text.encode())] == ["Anna Amt", "O’Brien Ș."]
