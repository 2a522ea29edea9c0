"""Copying an event, and the list of what to look at afterwards."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.dates import BERLIN
from events.models import Event, MailPlan, ProgrammeItem
from tests.events.manage.pages import query_count, text_of
from tests.factories.events import (
    EventFactory,
    ItemPersonFactory,
    ItemSlotFactory,
    ItemTableFactory,
    MailPlanFactory,
    ProgrammeItemFactory,
)
from tests.factories.verbuende import ContactFactory, VerbundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(verbund_a):
    return EventFactory(
        owner=verbund_a,
        title="Netzwerktreffen 2026",
        summary="Am 24. November treffen wir uns, Anmeldung bis 10.11.",
        format="hybrid",
        online_url="https://meet.example.org/1",
        starts_on=dt.date(2026, 11, 24),
        starts_at=dt.datetime(2026, 11, 24, 10, tzinfo=BERLIN),
        ends_at=dt.datetime(2026, 11, 24, 16, tzinfo=BERLIN),
        states=["NW"],
        slug="netzwerktreffen-2026",
    )


def copy(client, source, day):
    response = client.post(
        reverse("events:event-copy", args=[source.slug]), {"title": source.title, "starts_on": day}, follow=True
    )
    return text_of(response)


def test_copying_leads_to_the_check_list(sign_in, alice, source):
    page = copy(sign_in(alice), source, "11. Februar 2027")
    made = Event.objects.get(copied_from=source)
    assert (made.starts_on, made.visibility) == (dt.date(2027, 2, 11), "draft")
    assert "Kopie von „Netzwerktreffen 2026“" in page
    assert "Donnerstag, 11. Februar 2027. Die Vorlage war am Dienstag, 24. November 2026." in page
    assert "Es ist ein anderer Wochentag als bei der Vorlage." in page
    assert "Es ist der Link der Vorlage." in page
    assert "Titel: „2026“" in page
    assert "Worum geht es?: „24. November“" in page
    assert "Worum geht es?: „10.11.“" in page
    assert "Gäste, Einladungen, Antworten" in page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("27.5.2027", "Der 27. Mai 2027 ist in Nordrhein-Westfalen ein Feiertag: Fronleichnam."),
        ("1.5.2027", "Der 1. Mai 2027 ist ein Feiertag: Erster Mai."),
        ("1.5.2027", "Der 1. Mai 2027 ist ein Samstag."),
        ("28.3.2027", "In der Nacht zum 28. März 2027 werden die Uhren umgestellt."),
        ("2.2.2026", "Der Tag liegt in der Vergangenheit."),
    ],
)
def test_unusual_days_are_named(sign_in, alice, source, day, sentence):
    assert sentence in copy(sign_in(alice), source, day)


def test_the_second_day_the_tables_and_the_own_mails_are_looked_at(sign_in, alice, source):
    Event.objects.filter(pk=source.pk).update(ends_at=source.ends_at + dt.timedelta(days=1))
    item = ProgrammeItemFactory(event=source, kind="cafe", title="Runde Tische")
    ItemTableFactory(item=item, number=1, topic="Rückblick auf 2025")
    MailPlanFactory(event=source, kind="notice", subject="Parken", text="Am 24. November ist die Tiefgarage zu.")
    page = copy(sign_in(alice), source, "30.4.2027")
    assert "Der 1. Mai 2027 ist ein Feiertag: Erster Mai." in page
    assert "Tisch 1: „2025“" in page
    assert "Nachricht „Parken“: „24. November“" in page


def test_people_and_alliances_that_are_gone_are_named(sign_in, alice, source, verbund_a):
    item = ProgrammeItemFactory(event=source, kind="market")
    for name in ("Petra Podium", "Tom Treu"):
        ItemPersonFactory(item=item, name=name)
    ContactFactory(owner=verbund_a, name="Petra Podium", is_active=False)
    ContactFactory(owner=verbund_a, name="Tom Treu")
    ItemSlotFactory(item=item, verbund=VerbundFactory(short_name="Verbund Alt", status="ended"))
    page = copy(sign_in(alice), source, "11.2.2027")
    assert "Petra Podium wird nach Ihrem Adressbuch nicht mehr angeschrieben." in page
    assert "Tom Treu wird" not in page
    assert "Verbund Alt: beendet" in page


def test_other_peoples_address_books_stay_closed(sign_in, alice, source, verbund_b):
    ItemPersonFactory(item=ProgrammeItemFactory(event=source), name="Petra Podium")
    ContactFactory(owner=verbund_b, name="Petra Podium", is_active=False)
    assert "nicht mehr angeschrieben" not in copy(sign_in(alice), source, "11.2.2027")


def test_mail_plans_are_listed_with_their_new_times(sign_in, alice, source):
    MailPlan.objects.all().delete()
    MailPlan.objects.create(event=source, kind="reminder", offset_days=-7, at_time=dt.time(9), state="done")
    page = copy(sign_in(alice), source, "11.2.2027")
    assert "Erinnerung an das Treffen am 4. Februar 2027, 09:00" in page


def test_the_list_is_computed_when_it_is_looked_at(sign_in, alice, source):
    client = sign_in(alice)
    copy(client, source, "11.2.2027")
    made = Event.objects.get(copied_from=source)
    Event.objects.filter(pk=made.pk).update(
        title="Netzwerktreffen", summary="", online_url="https://meet.example.org/2"
    )
    page = text_of(client.get(reverse("events:event-checklist", args=[made.slug])))
    assert "2026“" not in page.replace("Kopie von „Netzwerktreffen 2026“", "")
    assert "Link der Vorlage" not in page


def test_the_same_day_is_refused_in_words(sign_in, alice, source):
    assert "Geben Sie einen anderen Tag ein" in copy(sign_in(alice), source, "24.11.2026")


def test_readers_see_the_list_and_copy_nothing(sign_in, alice, rita, source):
    copy(sign_in(alice), source, "11.2.2027")
    made = Event.objects.get(copied_from=source)
    client = sign_in(rita)
    page = client.get(reverse("events:event-checklist", args=[made.slug])).content.decode()
    assert "Termin ändern" not in page
    assert client.get(reverse("events:event-copy", args=[source.slug])).status_code == 404


def test_the_list_asks_as_often_for_many_as_for_few(sign_in, alice, source):
    client, counts = sign_in(alice), []
    for size in (1, 20):
        for item in ProgrammeItemFactory.create_batch(size, event=source):
            ItemPersonFactory(item=item)
        copy(client, source, f"{size}.2.2027")
        made = Event.objects.filter(copied_from=source).latest("pk")
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("events:event-checklist", args=[made.slug]))
        counts.append(query_count(captured))
    assert ProgrammeItem.objects.count() > 40
    assert counts[0] == counts[1] <= 12
