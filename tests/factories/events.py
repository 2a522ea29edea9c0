"""Events and the people at them. Times count from now, so that nothing in a test becomes past by itself."""

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from core.clock import db_now
from core.names import person_sort_key
from core.search import email_key, name_key
from events.models import (
    Event,
    EventSeries,
    EventSubscription,
    ItemPerson,
    ItemSlot,
    ItemTable,
    MailPlan,
    PlacePool,
    ProgrammeItem,
    Registration,
)
from events.services.answers import answer_invitation
from events.services.replies import Reply
from events.services.standing import Standing
from mailing.services.suppression import address_hash


def in_days(days: int, hour: int = 10) -> dt.datetime:
    """Return that hour on German clocks so many days from today."""
    day = timezone.localdate(db_now()) + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


class EventSeriesFactory(factory.django.DjangoModelFactory[EventSeries]):
    class Meta:
        model = EventSeries

    slug = factory.Sequence(lambda n: f"reihe-{n}")
    title = factory.Sequence(lambda n: f"Reihe {n}")


class EventFactory(factory.django.DjangoModelFactory[Event]):
    """A public meeting of the centre on site in Essen in thirty days, open to everybody, without a limit.

    on_site, online: places; `None` is no limit. days: counted from today, negative for a past one.
    """

    class Meta:
        model = Event
        skip_postgeneration_save = True

    class Params:
        days = 30

    slug = factory.Sequence(lambda n: f"treffen-{n}")
    title = factory.Sequence(lambda n: f"Netzwerktreffen {n}")
    summary = "Ein Tag für den Austausch."
    venue = "Haus der Technik"
    address = "Hollestraße 1"
    city = "Essen"
    states = factory.LazyFunction(lambda: ["NW"])
    starts_at = factory.LazyAttribute(lambda o: in_days(o.days, 10))
    ends_at = factory.LazyAttribute(lambda o: in_days(o.days, 16) if o.starts_at else None)
    starts_on = factory.LazyAttribute(lambda o: in_days(o.days).date())
    has_public_registration = factory.LazyAttribute(lambda o: o.starts_at is not None)
    visibility = Event.Visibility.PUBLIC
    contact_name = "Katrin Kontakt"
    contact_email = "kontakt@example.org"
    created_at = factory.LazyFunction(db_now)

    @factory.post_generation
    def on_site(obj: Event, create: bool, extracted: int | None, **kwargs: Any) -> None:  # noqa: N805
        if obj.is_on_site:
            PlacePool.objects.create(event=obj, kind=PlacePool.Kind.ON_SITE, capacity=extracted)

    @factory.post_generation
    def online(obj: Event, create: bool, extracted: int | None, **kwargs: Any) -> None:  # noqa: N805
        if obj.is_online:
            PlacePool.objects.create(event=obj, kind=PlacePool.Kind.ONLINE, capacity=extracted)


class EventSubscriptionFactory(factory.django.DjangoModelFactory[EventSubscription]):
    """Somebody who wants to hear of new events, whatever they are about."""

    class Meta:
        model = EventSubscription

    email = factory.Sequence(lambda n: f"abo-{n}@example.org")
    email_key = factory.LazyAttribute(lambda row: email_key(row.email))
    address_hash = factory.LazyAttribute(lambda row: address_hash(row.email))
    asked_at = factory.LazyFunction(db_now)
    confirmed_at = factory.LazyFunction(db_now)


class ProgrammeItemFactory(factory.django.DjangoModelFactory[ProgrammeItem]):
    """One item; `places` makes it a choice in the answer, 0 without a limit."""

    class Meta:
        model = ProgrammeItem
        skip_postgeneration_save = True

    event = factory.SubFactory(EventFactory)
    kind = ProgrammeItem.Kind.TALK
    title = factory.Sequence(lambda n: f"Vortrag {n}")
    position = factory.Sequence(lambda n: n + 1)

    @factory.post_generation
    def places(obj: ProgrammeItem, create: bool, extracted: int | None, **kwargs: Any) -> None:  # noqa: N805
        if extracted is not None:
            obj.is_choosable = True
            obj.save(update_fields=["is_choosable"])
            PlacePool.objects.create(event=obj.event, kind=PlacePool.Kind.ITEM, item=obj, capacity=extracted or None)


class ItemPersonFactory(factory.django.DjangoModelFactory[ItemPerson]):
    class Meta:
        model = ItemPerson

    item = factory.SubFactory(ProgrammeItemFactory)
    name = factory.Sequence(lambda n: f"Petra Podium {n}")


class ItemSlotFactory(factory.django.DjangoModelFactory[ItemSlot]):
    class Meta:
        model = ItemSlot

    item = factory.SubFactory(ProgrammeItemFactory)
    number = factory.Sequence(lambda n: n + 1)


class ItemTableFactory(factory.django.DjangoModelFactory[ItemTable]):
    class Meta:
        model = ItemTable

    item = factory.SubFactory(ProgrammeItemFactory)
    number = factory.Sequence(lambda n: n + 1)
    topic = factory.Sequence(lambda n: f"Thema {n}")


class RegistrationFactory(factory.django.DjangoModelFactory[Registration]):
    """Somebody invited who has not answered."""

    class Meta:
        model = Registration

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Gast Nummer {n}")
    email = factory.Sequence(lambda n: f"gast-{n}@example.org")
    name_key = factory.LazyAttribute(lambda o: name_key(o.name))
    sort_key = factory.LazyAttribute(lambda o: person_sort_key(o.name))
    email_key = factory.LazyAttribute(lambda o: email_key(o.email))
    organisation_as_typed = "Kammer Musterstadt"
    created_at = factory.LazyFunction(db_now)


class MailPlanFactory(factory.django.DjangoModelFactory[MailPlan]):
    """A reminder of those with a place, seven days before; days_before may be negative for after."""

    class Meta:
        model = MailPlan

    class Params:
        days_before = 7

    event = factory.SubFactory(EventFactory)
    kind = MailPlan.Kind.REMINDER
    offset_days = factory.LazyAttribute(lambda o: -o.days_before)
    at_time = dt.time(9, 0)


def say_yes(registration: Registration, attendance: str = "on_site", **reply: Any) -> Standing:
    """Answer yes as the person would."""
    return answer_invitation(
        registration=registration, reply=Reply(answer="yes", attendance=attendance, **reply), form_path="/e/…/"
    )


def say_no(registration: Registration) -> Standing:
    """Answer no as the person would."""
    return answer_invitation(registration=registration, reply=Reply(answer="no"), form_path="/e/…/")


def fill_up(event: Event, count: int) -> list[Registration]:
    """Let so many invited people say yes on site; return them in the order of their answers."""
    people = RegistrationFactory.create_batch(count, event=event)
    for person in people:
        say_yes(person)
    return people
