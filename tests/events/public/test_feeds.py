"""Calendars and Atom feeds: whose events, what they say of each, and how little they cost."""

import datetime as dt
from xml.etree import ElementTree as ET

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from events.models import Event, EventAnnouncement, EventChange
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import EventFactory, in_days
from tests.factories.verbuende import VerbundFactory
from verbuende.models import Verbund

pytestmark = pytest.mark.django_db

CALENDAR, ATOM = "/veranstaltungen/kalender.ics", "/veranstaltungen/feed.atom"
NS = "{http://www.w3.org/2005/Atom}"


def entries(client: Client, path: str = CALENDAR) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(client.get(path).content).walk("VEVENT")


def calendar_titles(client: Client, path: str = CALENDAR) -> list[str]:
    return [str(entry["SUMMARY"]) for entry in entries(client, path)]


def atom(client: Client, path: str = ATOM) -> ET.Element:
    return ET.fromstring(client.get(path).content)  # noqa: S314 - our own


def atom_titles(client: Client, path: str = ATOM) -> list[str]:
    return [title.text or "" for title in atom(client, path).iterfind(f"{NS}entry/{NS}title")]


def test_a_calendar_says_how_often_to_look_and_brings_its_time_zone(client: Client) -> None:
    event = EventFactory(title="Netzwerktreffen; Essen, 2027", summary="Größe " * 30)
    response = client.get(CALENDAR)
    text = response.content.decode()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "METHOD:PUBLISH\r\n" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text
    assert "X-PUBLISHED-TTL:PT6H\r\n" in text
    assert "X-WR-CALNAME:Veranstaltungen der Weiterbildungsverbünde\r\n" in text
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert f"DTSTART;TZID=Europe/Berlin:{event.starts_on:%Y%m%d}T100000\r\n" in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    (entry,) = entries(client)
    assert str(entry["SUMMARY"]) == "Netzwerktreffen; Essen, 2027"
    assert str(entry["LOCATION"]) == "Haus der Technik, Hollestraße 1, Essen"
    assert str(entry["URL"]) == f"http://localhost:8000/veranstaltungen/{event.slug}/"
    assert "ATTENDEE" not in entry


def test_the_feed_and_the_download_speak_of_the_same_entry(client: Client) -> None:
    event = EventFactory()
    (alone,) = entries(client, f"/veranstaltungen/{event.slug}/kalender.ics")
    (listed,) = entries(client)
    assert alone["UID"] == listed["UID"]
    assert alone["SEQUENCE"] == listed["SEQUENCE"]


@pytest.mark.parametrize("visibility", [Event.Visibility.DRAFT, Event.Visibility.UNLISTED])
def test_only_public_ones_are_in_feeds_even_for_their_own_side(client: Client, visibility: str) -> None:
    EventFactory(title="Geheim", visibility=visibility)
    EventFactory(title="Offen")
    client.force_login(CentreStaffFactory())
    assert calendar_titles(client) == ["Offen"]
    assert atom_titles(client) == ["Offen"]


def test_what_was_stays_for_ninety_days(client: Client) -> None:
    EventFactory(title="Lange her", days=-91)
    EventFactory(title="Kürzlich", days=-90)
    EventFactory(title="Bald", days=400)
    assert calendar_titles(client) == ["Kürzlich", "Bald"]


def test_a_cancelled_meeting_stays_and_says_so(client: Client) -> None:
    EventFactory(title="Treffen", cancelled_at=db_now(), cancel_reason="Der Saal ist gesperrt.", version=4)
    (entry,) = entries(client)
    assert str(entry["STATUS"]) == "CANCELLED"
    assert str(entry["SUMMARY"]) == "Abgesagt: Treffen"
    assert str(entry["DESCRIPTION"]).startswith("Der Saal ist gesperrt.")
    assert entry["SEQUENCE"] == 4
    assert atom_titles(client) == ["Abgesagt: Treffen"]


def test_a_day_without_a_known_hour_is_a_whole_day(client: Client) -> None:
    event = EventFactory(days=-3, starts_at=None)
    (entry,) = entries(client)
    assert entry["DTSTART"].dt == event.starts_on
    assert not isinstance(entry["DTSTART"].dt, dt.datetime)
    assert "DTEND" not in entry


@pytest.mark.parametrize("form", ["kalender.ics", "feed.atom"])
def test_a_land_gets_its_own(client: Client, form: str) -> None:
    EventFactory(title="Essen", states=["NW"])
    EventFactory(title="Kassel", states=["HE", "NW"])
    EventFactory(title="Mainz", states=["RP"])
    titles = calendar_titles if form == "kalender.ics" else atom_titles
    assert sorted(titles(client, f"/veranstaltungen/land/nw/{form}")) == ["Essen", "Kassel"]
    assert titles(client, f"/veranstaltungen/land/he/{form}") == ["Kassel"]


