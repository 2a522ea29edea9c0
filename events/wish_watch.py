"""Which meetings have changes asked for after the freeze date that nobody has decided yet."""

from typing import Any

from django.db.models import Count, Min, Q

from core.access import Actor
from events.models import ChangeRequest, ManagedEvent


def events_with_wishes(user: Actor) -> list[Any]:
    """Return the user's coming events with open wishes, whoever has waited longest first; one query.

    Each carries `open_wishes`, how many, and `asked_since`, when the first of them was asked.
    """
    is_open = Q(change_requests__state=ChangeRequest.State.OPEN)
    events = ManagedEvent.objects.visible_to(user).upcoming().filter(is_open)
    counted = events.annotate(
        open_wishes=Count("change_requests", filter=is_open, distinct=True),
        asked_since=Min("change_requests__created_at", filter=is_open),
    )
    return list(counted.order_by("asked_since", "pk"))
