"""How a pool gives places that become free: confirmed at once, or offered until a deadline; the owner's choice."""

from dataclasses import dataclass

from events.models import PlacePool

Mode = PlacePool.Mode


@dataclass(frozen=True)
class MovingUp:
    """The choice for one pool. hours: how long an offer stands at most; it says nothing without offers."""

    mode: str = Mode.AUTOMATIC
    hours: int | None = None


def set_moving_up(pool: PlacePool, choice: MovingUp | None) -> dict[str, list[str]]:
    """Note the choice in a pool of a locked event; return what changed, in words, for the journal. None: no change.

    Offers already made keep their deadline.
    """
    if choice is None:
        return {}
    before = _words(pool)
    pool.mode, pool.offer_hours = choice.mode, choice.hours or pool.offer_hours
    if _words(pool) == before:
        return {}
    pool.save(update_fields=["mode", "offer_hours"])
    return {f"Nachrücken, {pool.title}": [before, _words(pool)]}


def _words(pool: PlacePool) -> str:
    return f"als Angebot für {pool.offer_hours} Stunden" if pool.mode == Mode.OFFER else "sofort bestätigt"
