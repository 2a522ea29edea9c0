"""Subscribing to new events: asked by mail first, and the same answer for everybody."""

import datetime as dt

import pytest
from django.test import Client

from core.clock import db_now
from events.forms import guard
from events.models import EventSubscription
from events.services.strangers import take_mail_to
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from privacy.models import ConsentRecord, ConsentText
from tests.events.subscriptions.asking import ADDRESS, FORM, RECEIVED, ask, confirm, mails, path_in, rendered
from tests.factories.events import EventSubscriptionFactory, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)


def test_asking_sends_one_mail_and_nothing_else_happens(client: Client) -> None:
    response = ask(client, states=["NW", "SL"], sectors=["care"])
    assert response.status_code == 302
    assert response["Location"] == RECEIVED
    subscription = EventSubscription.objects.get()
    assert subscription.confirmed_at is None
    assert (subscription.states, subscription.sectors) == (["NW", "SL"], ["care"])
    message = mails().get()
    text = " ".join(rendered(message).text.split())
    assert message.recipient == ADDRESS
    assert "in Nordrhein-Westfalen und im Saarland (Branche: Pflege, Gesundheit und Soziales) abonnieren" in text
    assert "List-Unsubscribe" not in text
    assert not get_purpose(message.purpose).is_bulk
    assert not ConsentRecord.objects.exists()


def test_only_the_button_confirms_however_often_a_scanner_opens_the_link(client: Client) -> None:
    """F33"""
    ask(client)
    path = path_in(mails().get())
    for _ in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert client.head(path).status_code == 200
    assert EventSubscription.objects.get().confirmed_at is None
    assert "Ich möchte per E-Mail erfahren" in page.content.decode()
    response = confirm(client, path)
    subscription = EventSubscription.objects.get()
    assert subscription.confirmed_at is not None
    assert response["Location"] == f"/n/{subscription.token}/?stand=bestaetigt"
    assert "Ihr Abonnement läuft" in client.get(response["Location"]).content.decode()


def test_the_consent_is_kept_in_the_words_shown(client: Client) -> None:
    ask(client)
    confirm(client, path_in(mails().get()))
    record = ConsentRecord.objects.select_related("text").get()
    assert (record.text.key, record.text.version) == ("event_news", 1)
    assert record.given
    assert record.email_key == ADDRESS
    assert record.form_path == "/n/…/bestaetigen/"
    assert record.message_id == mails().get().message_id


def test_a_wording_that_changed_while_the_page_was_open_is_read_first(client: Client) -> None:
    ask(client)
    path = path_in(mails().get())
    ConsentText.objects.create(key="event_news", version=2, title="Neu gefasst", valid_from=in_days(-1))
    page = client.post(path, {"fassung": "1"}).content.decode()
    assert "Den Text zu dieser Einwilligung haben wir inzwischen geändert. Lesen Sie ihn noch einmal." in page
    assert "Neu gefasst" in page
    assert EventSubscription.objects.get().confirmed_at is None
    assert confirm(client, path).status_code == 302
    assert ConsentRecord.objects.get().text.version == 2


def test_a_confirmed_link_says_so_and_does_nothing_twice(client: Client) -> None:
    """F36"""
    ask(client)
    path = path_in(mails().get())
    confirm(client, path)
    first = EventSubscription.objects.get().confirmed_at
    assert "schon bestätigt" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert EventSubscription.objects.get().confirmed_at == first
    assert ConsentRecord.objects.count() == 1


def test_after_48_hours_a_new_mail_is_offered_and_nothing_shown(client: Client) -> None:
    """F34"""
    ask(client)
    path = path_in(mails().get())
    EventSubscription.objects.update(asked_at=db_now() - dt.timedelta(hours=48, minutes=1))
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 404
        page = response.content.decode()
        assert "Neue E-Mail anfordern" in page
        assert ADDRESS not in page
    assert EventSubscription.objects.get().confirmed_at is None


