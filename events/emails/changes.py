"""The change notice: what is different now, what the person has, and whether they are asked again."""

from collections.abc import Collection
from typing import Any

from django.db import models

from events.calendar import event_calendar
from events.change_facts import Facts, Line, change_lines, merged
from events.clashes import newly_clashing
from events.emails.purposes import BeforeEventMail, InvitationMail
from events.mail_words import shared_words, standing_words
from events.models import Event, EventChange, Registration
from events.models.registrations import ref_of
from events.services.standing import Standing, standing_of
from mailing.calendar import CalendarPart
from mailing.models import OutboxMessage
from mailing.purposes import NORMAL
from mailing.services.outbox import queue_from
from mailing.services.suppression import is_suppressed

Answer = Registration.Answer
# Many at once: a confirmation queued meanwhile leaves first.
PRIORITY = NORMAL + 10


class ChangeMail(BeforeEventMail):
    """Tells one person everything that changed since they were last told; `data["changes"]` are those changes' ids."""

    name = "events.change"
    is_bulk = False
    template = "emails/events/change"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add what is different, the organisers' words and what the person has now."""
        context = super().context(message)
        registration = context["registration"]
        standing = standing_of(registration)
        changes = self._changes(message)
        return {
            **context,
            **shared_words(registration.event, attendance=standing.attendance, with_answer_by=_is_open(registration)),
            **standing_words(registration, standing),
            **_news(message.data["changes"], standing),
            "words": [change.words for change in changes if change.words],
            "asks_again": registration.is_asked_again,
            "has_entry": self._calendar_method(registration, standing) == "REQUEST",
            "takes_entry_back": self._calendar_method(registration, standing) == "CANCEL",
        }

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing to those who are not coming, nothing after the fact, nothing that was taken back before it left."""
        pointless, registration = super().is_obsolete(message), self.registration(message)
        if pointless or registration is None:
            return pointless
        if registration.answer == Answer.NO:
            return "Die Person hat abgesagt."
        if _is_open(registration) and is_suppressed(message.recipient, InvitationMail.name):
            return "Die Person möchte keine Einladungen mehr erhalten."
        return "" if self._lines(message) else "Die Änderung wurde zurückgenommen, bevor die Mail hinausging."

    def calendar(self, message: OutboxMessage) -> CalendarPart | None:
        """Update the entry of a place, take back that of a lost one. UID stays, SEQUENCE is the revision."""
        registration = self.registration(message)
        if registration is None or registration.event.starts_at is None:
            return None
        standing = standing_of(registration)
        method = self._calendar_method(registration, standing)
        return event_calendar(registration, method=method, attendance=standing.attendance) if method else None

    def why(self, message: OutboxMessage) -> str:
        """Say why this person gets this mail."""
        registration = self.registration(message)
        if registration is not None and _is_open(registration):
            return "Sie sind zu diesem Treffen eingeladen, und etwas hat sich geändert."
        return "Sie haben zu diesem Treffen zugesagt, und etwas hat sich geändert."

    def _calendar_method(self, registration: Registration, standing: Standing) -> str:
        if standing.has_place:
            return "REQUEST"
        return "CANCEL" if registration.calendar_revision else ""

    def _changes(self, message: OutboxMessage) -> list[EventChange]:
        return list(EventChange.objects.filter(pk__in=message.data["changes"]).order_by("pk"))

    def _lines(self, message: OutboxMessage) -> list[Line]:
        return lines_since(message.data["changes"])


def lines_since(change_ids: Collection[int]) -> list[Line]:
    """Return the difference between the facts before these changes and those of today, in words."""
    return change_lines(*_facts_since(change_ids))


def _facts_since(change_ids: Collection[int]) -> tuple[Facts, Facts]:
    """Return the facts before these changes and those of today.

    Later changes of the same facts count, told or not: a mail never names a time that does not hold any more.
    """
    told = EventChange.objects.filter(pk__in=change_ids)
    keys = {key for change in told for key in (*change.before, *change.after)}
    later = EventChange.objects.filter(pk__gte=min(change_ids), event__in=told.values("event")).order_by("pk")
    return merged(later, keys)


def _news(change_ids: Collection[int], standing: Standing) -> dict[str, Any]:
    """Return what is different, and which two of the person's items run at the same time since then."""
    before, after = _facts_since(change_ids)
    torn = newly_clashing([entry.item for entry in standing.items], before)
    return {"lines": change_lines(before, after), "torn": torn}


def queue_changes(people: models.QuerySet[Registration], event: Event, change_ids: list[int]) -> int:
    """Queue one notice for each of these people with one statement; return how many.

    change_ids: the changes these people have not been told of; the last of them is the one that triggers the mail.
    """
    return queue_from(
        purpose=ChangeMail.name,
        source=people.values(
            ref=ref_of(),
            recipient=models.F("email"),
            recipient_name=models.F("name"),
            dedup_key=models.functions.Concat(
                models.Value(f"change:{change_ids[-1]}:"), "pk", output_field=models.TextField()
            ),
            data=models.functions.JSONObject(changes=models.Value(change_ids, models.JSONField())),
        ),
        topic=change_topic(event),
        scope=event.scope,
        expires_at=event.starts_at,
        priority=PRIORITY,
    )


def change_topic(event: Event) -> str:
    """Return the topic under which an event's notices can be withdrawn."""
    return f"{event.scope}:change"


def _is_open(registration: Registration) -> bool:
    return registration.answer == Answer.OPEN
