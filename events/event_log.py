"""The journal of one event, as its organisers read it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.models import User
from core.models import ChangeEntry
from events.models import Event, Registration

PAGE_SIZE = 50
# What services write under short names.
WORDS = {
    "people": "Personen",
    "entries": "Einträge",
    "answer": "Antwort",
    "organisation": "Organisation",
    "place": "Platz",
}
# What a later version of the portal may have written under a name this one does not know.
OTHER = "Weitere Angabe"
SALUTATIONS = dict(User.Salutation.choices)
ANSWERS = dict(Registration.Answer.choices)
LENGTH = 160
BY_LINK = {"link": "Person selbst, über ihren Link", "deputy": "Vertretung, über ihren Link"}
PERSON_REF = "events.registration:"
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class LogLine:
    """One entry: who, what, why, and each change as (field, before, after)."""

    entry: ChangeEntry
    who: str
    about: Registration | None
    changes: tuple[tuple[str, str, str], ...]


def log_page(entries: QuerySet[ChangeEntry], number: Any) -> Page[Any]:
    """Return one page of these entries, their actors joined; two queries."""
    page = Paginator(entries, PAGE_SIZE).get_page(number)
    page.object_list = log_lines(page.object_list)
    return page


def log_lines(entries: Iterable[ChangeEntry]) -> list[LogLine]:
    """Return the entries in words, with the person each is about; one query. Their actors must be joined."""
    rows = list(entries)
    numbers = [ref.rpartition(":")[2] for ref in (entry.ref for entry in rows) if ref.startswith(PERSON_REF)]
    people = {person.ref: person for person in Registration.objects.filter(pk__in=numbers)}
    return [LogLine(entry, _who(entry), people.get(entry.ref), tuple(_changes(entry))) for entry in rows]


def _who(entry: ChangeEntry) -> str:
    if entry.actor:
        return str(entry.actor)
    return BY_LINK.get(entry.source, "Portal")


def _changes(entry: ChangeEntry) -> Iterator[tuple[str, str, str]]:
    if entry.is_shredded:
        return
    for name, (old, new) in entry.changes.items():
        yield _label(name), _value(name, old), _value(name, new)


def _label(name: str) -> str:
    if name in WORDS:
        return WORDS[name]
    for model in (Event, Registration):
        try:
            label = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            continue
        # A field nobody has named in German carries its own name.
        return OTHER if label == name.replace("_", " ") else label
    return OTHER if IDENTIFIER.fullmatch(name) else name


def _value(name: str, value: Any) -> str:
    text = _words(name, str(value))
    text = text or "leer"
    return text if len(text) <= LENGTH else f"{text[:LENGTH]} …"


def _words(name: str, value: str) -> str:
    if name == "answer":
        return str(ANSWERS.get(value, value))
    return str(SALUTATIONS.get(value, value)) if name == "salutation" else _choice(name, value)


def _choice(name: str, value: str) -> str:
    """Return the label of a stored choice, the value itself where there is none."""
    for model in (Event, Registration):
        if any(field.name == name for field in model._meta.fields):
            choices = dict(model._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
            return str(choices.get(value, value))
    return value
