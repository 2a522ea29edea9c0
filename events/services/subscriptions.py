"""Subscribing to new events: asked for by form, confirmed by mail, changed and ended by link."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError, RateLimited
from core.limits import take
from core.locks import lock_row
from core.search import email_key
from events import emails
from events.models import EventSubscription
from events.services.strangers import take_mail_to
from events.subscribers import TOPIC, EventSubscriptionQuerySet
from mailing.services.retention import forget_mails
from mailing.services.suppression import address_hash, readmit
from privacy.models import ConsentText
from privacy.services.consents import forget_consents, record_consents

CONSENT = "event_news"
# A training centre behind one network address may ask at the same time.
REQUESTS_PER_ADDRESS = 20


@dataclass(frozen=True)
class Choice:
    """What somebody wants to hear of; no Land or no sector means all of them."""

    states: Sequence[str] = ()
    sectors: Sequence[str] = ()


def request_subscription(*, email: str, choice: Choice, submission: uuid.UUID, address: str) -> None:
    """Send the mail that asks for confirmation, or to a known address one that says so; the answer is always the same.

    submission: the form's number; sending the same form again sends no second mail. address: the visitor's IP, for
    limits. Who asks too often for one mailbox gets the same answer and no mail. Raises RateLimited for too many
    requests from one network address.
    """
    take(f"subscribe-ip:{address}", REQUESTS_PER_ADDRESS, dt.timedelta(hours=1))
    try:
        # RACE: counted in a transaction of its own, so that what follows cannot give the token back.
        take_mail_to(email)
    except RateLimited:
        return
    with transaction.atomic():
        subscription = _asked(email, choice)
        if subscription.confirmed_at:
            emails.queue_subscription_known(subscription)
        else:
            emails.queue_subscription_proof(subscription, submission)


@transaction.atomic
def confirm_subscription(
    *, subscription: EventSubscription, wording: ConsentText | None, form_path: str
) -> EventSubscription:
    """Begin the subscription, with the consent in the words shown; doing it again changes nothing.

    wording: what the button stood beside; None where it was confirmed before.

    Raises Gone when it has ended, DomainError when the address has objected to all bulk mail: no click undoes that.
    """
    locked = lock_row(EventSubscription, subscription.pk)
    if locked.confirmed_at:
        return locked
    if not readmit(locked.email, topic=TOPIC):
        raise DomainError(
            "Für diese Adresse liegt ein Widerspruch gegen alle Rundmails vor. Schreiben Sie uns über „Rückmeldung“, "
            "wenn das nicht mehr gelten soll."
        )
    locked.confirmed_at = db_now()
    locked.save(update_fields=["confirmed_at"])
    record_consents(
        ref=locked.ref,
        email_key=locked.email_key,
        name="",
        scope="centre",
        answers={CONSENT: True},
        source="double opt-in",
        form_path=form_path,
        message_id=emails.proof_message_id(locked),
        wordings={CONSENT: wording} if wording else None,
    )
    return locked


@transaction.atomic
def change_subscription(*, subscription: EventSubscription, choice: Choice) -> EventSubscription:
    """Change what somebody hears of. Raises Gone when it has ended meanwhile."""
    locked = lock_row(EventSubscription, subscription.pk)
    locked.states, locked.sectors = list(choice.states), list(choice.sectors)
    locked.save(update_fields=["states", "sectors"])
    return locked


@transaction.atomic
def end_subscription(*, subscription: EventSubscription) -> None:
    """End it and forget the address; ending it twice is once."""
    _end(EventSubscription.objects.filter(pk=subscription.pk))


@transaction.atomic
def forget_ended() -> int:
    """Forget who ended it in a mail program, whose mailbox is gone, and who never confirmed; return how many."""
    subscriptions = EventSubscription.objects
    return _end(subscriptions.unsubscribed()) + _end(subscriptions.abandoned())


def _asked(email: str, choice: Choice) -> EventSubscription:
    """Return the locked row of this address, with what it now asks for unless it is confirmed already."""
    key, now = email_key(email), db_now()
    _end(EventSubscription.objects.filter(email_key=key).unsubscribed())
    wanted: dict[str, Any] = {"states": list(choice.states), "sectors": list(choice.sectors), "asked_at": now}
    row = EventSubscription(email=email, email_key=key, address_hash=address_hash(email), **wanted)
    # RACE: two forms for one new address at once: one makes the row, the other waits and finds it.
    EventSubscription.objects.bulk_create([row], ignore_conflicts=True)
    subscription = EventSubscription.objects.select_for_update().get(email_key=key)
    if not subscription.confirmed_at:
        for name, value in wanted.items():
            setattr(subscription, name, value)
        subscription.save(update_fields=[*wanted])
    return subscription


def _end(subscriptions: EventSubscriptionQuerySet) -> int:
    """Delete these rows with what hangs on them: mails and consents; the number of queries is constant."""
    rows = list(subscriptions.select_for_update(of=("self",)))
    if not rows:
        return 0
    refs = [row.ref for row in rows]
    forget_mails(refs)
    forget_consents(refs)
    EventSubscription.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
