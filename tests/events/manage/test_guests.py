"""The guest list, its exports, one person."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.clock import db_now
from core.models import ChangeEntry
from events.models import InvitationRound, Registration
from events.services.audience import Selection, collect
from events.services.invitations import invite
from mailing.models import OutboxMessage
from tests.events.manage.pages import hidden, query_count, text_of
from tests.events.services.inviting import everybody
from tests.factories.events import (
    EventFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db


def fail_mails(person: Registration) -> None:
    """Let the server have refused this person's mails."""
    OutboxMessage.objects.filter(ref=person.ref).update(state="failed", state_reason="Postfach unbekannt (550)")


def csv_rows(response) -> list[list[str]]:
    text = response.content.decode("utf-8-sig")
    return [line.split(";") for line in text.split("\r\n") if line]


def guest(event, name, **fields):
    return RegistrationFactory(event=event, name=name, **fields)


# --- List ---------------------------------------------------------------------------------------------------------
def test_the_list_shows_where_everybody_stands(sign_in, rita, event, url):
    people = fill_up(event, 7)
    say_no(guest(event, "Nora Nein"))
    guest(event, "Ole Offen")
    fail_mails(people[0])
    page = text_of(sign_in(rita).get(url("registration-list")))
    assert "9 Personen" in page
    assert "5/5 vor Ort" in page
    assert page.count("Zugesagt") >= 4
    assert "Mail unzustellbar vor Ort – Postfach unbekannt (550)" in page
    assert "Platz 2 der Warteliste" in page
    assert "Nora Nein Kammer Musterstadt Publikum Abgesagt" in page
    assert "Ole Offen Kammer Musterstadt Publikum Noch offen" in page


def test_names_sort_as_in_a_german_book(sign_in, alice, event, url):
    for name in ("Zebra, Z.", "Öhm, O.", "Oma, A.", "Äpfel, A.", "Apfel, B."):
        guest(event, name)
    client = sign_in(alice)
    found = [line.person.name for line in client.get(url("registration-list")).context["lines"]]
    assert found == ["Äpfel, A.", "Apfel, B.", "Öhm, O.", "Oma, A.", "Zebra, Z."]
    assert "5 Personen, nach Nachnamen" in text_of(client.get(url("registration-list")))
    found = [line.person.name for line in client.get(url("registration-list") + "?sortierung=-name").context["lines"]]
    assert found[0] == "Zebra, Z."


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("suche=muell", ["Maria Müller"]),
        ("suche=metall", ["Paul Panel"]),
        ("suche=100%25", []),
        ("stand=yes", ["Paul Panel", "Willi Warter"]),
        ("stand=place", ["Paul Panel"]),
        ("stand=waiting", ["Willi Warter"]),
        ("stand=open", ["Maria Müller", "Uta Unbestätigt"]),
        ("stand=unproven", ["Uta Unbestätigt"]),
        ("stand=undeliverable", ["Willi Warter"]),
        ("rolle=panel", ["Paul Panel"]),
        ("format=on_site", ["Paul Panel", "Willi Warter"]),
        ("format=online", []),
    ],
)
def test_filters(sign_in, alice, event, url, query, names):
    event.pools.update(capacity=1)
    say_yes(guest(event, "Paul Panel", role="panel", organisation_as_typed="Metallbau GmbH"))
    waiting = guest(event, "Willi Warter")
    say_yes(waiting)
    fail_mails(waiting)
    guest(event, "Maria Müller")
    guest(event, "Uta Unbestätigt", source="public", unproven_until=event.starts_at)
    response = sign_in(alice).get(f"{url('registration-list')}?{query}")
    assert [line.person.name for line in response.context["lines"]] == names
    assert f"{len(names)} Person" in text_of(response)


def test_an_address_that_was_corrected_is_not_undeliverable_any_more(sign_in, alice, event, url):
    person = guest(event, "Konrad Korrigiert")
    say_yes(person)
    fail_mails(person)
    client = sign_in(alice)
    assert "Mail unzustellbar" in text_of(client.get(url("registration-list") + "?stand=yes"))
    Registration.objects.filter(pk=person.pk).update(email="neu@example.org", email_key="neu@example.org")
    response = client.get(url("registration-list"))
    assert response.context["lines"][0].badge[0] == "Zugesagt"


def test_a_workshop_filters_by_its_choices_and_no_foreign_ones(sign_in, alice, event, url, verbund_b):
    item = ProgrammeItemFactory(event=event, places=5, title="Workshop Eins")
    foreign = ProgrammeItemFactory(event=EventFactory(owner=verbund_b), places=5, title="Fremder Workshop")
    say_yes(guest(event, "Wanda Workshop"), item_pools=(item.pool,))
    say_yes(guest(event, "Paul Pur"))
    client = sign_in(alice)
    response = client.get(f"{url('registration-list')}?punkt={item.pool.pk}")
    assert [line.person.name for line in response.context["lines"]] == ["Wanda Workshop"]
    assert "Fremder Workshop" not in response.content.decode()
    wrong = client.get(f"{url('registration-list')}?punkt={foreign.pool.pk}")
    assert "Nicht angewandt, weil der Wert nicht passt: Programmpunkt" in text_of(wrong)


