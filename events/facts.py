"""The essentials of an event in words, the same on every page and in every mail."""

from core.dates import format_clock, format_date, format_day, format_span
from events.models import Event


def when_line(event: Event) -> str:
    """Donnerstag, 4. März 2027, 10:00 bis 15:30 Uhr – or the day alone where the hour is not known."""
    return format_span(event.starts_at, event.ends_at) if event.starts_at else format_day(event.starts_on)


def where_line(event: Event, attendance: str = "") -> str:
    """The venue with its address and town, and whether one can take part online; for one person only their way."""
    if not event.is_on_site or attendance == Event.Format.ONLINE:
        return "online"
    place = place_line(event)
    if not event.is_online or attendance:
        return place
    return f"{place}, oder online" if place else "vor Ort oder online"


def place_line(event: Event) -> str:
    """Haus der Technik, Hollestraße 1, Essen: the place alone, whatever the format."""
    parts = [part for part in (event.venue, event.address, event.city) if part]
    # An address often ends with the town already.
    if event.address and event.city and event.city in event.address:
        parts.remove(event.city)
    return ", ".join(parts)


def mail_facts(event: Event, *, attendance: str = "", with_answer_by: bool = False) -> list[tuple[str, str]]:
    """Return the rows Wann, Wo and, for invitations, Antwort; attendance: how the person takes part, once known."""
    rows = [("Wann", when_line(event)), ("Wo", where_line(event, attendance))]
    if with_answer_by and event.answer_by:
        rows.append(("Antwort", f"bis {format_day(event.answer_by)}"))
    return [(label, value) for label, value in rows if value]


def short_when(event: Event) -> str:
    """4. März 2027: for subjects."""
    return format_date(event.starts_at or event.starts_on)


def sentence_when(event: Event) -> str:
    """am Donnerstag, 4. März 2027, um 10:00 Uhr"""
    if event.starts_at is None:
        return f"am {format_day(event.starts_on)}"
    return f"am {format_day(event.starts_at)}, um {format_clock(event.starts_at)}"


def places_words(capacity: int | None) -> str:
    """40 or unbegrenzt: a capacity as the journal keeps it."""
    return "unbegrenzt" if capacity is None else str(capacity)
