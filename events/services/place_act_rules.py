"""When an organiser's act on places fits how things stand, and what it costs others. Counts under the event's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.clock import db_now
from core.exceptions import DomainError
from events.models import Event, PlaceClaim, PlacePool

State = PlaceClaim.State


class Kind(StrEnum):
    """What can be done by hand."""

    CONFIRM = "confirm"
    MOVE = "move"
    WAIT = "wait"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Act:
    """One act on the claims of one or several people, each person once.

    target: the pool to move to. words: a sentence of the organisers for the mail. no_mail_because: why nobody of those
    acted upon gets a mail; empty sends it.
    """

    kind: Kind
    claims: tuple[int, ...]
    target: int | None = None
    beyond_capacity: bool = False
    reason: str = ""
    words: str = ""
    no_mail_because: str = ""


def refuse_when_too_late(event: Event) -> None:
    """Raise DomainError when there is nothing to give or take any more."""
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt. Plätze werden nicht mehr vergeben.")
    if event.has_started(db_now()):
        raise DomainError("Das Treffen hat schon begonnen. Plätze lassen sich nicht mehr ändern.")


def chosen_claims(event: Event, act: Act) -> list[PlaceClaim]:
    """Return the claims as they are under the lock, in order of rank. RACE: the page was drawn before."""
    rows = PlaceClaim.objects.filter(pk__in=act.claims, pool__event=event, state__in=PlaceClaim.LIVE)
    claims = list(rows.select_related("pool__item", "registration").order_by("rank", "pk"))
    if len(claims) < len(set(act.claims)):
        raise DomainError("Inzwischen hat sich etwas geändert: Diesen Platz oder Wunsch gibt es nicht mehr.")
    for claim in claims:
        _refuse_unfit(act, claim)
    return claims


def _refuse_unfit(act: Act, claim: PlaceClaim) -> None:
    name, has_place = claim.registration.name, claim.state in PlaceClaim.TAKING
    if act.kind == Kind.CONFIRM and claim.state == State.CONFIRMED:
        raise DomainError(f"{name} hat diesen Platz schon.")
    if act.kind in (Kind.CONFIRM, Kind.MOVE) and claim.state == State.WISHED:
        raise DomainError(f"{name} hat noch keinen Platz am Treffen. Bestätigen Sie zuerst diesen.")
    if act.kind == Kind.WAIT and not has_place:
        raise DomainError(f"{name} hat hier keinen Platz, der sich zurücknehmen ließe.")
    if act.kind in (Kind.WAIT, Kind.WITHDRAW) and not act.reason:
        raise DomainError("Geben Sie einen Grund an. Er steht im Protokoll.")


def target_of(event: Event, act: Act, claims: Sequence[PlaceClaim]) -> PlacePool | None:
    """Return the pool to move to. Raises DomainError where a move would clash with what the person has besides."""
    if act.kind != Kind.MOVE:
        return None
    pool = PlacePool.objects.filter(event=event, pk=act.target or 0).select_related("item").first()
    if pool is None:
        raise DomainError("Diesen Ort oder Programmpunkt gibt es nicht mehr.")
    for claim in claims:
        if (pool.item is None) != (claim.pool.item is None) or pool.pk == claim.pool_id:
            raise DomainError("Wählen Sie, wohin umgebucht werden soll.")
        others = claim.registration.claims.filter(state__in=PlaceClaim.LIVE).exclude(pk=claim.pk)
        for other in others.select_related("pool__item"):
            is_wish = other.pool_id == pool.pk and other.state != State.CONFIRMED
            is_swap = other.pool.choice_group == claim.pool.choice_group
            if other.pool.choice_group == pool.choice_group and not is_wish and not is_swap:
                raise DomainError(f"{claim.registration.name} hat gleichzeitig schon „{other.pool.title}“ gewählt.")
    return pool


def weigh(act: Act, claims: Sequence[PlaceClaim], target: PlacePool | None) -> tuple[int, int]:
    """Return how many waiting people are passed and how many places are given beyond the capacity.

    Raises DomainError where that happens without a reason or without the tick.
    """
    if act.kind not in (Kind.CONFIRM, Kind.MOVE):
        return 0, 0
    passed = excess = 0
    pools = [target] if target else list({claim.pool_id: claim.pool for claim in claims}.values())
    for pool in pools:
        people = [claim.registration_id for claim in claims if target or claim.pool_id == pool.pk]
        held = pool.claims.filter(state__in=PlaceClaim.TAKING)
        # Whoever is offered the place holds it already.
        without = sorted(set(people) - set(held.values_list("registration", flat=True)))
        needed = len(without)
        if pool.capacity is not None:
            # Places that were beyond the capacity before are not this act's doing.
            excess += max(0, min(needed, held.count() + needed - pool.capacity))
        passed += _passed(pool, without) if without else 0
    if excess and not act.beyond_capacity:
        pool = pools[0]
        raise DomainError(
            f"Alle Plätze „{pool.title}“ sind vergeben. Kreuzen Sie „über die Kapazität hinaus“ an und geben Sie einen "
            "Grund an, wenn Sie trotzdem zusagen wollen."
        )
    if (excess or passed) and not act.reason:
        waits = "Eine Person wartet" if passed == 1 else f"{passed} Personen warten"
        why = f"{waits} länger" if passed else "Es sind mehr Zusagen als Plätze"
        raise DomainError(f"{why}. Geben Sie einen Grund an. Er steht im Protokoll.")
    return passed, excess


def _passed(pool: PlacePool, people: Sequence[int]) -> int:
    """Return how many others wait longer for this pool than the last of these; whoever joins it only now is last."""
    waiting = pool.claims.filter(state=State.WAITING)
    ranks = list(waiting.filter(registration__in=people).values_list("rank", flat=True))
    others = waiting.exclude(registration__in=people)
    return others.filter(rank__lt=max(ranks)).count() if len(ranks) == len(people) else others.count()


def refuse_when_undone(act: Act, claims: Sequence[PlaceClaim]) -> None:
    """Refuse what fill() has undone at once: where nobody else waits, the place falls back to the person."""
    if act.kind != Kind.WAIT:
        return
    for claim in claims:
        if claim.registration.claims.filter(pool=claim.pool_id, state__in=PlaceClaim.TAKING).exists():
            raise DomainError(
                f"Für „{claim.pool.title}“ wartet sonst niemand: {claim.registration.name} bekäme den Platz sofort "
                "zurück. Nehmen Sie ihn stattdessen zurück."
            )
