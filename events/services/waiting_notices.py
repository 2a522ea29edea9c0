"""Change notices that have not left yet: a later change replaces them, or leaves them nothing to say."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from core.many import among_texts
from events import emails
from events.models import Event, Registration
from events.models.registrations import REF_PREFIX
from events.services.announcing import announce
from mailing.models import OutboxMessage
from mailing.services.outbox import withdraw

Mail = OutboxMessage.State
_REPLACED = "Eine neuere Mitteilung sagt auch, was hier stand."
_TAKEN_BACK = "Die Änderung wurde zurückgenommen, bevor die Mail hinausging."


def take_back_waiting(event: Event, ids: Collection[int]) -> dict[int, list[int]]:
    """Stop the notices these people have not got yet; return the changes each of those would have told of."""
    untold = {pk: changes for pk, changes in _waiting(event).items() if pk in ids}
    _withdraw(event, untold, _REPLACED)
    return untold


def drop_empty_notices(event: Event) -> None:
    """Stop the notices that a change without a mail has left nothing to say, and send what had given way to them."""
    waiting = _waiting(event)
    empty = {changes: not emails.lines_since(changes) for changes in set(map(tuple, waiting.values()))}
    idle = {pk for pk, changes in waiting.items() if empty[tuple(changes)]}
    _withdraw(event, idle, _TAKEN_BACK)
    leave_untold(event, idle)


def leave_untold(event: Event, ids: Collection[int]) -> set[int]:
    """Let people be to whom nothing has changed after all; return those who hear what they have all the same.

    A confirmation that had not left gives way to a notice, because that says it, too. Without the notice it is owed.
    """
    Registration.objects.filter(pk__in=ids).update(asked_again_at=None)
    owed = _owed(ids)
    announce(event, owed)
    return owed


def _waiting(event: Event) -> dict[int, list[int]]:
    messages = OutboxMessage.objects.waiting().filter(topic=emails.change_topic(event))
    return {int(message.ref_id): message.data["changes"] for message in messages.only("ref", "data")}


def _withdraw(event: Event, ids: Iterable[int], reason: str) -> None:
    if refs := _refs(ids):
        withdraw(topic=emails.change_topic(event), refs=refs, reason=reason)


def _owed(ids: Collection[int]) -> set[int]:
    """Return whose last mail that says what they have is a confirmation which never left."""
    confirms = Q(purpose=emails.RegistrationMail.name)
    # A mail that cannot be delivered is shown to the organisers; another one would fail, too.
    says_it = confirms | Q(purpose=emails.ChangeMail.name, state__in=(Mail.SENT, Mail.FAILED))
    messages = OutboxMessage.objects.filter(says_it, ref__in=among_texts(_refs(ids)))
    last = messages.order_by("ref", "-created_at").distinct("ref").only("ref", "state")
    return {int(message.ref_id) for message in last if message.state not in (Mail.SENT, Mail.FAILED)}


def _refs(ids: Iterable[int]) -> list[str]:
    return [f"{REF_PREFIX}{pk}" for pk in ids]
