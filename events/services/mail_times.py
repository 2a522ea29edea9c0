"""When planned mails are due: so many days from a day of the event, at a local wall time, whatever the clocks do."""

import datetime as dt

from django.utils import timezone

from core.clock import db_now
from core.dates import local_date
from events.models import Event, MailPlan

Kind, State, Anchor, Audience = MailPlan.Kind, MailPlan.State, MailPlan.Anchor, MailPlan.Audience

# Every event's usual mails: kind, audience, anchor, days from its day, local wall time.
DEFAULT_PLANS = (
    (Kind.ANSWER_REMINDER, Audience.OPEN, Anchor.ANSWER_BY, -3, dt.time(9, 0)),
    (Kind.REMINDER, Audience.PLACE, Anchor.START, -7, dt.time(9, 0)),
    (Kind.REMINDER, Audience.PLACE, Anchor.START, -1, dt.time(9, 0)),
    (Kind.THANKS, Audience.PLACE, Anchor.END, 1, dt.time(10, 0)),
)


def add_default_plans(event: Event) -> None:
    """Give a new event its usual mails; what the event does not say yet (a deadline) leaves them without a time."""
    MailPlan.objects.bulk_create(
        MailPlan(event=event, kind=kind, audience=audience, anchor=anchor, offset_days=days, at_time=at_time)
        for kind, audience, anchor, days, at_time in DEFAULT_PLANS
    )


def anchor_mark(plan: MailPlan, event: Event) -> str:
    """Return what the plan's day is counted from, as a text that changes when it is moved; empty if unknown.

    Part of every mail's key, so that a moved event reminds anew and mails queued for the old time die.
    """
    match plan.anchor:
        case Anchor.START:
            return _moment_mark(event.starts_at)
        case Anchor.END:
            return _moment_mark(event.ends_at or event.starts_at)
        case Anchor.ANSWER_BY:
            return f"{event.answer_by:%Y%m%d}" if event.answer_by else ""
        case _:
            return f"{plan.fixed_on:%Y%m%d}" if plan.fixed_on else ""


def anchor_day(plan: MailPlan, event: Event) -> dt.date | None:
    """Return the German calendar day the plan counts from, None if the event does not say."""
    match plan.anchor:
        case Anchor.START:
            moment = event.starts_at
        case Anchor.END:
            moment = event.ends_at or event.starts_at
        case Anchor.ANSWER_BY:
            return event.answer_by
        case _:
            return plan.fixed_on
    return local_date(moment) if moment else None


def due_at(plan: MailPlan, event: Event) -> dt.datetime | None:
    """Return when the plan is due, None while the event lacks the day it counts from.

    A wall time that summer time skips is taken an hour later, one that comes twice the first time.
    """
    day = anchor_day(plan, event)
    if day is None:
        return None
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=plan.offset_days), plan.at_time))


def when_words(plan: MailPlan) -> str:
    """Return how the plan's time is counted: "7 Tage vor dem Beginn", "am Tag nach dem Ende"."""
    noun = {Anchor.START: "dem Beginn", Anchor.END: "dem Ende", Anchor.ANSWER_BY: "der Frist für Antworten"}
    if plan.anchor == Anchor.FIXED:
        return "an einem festen Tag"
    if plan.offset_days == 0:
        return {
            Anchor.START: "am Tag des Treffens",
            Anchor.END: "am letzten Tag des Treffens",
            Anchor.ANSWER_BY: "am letzten Tag der Frist",
        }[Anchor(plan.anchor)]
    days = "am Tag" if abs(plan.offset_days) == 1 else f"{abs(plan.offset_days)} Tage"
    return f"{days} {'vor' if plan.offset_days < 0 else 'nach'} {noun[Anchor(plan.anchor)]}"


def redate_plans(event: Event) -> None:
    """Let the usual mails that went out, or came too late, for a day that has moved be due again for the new one.

    Only what is still to come: an event moved by half an hour reminds nobody twice of the same day. Call it after
    saving an event. The organisers' own notices are never repeated: what they said may no longer hold.
    """
    now = db_now()
    settled = MailPlan.objects.filter(event=event).exclude(done_for="").exclude(kind=Kind.NOTICE)
    moved = [
        plan.pk
        for plan in settled
        if anchor_mark(plan, event) != plan.done_for and (due := due_at(plan, event)) and due > now
    ]
    MailPlan.objects.filter(pk__in=moved).update(
        state=State.PLANNED, done_at=None, done_count=None, done_for="", reason=""
    )


def _moment_mark(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%MZ}" if moment else ""
