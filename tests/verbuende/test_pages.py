"""The public directory and the team page."""

import pytest

from tests.factories.verbuende import (
    ContactFactory,
    FactSourceFactory,
    OrganisationFactory,
    VerbundFactory,
    VerbundMemberFactory,
)

pytestmark = pytest.mark.django_db


def page(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def test_list_keeps_invented_ones_the_centre_and_neighbours_apart(client):
    VerbundFactory(short_name="Echt", states=["NW"])
    VerbundFactory(short_name="Demo-Verbund", states=["NW"], is_demo=True)
    VerbundFactory(short_name="Zentrum", kind="coordination_centre")
    VerbundFactory(short_name="Nachbar", kind="neighbour", states=["BW"])
    text = page(client, "/verbuende/")
    counted, demo, centre, neighbours = text.index("1 Verbund<"), text.index("Erfundene Verbünde"), \
        text.index('id="zentrum"'), text.index('id="nachbarn"')  # fmt: skip
    assert counted < text.index(">Echt<") < demo < text.index(">Demo-Verbund<") < centre
    assert centre < text.index(">Zentrum<") < neighbours < text.index(">Nachbar<")
    assert "1 dokumentierter Verbund." in text


def test_map_counts_what_a_click_would_list(client):
    VerbundFactory(states=["NW"], sector_text="Pflege")
    VerbundFactory(states=["NW", "HE"], sector_text="Metall")
    VerbundFactory(states=[], sector_text="Metall")
    text = page(client, "/verbuende/", suche="metall", land="HE")
    assert 'href="?suche=metall&amp;land=NW" aria-label="NW 1: Nordrhein-Westfalen"' in text
    assert 'aria-label="HE 1: Hessen"' in text
    assert "2 dokumentierte Verbünde" in text
    assert "bei einem ist das Land unbekannt" in text
    assert 'land=BY"' not in text


def test_list_shows_unknown_in_words(client):
    VerbundFactory(short_name="Kaum bekannt")
    assert page(client, "/verbuende/").count('<span class="unknown">unbekannt</span>') == 3


def test_detail_shows_facts_with_footnotes_and_confidence(client):
    verbund = VerbundFactory(
        slug="probe", region_text="Ruhrgebiet", funding_round="FRL 2", lead=OrganisationFactory(name="Kammer Süd")
    )
    FactSourceFactory(verbund=verbund, field="region_text", url="https://eins.example/a", title="eins.example")
    FactSourceFactory(verbund=verbund, field="lead", url="https://eins.example/a", title="eins.example")
    FactSourceFactory(
        verbund=verbund, field="funding_round", url="https://zwei.example/b", title="zwei.example",
        confidence="inferred", note="aus dem Wortlaut",
    )  # fmt: skip
    text = page(client, "/verbuende/probe/")
    assert "Kammer Süd" in text
    assert "zweite Förderrunde" in text
    assert "erschlossen" in text
    assert "aus dem Wortlaut" in text
    assert 'href="#q1" aria-label="[1] Quelle zu Region"' in text
    assert 'href="#q1" aria-label="[1] Quelle zu Träger"' in text
    assert 'href="#q2" aria-label="[2] Quelle zu Förderrunde"' in text
    assert '<li id="q2">' in text
    assert '<li id="q3">' not in text
    assert "Geprüft am 21.\xa0November\xa02026" in text
    assert "?anliegen=fact&amp;betrifft=" in text


def test_detail_says_unknown_for_what_nobody_knows(client):
    VerbundFactory(slug="probe")
    assert page(client, "/verbuende/probe/").count('<span class="unknown">unbekannt</span>') == 12


def test_detail_escapes_what_is_stored(client):
    VerbundFactory(slug="probe", note="<script>alert(1)</script>", summary="<b>fett</b>")
    text = page(client, "/verbuende/probe/")
    assert "<script>alert(1)" not in text
    assert "&lt;b&gt;fett&lt;/b&gt;" in text


def test_detail_shows_published_contacts_only(client, verbund_a):
    ContactFactory(name="Öffentliche Olga", owner=verbund_a, verbund=verbund_a, is_published=True)
    ContactFactory(name="Private Paula", owner=verbund_a, verbund=verbund_a)
    ContactFactory(name="Ruhender Rolf", owner=verbund_a, verbund=verbund_a, is_published=True, is_active=False)
    text = page(client, "/verbuende/verbund-a/")
    assert "Öffentliche Olga" in text
    assert "Private Paula" not in text
    assert "Ruhender Rolf" not in text


def test_private_contacts_stay_off_the_public_page_even_for_members(client, alice, verbund_a):
    ContactFactory(name="Private Paula", owner=verbund_a, verbund=verbund_a)
    client.force_login(alice)
    assert "Private Paula" not in page(client, "/verbuende/verbund-a/")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"is_demo": True}, "Dieser Verbund ist erfunden"),
        ({"kind": "neighbour"}, "Netzwerk außerhalb des Programms"),
        ({"kind": "coordination_centre"}, "Es ist selbst keiner"),
    ],
)
def test_detail_says_what_the_row_is(client, facts, words):
    VerbundFactory(slug="probe", **facts)
    assert words in page(client, "/verbuende/probe/")


