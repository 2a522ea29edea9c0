"""Sendings to many ("runs"): how far they are, stopping and going on, and stopping by themselves when unwanted.

Pausing moves the waiting mails of a run to the state `held`, which no worker looks at: it costs the claim nothing and
takes hold with the next mail (RELIABILITY F66). What is in a worker's hands is still handed over.
"""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, Q

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from mailing.models import OutboxMessage, PausedRun

logger = logging.getLogger(__name__)

State, Cause = OutboxMessage.State, OutboxMessage.Cause
# A share says nothing about a handful.
SHARE_COUNTS_FROM = 100


@dataclass(frozen=True)
class Progress:
    """How far a run is. `paused`: why it stands still, or None."""

    sent: int
    waiting: int
    held: int
    failed: int
    aborted: int
    paused: PausedRun | None

    @property
    def total(self) -> int:
        """How many mails the run has."""
        return self.sent + self.waiting + self.held + self.failed + self.aborted


@transaction.atomic
def pause(*, run: str, scope: str, actor: AbstractBaseUser, reason: str) -> int:
    """Stop a run; return how many mails that holds back. Raises DomainError when nothing waits or it stands already."""
    if not OutboxMessage.objects.of_run(run).filter(scope=scope, state__in=(State.QUEUED, State.LEASED)).exists():
        raise DomainError("Von diesen Mails wartet keine mehr. Es gibt nichts anzuhalten.")
    held = _hold(run, reason, is_automatic=False)
    if held is None:
        raise DomainError("Diese Mails sind schon angehalten.")
    row = PausedRun.objects.get(pk=run)
    journal(scope=scope, obj=row, action="Versand angehalten", actor=actor, reason=reason)
    return held


@transaction.atomic
def resume(*, run: str, scope: str, actor: AbstractBaseUser) -> int:
    """Let a stopped run go on; return how many mails go back into the queue. Raises DomainError when it runs."""
    row = PausedRun.objects.select_for_update().filter(pk=run).first()
    if row is None:
        raise DomainError("Diese Mails sind nicht angehalten.")
    journal(scope=scope, obj=row, action="Versand fortgesetzt", actor=actor)
    row.delete()
    held = OutboxMessage.objects.of_run(run).filter(scope=scope, state=State.HELD)
    return held.update(state=State.QUEUED, state_reason="")


@transaction.atomic
def pause_if_unwanted(run: str) -> bool:
    """Stop a run whose mails other servers refuse as unwanted, before they block all our mail (RELIABILITY B3).

    Called after each such refusal only: five in a row, or more than two in a hundred.
    """
    if not run:
        return False
    counts = OutboxMessage.objects.of_run(run).aggregate(
        unwanted=Count("pk", filter=Q(cause=Cause.POLICY)),
        closed=Count("pk", filter=Q(state__in=(State.SENT, State.FAILED))),
    )
    if _in_a_row(run) >= settings.MAIL_PAUSE_REFUSALS:
        reason = f"{settings.MAIL_PAUSE_REFUSALS} Mails nacheinander wurden als unerwünscht abgewiesen."
    elif counts["closed"] >= SHARE_COUNTS_FROM and counts["unwanted"] > counts["closed"] * settings.MAIL_PAUSE_SHARE:
        reason = f"{counts['unwanted']} von {counts['closed']} Mails wurden als unerwünscht abgewiesen."
    else:
        return False
    if _hold(run, f"Von selbst angehalten: {reason}", is_automatic=True) is None:
        return False
    logger.error("Sending %s was paused: other servers refuse its mails as unwanted", run)
    return True


def is_paused(run: str) -> bool:
    """Whether this run stands still until somebody resumes it."""
    return PausedRun.objects.filter(pk=run).exists()


def progress_of(runs: list[str]) -> dict[str, Progress]:
    """Return how far each of these runs is; two queries for all."""
    paused = PausedRun.objects.in_bulk(runs)
    counts: dict[str, dict[str, int]] = {run: {} for run in runs}
    groups = OutboxMessage.objects.filter(run__in=runs).order_by().values("run", "state").annotate(n=Count("pk"))
    for group in groups:
        counts[group["run"]][group["state"]] = group["n"]
    return {run: _progress(counts[run], paused.get(run)) for run in runs}


def _progress(counts: dict[str, int], paused: PausedRun | None) -> Progress:
    return Progress(
        sent=counts.get(State.SENT, 0),
        waiting=counts.get(State.QUEUED, 0) + counts.get(State.LEASED, 0),
        held=counts.get(State.HELD, 0),
        failed=counts.get(State.FAILED, 0),
        aborted=counts.get(State.ABORTED, 0),
        paused=paused,
    )


def _hold(run: str, reason: str, *, is_automatic: bool) -> int | None:
    """Note the pause and hold what waits; None when the run stands still already."""
    _, is_new = PausedRun.objects.get_or_create(
        pk=run, defaults={"reason": reason, "is_automatic": is_automatic, "at": db_now()}
    )
    if not is_new:
        return None
    waiting = OutboxMessage.objects.of_run(run).filter(state=State.QUEUED)
    return waiting.update(state=State.HELD, state_reason=reason)


def _in_a_row(run: str) -> int:
    """Return how many of the run's latest mails were refused as unwanted, one after the other."""
    latest = OutboxMessage.objects.of_run(run).filter(closed_at__isnull=False, state__in=(State.SENT, State.FAILED))
    causes = latest.order_by("-closed_at").values_list("cause", flat=True)[: settings.MAIL_PAUSE_REFUSALS]
    return sum(cause == Cause.POLICY for cause in causes)