def test_filters_are_chips_and_survive_sorting(sign_in, alice, event, url):
    guest(event, "Anna")
    page = sign_in(alice).get(f"{url('registration-list')}?stand=open&sortierung=-name").content.decode()
    assert 'class="chip" href="?sortierung=-name"' in page
    assert 'name="sortierung" value="-name"' in page
    assert "export/csv/?stand=open&amp;sortierung=-name" in page


def test_the_list_asks_as_often_for_many_as_for_few(sign_in, alice, event, url):
    item = ProgrammeItemFactory(event=event, places=2)
    client, counts = sign_in(alice), []
    for size in (1, 60):
        for person in RegistrationFactory.create_batch(size, event=event):
            fail_mails(person)
        for _ in range(7):
            say_yes(RegistrationFactory(event=event), item_pools=(item.pool,))
        with CaptureQueriesContext(connection) as captured:
            client.get(url("registration-list") + "?sortierung=-eingang")
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 6


def test_fifty_to_a_page(sign_in, alice, event, url):
    RegistrationFactory.create_batch(51, event=event)
    client = sign_in(alice)
    assert len(client.get(url("registration-list")).context["lines"]) == 50
    last = client.get(url("registration-list") + "?seite=99")
    assert len(last.context["lines"]) == 1
    assert "Seite 2 von 2" in last.content.decode()


# --- Export and print ---------------------------------------------------------------------------------------------
def test_the_export_has_the_same_filters_and_is_written_down(sign_in, rita, event, url):
    say_yes(guest(event, "Jana Ja", role="panel"))
    guest(event, "Ole Offen")
    response = sign_in(rita).get(url("registration-export", "csv") + "?stand=yes")
    header, *rows = csv_rows(response)
    assert [row[0] for row in rows] == ["Jana Ja"]
    row = dict(zip(header, rows[0], strict=True))
    assert (row["Rolle"], row["Antwort"], row["Teilnahme"], row["Platz"]) == (
        "Podium",
        "Zugesagt",
        "vor Ort",
        "Platz bestätigt",
    )
    assert row["Einwilligung Fotos"] == "nein"
    entry = ChangeEntry.objects.get(action="Gästeliste exportiert (CSV)")
    assert (entry.actor, entry.scope, entry.changes) == (rita, event.scope, {"people": [0, 1]})


@pytest.mark.parametrize("evil", ["=cmd|'/c calc'!A1", "+49 201 1", "@SUM(A1)", "-2+3", "\t=1+1"])
def test_no_cell_can_become_a_formula(sign_in, alice, event, url, evil):
    guest(event, evil, organisation_as_typed=evil)
    client = sign_in(alice)
    _header, row = csv_rows(client.get(url("registration-export", "csv")))
    assert row[0] == f"'{evil}"
    book = load_workbook(io.BytesIO(client.get(url("registration-export", "xlsx")).content))
    cell = book.active["A2"]
    assert (cell.data_type, cell.value) == ("s", evil)


def test_the_export_carries_rank_consents_and_wishes(sign_in, alice, event, url):
    event.pools.update(capacity=0)
    say_yes(guest(event, "Rosa Rang"), food=("vegan",), access_needs="Rampe", consents={"photos": True})
    header, row = csv_rows(sign_in(alice).get(url("registration-export", "csv")))
    found = dict(zip(header, row, strict=True))
    assert found["Rang auf der Warteliste"] == "1"
    assert (found["Essen"], found["Zugang und Unterstützung"]) == ("Vegan", "Rampe")
    assert (found["Einwilligung Fotos"], found["Einwilligung Teilnehmendenliste"]) == ("ja", "nein")


def test_another_format_does_not_exist(sign_in, alice, event, url):
    assert sign_in(alice).get(url("registration-export", "pdf")).status_code == 404
    assert not ChangeEntry.objects.filter(action__startswith="Gästeliste").exists()


def test_the_export_asks_as_often_for_many_as_for_few(sign_in, alice, event, url):
    event.pools.update(capacity=1)
    client, counts = sign_in(alice), []
    for size in (3, 40):
        fill_up(event, size)
        with CaptureQueriesContext(connection) as captured:
            client.get(url("registration-export", "csv"))
        counts.append(query_count(captured))
    assert counts[0] == counts[1]


def test_the_print_view_holds_everybody(sign_in, alice, event, url):
    RegistrationFactory.create_batch(60, event=event)
    page = text_of(sign_in(alice).get(url("registration-print")))
    assert page.count("Kammer Musterstadt") == 60


# --- One person ---------------------------------------------------------------------------------------------------
def test_a_person_with_everything_that_is_known(sign_in, rita, event, url):
    event.pools.update(capacity=1)
    say_yes(guest(event, "Vera Vorher"))
    person = guest(event, "Wim Warter")
    say_yes(person, food=("vegetarian",), remark="Komme später", consents={"photos": True})
    page = text_of(sign_in(rita).get(url("registration-detail", person.pk)))
    for words in (
        "Warteliste",
        "Platz 1 der Warteliste",
        "Die Reihenfolge folgt der Zeit der Anmeldung",
        "Vegetarisch",
        "Komme später",
        "Fotos, auf denen ich zu erkennen bin, dürfen im Rückblick erscheinen Erteilt",
        "Unterwegs",
    ):
        assert words in page, words


