"""Seeing a mail before it is sent."""

from typing import Any

from django.conf import settings

from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, render


class _Ellipsis(dict[str, str]):
    """SECURITY: who looks at a preview must not get the recipient's personal links."""

    def __missing__(self, name: str) -> str:
        return f"{settings.PORTAL_BASE_URL}/…"


def render_preview(purpose: str, ref: str, data: dict[str, Any], to: str, to_name: str = "") -> Rendered:
    """Return the mail as it would leave now, by the code that sends it; personal links are shown as an ellipsis."""
    kind = get_purpose(purpose)
    message = OutboxMessage(purpose=kind.name, ref=ref, data=data, recipient=to, recipient_name=to_name)
    return render(message, kind).with_links(_Ellipsis())
