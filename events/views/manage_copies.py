"""Organisers: an event as the start of the next one, and what to look at afterwards."""

from typing import Any

from django.db import models
from django.urls import reverse

from core.access import Access
from core.views import Detail, Form
from events.copy_check import copy_checks
from events.forms.manage_copies import CopyForm
from events.models import Event
from events.services.copying import copy_event
from events.views.manage_pages import ManagedEventRow, OfManagedEvent


class EventCopy(OfManagedEvent, Form):
    """Ask for title and day, then make the draft."""

    access = Access.EDIT
    form_class = CopyForm
    template_name = "events/manage/event_copy.html"
    success_message = "Kopiert. Der Entwurf ist nur für Ihr Team zu sehen. Gehen Sie jetzt die Prüfliste durch."

    def get_initial(self) -> dict[str, Any]:
        """Begin with the old title."""
        return {"title": self.event.title}

    def perform(self, form: CopyForm) -> Event:
        """Make the draft."""
        return copy_event(actor=self.request.user, event=self.event, **form.cleaned_data)

    def get_success_url(self) -> str:
        """What was kept, and what to look at."""
        return reverse("events:event-checklist", args=[self.object.slug])


class EventChecklist(ManagedEventRow, Detail):
    """What a copy kept and what somebody should look at; for any event that is a copy, as long as it exists."""

    access = Access.VIEW
    template_name = "events/manage/event_checklist.html"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Copies only, with the event they come from."""
        return super().refine_queryset(queryset).filter(copied_from__isnull=False).select_related("copied_from")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Compute the lines as things stand now."""
        checks = copy_checks(self.object, self.request.user)
        return super().get_context_data(checks=checks, open_count=sum(bool(each.looks) for each in checks), **kwargs)
