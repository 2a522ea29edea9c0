import datetime as dt

import icalendar
import pytest

from mailing.calendar import CalendarPart, Method, build_invite

VALUES = {
    "method": "REQUEST",
    "uid": "registration-1@example.org",
    "sequence": 3,
    "summary": "Netzwerktreffen; Essen, 2027",
    "description": "Erste Zeile\nZweite \\ Zeile",
    "location": "Haus der Technik, Essen",
    "url": "http://localhost:8000/veranstaltungen/essen/",
    "starts_at": dt.datetime(2027, 3, 27, 9, tzinfo=dt.UTC),
    "ends_at": dt.datetime(2027, 3, 28, 10, tzinfo=dt.UTC),
    "organizer_name": "forum wbv",
    "organizer_email": "buero@example.org",
    "attendee_name": "Erika Müller",
    "attendee_email": "erika@example.org",
    "stamp": dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC),
}


def build(**changes):
    part = build_invite(**VALUES | changes)
    (event,) = icalendar.Calendar.from_ical(part.text).walk("VEVENT")
    return part, event


def test_an_entry_reads_back_as_it_was_meant():
    part, event = build()

    assert part.method is Method.REQUEST
    assert str(event["SUMMARY"]) == "Netzwerktreffen; Essen, 2027"
    assert str(event["DESCRIPTION"]) == "Erste Zeile\nZweite \\ Zeile"
    assert event["SEQUENCE"] == 3
    assert str(event["UID"]) == "registration-1@example.org"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["ATTENDEE"].params["CN"] == "Erika Müller"


def test_times_are_local_over_the_change_to_summer_time():
    part, event = build()

    assert "DTSTART;TZID=Europe/Berlin:20270327T100000\r\n" in part.text
    assert "DTEND;TZID=Europe/Berlin:20270328T120000\r\n" in part.text
    assert event["DTSTART"].dt.utcoffset() == dt.timedelta(hours=1)
    assert event["DTEND"].dt.utcoffset() == dt.timedelta(hours=2)


def test_the_file_brings_its_time_zone():
    part, _ = build()

    (zone,) = icalendar.Calendar.from_ical(part.text).walk("VTIMEZONE")
    assert str(zone["TZID"]) == "Europe/Berlin"
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in part.text


def test_lines_are_folded_and_end_in_crlf():
    part, _ = build(description="Größe und Wörter " * 30)

    assert "\n" not in part.text.replace("\r\n", "")
    assert max(len(line.encode()) for line in part.text.split("\r\n")) <= 75


def test_a_cancellation_keeps_uid_and_raises_sequence():
    part, event = build(method="CANCEL", sequence=4)

    assert "METHOD:CANCEL\r\n" in part.text
    assert str(event["STATUS"]) == "CANCELLED"
    assert event["SEQUENCE"] == 4
    assert part.filename == "absage.ics"


def test_a_published_entry_names_no_guest_and_tells_when_to_look_again():
    part, event = build(method=Method.PUBLISH)

    assert "ATTENDEE" not in event
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in part.text


def test_an_event_without_an_end_has_none():
    _, event = build(ends_at=None)

    assert "DTEND" not in event


@pytest.mark.parametrize(
    "field", ["summary", "location", "url", "uid", "organizer_name", "organizer_email", "attendee_name"]
)
@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\u2028", "\x0b"])
def test_nothing_typed_begins_a_property(field, line_break):
    """RELIABILITY F55: CRLF + ATTENDEE: in a title."""
    part, event = build(**{field: f"Treffen{line_break}ATTENDEE:mailto:boese@example.org"})

    assert not any(line.startswith("ATTENDEE:mailto:boese") for line in part.text.splitlines())
    assert not isinstance(event["ATTENDEE"], list)


def test_a_description_keeps_its_lines_but_no_property():
    part, event = build(description="Eins\r\nATTENDEE:mailto:boese@example.org\rZwei\x00")

    assert str(event["DESCRIPTION"]) == "Eins\nATTENDEE:mailto:boese@example.org\nZwei"
    assert "\r\nATTENDEE:mailto:boese" not in part.text


def test_a_name_in_quotes_is_written_without_them():
    _, event = build(attendee_name='Erika "Rike" Müller')

    assert event["ATTENDEE"].params["CN"] == "Erika 'Rike' Müller"


def test_a_stored_file_is_read_back():
    part, _ = build(method="CANCEL")

    assert CalendarPart.read(part.text) == part
