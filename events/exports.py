"""The guest list as a table for CSV and XLSX."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser

from accounts.models import User
from core.journal import journal
from events.guest_list import food_words, item_words, place_words
from events.models import Event, Registration
from events.services.standing import Standing, standings
from events.situation import CONSENT_LABELS
from privacy.services.consents import consents_for

HEADER = (
    *("Name", "Anrede", "Organisation", "E-Mail-Adresse", "Rolle", "Verbund", "Herkunft", "Antwort", "Geantwortet am"),
    *("Teilnahme", "Platz", "Rang auf der Warteliste", "Programmpunkte", "Tischwünsche", "Essen"),
    *("Zugang und Unterstützung", "Bemerkung", "Adresse bestätigt", "Mail", "Aufgenommen am", "Nummer"),
)

# Where none is known the cell stays empty.
SALUTATIONS = {code: label for code, label in User.Salutation.choices if code}

type Table = tuple[tuple[str, ...], list[list[Any]]]


def guest_table(people: Iterable[Registration]) -> Table:
    """Return head and rows of these people; the number of queries does not grow with them."""
    rows = list(people)
    now_have = standings(rows)
    consents = consents_for(person.ref for person in rows)
    table = [
        [*_row(person, now_have[person.pk]), *(consents[person.ref].get(key, False) for key in CONSENT_LABELS)]
        for person in rows
    ]
    return (*HEADER, *(f"Einwilligung {label}" for label in CONSENT_LABELS.values())), table


def note_export(*, actor: AbstractBaseUser, event: Event, count: int, kind: str) -> None:
    """Write down who took the list away: it leaves the portal's protection with them."""
    changes = {"people": [0, count]}
    journal(scope=event.scope, obj=event, action=f"Gästeliste exportiert ({kind})", actor=actor, changes=changes)


def _row(person: Any, standing: Standing) -> list[Any]:
    wishes = sorted(person.table_wishes.all(), key=lambda table: table.number)
    return [
        person.name,
        SALUTATIONS.get(person.salutation, ""),
        person.organisation_name,
        person.email,
        person.get_role_display(),
        person.verbund.short_name if person.verbund else "",
        person.get_source_display(),
        person.get_answer_display(),
        person.answered_at,
        standing.attendance_label,
        place_words(standing),
        standing.rank,
        item_words(standing),
        ", ".join(str(table) for table in wishes),
        food_words(person),
        person.access_needs,
        person.remark,
        person.is_proven,
        "unzustellbar" if person.mail_state == "failed" else "",
        person.created_at,
        person.reference,
    ]
