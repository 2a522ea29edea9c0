"""Answering: by personal link, by the public form, and what follows from it. One transaction, one mail per change."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import models, transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from core.limits import take
from core.search import email_key, mailbox_key, name_key, sort_key
from events import emails
from events.models import Event, ItemTable, PlaceClaim, PlacePool, Registration
from events.services.places import fill, lock_event, set_wishes
from events.services.standing import PoolFigures, Standing, pool_figures, standing_of, standings
from privacy.services.consents import record_consents

UNPROVEN_HOURS = 24
# A conference behind one network address may register at the same time; a stranger's mailbox is not filled (F37).
REGISTRATIONS_PER_ADDRESS = 60
MAILS_PER_RECIPIENT = 3
Answer = Registration.Answer


@dataclass(frozen=True)
class Reply:
    """What somebody answers: places wished, needs, and each consent on its own."""

    answer: str
    attendance: str = ""
    item_pools: tuple[PlacePool, ...] = ()
    tables: tuple[ItemTable, ...] = ()
    food: tuple[str, ...] = ()
    access_needs: str = ""
    remark: str = ""
    consents: dict[str, bool] = field(default_factory=dict)


@transaction.atomic
def answer_invitation(*, registration: Registration, reply: Reply, form_path: str) -> Standing:
    """Take somebody's answer and give the place or a rank at once; the same call changes it later.

    form_path: the form's path without its token, kept as proof beside the consents. Raises DomainError when answering
    is closed or the change would lose a place; Busy when the event is locked for more than three seconds.
    """
    event = lock_event(registration.event)
    registration = _fresh(registration)
    refuse_when_closed(event, reply.answer)
    before = standing_of(registration)
    _note_reply(registration, reply)
    if reply.answer == Answer.YES:
        pools = _wished_pools(event, reply)
        _refuse_losing_a_place(registration, pools, pool_figures(event))
        set_wishes(event=event, registration=registration, pools=pools)
    else:
        set_wishes(event=event, registration=registration, pools=())
    changed = fill(event)
    after = standing_of(registration)
    if _places(after) != _places(before):
        changed.add(registration.pk)
    else:
        changed.discard(registration.pk)
    _record_consents(registration, reply, form_path)
    announce(event, changed, lost_place={registration.pk} if before.has_place else set())
    journal(
        scope=event.scope,
        obj=registration,
        action="Antwort",
        actor=None,
        changes={"answer": [before.answer, reply.answer]},
        source="link",
    )
    return after


@dataclass(frozen=True)
class Person:
    """Somebody who registers without an invitation."""

    name: str
    email: str
    organisation: str = ""
    salutation: str = ""


def register_publicly(
    *, event: Event, person: Person, reply: Reply, submission: uuid.UUID, address: str, form_path: str
) -> Standing:
    """Register somebody at a public event: the place is taken at once and kept 24 hours until the address is proven.

    submission: the form's number; sending the same form again changes nothing. address: the visitor's IP, for limits.
    Somebody already registered gets their link by mail; the answer looks the same, so nobody learns who is registered.
    Raises DomainError, RateLimited or Busy.
    """
    # RACE: counted in a transaction of its own; people behind one address do not wait for each other's places.
    take(f"register-ip:{address}", REGISTRATIONS_PER_ADDRESS, dt.timedelta(hours=1))
    with transaction.atomic():
        event = lock_event(event)
        refuse_when_not_open(event)
        announce(event, _expire(event))
        return _register(event, person, reply, submission, form_path)


@transaction.atomic
def prove_address(*, registration: Registration) -> Registration:
    """Note that the address is the person's own and confirm what they have. Doing it again changes nothing.

    Raises DomainError when the 24 hours are over, Busy when the event is locked for more than three seconds.
    """
    event = lock_event(registration.event)
    proven = Registration.objects.filter(pk=registration.pk).first()
    if proven is None or (proven.unproven_until is not None and proven.unproven_until <= db_now()):
        raise DomainError("Die 24 Stunden sind um, der Platz ist weitergegeben. Bitte melden Sie sich noch einmal an.")
    if not proven.is_proven:
        proven.unproven_until = None
        proven.save(update_fields=["unproven_until"])
        announce(event, {proven.pk})
    return proven


def expire_unproven() -> int:
    """Remove registrations whose address was not proven in time and give their places on; return how many."""
    count = 0
    expired = Registration.objects.filter(unproven_until__lte=db_now())
    for event_id in expired.order_by().values_list("event", flat=True).distinct():
        with transaction.atomic():
            event = lock_event(Event(pk=event_id))
            before = event.registrations.count()
            announce(event, _expire(event))
            count += before - event.registrations.count()
    return count


def announce(event: Event, registration_ids: Iterable[int], *, lost_place: set[int] | None = None) -> None:
    """Raise each person's revision and queue the one mail that says what they now have.

    lost_place: those who had a confirmed place before, so that a cancellation also takes back the calendar entry.
    Unproven people get nothing but the mail that proves their address.
    """
    affected = Registration.objects.filter(event=event, pk__in=set(registration_ids)).proven()
    people = list(affected.select_related("event__owner", "organisation"))
    for person in people:
        person.revision += 1
    Registration.objects.bulk_update(people, ("revision",))
    now_have = standings(people)
    for person in people:
        emails.queue_registration(person, now_have[person.pk], had_place=person.pk in (lost_place or set()))


def refuse_when_closed(event: Event, answer: str) -> None:
    """Raise DomainError when an invited person cannot answer any more; saying no stays possible until the start."""
    now = db_now()
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt. Sie müssen nichts weiter tun.")
    if event.has_started(now):
        raise DomainError("Das Treffen hat schon begonnen. Die Antwort lässt sich nicht mehr ändern.")
    if answer == Answer.YES and event.registration_closes_at and event.registration_closes_at <= now:
        raise DomainError(f"Die Anmeldung ist geschlossen. Bitte wenden Sie sich an {event.contact_email or 'uns'}.")


def refuse_when_not_open(event: Event) -> None:
    """Raise DomainError when the public form does not take registrations now."""
    refuse_when_closed(event, Answer.YES)
    if event.visibility == Event.Visibility.DRAFT or not event.has_public_registration or event.starts_at is None:
        raise DomainError("Für dieses Treffen gibt es keine öffentliche Anmeldung.")
    if event.registration_opens_at and event.registration_opens_at > db_now():
        raise DomainError("Die Anmeldung ist noch nicht geöffnet.")


def _register(event: Event, person: Person, reply: Reply, submission: uuid.UUID, form_path: str) -> Standing:
    """Register on a locked event, or answer as for a newcomer if the person is on the list already."""
    same_form = Registration.objects.filter(event=event, submission=submission).first()
    if same_form:
        return standing_of(same_form)
    key = email_key(person.email)
    take(f"register-mail:{mailbox_key(person.email)}", MAILS_PER_RECIPIENT, dt.timedelta(hours=24))
    pools = _wished_pools(event, reply)
    known = Registration.objects.filter(event=event, email_key=key, name_key=name_key(person.name))
    if same_person := known.select_related("event__owner").first():
        emails.queue_link_again(same_person)
        return _newcomers_standing(event, pools[0])
    registration = _new_registration(event, person, submission)
    _note_reply(registration, reply)
    set_wishes(event=event, registration=registration, pools=pools)
    changed = fill(event)
    _record_consents(registration, reply, form_path)
    emails.queue_address_proof(registration)
    announce(event, changed - {registration.pk})
    return standing_of(registration)


def _newcomers_standing(event: Event, pool: PlacePool) -> Standing:
    """Return what somebody new would get: who is registered must not show in the answer."""
    figures = pool_figures(event)[pool.pk]
    state = PlaceClaim.State.WAITING if figures.is_full else PlaceClaim.State.CONFIRMED
    return Standing(answer=Answer.YES, attendance=pool.kind, place_state=state)


def _expire(event: Event) -> set[int]:
    """Remove the unproven of a locked event whose time is over; return the people who got their places."""
    deleted, _ = Registration.objects.filter(event=event, unproven_until__lte=db_now()).delete()
    return fill(event) if deleted else set()


def _fresh(registration: Registration) -> Registration:
    """Read the row again under the lock; it may be gone."""
    found = Registration.objects.select_related("event__owner").filter(pk=registration.pk).first()
    if found is None:
        raise DomainError("Diese Anmeldung gibt es nicht mehr. Bitte wenden Sie sich an die Gastgeber.")
    return found


def _new_registration(event: Event, person: Person, submission: uuid.UUID) -> Registration:
    now = db_now()
    return Registration.objects.create(
        event=event,
        submission=submission,
        source=Registration.Source.PUBLIC,
        name=person.name,
        name_key=name_key(person.name),
        sort_key=sort_key(person.name),
        salutation=person.salutation,
        email=person.email,
        email_key=email_key(person.email),
        organisation_as_typed=person.organisation,
        unproven_until=now + dt.timedelta(hours=UNPROVEN_HOURS),
        created_at=now,
    )


def _note_reply(registration: Registration, reply: Reply) -> None:
    is_yes = reply.answer == Answer.YES
    registration.answer = reply.answer
    registration.answered_at = db_now()
    registration.attendance = reply.attendance if is_yes else ""
    registration.food = list(reply.food) if is_yes else []
    registration.access_needs = reply.access_needs if is_yes else ""
    registration.remark = reply.remark
    registration.version += 1
    registration.save(
        update_fields=["answer", "answered_at", "attendance", "food", "access_needs", "remark", "version"]
    )
    tables = ItemTable.objects.filter(item__event=registration.event_id)
    registration.table_wishes.set(_still_offered(tables, reply.tables) if is_yes else ())


def _wished_pools(event: Event, reply: Reply) -> list[PlacePool]:
    pool = PlacePool.objects.filter(event=event, kind=reply.attendance, item__isnull=True).first()
    if pool is None:
        raise DomainError("Wählen Sie, ob Sie vor Ort oder online teilnehmen.")
    item_pools = _still_offered(PlacePool.objects.filter(item__event=event).select_related("item"), reply.item_pools)
    groups = [wish.item.choice_group for wish in item_pools if wish.item]
    if len(set(groups)) < len(groups):
        raise DomainError("Zwei der gewählten Programmpunkte laufen gleichzeitig. Wählen Sie einen davon.")
    return [pool, *item_pools]


def _still_offered[M: models.Model](offered: models.QuerySet[M], chosen: Collection[M]) -> list[M]:
    """RACE: the form was drawn before the lock; what is gone from the event since then cannot be chosen."""
    found = list(offered.filter(pk__in=[row.pk for row in chosen]))
    if len(found) < len(chosen):
        raise DomainError("Das Programm hat sich inzwischen geändert. Bitte wählen Sie noch einmal.")
    return found


def _refuse_losing_a_place(registration: Registration, pools: list[PlacePool], figures: dict[int, PoolFigures]) -> None:
    """Refuse to swap a confirmed place for a waiting list: what is sure stays sure until the new one is free."""
    confirmed = list(registration.claims.filter(state=PlaceClaim.State.CONFIRMED).select_related("pool__item", "pool"))
    for wish in pools:
        if not figures[wish.pk].is_full or any(claim.pool_id == wish.pk for claim in confirmed):
            continue
        for claim in confirmed:
            same_event_level = claim.pool.item is None and wish.item is None
            same_group = claim.pool.item and wish.item and claim.pool.item.choice_group == wish.item.choice_group
            if same_event_level or same_group:
                wished, held = (wish.item or wish), (claim.pool.item or claim.pool)
                raise DomainError(
                    f"„{wished}“ ist ausgebucht. Ihr Platz „{held}“ bleibt Ihnen; es wurde nichts geändert."
                )


def _places(standing: Standing) -> tuple[object, ...]:
    """Return what counts as "what a person has": a change of it is mailed, a change of needs is only saved."""
    items = frozenset((entry.item.pk, entry.state) for entry in standing.items)
    return standing.answer, standing.attendance, standing.place_state, items


def _record_consents(registration: Registration, reply: Reply, form_path: str) -> None:
    if reply.consents:
        record_consents(
            ref=registration.ref,
            email_key=registration.email_key,
            name=registration.name,
            scope=registration.event.scope,
            answers=reply.consents,
            source="web form",
            form_path=form_path,
        )
