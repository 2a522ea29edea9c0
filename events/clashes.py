"""Programme items that run at the same time, and who has chosen both. Pure functions on fetched items.

Items of one choice group exclude each other when people choose. Items can also come to overlap later, when organisers
move one of them or make it longer: whoever has both then keeps both until they choose.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.change_facts import Facts, item_key
from events.models import ProgrammeItem

type Pair = tuple[ProgrammeItem, ProgrammeItem]


@dataclass(frozen=True)
class _Span:
    """When an item runs, as far as that is known."""

    part: str
    starts_at: dt.datetime | None
    length: dt.timedelta | None

    def meets(self, other: "_Span") -> bool:
        """Whether nobody can be in both from beginning to end."""
        if self.starts_at is None or other.starts_at is None:
            return self.starts_at == other.starts_at and self.part == other.part
        return self.starts_at == other.starts_at or self.covers(other.starts_at) or other.covers(self.starts_at)

    def covers(self, moment: dt.datetime) -> bool:
        """Whether the item is known to be under way at this moment."""
        if self.starts_at is None or self.length is None:
            return False
        return self.starts_at <= moment < self.starts_at + self.length


def end_of(item: ProgrammeItem) -> dt.datetime | None:
    """Return when the item ends, as stated or from its length; None if neither is known."""
    if item.ends_at:
        return item.ends_at
    return item.starts_at + item.length if item.starts_at and item.length else None


def clashing(items: Iterable[ProgrammeItem]) -> list[Pair]:
    """Return the pairs among these items that run at the same time, wholly or in part."""
    return [pair for pair in itertools.combinations(items, 2) if _span(pair[0]).meets(_span(pair[1]))]


def newly_clashing(items: Iterable[ProgrammeItem], before: Facts) -> list[Pair]:
    """Return the pairs that clash now and did not before; before: facts as an EventChange keeps them."""
    return [
        (first, second)
        for first, second in clashing(items)
        if not _span_before(first, before).meets(_span_before(second, before))
    ]


def who_has_both(pairs: Iterable[Pair], chosen: Sequence[tuple[int, int]]) -> dict[Pair, set[int]]:
    """Return whom each pair concerns. chosen: registration and item of every live claim."""
    people: dict[int, set[int]] = {}
    for person, item in chosen:
        people.setdefault(item, set()).add(person)
    found = {(first, second): people.get(first.pk, set()) & people.get(second.pk, set()) for first, second in pairs}
    return {pair: both for pair, both in found.items() if both}


def _span(item: ProgrammeItem) -> _Span:
    return _Span(item.part, item.starts_at, item.length)


def _span_before(item: ProgrammeItem, before: Facts) -> _Span:
    now, facts = _span(item), before.get(item_key(item.pk))
    return now if facts is None else _Span(now.part, _moment(facts), _length(facts, now))


def _moment(facts: Mapping[str, Any]) -> dt.datetime | None:
    text = facts["starts_at"]
    return dt.datetime.fromisoformat(text) if text else None


def _length(facts: Mapping[str, Any], now: _Span) -> dt.timedelta | None:
    """Return how long it was; changes of earlier versions say nothing of it, and changed nothing of it."""
    if "minutes" not in facts:
        return now.length
    return None if facts["minutes"] is None else dt.timedelta(minutes=facts["minutes"])
