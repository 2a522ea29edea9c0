"""The start page: the network in one screen."""

import datetime as dt

from django.urls import reverse

from tests.portal.conftest import make_event, make_verbund


def get_start(client):
    response = client.get(reverse("portal:start"))
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_installation_looks_finished(client, db):
    page = get_start(client)
    assert "Zurzeit ist kein öffentliches Treffen angekündigt" in page
    assert "Rückblick" not in page
    assert "53–55" in page


def test_shows_the_next_three_public_meetings_in_order(client, db):
    for days in (40, 10, 30, 20):
        make_event(f"Treffen in {days} Tagen", days=days)
    page = get_start(client)
    positions = [page.index(f"Treffen in {days} Tagen") for days in (10, 20, 30)]
    assert positions == sorted(positions)
    assert "Treffen in 40 Tagen" not in page


def test_shows_neither_drafts_nor_unlisted_nor_cancelled_meetings(client, db):
    make_event("Geheimer Entwurf", visibility="draft")
    make_event("Nur mit Link", visibility="unlisted")
    make_event("Fällt aus", cancelled_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    make_event("Öffentlich")
    page = get_start(client)
    assert "Öffentlich" in page
    assert "Geheimer Entwurf" not in page
    assert "Nur mit Link" not in page
    assert "Fällt aus" not in page


def test_says_how_many_places_are_left(client, db):
    make_event("Netzwerktreffen", has_public_registration=True, format="hybrid", places={"on_site": 60, "online": 20})
    page = get_start(client)
    assert "Plätze frei (80)" in page


def test_says_that_a_meeting_is_full_or_by_invitation(client, db):
    make_event("Klein", has_public_registration=True, places={"on_site": 0})
    make_event("Geschlossen", has_public_registration=False, places={"on_site": 10})
    page = get_start(client)
    assert "Ausgebucht" in page
    assert "Nur mit Einladung" in page
    assert "Plätze frei" not in page


def test_looks_back_on_the_latest_meeting(client, db):
    make_event("Vor drei Jahren", days=-1000, summary="Lange her.")
    make_event("Neulich", days=-10, summary="Sieben Verbünde stellten sich vor.")
    page = get_start(client)
    assert "Neulich" in page
    assert "Sieben Verbünde stellten sich vor." in page
    assert "Vor drei Jahren" not in page


def test_counts_alliances_without_invented_ones_neighbours_and_the_centre(client, db):
    make_verbund("A", states=["NW"])
    make_verbund("B", states=["NW", "HE"])
    make_verbund("Erfunden", states=["BY"], is_demo=True)
    make_verbund("Nachbar", states=["BW"], kind="neighbour")
    make_verbund("Zentrum", kind="coordination_centre")
    page = get_start(client)
    assert "<b>2</b> <span>Verbünde mit belegten Angaben" in page
    assert "<b>2</b> <span>Länder, in denen" in page


def test_needs_at_most_four_queries_at_any_size(client, db, django_assert_max_num_queries):
    make_event("Vergangen", days=-5)
    make_event("Erstes", places={"on_site": 5})
    with django_assert_max_num_queries(4):
        client.get("/")
    owner = make_verbund("Träger", states=["NW"])
    for number in range(20):
        make_event(f"Treffen {number}", owner=owner, places={"on_site": 5, "online": None})
        make_verbund(f"Verbund {number}", states=["HE"])
    with django_assert_max_num_queries(4):
        client.get("/")


def test_a_visitor_gets_no_cookie(client, db):
    response = client.get("/")
    assert response.cookies == {}


def test_the_door_of_the_teams_leads_to_the_desk(sign_in, centre_staff):
    page = sign_in(centre_staff).get("/").content.decode()
    assert "Zum Arbeitsplatz" in page
