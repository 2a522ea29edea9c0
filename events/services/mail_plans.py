"""The sweep that turns due plans into outbox rows, and the organisers' hand on them."""

import datetime as dt
from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from core.clock import db_now
from core.dates import local_date
from core.exceptions import Busy, DomainError, Gone
from core.journal import journal
from events.emails import planned_mail, queue_planned
from events.models import Event, MailPlan, MailPlanSkip, Registration
from events.services.mail_times import anchor_mark, due_at
from events.services.places import lock_event

State = MailPlan.State
# Plans of events longer ago are no longer looked at: nothing may be planned more than LATEST_DAYS after an event.
SWEPT_DAYS = 60
TOO_LATE = "Der Zeitpunkt war schon vorbei."


def sweep_mail_plans() -> int:
    """Send every due plan of events that still take place; return how many mails were queued. Safe to run twice."""
    now = db_now()
    since = local_date(now) - dt.timedelta(days=SWEPT_DAYS)
    plans = (
        MailPlan.objects.filter(state=State.PLANNED, event__cancelled_at__isnull=True)
        .filter(Q(event__starts_on__gte=since) | Q(event__ends_at__date__gte=since))
        .exclude(event__visibility=Event.Visibility.DRAFT)
    )
    queued = 0
    for plan in plans.select_related("event").order_by("pk"):
        due = due_at(plan, plan.event)
        if due is not None and due <= now:
            try:
                queued += _run(plan, now)
            except (Busy, Gone, MailPlan.DoesNotExist):
                # Somebody is changing the event or has deleted what was due; the next sweep sees what has become of it.
                continue
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
def send_plan_now(*, actor: AbstractBaseUser, plan: MailPlan) -> int:
    """Queue a plan's mails at once, by day or night, to whoever would get them now; return how many.

    Afterwards the plan is done. Whoever got this plan's mail for the same day before gets none. Raises DomainError when
    it is pointless, done or nobody is left.
    """
    event = lock_event(plan.event)
    plan = _locked(plan, event)
    _refuse_unless(plan, (State.PLANNED, State.HELD, State.SKIPPED))
    now = db_now()
    obstacle = obstacle_of(plan, now)
    if obstacle:
        raise DomainError(f"{obstacle} Es wurde nichts gesendet.")
    mail = planned_mail(plan.kind)
    people = mail.people(plan, now)
    if not people.exists():
        raise DomainError("Diese Mail bekäme zurzeit niemand. Es wurde nichts gesendet.")
    count = queue_planned(people, plan, now=now, is_automatic=False)
    _note_done(plan, State.DONE, now, count=count, reason=f"Sofort gesendet von {actor}.")
    journal(scope=event.scope, obj=plan, action=f"{plan}: sofort gesendet", actor=actor, changes={"people": [0, count]})
    return count


def obstacle_of(plan: MailPlan, now: dt.datetime) -> str:
    """Return why a plan can go to nobody now, or an empty string; `plan.event` must be joined."""
    if plan.event.is_cancelled:
        return "Das Treffen ist abgesagt."
    if plan.event.visibility == Event.Visibility.DRAFT:
        return "Das Treffen ist noch ein Entwurf."
    return planned_mail(plan.kind).obstacle(plan, now)


@transaction.atomic
def skip_person(*, actor: User, plan: MailPlan, registration: Registration) -> None:
    """Leave one person out of a mail that has not been sent yet. Doing it twice changes nothing."""
    event = lock_event(plan.event)
    plan = _locked(plan, event)
    _refuse_unless(plan, (State.PLANNED, State.HELD))
    _, is_new = MailPlanSkip.objects.get_or_create(
        plan=plan, registration=registration, defaults={"by": actor, "at": db_now()}
    )
    if is_new:
        journal(scope=event.scope, obj=registration, action=f"{plan}: ausgelassen", actor=actor)


@transaction.atomic
def unskip_person(*, actor: AbstractBaseUser, plan: MailPlan, registration: Registration) -> None:
    """Let one person have the mail after all."""
    event = lock_event(plan.event)
    plan = _locked(plan, event)
    _refuse_unless(plan, (State.PLANNED, State.HELD))
    gone, _ = MailPlanSkip.objects.filter(plan=plan, registration=registration).delete()
    if gone:
        journal(scope=event.scope, obj=registration, action=f"{plan}: doch nicht ausgelassen", actor=actor)


@transaction.atomic
def _run(plan: MailPlan, now: dt.datetime) -> int:
    # RACE: whoever is moving the event holds this lock; a plan done for the old day would not be due again for the new.
    event = lock_event(plan.event)
    plan = _locked(plan, event)
    if plan.state != State.PLANNED or event.is_cancelled:
        return 0
    due = due_at(plan, plan.event)
    if due is None or due > now:
        return 0
    mail = planned_mail(plan.kind)
    obstacle = mail.obstacle(plan, now) or (TOO_LATE if due < now - mail.patience else "")
    if obstacle:
        _note_done(plan, State.SKIPPED, None, count=None, reason=obstacle)
        return 0
    count = queue_planned(mail.people(plan, due), plan, now=now)
    _note_done(plan, State.DONE, now, count=count, reason="")
    return count


def _note_done(plan: MailPlan, state: str, at: dt.datetime | None, *, count: int | None, reason: str) -> None:
    plan.state, plan.reason, plan.done_at, plan.done_count = state, reason, at, count
    plan.done_for = anchor_mark(plan, plan.event)
    plan.version += 1
    plan.save(update_fields=["state", "reason", "done_at", "done_count", "done_for", "version"])


def _switch(actor: AbstractBaseUser, plan: MailPlan, allowed: Collection[str], state: str, reason: str) -> MailPlan:
    event = lock_event(plan.event)
    plan = _locked(plan, event)
    _refuse_unless(plan, allowed)
    plan.state, plan.reason, plan.done_for = state, reason, ""
    plan.version += 1
    plan.save(update_fields=["state", "reason", "done_for", "version"])
    journal(scope=event.scope, obj=plan, action=f"{plan}: {plan.get_state_display()}", actor=actor, reason=reason)
    return plan


def _locked(plan: MailPlan, event: Event) -> MailPlan:
    """Return the plan's row locked, with its locked event joined."""
    plan = MailPlan.objects.select_for_update().get(pk=plan.pk)
    plan.event = event
    return plan


def _refuse_unless(plan: MailPlan, allowed: Collection[str]) -> None:
    if plan.state not in allowed:
        raise DomainError(f"Diese Mail ist schon „{plan.get_state_display()}“. Es wurde nichts geändert.")
