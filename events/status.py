"""How an event stands in public: the badge in lists, and whether and how one can register.

Pure functions on an event annotated by EventQuerySet.with_places(); no queries.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.dates import format_date, format_moment
from events.models import Event


class Door(StrEnum):
    """How one gets in."""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    INVITED_ONLY = "invited_only"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PublicStatus:
    """The state as a badge (label, kind, icon) and as a sentence for the event's page."""

    door: Door
    label: str
    kind: str
    icon: str
    sentence: str = ""

    @property
    def takes_registrations(self) -> bool:
        """Whether the public form is open, be it for the waiting list."""
        return self.door in (Door.OPEN, Door.WAITING_LIST)


@dataclass(frozen=True)
class PlaceCount:
    """Places of one kind at the event: on site or online. `free` and `capacity` are None without a limit."""

    kind: str
    label: str
    capacity: int | None
    free: int | None

    @property
    def is_full(self) -> bool:
        """Whether the next person waits."""
        return self.free == 0


def place_counts(event: Event) -> list[PlaceCount]:
    """Return the places of each way to take part that the event offers."""
    offered = (
        (event.is_on_site, Event.Format.ON_SITE, event.capacity_on_site, event.taken_on_site),
        (event.is_online, Event.Format.ONLINE, event.capacity_online, event.taken_online),
    )
    return [
        PlaceCount(kind.value, kind.label, capacity, None if capacity is None else max(0, capacity - taken))
        for is_offered, kind, capacity, taken in offered
        if is_offered
    ]


def public_status(event: Event) -> PublicStatus:
    """Return how the event stands now, by the clock of the query that fetched it."""
    return _status_by_time(event) or _status_by_places(event)


def _status_by_time(event: Event) -> PublicStatus | None:
    now = event.clock
    if event.is_cancelled:
        return PublicStatus(Door.CANCELLED, "Abgesagt", "", "x", "Dieses Treffen ist abgesagt.")
    if event.is_over(now):
        return PublicStatus(Door.OVER, "Hat stattgefunden", "line", "check")
    if event.has_started(now):
        return PublicStatus(Door.RUNNING, "Läuft", "info", "clock", "Das Treffen hat schon begonnen.")
    if not event.has_public_registration:
        sentence = "Die Teilnahme ist nur mit Einladung möglich. Eingeladene antworten über den Link in ihrer Mail."
        return PublicStatus(Door.INVITED_ONLY, "Nur mit Einladung", "line", "mail", sentence)
    if event.registration_opens_at and event.registration_opens_at > now:
        label = f"Anmeldung ab {format_date(event.registration_opens_at)}"
        sentence = f"Die Anmeldung öffnet am {format_moment(event.registration_opens_at)}."
        return PublicStatus(Door.NOT_YET, label, "line", "clock", sentence)
    if event.registration_closes_at and event.is_closed(now):
        sentence = f"Die Anmeldung ist seit {format_moment(event.registration_closes_at)} geschlossen."
        return PublicStatus(Door.CLOSED, "Anmeldung geschlossen", "line", "lock", sentence)
    return None


def _status_by_places(event: Event) -> PublicStatus:
    counts = place_counts(event)
    if all(count.is_full for count in counts):
        sentence = "Alle Plätze sind vergeben. Wird einer frei, bekommt ihn, wer am längsten wartet."
        return PublicStatus(Door.WAITING_LIST, "Ausgebucht – Warteliste", "warm", "wait", sentence)
    if any(count.is_full for count in counts):
        left = next(count for count in counts if not count.is_full)
        number = "" if left.free is None else f" ({left.free})"
        return PublicStatus(Door.OPEN, f"Plätze frei: {left.label}{number}", "good", "check")
    if any(count.free is None for count in counts):
        return PublicStatus(Door.OPEN, "Plätze frei", "good", "check")
    return PublicStatus(Door.OPEN, f"Plätze frei ({sum(count.free or 0 for count in counts)})", "good", "check")
