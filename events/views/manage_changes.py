"""Organisers: changing an event and calling it off, with a look at the mails before anything is saved."""

from copy import copy
from typing import Any

from django.urls import reverse

from core.access import Access
from core.views import Form, Update
from events.dates import clock_shift, day_hints, shift_words
from events.emails import RegistrationMail
from events.forms.manage_changes import CancelForm
from events.forms.manage_events import EventForm
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
        hour = [words] if (words := self._hour_words(form)) else []
        day, end, states = (form.cleaned_data[name] for name in ("starts_on", "ends_at", "states"))
        known = day_hints(self.object.starts_on, states, self.object.ends_at)
        new = [hint for hint in day_hints(day, states, end) if hint not in known]
        is_moved = day != self.object.starts_on and self.object.item_count
        along = ["Das Programm verschiebt sich um ebenso viele Tage."] if is_moved else []
        return [*new, *along, *hour]

    def asked_again(self, form: EventForm) -> list[str]:
        """Where the hour moves, whether the programme moves along can still be decided."""
        return ["moves_programme"] if self._hour_words(form) else []

    def _hour_words(self, form: EventForm) -> str:
        """Say what becomes of the programme's times, if the beginning moves to another hour."""
        minutes = clock_shift(self.object.starts_at, form.cleaned_data["starts_at"])
        if not minutes or "moves_programme" not in form.fields:
            return ""
        if form.cleaned_data.get("moves_programme", False):
            return f"Die Uhrzeiten des Programms verschieben sich {shift_words(minutes)}."
        return "Das Programm behält seine Uhrzeiten."

    def act(self, form: EventForm, notice: Notice | None) -> EventChange | None:
        """Save; the service refuses what would break a promise."""
        saved = update_event(
            actor=self.request.user,
            event=self.object,
            version=form.cleaned_data["version"],
            fields=form.event_fields,
            capacities=form.capacities,
            moves_programme=form.cleaned_data.get("moves_programme", False),
            notice=notice,
        )
        self.done_words = f"Gespeichert. {self._hour_words(form)}".strip()
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
