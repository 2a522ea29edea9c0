"""What headings and cells mean."""

import pytest

from core.imports.reading import read_table
from events.list_rows import guess_guest_columns, likeness, read_guests


def guests(text: str, default_role: str = "participant", **mapping: int):
    table = read_table(text.encode())
    return read_guests(table, mapping or guess_guest_columns(table), default_role)


@pytest.mark.parametrize(
    ("headings", "mapping"),
    [
        ("Name;E-Mail;Firma", {"name": 0, "email": 1, "organisation": 2}),
        ("Anrede;Titel;Vorname;Nachname;E-Mail-Adresse;Institution", {
            "salutation": 0, "title": 1, "given_name": 2, "family_name": 3, "email": 4, "organisation": 5}),
        ("Vor- und Nachname;Mail;Rolle", {"name": 0, "email": 1, "role": 2}),
        ("FIRMENNAME;Ansprechpartner;eMail (dienstlich)", {"organisation": 0, "name": 1, "email": 2}),
        ("Name;Vorname;E-Mail geschäftlich;Telefon", {"given_name": 1, "name": 0, "email": 2}),
        ("x;y;z", {"email": 1}),
    ],
)  # fmt: skip
def test_columns_are_guessed_from_their_headings(headings, mapping):
    table = read_table(f"{headings}\na;anna@example.org;b;c;d;e\n".encode())
    assert guess_guest_columns(table) == mapping


def test_without_headings_the_column_with_addresses_is_found():
    table = read_table(b"Anna;anna@example.org\nBen;ben@example.org\n")
    assert guess_guest_columns(table) == {"email": 1, "name": 0}


def test_a_row_becomes_a_person():
    (guest,) = guests(
        "Anrede;Titel;Vorname;Nachname;E-Mail;Firma;Rolle\nFrau;Dr.;Ayşe;Öz;AYSE@example.org;Kammer;Moderatorin\n"
    )
    assert (guest.name, guest.email, guest.organisation) == ("Dr. Ayşe Öz", "AYSE@example.org", "Kammer")
    assert (guest.salutation, guest.role, guest.problem, guest.email_key) == (
        "frau",
        "moderation",
        "",
        "ayse@example.org",
    )


@pytest.mark.parametrize(
    ("cell", "name"), [("Amt, Anna", "Anna Amt"), ("Anna Amt, M.A.", "Anna Amt, M.A."), ("A, B, C", "A, B, C")]
)
def test_a_name_written_the_other_way_round_is_turned(cell, name):
    assert guests(f"Name;E-Mail\n{cell};anna@example.org\n")[0].name == name


def test_an_unknown_role_is_said_and_the_default_taken():
    (guest,) = guests("Name;E-Mail;Rolle\nAnna;anna@example.org;Drohnenpilotin\n", "guest")
    assert (guest.role, guest.note) == ("guest", "Die Rolle „Drohnenpilotin“ gibt es nicht; aufgenommen als Gast.")


@pytest.mark.parametrize(
    ("name", "email", "column", "problem"),
    [
        ("", "anna@example.org", "Name", "Der Name fehlt."),
        ("Anna", "", "E-Mail", "Die E-Mail-Adresse fehlt."),
        ("Anna", "anna@example", "E-Mail", "keine E-Mail-Adresse im Format"),
        ("Anna", "a@example.org b@example.org", "E-Mail", "mehrere Adressen"),
        ("anna@example.org", "anna@example.org", "Name", "Statt eines Namens"),
        ("A" * 151, "anna@example.org", "Name", "Länger als 150 Zeichen"),
        ("A" * 1001, "anna@example.org", "Name", "viel zu lang"),
        ("#NAME?", "anna@example.org", "Name", "Formel ohne Ergebnis"),
        ("Anna", "a" * 250 + "@example.org", "E-Mail", "Länger als 254 Zeichen"),
        ("Anna", "anna@exa\u202emple.org", "E-Mail", "keine E-Mail-Adresse"),
    ],
)
def test_what_is_no_person_says_why_and_where(name, email, column, problem):
    (guest,) = guests(f"Name;E-Mail\n{name};{email}\n;;\n", name=0, email=1)
    assert problem in guest.problem
    assert (guest.number, guest.column) == (2, column)


def test_spellings_of_one_name_are_alike():
    assert likeness("Prof. Dr. Jürgen Groß") == likeness("Gross, Juergen") == likeness("jürgen groß")
    assert likeness("Jürgen Groß") != likeness("Jürgen Klein")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Мария Петрова", "Иван Иванов"), ("Ελένη Παππά", "Νίκος Πέτρου"), ("张伟", "王芳"), ("علي", "فاطمة")],
)
def test_names_in_other_scripts_are_names(one, other):
    assert likeness(one) != likeness(other)
    assert likeness(one) == likeness(f"Dr. {one}")
