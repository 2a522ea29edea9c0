"""The sixteen Länder: codes of ISO 3166-2:DE without the "DE-", their names, and where they lie on the tile map."""

from typing import NamedTuple

from core.search import fold


class Tile(NamedTuple):
    """A Land's place on the map of sixteen equal tiles, counted from the top left."""

    column: int
    row: int


LAENDER = {
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}

TILES = {
    "SH": Tile(2, 0),
    "MV": Tile(3, 0),
    "HB": Tile(1, 1),
    "HH": Tile(2, 1),
    "BB": Tile(3, 1),
    "BE": Tile(4, 1),
    "NW": Tile(0, 2),
    "NI": Tile(1, 2),
    "ST": Tile(2, 2),
    "SN": Tile(3, 2),
    "RP": Tile(0, 3),
    "HE": Tile(1, 3),
    "TH": Tile(2, 3),
    "SL": Tile(0, 4),
    "BW": Tile(1, 4),
    "BY": Tile(2, 4),
}

LAND_CHOICES = tuple(LAENDER.items())


def land_names(codes: list[str]) -> list[str]:
    """Return the names of Länder in the order of the alphabet."""
    return [LAENDER[code] for code in LAENDER if code in codes]


def locative(code: str) -> str:
    """Return "in Hessen", with the article where German wants one: "im Saarland"."""
    return f"{'im' if code == 'SL' else 'in'} {LAENDER[code]}"


def codes_named(word: str) -> list[str]:
    """Return the Länder whose name contains the word, folded: "wuert" finds Baden-Württemberg."""
    needle = fold(word)
    return [code for code, name in LAENDER.items() if len(needle) > 2 and needle in fold(name)]
