"""What the rows of a guest list say about people: which columns they may have, and each row as a person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.imports.columns import ColumnMapping, guess_columns
from core.imports.tables import LONGEST_CELL, Row, Table, is_error_value
from core.search import email_key, fold, name_key
from events.models import Registration

# In the order of the form.
FIELDS = {
    "name": "Vor- und Nachname in einer Spalte",
    "given_name": "Vorname",
    "family_name": "Nachname",
    "title": "Titel",
    "email": "E-Mail-Adresse",
    "organisation": "Organisation",
    "role": "Rolle",
    "salutation": "Anrede",
}
# Folded headings without spaces and signs; the order decides who may take a longer heading that contains the word.
HEADINGS = {
    "email": ("email", "emailadresse", "mail", "mailadresse", "epost"),
    "given_name": ("vorname", "vornamen", "rufname", "firstname", "givenname"),
    "family_name": ("nachname", "familienname", "zuname", "lastname", "surname"),
    "organisation": (
        *("organisation", "firma", "unternehmen", "institution", "einrichtung", "arbeitgeber", "betrieb", "company"),
        *("firm", "verbund", "traeger"),
    ),
    "role": ("rolle", "rolleimtreffen", "role"),
    "salutation": ("anrede", "geschlecht", "salutation"),
    "title": ("titel", "akademischertitel", "titelgrad"),
    "name": (
        *("name", "vorundnachname", "vornamenachname", "namevorname", "ansprechperson", "ansprechpartner", "kontakt"),
        *("person", "gast", "teilnehmer", "teilnehmende", "anzeigename", "displayname", "fullname"),
    ),
}
_SALUTATIONS = {
    **dict.fromkeys(("frau", "fr", "w", "weiblich", "mrs", "ms"), "frau"),
    **dict.fromkeys(("herr", "herrn", "hr", "m", "maennlich", "mr"), "herr"),
}
_Role = Registration.Role
_ROLES = {fold(label): value for value, label in _Role.choices} | {
    **dict.fromkeys(("teilnahme", "teilnehmer", "teilnehmerin", "teilnehmende", "teilnehmer in"), _Role.PARTICIPANT),
    **dict.fromkeys(("gastgeberin", "veranstalter", "veranstalterin"), _Role.HOST),
    **dict.fromkeys(("podiumsgast", "panel"), _Role.PANEL),
    **dict.fromkeys(("moderator", "moderatorin"), _Role.MODERATION),
    **dict.fromkeys(("gaeste", "ehrengast"), _Role.GUEST),
    **dict.fromkeys(("journalist", "journalistin"), _Role.PRESS),
}
_TITLES = re.compile(r"\b(dr|prof|dipl|ing|med|phil|rer|nat|habil|mag|mba|m ?a|b ?a|m ?sc|b ?sc)\b\.?")
_LIMITS = {"name": 150, "organisation": 200, "email": 254}


@dataclass(frozen=True)
class GuestRow:
    """One row as a person, or with the reason why it is none."""

    number: int
    name: str
    email: str
    organisation: str = ""
    role: str = _Role.PARTICIPANT
    salutation: str = ""
    problem: str = ""
    column: str = ""
    note: str = ""

    @cached_property
    def email_key(self) -> str:
        """The address as it is compared."""
        return email_key(self.email)

    @cached_property
    def name_key(self) -> str:
        """The name as it is compared."""
        return name_key(self.name)

    @cached_property
    def likeness(self) -> str:
        """What other spellings of the name share."""
        return likeness(self.name)

    @property
    def key(self) -> str:
        """The person as the database tells persons apart."""
        return f"{self.email_key}|{self.name_key}"


def guess_guest_columns(table: Table) -> ColumnMapping:
    """Return which columns hold what, by their headings; without headings, by the addresses in them."""
    found = guess_columns(table, HEADINGS)
    if "given_name" in found and "family_name" in found:
        found.pop("name", None)
    if "email" not in found:
        holds = [index for index in range(len(table.columns)) if _has_addresses(table, index)]
        if holds:
            found = {field: column for field, column in found.items() if column != holds[0]} | {"email": holds[0]}
    if not table.heading and "name" not in found and found.get("email"):
        found["name"] = 0
    return found


def read_guests(table: Table, mapping: Mapping[str, int], default_role: str) -> list[GuestRow]:
    """Return every row of the table as a person; what cannot be one says why and in which column."""
    return [_guest(table, row, mapping, default_role) for row in table.rows]


def likeness(name: str) -> str:
    """Return what two spellings of one person's name share: no titles, no order, ü like ue; in any script."""
    plain = re.sub(r"[^\w ]", " ", _TITLES.sub(" ", fold(name)))
    return " ".join(sorted(plain.split()))


