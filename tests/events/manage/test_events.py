"""List, planning, overview, changing, visibility, calling off, log."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import ChangeEntry
from events.models import Event
from events.services.planning import set_visibility
from tests.events.manage.pages import hidden, query_count, text_of
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, fill_up, say_yes
from tests.factories.verbuende import VerbundMemberFactory

pytestmark = pytest.mark.django_db

LIST = "/arbeitsplatz/veranstaltungen/"


def edit_data(event: Event, **changes: str) -> dict[str, str]:
    """What the form posts when nothing is changed."""
    data = {
        "kind": event.kind,
        "title": event.title,
        "summary": event.summary,
        "description": event.description,
        "format": event.format,
        "venue": event.venue,
        "city": event.city,
        "address": event.address,
        "states": event.states,
        "starts_on": event.starts_on.strftime("%d.%m.%Y"),
        "start_time": "10:00",
        "end_time": "16:00",
        "contact_email": event.contact_email,
        "contact_name": event.contact_name,
        "has_public_registration": "on",
        "capacity_on_site": "5",
        "version": str(event.version),
    }
    return data | changes


# --- List ---------------------------------------------------------------------------------------------------------
def test_the_list_shows_own_events_only(sign_in, alice, event):
    EventFactory(title="Treffen des Zentrums")
    page = text_of(sign_in(alice).get(LIST))
    assert event.title in page
    assert "Treffen des Zentrums" not in page
    assert "1 Treffen" in page


def test_past_events_have_their_own_tab_and_called_off_ones_stay_in_sight(sign_in, alice, event, verbund_a):
    EventFactory(owner=verbund_a, days=-20, title="Gewesen")
    Event.objects.filter(pk=event.pk).update(cancelled_at=event.created_at)
    client = sign_in(alice)
    coming, past = text_of(client.get(LIST)), text_of(client.get(f"{LIST}vergangen/"))
    assert "Abgesagt" in coming
    assert "Gewesen" not in coming
    assert "Gewesen" in past


def test_a_draft_says_what_is_missing(sign_in, alice, verbund_a):
    EventFactory(owner=verbund_a, visibility="draft", starts_at=None, ends_at=None, contact_email="")
    page = text_of(sign_in(alice).get(LIST))
    assert "Es fehlen: Beginn und Ende, E-Mail-Adresse für Rückfragen, Programm." in page


def test_readers_plan_nothing(sign_in, rita, event):
    client = sign_in(rita)
    assert "Treffen planen" not in text_of(client.get(LIST))
    assert client.get(f"{LIST}neu/").status_code == 404
    assert client.post(f"{LIST}neu/", {"title": "Trotzdem"}).status_code == 404


@pytest.mark.parametrize("query", ["seite=abc", "seite=-1", "seite=1000000000000", "art=unsinn", "suche=%25_'", "x=1"])
def test_wrong_filters_are_ignored_and_named(sign_in, alice, event, query):
    assert sign_in(alice).get(f"{LIST}?{query}").status_code == 200


def test_the_list_asks_as_often_for_one_event_as_for_many(sign_in, alice, verbund_a):
    client, counts = sign_in(alice), []
    for size in (1, 30):
        EventFactory.create_batch(size, owner=verbund_a)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(LIST)
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 6


# --- Planning -----------------------------------------------------------------------------------------------------
def test_planning_from_the_template(sign_in, alice, verbund_a):
    response = sign_in(alice).post(
        f"{LIST}neu/",
        {
            "kind": "barcamp",
            "start": "vorlage",
            "title": "Barcamp Lernen",
            "format": "hybrid",
            "city": "Essen",
            "starts_on": "4. März 2027",
            "start_time": "10 Uhr",
            "end_time": "15.30",
            "capacity_on_site": "60",
        },
    )
    event = Event.objects.get()
    assert response.url == event.get_manage_url()
    assert (event.owner, event.visibility, event.items.count()) == (verbund_a, "draft", 6)
    assert event.starts_at.isoformat() == "2027-03-04T09:00:00+00:00"
    assert event.ends_at.isoformat() == "2027-03-04T14:30:00+00:00"
    assert {pool.kind: pool.capacity for pool in event.pools.all()} == {"on_site": 60, "online": None}


def test_a_past_meeting_needs_a_day_only(sign_in, zoe):
    data = {"kind": "symposium", "start": "leer", "title": "Fachtagung", "format": "on_site", "starts_on": "24.11.23"}
    assert sign_in(zoe).post(f"{LIST}neu/", data).status_code == 302
    event = Event.objects.get()
    assert (event.starts_on, event.starts_at, event.owner, event.items.count()) == (
        dt.date(2023, 11, 24),
        None,
        None,
        0,
    )


def test_whoever_leads_two_alliances_says_for_which(sign_in, alice, verbund_b):
    VerbundMemberFactory(user=alice, verbund=verbund_b, role="LEAD")
    data = {"kind": "other", "start": "leer", "title": "Runde", "format": "online", "starts_on": "4.3.2027"}
    client = sign_in(alice)
    response = client.post(f"{LIST}neu/", data)
    assert "Beantworten Sie „Wer lädt ein?“" in text_of(response)
    client.post(f"{LIST}neu/", data | {"owner": verbund_b.pk})
    assert Event.objects.get().owner == verbund_b


def test_nobody_plans_in_a_foreign_name(sign_in, alice, verbund_b):
    VerbundMemberFactory(user=alice, verbund=verbund_b, role="READER")
    data = {"kind": "other", "start": "leer", "title": "Runde", "format": "online", "starts_on": "4.3.2027"}
    sign_in(alice).post(f"{LIST}neu/", data | {"owner": verbund_b.pk})
    assert Event.objects.get().owner.slug == "verbund-a"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_on": "30.02.2027"}, "Geben Sie das Datum mit Tag, Monat und Jahr ein, zum Beispiel 24.11.2026"),
        ({"start_time": "", "end_time": "12"}, "Geben Sie auch den Beginn ein, zum Beispiel 10:00"),
        ({"start_time": "14", "end_time": "12"}, "Geben Sie ein Ende an, das nach dem Beginn liegt"),
        ({"starts_on": "28.03.2027", "start_time": "2:30"}, "Am 28. März 2027 gibt es 02:30\u00a0Uhr nicht"),
        ({"capacity_on_site": "viele"}, "Geben Sie bei „Plätze vor Ort“ eine ganze Zahl ein"),
        ({"capacity_on_site": "-1"}, "Geben Sie bei „Plätze vor Ort“ mindestens 0 ein"),
        ({"ends_on": "5.3.2027", "end_time": ""}, "um wie viel Uhr das Treffen am letzten Tag endet"),
        ({"title": ""}, "Geben Sie bei „Titel“ etwas ein"),
    ],
)
def test_what_does_not_fit_is_said_and_the_input_kept(sign_in, zoe, changes, sentence):
    data = {"kind": "other", "start": "leer", "title": "Runde", "format": "on_site", "starts_on": "4.3.2027"}
    data |= {"start_time": "10", "end_time": "12"} | changes
    response = sign_in(zoe).post(f"{LIST}neu/", data)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count(sentence) == 2, "once in the summary, once at the field"
    assert "<title>Fehler: Treffen planen" in page
    assert f'value="{data["starts_on"]}"' in page
    assert not Event.objects.exists()


# --- Overview -----------------------------------------------------------------------------------------------------
def test_the_overview_names_figures_and_what_to_do_next(sign_in, alice, event):
    fill_up(event, 6)
    RegistrationFactory(event=event)
    page = text_of(sign_in(alice).get(event.get_manage_url()))
    assert "7 Personen" in page
    assert "vor Ort 5/5 0 1" in page
    assert "Programm anlegen" in page
    assert "Vorgemerkte einladen" in page


def test_an_overbooked_event_says_so(sign_in, alice, event):
    fill_up(event, 3)
    event.pools.update(capacity=2)
    page = text_of(sign_in(alice).get(event.get_manage_url()))
    assert "Überbucht, vor Ort: 3 auf 2 Plätzen" in page


def test_answers_that_are_late_are_named(sign_in, alice, event):
    RegistrationFactory(event=event)
    Event.objects.update(answer_by=dt.date(2026, 1, 2))
    assert "Frist für Antworten ist vorbei" in text_of(sign_in(alice).get(event.get_manage_url()))


def test_readers_see_the_overview_without_buttons(sign_in, rita, event):
    response = sign_in(rita).get(event.get_manage_url())
    page = response.content.decode()
    assert response.status_code == 200
    for word in ("/bearbeiten/", "/absagen/", "/einladen/", "/sichtbarkeit/", "<form"):
        assert word not in page[page.index("<main") :], word


def test_the_overview_asks_as_often_for_many_as_for_few(sign_in, alice, event):
    client, counts = sign_in(alice), []
    for size in (1, 40):
        RegistrationFactory.create_batch(size, event=event)
        say_yes(RegistrationFactory(event=event))
        with CaptureQueriesContext(connection) as captured:
            client.get(event.get_manage_url())
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 12


# --- Changing -----------------------------------------------------------------------------------------------------
def test_the_form_opens_with_what_is_stored_and_saves_it_unchanged(sign_in, alice, event, url):
    client = sign_in(alice)
    page = client.get(url("event-update")).content.decode()
    assert 'value="10:00"' in page
    assert f'value="{event.starts_on:%d.%m.%Y}"' in page
    assert client.post(url("event-update"), edit_data(event)).status_code == 302
    assert not ChangeEntry.objects.filter(action="geändert").exists(), "nothing changed, nothing noted"


def test_a_stale_form_shows_both_versions_and_saves_on_purpose_only(sign_in, alice, bob, event, url):
    one, other = sign_in(alice), sign_in(bob)
    opened = hidden(one.get(url("event-update")), "version")
    other.post(url("event-update"), edit_data(event, title="Titel von Bob"))
    stale = one.post(url("event-update"), edit_data(event, title="Titel von Alice", version=opened))
    page = text_of(stale)
    assert "Jemand hat diese Angaben inzwischen geändert" in page
    assert "Titel Titel von Bob Titel von Alice" in page
    assert page.startswith("Veranstaltungen Titel von Bob Angaben bearbeiten"), "the head names what is stored"
    assert Event.objects.get().title == "Titel von Bob"
    data = edit_data(event, title="Titel von Alice", version=hidden(stale, "version"))
    assert one.post(url("event-update"), data).status_code == 302
    assert Event.objects.get().title == "Titel von Alice"


def test_public_registration_needs_an_hour(sign_in, alice, event, url):
    response = sign_in(alice).post(url("event-update"), edit_data(event, start_time="", end_time=""))
    assert "Eine öffentliche Anmeldung braucht eine Uhrzeit für den Beginn" in text_of(response)


def test_extra_fields_are_ignored(sign_in, alice, event, url, verbund_b):
    data = edit_data(event, owner=str(verbund_b.pk), is_demo="on", slug="gekapert", visibility="draft")
    sign_in(alice).post(url("event-update"), data)
    stored = Event.objects.get()
    assert (stored.owner_id, stored.slug, stored.is_demo, stored.visibility) == (
        event.owner_id,
        event.slug,
        False,
        "public",
    )


# --- Visibility and calling off -----------------------------------------------------------------------------------
def test_publishing_says_what_is_missing(sign_in, alice, verbund_a):
    draft = EventFactory(owner=verbund_a, visibility="draft", venue="", has_public_registration=False)
    client, address = sign_in(alice), reverse("events:event-publish", args=[draft.slug])
    page = text_of(client.post(address, {"visibility": "public"}, follow=True))
    assert "Tragen Sie Ort und Stadt ein" in page
    assert client.get(address).status_code == 302
    assert "Wählen Sie, wer das Treffen sehen darf" in text_of(
        client.post(address, {"visibility": "alle"}, follow=True)
    )
    Event.objects.filter(pk=draft.pk).update(venue="Saal")
    client.post(address, {"visibility": "unlisted"})
    assert Event.objects.get(pk=draft.pk).visibility == "unlisted"


# --- Log ----------------------------------------------------------------------------------------------------------
def test_the_log_says_who_did_what_to_whom(sign_in, alice, rita, event, url):
    say_yes(RegistrationFactory(event=event, name="Gerda Gast"))
    set_visibility(actor=alice, event=event, visibility="unlisted")
    page = text_of(sign_in(rita).get(url("event-log")))
    assert "Sichtbarkeit: nur mit Link Alice Ahorn" in page
    assert "Antwort: Gerda Gast Person selbst, über ihren Link Antwort : Noch offen → Zugesagt" in page


def test_the_programme_counts_in_the_tab(sign_in, alice, event):
    ProgrammeItemFactory.create_batch(3, event=event)
    assert "Programm 3" in text_of(sign_in(alice).get(event.get_manage_url()))
