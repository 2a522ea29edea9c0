"""Telling subscribers: what is new, once each, at most one mail a day, nothing lost."""

import datetime as dt

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.clock import db_now
from events.models import Event, EventAnnouncement, EventNotice, EventSubscription
from events.services import event_news
from events.services.event_news import note_public_events, sweep_event_news
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from tests.events.subscriptions.told import news, next_day, rendered, settle, sweep, titles
from tests.factories.events import EventFactory, EventSubscriptionFactory
from tests.factories.verbuende import VerbundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_day(settings) -> None:
    settings.MAIL_QUIET_HOURS = None


@pytest.fixture
def subscriber() -> EventSubscription:
    return EventSubscriptionFactory()


def test_a_new_event_is_told_once(subscriber: EventSubscription) -> None:
    EventFactory(title="Werkstatt", summary="Ein Nachmittag.")
    assert sweep() == 1
    assert sweep() == 0
    (message,) = news()
    mail = rendered(message)
    assert mail.subject == "Neue Veranstaltung: Werkstatt"
    assert titles(message) == ["Werkstatt"]
    words = " ".join(mail.text.split())
    assert "weil Sie neue Veranstaltungen im ganzen Netzwerk abonniert haben." in words
    assert "Haus der Technik" in words
    assert f"http://localhost:8000/n/{subscriber.token}/" in mail.text
    assert "Keine Mails über neue Veranstaltungen mehr erhalten" in words
    assert message.rests_at_night


def test_several_are_one_mail(subscriber: EventSubscription) -> None:
    for title in ("Eins", "Zwei", "Drei"):
        EventFactory(title=title)
    assert sweep() == 1
    (message,) = news()
    assert rendered(message).subject == "3 neue Veranstaltungen"
    assert titles(message) == ["Eins", "Zwei", "Drei"]


def test_at_most_one_mail_a_day_and_the_rest_comes_tomorrow(subscriber: EventSubscription) -> None:
    EventFactory(title="Morgens")
    sweep()
    OutboxMessage.objects.update(state="sent", accepted_at=db_now())
    EventFactory(title="Mittags")
    assert sweep() == 0
    next_day()
    assert sweep() == 1
    assert [titles(message) for message in news()] == [["Morgens"], ["Mittags"]]


def test_no_second_mail_while_one_waits(subscriber: EventSubscription) -> None:
    EventFactory(title="Gestern")
    sweep()
    next_day()
    OutboxMessage.objects.update(state="queued", accepted_at=None)
    EventFactory(title="Heute")
    assert sweep() == 0
    OutboxMessage.objects.update(state="held")
    assert sweep() == 0
    OutboxMessage.objects.update(state="sent", accepted_at=db_now())
    assert sweep() == 0
    OutboxMessage.objects.update(accepted_at=db_now() - dt.timedelta(days=1))
    assert sweep() == 1
    assert titles(news()[-1]) == ["Heute"]


def test_an_event_must_have_been_public_for_an_hour(subscriber: EventSubscription) -> None:
    EventFactory()
    settle()
    EventAnnouncement.objects.update(public_since=db_now() - dt.timedelta(minutes=59))
    assert sweep_event_news() == 0
    EventAnnouncement.objects.update(public_since=db_now() - dt.timedelta(minutes=60))
    assert sweep_event_news() == 1


def test_after_an_outage_everything_is_told(subscriber: EventSubscription) -> None:
    """The beat was away for a week: what became public meanwhile is still news."""
    EventFactory(title="Am Montag", created_at=db_now() - dt.timedelta(days=7))
    EventFactory(title="Heute")
    assert sweep_event_news() == 0
    assert sweep() == 1
    assert titles(news()[0]) == ["Am Montag", "Heute"]


