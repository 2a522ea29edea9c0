"""The sweep that turns due plans into outbox rows, and the organisers' hand on them."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from events import emails
from events.models import Event, MailPlan, Registration
from events.querysets import RegistrationQuerySet
from events.services.places import lock_event

State = MailPlan.State
# A reminder later than this is dropped instead of being sent after the fact (RELIABILITY B6, F20).
LATEST = dt.timedelta(hours=24)
# Whoever registered shortly before needs no reminder of it.
FRESH = dt.timedelta(hours=24)


def due_at(plan: MailPlan, event: Event) -> dt.datetime | None:
    """Return when the plan is due: so many days before, at that local wall time, also across a change of clocks."""
    if event.starts_at is None:
        return None
    day = timezone.localtime(event.starts_at).date() - dt.timedelta(days=plan.days_before)
    return timezone.make_aware(dt.datetime.combine(day, plan.at_time))


def audience(plan: MailPlan, event: Event) -> RegistrationQuerySet:
    """Return who would get the plan's mail now: people with a place who did not register just before."""
    people = Registration.objects.filter(event=event).proven().with_confirmed_place()
    due = due_at(plan, event)
    return people if due is None else people.exclude(answered_at__gt=due - FRESH)


def sweep_mail_plans() -> int:
    """Send every due plan of events that still take place; return how many mails were queued. Safe to run twice."""
    now = db_now()
    soon = now.date() + dt.timedelta(days=60)
    plans = MailPlan.objects.filter(
        state=State.PLANNED,
        event__cancelled_at__isnull=True,
        event__starts_at__gt=now - LATEST,
        event__starts_on__lte=soon,
    ).exclude(event__visibility=Event.Visibility.DRAFT)
    queued = 0
    for plan in plans.select_related("event"):
        due = due_at(plan, plan.event)
        if due is not None and due <= now:
            queued += _run(plan.pk, now)
    return queued


@transaction.atomic
def hold_plan(*, actor: AbstractBaseUser, plan: MailPlan, reason: str = "") -> MailPlan:
    """Stop a planned mail until somebody releases it."""
    return _switch(actor, plan, (State.PLANNED,), State.HELD, reason)


@transaction.atomic
def release_plan(*, actor: AbstractBaseUser, plan: MailPlan) -> MailPlan:
    """Let a held or skipped mail go at its time; too late for that is dropped by the sweep."""
    return _switch(actor, plan, (State.HELD, State.SKIPPED), State.PLANNED, "")


@transaction.atomic
def skip_plan(*, actor: AbstractBaseUser, plan: MailPlan, reason: str = "") -> MailPlan:
    """Leave a mail out for everybody."""
    return _switch(actor, plan, (State.PLANNED, State.HELD), State.SKIPPED, reason)


@transaction.atomic
def _run(plan_id: int, now: dt.datetime) -> int:
    plan = (
        MailPlan.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("event__owner")
        .filter(pk=plan_id, state=State.PLANNED)
        .first()
    )
    if plan is None:
        return 0
    due = due_at(plan, plan.event)
    if due is None or due > now:
        return 0
    if plan.event.has_started(now) or due < now - LATEST:
        plan.state, plan.reason = State.SKIPPED, "Der Zeitpunkt war schon vorbei."
        plan.save(update_fields=["state", "reason"])
        return 0
    count = emails.queue_reminders(audience(plan, plan.event), plan)
    plan.state, plan.done_at, plan.done_count = State.DONE, now, count
    plan.save(update_fields=["state", "done_at", "done_count"])
    return count


def _switch(actor: AbstractBaseUser, plan: MailPlan, allowed: tuple[str, ...], state: str, reason: str) -> MailPlan:
    event = lock_event(plan.event)
    plan = MailPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.state not in allowed:
        raise DomainError(f"Diese Mail ist schon „{plan.get_state_display()}“. Es wurde nichts geändert.")
    plan.state, plan.reason = state, reason
    plan.save(update_fields=["state", "reason"])
    journal(scope=event.scope, obj=plan, action=f"{plan}: {plan.get_state_display()}", actor=actor, reason=reason)
    return plan