@pytest.mark.parametrize(
    ("role", "status"), [("alice", 200), ("bob", 200), ("rita", 200), ("zoe", 200), ("carla", 404), ("former", 404),
                         ("stranger", 404)]
)  # fmt: skip
def test_team_page_by_role(client, request, verbund_a, alice, role, status):
    client.force_login(request.getfixturevalue(role))
    response = client.get("/verbuende/verbund-a/team/")
    assert response.status_code == status
    assert ("alice@example.org" in response.content.decode()) is (status == 200)


def test_team_page_sends_visitors_to_the_sign_in(client, verbund_a):
    response = client.get("/verbuende/verbund-a/team/")
    assert response.status_code == 302
    assert response["Location"].startswith("/konto/")


def test_team_page_leaves_out_who_has_left(client, alice, former):
    client.force_login(alice)
    text = page(client, "/verbuende/verbund-a/team/")
    assert "Alice Ahorn" in text
    assert "Frieda Fichte" not in text


def test_centre_sees_an_empty_team(client, zoe, verbund_a):
    client.force_login(zoe)
    assert "Noch niemand im Team" in page(client, "/verbuende/verbund-a/team/")


def test_link_to_the_team_is_drawn_for_those_who_may_follow_it(client, alice, carla):
    for user, is_drawn in ((None, False), (alice, True), (carla, False)):
        client.logout() if user is None else client.force_login(user)
        assert ("/verbuende/verbund-a/team/" in page(client, "/verbuende/verbund-a/")) is is_drawn


def make_many(number):
    for index in range(number):
        VerbundFactory(lead=OrganisationFactory(), states=["NW"], is_demo=index % 5 == 4)


@pytest.mark.parametrize("number", [2, 120])
def test_list_takes_four_queries_at_any_size(client, django_assert_num_queries, number):
    make_many(number)
    with django_assert_num_queries(4):
        page(client, "/verbuende/", suche="verbund", land="NW")


@pytest.mark.parametrize("number", [1, 60])
def test_detail_takes_three_queries_at_any_size(client, django_assert_num_queries, verbund_a, number):
    for _ in range(number):
        FactSourceFactory(verbund=verbund_a, field="seat")
        ContactFactory(verbund=verbund_a, owner=verbund_a, organisation=OrganisationFactory(), is_published=True)
    with django_assert_num_queries(3):
        page(client, "/verbuende/verbund-a/")


@pytest.mark.parametrize("number", [1, 60])
def test_team_takes_the_same_queries_at_any_size(client, django_assert_max_num_queries, verbund_a, zoe, number):
    for _ in range(number):
        VerbundMemberFactory(verbund=verbund_a)
    client.force_login(zoe)
    # Two of its own, besides session, user and what the petrol head asks.
    with django_assert_max_num_queries(6):
        page(client, "/verbuende/verbund-a/team/")
