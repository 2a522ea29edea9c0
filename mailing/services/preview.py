"""Seeing a mail before it is sent."""

from typing import Any

from django.conf import settings

from mailing.models import OutboxMessage
from mailing.purposes import all_purposes, get_purpose
from mailing.rendering import Rendered, render, stored


class _Ellipsis(dict[str, str]):
    """SECURITY: who looks at a preview must not get the recipient's personal links."""

    def __missing__(self, name: str) -> str:
        return f"{settings.PORTAL_BASE_URL}/…"


def render_preview(purpose: str, ref: str, data: dict[str, Any], to: str, to_name: str = "") -> Rendered:
    """Return the mail as it would leave now, by the code that sends it; personal links are shown as an ellipsis."""
    kind = get_purpose(purpose)
    message = OutboxMessage(purpose=kind.name, ref=ref, data=data, recipient=to, recipient_name=to_name)
    return render(message, kind).with_links(_Ellipsis())


def show_message(message: OutboxMessage) -> Rendered | None:
    """Return a mail of the outbox as it was sent, or as it would be sent now; personal links are shown as an ellipsis.

    None when its content was deleted, when it will not be sent because it is no longer true, and always for mails whose
    body is a key.
    """
    purpose = all_purposes().get(message.purpose)
    if purpose is None or purpose.is_sensitive or message.body_deleted_at:
        return None
    if message.rendered_at:
        return stored(message).with_links(_Ellipsis())
    is_waiting = message.state in (OutboxMessage.State.QUEUED, OutboxMessage.State.LEASED, OutboxMessage.State.HELD)
    if not is_waiting or purpose.is_obsolete(message):
        return None
    return render(message, purpose).with_links(_Ellipsis())
