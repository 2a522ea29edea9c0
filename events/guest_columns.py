"""The columns of the guest list for files and paper: which there are, which somebody chose, what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from accounts.models import User
from accounts.services.columns import saved_columns
from core.many import among
from events.guest_list import badge_of, food_words, item_words, place_words
from events.guest_rows import Guest, read_guests
from events.models import ItemTable, PlacePool, Registration
from events.services.standing import Standing, standings
from events.situation import CONSENT_LABELS
from privacy.services.consents import consents_for

# Where none is known the cell stays empty.
SALUTATIONS = {code: label for code, label in User.Salutation.choices if code}


@dataclass(frozen=True)
class Row:
    """One person with what is fetched for all at once."""

    person: Guest
    standing: Standing
    consents: Mapping[str, bool]
    tables: Sequence[ItemTable]


@dataclass(frozen=True)
class Column:
    """One column: its name in the saved choice, its head, and what stands in it."""

    key: str
    label: str
    value: Callable[[Row], Any]


# Looked up rather than asked of the model: its get_…_display() costs more than the rest of a cell.
ROLES, SOURCES, ANSWERS = (
    dict(choices.choices) for choices in (Registration.Role, Registration.Source, Registration.Answer)
)


def _consent(key: str, label: str) -> Column:
    return Column(f"consent_{key}", f"Einwilligung {label}", lambda row: row.consents.get(key, False))


COLUMNS = (
    Column("name", "Name", lambda row: row.person.name),
    Column("salutation", "Anrede", lambda row: SALUTATIONS.get(row.person.salutation, "")),
    Column("organisation", "Organisation", lambda row: row.person.organisation_name),
    Column("email", "E-Mail-Adresse", lambda row: row.person.email),
    Column("role", "Rolle", lambda row: ROLES[row.person.role]),
    Column("verbund", "Verbund", lambda row: row.person.verbund),
    Column("source", "Herkunft", lambda row: SOURCES[row.person.source]),
    Column("deputy_for", "Vertretung für", lambda row: row.person.deputy_for or ""),
    Column("deputy", "Vertreten durch", lambda row: row.person.deputy_name or ""),
    Column("state", "Stand", lambda row: badge_of(row.person, row.standing)[0]),
    Column("answer", "Antwort", lambda row: ANSWERS[row.person.answer]),
    Column("answered_at", "Geantwortet am", lambda row: row.person.answered_at),
    Column("attendance", "Teilnahme", lambda row: row.standing.attendance_label),
    Column("place", "Platz", lambda row: place_words(row.standing)),
    Column("rank", "Rang auf der Warteliste", lambda row: row.standing.rank),
    Column("items", "Programmpunkte", lambda row: item_words(row.standing)),
    Column("tables", "Tischwünsche", lambda row: ", ".join(map(str, row.tables))),
    Column("food", "Essen", lambda row: food_words(row.person)),
    Column("access_needs", "Zugang und Unterstützung", lambda row: row.person.access_needs),
    Column("remark", "Bemerkung", lambda row: row.person.remark),
    Column("proven", "Adresse bestätigt", lambda row: row.person.is_proven),
    Column("mail", "Mail", lambda row: "" if row.person.undelivered is None else "unzustellbar"),
    Column("created_at", "Aufgenommen am", lambda row: row.person.created_at),
    Column("reference", "Nummer", lambda row: row.person.reference),
    Column("tags", "Schlagworte", lambda row: ", ".join(row.person.tag_names)),
    *(_consent(key, label) for key, label in CONSENT_LABELS.items()),
    Column("note", "Interne Notiz", lambda row: row.person.note),
)
BY_KEY = {column.key: column for column in COLUMNS}


@dataclass(frozen=True)
class ColumnChoice:
    """One list whose columns a person chooses: what it starts with and how many fit."""

    name: str
    title: str
    start: tuple[str, ...]
    most: int = len(COLUMNS)


# An internal note leaves the portal only for whoever ticks it.
TABLE = ColumnChoice("guests-table", "Excel und CSV", tuple(column.key for column in COLUMNS if column.key != "note"))
PAPER = ColumnChoice(
    "guests-paper", "Druckansicht", ("name", "organisation", "role", "state", "attendance", "items", "food"), 8
)
CHOICES = {"tabelle": TABLE, "druck": PAPER}


def chosen_columns(user: AbstractBaseUser, choice: ColumnChoice) -> list[Column]:
    """Return the columns this person has chosen for the list, in the order of COLUMNS; those it starts with if none."""
    saved = saved_columns(user, choice.name)
    keys = set(saved if saved is not None else choice.start)
    return [column for column in COLUMNS if column.key in keys] or [BY_KEY[key] for key in choice.start]


def guest_table(
    people: QuerySet[Any], pools: Mapping[int, PlacePool], columns: Sequence[Column]
) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Return head and rows of these people; the number of queries does not grow with them.

    pools: all of their event, with their items.
    """
    rows = read_guests(people.values_list("pk", flat=True))
    now_have = standings(rows, pools)
    consents = consents_for(person.ref for person in rows)
    tables = _table_wishes(rows)
    values = [column.value for column in columns]
    table = []
    for person in rows:
        row = Row(person, now_have[person.pk], consents[person.ref], tables.get(person.pk, ()))
        table.append([value(row) for value in values])
    return tuple(column.label for column in columns), table


def _table_wishes(people: Sequence[Guest]) -> dict[int, list[ItemTable]]:
    """Return the tables people would like to sit at, in order, by registration; one query."""
    wishes = Registration.table_wishes.through.objects.filter(registration__in=among(person.pk for person in people))
    found: dict[int, list[ItemTable]] = {}
    for wish in wishes.select_related("itemtable").order_by("itemtable__number"):
        found.setdefault(wish.registration_id, []).append(wish.itemtable)
    return found