def _guest(table: Table, row: Row, mapping: Mapping[str, int], default_role: str) -> GuestRow:
    cells = {field: table.cell(row, mapping.get(field)) for field in FIELDS}
    name, email = _name(cells), _address(cells["email"])
    role, note = _role(cells["role"], default_role)
    field, problem = _problem(cells, "name" if "name" in mapping else "family_name", name, email)
    column = mapping.get(field)
    return GuestRow(
        number=row.number,
        name=name[:LONGEST_CELL],
        email=email[:LONGEST_CELL],
        organisation=cells["organisation"],
        role=role,
        salutation=_salutation(cells["salutation"]),
        problem=problem,
        column=table.columns[column] if problem and column is not None and column < len(table.columns) else "",
        note=note,
    )


def _name(cells: Mapping[str, str]) -> str:
    """Join what stands apart; "Muster, Max" is turned round, "Max Muster, M.A." is not."""
    if cells["name"]:
        family, comma, given = cells["name"].partition(",")
        turn = comma and given.strip() and "," not in given and "." not in given
        return f"{given.strip()} {family.strip()}" if turn else cells["name"]
    return " ".join(part for part in (cells["title"], cells["given_name"], cells["family_name"]) if part)


def _address(cell: str) -> str:
    return cell.strip("<>;, ").removeprefix("mailto:")


def _problem(cells: Mapping[str, str], shown: str, name: str, email: str) -> tuple[str, str]:
    """Return the field that keeps the row from being a person, and why; two empty words for a good row.

    shown: the field whose column holds the name.
    """
    for field, text in cells.items():
        if is_error_value(text):
            return field, "Hier steht eine Formel ohne Ergebnis. Öffnen und speichern Sie die Datei in Excel."
        if len(text) > LONGEST_CELL:
            return field, "Die Zelle ist viel zu lang. Meist fehlt ein Anführungszeichen."
    if not name:
        return shown, "Der Name fehlt."
    if "@" in name:
        return shown, "Statt eines Namens steht hier eine Adresse."
    if not email:
        return "email", "Die E-Mail-Adresse fehlt."
    for field, text in ((shown, name), ("email", email), ("organisation", cells["organisation"])):
        limit = _LIMITS.get(field, _LIMITS["name"])
        if len(text) > limit:
            return field, f"Länger als {limit} Zeichen. Kürzen Sie die Angabe."
    return ("email", _address_problem(email)) if _address_problem(email) else ("", "")


def _address_problem(email: str) -> str:
    if email.count("@") > 1:
        return "Hier stehen mehrere Adressen. Schreiben Sie jede Person in eine eigene Zeile."
    try:
        validate_email(email)
    except ValidationError:
        is_address = False
    else:
        is_address = email.isprintable()
    if not is_address:
        return "Das ist keine E-Mail-Adresse im Format name@firma.de."
    return ""


def _role(cell: str, default_role: str) -> tuple[str, str]:
    if not cell:
        return default_role, ""
    known = _ROLES.get(" ".join(re.sub(r"[^a-z ]", " ", fold(cell)).split()))
    if known:
        return known, ""
    label = dict(_Role.choices).get(default_role, default_role)
    return default_role, f"Die Rolle „{cell[:40]}“ gibt es nicht; aufgenommen als {label}."


def _salutation(cell: str) -> str:
    words = re.sub(r"[^a-z ]", " ", fold(cell)).split()
    return next((_SALUTATIONS[word] for word in words if word in _SALUTATIONS), "")


def _has_addresses(table: Table, column: int) -> bool:
    cells = [table.cell(row, column) for row in table.rows[:50]]
    return sum("@" in cell for cell in cells) * 2 > sum(bool(cell) for cell in cells)
