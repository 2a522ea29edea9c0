"""What all organisers' pages below one event share: how the event is found and what of it is fetched."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from events.models import ManagedEvent


class OfManagedEvent:
    """A page below one event of the user's own side; `event` carries host, figures and `can_edit` in one query."""

    parent_model = ManagedEvent
    parent_field = "event"
    request: HttpRequest
    event: Any

    def refine_parents(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Fetch what the head and the tabs of the page show."""
        return queryset.for_pages(self.request.user)  # type: ignore[attr-defined]


class ManagedEventRow:
    """A page about the event itself."""

    model = ManagedEvent
    context_object_name = "event"
    request: HttpRequest

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Fetch what the head and the tabs of the page show."""
        return queryset.for_pages(self.request.user)  # type: ignore[attr-defined]
