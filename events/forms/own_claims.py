"""What the answer form says beside the choices a person has made already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.dates import format_moment
from events.services.standing import ItemStanding, Standing, Wish

_KEPT = {"confirmed": "Ihre bisherige Wahl", "wished": "Ihre bisherige Wahl, vorgemerkt"}


@dataclass(frozen=True)
class OwnClaims:
    """words: by pool, in place of how many places are left. sure_groups: choice groups with a place one would keep."""

    words: Mapping[int, str] = field(default_factory=dict)
    sure_groups: frozenset[tuple[str, ...]] = frozenset()


def own_claims(standing: Standing | None, giver: str = "") -> OwnClaims:
    """Put the person's claims into words; without a standing there are none. giver: whose they are until now."""
    if standing is None:
        return OwnClaims()
    words = {entry.pool_id: _words(entry.state, entry) for entry in standing.items}
    groups: set[tuple[str, ...]] = {entry.item.choice_group for entry in standing.items if entry.state == "confirmed"}
    if standing.pool_id is not None:
        words[standing.pool_id] = _words(standing.place_state, standing)
        if standing.has_place:
            groups.add(())
    if standing.wish:
        words[standing.wish.pool_id] = _words(standing.wish.state, standing.wish)
    if giver:
        words = dict.fromkeys(words, f"Geht von {giver} auf Sie über")
    return OwnClaims(words, frozenset(groups))


def _words(state: str, place: Standing | ItemStanding | Wish) -> str:
    if state == "offered" and place.offered_until:
        return f"Ihnen angeboten bis {format_moment(place.offered_until)}: Annehmen können Sie auf Ihrer Seite"
    if state == "waiting":
        return f"Sie stehen auf Platz {place.rank} der Warteliste"
    return _KEPT[state]
