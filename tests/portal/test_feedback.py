"""The public form "Rückmeldung"."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from mailing.models import OutboxMessage
from mailing.purposes import all_purposes
from mailing.rendering import render
from portal.emails import FeedbackMail
from portal.forms import new_ticket

pytestmark = pytest.mark.django_db

PATH = "/rueckmeldung/"


def ticket_of(seconds_ago: float) -> str:
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=seconds_ago), tick=False):
        return new_ticket()


def message(**changes):
    return {
        "kind": "barrier",
        "subject": "Veranstaltungen",
        "text": "Der Filter geht nicht auf.",
        "email": "erika@example.org",
        "website": "",
        "ticket": ticket_of(30),
    } | changes


def test_a_message_goes_to_the_operator_by_mail(client):
    response = client.post(PATH, message())
    assert response.status_code == 302
    assert response.url == "/rueckmeldung/danke/"
    mail = OutboxMessage.objects.get()
    assert mail.purpose == "portal.feedback"
    assert mail.recipient == settings.FEEDBACK_TO
    assert mail.scope == "centre"
    assert mail.data == {
        "kind": "barrier",
        "subject": "Veranstaltungen",
        "text": "Der Filter geht nicht auf.",
        "email": "erika@example.org",
    }


def test_the_thanks_can_be_reloaded_and_need_no_session(client):
    client.post(PATH, message())
    for _ in range(2):
        page = client.get("/rueckmeldung/danke/")
        assert page.status_code == 200
        assert "Ihre Nachricht ist unterwegs" in page.content.decode()
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_an_address_is_not_needed(client):
    assert client.post(PATH, message(email="", subject="")).status_code == 302
    assert OutboxMessage.objects.get().data["email"] == ""


def test_a_second_click_sends_one_mail(client):
    same = message()
    client.post(PATH, same)
    client.post(PATH, same)
    assert OutboxMessage.objects.count() == 1
    client.post(PATH, {**same, "text": "Und noch etwas."})
    assert OutboxMessage.objects.count() == 2


def test_a_trapped_program_is_refused_and_a_person_can_send_again(client):
    page = client.post(PATH, message(website="https://spam.example"))
    assert page.status_code == 200
    assert OutboxMessage.objects.count() == 0
    content = page.content.decode()
    assert "Bitte senden Sie Ihre Nachricht noch einmal" in content
    assert "Der Filter geht nicht auf." in content
    assert "spam.example" not in content


@pytest.mark.parametrize("ticket", ["", "erfunden", "a:b:c"])
def test_a_made_up_ticket_is_refused(client, ticket):
    assert client.post(PATH, message(ticket=ticket)).status_code == 200
    assert OutboxMessage.objects.count() == 0


def test_nobody_writes_in_two_seconds(client):
    assert client.post(PATH, message(ticket=ticket_of(1))).status_code == 200
    assert OutboxMessage.objects.count() == 0
    assert client.post(PATH, message(ticket=ticket_of(4))).status_code == 302


def test_errors_keep_what_was_typed(client):
    page = client.post(PATH, message(kind="", text="", email="erika@")).content.decode()
    assert "<title>Fehler: Rückmeldung" in page
    assert "Wählen Sie, worum es geht" in page
    assert "Schreiben Sie, worum es geht" in page
    assert "Geben Sie eine E-Mail-Adresse im Format name@firma.de ein" in page
    assert 'value="Veranstaltungen"' in page
    assert OutboxMessage.objects.count() == 0


def test_a_link_fills_in_what_it_knows(client):
    page = client.get(PATH, {"anliegen": "fact", "betrifft": "WBV.Ruhr"}).content.decode()
    assert 'value="WBV.Ruhr"' in page
    assert 'value="fact" checked' in page or 'value="fact" id="id_kind_1" checked' in page
    assert "checked" not in client.get(PATH, {"anliegen": "unsinn"}).content.decode()


def test_one_visitor_sends_at_most_five_an_hour(client):
    for number in range(5):
        assert client.post(PATH, message(text=f"Nachricht {number}")).status_code == 302
    page = client.post(PATH, message(text="Die sechste"))
    assert page.status_code == 429
    assert "Das waren zu viele Versuche" in page.content.decode()
    assert "Die sechste" in page.content.decode()
    assert OutboxMessage.objects.count() == 5
    assert client.post(PATH, message(text="Von anderswo"), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_the_mail_says_what_was_written_and_whom_to_answer(client):
    client.post(PATH, message(text="<b>Zeile eins</b>\nZeile zwei"))
    purpose = all_purposes()["portal.feedback"]
    mail = OutboxMessage.objects.get()
    rendered = render(mail, purpose)
    assert rendered.subject == "Rückmeldung: Eine Barriere melden"
    assert "<b>Zeile eins</b>" in rendered.text
    assert "&lt;b&gt;Zeile eins&lt;/b&gt;<br>Zeile zwei" in rendered.html
    for part in (rendered.text, rendered.html):
        assert "Veranstaltungen" in part
        assert "Eine Antwort auf diese Mail geht an" in part
        assert "als Empfänger der Rückmeldungen eingetragen" in " ".join(part.split())
    assert purpose.reply_to(mail) == "erika@example.org"


def test_the_sample_renders():
    assert "Firefox" in render(FeedbackMail().sample(), FeedbackMail()).text
