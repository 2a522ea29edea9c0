"""Why a pool is overbooked, why nobody is next, why somebody waits: in words. One query for the journal, no other."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from core.dates import format_date, format_moment
from core.models import ChangeEntry
from core.numbers import format_number
from events.models import Event, PlaceClaim, PlacePool
from events.place_act_words import OVERBOOKED

State = PlaceClaim.State
# What the services write: capacities of places at the event, by kind, and of programme items.
CAPACITY = "Plätze"


def overbookings(event: Event, pools: Iterable[Any]) -> Mapping[int, Sequence[str]]:
    """Return what overbooked each counted pool, by its id: the last time its capacity was lowered; one query."""
    over = {capacity_entry(pool): pool for pool in pools if is_overbooked(pool)}
    causes: dict[int, list[str]] = defaultdict(list)
    keys = [key for _, key in over]
    is_cause = Q(changes__has_any_keys=keys) | Q(action__startswith=OVERBOOKED)
    entries = list(ChangeEntry.objects.filter(is_cause, scope=event.scope).select_related("actor"))
    for entry in entries:
        for key in set(keys) & entry.changes.keys():
            pool = over.get((entry.ref, key)) or over.get(("", key))
            if pool is not None and not causes[pool.pk] and _is_lower(*entry.changes[key]):
                causes[pool.pk].append(_lowering(entry, *entry.changes[key]))
    _add_acts(causes, list(over.values()), entries)
    return causes


def _add_acts(causes: dict[int, list[str]], pools: Sequence[Any], entries: Iterable[ChangeEntry]) -> None:
    """Add who was given a place beyond the capacity by hand and still has it; a query if there was anybody."""
    acts = [entry for entry in entries if entry.action.startswith(OVERBOOKED)]
    if not pools or not acts:
        return
    people = [entry.ref.rpartition(":")[2] for entry in acts]
    claims = PlaceClaim.objects.filter(pool__in=pools, registration__in=people, state=State.CONFIRMED)
    held = {
        (claim.registration.ref, claim.pool_id): claim.registration for claim in claims.select_related("registration")
    }
    for entry in acts:
        for pool in pools:
            person = held.get((entry.ref, pool.pk))
            if person is not None and entry.action.startswith(f"{OVERBOOKED}: {pool.title}"):
                causes[pool.pk].append(_given(entry, person.name))


def capacity_entry(pool: PlacePool) -> tuple[str, str]:
    """Return the journal's reference and name for a change of the pool's capacity; item pools go by their item."""
    if pool.item:
        return f"events.programmeitem:{pool.item.pk}", CAPACITY
    return "", f"{CAPACITY} {pool.get_kind_display()}"


def is_overbooked(pool: Any) -> bool:
    """Whether more places of a counted pool are given than there are."""
    return pool.capacity is not None and pool.confirmed + pool.offered > pool.capacity


def standstill(event: Event, pool: Any, now: dt.datetime) -> str:
    """Return why nobody of a counted pool's waiting list is next, "" where nobody waits."""
    if not pool.waiting:
        return ""
    if event.is_cancelled:
        return "Niemand rückt nach, weil das Treffen abgesagt ist."
    if event.has_started(now):
        return "Niemand rückt mehr nach, weil das Treffen begonnen hat."
    taken = pool.confirmed + pool.offered
    if pool.capacity is None or taken < pool.capacity:
        return ""
    places = format_number(pool.capacity)
    if taken > pool.capacity:
        freed = format_number(taken - pool.capacity + 1)
        return (
            f"Niemand rückt nach, weil {format_number(taken)} auf {places} Plätzen sind: erst wenn {freed} frei werden."
        )
    offered = f", davon {format_number(pool.offered)} angeboten" if pool.offered else ""
    return f"Niemand rückt nach, weil {format_number(taken)} von {places} Plätzen vergeben sind{offered}."


def why_in_queue(claim: Any, held: Sequence[PlaceClaim], now: dt.datetime) -> str:
    """Return what a person's claim waits for; held: their live claims, with pool and item joined.

    A waiting claim knows its `place` in line.
    """
    if claim.state == State.OFFERED:
        return _offer_words(claim, now)
    if claim.state == State.WISHED:
        return _wish_words(held)
    words = [_turn_words(claim)]
    if kept := next((other for other in held if _is_kept_until_served(other, claim)), None):
        words.append(f"Hat einen Platz „{kept.pool.title}“ und behält ihn, bis dieser frei wird oder jemand tauscht.")
    if not claim.registration.is_proven:
        words.append("Die Adresse ist noch nicht bestätigt.")
    return " ".join(words)


def _turn_words(claim: Any) -> str:
    asked = f"Gemeldet am {format_moment(claim.created_at)}"
    if claim.place == 1:
        return f"{asked}, als Nächstes an der Reihe."
    if claim.place == 2:
        return f"{asked}; eine Person hat sich früher gemeldet."
    return f"{asked}; {format_number(claim.place - 1)} Personen haben sich früher gemeldet."


def _offer_words(claim: PlaceClaim, now: dt.datetime) -> str:
    if claim.offered_until is None:
        return "Der Platz ist angeboten und wartet auf die Antwort."
    if claim.offered_until <= now:
        return f"Die Frist endete am {format_moment(claim.offered_until)}. Der Platz geht gleich an die nächste Person."
    return f"Der Platz gehört der Person bis {format_moment(claim.offered_until)}, danach der nächsten."


def _wish_words(held: Sequence[PlaceClaim]) -> str:
    at_event = next((claim for claim in held if claim.pool.item is None), None)
    if at_event is None:
        return "Reiht sich ein, sobald die Person einen Platz am Treffen hat."
    where = f"am Treffen ({at_event.pool.title})"
    if at_event.state == State.OFFERED:
        return f"Reiht sich ein, sobald die Person den angebotenen Platz {where} annimmt."
    return f"Reiht sich ein, sobald die Person einen Platz {where} hat. Dort wartet sie noch."


def _is_kept_until_served(held: PlaceClaim, claim: PlaceClaim) -> bool:
    """Whether the held claim is what the waiting one would replace: the other way to take part, a parallel item."""
    is_other = held.state == State.CONFIRMED and held.pool_id != claim.pool_id
    return is_other and held.pool.choice_group == claim.pool.choice_group


def _is_lower(old: str, new: str) -> bool:
    return new.isdigit() and (not old.isdigit() or int(new) < int(old))


def _given(entry: ChangeEntry, name: str) -> str:
    by = f" von {entry.actor}" if entry.actor else ""
    return f"{name}: am {format_date(entry.at)}{by} über die Kapazität hinaus zugesagt. Grund: {entry.reason}."


def _lowering(entry: ChangeEntry, old: str, new: str) -> str:
    by = f" von {entry.actor}" if entry.actor else ""
    return f"Kapazität am {format_date(entry.at)}{by} gesenkt: vorher {old}, jetzt {new}."
