"""The public list of events."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from events.models import Event
from tests.factories.accounts import CentreStaffFactory
from tests.factories.events import EventFactory, fill_up, in_days

pytestmark = pytest.mark.django_db
LIST = "/veranstaltungen/"


def titles(client: Client, query: str = "") -> list[str]:
    """The events on the page, in order."""
    page = client.get(LIST + query).content.decode()
    return [unescape(title) for title in re.findall(r'<h3><a href="/veranstaltungen/[^"]+">([^<]+)</a></h3>', page)]


def test_what_comes_first_then_what_was(client: Client) -> None:
    EventFactory(title="Vorgestern", days=-2)
    EventFactory(title="Übermorgen", days=2)
    EventFactory(title="Letztes Jahr", days=-400, starts_at=None)
    EventFactory(title="Morgen", days=1)
    assert titles(client) == ["Morgen", "Übermorgen", "Vorgestern", "Letztes Jahr"]
    page = client.get(LIST).content.decode()
    assert page.index("Kommende Treffen") < page.index("Morgen") < page.index("Vergangene Treffen")
    assert "4 Veranstaltungen" in page


@pytest.mark.parametrize("visibility", [Event.Visibility.DRAFT, Event.Visibility.UNLISTED])
def test_only_public_ones_are_listed_even_for_their_own_side(client: Client, visibility: str) -> None:
    EventFactory(title="Geheim", visibility=visibility)
    client.force_login(CentreStaffFactory())
    assert titles(client) == []


def test_an_empty_list_says_so(client: Client) -> None:
    page = client.get(LIST).content.decode()
    assert "Noch ist kein Treffen angekündigt" in page
    assert "0 Veranstaltungen" in page


def test_nothing_found_offers_the_way_back(client: Client) -> None:
    EventFactory(title="Netzwerktreffen Essen")
    page = client.get(f"{LIST}?suche=gibtesnicht").content.decode()
    assert "Dazu gibt es kein Treffen" in page
    assert f'href="{LIST}"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?suche=fruehling", ["Frühling"]),
        ("?suche=fruhling", ["Frühling"]),
        ("?suche=HERBST", ["Herbst"]),
        ("?suche=essen", ["Frühling"]),
        ("?land=HE", ["Herbst"]),
        ("?art=barcamp", ["Herbst"]),
        ("?format=online", ["Frühling"]),
        ("?format=vor-ort", ["Frühling", "Herbst", "Vorbei"]),
        ("?zeit=vergangene", ["Vorbei"]),
        ("?zeit=kommende", ["Frühling", "Herbst"]),
        ("?land=HE&art=barcamp&zeit=kommende", ["Herbst"]),
    ],
)
def test_filters(client: Client, query: str, found: list[str]) -> None:
    EventFactory(title="Frühling", days=10, format="hybrid", city="Essen", states=["NW"])
    EventFactory(title="Herbst", days=20, kind="barcamp", city="Kassel", states=["HE", "TH"])
    EventFactory(title="Vorbei", days=-5, city="Mainz", states=["RP"])
    assert titles(client, query) == found


def test_filters_in_force_are_links_that_remove_them(client: Client) -> None:
    page = client.get(f"{LIST}?land=HE&suche=treffen").content.decode()
    assert 'class="chip" href="?suche=treffen"' in page
    assert 'class="chip" href="?land=HE"' in page


@pytest.mark.parametrize(
    "query",
    [
        "?seite=abc", "?seite=-1", "?seite=0", "?seite=1" + "0" * 30, "?land=XX", "?land=NW&land=HE", "?art=",
        "?zeit=immer", "?suche=%25_%5C%27%26%7C!(*", "?suche=%F0%9F%98%80%ED%A0%80", "?suche=" + "a%20" * 900,
        "?unbekannt=1&land[]=NW", "?" + "&".join(f"x{n}=1" for n in range(1400)),
    ],
)  # fmt: skip
def test_wrong_parameters_never_break_the_page(client: Client, query: str) -> None:
    EventFactory(title="Netzwerktreffen")
    assert client.get(LIST + query).status_code == 200


def test_a_wrong_value_is_named_and_ignored(client: Client) -> None:
    EventFactory(title="Netzwerktreffen")
    assert titles(client, "?land=XX&zeit=kommende") == ["Netzwerktreffen"]
    assert "Nicht angewandt, weil der Wert nicht passt: Land" in client.get(f"{LIST}?land=XX").content.decode()


def test_a_nul_byte_is_refused(client: Client) -> None:
    assert client.get(f"{LIST}?suche=%00").status_code == 400


def badge_of(client: Client, event: Event) -> str:
    rows = client.get(LIST).content.decode().replace("</li>", "<li>").split("<li>")
    row = next(row for row in rows if event.get_absolute_url() in row)
    return re.sub("<[^>]+>", "", row.partition('<div class="log__a">')[2]).strip()


def test_badges(client: Client) -> None:
    free = EventFactory(on_site=3)
    fill_up(free, 1)
    unlimited = EventFactory()
    full = EventFactory(on_site=1)
    fill_up(full, 2)
    hybrid = EventFactory(format="hybrid", on_site=1, online=4)
    fill_up(hybrid, 1)
    later = EventFactory(registration_opens_at=in_days(5))
    closed = EventFactory(registration_closes_at=in_days(-1))
    invited = EventFactory(has_public_registration=False)
    cancelled = EventFactory(cancelled_at=db_now())
    over = EventFactory(days=-1)
    running = EventFactory(starts_at=in_days(-1), ends_at=in_days(1), starts_on=in_days(-1).date())
    assert badge_of(client, free) == "Plätze frei (2)"
    assert badge_of(client, unlimited) == "Plätze frei"
    assert badge_of(client, full) == "Ausgebucht – Warteliste"
    assert badge_of(client, hybrid) == "Plätze frei: online (4)"
    assert badge_of(client, later).startswith("Anmeldung ab ")
    assert badge_of(client, closed) == "Anmeldung geschlossen"
    assert badge_of(client, invited) == "Nur mit Einladung"
    assert badge_of(client, cancelled) == "Abgesagt"
    assert badge_of(client, over) == "Hat stattgefunden"
    assert badge_of(client, running) == "Läuft"


def count_queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    EventFactory(on_site=2)
    few = count_queries(client, LIST)
    for event in EventFactory.create_batch(12, on_site=2, format="hybrid"):
        fill_up(event, 1)
    assert count_queries(client, LIST) == few
    assert few <= 4


def test_a_visitor_gets_no_cookie(client: Client) -> None:
    assert not client.get(LIST).cookies


def test_the_second_page_says_so_in_its_title(client: Client) -> None:
    EventFactory.create_batch(61)
    page = client.get(f"{LIST}?seite=2").content.decode()
    assert "<title>Veranstaltungen, Seite 2 " in page
    assert len(titles(client, "?seite=2")) == 1