@pytest.mark.parametrize("land", ["xx", "NW", "nordrhein"])
def test_a_land_that_does_not_exist_has_no_feed(client: Client, land: str) -> None:
    assert client.get(f"/veranstaltungen/land/{land}/kalender.ics").status_code == 404


def test_an_alliance_gets_what_it_hosts_and_takes_part_in(client: Client) -> None:
    own, other = VerbundFactory(slug="eigener"), VerbundFactory()
    EventFactory(title="Eigenes", owner=own, days=1)
    both = EventFactory(title="Eigenes, dabei", owner=own, days=2)
    both.verbuende.add(own, other)
    EventFactory(title="Dabei", owner=other, days=3).verbuende.add(own)
    EventFactory(title="Fremdes", owner=other, days=4).verbuende.add(other)
    EventFactory(title="Entwurf", owner=own, visibility="draft")
    assert calendar_titles(client, "/verbuende/eigener/kalender.ics") == ["Eigenes", "Eigenes, dabei", "Dabei"]
    assert sorted(atom_titles(client, "/verbuende/eigener/feed.atom")) == ["Dabei", "Eigenes", "Eigenes, dabei"]
    assert client.get("/verbuende/gibt-es-nicht/kalender.ics").status_code == 404


def test_the_centres_entry_stands_for_what_the_centre_hosts(client: Client) -> None:
    VerbundFactory(slug="forum-wbv", kind=Verbund.Kind.COORDINATION_CENTRE)
    EventFactory(title="Des Zentrums", owner=None)
    EventFactory(title="Eines Verbunds", owner=VerbundFactory())
    assert calendar_titles(client, "/verbuende/forum-wbv/kalender.ics") == ["Des Zentrums"]


def test_an_atom_feed_is_complete(client: Client) -> None:
    event = EventFactory(title="Treffen & <b>Markt</b>", summary="Ein <script>alert(1)</script> & mehr")
    feed = atom(client)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    links = {link.get("rel"): link.get("href") for link in feed.iterfind(f"{NS}link")}
    assert links["self"] == "http://localhost:8000/veranstaltungen/feed.atom"
    assert links["alternate"] == "http://localhost:8000/veranstaltungen/"
    assert feed.findtext(f"{NS}id") == "tag:example.org,2026:network"
    assert feed.findtext(f"{NS}author/{NS}name") == "Weiterbildungsverbünde"
    entry = feed.find(f"{NS}entry")
    assert entry is not None
    assert entry.findtext(f"{NS}id") == f"tag:example.org,2026:event-{event.pk}"
    assert entry.findtext(f"{NS}title") == "Treffen & <b>Markt</b>"
    assert entry.findtext(f"{NS}updated") == feed.findtext(f"{NS}updated")
    assert entry.findtext(f"{NS}author/{NS}name") == "forum wbv"
    summary = entry.findtext(f"{NS}summary") or ""
    assert "Ein &lt;script&gt;alert(1)&lt;/script&gt; &amp; mehr" in summary
    assert "10:00 bis 16:00" in summary
    assert [each.get("term") for each in entry.iterfind(f"{NS}category")] == ["Netzwerktreffen", "Nordrhein-Westfalen"]


def test_a_draft_is_dated_by_its_publication(client: Client) -> None:
    event = EventFactory(created_at=db_now() - dt.timedelta(days=40))
    since = db_now() - dt.timedelta(days=2)
    EventAnnouncement.objects.create(event=event, public_since=since)
    entry = atom(client).find(f"{NS}entry")
    assert entry is not None
    assert entry.findtext(f"{NS}published") == entry.findtext(f"{NS}updated") == since.isoformat()


def test_a_change_people_rely_on_dates_the_entry_anew(client: Client) -> None:
    event = EventFactory(created_at=db_now() - dt.timedelta(days=40))
    EventFactory(title="Andere")
    EventChange.objects.create(event=event, at=in_days(-2), kind=EventChange.Kind.FACTS)
    EventChange.objects.create(event=event, at=in_days(-1), kind=EventChange.Kind.FACTS)
    entry = atom(client).findall(f"{NS}entry")[1]
    assert entry.findtext(f"{NS}updated") == in_days(-1).astimezone(dt.UTC).isoformat()