def test_a_persons_links_are_nobodys_business(sign_in, alice, event, url):
    person = guest(event, "Lara Link")
    say_yes(person)
    person.refresh_from_db()
    page = sign_in(alice).get(url("registration-detail", person.pk)).content.decode()
    assert person.token not in page
    assert person.nonce not in page


def test_a_person_is_found_below_the_own_event_only(sign_in, alice, event, url, verbund_a):
    stray = RegistrationFactory(event=EventFactory(owner=verbund_a))
    client = sign_in(alice)
    for name in ("registration-detail", "registration-update", "registration-drop"):
        assert client.get(url(name, stray.pk)).status_code == 404, name


def test_whose_round_has_not_left_has_the_button_to_be_taken_off(sign_in, alice, event, url):
    person = RegistrationFactory(event=event)
    audience = everybody(event)
    sending = invite(actor=alice, event=event, audience=audience, chosen=audience.keys, text="", send_at=in_days(2, 9))
    client = sign_in(alice)
    drop = url("registration-drop", person.pk)
    assert drop in client.get(url("registration-detail", person.pk)).content.decode()
    assert "in einer geplanten Runde wartet, geht nicht hinaus" in text_of(client.get(drop))
    InvitationRound.objects.filter(pk=sending.pk).update(sent_at=db_now())
    assert drop not in client.get(url("registration-detail", person.pk)).content.decode()


def test_noting_correcting_and_dropping_a_guest(sign_in, alice, event, url):
    client = sign_in(alice)
    data = {
        "name": "Gunda Gast",
        "email": "gunda@example.org",
        "role": "greeting",
        "organisation": "Amt",
        "salutation": "frau",
    }
    done = client.post(url("guest-create"), data, follow=True)
    assert "Vorgemerkt." in text_of(done)
    person = Registration.objects.get()
    assert (person.role, person.salutation, person.organisation_name) == ("greeting", "frau", "Amt")
    assert "schon auf der Liste" in text_of(client.post(url("guest-create"), data))
    assert "name@firma.de" in text_of(client.post(url("guest-create"), data | {"email": "kaputt"}))
    changed = data | {"organisation": "Neues Amt", "version": "1"}
    client.post(url("registration-update", person.pk), changed)
    person.refresh_from_db()
    assert person.organisation_name == "Neues Amt"
    client.post(url("registration-drop", person.pk))
    assert not Registration.objects.exists()


def test_a_second_person_under_one_address_is_asked_for(sign_in, alice, event, url):
    client = sign_in(alice)
    data = {"name": "Gunda Gast", "email": "gast@example.org", "role": "guest"}
    client.post(url("guest-create"), data)
    another = data | {"name": "Günda Gast-Meier", "email": "Gast@Example.org"}
    refused = text_of(client.post(url("guest-create"), another))
    assert "Unter dieser Adresse steht schon Gunda Gast auf der Liste." in refused
    assert "Weitere Person unter derselben Adresse" in refused
    assert event.registrations.count() == 1
    client.post(url("guest-create"), another | {"is_another": "on"})
    assert event.registrations.count() == 2


def test_correcting_the_address_of_somebody_invited_says_that_the_invitation_must_go_out_again(
    sign_in, alice, event, url
):
    person = guest(event, "Ina Offen")
    selection = Selection(include_noted=True)
    invite(
        actor=alice,
        event=event,
        audience=collect(actor=alice, event=event, selection=selection),
        chosen=[f"{person.email_key}|{person.name_key}"],
        text="",
    )
    data = {"name": person.name, "email": "neu@example.org", "role": "guest", "version": str(person.version)}

    done = sign_in(alice).post(url("registration-update", person.pk), data, follow=True)

    assert "Laden Sie die Person unter „Einladen“ noch einmal ein." in text_of(done)
    assert OutboxMessage.objects.get(purpose="events.invitation").state == "aborted"


def test_a_stale_guest_shows_both_versions(sign_in, alice, bob, event, url):
    person = guest(event, "Alt Name")
    one, other = sign_in(alice), sign_in(bob)
    opened = hidden(one.get(url("registration-update", person.pk)), "version")
    data = {"email": person.email, "role": "guest", "version": opened}
    other.post(url("registration-update", person.pk), data | {"name": "Von Bob"})
    stale = one.post(url("registration-update", person.pk), data | {"name": "Von Alice"})
    assert "Vor- und Nachname Von Bob Von Alice" in text_of(stale)
    person.refresh_from_db()
    assert person.name == "Von Bob"


def test_markup_in_names_stays_text(sign_in, alice, event, url):
    person = guest(event, "<script>alert(1)</script>")
    client = sign_in(alice)
    for address in (url("registration-list"), url("registration-detail", person.pk), url("registration-print")):
        assert "<script>alert" not in client.get(address).content.decode()
