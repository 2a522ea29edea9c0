"""Organisers: their events, planning a new one, the overview, publishing, the log."""

import datetime as dt
from typing import Any

from django.db import models
from django.http import Http404
from django.utils import timezone

from core.access import Access
from core.clock import db_now
from core.dates import BERLIN
from core.exceptions import DomainError
from core.views import Action, Create, Detail, List
from events.change_notes import asked_again, notes_of
from events.dates import day_hints
from events.figures import PoolLine, pool_lines
from events.filters.manage import ManagedEventFilter
from events.forms.manage_events import TEMPLATE, NewEventForm
from events.mail_schedule import PlannedMail, failed_messages, planned_mails
from events.models import Event, ManagedEvent
from events.next_steps import Progress, missing_words, next_steps
from events.querysets import possible_owners
from events.services import planning
from events.views.manage_pages import ManagedEventRow

NEXT_MAILS = 3


class EventList(List):
    """The user's own events that are still to come."""

    model = ManagedEvent
    access = Access.VIEW
    template_name = "events/manage/event_list.html"
    context_object_name = "events"
    filterset_class = ManagedEventFilter
    is_past = False

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Add figures, and what a draft still lacks."""
        rows = queryset.past() if self.is_past else queryset.not_over()
        return rows.for_pages(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which tab this is and whether the user may plan."""
        context = super().get_context_data(**kwargs)
        user = self.request.user
        for event in context["events"]:
            event.missing = missing_words(event, event.item_count) if event.visibility == Event.Visibility.DRAFT else []
        may_plan = user.is_centre_staff or possible_owners(user).exists()
        return context | {"is_past": self.is_past, "may_plan": may_plan}


class PastEventList(EventList):
    """The user's own events that are over."""

    is_past = True


class EventCreate(Create):
    """Plan an event, from a template or from nothing."""

    model = ManagedEvent
    access = Access.EDIT
    form_class = NewEventForm
    template_name = "events/manage/event_create.html"
    success_message = "Angelegt. Der Entwurf ist nur für Ihr Team zu sehen."

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the names in which the user may invite; whoever has none finds no such page."""
        user = self.request.user
        owners = possible_owners(user)
        if not user.is_centre_staff and not owners.exists():
            raise Http404
        return super().get_form_kwargs() | {"owners": owners, "for_centre": user.is_centre_staff}

    def perform(self, form: NewEventForm) -> Event:
        """Create the draft."""
        return planning.create_event(
            actor=self.request.user,
            owner=form.inviting_verbund,
            fields=form.event_fields,
            capacities=form.capacities,
            with_template=form.cleaned_data["start"] == TEMPLATE,
        )

    def get_success_url(self) -> str:
        """The overview says what comes next."""
        return self.object.get_manage_url()


class EventOverview(ManagedEventRow, Detail):
    """Figures, what to do next, the next mails, visibility."""

    access = Access.VIEW
    template_name = "events/manage/event_detail.html"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Count how far the preparation has come."""
        return super().refine_queryset(queryset).with_progress()  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather the state of the preparation."""
        event, now = self.object, timezone.localtime(db_now(), BERLIN)
        pools, again = pool_lines(event), asked_again(event)
        steps = next_steps(event, self._progress(event, pools), now)
        return super().get_context_data(
            pools=pools,
            steps=steps,
            next_mails=self._next_mails(event, now),
            is_over=event.is_over(now),
            notes=notes_of(event.changes.select_related("actor"), with_cancellation=True),
            again=again,
            hints=day_hints(event.starts_on, event.states, event.ends_at),
            **kwargs,
        )

    def _progress(self, event: Event, pools: list[PoolLine]) -> Progress:
        return Progress(
            items=event.item_count,
            rounds=event.round_count,
            noted=event.noted_count,
            failed_mails=failed_messages(event).count(),
            wishes=event.wish_count,
            overbooked=tuple(pool.overbooked_words for pool in pools if pool.is_overbooked),
        )

    def _next_mails(self, event: Event, now: dt.datetime) -> list[PlannedMail]:
        if event.is_cancelled:
            return []
        return [mail for mail in planned_mails(event) if mail.due_at and mail.due_at > now][:NEXT_MAILS]


class EventPublish(Action):
    """Who may see the event: nobody, whoever has the link, everybody."""

    model = ManagedEvent
    access = Access.EDIT
    success_message = "Gespeichert. Die neue Sichtbarkeit gilt ab sofort."

    def perform(self, obj: Event) -> Event:
        """Set the visibility that was chosen."""
        wished = self.request.POST.get("visibility", "")
        if wished not in Event.Visibility.values:
            raise DomainError("Wählen Sie, wer das Treffen sehen darf.")
        return planning.set_visibility(actor=self.request.user, event=obj, visibility=wished)
