"""The page of one event, its print view, its calendar file and its series."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from events.models import Event
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import (
    EventFactory,
    EventSeriesFactory,
    ItemPersonFactory,
    ItemSlotFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_yes,
)
from tests.factories.verbuende import VerbundFactory

pytestmark = pytest.mark.django_db
SECRET = "https://meet.example.org/nur-fuer-angemeldete"
XSS = ['"><script>alert(1)</script>', "<img src=x onerror=alert(1)>", "{{7*7}}", "</title><svg/onload=alert(1)>"]


def page_of(client: Client, event: Event, more: str = "") -> str:
    response = client.get(event.get_absolute_url() + more)
    assert response.status_code == 200
    return response.content.decode()


def test_the_programme_with_its_people(client: Client) -> None:
    event = EventFactory()
    greeting = ProgrammeItemFactory(event=event, kind="greeting", title="", position=1)
    ItemPersonFactory(item=greeting, name="Anja Weber", role="Vorsitzende", organisation_as_typed="DGB NRW")
    panel = ProgrammeItemFactory(event=event, kind="panel", title="Wie weiter?", position=2, room="Saal 2")
    ItemPersonFactory(item=panel, name="Anja Weber")
    response = client.get(event.get_absolute_url())
    page = response.content.decode()
    assert "<h3><bdi>Anja Weber</bdi></h3>" in page
    assert "Vorsitzende, DGB NRW" in page
    assert "Saal 2" in page
    people = response.context["people"]
    assert [(person.name, person.organisation, person.roles) for person in people] == [
        ("Anja Weber", "DGB NRW", ["Vorsitzende"])
    ]


def test_without_times_the_kind_stands_in_the_margin(client: Client) -> None:
    event = EventFactory(days=-100, starts_at=None)
    ProgrammeItemFactory(event=event, kind="panel", title="Gespräch")
    page = page_of(client, event)
    assert "Uhrzeiten sind nicht bekannt." in page
    assert "Uhrzeit unbekannt" in page
    assert re.search(r'log__w"><svg[^>]*><use[^>]*/></svg> Podium', page)


def test_a_single_unknown_time_is_named_in_its_row(client: Client) -> None:
    event = EventFactory()
    ProgrammeItemFactory(event=event, position=1, starts_at=in_days(30, 10), minutes=15)
    ProgrammeItemFactory(event=event, position=2, starts_at=in_days(30, 11))
    ProgrammeItemFactory(event=event, position=3)
    page = page_of(client, event)
    assert "10:00\xa0Uhr<small>15 Minuten</small>" in page
    assert "<small>Uhrzeit nicht bekannt</small>" in page


def test_tables_without_a_topic_are_unknown_not_left_out(client: Client) -> None:
    cafe = ProgrammeItemFactory(kind="cafe", title="")
    ItemTableFactory(item=cafe, number=1, topic="Verstetigung", host="Ina Moderation")
    ItemTableFactory(item=cafe, number=2, topic="")
    page = page_of(client, cafe.event)
    assert 'Tisch 1: Verstetigung <span class="meta">(Ina Moderation)</span>' in page
    assert 'Tisch 2: <span class="unknown">Thema unbekannt</span>' in page


def test_parts_are_headings(client: Client) -> None:
    event = EventFactory()
    ProgrammeItemFactory(event=event, position=1, title="Podium am Morgen")
    ProgrammeItemFactory(event=event, position=2, title="Beste Beispiele", part="Werkstattgespräch")
    page = page_of(client, event)
    assert "<h3>Werkstattgespräch</h3>" in page
    assert "<h4><bdi>Beste Beispiele</bdi></h4>" in page


def test_stands_and_the_day_at_a_glance(client: Client) -> None:
    event = EventFactory()
    ProgrammeItemFactory(event=event, kind="welcome", position=1)
    market = ProgrammeItemFactory(event=event, kind="market", title="", position=2)
    for number in (1, 2):
        ItemSlotFactory(item=market, number=number, verbund=VerbundFactory(short_name=f"WBV {number}"))
    page = page_of(client, event)
    assert "Der Tag auf einen Blick" in page
    assert "<b>Markt</b> <span>zwei Stände</span>" in page
    assert '<span class="meta">Stand 2</span>' in page
    assert "WBV 2" in page


@pytest.mark.parametrize(
    ("changes", "sentence", "button"),
    [
        ({}, "", "Anmelden"),
        ({"has_public_registration": False}, "nur mit Einladung möglich", ""),
        ({"registration_opens_at": dt.datetime(2090, 3, 4, 9, tzinfo=dt.UTC)}, "öffnet am 4. März 2090", ""),
        ({"registration_closes_at": dt.datetime(2020, 3, 4, 9, tzinfo=dt.UTC)}, "seit 4. März 2020", ""),
    ],
)
def test_the_door(client: Client, changes: dict, sentence: str, button: str) -> None:
    event = EventFactory(on_site=5, **changes)
    page = page_of(client, event)
    assert sentence in page
    assert (f'href="{event.get_absolute_url()}anmelden/"' in page) == bool(button)


def test_a_running_event_takes_nobody(client: Client) -> None:
    event = EventFactory(starts_at=in_days(-1), ends_at=in_days(1), starts_on=in_days(-1).date())
    page = page_of(client, event)
    assert "Das Treffen hat schon begonnen." in page
    assert f'href="{event.get_absolute_url()}anmelden/"' not in page


def test_a_full_event_leads_to_the_waiting_list(client: Client) -> None:
    event = EventFactory(on_site=1)
    fill_up(event, 1)
    page = page_of(client, event)
    assert "Auf die Warteliste" in page
    assert "ausgebucht (1)" in page


def test_places_left_are_shown(client: Client) -> None:
    event = EventFactory(format="hybrid", on_site=60, online=20)
    say_yes(RegistrationFactory(event=event), "online")
    page = page_of(client, event)
    assert "vor Ort: noch 60 von 60" in page
    assert "online: noch 19 von 20" in page


def test_a_cancelled_event_says_why_and_takes_nobody(client: Client) -> None:
    event = EventFactory(cancelled_at=db_now(), cancel_reason="Wasserschaden im Haus.")
    page = page_of(client, event)
    assert "Dieses Treffen ist abgesagt" in page
    assert "Wasserschaden im Haus." in page
    assert f"{event.get_absolute_url()}anmelden/" not in page
    assert client.get(f"{event.get_absolute_url()}kalender.ics").status_code == 404


def test_the_past_shows_recap_and_sources(client: Client) -> None:
    event = EventFactory(
        days=-9, recap_url="https://www.example.org/rueckblick", source_urls=["https://quelle.example.org/a"]
    )
    page = page_of(client, event)
    assert 'href="https://www.example.org/rueckblick">Zum Rückblick' in page
    assert '<a href="https://quelle.example.org/a">quelle.example.org</a>' in page
    assert "Hat stattgefunden" in page


def test_the_online_link_is_never_shown_in_public(client: Client) -> None:
    event = EventFactory(format="hybrid", online_url=SECRET)
    for more in ("", "druck/", "anmelden/", "anmelden/eingegangen/", "kalender.ics"):
        assert SECRET not in page_of(client, event, more)


def test_a_draft_exists_for_its_own_side_only(client: Client) -> None:
    event = EventFactory(visibility=Event.Visibility.DRAFT)
    for more in ("", "druck/", "kalender.ics", "anmelden/", "anmelden/eingegangen/"):
        assert client.get(event.get_absolute_url() + more).status_code == 404
    client.force_login(CentreStaffFactory())
    assert "Entwurf: Diese Seite sieht nur Ihr Team." in page_of(client, event)


def test_an_unlisted_event_is_open_to_whoever_has_the_address_but_not_to_search_engines(client: Client) -> None:
    page = page_of(client, EventFactory(visibility=Event.Visibility.UNLISTED))
    assert '<meta name="robots" content="noindex">' in page
    assert "application/ld+json" not in page


def test_typed_signs_stay_text(client: Client) -> None:
    nasty = " ".join(XSS)
    event = EventFactory(
        title=nasty[:200], summary=nasty, description=nasty, venue=nasty[:160], city="<b>Essen", accessibility=nasty,
        contact_name=nasty, cancel_reason=nasty, cancelled_at=db_now(),
    )  # fmt: skip
    item = ProgrammeItemFactory(event=event, title=nasty[:200], text=nasty, part=XSS[0], room=XSS[1])
    ItemPersonFactory(item=item, name=nasty, role=XSS[3])
    ItemTableFactory(item=item, topic=nasty, host=nasty)
    for more in ("", "druck/", "anmelden/"):
        page = page_of(client, event, more)
        for sign in ("<script>alert", "<img src=x", "<svg/onload", "<b>Essen"):
            assert sign not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{7*7}}" in page


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


def test_schema_org(client: Client) -> None:
    event = EventFactory(title="</script><b>&", format="hybrid", online_url=SECRET)
    data = data_of(page_of(client, event))
    assert data["@type"] == "Event"
    assert data["name"] == "</script><b>&"
    assert data["startDate"] == in_days(30, 10).isoformat()
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert data["location"][0]["address"]["addressLocality"] == "Essen"
    assert data["location"][1] == {"@type": "VirtualLocation", "url": data["url"]}


def test_schema_org_of_an_unknown_hour_is_the_day(client: Client) -> None:
    event = EventFactory(days=-9, starts_at=None)
    assert data_of(page_of(client, event))["startDate"] == in_days(-9).date().isoformat()


def test_the_calendar_file(client: Client) -> None:
    event = EventFactory(title="Treffen; mit, Zeichen")
    response = client.get(f"{event.get_absolute_url()}kalender.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response.headers["Content-Disposition"] == 'attachment; filename="termin.ics"'
    assert "SUMMARY:Treffen\\; mit\\, Zeichen" in response.content.decode()


def test_without_an_hour_there_is_no_calendar_file(client: Client) -> None:
    event = EventFactory(days=-9, starts_at=None)
    assert client.get(f"{event.get_absolute_url()}kalender.ics").status_code == 404
    assert "kalender.ics" not in page_of(client, event)


def test_the_print_view_has_the_programme_and_no_menu(client: Client) -> None:
    item = ProgrammeItemFactory(title="Podium am Morgen")
    page = page_of(client, item.event, "druck/")
    assert "Podium am Morgen" in page
    assert "Hauptnavigation" not in page


def test_a_series_shows_its_public_events(client: Client) -> None:
    series = EventSeriesFactory(slug="regionen", text="Die **Reihe**")
    EventFactory(series=series, title="Treffen Essen")
    EventFactory(series=series, title="Noch geheim", visibility=Event.Visibility.UNLISTED)
    page = client.get("/veranstaltungen/reihen/regionen/").content.decode()
    assert "Treffen Essen" in page
    assert "Noch geheim" not in page
    assert "<strong>Reihe</strong>" in page


def rich(event: Event, count: int) -> None:
    for number in range(count):
        item = ProgrammeItemFactory(event=event, kind="market", part=f"Teil {number}", places=3)
        ItemPersonFactory.create_batch(count, item=item)
        ItemTableFactory.create_batch(count, item=item)
        for slot in range(count):
            ItemSlotFactory(item=item, number=slot + 1, verbund=VerbundFactory())
    event.verbuende.add(*VerbundFactory.create_batch(count))


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    small, large = EventFactory(on_site=2), EventFactory(on_site=2, series=EventSeriesFactory())
    rich(small, 1)
    rich(large, 5)
    counts = []
    for event in (small, large):
        for more in ("", "druck/"):
            with CaptureQueriesContext(connection) as queries:
                page_of(client, event, more)
            counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 7


def test_a_visitor_gets_no_cookie(client: Client) -> None:
    assert not client.get(EventFactory().get_absolute_url()).cookies
