"""What the organisers of an event should do next, most urgent first. Pure functions on fetched rows."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from core.dates import format_day
from core.numbers import format_number
from events.models import Event
from events.services.planning import missing_facts


@dataclass(frozen=True)
class Step:
    """One thing to do: what, why, and where."""

    title: str
    why: str
    url: str
    label: str
    is_late: bool = False


@dataclass(frozen=True)
class Progress:
    """How far the preparation has come; counts the caller has fetched."""

    items: int
    rounds: int
    noted: int
    failed_mails: int
    overbooked: tuple[str, ...] = ()
    wishes: int = 0


def next_steps(event: Event, progress: Progress, now: dt.datetime) -> list[Step]:
    """Return the steps that are due; nothing for an event that was called off."""
    if event.is_cancelled:
        return []
    if event.is_over(now):
        return _afterwards(event)
    late = [
        *_wishes(event, progress),
        *_deadline_passed(event, now),
        *_failed(event, progress),
        *_overbooked(event, progress),
    ]
    return [*late, *_to_publish(event, progress), *_to_invite(event, progress)]


def missing_words(event: Event, item_count: int) -> list[str]:
    """Return what a draft lacks, in short, for lists: "Ort und Stadt", "Programm"."""
    return [short for short, _ in missing_facts(event)] + ([] if item_count else ["Programm"])


def _afterwards(event: Event) -> list[Step]:
    if event.recap_url or event.visibility != Event.Visibility.PUBLIC:
        return []
    why = "Wer dabei war, sucht die Ergebnisse auf der Seite des Treffens."
    return [Step("Rückblick verlinken", why, reverse("events:event-update", args=[event.slug]), "Link eintragen")]


def _wishes(event: Event, progress: Progress) -> list[Step]:
    if not progress.wishes:
        return []
    count = progress.wishes
    title = "Eine Änderung ist angefragt" if count == 1 else f"{format_number(count)} Änderungen sind angefragt"
    why = "Die Frist für Änderungen ist vorbei. Bis Sie entscheiden, bleibt für die Person alles, wie es ist."
    url = reverse("events:change-request-list", args=[event.slug])
    return [Step(title, why, url, "Entscheiden", is_late=True)]


def _deadline_passed(event: Event, now: dt.datetime) -> list[Step]:
    if not event.answer_by or event.answer_by >= now.date() or not event.open_count:
        return []
    words = "Eine Person hat" if event.open_count == 1 else f"{format_number(event.open_count)} Personen haben"
    why = f"Antwort war bis {format_day(event.answer_by)} erbeten. {words} nicht geantwortet."
    return [Step("Frist für Antworten ist vorbei", why, _guests(event, "open"), "Offene ansehen", is_late=True)]


def _failed(event: Event, progress: Progress) -> list[Step]:
    if not progress.failed_mails:
        return []
    count = progress.failed_mails
    title = "Eine Mail ist nicht angekommen" if count == 1 else f"{format_number(count)} Mails sind nicht angekommen"
    why = "Die Person weiß von dem Treffen vielleicht nichts, bis jemand die Adresse klärt."
    return [Step(title, why, reverse("events:mail-list", args=[event.slug]), "Adressen klären", is_late=True)]


def _overbooked(event: Event, progress: Progress) -> list[Step]:
    url = reverse("events:place-list", args=[event.slug])
    why = "Niemand verliert den Platz. Neue Plätze gibt es erst, wenn wieder welche frei sind."
    return [Step(words, why, url, "Plätze ansehen", is_late=True) for words in progress.overbooked]


def _to_publish(event: Event, progress: Progress) -> list[Step]:
    steps = []
    missing = missing_words(event, 1)
    if missing:
        why = f"Es fehlen: {', '.join(missing)}. Ohne diese Angaben lässt sich das Treffen nicht veröffentlichen."
        steps.append(Step("Angaben ergänzen", why, reverse("events:event-update", args=[event.slug]), "Bearbeiten"))
    if not progress.items:
        why = "Wer eingeladen wird, entscheidet nach dem Programm."
        steps.append(Step("Programm anlegen", why, reverse("events:item-list", args=[event.slug]), "Zum Programm"))
    if event.visibility == Event.Visibility.DRAFT and not missing:
        why = "Eingeladen werden kann erst, wenn die Seite des Treffens zu sehen ist."
        steps.append(Step("Sichtbar machen", why, "#sichtbarkeit", "Sichtbarkeit wählen"))
    return steps


def _to_invite(event: Event, progress: Progress) -> list[Step]:
    if event.visibility == Event.Visibility.DRAFT:
        return []
    url = reverse("events:invite", args=[event.slug])
    if not progress.rounds and not progress.noted:
        return [Step("Einladen", "Noch ist niemand eingeladen.", url, "Gruppen wählen")]
    if progress.noted:
        words = "Eine Person ist" if progress.noted == 1 else f"{format_number(progress.noted)} Personen sind"
        why = f"{words} vorgemerkt und noch nicht eingeladen."
        return [Step("Vorgemerkte einladen", why, f"{url}?vorgemerkt=on&schritt=liste", "Liste ansehen")]
    return []


def _guests(event: Event, stand: str) -> str:
    return f"{reverse('events:registration-list', args=[event.slug])}?stand={stand}"
