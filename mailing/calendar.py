"""Calendar entries in mails and as downloads: one VEVENT, times in Europe/Berlin with its own VTIMEZONE."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration

from core.dates import BERLIN

PRODUCT = "-//Weiterbildungsverbuende//Portal//DE"
REFRESH = dt.timedelta(hours=6)

# Rules instead of icalendar's generated lists of dates: short, and right for every year.
_BERLIN = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
""".replace("\n", "\r\n")

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_CONTROL_BUT_BREAK = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]+")


class Method(StrEnum):
    """What the entry asks of the calendar: enter or update, remove, or just take note."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True)
class CalendarPart:
    """A finished calendar file and its method, which the mail part repeats."""

    method: Method
    text: str

    @classmethod
    def read(cls, text: str) -> "CalendarPart":
        """Return the part for a file as build_invite made it."""
        found = re.search(r"^METHOD:(\w+)\r?$", text, re.MULTILINE)
        return cls(Method(found[1]) if found else Method.PUBLISH, text)

    @property
    def filename(self) -> str:
        """The name under which it is attached or downloaded."""
        return "absage.ics" if self.method is Method.CANCEL else "termin.ics"


def build_invite(
    *,
    method: Method | str,
    uid: str,
    sequence: int,
    summary: str,
    description: str,
    location: str,
    url: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime | None,
    organizer_name: str,
    organizer_email: str,
    attendee_name: str = "",
    attendee_email: str = "",
    stamp: dt.datetime,
) -> CalendarPart:
    """Return one event as a calendar file.

    `uid` never changes for the same registration; `sequence` is one higher after every change and in the cancellation,
    else Outlook and Apple ignore it. `stamp` is when this version was made. Line breaks are kept in the description
    only; SECURITY: nothing typed by anybody can begin a new property (RELIABILITY F55).
    """
    method = Method(method)
    event = Event()
    event.add("uid", _one_line(uid))
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(dt.UTC))
    event.add("dtstart", starts_at.astimezone(BERLIN))
    if ends_at is not None:
        event.add("dtend", ends_at.astimezone(BERLIN))
    event.add("summary", _one_line(summary))
    if description:
        event.add("description", _several_lines(description))
    if location:
        event.add("location", _one_line(location))
    if url:
        event.add("url", _one_line(url).replace(" ", "%20"))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method is Method.CANCEL else "OPAQUE")
    if organizer_email:
        event.add("organizer", _person(organizer_name, organizer_email))
    if attendee_email and method is not Method.PUBLISH:
        attendee = _person(attendee_name, attendee_email)
        # The answer was given on our page: the calendar need not ask again.
        attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", attendee)
    return CalendarPart(method, _file(method, event))


def _file(method: Method, event: Event) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if method is Method.PUBLISH:
        calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(Timezone.from_ical(_BERLIN))
    calendar.add_component(event)
    return calendar.to_ical().decode()


def _person(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{_CONTROL.sub('', email).replace(' ', '')}")
    # A parameter value cannot hold a double quote at all.
    common_name = _one_line(name).replace('"', "'")
    if common_name:
        address.params["CN"] = common_name
    return address


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _several_lines(text: str) -> str:
    unix = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _CONTROL_BUT_BREAK.sub(" ", unix).strip()
