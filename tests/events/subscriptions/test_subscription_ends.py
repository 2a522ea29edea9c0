"""The subscriber's own page: another choice, and the end by one click, after which nothing is kept."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from events.forms import guard
from events.models import EventSubscription
from events.services.subscriptions import forget_ended
from events.subscribers import TOPIC
from mailing.models import OutboxMessage, Suppression
from mailing.purposes import get_purpose
from mailing.services.suppression import suppress, unsubscribe_url
from privacy.models import ConsentRecord
from tests.events.subscriptions.asking import ADDRESS, FORM, ask, confirm, mails, path_in
from tests.factories.events import EventSubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)


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
    confirm(client, path_in(mails().get()))
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
    confirm(client, path_in(mails().get()))
    assert forget_ended() == 0
    subscription = EventSubscription.objects.live().get()
    assert subscription.states == ["BY"]
    assert not Suppression.objects.exists()


def test_a_mailbox_that_works_again_gets_mail_again_and_an_objection_holds(client: Client) -> None:
    suppress(ADDRESS, Suppression.Reason.UNKNOWN_MAILBOX)
    suppress("andere@example.org", Suppression.Reason.OBJECTED)
    ask(client)
    confirm(client, path_in(mails().get()))
    assert EventSubscription.objects.live().count() == 1
    ask(client, "andere@example.org")
    response = confirm(client, path_in(mails().latest("created_at")))
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
