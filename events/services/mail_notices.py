"""The organisers' own mails in the schedule, and the times of the usual ones."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.clock import db_now
from core.dates import format_moment, local_date
from core.exceptions import DomainError, StaleVersion
from core.journal import journal
from events.models import Event, MailPlan
from events.placeholders import unknown_placeholders
from events.services.mail_times import due_at
from events.services.places import lock_event

State, Anchor = MailPlan.State, MailPlan.Anchor
LATEST_DAYS = 30


@dataclass(frozen=True)
class PlanTime:
    """When a mail goes: so many days from the anchor's day, negative before it, or on a fixed day; local wall time."""

    anchor: str
    at_time: dt.time
    offset_days: int = 0
    fixed_on: dt.date | None = None


@dataclass(frozen=True)
class NoticeWords:
    """To whom, and what."""

    audience: str
    subject: str
    text: str


@transaction.atomic
def add_notice(*, actor: AbstractBaseUser, event: Event, words: NoticeWords, time: PlanTime) -> MailPlan:
    """Plan an own mail. Raises DomainError when it could never go out, or holds a placeholder nobody knows."""
    event = lock_event(event)
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt: Es geht nichts mehr hinaus.")
    plan = MailPlan(event=event, kind=MailPlan.Kind.NOTICE)
    _write(plan, words, time)
    plan.save()
    journal(scope=event.scope, obj=plan, action=f"Mail geplant: {plan}", actor=actor)
    return plan


@transaction.atomic
def update_plan(
    *, actor: AbstractBaseUser, plan: MailPlan, version: int, time: PlanTime, words: NoticeWords | None = None
) -> MailPlan:
    """Change the time of a planned mail, and the words of an own one. Raises StaleVersion or DomainError."""
    event = lock_event(plan.event)
    plan = MailPlan.objects.select_for_update().get(pk=plan.pk)
    plan.event = event
    if plan.version != version:
        raise StaleVersion
    if plan.state == State.DONE:
        raise DomainError("Diese Mail ist schon gesendet. Es wurde nichts geändert.")
    before = due_at(plan, event)
    _write(plan, words, time)
    if plan.done_for:
        # It had been too late for the old time.
        plan.state, plan.reason, plan.done_for = State.PLANNED, "", ""
    plan.version += 1
    plan.save()
    after = due_at(plan, event)
    changes = {} if before == after else {"Zeit": [_words(before), _words(after)]}
    journal(scope=event.scope, obj=plan, action=f"Mail geändert: {plan}", actor=actor, changes=changes)
    return plan


@transaction.atomic
def delete_notice(*, actor: AbstractBaseUser, plan: MailPlan) -> None:
    """Take an own mail out of the schedule that has not been sent."""
    event = lock_event(plan.event)
    plan = MailPlan.objects.select_for_update().get(pk=plan.pk)
    if not plan.is_notice:
        raise DomainError("Nur eigene Nachrichten lassen sich löschen. Lassen Sie diese Mail stattdessen aus.")
    if plan.state == State.DONE:
        raise DomainError("Diese Mail ist schon gesendet und bleibt im Fahrplan.")
    journal(scope=event.scope, obj=plan, action=f"Mail gelöscht: {plan}", actor=actor)
    plan.delete()


def _write(plan: MailPlan, words: NoticeWords | None, time: PlanTime) -> None:
    if words is not None and plan.is_notice:
        unknown = unknown_placeholders(f"{words.subject} {words.text}")
        if unknown:
            raise DomainError(f"{unknown[0]} ist kein Platzhalter.")
        plan.audience, plan.subject, plan.text = words.audience, words.subject, words.text
    plan.anchor, plan.at_time = time.anchor, time.at_time
    plan.offset_days = 0 if time.anchor == Anchor.FIXED else time.offset_days
    plan.fixed_on = time.fixed_on if time.anchor == Anchor.FIXED else None
    _refuse_impossible(plan)


def _refuse_impossible(plan: MailPlan) -> None:
    due = due_at(plan, plan.event)
    if due is None:
        missing = "keine Frist für Antworten" if plan.anchor == Anchor.ANSWER_BY else "keine Uhrzeit für den Beginn"
        raise DomainError(f"Das Treffen hat {missing}. Tragen Sie sie ein, oder wählen Sie einen festen Tag.")
    if due <= db_now():
        raise DomainError(f"Dieser Zeitpunkt ist schon vorbei ({format_moment(due)}). Wählen Sie einen späteren.")
    last_day = local_date(plan.event.ends_at or plan.event.starts_at or plan.event.starts_on)
    if local_date(due) > last_day + dt.timedelta(days=LATEST_DAYS):
        raise DomainError(
            f"Mails lassen sich bis {LATEST_DAYS} Tage nach dem Treffen planen. Wählen Sie einen Tag davor."
        )
    taken = MailPlan.objects.filter(
        event=plan.event, kind=plan.kind, anchor=plan.anchor, offset_days=plan.offset_days
    ).exclude(pk=plan.pk)
    if not plan.is_notice and taken.exists():
        raise DomainError("An diesem Tag ist schon eine solche Mail geplant. Wählen Sie einen anderen Tag.")


def _words(moment: dt.datetime | None) -> str:
    return format_moment(moment) if moment else "ohne Termin"
