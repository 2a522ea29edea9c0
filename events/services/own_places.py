"""What people do with their own places besides answering: accept an offer, decline it, leave a list, keep one of two.

And what happens when they do nothing: an offer ends at its deadline by the database's clock, and the place goes on.
"""

from django.db import transaction

from core.clock import db_now
from core.dates import format_moment
from core.exceptions import DomainError
from core.journal import journal
from events.clashes import clashing
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.announcing import announce
from events.services.answers import fresh
from events.services.filling import close_without_place
from events.services.places import confirm_claim, fill, live_claims, lock_event, withdraw_claims
from events.services.replies import Answer, refuse_when_closed
from events.services.standing import Standing, standing_of

State = PlaceClaim.State


def accept_offer(*, registration: Registration, pool: PlacePool) -> Standing:
    """Make an offered place sure and give on what the person held instead. Doing it again changes nothing.

    Raises DomainError when the offer is over and says why; Busy when the event is locked for more than three seconds.
    """
    settle(registration.event)
    return _accept(registration, pool)


def decline_offer(*, registration: Registration, pool: PlacePool) -> Standing:
    """Give an offered place on to the next. Whoever neither has nor awaits another then counts as not coming."""
    settle(registration.event)
    return _give_up(registration, pool, state=State.DECLINED, action="Angebot abgelehnt")


def leave_waiting_list(*, registration: Registration, pool: PlacePool) -> Standing:
    """Leave one waiting list, of the event or of an item; everything else stays as it is."""
    settle(registration.event)
    return _give_up(registration, pool, state=State.WITHDRAWN, action="Warteliste verlassen")


def keep_item(*, registration: Registration, pool: PlacePool) -> Standing:
    """Keep one of the chosen items that run at the same time and give the others on; where none does, nothing happens.

    Organisers moved the programme: choosing stays possible until the start, also after the freeze date.
    """
    settle(registration.event)
    return _keep(registration, pool)


@transaction.atomic
def settle(event: Event) -> int:
    """End the event's offers whose time is over and give the places on; return how many people that concerns.

    A transaction of its own: whoever comes too late is refused, and the next person has the place all the same.
    """
    event = lock_event(event)
    changed = fill(event)
    announce(event, changed)
    return len(changed)


def settle_due_offers() -> int:
    """Settle all events with offers whose time is over; return how many people that concerns."""
    lapsed = PlaceClaim.objects.filter(state=State.OFFERED, offered_until__lte=db_now())
    events = lapsed.filter(pool__event__cancelled_at__isnull=True).order_by().values_list("pool__event", flat=True)
    return sum(settle(Event(pk=pk)) for pk in events.distinct())


@transaction.atomic
def _accept(registration: Registration, pool: PlacePool) -> Standing:
    event, registration = _locked(registration)
    claim = _claim(registration, pool)
    if claim is not None and claim.state == State.CONFIRMED:
        return standing_of(registration)
    if claim is None or claim.state != State.OFFERED:
        raise DomainError(_why_over(claim))
    confirm_claim(claim)
    announce(event, fill(event) | {registration.pk})
    _note(registration, f"Angebot angenommen: {claim.pool.title}")
    return standing_of(registration)


@transaction.atomic
def _give_up(registration: Registration, pool: PlacePool, *, state: str, action: str) -> Standing:
    event, registration = _locked(registration)
    claim = _claim(registration, pool)
    if claim is not None and claim.state == state:
        return standing_of(registration)
    expected = (State.OFFERED,) if state == State.DECLINED else (State.WAITING, State.WISHED)
    if claim is None or claim.state not in expected:
        raise DomainError(_why_over(claim))
    withdraw_claims([claim], state=state)
    close_without_place({registration.pk}, db_now())
    announce(event, fill(event) | {registration.pk})
    _note(registration, f"{action}: {claim.pool.title}")
    return standing_of(fresh(registration))


@transaction.atomic
def _keep(registration: Registration, pool: PlacePool) -> Standing:
    event, registration = _locked(registration)
    claims = {claim.pool.item: claim for claim in live_claims(registration) if claim.pool.item}
    kept = next((item for item, claim in claims.items() if claim.pool_id == pool.pk), None)
    if kept is None:
        raise DomainError(_why_over(None))
    pairs = [pair for pair in clashing(claims) if kept in pair]
    others = [claims[item] for pair in pairs for item in pair if item != kept]
    if not others:
        return standing_of(registration)
    withdraw_claims(others)
    announce(event, fill(event) | {registration.pk})
    given_up = ", ".join(claim.pool.title for claim in others)
    _note(registration, f"Einen von mehreren Punkten behalten: {kept.headline} statt {given_up}")
    return standing_of(registration)


def _locked(registration: Registration) -> tuple[Event, Registration]:
    event = lock_event(registration.event)
    refuse_when_closed(event, Answer.NO)
    return event, fresh(registration)


def _claim(registration: Registration, pool: PlacePool) -> PlaceClaim | None:
    """Return the person's latest claim on this pool, live or not."""
    return registration.claims.filter(pool=pool).select_related("pool__item", "registration").order_by("pk").last()


def _why_over(claim: PlaceClaim | None) -> str:
    """Say why there is nothing to decide any more (RELIABILITY F9)."""
    match claim and claim.state:
        case State.EXPIRED if claim and claim.offered_until:
            return f"Die Frist ist am {format_moment(claim.offered_until)} abgelaufen. Der Platz ist weitergegeben."
        case State.DECLINED:
            return "Sie haben diesen Platz schon abgelehnt. Er ist weitergegeben."
        case State.OFFERED:
            return "Inzwischen ist ein Platz für Sie frei geworden. Nehmen Sie ihn an oder lehnen Sie ihn ab."
        case State.CONFIRMED:
            return "Der Platz gehört inzwischen Ihnen. Wenn Sie ihn nicht brauchen, ändern Sie bitte Ihre Antwort."
        case State.WAITING | State.WISHED:
            return "Zur Zeit ist Ihnen kein Platz angeboten."
    return "Das hat sich inzwischen erledigt: Sie stehen dort nicht mehr auf der Liste."


def _note(registration: Registration, action: str) -> None:
    journal(scope=registration.event.scope, obj=registration, action=action, actor=None, source="link")
