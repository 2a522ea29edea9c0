"""Rounds on the pages: next ones offered, scheduled, changed, withdrawn."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.dates import format_moment
from core.models import ChangeEntry
from events.models import Event, InvitationRound
from events.round_page import noted_count
from mailing.models import OutboxMessage
from tests.events.manage.pages import hidden, query_count, text_of
from tests.events.manage.test_invite import NOTED, keys, send, ticked
from tests.factories.events import RegistrationFactory, in_days, say_yes

pytestmark = pytest.mark.django_db


def posted(at: dt.datetime, response) -> dict[str, str]:
    names = re.findall(r'name="(send_at[^"]*)"', response.content.decode())
    assert len(names) == 2
    return {names[0]: at.strftime("%d.%m.%Y"), names[1]: at.strftime("%H:%M")}


def schedule(client, address, at):
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "worte": "Bis bald"}
    preview = client.post(address, data | {"aktion": "weiter"})
    return client.post(address, data | {"aktion": "einplanen"} | posted(at, preview))


def test_a_round_is_scheduled_changed_and_withdrawn(sign_in, alice, event, url):
    RegistrationFactory.create_batch(2, event=event)
    client = sign_in(alice)
    response = schedule(client, url("invite") + NOTED, in_days(3, 9))
    assert response.url == url("invite")
    page = text_of(client.get(response.url))
    assert "Eingeplant. 2 Einladungen gehen hinaus" in page
    assert "Runde 1" in page
    assert "Geplant 2 0 0 2 Ändern : Runde 1" in page
    sending = InvitationRound.objects.get()
    assert sending.sent_at == in_days(3, 9)
    form = client.get(url("round-update", sending.pk))
    assert "2 Einladungen gehen hinaus" in text_of(form)
    assert "Bis bald" in text_of(form)
    changed = client.post(url("round-update", sending.pk), {"worte": "Neu", **posted(in_days(4, 8), form)})
    assert changed.url == url("invite")
    assert set(OutboxMessage.objects.values_list("not_before", flat=True)) == {in_days(4, 8)}
    assert "bleibt auf der Gästeliste" in text_of(client.get(url("round-withdraw", sending.pk)))
    client.post(url("round-withdraw", sending.pk))
    assert not InvitationRound.objects.exists()
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"aborted"}


def test_a_scheduled_round_is_sent_at_once(sign_in, alice, event, url):
    RegistrationFactory.create_batch(2, event=event)
    client = sign_in(alice)
    schedule(client, url("invite") + NOTED, in_days(3, 9))
    sending = InvitationRound.objects.get()
    address = url("round-send", sending.pk)
    assert address in client.get(url("mail-list")).content.decode()
    assert "2 Einladungen gehen sofort hinaus" in text_of(client.get(address))
    assert OutboxMessage.objects.due().count() == 0
    assert "auf dem Weg" in text_of(client.post(address, follow=True))
    assert OutboxMessage.objects.due().count() == 2
    entry = ChangeEntry.objects.get(action="Einladung, Runde 1: sofort gesendet")
    assert entry.changes["Versand"][0] == format_moment(in_days(3, 9))
    assert "Runde 1 ist schon unterwegs" in text_of(client.post(address, follow=True))
    assert address not in client.get(url("mail-list")).content.decode()


def test_a_scheduled_round_is_held_past_its_time_and_goes_on(sign_in, alice, event, url):
    RegistrationFactory.create_batch(2, event=event)
    client = sign_in(alice)
    schedule(client, url("invite") + NOTED, in_days(3, 9))
    sending = InvitationRound.objects.get()
    held = text_of(client.post(url("sending-pause", sending.run), follow=True))
    assert "2 Mails warten, bis jemand den Versand fortsetzt." in held
    assert "Versand fortsetzen : Einladung, Runde 1" in held
    assert "Jetzt senden : Einladung, Runde 1" not in held
    refused = text_of(client.post(url("round-send", sending.pk), follow=True))
    assert "Setzen Sie ihn im Mailfahrplan erst fort." in refused
    InvitationRound.objects.update(sent_at=in_days(-1))
    OutboxMessage.objects.update(not_before=in_days(-1))
    assert OutboxMessage.objects.due().count() == 0
    client.post(url("sending-resume", sending.run))
    assert OutboxMessage.objects.due().count() == 2


def test_a_round_of_a_cancelled_event_is_not_sent(sign_in, alice, event, url):
    RegistrationFactory(event=event)
    client = sign_in(alice)
    schedule(client, url("invite") + NOTED, in_days(3, 9))
    Event.objects.update(cancelled_at=db_now())
    sending = InvitationRound.objects.get()
    assert "Das Treffen ist abgesagt." in text_of(client.post(url("round-send", sending.pk), follow=True))
    assert OutboxMessage.objects.due().count() == 0


def test_one_person_is_left_out_of_a_scheduled_round(sign_in, alice, rita, event, url):
    skipped, other = (RegistrationFactory(event=event, name=name) for name in ("Anna Erste", "Bert Baum"))
    client = sign_in(alice)
    schedule(client, url("invite") + NOTED, in_days(3, 9))
    sending = InvitationRound.objects.get()
    address = url("round-person-skip", sending.pk, skipped.pk)
    assert address in client.get(sending.get_mails_url()).content.decode()
    assert address not in sign_in(rita).get(sending.get_mails_url()).content.decode()
    page = text_of(client.post(address, follow=True))
    assert "Für diese Person ausgelassen." in page
    client.post(address)
    assert ChangeEntry.objects.filter(ref=skipped.ref, action="Einladung, Runde 1: ausgelassen").count() == 1
    assert [mail.recipient for mail in OutboxMessage.objects.waiting()] == [other.email]
    assert noted_count(event) == 1
    InvitationRound.objects.update(sent_at=db_now())
    late = client.post(url("round-person-skip", sending.pk, other.pk), follow=True)
    assert "Runde 1 ist schon unterwegs" in text_of(late)
    assert OutboxMessage.objects.waiting().count() == 1
    assert "Auslassen" not in text_of(client.get(sending.get_mails_url()))


def test_a_time_that_does_not_fit_comes_back_with_the_reason(sign_in, alice, event, url):
    RegistrationFactory(event=event)
    client, address = sign_in(alice), url("invite") + NOTED
    response = schedule(client, address, in_days(-1))
    assert response.status_code == 200
    assert "Dieser Zeitpunkt ist schon vorbei" in text_of(response)
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "aktion": "einplanen"}
    assert "Geben Sie Datum und Uhrzeit ein" in text_of(client.post(address, data))
    assert not InvitationRound.objects.exists()


def test_a_round_that_has_left_says_so(sign_in, alice, event, url):
    RegistrationFactory(event=event)
    client = sign_in(alice)
    send(client, url("invite") + NOTED)
    sending = InvitationRound.objects.get()
    for name in ("round-update", "round-withdraw"):
        assert "Diese Runde ist schon unterwegs" in text_of(client.get(url(name, sending.pk)))
    response = client.post(url("round-withdraw", sending.pk), follow=True)
    assert "Runde 1 ist schon unterwegs" in response.content.decode()
    assert OutboxMessage.objects.waiting().count() == 1


def test_the_next_round_is_offered_for_who_is_left_and_who_is_open(sign_in, alice, event, url):
    first, second = RegistrationFactory.create_batch(2, event=event)
    client = sign_in(alice)
    assert "Erste Runde: die Gästeliste" in text_of(client.get(url("invite")))
    send(client, url("invite") + NOTED)
    say_yes(first)
    RegistrationFactory(event=event, name="Neu Dazu")
    page = client.get(url("invite"))
    words = text_of(page)
    assert "Gesendet 2 1 0 1 Offene noch einmal" in words
    assert "Eine Person steht auf der Gästeliste und ist noch nicht eingeladen." in words
    again = re.search(r'href="(\?runde=[^"]*)"', page.content.decode())[1].replace("&amp;", "&")
    listed = client.get(url("invite") + again)
    assert ticked(listed) == [f"{second.email_key}|{second.name_key}"], "whoever was asked for is ticked"
    following = re.search(r'href="(\?vorgemerkt=[^"]*)"', page.content.decode())[1].replace("&amp;", "&")
    assert len(keys(client.get(url("invite") + following))) == 1


@pytest.mark.parametrize("query", ["runde=abc", "runde=999999", "liste=abc", "liste=999999"])
def test_rounds_and_lists_that_do_not_exist_are_ignored(sign_in, alice, event, url, query):
    client = sign_in(alice)
    assert client.get(f"{url('invite')}?{query}").status_code == 200
    assert client.get(f"{url('invite')}?{query}&schritt=liste").status_code == 200


def test_a_round_of_another_event_is_not_found_here(sign_in, alice, event, url, verbund_b):
    foreign = RegistrationFactory(event__owner=verbund_b).event
    sending = InvitationRound.objects.create(event=foreign, number=1, sent_at=db_now() + dt.timedelta(days=1))
    assert sign_in(alice).get(url("round-update", sending.pk)).status_code == 404


def test_the_page_asks_as_often_for_many_rounds_as_for_few(sign_in, alice, event, url):
    client, counts = sign_in(alice), []
    for size in (1, 8):
        for _ in range(size):
            RegistrationFactory(event=event)
            send(client, url("invite") + NOTED)
        client.get(url("mail-list"))
        with CaptureQueriesContext(connection) as captured:
            client.get(url("invite"))
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 12


def test_the_mail_schedule_shows_a_scheduled_round_at_its_time(sign_in, alice, event, url):
    RegistrationFactory.create_batch(2, event=event)
    client = sign_in(alice)
    schedule(client, url("invite") + NOTED, in_days(3, 9))
    page = text_of(client.get(url("mail-list")))
    _before, _today, after = page.partition("Heute,")
    assert (
        "Einladung, Runde 1 2 Mails, Personen der gewählten Gruppen. 2 vorgesehen. Eingeplant von Alice Ahorn. Geplant"
        in after
    )
    assert "Unterwegs" not in page
