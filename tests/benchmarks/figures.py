"""What was measured: a figure with its target, and the medians behind it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

RUNS = 3


@dataclass(frozen=True)
class Figure:
    """One line of the table. `is_reached` is None where nothing is promised."""

    name: str
    value: str
    target: str = ""
    is_reached: bool | None = None


def at_most(name: str, value: float, limit: float, unit: str, *, digits: int = 0, note: str = "") -> Figure:
    """Return a figure that should not be above its limit."""
    return Figure(name, words(value, unit, digits) + note, f"≤ {words(limit, unit, 0)}", value <= limit)


def share(name: str, value: float, bare: float, least: float, unit: str, *, note: str = "") -> Figure:
    """Return a rate judged by its share of the bare one, measured in the same run."""
    part = value / bare
    text = f"{words(value, unit, 0)} = {part:.0%} der nackten{note}"
    return Figure(name, text, f"≥ {least:.0%}", part >= least)


def words(value: float, unit: str, digits: int = 0) -> str:
    """1.234,5 ms: as Germans write it."""
    return f"{value:,.{digits}f} {unit}".translate(str.maketrans(",.", ".,"))


def median_of(measure: Callable[[], float], runs: int = RUNS) -> float:
    """Measure so many times and return the middle one."""
    return statistics.median(measure() for _ in range(runs))


def p95(seconds: list[float]) -> float:
    """Return the time that 95 of 100 stay within, in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000
