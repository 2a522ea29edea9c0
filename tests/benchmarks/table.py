"""The table, for the console and for docs/performance.md."""

from collections.abc import Iterable

from tests.benchmarks.figures import Figure

VERDICTS = {True: "erreicht", False: "nicht erreicht", None: ""}
HEADS = ("Gemessen", "Wert", "Ziel", "")


def console(figures: Iterable[Figure]) -> str:
    """Return the figures in columns."""
    rows = _rows(figures)
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])


def markdown(figures: Iterable[Figure]) -> str:
    """Return the figures as a table of a document."""
    head, *rows = [f"| {' | '.join(row)} |" for row in _rows(figures)]
    return "\n".join([head, "|---" * len(HEADS) + "|", *rows])


def _rows(figures: Iterable[Figure]) -> list[tuple[str, ...]]:
    return [HEADS, *((each.name, each.value, each.target, VERDICTS[each.is_reached]) for each in figures)]
