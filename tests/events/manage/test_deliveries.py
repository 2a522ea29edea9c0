"""What has left: each mail with its content, coming back, going again, pausing a sending, lifting a suppression."""

import datetime as dt

import pytest
from django.db.models import F

from core.clock import db_now
from core.models import ChangeEntry
from events.models import Registration
from events.services.invitations import invite
from mailing.models import OutboxMessage, PausedRun
from mailing.services.delivery import deliver_due
from mailing.services.retention import blank_old_bodies
from mailing.services.suppression import is_suppressed, suppress
from tests.events.manage.pages import text_of
from tests.events.services.inviting import everybody
from tests.factories.events import RegistrationFactory, say_yes
from tests.mail.outbox import put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_transport(settings) -> None:
    settings.MAIL_TRANSPORT = "mailing.transport.DemoMailbox"


def send_round(event, actor):
    audience = everybody(event)
    return invite(actor=actor, event=event, audience=audience, chosen=audience.keys, text="Kommen Sie.")


def test_a_round_shows_progress_and_can_be_stopped_and_go_on(sign_in, alice, rita, event, url):
    RegistrationFactory.create_batch(4, event=event)
    sending = send_round(event, alice)
    client = sign_in(alice)
    page = text_of(client.get(url("mail-list")))
    assert "0 von 4 erledigt" in page
    stopped = text_of(client.post(url("sending-pause", sending.run), follow=True))
    assert "Angehalten. 4 Mails warten, bis jemand den Versand fortsetzt." in stopped
    assert "Angehalten von Alice Ahorn. Seit" in stopped
    assert deliver_due() == 0
    assert "Versand fortsetzen" not in text_of(sign_in(rita).get(url("mail-list")))
    client.post(url("sending-resume", sending.run))
    assert deliver_due() == 4
    assert "4 zugestellt" in text_of(client.get(url("mail-list")))
    assert not PausedRun.objects.exists()


def test_a_sending_of_another_event_cannot_be_stopped(sign_in, alice, zoe, event, url):
    other = RegistrationFactory()
    sending = send_round(other.event, zoe)
    page = text_of(sign_in(alice).post(url("sending-pause", sending.run), follow=True))
    assert "Es gibt nichts anzuhalten." in page
    assert not PausedRun.objects.exists()


def test_an_automatic_stop_says_so(sign_in, alice, event, url):
    RegistrationFactory.create_batch(2, event=event)
    sending = send_round(event, alice)
    reason = "Von selbst angehalten: 5 Mails nacheinander wurden als unerwünscht abgewiesen."
    PausedRun.objects.create(name=sending.run, reason=reason, is_automatic=True, at=sending.sent_at)
    OutboxMessage.objects.update(state="held", state_reason=reason)
    page = text_of(sign_in(alice).get(url("mail-list")))
    assert reason in page
    assert "Klären Sie mit dem Betreiber" in page


def test_who_got_a_mail_and_what_was_in_it(sign_in, rita, event, url):
    person = RegistrationFactory(event=event, name="Anna Erste")
    say_yes(person)
    deliver_due()
    client = sign_in(rita)
    schedule = client.get(url("mail-list")).content.decode()
    address = f"{url('sending-detail')}?art=events.registration&amp;lage=confirmed"
    assert address in schedule
    people = text_of(client.get(address.replace("&amp;", "&")))
    assert f"Anna Erste {person.email}, zugestellt" in people
    message = OutboxMessage.objects.get()
    response = client.get(url("mail-detail", message.pk))
    page = text_of(response)
    assert "Zusage bestätigt" in page
    assert "Art Termin eintragen oder aktualisieren" in page
    assert "Warum diese Person" in page
    person.refresh_from_db()
    for each in (response, client.get(url("mail-detail-html", message.pk))):
        assert person.token not in each.content.decode()
    assert "Diese Mail kam zurück" not in page


def test_a_mail_that_came_back_stands_on_top_with_what_to_do(sign_in, alice, event, url):
    person = RegistrationFactory(event=event, name="Anna Erste")
    send_round(event, alice)
    deliver_due()
    message = OutboxMessage.objects.get()
    client = sign_in(alice)
    assert "Diese Mail kam zurück" in text_of(client.get(url("mail-detail", message.pk)))
    client.post(url("mail-returned", message.pk))
    page = text_of(client.get(url("mail-list")))
    assert "Eine Mail ist nicht angekommen" in page
    assert "Fragen Sie telefonisch nach der richtigen Adresse, und tragen Sie sie ein." in page
    assert is_suppressed(person.email)
    assert "Diese Adresse bekommt keine Rundmails" in text_of(client.get(url("registration-detail", person.pk)))


def test_an_invitation_that_came_back_after_a_reminder_was_taken_stands_on_top(sign_in, alice, event, url):
    person = RegistrationFactory(event=event, name="Anna Erste")
    send_round(event, alice)
    deliver_due()
    invitation = OutboxMessage.objects.get()
    put("reminder", to=person.email, purpose="events.answer_reminder", ref=person.ref, scope=event.scope)
    OutboxMessage.objects.exclude(pk=invitation.pk).update(state="sent", accepted_at=db_now(), closed_at=db_now())
    client = sign_in(alice)
    client.post(url("mail-returned", invitation.pk))
    assert "Eine Mail ist nicht angekommen" in text_of(client.get(url("mail-list")))
    assert "Anna Erste" in text_of(client.get(url("registration-list") + "?stand=undeliverable"))
    OutboxMessage.objects.exclude(pk=invitation.pk).update(accepted_at=db_now(), closed_at=db_now())
    assert "Eine Mail ist nicht angekommen" not in text_of(client.get(url("mail-list")))
    assert "Anna Erste" not in text_of(client.get(url("registration-list") + "?stand=undeliverable"))


