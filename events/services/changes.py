"""Changes people rely on: written down, told to everybody concerned exactly once, never silent by accident."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from core.clock import db_now
from core.exceptions import DomainError
from events import emails
from events.change_facts import Facts
from events.models import Event, EventChange, PlaceClaim, Registration
from events.models.registrations import ref_of
from events.querysets import RegistrationQuerySet
from events.services.waiting_notices import leave_untold, take_back_waiting
from mailing.models import OutboxMessage
from mailing.services.outbox import render_anew, withdraw

Answer = Registration.Answer
Mail = OutboxMessage.State
INVITING = (emails.InvitationMail.name, emails.DeputyRequestMail.name)


@dataclass(frozen=True)
class Notice:
    """What the organisers decided about a change: a notice with their words, or none and why."""

    is_mailed: bool = True
    words: str = ""
    asks_again: bool = False
    silence_reason: str = ""


class NeedsNotice(DomainError):
    """People know the old facts: nothing is saved before somebody has decided what they are told."""

    def __init__(self) -> None:
        super().__init__("Das ist schon mitgeteilt. Prüfen Sie vor dem Speichern, wer von der Änderung erfährt.")


def people_told(event: Event) -> RegistrationQuerySet:
    """Return everybody who relies on what the event said: yes was answered, or an invitation has left unanswered.

    A request to come as a deputy is an invitation, too.

    Whoever said no, whose address is not proven or whose invitation still waits is not among them.
    """
    left = OutboxMessage.objects.filter(
        ref=ref_of(OuterRef("pk")), purpose__in=INVITING, state__in=(Mail.SENT, Mail.LEASED)
    ).order_by()
    people = Registration.objects.filter(event=event).proven()
    return people.filter(Q(answer=Answer.YES) | Q(Exists(left), answer=Answer.OPEN))


def with_event_place(event: Event) -> set[int]:
    """Return the registrations that have a confirmed place at the event itself."""
    claims = PlaceClaim.objects.filter(
        pool__event=event, pool__item__isnull=True, state=PlaceClaim.State.CONFIRMED
    ).order_by()
    return set(claims.values_list("registration", flat=True))


def is_announced(event: Event) -> bool:
    """Whether others than the organisers can know the event's facts, and still need them."""
    is_open = not event.is_cancelled and not event.is_over(timezone.localtime(db_now()))
    return is_open and event.visibility != Event.Visibility.DRAFT


def record_change(
    *,
    event: Event,
    actor: AbstractBaseUser | None,
    kind: str,
    before: Facts,
    after: Facts,
    notice: Notice,
) -> EventChange:
    """Write the change down, in the caller's transaction; announce_change() then tells people."""
    return EventChange.objects.create(
        event=event,
        at=db_now(),
        # Whoever is signed in is a User of the accounts app.
        actor=cast(Any, actor),
        kind=kind,
        before=before,
        after=after,
        words=notice.words,
        silence_reason="" if notice.is_mailed else notice.silence_reason,
    )


def announce_change(change: EventChange, people: RegistrationQuerySet, *, asks_again: bool = False) -> set[int]:
    """Queue one notice for each of these people; return who hears by it, or by a mail of their own, what they have.

    The event is locked. A notice of an earlier change that still waits is replaced: the new one says everything since
    the person was last told. Each person's revision rises, so that a confirmation still waiting gives way to the
    notice, which says what the person has as well; it also takes back the calendar entry of a place that is lost.
    Whoever is moved back before they heard of it has nothing to be told, and nothing to be asked.
    """
    event = change.event
    ids = set(people.values_list("pk", flat=True))
    groups = _by_changes(ids, take_back_waiting(event, ids), change.pk)
    told = {changes: members for changes, members in groups.items() if emails.lines_since(changes)}
    hearing = set().union(*told.values())
    concerned = Registration.objects.filter(pk__in=hearing)
    concerned.update(revision=F("revision") + 1)
    concerned.filter(pk__in=with_event_place(event)).update(calendar_revision=F("revision"))
    if asks_again:
        concerned.filter(answer=Answer.YES).update(asked_again_at=change.at)
    queued = sum(
        emails.queue_changes(concerned.filter(pk__in=members), event, list(changes))
        for changes, members in told.items()
    )
    change.is_mailed, change.told_count, change.asks_again = True, queued, asks_again
    change.save(update_fields=["is_mailed", "told_count", "asks_again"])
    return hearing | leave_untold(event, ids - hearing)


def refresh_waiting_mails(event: Event, *, is_moved: bool) -> None:
    """Let what waits in the outbox say the new facts; reminders of the old time do not go at all."""
    expires_at = {f"{event.scope}:invitation": event.starts_at} if event.starts_at else {}
    render_anew(scope=event.scope, expires_at=expires_at)
    if is_moved:
        # Moved back again, the first reminder is right once more.
        withdraw(topic=f"{event.scope}:reminder", reason="Das Treffen wurde verlegt.", may_return=True)


def _by_changes(ids: set[int], untold: dict[int, list[int]], newest: int) -> dict[tuple[int, ...], set[int]]:
    groups: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for pk in ids:
        groups[*untold.get(pk, ()), newest].add(pk)
    return groups