@pytest.mark.parametrize(
    "facts",
    [
        {"visibility": "draft"},
        {"visibility": "unlisted"},
        {"cancelled_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)},
        {"days": -1},
    ],
)
def test_no_news(subscriber: EventSubscription, facts: dict[str, object]) -> None:
    EventFactory(**facts)
    assert sweep() == 0


def test_what_has_begun_is_no_news(subscriber: EventSubscription) -> None:
    now = db_now()
    EventFactory(
        starts_at=now - dt.timedelta(minutes=5), ends_at=now + dt.timedelta(hours=2), starts_on=timezone.localdate(now)
    )
    assert sweep() == 0


def test_what_was_public_before_somebody_subscribed_is_no_news() -> None:
    EventFactory(title="Alt")
    settle()
    EventSubscriptionFactory()
    assert sweep_event_news() == 0
    EventFactory(title="Neu")
    note_public_events()
    EventAnnouncement.objects.filter(event__title="Neu").update(public_since=db_now() - dt.timedelta(minutes=61))
    EventSubscription.objects.update(confirmed_at=db_now() - dt.timedelta(minutes=61, seconds=30))
    EventAnnouncement.objects.filter(event__title="Alt").update(public_since=db_now() - dt.timedelta(minutes=62))
    assert sweep_event_news() == 1
    assert titles(news()[0]) == ["Neu"]


def test_withdrawn_and_published_again_is_told_once(subscriber: EventSubscription) -> None:
    event = EventFactory()
    sweep()
    next_day()
    Event.objects.update(visibility="unlisted")
    sweep()
    assert not EventAnnouncement.objects.exists()
    Event.objects.update(visibility="public")
    assert sweep() == 0
    assert EventNotice.objects.get().event == event


def test_withdrawn_within_the_hour_starts_it_anew(subscriber: EventSubscription) -> None:
    event = EventFactory()
    settle()
    Event.objects.update(visibility="draft")
    assert sweep_event_news() == 0
    Event.objects.update(visibility="public")
    assert sweep_event_news() == 0
    assert EventAnnouncement.objects.get(event=event).public_since > db_now() - dt.timedelta(minutes=1)


def test_what_is_called_off_before_the_mail_leaves_is_left_out(subscriber: EventSubscription) -> None:
    EventFactory(title="Findet statt")
    EventFactory(title="Abgesagt")
    sweep()
    (message,) = news()
    Event.objects.filter(title="Abgesagt").update(cancelled_at=db_now())
    assert titles(message) == ["Findet statt"]
    Event.objects.update(visibility="unlisted")
    (message,) = news()
    assert get_purpose(message.purpose).is_obsolete(message) == "Keine der Veranstaltungen steht noch bevor."


def test_a_mail_that_came_to_nothing_does_not_swallow_what_follows(subscriber: EventSubscription) -> None:
    EventFactory(title="Abgesagt")
    sweep()
    OutboxMessage.objects.update(state="aborted")
    EventFactory(title="Neu")
    assert sweep() == 0
    next_day()
    OutboxMessage.objects.update(state="aborted", accepted_at=None)
    assert sweep() == 1
    assert "Neu" in titles(news()[-1])


def test_nothing_is_written_at_night(subscriber: EventSubscription, settings) -> None:
    hour = timezone.localtime(db_now()).hour
    EventFactory()
    settings.MAIL_QUIET_HOURS = (hour, 0) if hour else (23, 1)
    assert sweep() == 0
    assert EventAnnouncement.objects.exists()
    settings.MAIL_QUIET_HOURS = None
    assert sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_are_one(subscriber: EventSubscription) -> None:
    """Two beats: while one sweeps, the other does nothing; without the lock it would wait and then count, too."""
    EventFactory()
    settle()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [event_news._LOCK])
        assert sweep_event_news() == 0
        assert not OutboxMessage.objects.exists()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [event_news._LOCK])
    finally:
        other.close()
    assert sweep_event_news() == 1


def test_the_number_of_queries_grows_with_nothing() -> None:
    def count(events: int, subscribers: int) -> int:
        owner = VerbundFactory(sector_text="Pflege")
        for event in EventFactory.create_batch(events, owner=owner):
            event.verbuende.add(owner)
        EventSubscriptionFactory.create_batch(subscribers, sectors=["care"])
        moment = db_now() - dt.timedelta(minutes=61)
        EventAnnouncement.objects.bulk_create(
            EventAnnouncement(event=event, public_since=moment)
            for event in Event.objects.filter(announcement__isnull=True)
        )
        EventSubscription.objects.update(confirmed_at=moment - dt.timedelta(days=1))
        with CaptureQueriesContext(connection) as queries:
            assert sweep_event_news() >= subscribers
        next_day()
        return len(queries)

    assert count(1, 1) == count(15, 20)
