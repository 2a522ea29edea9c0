"""Registering without an invitation: the place is held 24 hours until the address is proven."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.limits import take
from core.names import person_sort_key
from core.search import email_key, name_key
from events import emails
from events.models import Event, PlaceClaim, Registration
from events.services.announcing import announce
from events.services.places import fill, lock_event, set_wishes
from events.services.replies import (
    Answer,
    Reply,
    fill_in,
    note_reply,
    record_reply_consents,
    refuse_when_closed,
    wish_tables,
    wished_pools,
)
from events.services.seating import seat_newcomer
from events.services.standing import figures_of
from events.services.strangers import take_mail_to

UNPROVEN_HOURS = 24
# Three index scans and the clock, at least one row; asked under the lock, where Django would take longer to write it
# than PostgreSQL to answer.
_KNOWN_OR_EXPIRED = """
SELECT statement_timestamp(), id, submission, unproven_until <= statement_timestamp()
FROM (SELECT) AS once LEFT JOIN events_registration ON event_id = %(event)s AND (
    submission = %(submission)s OR (email_key = %(email)s AND name_key = %(name)s)
    OR unproven_until <= statement_timestamp()
)
"""
# A conference behind one network address may register at the same time.
REGISTRATIONS_PER_ADDRESS = 60


@dataclass(frozen=True)
class Person:
    """Somebody who registers without an invitation."""

    name: str
    email: str
    organisation: str = ""
    salutation: str = ""


def register_publicly(
    *, event: Event, person: Person, reply: Reply, submission: uuid.UUID, address: str, form_path: str
) -> bool:
    """Register somebody at a public event: the place is taken at once and kept 24 hours until the address is proven.

    Returns whether they stand on the waiting list.

    submission: the form's number; sending the same form again changes nothing. address: the visitor's IP, for limits.
    Somebody already registered gets their link by mail; the answer looks the same, so nobody learns who is registered.
    Raises DomainError, RateLimited or Busy.
    """
    # RACE: counted in a transaction of its own; people behind one address do not wait for each other's places.
    take(f"register-ip:{address}", REGISTRATIONS_PER_ADDRESS, dt.timedelta(hours=1))
    with transaction.atomic():
        return _register(lock_event(event), person, reply, submission, form_path)


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


@transaction.atomic
def discard_registration(*, registration: Registration) -> None:
    """Take back a registration whose address was never proven, as whoever reads its mail wishes; their places go on.

    Doing it again changes nothing. Raises DomainError once the registration is proven, Busy when the event is locked.
    """
    event = lock_event(registration.event)
    if Registration.objects.filter(pk=registration.pk, unproven_until__isnull=False).exists():
        announce(event, _forget(event, [registration.pk]))
    elif Registration.objects.filter(pk=registration.pk).exists():
        raise DomainError("Diese Anmeldung ist schon bestätigt. Absagen können Sie sie über Ihren Link.")


def expire_unproven() -> int:
    """Remove registrations whose address was not proven in time and give their places on; return how many."""
    count = 0
    expired = Registration.objects.filter(unproven_until__lte=db_now()).order_by()
    for event_id in expired.values_list("event", flat=True).distinct():
        with transaction.atomic():
            event = lock_event(Event(pk=event_id))
            ids = list(expired.filter(event=event).values_list("pk", flat=True))
            announce(event, _forget(event, ids))
            count += len(ids) - Registration.objects.filter(pk__in=ids).count()
    return count


def refuse_when_not_open(event: Event, now: dt.datetime) -> None:
    """Raise DomainError when the public form does not take registrations now."""
    refuse_when_closed(event, Answer.YES, now)
    if event.visibility == Event.Visibility.DRAFT or not event.has_public_registration or event.starts_at is None:
        raise DomainError("Für dieses Treffen gibt es keine öffentliche Anmeldung.")
    if event.registration_opens_at and event.registration_opens_at > now:
        raise DomainError("Die Anmeldung ist noch nicht geöffnet.")


def _register(event: Event, person: Person, reply: Reply, submission: uuid.UUID, form_path: str) -> bool:
    """Register on a locked event, or send the link to who is on the list already; return whether one waits.

    Everybody else who registers waits for this lock: whatever a newcomer does not need is not asked for here.
    """
    now, known, expired = _look_up(event, person, submission)
    refuse_when_not_open(event, now)
    while expired:
        announce(event, _forget(event, expired))
        # RACE: the clock moves on; whoever is late only now still holds their address and the form's number.
        now, known, expired = _look_up(event, person, submission)
    if same_form := known.get(True):
        return _waits(same_form)
    take_mail_to(person.email)
    pools = wished_pools(event, reply)
    if same_person := known.get(False):
        emails.queue_link_again(Registration.objects.get(pk=same_person), now)
        # What somebody new would hear: who is registered must not show in the answer.
        return figures_of(pools[0]).is_full
    registration = _new_registration(event, person, reply, submission, now)
    seated = seat_newcomer(event=event, registration=registration, pools=pools, now=now)
    if any(reply.consents.values()):
        record_reply_consents(registration, reply, form_path)
    emails.queue_address_proof(registration, now)
    announce(event, seated.others)
    return seated.is_waiting


def _look_up(event: Event, person: Person, submission: uuid.UUID) -> tuple[dt.datetime, dict[bool, int], list[int]]:
    """Return the time, who is on the list with this form (True) or this name and address (False), and who is late.

    Late are those whose 24 hours are over.
    """
    sought: dict[str, Any] = {"event": event.pk, "submission": submission}
    sought |= {"email": email_key(person.email), "name": name_key(person.name)}
    known: dict[bool, int] = {}
    expired = []
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_OR_EXPIRED, sought)
        found = cursor.fetchall()
    for _, pk, number, is_late in found:
        if is_late:
            expired.append(pk)
        elif pk is not None:
            known[number == submission] = pk
    return found[0][0], known, expired


def _waits(registration_id: int) -> bool:
    """Whether the person waits for a place at the event."""
    waiting = PlaceClaim.objects.filter(registration=registration_id, state=PlaceClaim.State.WAITING)
    return waiting.filter(pool__item__isnull=True).exists()


def _forget(event: Event, ids: Collection[int]) -> set[int]:
    """Remove these unproven registrations of a locked event; return the people who got their places.

    Whoever was invited meanwhile stays on the list as somebody invited who has not answered: their link keeps working.
    """
    rows = Registration.objects.filter(pk__in=ids)
    invited = list(rows.filter(invitations__isnull=False).distinct())
    for registration in invited:
        set_wishes(registration=registration, pools=())
        note_reply(registration, Reply(answer=Answer.OPEN))
    Registration.objects.filter(pk__in=[each.pk for each in invited]).update(
        unproven_until=None, answered_at=None, source=Registration.Source.INVITATION
    )
    deleted, _ = rows.exclude(pk__in=[each.pk for each in invited]).delete()
    return fill(event) if deleted or invited else set()


def _new_registration(
    event: Event, person: Person, reply: Reply, submission: uuid.UUID, now: dt.datetime
) -> Registration:
    registration = Registration(
        event=event,
        submission=submission,
        source=Registration.Source.PUBLIC,
        name=person.name,
        name_key=name_key(person.name),
        sort_key=person_sort_key(person.name),
        salutation=person.salutation,
        email=person.email,
        email_key=email_key(person.email),
        organisation_as_typed=person.organisation,
        unproven_until=now + dt.timedelta(hours=UNPROVEN_HOURS),
        created_at=now,
    )
    fill_in(registration, reply, now)
    registration.save(force_insert=True)
    if reply.tables:
        wish_tables(registration, reply)
    return registration
