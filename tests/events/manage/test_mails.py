"""The mail schedule: counts by state, what waits and why, the organisers' hand, previews."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import format_short_day
from events.models import Event, MailPlan, Registration
from events.services.invitations import invite
from mailing.models import OutboxMessage
from tests.events.manage.pages import query_count, text_of
from tests.events.services.inviting import everybody
from tests.factories.events import (
    EventFactory,
    MailPlanFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(event) -> MailPlan:
    return MailPlanFactory(event=event, days_before=7)


def send_round(event, actor) -> None:
    audience = everybody(event)
    invite(actor=actor, event=event, audience=audience, chosen=audience.keys, text="")


def mark(people, state: str, reason: str = "") -> None:
    refs = [person.ref for person in people]
    OutboxMessage.objects.filter(ref__in=refs).update(state=state, state_reason=reason)


def test_a_round_is_counted_by_what_became_of_it(sign_in, alice, rita, event, url):
    people = RegistrationFactory.create_batch(7, event=event)
    send_round(event, alice)
    mark(people[:3], "sent")
    mark(people[3:4], "failed", "Postfach unbekannt (550)")
    mark(people[4:6], "aborted", "Die Person hat schon geantwortet.")
    page = text_of(sign_in(rita).get(url("mail-list")))
    assert "Einladung, Runde 1 7 Mails" in page
    assert "3 zugestellt, 1 unterwegs, 1 nicht angekommen, 2 nicht gesendet" in page
    assert "Nicht gesendet: 2: Die Person hat schon geantwortet." in page
    assert "Gesendet von Alice Ahorn." in page
    assert "Teilweise gescheitert" in page


def test_failed_mails_stand_on_top_with_what_to_do(sign_in, alice, rita, event, url):
    person = RegistrationFactory(event=event)
    send_round(event, alice)
    mark([person], "failed", "Postfach unbekannt (550)")
    page = sign_in(alice).get(url("mail-list"))
    assert f"{person.email}: Postfach unbekannt (550)" in text_of(page)
    assert url("registration-update", person.pk) in page.content.decode()
    assert "Eine Mail ist nicht angekommen" in text_of(sign_in(alice).get(event.get_manage_url()))
    assert url("registration-update", person.pk) not in sign_in(rita).get(url("mail-list")).content.decode()
    Registration.objects.update(email="neu@example.org", email_key="neu@example.org")
    assert "nicht angekommen" not in text_of(sign_in(alice).get(event.get_manage_url()))


def test_confirmations_are_one_line_for_each_situation(sign_in, rita, event, url):
    event.pools.update(capacity=1)
    one, two, three = RegistrationFactory.create_batch(3, event=event)
    say_yes(one)
    say_yes(two)
    say_no(three)
    page = text_of(sign_in(rita).get(url("mail-list")))
    for words in (
        "Bestätigung mit Kalendereintrag Eine Mail",
        "Platz auf der Warteliste Eine Mail",
        "Bestätigung der Absage Eine Mail",
    ):
        assert words in page


def test_a_planned_mail_says_when_to_how_many_and_why(sign_in, rita, event, plan, url):
    person = RegistrationFactory(event=event)
    say_yes(person)
    page = text_of(sign_in(rita).get(url("mail-list")))
    assert f"{format_short_day(in_days(23))} 09:00\u00a0Uhr".replace("\u00a0", " ") in page.replace("\u00a0", " ")
    assert "Erinnerung an das Treffen 7 Tage vor dem Beginn. Derzeit eine Person." in page
    assert "Wer dann einen Platz hat und sich nicht erst am Tag davor angemeldet hat." in page
    assert "Anhalten" not in page


def test_holding_names_who_did_and_releasing_brings_it_back(sign_in, alice, event, plan, url):
    client = sign_in(alice)
    held = text_of(client.post(url("plan-hold", plan.pk), follow=True))
    assert "Angehalten von Alice Ahorn." in held
    assert "Freigeben" in held
    again = text_of(client.post(url("plan-hold", plan.pk), follow=True))
    assert "Diese Mail ist schon „Angehalten“. Es wurde nichts geändert." in again
    client.post(url("plan-release", plan.pk))
    plan.refresh_from_db()
    assert plan.state == "planned"
    client.post(url("plan-skip", plan.pk))
    plan.refresh_from_db()
    assert plan.state == "skipped"


def test_every_button_of_a_row_carries_the_csrf_token(sign_in, alice, event, plan, url):
    ProgrammeItemFactory.create_batch(2, event=event)
    client = sign_in(alice)
    for name in ("mail-list", "item-list", "manage-event-detail"):
        page = client.get(url(name)).content.decode()
        assert page.count('method="post"') == page.count('name="csrfmiddlewaretoken"') > 1, name


@pytest.mark.parametrize("name", ["plan-hold", "plan-release", "plan-skip"])
def test_a_link_alone_changes_no_plan(sign_in, alice, rita, carla, event, plan, url, name):
    assert sign_in(alice).get(url(name, plan.pk)).status_code == 302
    assert sign_in(rita).post(url(name, plan.pk)).status_code == 404
    assert sign_in(carla).post(url(name, plan.pk)).status_code == 404
    plan.refresh_from_db()
    assert plan.state == "planned"


def test_a_plan_is_found_below_its_own_event_only(sign_in, alice, event, url, verbund_a):
    other = MailPlanFactory(event=EventFactory(owner=verbund_a))
    client = sign_in(alice)
    assert client.post(url("plan-hold", other.pk)).status_code == 404
    assert client.get(url("mail-preview", other.pk)).status_code == 404


def test_a_plan_is_previewed_for_a_chosen_person(sign_in, rita, event, plan, url):
    one, two = (RegistrationFactory(event=event, name=name) for name in ("Anna Erste", "Zacharias Letzter"))
    say_yes(one)
    say_yes(two)
    Registration.objects.update(answered_at=in_days(-3))
    client = sign_in(rita)
    assert "Guten Tag, Anna Erste" in text_of(client.get(url("mail-preview", plan.pk)))
    response = client.get(f"{url('mail-preview', plan.pk)}?person={two.pk}")
    assert "Guten Tag, Zacharias Letzter" in text_of(response)
    two.refresh_from_db()
    assert two.token not in response.content.decode()
    html = client.get(f"{url('mail-preview-html', plan.pk)}?person={two.pk}")
    assert "Zacharias Letzter" in html.content.decode()
    assert two.token not in html.content.decode()
    assert "sandbox" in html.headers["Content-Security-Policy"]
    stranger = RegistrationFactory(name="Fremde Person")
    assert "Fremde Person" not in client.get(f"{url('mail-preview', plan.pk)}?person={stranger.pk}").content.decode()


def test_a_preview_reaches_also_whom_the_choice_does_not_show(sign_in, rita, event, plan, url, monkeypatch):
    monkeypatch.setattr("events.views.manage_plans.SHOWN_PEOPLE", 1)
    people = [RegistrationFactory(event=event, name=name) for name in ("Anna Erste", "Max Mitte", "Zacharias Letzter")]
    for person in people:
        say_yes(person)
    Registration.objects.update(answered_at=in_days(-3))
    client, preview = sign_in(rita), url("mail-preview", plan.pk)
    assert "Zur Wahl stehen 1 von 3 Personen." in text_of(client.get(preview))
    address = f"{preview}?person={people[2].pk}"
    assert address in client.get(url("plan-recipients", plan.pk)).content.decode()
    page = text_of(client.get(address))
    assert "Guten Tag, Zacharias Letzter" in page
    assert "bekäme diese Mail nicht" not in page
    for other in (RegistrationFactory(event=event).pk, 10**30):
        page = text_of(client.get(f"{preview}?person={other}"))
        assert "Die gewählte Person bekäme diese Mail nicht. Gezeigt wird sie für Anna Erste." in page


def test_without_recipients_the_preview_says_so(sign_in, rita, event, plan, url):
    client = sign_in(rita)
    assert "Derzeit bekäme niemand diese Mail" in text_of(client.get(url("mail-preview", plan.pk)))
    assert client.get(url("mail-preview-html", plan.pk)).status_code == 404


def test_a_called_off_event_sends_nothing_more_and_says_so(sign_in, rita, event, plan, url):
    Event.objects.update(cancelled_at=event.created_at)
    page = text_of(sign_in(rita).get(url("mail-list")))
    assert "Das Treffen ist abgesagt: Es geht nichts mehr hinaus." in page


def test_what_came_too_late_is_not_promised(sign_in, rita, event, url):
    MailPlanFactory(
        event=event, days_before=60, state="skipped", reason="Der Zeitpunkt war schon vorbei.", at_time=dt.time(9)
    )
    page = text_of(sign_in(rita).get(url("mail-list")))
    assert "Der Zeitpunkt war schon vorbei. Empfänger" in page
    assert "Freigeben" not in page


def test_the_schedule_asks_as_often_for_many_mails_as_for_few(sign_in, alice, event, plan, url):
    client, counts = sign_in(alice), []
    for size in (1, 60):
        people = RegistrationFactory.create_batch(size, event=event)
        send_round(event, alice)
        mark(people[:1], "failed")
        with CaptureQueriesContext(connection) as captured:
            client.get(url("mail-list"))
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 12
