"""Rings: people first in line for a place that the next of them holds (docs/decisions/0021). Nobody is moved here."""

from collections import Counter
from collections.abc import Mapping, Sequence

from events.models import PlaceClaim, PlacePool

State = PlaceClaim.State


def find_rings(pools: Sequence[PlacePool]) -> list[list[PlaceClaim]]:
    """Return the closed rings among these pools: the claims that could all be served at once without a free place.

    Of each pool only the first in line counts, so no pool stands in two rings. The registration is joined. Two queries;
    one where nobody waits, none where no two limited pools exclude each other.
    """
    limited = [pool for pool in pools if pool.capacity is not None]
    sizes = Counter(pool.choice_group for pool in limited)
    groups = {pool.pk: pool.choice_group for pool in limited if sizes[pool.choice_group] > 1}
    first = _first_in_line(groups)
    return [[first[pool_id] for pool_id in ring] for ring in closed_rings(_leaves(first, groups))]


def closed_rings(leaves: Mapping[int, int]) -> list[list[int]]:
    """Return the rings in a map from each pool to the one that its first in line would leave for it."""
    rings, seen = [], set[int]()
    for start in sorted(leaves):
        path: list[int] = []
        pool_id = start
        while pool_id in leaves and pool_id not in seen:
            seen.add(pool_id)
            path.append(pool_id)
            pool_id = leaves[pool_id]
        if pool_id in path:
            rings.append(path[path.index(pool_id) :])
    return rings


def _first_in_line(pool_ids: Mapping[int, object]) -> dict[int, PlaceClaim]:
    """Return who waits first for each pool, by its id; fewer than two pools make no ring."""
    if not pool_ids:
        return {}
    waiting = PlaceClaim.objects.filter(pool__in=list(pool_ids), state=State.WAITING).select_related("registration")
    first = waiting.order_by("pool_id", "rank", "pk").distinct("pool_id")
    return {claim.pool_id: claim for claim in first}


def _leaves(first: Mapping[int, PlaceClaim], groups: Mapping[int, tuple[str, ...]]) -> dict[int, int]:
    """Return which pool each of these would leave: where they have a sure place in the same choice group.

    An offer not yet accepted is no place to give away.
    """
    if len(first) < 2:
        return {}
    people = [claim.registration_id for claim in first.values()]
    held = PlaceClaim.objects.filter(registration__in=people, pool__in=list(first), state=State.CONFIRMED)
    # After the programme was moved somebody may hold two: the older place is the one in the ring.
    own = {(claim.registration_id, groups[claim.pool_id]): claim.pool_id for claim in held.order_by("-pk")}
    places = {pool_id: own.get((claim.registration_id, groups[pool_id])) for pool_id, claim in first.items()}
    return {pool_id: left for pool_id, left in places.items() if left is not None}
