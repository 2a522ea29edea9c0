"""Interest before registration opens: asked for by form, confirmed by mail, told once, then forgotten."""

import datetime as dt
import uuid

from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError, RateLimited
from core.limits import take
from core.search import email_key
from events import emails
from events.models import Event, EventInterest
from events.services.places import lock_event
from events.services.strangers import take_mail_to
from events.status import Door, public_status
from mailing.services.retention import forget_mails

PROOF_HOURS = 48
# An office behind one network address may ask at the same time.
REQUESTS_PER_ADDRESS = 20
# There registration will not open any more.
HOPELESS = (Door.CANCELLED, Door.OVER, Door.RUNNING, Door.CLOSED)


def request_interest(*, event: Event, email: str, submission: uuid.UUID, address: str) -> None:
    """Send the mail that asks for confirmation; the answer is the same for a known address and for too many mails.

    submission: the form's number; sending the same form again sends no second mail. address: the visitor's IP, for
    limits. Raises RateLimited for one network address, DomainError when registration is not still to open.
    """
    take(f"interest-ip:{address}", REQUESTS_PER_ADDRESS, dt.timedelta(hours=1))
    refuse_when_not_ahead(event)
    try:
        # RACE: counted in a transaction of its own, so that what follows cannot give the token back.
        take_mail_to(email)
    except RateLimited:
        return
    with transaction.atomic():
        row = EventInterest(event=event, email=email, email_key=email_key(email), asked_at=db_now())
        # RACE: two forms for one address at once: one makes the row, the other finds it.
        EventInterest.objects.bulk_create([row], ignore_conflicts=True)
        interest = EventInterest.objects.select_for_update().get(event=event, email_key=email_key(email))
        if interest.confirmed_at is None:
            interest.asked_at = db_now()
            interest.save(update_fields=["asked_at"])
        emails.queue_interest_proof(interest, submission)


@transaction.atomic
def confirm_interest(*, interest: EventInterest) -> EventInterest:
    """Note that the address is theirs; doing it again changes nothing.

    Raises DomainError when there is nothing left to open.
    """
    event = lock_event(interest.event)
    found = EventInterest.objects.filter(pk=interest.pk).first()
    if found is None:
        raise DomainError("Die Anmeldung ist inzwischen offen, oder das Treffen findet nicht statt.")
    if found.confirmed_at is None:
        refuse_when_not_ahead(event)
        found.confirmed_at = db_now()
        found.save(update_fields=["confirmed_at"])
    return found


@transaction.atomic
def end_interest(*, interest: EventInterest) -> None:
    """Forget the address; ending it twice is once."""
    forget_mails([interest.ref])
    EventInterest.objects.filter(pk=interest.pk).delete()


def sweep_interest() -> int:
    """Tell everybody whose event has opened, exactly once, and forget them; return how many mails were queued.

    Forgets also who never confirmed, and everybody at events whose registration will not open any more. Moving the
    opening needs nothing else: what counts is how the event stands now.
    """
    _forget_unconfirmed()
    told = 0
    waiting = Event.objects.filter(interests__isnull=False).distinct()
    for event_id in waiting.values_list("pk", flat=True):
        told += _settle(event_id)
    return told


def refuse_when_not_ahead(event: Event) -> None:
    """Raise DomainError unless registration is still to open."""
    status = public_status(Event.objects.with_places().get(pk=event.pk))
    if status.door != Door.NOT_YET or event.visibility == Event.Visibility.DRAFT:
        raise DomainError("Die Anmeldung öffnet nicht erst noch. Wie es jetzt steht, sagt die Seite des Treffens.")


@transaction.atomic
def _settle(event_id: int) -> int:
    event = lock_event(Event(pk=event_id))
    status = public_status(Event.objects.with_places().get(pk=event_id))
    told = 0
    if status.takes_registrations and event.visibility != Event.Visibility.DRAFT:
        # RACE: told and forgotten in one transaction, under the lock: nobody is told twice, whoever else sweeps.
        told = emails.queue_interest_open(event.interests.confirmed(), event)
        event.interests.all().delete()
    elif status.door in HOPELESS:
        event.interests.all().delete()
    return told


def _forget_unconfirmed() -> None:
    stale = EventInterest.objects.filter(
        confirmed_at__isnull=True, asked_at__lt=db_now() - dt.timedelta(hours=PROOF_HOURS)
    )
    rows = list(stale)
    forget_mails([row.ref for row in rows])
    EventInterest.objects.filter(pk__in=[row.pk for row in rows], confirmed_at__isnull=True).delete()
