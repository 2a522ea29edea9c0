"""The tallies that triggers keep are what counting would give, whatever way rows change."""

import pytest
from django.db import connection
from django.db.models import Count, Q

from events.models import AnswerTally, Event, PlaceClaim, PlacePool, PlaceTally, Registration
from tests.factories.events import EventFactory, RegistrationFactory, in_days, say_yes

pytestmark = pytest.mark.django_db


def counted_places() -> dict[int, tuple[int, int]]:
    """Return taken and waiting by pool, counted."""
    pools = PlacePool.objects.annotate(
        n=Count("claims", filter=Q(claims__state__in=("offered", "confirmed"))),
        w=Count("claims", filter=Q(claims__state="waiting")),
    )
    return {pool.pk: (pool.n, pool.w) for pool in pools}


def tallied_places() -> dict[int, tuple[int, int]]:
    return {each.pool_id: (each.taken, each.waiting) for each in PlaceTally.objects.all()}


def answers(event: Event) -> tuple[int, int, int, int, int]:
    """Return the tally of one event: people, open, yes, no, deputy."""
    return AnswerTally.objects.values_list("people", "open", "yes", "no", "deputy").get(event=event)


def test_places_follow_every_way_to_change_a_claim() -> None:
    event = EventFactory(on_site=2)
    people = [RegistrationFactory(event=event) for _ in range(4)]
    for person in people:
        say_yes(person)
    pool = PlacePool.objects.get(event=event, kind="on_site")
    assert tallied_places()[pool.pk] == (2, 2)
    # Many at once, one by one, by SQL, to another pool, and gone.
    PlaceClaim.objects.filter(pool=pool, state="waiting").update(state="confirmed")
    assert tallied_places()[pool.pk] == (4, 0)
    PlaceClaim.objects.filter(pool=pool).update(changed_at=in_days(0))
    assert tallied_places()[pool.pk] == (4, 0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_placeclaim SET state = 'offered' WHERE registration_id = %s", [people[0].pk])
    assert tallied_places()[pool.pk] == (4, 0)
    other = EventFactory(on_site=9).pools.get(kind="on_site")
    PlaceClaim.objects.filter(registration=people[1]).update(pool=other)
    assert (tallied_places()[pool.pk], tallied_places()[other.pk]) == ((3, 0), (1, 0))
    people[2].delete()
    assert tallied_places()[pool.pk] == (2, 0)
    assert tallied_places() == counted_places()


def test_answers_follow_every_way_to_change_them() -> None:
    event = EventFactory()
    people = RegistrationFactory.create_batch(4, event=event)
    assert answers(event) == (4, 4, 0, 0, 0)
    say_yes(people[0])
    Registration.objects.filter(pk__in=[people[1].pk, people[2].pk]).update(answer="no")
    assert answers(event) == (4, 1, 1, 2, 0)
    Registration.objects.filter(pk=people[2].pk).update(answer="deputy")
    people[3].delete()
    assert answers(event) == (3, 0, 1, 1, 1)


def test_whoever_deletes_an_event_deletes_its_tallies() -> None:
    event = EventFactory(on_site=1)
    say_yes(RegistrationFactory(event=event))
    event.delete()
    assert not AnswerTally.objects.exists()
    assert not PlaceTally.objects.exists()


def test_a_wrong_tally_would_be_seen() -> None:
    event = EventFactory(on_site=1)
    PlaceTally.objects.filter(pool__event=event).update(taken=1)
    assert tallied_places() != counted_places()
