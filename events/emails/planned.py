"""The mails of an event's schedule (events.MailPlan): one class per kind says to whom, until when and what is in it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.clock import db_now
from core.dates import format_date, format_day
from events.emails.purposes import EventMail, InvitationMail, is_past, now_of
from events.mail_audiences import rule_of
from events.mail_words import reminder_words, shared_words
from events.models import Invitation, MailPlan, MailPlanSkip, Registration
from events.notice_words import notice_words, thanks_words
from events.querysets import RegistrationQuerySet
from events.services.mail_times import anchor_mark
from events.services.standing import standing_of
from mailing.models import OutboxMessage

Answer, Kind, Anchor = Registration.Answer, MailPlan.Kind, MailPlan.Anchor
# Whoever registered shortly before needs no reminder of it.
FRESH = dt.timedelta(hours=24)
# Whoever was invited shortly before is not asked again already.
JUST_INVITED = dt.timedelta(days=2)


class PlannedMail(EventMail):
    """What the mails of the schedule share. Nothing goes to whom the audience's rule no longer fits."""

    is_bulk = True
    kind: ClassVar[str]
    patience: ClassVar[dt.timedelta] = dt.timedelta(hours=24)
    """How late a due mail may still be queued after an outage; later it is dropped with a reason (RELIABILITY F20)."""
    fresh_words: ClassVar[str] = ""
    """Who of the audience is left out because they know it anyway, in words for the schedule."""
    fresh_reason: ClassVar[str] = ""
    """The same of one person."""

    def people(self, plan: MailPlan, at: dt.datetime) -> RegistrationQuerySet:
        """Return who would get the plan's mail at that time, as things stand now; `plan.event` must be joined."""
        return Registration.objects.filter(self.condition(plan, at), event=plan.event).proven()

    def condition(self, plan: MailPlan, at: dt.datetime) -> Q:
        """Return the same as a condition on Registration, for counting many plans in one query."""
        return rule_of(plan).condition_at(at) & ~self.is_fresh(at) & ~self.is_skipped(plan)

    def is_fresh(self, at: dt.datetime) -> Q:
        """Return the condition "knows it anyway": nobody, unless the kind says otherwise."""
        return Q(pk__in=())

    def is_skipped(self, plan: MailPlan) -> Q:
        """Return the condition "left out of this plan by an organiser"."""
        return Q(Exists(MailPlanSkip.objects.filter(plan=plan, registration=OuterRef("pk"))))

    def obstacle(self, plan: MailPlan, now: dt.datetime) -> str:
        """Return why this mail is pointless for everybody now, or an empty string; `plan.event` must be joined."""
        return ""

    def expires_at(self, plan: MailPlan, now: dt.datetime) -> dt.datetime:
        """Return until when delivery is tried."""
        return now + self.lifetime

    def plan(self, message: OutboxMessage) -> MailPlan | None:
        """Return the plan the mail belongs to, read once per claim; None in a preview and when it was deleted."""
        if not hasattr(message, "plan"):
            found = MailPlan.objects.select_related("event").filter(pk=message.data.get("plan")).first()
            message.plan = found  # type: ignore[attr-defined]
        return message.plan  # type: ignore[attr-defined]

    def read_ahead(self, messages: Sequence[OutboxMessage]) -> None:
        """Read with the people the plan they share."""
        super().read_ahead(messages)
        pks = {message.data["plan"] for message in messages if "plan" in message.data}
        plans = MailPlan.objects.select_related("event").in_bulk(pks)
        for message in messages:
            message.plan = plans.get(message.data.get("plan"))  # type: ignore[attr-defined]

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Only as long as the plan's day holds, the event takes place and the person still belongs to the audience."""
        registration, plan = self.registration(message), self.plan(message)
        if registration is None:
            return "Die Anmeldung gibt es nicht mehr."
        if plan is None:
            return "Die geplante Mail wurde gelöscht."
        if plan.event.is_cancelled:
            return "Das Treffen ist abgesagt."
        if anchor_mark(plan, plan.event) != message.data["start"]:
            return "Der Termin wurde verlegt."
        return self.obstacle(plan, now_of(message)) or self._why_not(plan, registration, now_of(message))

    def why(self, message: OutboxMessage) -> str:
        """Say why this person gets this mail."""
        plan = self.plan(message)
        return rule_of(plan).why if plan else super().why(message)

    def _why_not(self, plan: MailPlan, registration: Registration, now: dt.datetime) -> str:
        person = Registration.objects.filter(pk=registration.pk)
        if not person.filter(rule_of(plan).condition_at(now)).exists():
            return rule_of(plan).lost
        return "Für diese Person ausgelassen." if person.filter(self.is_skipped(plan)).exists() else ""


