"""Telling subscribers: whom a new event concerns, by Land, by sector and by their own will."""

import pytest

from events.models import EventSubscription
from events.services.event_news import event_sectors, sweep_event_news
from events.subscribers import TOPIC
from mailing.purposes import get_purpose
from mailing.services.delivery import why_not
from mailing.services.suppression import suppress
from tests.events.subscriptions.told import news, settle, sweep
from tests.factories.events import EventFactory, EventSubscriptionFactory
from tests.factories.verbuende import VerbundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_day(settings) -> None:
    settings.MAIL_QUIET_HOURS = None


@pytest.fixture
def subscriber() -> EventSubscription:
    return EventSubscriptionFactory()


@pytest.mark.parametrize(
    ("wanted", "states", "is_told"),
    [
        ([], ["NW"], True),
        (["NW"], ["NW", "HE"], True),
        (["NW", "SL"], ["SL"], True),
        (["NW"], ["HE"], False),
        (["NW"], [], True),
        ([], [], True),
    ],
)
def test_by_land(wanted: list[str], states: list[str], is_told: bool) -> None:
    EventSubscriptionFactory(states=wanted)
    EventFactory(states=states)
    assert sweep() == int(is_told)


@pytest.mark.parametrize(
    ("wanted", "owner", "taking_part", "is_told"),
    [
        ([], "Pflege", [], True),
        (["care"], "Pflege", [], True),
        (["care"], "Metall und Elektro", [], False),
        (["care"], "Metall und Elektro", ["Pflege"], True),
        (["care"], "branchenübergreifend", [], True),
        (["care"], "Metall", ["branchenübergreifend"], True),
        (["care"], "", [], True),
        (["care"], None, [], True),
        (["care"], None, ["Handwerk"], False),
        (["care", "crafts"], None, ["Handwerk"], True),
    ],
)
def test_by_sector(wanted: list[str], owner: str | None, taking_part: list[str], is_told: bool) -> None:
    EventSubscriptionFactory(sectors=wanted)
    event = EventFactory(owner=None if owner is None else VerbundFactory(sector_text=owner))
    event.verbuende.set([VerbundFactory(sector_text=text) for text in taking_part])
    assert sweep() == int(is_told)


def test_sectors_follow_when_alliances_join_within_the_hour(subscriber: EventSubscription) -> None:
    EventSubscription.objects.update(sectors=["care"])
    event = EventFactory(owner=VerbundFactory(sector_text="Textil"))
    settle()
    event.verbuende.add(VerbundFactory(sector_text="Pflege"))
    assert event_sectors(event) == ["care", "textiles"]
    assert sweep_event_news() == 1


def test_who_did_not_confirm_or_has_ended_hears_nothing() -> None:
    EventSubscriptionFactory(confirmed_at=None)
    ended = EventSubscriptionFactory()
    suppress(ended.email, "unsubscribed", topic=TOPIC)
    EventFactory()
    assert sweep() == 0
    assert not EventSubscription.objects.filter(pk=ended.pk).exists()


def test_a_click_between_queueing_and_sending_counts(subscriber: EventSubscription) -> None:
    EventFactory()
    sweep()
    (message,) = news()
    purpose = get_purpose(message.purpose)
    assert why_not(message, purpose) == ""
    suppress(subscriber.email, "unsubscribed", topic=TOPIC)
    assert why_not(message, purpose) == "Die Adresse ist für Rundmails gesperrt"
