"""What organisers can do about one person's places, as choices with what it would meet."""

from collections.abc import Iterator, Mapping

from core.form_fields import ChoiceWithHint
from core.numbers import format_number
from events.models import PlaceClaim, PlacePool, Registration
from events.place_act_words import in_place
from events.services.place_act_rules import Act, Kind
from events.services.places import live_claims
from events.services.standing import PoolFigures, pool_figures

State = PlaceClaim.State


def place_options(person: Registration) -> list[tuple[str, ChoiceWithHint]]:
    """Return (value, words) for each act that fits the person's places now; two queries. act_from() reads the value."""
    claims, figures = live_claims(person), pool_figures(person.event)
    return [option for claim in claims for option in _options(claim, claims, figures)]


def read_act(value: str) -> tuple[Kind, int, int | None]:
    """Return kind, claim and target of an option's value. Raises ValueError for anything else."""
    kind, claim, *target = value.split(":")
    return Kind(kind), int(claim), int(target[0]) if target else None


def act_from(value: str, **details: object) -> Act:
    """Return the act an option stands for."""
    kind, claim, target = read_act(value)
    return Act(kind=kind, claims=(claim,), target=target, **details)  # type: ignore[arg-type]


def _options(
    claim: PlaceClaim, claims: list[PlaceClaim], figures: Mapping[int, PoolFigures]
) -> Iterator[tuple[str, ChoiceWithHint]]:
    place, own = in_place(claim.pool), figures[claim.pool_id]
    if claim.state in (State.OFFERED, State.WAITING):
        yield f"confirm:{claim.pk}", ChoiceWithHint(f"Platz {place} zusagen", _room(own))
    if claim.state != State.WISHED:
        for target in figures.values():
            if _is_open_to(target.pool, claim, claims):
                words = f"Umbuchen: {in_place(target.pool)} statt {place}"
                yield f"move:{claim.pk}:{target.pool.pk}", ChoiceWithHint(words, _room(target))
    if claim.state in PlaceClaim.TAKING:
        if own.is_full:
            words = f"Platz {place} zurücknehmen und auf die Warteliste setzen"
            yield f"wait:{claim.pk}", ChoiceWithHint(words, "Die Person stellt sich hinten an.")
        yield f"withdraw:{claim.pk}", ChoiceWithHint(f"Platz {place} zurücknehmen", _after_withdrawal(own))
    else:
        yield f"withdraw:{claim.pk}", ChoiceWithHint(f"Von der Warteliste nehmen: {claim.pool.title}")


def _is_open_to(target: PlacePool, claim: PlaceClaim, claims: list[PlaceClaim]) -> bool:
    """Whether the claim could move there: same level, nothing of the person's there or at the same time."""
    if (target.item is None) != (claim.pool.item is None):
        return False
    others = [other for other in claims if other.pool.choice_group != claim.pool.choice_group]
    is_known = any(other.pool_id == target.pk for other in claims)
    return not is_known and all(other.pool.choice_group != target.choice_group for other in others)


def _room(figures: PoolFigures) -> str:
    waiting = f", {format_number(figures.waiting)} auf der Warteliste" if figures.waiting else ""
    if figures.pool.capacity is None:
        return "ohne Grenze"
    taken, capacity = format_number(figures.taken), format_number(figures.pool.capacity)
    return f"{taken} von {capacity} Plätzen vergeben{waiting}"


def _after_withdrawal(figures: PoolFigures) -> str:
    return "Der Platz geht an die nächste Person der Warteliste." if figures.waiting else "Der Platz wird frei."