class ReminderMail(PlannedMail):
    """The reminder before the day, to those who have a place."""

    name = "events.reminder"
    kind = Kind.REMINDER
    list_label = "Erinnerungen an Veranstaltungen"
    template = "emails/events/reminder"
    fresh_words = "und sich nicht erst am Tag davor angemeldet hat"
    fresh_reason = "Hat sich erst am Tag davor angemeldet und weiß Bescheid."

    def is_fresh(self, at: dt.datetime) -> Q:
        """Leave out whoever answered within the last day."""
        return Q(answered_at__isnull=False, answered_at__gt=at - FRESH)

    def obstacle(self, plan: MailPlan, now: dt.datetime) -> str:
        """A reminder is pointless once it has begun."""
        return "Das Treffen hat schon begonnen." if plan.event.has_started(now) else ""

    def expires_at(self, plan: MailPlan, now: dt.datetime) -> dt.datetime:
        """Until it begins."""
        return plan.event.starts_at or super().expires_at(plan, now)

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add what the person has."""
        context = super().context(message)
        registration = context["registration"]
        standing = standing_of(registration)
        words = shared_words(registration.event, attendance=standing.attendance)
        return context | words | reminder_words(registration, standing, db_now())

    def why(self, message: OutboxMessage) -> str:
        """Say why this person gets this mail."""
        return "Sie haben einen Platz bei diesem Treffen."


class AnswerReminderMail(PlannedMail):
    """Before the deadline, to those who were invited and have not answered."""

    name = "events.answer_reminder"
    kind = Kind.ANSWER_REMINDER
    list_label = InvitationMail.list_label
    template = "emails/events/answer_reminder"
    fresh_words = "und nicht erst in den zwei Tagen davor eingeladen wurde"
    fresh_reason = "Wurde erst in den zwei Tagen davor eingeladen."

    def list_topic(self, message: OutboxMessage) -> str:
        """Whoever wants no invitations wants no reminder of one."""
        return InvitationMail.name

    def is_fresh(self, at: dt.datetime) -> Q:
        """Leave out whoever was invited within the last two days."""
        recent = Invitation.objects.filter(registration=OuterRef("pk"), round__sent_at__gt=at - JUST_INVITED)
        return Q(Exists(recent))

    def obstacle(self, plan: MailPlan, now: dt.datetime) -> str:
        """Once the deadline has passed, or answering is closed, it would ask for the impossible."""
        event = plan.event
        if event.has_started(now):
            return "Das Treffen hat schon begonnen."
        if event.is_closed(now):
            return "Die Anmeldung ist geschlossen."
        return "Die Frist für Antworten ist vorbei." if is_past(event.answer_by, now) else ""

    def expires_at(self, plan: MailPlan, now: dt.datetime) -> dt.datetime:
        """Until the last day of the deadline is over."""
        day = plan.event.answer_by
        return _end_of(day) if day else super().expires_at(plan, now)

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Give the templates the event and the deadline; nobody's person."""
        event = self.person(message).event
        words, deadline = shared_words(event, with_answer_by=True), event.answer_by
        if deadline is None:
            return words
        return words | {"deadline": format_day(deadline), "short_deadline": format_date(deadline)}


class ThanksMail(PlannedMail):
    """Afterwards, to those who had a place: thanks, and the way to the recap once it is known."""

    name = "events.thanks"
    kind = Kind.THANKS
    list_label = "Dankmails nach Veranstaltungen"
    template = "emails/events/thanks"
    patience = dt.timedelta(days=7)
    lifetime = dt.timedelta(days=7)

    def obstacle(self, plan: MailPlan, now: dt.datetime) -> str:
        """Nobody is thanked beforehand."""
        return "" if plan.event.is_over(timezone.localtime(now)) else "Das Treffen ist noch nicht vorbei."

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Give the templates the event and the recap; nobody's person."""
        event = self.person(message).event
        return shared_words(event) | thanks_words(event)

    def why(self, message: OutboxMessage) -> str:
        """Say why this person gets this mail."""
        return "Sie hatten einen Platz bei diesem Treffen."


class OrganiserNoticeMail(PlannedMail):
    """The organisers' own words to one audience."""

    name = "events.notice"
    kind = Kind.NOTICE
    list_label = "Nachrichten der Veranstalter"
    template = "emails/events/notice"

    def list_topic(self, message: OutboxMessage) -> str:
        """Whoever has said yes is told what concerns the place; for all others it is another invitation."""
        registration = self.registration(message)
        return self.name if registration and registration.answer == Answer.YES else InvitationMail.name

    def obstacle(self, plan: MailPlan, now: dt.datetime) -> str:
        """What was to be said before the event is not said after its beginning."""
        is_before = plan.anchor == Anchor.ANSWER_BY or (plan.anchor == Anchor.START and plan.offset_days <= 0)
        return "Das Treffen hat schon begonnen." if is_before and plan.event.has_started(now) else ""

    def expires_at(self, plan: MailPlan, now: dt.datetime) -> dt.datetime:
        """Three days; what counts from the beginning ends with it."""
        latest = super().expires_at(plan, now)
        start = plan.event.starts_at
        return min(latest, start) if start and start > now else latest

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Fill the placeholders in the stored words; a preview brings words that are not stored yet."""
        context = super().context(message)
        plan = self.plan(message)
        subject = plan.subject if plan else message.data["subject"]
        text = plan.text if plan else message.data["text"]
        return context | notice_words(context["registration"], subject=subject, text=text)


PLANNED_MAILS: dict[str, PlannedMail] = {
    mail.kind: mail for mail in (ReminderMail(), AnswerReminderMail(), ThanksMail(), OrganiserNoticeMail())
}


def planned_mail(kind: str) -> PlannedMail:
    """Return what is known about a kind of plan."""
    return PLANNED_MAILS[kind]


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
