"""The map of sixteen equal tiles: how many alliances work in each Land."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from verbuende.regions import LAENDER, TILES

SIZE, STEP, MARGIN = 66, 72, 2
# Levels of the look: none, 1–2, 3–5, from 6.
_LEVELS = ((6, 3), (3, 2), (1, 1), (0, 0))


@dataclass(frozen=True)
class LandTile:
    """One Land with its place in the drawing."""

    code: str
    name: str
    count: int
    level: int
    x: int
    y: int

    @property
    def middle(self) -> int:
        """Where both lines of text are centred."""
        return self.x + SIZE // 2

    @property
    def code_y(self) -> int:
        """The baseline of the code."""
        return self.y + 31

    @property
    def count_y(self) -> int:
        """The baseline of the number."""
        return self.y + 52


@dataclass(frozen=True)
class LandMap:
    """All tiles, and what is said below them."""

    tiles: list[LandTile]
    total: int
    unknown: int


def land_map(states: Iterable[list[str]]) -> LandMap:
    """Count alliances by Land; one that works in two Länder counts in both."""
    rows = list(states)
    counts = Counter(code for codes in rows for code in codes)
    tiles = [
        LandTile(
            code=code,
            name=LAENDER[code],
            count=counts[code],
            level=next(level for least, level in _LEVELS if counts[code] >= least),
            x=MARGIN + tile.column * STEP,
            y=MARGIN + tile.row * STEP,
        )
        for code, tile in TILES.items()
    ]
    return LandMap(tiles, total=len(rows), unknown=sum(not codes for codes in rows))
