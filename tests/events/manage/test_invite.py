"""Inviting in three steps: what goes out is what was shown, once."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import invite_flow
from events.models import Event, Invitation, InvitationRound, Registration
from mailing.models import OutboxMessage
from mailing.services.suppression import suppress
from tests.events.manage.pages import hidden, query_count, text_of
from tests.factories.events import RegistrationFactory, say_yes
from tests.factories.verbuende import VerbundFactory
from verbuende.models import Contact
from verbuende.services.contacts import create_contact

pytestmark = pytest.mark.django_db

NOTED = "?vorgemerkt=on&schritt=liste"


def keys(response) -> list[str]:
    """The people ticked or carried along on the page."""
    return [
        unescape(key) for key in re.findall(r'name="person" value="([^"]*)"(?: checked)?', response.content.decode())
    ]


def ticked(response) -> list[str]:
    return [unescape(key) for key in re.findall(r'name="person" value="([^"]*)" checked', response.content.decode())]


def send(client, address: str, **changes):
    """Go through list and preview, and press the last button."""
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "worte": "", "aktion": "senden"} | changes
    return client.post(address, data)


# --- Groups -------------------------------------------------------------------------------------------------------
def test_narrowing_keeps_what_was_ticked(sign_in, alice, event, url):
    north, south = VerbundFactory(states=["HH"], short_name="Nord"), VerbundFactory(states=["BY"], short_name="Süd")
    page = sign_in(alice).get(f"{url('invite')}?land=HH&verbund={south.pk}").content.decode()
    assert "Nord" in page
    assert re.search(rf'value="{south.pk}"[^>]* checked', page)
    assert not re.search(rf'value="{north.pk}"[^>]* checked', page)
    assert "Verbund A" not in page[page.index('<form class="form form--wide"') :]


def test_all_shown_alliances_are_ticked_at_once(sign_in, alice, event, url):
    VerbundFactory.create_batch(2, states=["HH"], sector_text="Pflege")
    VerbundFactory(states=["HH"], sector_text="Metall")
    page = sign_in(alice).get(f"{url('invite')}?land=HH&suche=pflege&schritt=alle").content.decode()
    assert len(re.findall(r'name="verbund"[^>]* checked', page)) == 2


@pytest.mark.parametrize(
    "query", ["verbund=abc", "verbund=999999", "verbund=²", "land=XX", "rolle=CHEF", "suche=%00", "buch=x"]
)
def test_wrong_choices_in_the_address_are_ignored(sign_in, alice, event, url, query):
    client = sign_in(alice)
    assert client.get(f"{url('invite')}?{query}").status_code in (200, 400)
    assert client.get(f"{url('invite')}?{query}&schritt=liste").status_code in (200, 400)


def test_a_draft_says_why_nobody_can_be_invited_yet(sign_in, alice, event, url):
    Event.objects.update(visibility="draft")
    assert "noch ein Entwurf" in text_of(sign_in(alice).get(url("invite")))


# --- The list -----------------------------------------------------------------------------------------------------
def test_the_exact_list_with_reasons(sign_in, zoe, alice, verbund_a, event, url):
    Event.objects.update(owner=None)
    create_contact(
        owner=None,
        actor=zoe,
        name="Konrad Kontakt",
        email="konrad@example.org",
        verbund=verbund_a,
        role=Contact.Role.PRESS,
    )
    create_contact(owner=None, actor=zoe, name="Ohne Adresse", email="", role=Contact.Role.PRESS)
    silent = VerbundFactory(short_name="Stiller Verbund")
    query = f"?verbund={verbund_a.pk}&verbund={silent.pk}&rolle=LEAD&personen=on&buch=press&schritt=liste"
    response = sign_in(zoe).get(url("invite") + query)
    page = text_of(response)
    assert "Alice Ahorn Verbund A alice@example.org Team Verbund A (Leitung)" in page
    assert "Konrad Kontakt konrad@example.org Kontakt für Verbund A; Adressbuch: Presse" in page
    assert "2 ohne Adresse" in page
    assert "Stiller Verbund" in page
    assert "Ohne Adresse" in page
    assert "Ein Eintrag meinte eine Person, die schon auf der Liste steht" in page
    assert len(ticked(response)) == 2


def test_blocked_and_answered_people_stand_apart_with_the_reason(sign_in, alice, event, url):
    blocked, yes = RegistrationFactory.create_batch(2, event=event)
    suppress(blocked.email, "unsubscribed", topic="events.invitation")
    say_yes(yes)
    response = sign_in(alice).get(url("invite") + NOTED)
    page = text_of(response)
    assert f"{blocked.name} , {blocked.email}: Abgemeldet" in page
    assert f"{yes.name} : Zugesagt" in page
    assert keys(response) == []


def test_whoever_is_invited_already_is_offered_unticked_with_the_date(sign_in, zoe, alice, verbund_a, event, url):
    Event.objects.update(owner=None)
    client, address = sign_in(zoe), f"{url('invite')}?verbund={verbund_a.pk}&rolle=LEAD&schritt=liste"
    assert send(client, address).url == url("mail-list")
    again = client.get(address)
    assert "Schon eingeladen, noch keine Antwort" in text_of(again)
    assert (ticked(again), len(keys(again))) == ([], 1)
    nothing = client.post(address, {"stand": hidden(again, "stand"), "aktion": "weiter"})
    assert "Kreuzen Sie mindestens eine Person an." in text_of(nothing)
    assert InvitationRound.objects.count() == 1
    assert send(client, address, person=keys(again)).url == url("mail-list")
    assert InvitationRound.objects.count() == 2
    assert OutboxMessage.objects.filter(purpose="events.invitation").count() == 2


def test_an_alliance_cannot_list_another_ones_team(sign_in, carla, alice, verbund_a, verbund_b, event, url):
    Event.objects.update(owner=verbund_b)
    response = sign_in(carla).get(f"{url('invite')}?verbund={verbund_a.pk}&rolle=LEAD&personen=on&schritt=liste")
    assert "alice@example.org" not in response.content.decode()
    assert "1 ohne Adresse" in text_of(response)


def test_the_list_asks_as_often_for_many_as_for_few(sign_in, alice, event, url):
    client, counts = sign_in(alice), []
    for size in (10, 300):
        RegistrationFactory.create_batch(size, event=event)
        with CaptureQueriesContext(connection) as captured:
            client.get(url("invite") + NOTED)
        counts.append(query_count(captured))
    assert counts[0] == counts[1]


# --- Preview and sending ------------------------------------------------------------------------------------------
def test_the_preview_is_the_mail_with_reason_and_words_and_without_links(sign_in, zoe, alice, verbund_a, event, url):
    Event.objects.update(owner=None)
    address = f"{url('invite')}?verbund={verbund_a.pk}&rolle=LEAD&schritt=liste"
    client = sign_in(zoe)
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "worte": "Liebe <b>Gäste</b>", "aktion": "weiter"}
    response = client.post(address, data)
    page = text_of(response)
    assert "Eine Person erhält diese Mail" in page
    assert f"Betreff Einladung: {event.title}" in page
    assert "Liebe <b>Gäste</b>" in page
    assert "Sie stehen auf der Gästeliste dieses Treffens: Team Verbund" in page
    assert "http://localhost:8000/…" in page
    assert not Registration.objects.exists(), "looking at a preview writes nothing"
    html = client.post(url("invite-preview") + address.partition("einladen/")[2], data | {"vorschau": ticked(shown)[0]})
    assert html.status_code == 200
    assert "Liebe &lt;b&gt;Gäste" in html.content.decode()
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" in html.headers["Content-Security-Policy"]
    assert not OutboxMessage.objects.exists()


def test_the_preview_follows_the_chosen_recipient(sign_in, alice, event, url):
    RegistrationFactory(event=event, name="Anna Erste", salutation="frau")
    RegistrationFactory(event=event, name="Zacharias Letzter")
    client, address = sign_in(alice), url("invite") + NOTED
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "aktion": "vorschau"}
    assert "Guten Tag, Frau Erste" in text_of(client.post(address, data))
    assert "Guten Tag, Zacharias Letzter" in text_of(client.post(address, data | {"vorschau": ticked(shown)[1]}))


def test_sending_says_how_many_and_shows_the_schedule(sign_in, alice, event, url):
    RegistrationFactory.create_batch(3, event=event)
    client = sign_in(alice)
    response = client.get(send(client, url("invite") + NOTED, worte="Bis bald").url)
    page = text_of(response)
    assert "3 Einladungen sind auf dem Weg und verlassen das Portal in den nächsten Minuten." in page
    assert "Einladung, Runde 1 3 Mails" in page
    assert InvitationRound.objects.get().text == "Bis bald"


def test_a_list_that_changed_is_shown_again_and_nothing_is_sent(sign_in, alice, event, url):
    RegistrationFactory(event=event)
    client, address = sign_in(alice), url("invite") + NOTED
    shown = client.get(address)
    newcomer = RegistrationFactory(event=event, name="Neu Dazu")
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "worte": "Meine Worte", "aktion": "senden"}
    response = client.post(address, data)
    page = text_of(response)
    assert "Die Liste hat sich geändert, seit Sie sie geöffnet haben" in page
    assert "Meine Worte" in page
    assert "Neu Dazu" in page
    assert ticked(response) == ticked(shown), "what was ticked stays, what is new is not ticked unseen"
    assert not Invitation.objects.exists()
    assert client.post(address, data | {"stand": hidden(response, "stand")}).status_code == 302
    assert not newcomer.invitations.exists()


def test_a_changed_event_is_a_changed_mail(sign_in, alice, event, url):
    RegistrationFactory(event=event)
    client, address = sign_in(alice), url("invite") + NOTED
    shown = client.get(address)
    Event.objects.update(title="Ganz anderes Treffen", version=event.version + 1)
    response = client.post(address, {"stand": hidden(shown, "stand"), "person": ticked(shown), "aktion": "senden"})
    assert "Die Liste hat sich geändert" in text_of(response)


def test_the_same_form_twice_sends_once(sign_in, alice, event, url):
    RegistrationFactory.create_batch(2, event=event)
    client, address = sign_in(alice), url("invite") + NOTED
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "aktion": "senden"}
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 200
    assert OutboxMessage.objects.count() == 2


def test_unknown_keys_invite_nobody(sign_in, alice, event, url):
    RegistrationFactory(event=event)
    client, address = sign_in(alice), url("invite") + NOTED
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ["fremd@example.org|fremd"], "aktion": "senden"}
    assert "Kreuzen Sie mindestens eine Person an." in text_of(client.post(address, data))
    assert not Invitation.objects.exists()


def test_words_that_are_too_long_come_back(sign_in, alice, event, url):
    RegistrationFactory(event=event)
    client, address = sign_in(alice), url("invite") + NOTED
    shown = client.get(address)
    data = {"stand": hidden(shown, "stand"), "person": ticked(shown), "worte": "x" * 3001, "aktion": "weiter"}
    assert "Kürzen Sie „Eigene Worte“ auf höchstens 3000 Zeichen" in text_of(client.post(address, data))


def test_a_long_list_is_ticked_by_leaving_out(sign_in, alice, event, url, monkeypatch):
    monkeypatch.setattr(invite_flow, "MOST_TICKS", 3)
    people = RegistrationFactory.create_batch(5, event=event)
    client, address = sign_in(alice), url("invite") + NOTED
    shown = client.get(address)
    assert ticked(shown) == []
    left_out = f"{people[0].email_key}|{people[0].name_key}"
    data = {"stand": hidden(shown, "stand"), "ohne": [left_out], "aktion": "weiter"}
    preview = client.post(address, data)
    assert "4 Personen erhalten diese Mail" in text_of(preview)
    assert f'name="ohne" value="{left_out}"' in preview.content.decode()
    client.post(address, data | {"aktion": "senden"})
    assert set(Invitation.objects.values_list("registration", flat=True)) == {person.pk for person in people[1:]}


def test_readers_invite_nobody(sign_in, rita, event, url):
    RegistrationFactory(event=event)
    client = sign_in(rita)
    for address in (url("invite"), url("invite") + NOTED, url("invite-preview")):
        assert client.get(address).status_code == 404
        assert client.post(address, {"aktion": "senden"}).status_code == 404
