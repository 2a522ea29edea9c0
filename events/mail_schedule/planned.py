"""What will go: each planned mail with its time, its recipients as of now, the reason, and what can be done."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from core.clock import db_now
from events.emails import planned_mail
from events.mail_audiences import rule_of
from events.models import Event, MailPlan, Registration
from events.services.mail_plans import obstacle_of
from events.services.mail_times import due_at, when_words

State = MailPlan.State


@dataclass(frozen=True)
class PlannedMail:
    """A mail that has not been sent. `obstacle`: why it is pointless for everybody now, if it is."""

    plan: MailPlan
    due_at: dt.datetime | None
    recipients: int
    obstacle: str
    is_past: bool

    @property
    def when(self) -> str:
        """How its time is counted: 7 Tage vor dem Beginn."""
        return when_words(self.plan)

    @property
    def why(self) -> str:
        """Who gets it, as a sentence."""
        fresh = planned_mail(self.plan.kind).fresh_words
        return " ".join(part for part in (rule_of(self.plan).who, fresh) if part) + "."

    @property
    def about(self) -> str:
        """Which of several plans of one kind this is, for screen readers."""
        return f"{self.plan}, {self.when}"

    @property
    def badge(self) -> tuple[str, str, str]:
        """Label, kind and icon."""
        return {
            State.PLANNED: ("Geplant", "line", "clock"),
            State.HELD: ("Angehalten", "warm", "pause"),
            State.SKIPPED: ("Ausgelassen", "", "skip"),
            State.DONE: ("Gesendet", "good", "check"),
        }[State(self.plan.state)]

    @property
    def may_hold(self) -> bool:
        """Whether it can be stopped."""
        return self.plan.state == State.PLANNED and not self.is_past

    @property
    def may_skip(self) -> bool:
        """Whether it can be left out for everybody."""
        return self.plan.state in (State.PLANNED, State.HELD)

    @property
    def may_release(self) -> bool:
        """Whether it can be let go at its time, which must not be over."""
        return self.plan.state in (State.HELD, State.SKIPPED) and not self.is_past

    @property
    def may_send(self) -> bool:
        """Whether it can be sent at once."""
        return not self.obstacle and self.recipients > 0 and self.plan.state != State.DONE

    @property
    def may_change(self) -> bool:
        """Whether its time, and for notices its words, can still be changed."""
        return self.plan.state != State.DONE


def planned_mails(event: Event) -> list[PlannedMail]:
    """Return the plans that have not been sent, in order of time; two queries, however many there are."""
    plans = list(MailPlan.objects.filter(event=event).exclude(state=State.DONE))
    mails = _with_recipients(plans, event)
    return sorted(mails, key=lambda mail: (mail.due_at is None, mail.due_at or event.created_at, mail.plan.pk))


def planned_mail_of(plan: MailPlan, event: Event) -> PlannedMail:
    """Return one plan, whatever its state."""
    return _with_recipients([plan], event)[0]


def counted_at(plan: MailPlan, now: dt.datetime) -> dt.datetime:
    """Return the time for which a plan's recipients are counted: when it is due, or now if that is past or unknown."""
    due = due_at(plan, plan.event)
    return max(due, now) if due else now


def _with_recipients(plans: Collection[MailPlan], event: Event) -> list[PlannedMail]:
    now = db_now()
    for plan in plans:
        plan.event = event
    counts = {
        f"plan_{plan.pk}": Count("pk", filter=planned_mail(plan.kind).condition(plan, counted_at(plan, now)))
        for plan in plans
    }
    found = Registration.objects.filter(event=event).proven().aggregate(**counts) if counts else {}
    return [_planned(plan, found[f"plan_{plan.pk}"], now) for plan in plans]


def _planned(plan: MailPlan, recipients: int, now: dt.datetime) -> PlannedMail:
    due = due_at(plan, plan.event)
    return PlannedMail(plan, due, recipients, obstacle_of(plan, now), is_past=due is not None and due <= now)
