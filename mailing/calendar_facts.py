"""A calendar entry in words, as people see it beside the mail it comes with."""

from typing import Any

from icalendar import Calendar

from core.dates import format_span
from mailing.calendar import CalendarPart, Method

KINDS = {
    Method.REQUEST: "Termin eintragen oder aktualisieren",
    Method.CANCEL: "Termin streichen",
    Method.PUBLISH: "Termin zur Kenntnis",
}


def calendar_facts(entry: CalendarPart) -> list[tuple[str, str]]:
    """Return what a calendar program reads from the entry, as label and value."""
    event: Any = Calendar.from_ical(entry.text).walk("VEVENT")[0]
    end = event.get("DTEND")
    return [
        ("Art", KINDS[entry.method]),
        ("Was", str(event["SUMMARY"])),
        ("Wann", format_span(event["DTSTART"].dt, end.dt if end else None)),
        ("Wo", str(event.get("LOCATION", ""))),
        ("Fassung", str(event["SEQUENCE"])),
    ]