def test_links_of_another_kind_lead_nowhere(client: Client) -> None:
    """F35"""
    subscription = EventSubscriptionFactory()
    own, proof = subscription.token, subscription.proof_token
    for path in (
        f"/n/{proof}/", f"/n/{proof}/beenden/", f"/n/{own}/bestaetigen/", f"/n/{own[:-1]}/", "/n/erfunden/",
        f"/n/AAAAAAAA.{own.partition('.')[2]}/", f"/e/{own}/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
        assert client.post(path).status_code == 404, path
    assert EventSubscription.objects.count() == 1


def test_old_keys_still_open_links(client: Client, settings) -> None:
    token = EventSubscriptionFactory().token
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret key, long enough to be one, 0123456789abcdef"
    assert client.get(f"/n/{token}/").status_code == 200


def test_a_strangers_mailbox_gets_three_mails_and_the_answer_stays_the_same(client: Client) -> None:
    """F37"""
    for number in range(20):
        response = ask(client, f"Erika+{number}@example.org" if number % 2 else ADDRESS)
        assert (response.status_code, response["Location"]) == (302, RECEIVED)
    assert mails().count() == 3


def test_mails_of_every_public_form_count_together(client: Client) -> None:
    for _ in range(2):
        take_mail_to(ADDRESS)
    for _ in range(3):
        assert ask(client)["Location"] == RECEIVED
    assert mails().count() == 1


def test_twenty_requests_an_hour_from_one_place(client: Client) -> None:
    codes = [ask(client, f"person-{number}@example.org").status_code for number in range(21)]
    assert codes == [302] * 20 + [429]


def test_the_same_form_twice_is_one_mail(client: Client) -> None:
    data = {"email": ADDRESS, "ticket": client.get(FORM).context["form"].initial["ticket"]}
    client.post(FORM, data)
    client.post(FORM, data)
    assert mails().count() == 1
    assert EventSubscription.objects.count() == 1


def test_a_known_address_gets_the_same_page_and_its_own_link_once_a_day(client: Client) -> None:
    subscription = EventSubscriptionFactory(email=ADDRESS, states=["HE"])
    for _ in range(2):
        response = ask(client, "ERIKA@example.org", states=["BY"])
        assert (response.status_code, response["Location"]) == (302, RECEIVED)
    subscription.refresh_from_db()
    assert subscription.states == ["HE"]
    assert not mails().exists()
    message = mails("events.subscription_known").get()
    assert path_in(message) == f"/n/{subscription.token}/"


def test_asking_again_before_confirming_takes_the_newer_choice(client: Client) -> None:
    ask(client, states=["NW"])
    ask(client, states=["HE"])
    first, second = mails().order_by("created_at")
    assert path_in(first) == path_in(second)
    assert EventSubscription.objects.get().states == ["HE"]


def test_a_robot_gets_nowhere(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(client, website="https://spam.example").status_code == 200
    assert client.post(FORM, {"email": ADDRESS, "ticket": "erfunden"}).status_code == 200
    monkeypatch.setattr(guard, "MIN_SECONDS", 3)
    assert "Das ging sehr schnell" in ask(client).content.decode()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "kein-postfach"), ("email", "a@example.org\nBcc: b@example.org"), ("email", ""), ("states", "XX"),
     ("sectors", "nichts"), ("email", "a@example.org\x00")],
)  # fmt: skip
def test_wrong_input_is_named(client: Client, field: str, value: str) -> None:
    response = ask(client, **{field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not EventSubscription.objects.exists()


def test_everything_ticked_is_no_choice(client: Client) -> None:
    form = client.get(FORM).context["form"]
    ask(client, states=[code for code, _ in form.fields["states"].choices])
    assert EventSubscription.objects.get().states == []


def test_the_land_of_the_list_is_ticked(client: Client) -> None:
    assert client.get(f"{FORM}?land=HE").context["form"].initial["states"] == ["HE"]
    assert client.get(f"{FORM}?land=XX").context["form"].initial["states"] == []


def test_no_cookie_but_the_forms_own(client: Client) -> None:
    subscription = EventSubscriptionFactory()
    for path in (FORM, RECEIVED, f"{FORM}beendet/", f"/n/{subscription.token}/?stand=geaendert"):
        assert set(client.get(path).cookies) <= {"csrf"}, path
