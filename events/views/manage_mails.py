"""Organisers: the mail schedule, a preview of what is planned, and the hand on it."""

from typing import Any

from django.db import models
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from core.access import Access
from core.clock import db_now
from core.dates import BERLIN
from core.views import Action, Detail, Page
from events.emails import ReminderMail
from events.mail_schedule import PlannedMail, failed_messages, failures, planned_mails, sendings
from events.models import MailPlan, Registration
from events.services import mail_plans
from events.views.mail_html import mail_html_response
from events.views.manage_pages import OfManagedEvent
from mailing.rendering import Rendered
from mailing.services.preview import render_preview

SHOWN_FAILURES = 50
SHOWN_PEOPLE = 500


class MailList(OfManagedEvent, Page):
    """What has gone and what will go, to whom, when and why."""

    access = Access.VIEW
    template_name = "events/manage/mail_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Gather both sides of now."""
        event = self.event
        now = timezone.localtime(db_now(), BERLIN)
        future, dropped = _split(planned_mails(event), is_cancelled=event.is_cancelled, now=now)
        return super().get_context_data(
            now=now,
            sendings=sendings(event),
            failures=failures(event, SHOWN_FAILURES),
            failed_count=failed_messages(event).count(),
            planned=future,
            dropped=dropped,
            **kwargs,
        )


def _split(mails: list[PlannedMail], *, is_cancelled: bool, now: Any) -> tuple[list[PlannedMail], list[PlannedMail]]:
    """Return what can still go, and what never will: its time is over or the event is called off."""
    future = [mail for mail in mails if not is_cancelled and (mail.due_at is None or mail.due_at > now)]
    return future, [mail for mail in mails if mail not in future]


class PlanPreview(OfManagedEvent, Detail):
    """A planned mail as a chosen recipient would get it now, drawn by the code that sends it."""

    model = MailPlan
    access = Access.VIEW
    template_name = "events/manage/mail_preview.html"
    context_object_name = "plan"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join the event for the mail's own text."""
        return queryset.select_related("event__owner")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Render for the chosen person, else for the first."""
        people = list(mail_plans.audience(self.object, self.event).order_by("sort_key", "pk")[:SHOWN_PEOPLE])
        person = self._chosen(people)
        mail = render_plan(self.object, person) if person else None
        due = mail_plans.due_at(self.object, self.event)
        return super().get_context_data(people=people, person=person, mail=mail, due_at=due, **kwargs)

    def _chosen(self, people: list[Registration]) -> Registration | None:
        wished = self.request.GET.get("person", "")
        return next((each for each in people if str(each.pk) == wished), people[0] if people else None)


class PlanPreviewHtml(PlanPreview):
    """The HTML part alone, shut off from everything."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show the mail's own page."""
        if context["mail"] is None:
            raise Http404
        return mail_html_response(context["mail"].html)


def render_plan(plan: MailPlan, person: Registration) -> Rendered:
    """Return the plan's mail for one person, as it would leave now."""
    data = {"plan": plan.pk, "start": ""}
    return render_preview(ReminderMail.name, person.ref, data, person.email, person.name)


class _PlanAction(OfManagedEvent, Action):
    """One POST on a planned mail."""

    model = MailPlan
    access = Access.EDIT

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join the event, which the service locks."""
        return queryset.select_related("event")

    def get_success_url(self) -> str:
        """Back to the schedule."""
        return reverse("events:mail-list", args=[self.event.slug])


class PlanHold(_PlanAction):
    """Stop a planned mail until it is released."""

    success_message = "Angehalten. Die Mail geht erst hinaus, wenn jemand sie freigibt."

    def perform(self, obj: MailPlan) -> MailPlan:
        """Hold it, and say who did."""
        return mail_plans.hold_plan(actor=self.request.user, plan=obj, reason=f"Angehalten von {self.request.user}.")


class PlanRelease(_PlanAction):
    """Let a held or skipped mail go at its time."""

    success_message = "Freigegeben. Die Mail geht zu ihrer Zeit hinaus."

    def perform(self, obj: MailPlan) -> MailPlan:
        """Release it."""
        return mail_plans.release_plan(actor=self.request.user, plan=obj)


class PlanSkip(_PlanAction):
    """Leave a planned mail out for everybody."""

    success_message = "Ausgelassen. Niemand bekommt diese Mail."

    def perform(self, obj: MailPlan) -> MailPlan:
        """Skip it, and say who did."""
        return mail_plans.skip_plan(actor=self.request.user, plan=obj, reason=f"Ausgelassen von {self.request.user}.")
