"""Copies: everything kept and re-dated, nobody comes along, nothing is silently off."""

import datetime as dt

import pytest
from django.utils import timezone

from core.dates import BERLIN
from core.exceptions import DomainError
from events.models import Event, ItemPerson, ItemSlot, ItemTable, MailPlan, PlacePool, ProgrammeItem
from events.services.copying import NEW_EVENT, copy_event
from tests.factories.events import (
    EventFactory,
    EventSeriesFactory,
    ItemPersonFactory,
    ItemSlotFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    fill_up,
)

pytestmark = pytest.mark.django_db

# Rows that hang on an event or an item, and stay there because they belong to its guests or its history.
STAYS = {
    "announcement",
    "change_requests",
    "changes",
    "guest_lists",
    "guest_tags",
    "interests",
    "registrations",
    "rounds",
    "tally",
}
COMES_ALONG = {"items", "pools", "mail_plans", "people", "slots", "tables", "pool"}


def local(year, month, day, hour=10, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=BERLIN)


@pytest.fixture
def source(verbund_a):
    """A hybrid meeting of March 2027 with everything an organiser can make."""
    event = EventFactory(
        title="Netzwerktreffen 2027",
        owner=verbund_a,
        format="hybrid",
        series=EventSeriesFactory(),
        starts_on=dt.date(2027, 3, 4),
        starts_at=local(2027, 3, 4),
        ends_at=local(2027, 3, 4, 16),
        registration_opens_at=local(2027, 1, 11, 9),
        registration_closes_at=local(2027, 2, 25, 12),
        answer_by=dt.date(2027, 2, 18),
        recap_url="https://example.org/rueckblick",
        source_urls=["https://example.org"],
        online_url="https://meet.example.org/1",
        on_site=60,
        online=200,
    )
    event.verbuende.add(verbund_a)
    PlacePool.objects.filter(event=event, kind="online").update(mode="offer")
    item = ProgrammeItemFactory(
        event=event, kind="workshop", starts_at=local(2027, 3, 4, 11, 15), minutes=45, room="Saal 2", places=12
    )
    ItemPersonFactory(item=item, name="Petra Podium", role="Impuls")
    ItemTableFactory(item=item, number=1, topic="KI im Betrieb", host="Tom Tisch")
    ItemSlotFactory(item=item, verbund=verbund_a, number=1)
    MailPlan.objects.filter(event=event).delete()
    MailPlan.objects.create(
        event=event, kind="reminder", offset_days=-7, at_time=dt.time(9), state="done", done_at=local(2027, 2, 25),
        done_count=40,
    )  # fmt: skip
    fill_up(event, 2)
    return event


def copied(zoe, source, day=dt.date(2027, 10, 28), title="Netzwerktreffen Herbst"):
    return copy_event(actor=zoe, event=source, title=title, starts_on=day)


def test_the_copy_is_a_draft_of_its_own(zoe, source):
    copy = copied(zoe, source)
    assert (copy.title, copy.slug) == ("Netzwerktreffen Herbst", "netzwerktreffen-herbst-2027")
    assert copy.visibility == "draft"
    assert (copy.copied_from, copy.owner, copy.series) == (source, source.owner, source.series)
    assert (copy.recap_url, copy.source_urls, copy.version) == ("", [], 1)
    assert list(copy.verbuende.all()) == list(source.verbuende.all())


def test_everything_is_re_dated_on_wall_clocks_across_summer_time(zoe, source):
    copy = copied(zoe, source)
    assert copy.starts_on == dt.date(2027, 10, 28)
    moments = [copy.starts_at, copy.ends_at, copy.registration_opens_at, copy.registration_closes_at]
    assert [timezone.localtime(moment).isoformat() for moment in moments] == [
        "2027-10-28T10:00:00+02:00",
        "2027-10-28T16:00:00+02:00",
        "2027-09-06T09:00:00+02:00",
        "2027-10-21T12:00:00+02:00",
    ]
    assert copy.answer_by == dt.date(2027, 10, 14)
    item = copy.items.get()
    assert timezone.localtime(item.starts_at).isoformat() == "2027-10-28T11:15:00+02:00"


def test_programme_places_and_plans_come_along(zoe, source):
    copy = copied(zoe, source)
    pools = copy.pools.filter(item__isnull=True).order_by("kind")
    assert [(pool.kind, pool.capacity, pool.mode) for pool in pools] == [
        ("on_site", 60, "automatic"),
        ("online", 200, "offer"),
    ]
    item = copy.items.get()
    assert (item.room, item.minutes, item.pool.capacity, item.is_choosable) == ("Saal 2", 45, 12, True)
    assert [(person.name, person.role) for person in item.people.all()] == [("Petra Podium", "Impuls")]
    assert [(table.topic, table.host) for table in item.tables.all()] == [("KI im Betrieb", "Tom Tisch")]
    assert [slot.verbund for slot in item.slots.all()] == [source.owner]
    plan = copy.mail_plans.get()
    assert (plan.kind, plan.at_time, plan.state, plan.done_at, plan.done_count) == (
        "reminder",
        dt.time(9),
        "planned",
        None,
        None,
    )


def test_nobody_comes_along_and_the_source_stays_as_it_was(zoe, source):
    before = Event.objects.filter(pk=source.pk).values().get()
    copy = copied(zoe, source)
    assert not copy.registrations.exists()
    assert not copy.rounds.exists()
    assert Event.objects.filter(pk=source.pk).values().get() == before
    assert source.registrations.count() == 2
    for model in (ProgrammeItem, ItemPerson, ItemSlot, ItemTable):
        assert model.objects.count() == 2


def test_a_past_meeting_without_hours_can_be_the_start(zoe):
    source = EventFactory(days=-700, starts_at=None, ends_at=None, has_public_registration=False)
    copy = copied(zoe, source)
    assert (copy.starts_on, copy.starts_at) == (dt.date(2027, 10, 28), None)


def test_an_hour_that_summer_time_skips_is_the_one_after_it(zoe, source):
    ProgrammeItem.objects.update(starts_at=local(2027, 3, 4, 2, 30))
    copy = copied(zoe, source, day=dt.date(2027, 3, 28))
    assert timezone.localtime(copy.items.get().starts_at).isoformat() == "2027-03-28T03:30:00+02:00"


def test_the_same_day_is_refused(zoe, source):
    with pytest.raises(DomainError, match="anderen Tag"):
        copied(zoe, source, day=source.starts_on)


def test_every_kind_of_row_has_been_thought_of():
    """Whoever hangs a new table on an event or an item says here and in copy_event whether it comes along."""
    hanging = {
        relation.get_accessor_name()
        for model in (Event, ProgrammeItem)
        for relation in model._meta.related_objects
        if relation.get_accessor_name() and not relation.related_model._meta.proxy
    }
    assert hanging <= STAYS | COMES_ALONG


def test_what_begins_anew_exists():
    assert {field.name for field in Event._meta.concrete_fields} >= NEW_EVENT
