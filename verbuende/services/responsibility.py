"""Which alliance a company turns to, by its post code: an answer that always names somebody and says why."""

from dataclasses import dataclass, field

from verbuende.models import Verbund
from verbuende.regions import LAENDER, locative
from verbuende.services.postcodes import Place, find_place, normalise_plz

Status = Verbund.Status
# An alliance that still works comes before one of which that is not known, and that before one that has ended.
_STATUS_RANK = {
    Status.ACTIVE: 0,
    Status.CONSOLIDATED: 0,
    Status.IN_PREPARATION: 1,
    Status.UNKNOWN: 2,
    Status.HANDED_OVER: 3,
    Status.ENDED: 4,
}


@dataclass(frozen=True)
class Match:
    """One alliance and why it stands in the answer."""

    verbund: Verbund
    reason: str
    is_nationwide: bool


@dataclass(frozen=True)
class Answer:
    """What the portal says to a post code. Either `problem` is a sentence about the input, or `place` is set."""

    plz: str
    problem: str = ""
    place: Place | None = None
    matches: list[Match] = field(default_factory=list)
    centre: Verbund | None = None

    @property
    def states(self) -> list[str]:
        """Codes of the Länder, the most likely first."""
        return list(self.place.states) if self.place else []

    @property
    def where(self) -> str:
        """Say where the PLZ lies: "Essen, Nordrhein-Westfalen"."""
        if self.place is None:
            return ""
        land = LAENDER[self.place.state]
        return land if self.place.district == land else f"{self.place.district}, {land}"


def find_for_plz(plz: str) -> Answer:
    """Return the alliances that work where this post code lies, nationwide ones last, and the centre in any case.

    The directory knows regions by Land; several alliances in a Land are all named rather than guessed between. The
    place needs no query, the rows take two.
    """
    centre = Verbund.objects.centre().order_by("pk").first()
    typed = plz.strip()
    normalised = normalise_plz(typed)
    if normalised is None:
        return Answer(typed, "Geben Sie die Postleitzahl mit fünf Ziffern ein, zum Beispiel 45127.", centre=centre)
    place = find_place(normalised)
    if place is None:
        return Answer(
            normalised, f"Die Postleitzahl {normalised} kennen wir nicht. Prüfen Sie die Ziffern.", centre=centre
        )
    return Answer(normalised, place=place, matches=_matches(place), centre=centre)


def _matches(place: Place) -> list[Match]:
    verbuende = Verbund.objects.alliances().working_in(place.states).select_related("lead")
    return [_match(verbund, place) for verbund in sorted(verbuende, key=lambda verbund: _rank(verbund, place))]


def _rank(verbund: Verbund, place: Place) -> tuple[object, ...]:
    here = [place.states.index(code) for code in verbund.states if code in place.states]
    # The invented alliances of the demo never stand before a real one.
    return min(here, default=len(LAENDER)), verbund.is_demo, _STATUS_RANK[Status(verbund.status)], verbund.sort_key


def _match(verbund: Verbund, place: Place) -> Match:
    here = [code for code in place.states if code in verbund.states]
    if not here:
        return Match(verbund, "arbeitet bundesweit", is_nationwide=True)
    reason = f"arbeitet {locative(here[0])}"
    if here[0] != place.state:
        reason += "; das Gebiet der Postleitzahl reicht möglicherweise dorthin"
    return Match(verbund, reason, is_nationwide=False)
