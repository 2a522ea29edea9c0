"""Answering by one's own link, and changing it later. One transaction, one mail per change of what the person has."""

from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from events.models import Event, Registration
from events.services.announcing import announce
from events.services.deputies import settle_requests
from events.services.filling import expire_offers
from events.services.freezing import drop_change_request, refuse_when_frozen
from events.services.places import fill, lock_event, set_wishes
from events.services.replies import Answer, Reply, note_reply, record_reply_consents, refuse_when_closed, wished_pools
from events.services.standing import Standing, standing_of


@transaction.atomic
def answer_invitation(*, registration: Registration, reply: Reply, form_path: str) -> Standing:
    """Take somebody's answer and give the place or a rank at once; the same call changes it later.

    Whoever has a place and asks for a full one instead keeps theirs and waits for the other. A deputy's yes takes over
    what the person who named them has; their no leaves nothing of them behind. form_path: the form's path without its
    token, kept as proof beside the consents. Raises DomainError when answering is closed; Busy when the event is locked
    for more than three seconds.
    """
    event = lock_event(registration.event)
    registration = fresh(registration)
    refuse_when_closed(event, reply.answer)
    refuse_when_frozen(registration, event, reply.answer)
    settled = settle_requests(event, registration, reply.answer)
    if settled.is_forgotten:
        return Standing(answer=reply.answer)
    answer_before = registration.answer
    if reply.answer == Answer.NO:
        drop_change_request(registration.pk)
    _note_proof(registration)
    changed, after = take_reply(event, registration, reply)
    record_reply_consents(registration, reply, form_path)
    announce(event, changed | settled.represented)
    journal(
        scope=event.scope,
        obj=registration,
        action="Antwort",
        actor=None,
        changes={"answer": [answer_before, reply.answer]},
        source="link",
    )
    return after


def take_reply(event: Event, registration: Registration, reply: Reply) -> tuple[set[int], Standing]:
    """Write an answer down and give what it asks for; the event is locked.

    Returns everybody whose places changed, and what the person has now.
    """
    before = standing_of(registration)
    # Before the wishes: whoever answers after their deadline asks anew, at the end.
    changed = expire_offers(event, db_now())
    note_reply(registration, reply)
    pools = wished_pools(event, reply) if reply.answer == Answer.YES else []
    set_wishes(registration=registration, pools=pools)
    changed |= fill(event)
    after = standing_of(registration)
    changed.discard(registration.pk)
    if after.places != before.places:
        changed.add(registration.pk)
    return changed, after


def fresh(registration: Registration) -> Registration:
    """Read the row again under the lock; it may be gone."""
    found = Registration.objects.select_related("event__owner").filter(pk=registration.pk).first()
    if found is None:
        raise DomainError("Diese Anmeldung gibt es nicht mehr. Bitte wenden Sie sich an die Gastgeber.")
    return found


def _note_proof(registration: Registration) -> None:
    """Invited although a stranger registered them: their own link came to their address and proves it."""
    if not registration.is_proven:
        registration.unproven_until = None
        registration.save(update_fields=["unproven_until"])
