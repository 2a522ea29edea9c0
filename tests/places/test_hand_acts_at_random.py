"""Guests and organisers in any order: what always holds about places holds with hand acts, too."""

import random

import pytest
from django.db.models import Count, Q

from core.exceptions import DomainError
from core.models import ChangeEntry
from events.models import PlaceClaim, Registration
from events.place_act_words import OVERBOOKED
from events.services.place_acts import Act, Kind, perform
from mailing.models import OutboxMessage
from tests.factories.events import EventFactory, RegistrationFactory, say_no, say_yes

pytestmark = pytest.mark.django_db
STEPS = 25


@pytest.fixture
def event(verbund_a):
    return EventFactory(owner=verbund_a, format="hybrid", on_site=3, online=2)


def act_by_hand(chance: random.Random, actor, event) -> None:
    """Do something to somebody's claim; what does not fit is refused in words and changes nothing."""
    claims = list(PlaceClaim.objects.filter(pool__event=event, state__in=PlaceClaim.LIVE))
    if not claims:
        return
    claim = chance.choice(claims)
    act = Act(
        kind=chance.choice(list(Kind)),
        claims=(claim.pk,),
        target=chance.choice(list(event.pools.all())).pk,
        beyond_capacity=chance.random() < 0.5,
        reason=chance.choice(("", "Ministerin")),
    )
    before = list(PlaceClaim.objects.order_by("pk").values("pk", "state", "rank"))
    try:
        perform(actor=actor, event=event, act=act)
    except DomainError:
        assert list(PlaceClaim.objects.order_by("pk").values("pk", "state", "rank")) == before


def act_as_guest(chance: random.Random, event) -> None:
    people = list(event.registrations.all())
    person = chance.choice(people) if people and chance.random() < 0.5 else RegistrationFactory(event=event)
    if chance.random() < 0.25:
        say_no(person)
    else:
        say_yes(person, chance.choice(("on_site", "online")))


def check(event) -> None:
    claims = PlaceClaim.objects.filter(pool__event=event)
    for pool in event.pools.all():
        taken = pool.claims.filter(state__in=PlaceClaim.TAKING).count()
        if pool.claims.filter(state="waiting").exists():
            assert taken >= pool.capacity, "somebody waits while there is room"
        if taken > pool.capacity:
            assert ChangeEntry.objects.filter(scope=event.scope, action__startswith=OVERBOOKED).exists()
    sure = claims.filter(state="confirmed").values("registration").annotate(n=Count("pk"))
    assert all(row["n"] == 1 for row in sure), "two sure places at once"
    live = Q(claims__state__in=PlaceClaim.LIVE)
    without = Registration.objects.filter(event=event, answer="yes").annotate(n=Count("claims", filter=live))
    assert all(person.n for person in without), "said yes and has nothing"
    for person in event.registrations.all():
        mails = OutboxMessage.objects.filter(ref=person.ref, purpose="events.registration").count()
        assert mails == person.revision, "not exactly one mail for each change"


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_guests_and_organisers(alice, event, seed):
    chance = random.Random(seed)  # noqa: S311 - a sequence that can be repeated, not a secret
    for _ in range(STEPS):
        if chance.random() < 0.5:
            act_as_guest(chance, event)
        else:
            act_by_hand(chance, alice, event)
        check(event)


def test_the_check_would_see_somebody_waiting_beside_a_free_place(event):
    person = RegistrationFactory(event=event)
    say_yes(person)
    person.claims.update(state="waiting")
    with pytest.raises(AssertionError, match="somebody waits while there is room"):
        check(event)
