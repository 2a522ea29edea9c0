"""Places of one event in words for its organisers; overbooking is named, never hidden."""

from dataclasses import dataclass

from core.numbers import format_number
from events.models import Event, PlacePool
from events.services.standing import PoolFigures, pool_figures


@dataclass(frozen=True)
class PoolLine:
    """One pool: "vor Ort", taken of capacity, how many wait."""

    label: str
    figures: PoolFigures

    @property
    def is_item(self) -> bool:
        """Whether these are places in a programme item."""
        return self.figures.pool.kind == PlacePool.Kind.ITEM

    @property
    def is_overbooked(self) -> bool:
        """Whether more places are given than there are; happens only after the capacity was lowered."""
        capacity = self.figures.pool.capacity
        return capacity is not None and self.figures.taken > capacity

    @property
    def taken_words(self) -> str:
        """32/40, or 32 without a limit."""
        capacity, taken = self.figures.pool.capacity, format_number(self.figures.taken)
        return taken if capacity is None else f"{taken}/{format_number(capacity)}"

    @property
    def overbooked_words(self) -> str:
        """Überbucht vor Ort: 62 Zusagen auf 60 Plätze"""
        capacity = self.figures.pool.capacity or 0
        return f"Überbucht, {self.label}: {format_number(self.figures.taken)} auf {format_number(capacity)} Plätzen"


def pool_lines(event: Event) -> list[PoolLine]:
    """Return the pools of an event, places at the event first; one query."""
    lines = [PoolLine(_label(figures.pool), figures) for figures in pool_figures(event).values()]
    return sorted(lines, key=lambda line: line.is_item)


def _label(pool: PlacePool) -> str:
    return pool.item.headline if pool.item else pool.get_kind_display()
