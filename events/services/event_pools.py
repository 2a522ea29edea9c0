"""The places of an event follow its format; a format that goes takes its people along to the one that stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.clock import db_now
from core.exceptions import DomainError
from events.facts import places_words
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.services.places import move_claims
from events.services.pools import MovingUp, set_moving_up

State = PlaceClaim.State


@dataclass(frozen=True)
class PoolChanges:
    """What changed, in words for the journal, and who was moved from one way to take part to the other."""

    words: dict[str, list[str]] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)


def set_pools(
    event: Event, *, on_site: int | None, online: int | None, moving_up: Mapping[str, MovingUp] | None = None
) -> PoolChanges:
    """Make the pools of a locked event what its format offers; fill() follows.

    Whoever has, waits for or is offered a place of a format that goes has it in the other one, with the same rank; who
    does not fit there waits. moving_up: how freed places are given, by the pool's kind. Raises DomainError when people
    would have to come online without a link.
    """
    offered = {}
    if event.is_on_site:
        offered[PlacePool.Kind.ON_SITE] = on_site
    if event.is_online:
        offered[PlacePool.Kind.ONLINE] = online
    existing = {pool.kind: pool for pool in event.pools.filter(item__isnull=True)}
    changes = PoolChanges()
    for kind, capacity in offered.items():
        known = existing.get(kind)
        if known is None:
            existing[kind] = PlacePool.objects.create(event=event, kind=kind, capacity=capacity)
        elif known.capacity != capacity:
            words = [places_words(known.capacity), places_words(capacity)]
            changes.words[f"Plätze {known.get_kind_display()}"] = words
            known.capacity = capacity
            known.save(update_fields=["capacity"])
        changes.words.update(set_moving_up(existing[kind], (moving_up or {}).get(kind)))
    for kind, pool in existing.items():
        if kind not in offered:
            changes.moved.update(_empty_into(pool, existing[next(iter(offered))]))
    return changes


def _empty_into(source: PlacePool, target: PlacePool) -> set[int]:
    """Move everybody and delete the pool; return those who had something there."""
    moved = move_claims(source=source, target=target)
    if moved and target.kind == PlacePool.Kind.ONLINE and not target.event.online_url:
        raise DomainError("Tragen Sie den Link zur Online-Teilnahme ein: Wer vor Ort kommen wollte, braucht ihn jetzt.")
    # What was given back or declined before stays in the history of the person.
    source.claims.update(pool=target)
    source.delete()
    Registration.objects.filter(pk__in=moved).update(attendance=target.kind)
    _let_wait(target, moved)
    return moved


def _let_wait(pool: PlacePool, moved: set[int]) -> None:
    """Let those wait who do not fit: whoever was here before keeps the place, then those who came, by rank."""
    if pool.capacity is None:
        return
    taking = pool.claims.filter(state__in=PlaceClaim.TAKING).order_by("rank", "pk")
    here = taking.exclude(registration__in=moved).count()
    room = max(0, pool.capacity - here)
    too_many = list(taking.filter(registration__in=moved)[room:])
    now = db_now()
    for claim in too_many:
        claim.state, claim.offered_until, claim.changed_at = State.WAITING, None, now
        claim.reason = "Das Format hat sich geändert, dort waren nicht genug Plätze frei."
    PlaceClaim.objects.bulk_update(too_many, ("state", "offered_until", "changed_at", "reason"))
