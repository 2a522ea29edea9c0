"""The journal of one event: filtered, paged, in words, as a table."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import BERLIN
from core.journal import journal
from core.models import ChangeEntry
from tests.events.manage.pages import query_count, text_of
from tests.factories.events import ProgrammeItemFactory, RegistrationFactory, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(event, alice, bob):
    """An answer, a guest changed by Alice, an item changed by Bob, an export by Bob."""
    person = RegistrationFactory(event=event, name="Maria Müller")
    say_yes(person)
    entries = [
        (person, "Gast geändert", alice, {"role": ["participant", "panel"]}),
        (ProgrammeItemFactory(event=event), "Programmpunkt geändert: Vortrag", bob, {"Plätze": ["5", "4"]}),
        (event, "Gästeliste exportiert (CSV)", bob, {"people": [0, 1]}),
    ]
    for obj, action, actor, changes in entries:
        journal(scope=event.scope, obj=obj, action=action, actor=actor, changes=changes)
    return person


def actions(response) -> list[str]:
    return [line.entry.action for line in response.context["page_obj"].object_list]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("art=antworten", ["Antwort"]),
        ("art=gaeste", ["Gast geändert"]),
        ("art=programm", ["Programmpunkt geändert: Vortrag"]),
        ("art=exporte", ["Gästeliste exportiert (CSV)"]),
        ("art=mails", []),
        ("person=mueller", ["Gast geändert", "Antwort"]),
        ("person=Buche", ["Gästeliste exportiert (CSV)", "Programmpunkt geändert: Vortrag"]),
        ("person=100%25", []),
        ("art=programm&person=mueller", []),
        ("tag=1.1.2020", []),
    ],
)
def test_filters(sign_in, rita, url, log, query, expected):
    assert actions(sign_in(rita).get(f"{url('event-log')}?{query}")) == expected


def test_the_day_is_a_german_one(sign_in, rita, url, log):
    late = dt.datetime(2026, 7, 1, 23, 30, tzinfo=BERLIN)
    ChangeEntry.objects.filter(action="Antwort").update(at=late)
    client = sign_in(rita)
    assert actions(client.get(f"{url('event-log')}?tag=01.07.2026")) == ["Antwort"]
    assert actions(client.get(f"{url('event-log')}?tag=02.07.2026")) == []


def test_wrong_values_are_named_and_ignored(sign_in, rita, url, log):
    response = sign_in(rita).get(f"{url('event-log')}?tag=gestern&art=unsinn")
    assert len(actions(response)) == 4
    assert "Nicht angewandt, weil der Wert nicht passt: Art · Tag" in text_of(response)


def test_changes_are_words(sign_in, rita, event, url, log):
    journal(scope=event.scope, obj=event, action="geändert", actor=None, changes={"some_new_field": ["a", "b"]})
    page = text_of(sign_in(rita).get(url("event-log")))
    assert "Rolle : Publikum → Podium" in page
    assert "Weitere Angabe : a → b" in page
    for raw in ("some_new_field", "participant", "role"):
        assert raw not in page


def test_what_was_erased_stays_erased(sign_in, rita, url, log):
    ChangeEntry.objects.filter(action="Gast geändert").update(is_shredded=True)
    assert "Podium" not in text_of(sign_in(rita).get(url("event-log")))


def test_an_empty_find_says_so(sign_in, rita, url, log):
    assert "Kein Eintrag passt zu diesen Filtern" in text_of(sign_in(rita).get(f"{url('event-log')}?art=mails"))


def test_the_table_has_the_same_filter_and_is_written_down(sign_in, rita, event, url, log):
    client = sign_in(rita)
    assert "protokoll/export/?art=gaeste" in client.get(f"{url('event-log')}?art=gaeste").content.decode()
    text = client.get(f"{url('event-log-export')}?art=gaeste").content.decode("utf-8-sig")
    header, row, _ = text.split("\r\n")
    assert header == "Zeitpunkt;Wer;Was;Person;Änderung;Grund"
    assert row.split(";")[1:] == ["Alice Ahorn", "Gast geändert", "Maria Müller", "Rolle: Publikum → Podium", ""]
    entry = ChangeEntry.objects.get(action="Protokoll exportiert (CSV)")
    assert (entry.actor, entry.reason) == (rita, "Auswahl: Gäste und Plätze, von Hand")


def test_no_cell_of_the_table_can_become_a_formula(sign_in, alice, event, url):
    person = RegistrationFactory(event=event, name="=1+1")
    journal(scope=event.scope, obj=person, action="Gast geändert", actor=alice, reason="@SUM(A1)")
    text = sign_in(alice).get(url("event-log-export")).content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "'@SUM(A1)" in text


def test_the_log_asks_as_often_for_many_as_for_few(sign_in, alice, event, url):
    client, counts = sign_in(alice), []
    for size in (1, 60):
        for person in RegistrationFactory.create_batch(size, event=event):
            journal(scope=event.scope, obj=person, action="Gast geändert", actor=alice)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{url('event-log')}?person=gast")
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 6
