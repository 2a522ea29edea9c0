"""The freeze date: from then on a change of an answer is a wish to the organisers (docs/decisions/0019)."""

from core.clock import db_now
from core.dates import format_moment
from core.exceptions import DomainError
from events.models import ChangeRequest, Event, Registration

Answer = Registration.Answer


def is_frozen_for(registration: Registration, event: Event) -> bool:
    """Whether this person's change has to be asked for: only who has said yes has something to change."""
    limit = event.changes_until
    return registration.answer == Answer.YES and limit is not None and limit <= db_now()


def refuse_when_frozen(registration: Registration, event: Event, answer: str) -> None:
    """Raise DomainError when this answer would change a settled one directly; cancelling is never held up."""
    if answer == Answer.YES and event.changes_until and is_frozen_for(registration, event):
        raise DomainError(
            f"Änderungen waren bis {format_moment(event.changes_until)} möglich. Senden Sie noch einmal: "
            "Ihre Änderung geht dann als Anfrage an die Gastgeber."
        )


def drop_change_request(registration_id: int) -> None:
    """Forget an open wish of somebody who does not come any more; the event is locked."""
    open_ones = ChangeRequest.objects.filter(registration=registration_id, state=ChangeRequest.State.OPEN)
    open_ones.update(state=ChangeRequest.State.WITHDRAWN, decided_at=db_now())
