"""Calendar entries in mails and as downloads, and whole calendars to subscribe to: times in Europe/Berlin with its own
VTIMEZONE.
"""

import datetime as dt
import re
from collections.abc import Iterable
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
    facts = Entry(
        uid=uid,
        sequence=sequence,
        summary=summary,
        description=description,
        location=location,
        url=url,
        starts=starts_at,
        ends=ends_at,
        organizer_name=organizer_name,
        organizer_email=organizer_email,
        stamp=stamp,
        is_cancelled=method is Method.CANCEL,
    )
    event = _event(facts)
    if attendee_email and method is not Method.PUBLISH:
        attendee = _person(attendee_name, attendee_email)
        # The answer was given on our page: the calendar need not ask again.
        attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", attendee)
    calendar = _calendar(method)
    calendar.add_component(event)
    return CalendarPart(method, calendar.to_ical().decode())


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One meeting as calendars know it. `starts` is a plain day where the hour is not known."""

    uid: str
    sequence: int
    summary: str
    description: str
    location: str
    url: str
    starts: dt.datetime | dt.date
    ends: dt.datetime | None
    organizer_name: str
    organizer_email: str
    stamp: dt.datetime
    is_cancelled: bool = False


def build_feed(*, name: str, description: str, url: str, entries: Iterable[Entry]) -> str:
    """Return a calendar to subscribe to; the same entries give the same bytes, so that an unchanged one is not resent.

    A meeting called off stays in it as cancelled: who has it in their calendar must see that it does not take place.
    """
    calendar = _calendar(Method.PUBLISH)
    # RFC 7986 and what programs read that are older than it.
    for key, value in (("name", name), ("x-wr-calname", name), ("description", description)):
        calendar.add(key, _one_line(value))
    calendar.add("x-wr-timezone", "Europe/Berlin")
    calendar.add("url", _address(url))
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical().decode()


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if method is Method.PUBLISH:
        calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(Timezone.from_ical(_BERLIN))
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", _one_line(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(dt.UTC))
    event.add("dtstart", _local(entry.starts))
    if entry.ends is not None:
        event.add("dtend", _local(entry.ends))
    event.add("summary", _one_line(entry.summary))
    if entry.description:
        event.add("description", _several_lines(entry.description))
    if entry.location:
        event.add("location", _one_line(entry.location))
    if entry.url:
        event.add("url", _address(entry.url))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    if entry.organizer_email:
        event.add("organizer", _person(entry.organizer_name, entry.organizer_email))
    return event


def _local(value: dt.datetime | dt.date) -> dt.datetime | dt.date:
    return value.astimezone(BERLIN) if isinstance(value, dt.datetime) else value


def _address(url: str) -> str:
    return _one_line(url).replace(" ", "%20")


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