def test_failures_at_addresses_off_the_guest_list_stand_on_top_too(sign_in, rita, event, url):
    refs = {"events.interest_open": event.pk, "events.interest_proof": 7, "events.deputy_ended": 8}
    for purpose, pk in refs.items():
        put(purpose, purpose=purpose, ref=f"events.other:{pk}", scope=event.scope)
    client = sign_in(rita)
    heading = "Nicht angekommen bei Personen, die nicht auf der Gästeliste stehen"
    assert heading not in text_of(client.get(url("mail-list")))
    OutboxMessage.objects.update(state="failed", cause="mailbox-full", state_reason="Postfach voll")
    page = client.get(url("mail-list"))
    on_top = text_of(page).partition(heading)[2].partition("Das Portal kann diese")[0].strip()
    assert {line.strip() for line in on_top.split(" nicht angekommen")} == {
        "", "Die Anmeldung ist offen: 1", "Vertretung nicht mehr nötig: 1", "Vormerkung bestätigen: 1",
    }  # fmt: skip
    people = client.get(url("sending-detail") + "?art=events.interest_open&stand=failed")
    assert "events.interest_open@example.org" in text_of(people)


def test_what_was_sent_and_why_is_known_after_the_content_is_gone(sign_in, alice, rita, event, url):
    RegistrationFactory(event=event, name="Anna Erste")
    send_round(event, alice)
    say_yes(RegistrationFactory(event=event, name="Bert Baum"))
    deliver_due()
    OutboxMessage.objects.update(created_at=F("created_at") - dt.timedelta(days=91))
    blank_old_bodies()
    client = sign_in(rita)
    assert "Bestätigung mit Kalendereintrag" in text_of(client.get(url("mail-list")))
    invitation = OutboxMessage.objects.get(purpose="events.invitation")
    page = text_of(client.get(url("mail-detail", invitation.pk)))
    assert "Warum diese Person Sie stehen auf der Gästeliste dieses Treffens: einzelner Gast" in page


@pytest.mark.parametrize(
    ("cause", "advice", "again"),
    [
        ("unknown-mailbox", "nach der richtigen Adresse", False),
        ("mailbox-full", "senden Sie in einigen Tagen noch einmal", True),
        ("policy", "lehnt unsere Mails ab", True),
        ("broken", "Fehler des Portals", True),
        ("", "Prüfen Sie die Adresse", True),
    ],
)
def test_each_cause_has_its_advice(sign_in, alice, event, url, cause, advice, again):
    RegistrationFactory(event=event)
    send_round(event, alice)
    OutboxMessage.objects.update(state="failed", cause=cause, state_reason="Ging nicht")
    page = text_of(sign_in(alice).get(url("mail-list")))
    assert advice in page
    assert ("Noch einmal senden" in page) is again


def test_sending_again_needs_the_same_address(sign_in, alice, event, url):
    person = RegistrationFactory(event=event)
    send_round(event, alice)
    OutboxMessage.objects.update(state="failed", cause="mailbox-full", state_reason="Postfach voll")
    message = OutboxMessage.objects.get()
    client = sign_in(alice)
    Registration.objects.update(email="neu@example.org", email_key="neu@example.org")
    refused = text_of(client.post(url("mail-again", message.pk), follow=True))
    assert "Die Adresse wurde inzwischen geändert." in refused
    Registration.objects.update(email=person.email, email_key=person.email_key)
    assert "wieder auf dem Weg" in text_of(client.post(url("mail-again", message.pk), follow=True))
    assert deliver_due() == 1


def test_a_suppression_is_lifted_with_a_reason(sign_in, alice, event, url):
    person = RegistrationFactory(event=event)
    suppress(person.email, "returned")
    client = sign_in(alice)
    assert "Mail kam zurück" in text_of(client.get(url("suppression-lift", person.pk)))
    assert "Geben Sie bei „Grund“ etwas ein" in text_of(client.post(url("suppression-lift", person.pk), {}))
    client.post(url("suppression-lift", person.pk), {"reason": "Am Telefon bestätigt"})
    assert not is_suppressed(person.email)
    entry = ChangeEntry.objects.get(ref=person.ref)
    assert (entry.action, entry.reason) == ("Sperre der Adresse aufgehoben (Mail kam zurück)", "Am Telefon bestätigt")


@pytest.mark.parametrize("topic", ["all-bulk", "events.invitation"])
def test_nobody_lifts_what_the_person_said(sign_in, alice, event, url, topic):
    person = RegistrationFactory(event=event)
    suppress(person.email, "unsubscribed", topic=topic)
    client = sign_in(alice)
    assert client.get(url("suppression-lift", person.pk)).status_code == 404
    client.post(url("suppression-lift", person.pk), {"reason": "Will doch"})
    assert is_suppressed(person.email, topic)


@pytest.mark.parametrize("name", ["mail-returned", "mail-again"])
def test_a_link_alone_changes_no_mail(sign_in, alice, rita, carla, event, url, name):
    RegistrationFactory(event=event)
    send_round(event, alice)
    OutboxMessage.objects.update(state="sent" if name == "mail-returned" else "failed")
    message = OutboxMessage.objects.get()
    assert sign_in(alice).get(url(name, message.pk)).status_code == 302
    for user in (rita, carla):
        assert sign_in(user).post(url(name, message.pk)).status_code == 404
    assert OutboxMessage.objects.get().state == message.state
