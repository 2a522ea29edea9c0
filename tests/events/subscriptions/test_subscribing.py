"""Subscribing to new events: asked by mail first, the same answer for everybody, ended by one click."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from events.forms import guard
from events.models import EventSubscription
from events.services.strangers import take_mail_to
from events.services.subscriptions import forget_ended
from events.subscribers import TOPIC
from mailing.models import OutboxMessage, Suppression
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, all_links, render
from mailing.services.suppression import suppress, unsubscribe_url
from privacy.models import ConsentRecord
from tests.factories.events import EventSubscriptionFactory

pytestmark = pytest.mark.django_db
FORM = "/veranstaltungen/neu-per-mail/"
RECEIVED = f"{FORM}eingegangen/"
ADDRESS = "erika@example.org"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)


def ask(client: Client, email: str = ADDRESS, **data: object):
    ticket = client.get(FORM).context["form"].initial["ticket"]
    return client.post(FORM, {"email": email, "ticket": ticket, **data})


def mails(purpose: str = "events.subscription_proof"):
    return OutboxMessage.objects.filter(purpose=purpose)


def rendered(message: OutboxMessage) -> Rendered:
    purpose = get_purpose(message.purpose)
    return render(message, purpose).with_links(all_links(message, purpose))


def path_in(message: OutboxMessage) -> str:
    found = re.search(r"http://localhost:8000(/n/\S+)", rendered(message).text)
    assert found
    return found[1]


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
    response = client.post(path)
    subscription = EventSubscription.objects.get()
    assert subscription.confirmed_at is not None
    assert response["Location"] == f"/n/{subscription.token}/?stand=bestaetigt"
    assert "Ihr Abonnement läuft" in client.get(response["Location"]).content.decode()


def test_the_consent_is_kept_in_the_words_shown(client: Client) -> None:
    ask(client)
    client.post(path_in(mails().get()))
    record = ConsentRecord.objects.select_related("text").get()
    assert record.text.key == "event_news"
    assert record.given
    assert record.email_key == ADDRESS
    assert record.form_path == "/n/…/bestaetigen/"
    assert record.message_id == mails().get().message_id


def test_a_confirmed_link_says_so_and_does_nothing_twice(client: Client) -> None:
    """F36"""
    ask(client)
    path = path_in(mails().get())
    client.post(path)
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


def test_the_own_page_changes_the_choice(client: Client) -> None:
    subscription = EventSubscriptionFactory(states=["NW"])
    path = f"/n/{subscription.token}/"
    page = client.get(path)
    assert page.context["form"].initial["states"] == ["NW"]
    assert page["Cache-Control"] == "no-store"
    response = client.post(path, {"states": ["HE"], "sectors": ["metal", "it"]})
    subscription.refresh_from_db()
    assert (subscription.states, subscription.sectors) == (["HE"], ["metal", "it"])
    assert "Gespeichert" in client.get(response["Location"]).content.decode()


def test_ending_asks_first_and_forgets_everything(client: Client) -> None:
    ask(client)
    client.post(path_in(mails().get()))
    subscription = EventSubscription.objects.get()
    path = f"/n/{subscription.token}/beenden/"
    assert client.get(path).status_code == 200
    assert EventSubscription.objects.exists()
    response = client.post(path)
    assert response["Location"] == f"{FORM}beendet/"
    assert client.get(response["Location"]).status_code == 200
    assert not EventSubscription.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_what_waits_dies_with_the_subscription(client: Client) -> None:
    subscription = EventSubscriptionFactory(email=ADDRESS)
    ask(client)
    in_hand = mails("events.subscription_known").get()
    client.post(f"/n/{subscription.token}/beenden/")
    assert not OutboxMessage.objects.exists()
    assert get_purpose(in_hand.purpose).is_obsolete(in_hand) == "Das Abonnement wurde beendet."


def test_one_click_in_a_mail_program_ends_it_at_once_and_the_row_goes(client: Client) -> None:
    subscription = EventSubscriptionFactory(email=ADDRESS)
    other = EventSubscriptionFactory()
    path = unsubscribe_url(ADDRESS, TOPIC).removeprefix("http://localhost:8000")
    response = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert "Mails über neue Veranstaltungen" in response.content.decode()
    assert client.get(f"/n/{subscription.token}/").status_code == 404
    assert client.get(f"/n/{subscription.proof_token}/bestaetigen/").status_code == 404
    assert forget_ended() == 1
    assert list(EventSubscription.objects.all()) == [other]


def test_who_ended_it_may_come_back(client: Client) -> None:
    EventSubscriptionFactory(email=ADDRESS)
    suppress(ADDRESS, "unsubscribed", topic=TOPIC)
    ask(client, states=["BY"])
    client.post(path_in(mails().get()))
    assert forget_ended() == 0
    subscription = EventSubscription.objects.live().get()
    assert subscription.states == ["BY"]
    assert not Suppression.objects.exists()


def test_a_mailbox_that_works_again_gets_mail_again_and_an_objection_holds(client: Client) -> None:
    suppress(ADDRESS, Suppression.Reason.UNKNOWN_MAILBOX)
    suppress("andere@example.org", Suppression.Reason.OBJECTED)
    ask(client)
    client.post(path_in(mails().get()))
    assert EventSubscription.objects.live().count() == 1
    ask(client, "andere@example.org")
    response = client.post(path_in(mails().latest("created_at")))
    assert response.status_code == 200
    assert "Widerspruch gegen alle Rundmails" in response.content.decode()
    assert EventSubscription.objects.live().count() == 1
    assert Suppression.objects.count() == 1


def test_unconfirmed_addresses_are_forgotten_after_seven_days(client: Client) -> None:
    old, young = EventSubscriptionFactory.create_batch(2, confirmed_at=None)
    confirmed = EventSubscriptionFactory()
    EventSubscription.objects.exclude(pk=young.pk).update(asked_at=db_now() - dt.timedelta(days=7, minutes=1))
    assert forget_ended() == 1
    assert set(EventSubscription.objects.all()) == {young, confirmed}
    assert not EventSubscription.objects.filter(pk=old.pk).exists()


def test_ending_many_takes_no_more_queries(client: Client) -> None:
    def count(number: int) -> int:
        for subscription in EventSubscriptionFactory.create_batch(number):
            suppress(subscription.email, "unsubscribed", topic=TOPIC)
        with CaptureQueriesContext(connection) as queries:
            assert forget_ended() == number
        return len(queries)

    assert count(1) == count(12)


def test_nobody_lists_subscribers(zoe) -> None:
    EventSubscriptionFactory()
    assert not EventSubscription.objects.visible_to(zoe).exists()
    assert not EventSubscription.objects.editable_by(zoe).exists()


def test_no_cookie_but_the_forms_own(client: Client) -> None:
    subscription = EventSubscriptionFactory()
    for path in (FORM, RECEIVED, f"{FORM}beendet/", f"/n/{subscription.token}/?stand=geaendert"):
        assert set(client.get(path).cookies) <= {"csrf"}, path
