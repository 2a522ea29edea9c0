"""Who gets a planned mail, person by person: whether, and why or why not."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from core.search import email_key
from events.emails import PlannedMail, planned_mail
from events.mail_audiences import rule_of
from events.models import MailPlan, MailPlanSkip, Registration
from mailing.models import OutboxMessage
from mailing.services.suppression import suppression_words

_YES, _NO = Value(value=True), Value(value=False)


@dataclass(frozen=True)
class Recipient:
    """One person of the audience. `why`: why they get it, or why not."""

    person: Registration
    gets_it: bool
    is_skipped: bool
    why: str

    @property
    def badge(self) -> tuple[str, str, str]:
        """Label, kind and icon."""
        if self.gets_it:
            return "Bekommt sie", "good", "check"
        return ("Ausgelassen", "", "skip") if self.is_skipped else ("Bekommt sie nicht", "", "x")


def audience_of(plan: MailPlan, at: dt.datetime) -> QuerySet[Registration]:
    """Return everybody the audience's rule fits, each with `is_skipped` and `is_fresh`; `plan.event` must be joined."""
    mail = planned_mail(plan.kind)
    skipped = Exists(MailPlanSkip.objects.filter(plan=plan, registration=OuterRef("pk")))
    return (
        Registration.objects.filter(rule_of(plan).condition_at(at), event=plan.event)
        .proven()
        .annotate(is_skipped=skipped, is_fresh=_flag(mail.is_fresh(at)))
        .order_by("sort_key", "pk")
    )


def recipients_of(plan: MailPlan, people: Iterable[Registration]) -> list[Recipient]:
    """Return what each of these people of audience_of() is to get, and why; one query for all."""
    people = list(people)
    mail = planned_mail(plan.kind)
    topics = {person.pk: _topic(mail, plan, person) for person in people}
    blocked: dict[str, dict[str, str]] = {
        topic: suppression_words((person.email for person in people if topics[person.pk] == topic), topic)
        for topic in set(topics.values())
    }
    return [_recipient(plan, person, blocked[topics[person.pk]]) for person in people]


def _recipient(plan: MailPlan, person: Any, blocked: dict[str, str]) -> Recipient:
    if person.is_skipped:
        return Recipient(person, gets_it=False, is_skipped=True, why="Für diese Person ausgelassen.")
    if email_key(person.email) in blocked:
        words = f"Die Adresse ist gesperrt: {blocked[email_key(person.email)]}."
        return Recipient(person, gets_it=False, is_skipped=False, why=words)
    if person.is_fresh:
        return Recipient(person, gets_it=False, is_skipped=False, why=planned_mail(plan.kind).fresh_reason)
    return Recipient(person, gets_it=True, is_skipped=False, why=rule_of(plan).is_so)


def _topic(mail: PlannedMail, plan: MailPlan, person: Registration) -> str:
    message = OutboxMessage(purpose=mail.name, ref=person.ref, data={"plan": plan.pk})
    message.registration, message.plan = person, plan  # type: ignore[attr-defined]
    return mail.list_topic(message)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=_YES), default=_NO)
