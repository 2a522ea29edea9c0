"""The rounds of an event as the invite page shows them: what left, what is scheduled, who is still open."""

import datetime as dt
from dataclasses import dataclass

from core.clock import db_now
from events.models import Event, InvitationRound, Registration


@dataclass(frozen=True)
class RoundLine:
    """One round with what has come of it."""

    sending: InvitationRound
    is_scheduled: bool
    total: int
    yes: int
    no: int
    open: int

    @property
    def sent_at(self) -> dt.datetime:
        """When it left or leaves."""
        return self.sending.sent_at

    @property
    def url(self) -> str:
        """Where a scheduled round is changed."""
        return self.sending.get_absolute_url()

    @property
    def badge(self) -> tuple[str, str, str]:
        """Label, kind and icon."""
        return ("Geplant", "line", "clock") if self.is_scheduled else ("Gesendet", "good", "check")


def round_lines(event: Event) -> list[RoundLine]:
    """Return the rounds, the latest first; two queries."""
    now = db_now()
    rounds = (
        InvitationRound.objects.filter(event=event)
        .with_answers()
        .select_related("sent_by", "event")
        .order_by("-number")
    )
    return [
        RoundLine(row, row.sent_at > now, row.total_count, row.yes_count, row.no_count, row.open_count)
        for row in rounds
    ]


def noted_count(event: Event) -> int:
    """Return how many stand on the guest list and were never invited: whom a next round is for."""
    return event.registrations.filter(
        invitations__isnull=True, source=Registration.Source.INVITATION, answer=Registration.Answer.OPEN
    ).count()
