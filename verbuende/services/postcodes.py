"""Which Land and district a German post code lies in, from the derived tables in verbuende/data."""

import csv
import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class Place(NamedTuple):
    """What the table knows of a PLZ. It knows one point of it only, so near a border it names the other Länder too."""

    plz: str
    state: str
    other_states: tuple[str, ...]
    district: str
    is_approximate: bool

    @property
    def states(self) -> tuple[str, ...]:
        """The most likely Land first."""
        return (self.state, *self.other_states)


def normalise_plz(text: str) -> str | None:
    """Return five digits, or None for anything else; "D-45127" and "1067" (a lost leading zero) are understood."""
    digits = re.sub(r"\s+", "", text).upper().removeprefix("D-").removeprefix("DE-")
    if not re.fullmatch(r"[0-9]{4,5}", digits):
        return None
    return digits.zfill(5)


def find_place(plz: str) -> Place | None:
    """Return what is known of a normalised PLZ."""
    return _places().get(plz)


@lru_cache(maxsize=1)
def _places() -> dict[str, Place]:
    names = {row["ags"]: row["name"] for row in _rows("districts.csv")}
    return {
        row["plz"]: Place(
            plz=row["plz"],
            state=row["state"],
            other_states=tuple(row["other_states"].split()),
            district=names[row["district"]],
            is_approximate=row["is_approximate"] == "1",
        )
        for row in _rows("plz.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    table = (files("verbuende") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(table.splitlines()))