def test_the_identity_outlives_a_new_address(client: Client) -> None:
    event = EventFactory()
    before = atom(client).findtext(f"{NS}entry/{NS}id")
    Event.objects.filter(pk=event.pk).update(slug="ganz-anders-2027")
    assert atom(client).findtext(f"{NS}entry/{NS}id") == before


HOSTILE = [
    "\r\nATTENDEE:mailto:boese@example.org",
    "\x0b\x1b\ufffe\uffff",
    "]]>&amp;<!--",
    "\u2028BEGIN:VALARM",
    "🙂" * 40,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_breaks_a_feed(client: Client, text: str) -> None:
    owner = VerbundFactory(short_name=f"V{text}"[:60], slug="v")
    EventFactory(
        owner=owner, title=f"Treffen{text}", summary=text, venue=text, cancel_reason=text, cancelled_at=db_now()
    )
    for path in (CALENDAR, "/verbuende/v/kalender.ics"):
        (entry,) = entries(client, path)
        assert "ATTENDEE" not in entry
        assert not entry.subcomponents
    for path in (ATOM, "/verbuende/v/feed.atom"):
        assert len(atom_titles(client, path)) == 1


def test_an_empty_feed_is_a_feed(client: Client) -> None:
    assert entries(client) == []
    assert atom(client).findtext(f"{NS}updated", "").startswith(f"{in_days(0):%Y-%m-%dT00:00:00}")


@pytest.mark.parametrize("path", [CALENDAR, ATOM])
def test_who_has_the_newest_is_told_so(client: Client, path: str) -> None:
    event = EventFactory()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == "public, max-age=900"
    Event.objects.filter(pk=event.pk).update(title="Neuer Titel", version=2)
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Neuer Titel" in changed.content.decode()


@pytest.mark.parametrize("path", [CALENDAR, ATOM])
def test_a_withdrawn_meeting_is_a_change(client: Client, path: str) -> None:
    event = EventFactory()
    tag = client.get(path)["ETag"]
    Event.objects.filter(pk=event.pk).update(visibility="unlisted")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", [CALENDAR, ATOM])
def test_feeds_are_public_and_leave_no_cookie(client: Client, path: str) -> None:
    EventFactory()
    response = client.get(path)
    assert response["Cache-Control"] == "public, max-age=900"
    assert not response.cookies
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    "path",
    [CALENDAR, ATOM, "/veranstaltungen/land/nw/kalender.ics", "/verbuende/v/kalender.ics", "/verbuende/v/feed.atom"],
)
def test_the_number_of_queries_does_not_grow(client: Client, path: str) -> None:
    owner = VerbundFactory(slug="v")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    EventFactory(owner=owner)
    few = count()
    for event in EventFactory.create_batch(15, owner=owner):
        event.verbuende.add(owner)
    assert count() == few
    assert few <= 2


def test_the_list_points_to_the_feed_of_the_chosen_land(client: Client) -> None:
    page = client.get("/veranstaltungen/?land=HE").content.decode()
    assert 'type="text/calendar" title="Veranstaltungen der Weiterbildungsverbünde in Hessen, Kalender"' in page
    assert 'href="/veranstaltungen/land/he/feed.atom"' in page
    assert 'href="/veranstaltungen/abonnieren/?land=HE"' in page
    assert 'href="/veranstaltungen/kalender.ics"' in client.get("/veranstaltungen/?land=XX").content.decode()


def test_a_profile_points_to_its_feed_and_a_neighbours_does_not(client: Client) -> None:
    VerbundFactory(slug="verbund-a")
    VerbundFactory(slug="nachbar", kind=Verbund.Kind.NEIGHBOUR)
    page = client.get("/verbuende/verbund-a/").content.decode()
    assert 'href="/verbuende/verbund-a/kalender.ics"' in page
    assert 'href="/veranstaltungen/abonnieren/?verbund=verbund-a"' in page
    assert "kalender.ics" not in client.get("/verbuende/nachbar/").content.decode()


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", "http://localhost:8000/veranstaltungen/kalender.ics"),
        ("?land=SL", "http://localhost:8000/veranstaltungen/land/sl/kalender.ics"),
        ("?verbund=verbund-a", "http://localhost:8000/verbuende/verbund-a/kalender.ics"),
        ("?land=XX&verbund=gibt-es-nicht", "http://localhost:8000/veranstaltungen/kalender.ics"),
    ],
)
def test_the_page_names_the_address_to_copy(client: Client, query: str, address: str) -> None:
    VerbundFactory(slug="verbund-a")
    page = client.get(f"/veranstaltungen/abonnieren/{query}").content.decode()
    assert f'value="{address}"' in page
    assert f'href="webcal://{address.partition("//")[2]}"' in page
