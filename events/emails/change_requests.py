"""The mail that says why a change asked for after the freeze date is not possible."""

from typing import Any

from events.emails.purposes import BeforeEventMail
from events.models import ChangeRequest
from mailing.models import OutboxMessage
from mailing.services.outbox import queue


class ChangeDeclinedMail(BeforeEventMail):
    """To somebody whose wish was declined: the reason, and that everything stays as it was."""

    name = "events.change_declined"
    template = "emails/events/change_declined"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add the organisers' words."""
        request = ChangeRequest.objects.filter(pk=message.data["request"]).first()
        return super().context(message) | {"words": request.reason if request else ""}

    def why(self, message: OutboxMessage) -> str:
        """Say what it answers."""
        return "Sie haben die Gastgeber um eine Änderung Ihrer Anmeldung gebeten."


def queue_change_declined(request: ChangeRequest) -> None:
    """Queue the answer to a wish that was declined; once for each wish."""
    person = request.registration
    queue(
        purpose=ChangeDeclinedMail.name,
        to=person.email,
        to_name=person.name,
        ref=person.ref,
        dedup_key=f"change-declined:{request.pk}",
        data={"request": request.pk},
        topic=f"{request.event.scope}:registration",
        scope=request.event.scope,
    )
