"""One planned mail: own words, times, recipients, sending now, preview."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.dates import format_date
from core.models import ChangeEntry
from events.models import Event, MailPlan, MailPlanSkip, Registration
from events.services.mail_times import due_at
from mailing.models import OutboxMessage
from mailing.services.suppression import suppress
from tests.events.manage.pages import query_count, text_of
from tests.factories.events import EventFactory, MailPlanFactory, RegistrationFactory, in_days, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(event) -> MailPlan:
    return MailPlanFactory(event=event, days_before=7)


@pytest.fixture
def going(event) -> list[Registration]:
    """Two people with a place for some days."""
    people = [RegistrationFactory(event=event, name=name) for name in ("Anna Erste", "Zacharias Letzter")]
    for person in people:
        say_yes(person)
    Registration.objects.update(answered_at=in_days(-3))
    return people


def notice_data(**changes) -> dict[str, str]:
    data = {
        "audience": "place", "anchor": "start", "days": "3", "at_time": "09:30", "fixed_on": "",
        "subject": "Anfahrt zu {titel}", "text": "{anrede},\nwir treffen uns {termin}. Ihre Seite: {link}",
    }  # fmt: skip
    return data | changes


def test_an_own_mail_is_planned_and_previewed_for_a_person(sign_in, alice, event, going, url):
    response = sign_in(alice).post(url("plan-create"), notice_data(), follow=True)
    page = text_of(response)
    plan = MailPlan.objects.get(kind="notice")
    assert (plan.state, plan.offset_days, plan.at_time) == ("planned", -3, dt.time(9, 30))
    assert f"Anfahrt zu {event.title}" in page
    assert "Guten Tag, Anna Erste, wir treffen uns" in page
    assert "Warum diese Person Hat einen Platz." in page
    assert "{" not in page[page.index("Betreff") :]
    going[0].refresh_from_db()
    assert going[0].token not in response.content.decode()
    html = sign_in(alice).get(url("mail-preview-html", plan.pk)).content.decode()
    assert '<a href="http://localhost:8000/…"' in html
    assert ChangeEntry.objects.filter(scope=event.scope, action__startswith="Mail geplant").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "Hallo {vorname}"}, "„{vorname}“ ist kein Platzhalter. Möglich sind {anrede}, {name}"),
        ({"subject": "Am {datum}"}, "„{datum}“ ist kein Platzhalter."),
        ({"subject": ""}, "Geben Sie bei „Betreff“ etwas ein"),
        ({"audience": ""}, "Beantworten Sie „An wen?“"),
        ({"days": ""}, "Geben Sie ein, wie viele Tage"),
        ({"anchor": "fixed"}, "Geben Sie den Tag ein, an dem die Mail hinausgehen soll"),
        ({"anchor": "fixed", "fixed_on": "28.03.2027", "at_time": "02:30"}, "Die Uhren springen"),
        ({"days": "200"}, "Dieser Zeitpunkt ist schon vorbei"),
        ({"anchor": "answer_by"}, "Das Treffen hat keine Frist für Antworten."),
        ({"anchor": "end", "days": "31"}, "bis 30 Tage nach dem Treffen"),
        ({"at_time": "25:99"}, "Geben Sie die Uhrzeit mit Stunde und Minute ein"),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_its_field(sign_in, alice, event, url, changes, sentence):
    response = sign_in(alice).post(url("plan-create"), notice_data(**changes))
    assert response.status_code == 200
    assert sentence in text_of(response)
    assert "Fehler:" in response.content.decode()
    assert not MailPlan.objects.filter(kind="notice").exists()


def test_braces_that_are_no_placeholder_are_sent_as_typed(sign_in, alice, event, going, url):
    text = "Code: {} und { und } und [[link:answer]]"
    page = text_of(sign_in(alice).post(url("plan-create"), notice_data(text=text), follow=True))
    assert text in page


def test_a_notice_is_changed_and_a_stale_form_is_refused(sign_in, alice, event, url):
    client = sign_in(alice)
    client.post(url("plan-create"), notice_data())
    plan = MailPlan.objects.get(kind="notice")
    changed = notice_data(subject="Neuer Betreff", audience="waiting", version=plan.version)
    client.post(url("plan-update", plan.pk), changed)
    plan.refresh_from_db()
    assert (plan.subject, plan.audience, plan.version) == ("Neuer Betreff", "waiting", 2)
    stale = client.post(url("plan-update", plan.pk), changed)
    assert "Jemand hat diese Angaben inzwischen geändert." in text_of(stale)


def test_a_usual_mail_changes_its_time_only(sign_in, alice, event, plan, url):
    client = sign_in(alice)
    page = client.get(url("plan-update", plan.pk)).content.decode()
    assert 'name="text"' not in page
    data = {"anchor": "start", "days": "5", "at_time": "8 Uhr", "version": plan.version, "subject": "Nein"}
    client.post(url("plan-update", plan.pk), data)
    plan.refresh_from_db()
    assert (plan.offset_days, plan.at_time, plan.subject) == (-5, dt.time(8), "")
    MailPlanFactory(event=event, days_before=2)
    again = client.post(url("plan-update", plan.pk), data | {"days": "2", "version": plan.version})
    assert "An diesem Tag ist schon eine solche Mail geplant." in text_of(again)


def test_a_sent_mail_cannot_be_changed_or_deleted(sign_in, alice, event, url):
    client = sign_in(alice)
    client.post(url("plan-create"), notice_data())
    plan = MailPlan.objects.get(kind="notice")
    MailPlan.objects.update(state="done")
    assert "schon gesendet" in text_of(client.post(url("plan-update", plan.pk), notice_data(version=plan.version)))
    assert "schon gesendet" in text_of(client.post(url("plan-delete", plan.pk), follow=True))
    assert MailPlan.objects.filter(pk=plan.pk).exists()


def test_own_mails_are_deleted_usual_ones_are_not(sign_in, alice, event, plan, url):
    client = sign_in(alice)
    client.post(url("plan-create"), notice_data())
    notice = MailPlan.objects.get(kind="notice")
    assert "wird aus dem Fahrplan genommen" in text_of(client.get(url("plan-delete", notice.pk)))
    client.post(url("plan-delete", notice.pk))
    refused = text_of(client.post(url("plan-delete", plan.pk), follow=True))
    assert "Nur eigene Nachrichten lassen sich löschen." in refused
    assert list(MailPlan.objects.all()) == [plan]


@pytest.mark.parametrize(
    ("utc", "is_night"),
    [("2026-07-01T17:30", False), ("2026-07-01T18:30", True), ("2026-07-02T04:30", True), ("2026-07-02T05:30", False)],
)
def test_the_night_is_that_of_german_clocks(sign_in, alice, event, going, url, settings, monkeypatch, utc, is_night):
    plan = MailPlanFactory(
        event=event, kind="notice", anchor="fixed", fixed_on=in_days(2).date(), subject="S", text="T"
    )
    settings.MAIL_QUIET_HOURS = (20, 7)
    moment = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    monkeypatch.setattr("events.views.manage_plans.db_now", lambda: moment)
    assert ("Es ist Nacht" in text_of(sign_in(alice).get(url("plan-send", plan.pk)))) is is_night


def test_sending_now_asks_with_the_number_and_the_hour(sign_in, alice, event, plan, going, url, settings):
    settings.MAIL_QUIET_HOURS = (0, 24)
    client = sign_in(alice)
    asked = text_of(client.get(url("plan-send", plan.pk)))
    assert "2 Personen erhalten diese Mail sofort" in asked
    assert "Es ist Nacht" in asked
    assert not OutboxMessage.objects.filter(purpose="events.reminder").exists()
    settings.MAIL_QUIET_HOURS = None
    assert "Es ist Nacht" not in text_of(client.get(url("plan-send", plan.pk)))
    page = text_of(client.post(url("plan-send", plan.pk), follow=True))
    assert "2 Mails sind auf dem Weg" in page
    assert "Diese Mail lässt sich jetzt nicht senden Sie ist schon gesendet." in text_of(
        client.get(url("plan-send", plan.pk))
    )
    client.post(url("plan-send", plan.pk))
    assert OutboxMessage.objects.filter(purpose="events.reminder").count() == 2


def test_recipients_stand_with_state_and_reason(sign_in, alice, rita, event, plan, going, url):
    skipped, blocked, fresh = (
        RegistrationFactory(event=event, name=name) for name in ("Aus Lass", "Ge Sperrt", "Neu Da")
    )
    for person in (skipped, blocked, fresh):
        say_yes(person)
    Registration.objects.exclude(pk=fresh.pk).update(answered_at=in_days(-3))
    Registration.objects.filter(pk=fresh.pk).update(answered_at=due_at(plan, event) - dt.timedelta(hours=2))
    suppress(blocked.email, "returned")
    client = sign_in(alice)
    client.post(url("plan-person-skip", plan.pk, skipped.pk))
    page = text_of(client.get(url("plan-recipients", plan.pk)))
    assert f"Anna Erste {going[0].email} Hat einen Platz. Bekommt sie" in page
    assert f"Aus Lass {skipped.email} Für diese Person ausgelassen. Ausgelassen Doch senden" in page
    assert f"Ge Sperrt {blocked.email} Die Adresse ist gesperrt: Mail kam zurück. Bekommt sie nicht" in page
    assert f"Neu Da {fresh.email} Hat sich erst am Tag davor angemeldet und weiß Bescheid. Bekommt sie nicht" in page
    assert "3 Personen nach jetzigem Stand." in page
    client.post(url("plan-person-unskip", plan.pk, skipped.pk))
    assert not MailPlanSkip.objects.exists()
    assert "Auslassen" not in text_of(sign_in(rita).get(url("plan-recipients", plan.pk)))


def test_only_people_of_the_event_can_be_left_out(sign_in, alice, event, plan, url):
    stranger = RegistrationFactory()
    assert sign_in(alice).post(url("plan-person-skip", plan.pk, stranger.pk)).status_code == 404


def test_the_schedule_offers_only_what_can_be_done(sign_in, alice, event, plan, going, url):
    MailPlan.objects.filter(pk=plan.pk).update(state="held", reason="Angehalten von Alice Ahorn.")
    page = text_of(sign_in(alice).get(url("mail-list")))
    assert "Jetzt senden" in page
    assert "Freigeben" in page
    Event.objects.update(cancelled_at=db_now())
    page = text_of(sign_in(alice).get(url("mail-list")))
    assert "Jetzt senden" not in page


def test_a_plan_without_a_deadline_says_what_it_waits_for(sign_in, alice, event, url):
    MailPlanFactory(event=event, kind="answer_reminder", anchor="answer_by", audience="open", days_before=3)
    page = text_of(sign_in(alice).get(url("mail-list")))
    assert "Geht hinaus, 3 Tage vor der Frist für Antworten, sobald das Treffen eine hat." in page
    Event.objects.update(answer_by=in_days(20).date())
    page = text_of(sign_in(alice).get(url("mail-list")))
    assert format_date(in_days(17)) not in page
    assert f"{in_days(17):%d.%m.%Y}" in page


@pytest.mark.parametrize("name", ["mail-list", "plan-recipients", "mail-preview"])
def test_pages_ask_as_often_for_many_as_for_few(sign_in, alice, event, plan, url, name):
    event.pools.update(capacity=None)
    client, counts = sign_in(alice), []
    for size in (1, 40):
        for person in RegistrationFactory.create_batch(size, event=event):
            say_yes(person)
        Registration.objects.update(answered_at=in_days(-3))
        for number in range(size):
            MailPlanFactory(event=event, kind="notice", subject=f"Nr. {number}", text="Text", days_before=number % 20)
        arguments = [] if name == "mail-list" else [plan.pk]
        with CaptureQueriesContext(connection) as captured:
            client.get(url(name, *arguments))
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 12


def test_another_event_is_out_of_reach(sign_in, carla, event, plan, url, verbund_b):
    EventFactory(owner=verbund_b)
    client = sign_in(carla)
    for name in ("plan-recipients", "plan-send", "plan-update", "plan-delete"):
        assert client.get(url(name, plan.pk)).status_code == 404
