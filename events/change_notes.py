"""Changes as people read them: on the event's page, on their own page, on the organisers' overview."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from core.numbers import format_number
from events.change_facts import Line, change_lines
from events.models import Event, EventChange

_CALLED_OFF = Line("Treffen", "findet statt", "abgesagt")


@dataclass(frozen=True)
class Note:
    """One change: when, what, and the organisers' words."""

    change: EventChange
    lines: tuple[Line, ...]

    @property
    def told_words(self) -> str:
        """Say who was told, or that nobody was and why: nothing is silent."""
        change = self.change
        if not change.is_mailed:
            return f"Ohne Mail: {change.silence_reason}" if change.silence_reason else "Ohne Mail."
        count = "Eine Person" if change.told_count == 1 else f"{format_number(change.told_count)} Personen"
        asked = " Wer zugesagt hat, ist gefragt, ob es dabei bleibt." if change.asks_again else ""
        return f"{count} benachrichtigt.{asked}"

    @property
    def is_programme(self) -> bool:
        """Whether it is about single programme items."""
        return self.change.kind == EventChange.Kind.PROGRAMME


def notes_of(changes: Iterable[EventChange], *, with_cancellation: bool = False) -> list[Note]:
    """Return the changes that still differ from what was, the latest first.

    with_cancellation: for the organisers, who see when and by whom the event was called off and how many heard of it;
    everywhere else that has its own place.
    """
    notes = [Note(change, _lines(change, with_cancellation=with_cancellation)) for change in changes]
    return [note for note in notes if note.lines]


def _lines(change: EventChange, *, with_cancellation: bool) -> tuple[Line, ...]:
    if change.kind == EventChange.Kind.CANCELLED:
        return (_CALLED_OFF,) if with_cancellation else ()
    return tuple(change_lines(change.before, change.after))


@dataclass(frozen=True)
class AskedAgain:
    """How many people were asked whether they still come, and how many of them have said so."""

    confirmed: int
    pending: int

    @property
    def total(self) -> int:
        """How many were asked and have not cancelled."""
        return self.confirmed + self.pending


def asked_again(event: Event) -> AskedAgain:
    """Count both; one query."""
    people = event.registrations.asked_again()
    counts = people.aggregate(all=Count("pk"), pending=Count("pk", filter=Q(is_pending=True)))
    return AskedAgain(confirmed=counts["all"] - counts["pending"], pending=counts["pending"])
