"""Organisers: one planned mail – its recipients, its preview, its time and words, and the hand on it."""

from copy import copy
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from core.access import Access
from core.clock import db_now
from core.dates import BERLIN
from core.numbers import format_number
from core.views import Action, Create, Delete, Detail, Update
from events.emails import planned_mail
from events.forms.manage_mails import NoticeForm, PlanTimeForm
from events.mail_audiences import rule_of
from events.mail_schedule import audience_of, planned_mail_of, recipients_of
from events.mail_schedule.planned import counted_at
from events.models import MailPlan, Registration
from events.services import mail_notices, mail_plans
from events.views.mail_html import mail_html_response
from events.views.manage_pages import OfManagedEvent
from mailing.calendar_facts import calendar_facts
from mailing.rendering import Rendered
from mailing.services.delivery import in_quiet_hours
from mailing.services.preview import render_preview

SHOWN_PEOPLE = 500
PEOPLE_PER_PAGE = 50


class OfPlan(OfManagedEvent):
    """A page about one planned mail of the event."""

    model = MailPlan
    context_object_name = "plan"

    def refine_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Join the event for the mail's own text."""
        return queryset.select_related("event__owner")

    def get_success_url(self) -> str:
        """Back to the schedule."""
        return reverse("events:mail-list", args=[self.event.slug])


class PlanPreview(OfPlan, Detail):
    """A planned mail as a chosen recipient would get it now, drawn by the code that sends it."""

    access = Access.VIEW
    template_name = "events/manage/mail_preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Render for the chosen person, else for the first."""
        plan = self.object
        found = planned_mail(plan.kind).people(plan, counted_at(plan, db_now()))
        people = list(found.order_by("sort_key", "pk")[:SHOWN_PEOPLE])
        wished = self.request.GET.get("person", "")
        chosen = found.filter(pk=wished).first() if wished.isdecimal() else None
        person = chosen or next(iter(people), None)
        if chosen and chosen not in people:
            people.append(chosen)
        mail = render_plan(plan, person) if person else None
        return super().get_context_data(
            people=people,
            person=person,
            is_other=bool(wished) and chosen is None,
            mail=mail,
            why=rule_of(plan).is_so,
            who=rule_of(plan).who,
            entry=calendar_facts(mail.calendar) if mail and mail.calendar else (),
            planned=planned_mail_of(plan, self.event),
            **kwargs,
        )


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
    return render_preview(planned_mail(plan.kind).name, person.ref, data, person.email, person.name)


class PlanRecipients(OfPlan, Detail):
    """Everybody the planned mail is about: who gets it, who does not, and why."""

    access = Access.VIEW
    template_name = "events/manage/plan_recipients.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of people."""
        people = audience_of(self.object, counted_at(self.object, db_now()))
        page = Paginator(people, PEOPLE_PER_PAGE).get_page(self.request.GET.get("seite"))
        return super().get_context_data(
            planned=planned_mail_of(self.object, self.event),
            page_obj=page,
            recipients=recipients_of(self.object, page),
            **kwargs,
        )


class _PlanAction(OfPlan, Action):
    """One POST on a planned mail."""

    access = Access.EDIT


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


class PlanSend(_PlanAction):
    """Send a planned mail at once: the page asks first and says to how many, and that it is night."""

    template_name = "events/manage/plan_send.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count whom it would reach now."""
        plan, now = self.object, db_now()
        people = planned_mail(plan.kind).people(plan, now)
        obstacle = mail_plans.obstacle_of(plan, now)
        is_night = in_quiet_hours(timezone.localtime(now, BERLIN).time())
        return super().get_context_data(count=people.count(), obstacle=obstacle, is_night=is_night, **kwargs)

    def perform(self, obj: MailPlan) -> int:
        """Send it, and say to how many."""
        count = mail_plans.send_plan_now(actor=self.request.user, plan=obj)
        words = "Eine Mail ist" if count == 1 else f"{format_number(count)} Mails sind"
        self.success_message = f"{words} auf dem Weg und verlassen das Portal in den nächsten Minuten."
        return count


class PlanCreate(OfManagedEvent, Create):
    """Plan an own mail."""

    model = MailPlan
    access = Access.EDIT
    form_class = NoticeForm
    template_name = "events/manage/plan_form.html"
    success_message = "Geplant. Prüfen Sie hier, wie die Mail aussieht."

    def perform(self, form: NoticeForm) -> MailPlan:
        """Put it into the schedule."""
        return mail_notices.add_notice(actor=self.request.user, event=self.event, words=form.words, time=form.time)

    def get_success_url(self) -> str:
        """Show what will be sent."""
        return reverse("events:mail-preview", args=[self.event.slug, self.object.pk])


class PlanUpdate(OfPlan, Update):
    """Change the time of a planned mail; of an own one also audience and words."""

    access = Access.EDIT
    template_name = "events/manage/plan_form.html"
    success_message = "Gespeichert."

    def get_form_class(self) -> type[PlanTimeForm]:
        """The usual mails have their own words."""
        return NoticeForm if self.object.is_notice else PlanTimeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form write into a copy, so that the page keeps the stored words."""
        return super().get_form_kwargs() | {"instance": copy(self.object)}

    def perform(self, form: PlanTimeForm) -> MailPlan:
        """Save it."""
        return mail_notices.update_plan(
            actor=self.request.user,
            plan=self.object,
            version=form.cleaned_data["version"],
            time=form.time,
            words=form.words,
        )

    def get_success_url(self) -> str:
        """Show what will be sent."""
        return reverse("events:mail-preview", args=[self.event.slug, self.object.pk])


class PlanDelete(OfPlan, Delete):
    """Take an own mail out of the schedule."""

    access = Access.EDIT
    template_name = "events/manage/plan_delete.html"
    success_message = "Gelöscht. Die Mail geht nicht hinaus."

    def perform(self, obj: MailPlan) -> None:
        """Delete it."""
        mail_notices.delete_notice(actor=self.request.user, plan=obj)


class _PersonAction(_PlanAction):
    """One POST on one person's share in a planned mail."""

    def get_success_url(self) -> str:
        """Back to the list of people, the same page of it."""
        page = self.request.POST.get("seite", "")
        query = f"?seite={page}" if page.isdecimal() else ""
        return reverse("events:plan-recipients", args=[self.event.slug, self.kwargs["pk"]]) + query

    def person(self) -> Registration:
        """Return the person, who must be on this event's list."""
        return get_object_or_404(Registration, pk=self.kwargs["person"], event=self.event)


class PersonSkip(_PersonAction):
    """Leave one person out."""

    success_message = "Ausgelassen. Diese Person bekommt die Mail nicht."

    def perform(self, obj: MailPlan) -> None:
        """Leave out."""
        mail_plans.skip_person(actor=self.request.user, plan=obj, registration=self.person())


class PersonUnskip(_PersonAction):
    """Let one person have the mail after all."""

    success_message = "Zurückgenommen. Diese Person bekommt die Mail."

    def perform(self, obj: MailPlan) -> None:
        """Take back."""
        mail_plans.unskip_person(actor=self.request.user, plan=obj, registration=self.person())
