"""Organisers: changing an event and calling it off, with a look at the mails before anything is saved."""

from copy import copy
from typing import Any

from django.urls import reverse

from core.access import Access
from core.views import Form, Update
from events.dates import day_hints
from events.emails import RegistrationMail
from events.forms.manage_events import CancelForm, EventForm
from events.models import Event, EventChange
from events.services.cancelling import cancel_event
from events.services.changes import NeedsNotice, Notice, people_told
from events.services.changing import update_event
from events.views.announcing import Announcing
from events.views.manage_pages import ManagedEventRow, OfManagedEvent


class EventUpdate(Announcing, ManagedEventRow, Update):
    """Change an event; a stale form shows both versions, a change people rely on the mails that follow."""

    access = Access.EDIT
    form_class = EventForm
    template_name = "events/manage/event_form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form offer the user's own series; it writes into a copy, so that the page keeps the stored title."""
        return super().get_form_kwargs() | {"instance": copy(self.object), "user": self.request.user}

    def changed_event(self) -> Event:
        """The event of the page."""
        return self.object

    def hints(self, form: EventForm) -> list[str]:
        """Say what is unusual about a new day, and that the programme moves along."""
        day = form.cleaned_data["starts_on"]
        if day == self.object.starts_on:
            return []
        along = ["Das Programm verschiebt sich um ebenso viele Tage."] if self.object.item_count else []
        return [*day_hints(day, form.cleaned_data["states"]), *along]

    def act(self, form: EventForm, notice: Notice | None) -> EventChange | None:
        """Save; the service refuses what would break a promise."""
        saved = update_event(
            actor=self.request.user,
            event=self.object,
            version=form.cleaned_data["version"],
            fields=form.event_fields,
            capacities=form.capacities,
            notice=notice,
        )
        return saved.change

    def get_success_url(self) -> str:
        """Back to the overview."""
        return self.object.get_manage_url()


class EventCancel(Announcing, OfManagedEvent, Form):
    """Call an event off: why, then whom that reaches and what they read, then it happens."""

    access = Access.EDIT
    form_class = CancelForm
    template_name = "events/manage/event_cancel.html"
    check_template = "events/manage/event_cancel_check.html"
    notice_purpose = RegistrationMail.name
    may_ask = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count whom the cancellation is mailed to."""
        return super().get_context_data(told_count=people_told(self.event).count(), **kwargs)

    def changed_event(self) -> Event:
        """The event of the page."""
        return self.event

    def act(self, form: CancelForm, notice: Notice | None) -> EventChange | None:
        """Call it off, once the mails have been looked at."""
        if notice is None:
            raise NeedsNotice
        event = cancel_event(actor=self.request.user, event=self.event, reason=form.cleaned_data["reason"])
        return event.changes.filter(kind=EventChange.Kind.CANCELLED).first()

    def get_success_url(self) -> str:
        """Where the mails can be watched leaving."""
        return reverse("events:mail-list", args=[self.event.slug])
