"""What an event offers to somebody who answers, fetched for the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.models import Event, ItemTable, PlacePool
from events.services.standing import PoolFigures, pool_figures
from privacy.models import ConsentText
from privacy.services.consents import current_texts

CONSENTS = ("participants_list", "photos", "further_invitations")


@dataclass(frozen=True)
class Offer:
    """Places with their figures, tables to wish for, and the consents asked, in the words valid now."""

    event: Event
    figures: Mapping[int, PoolFigures]
    tables: Sequence[ItemTable]
    consent_texts: Mapping[str, ConsentText]

    @property
    def event_pools(self) -> list[PoolFigures]:
        """Places at the event itself, on site before online."""
        pools = [each for each in self.figures.values() if each.pool.item is None]
        return sorted(pools, key=lambda each: each.pool.kind != PlacePool.Kind.ON_SITE)

    @property
    def item_groups(self) -> list[list[PoolFigures]]:
        """Programme items to choose from; those that run at the same time stand in one group."""
        groups: dict[tuple[str, str], list[PoolFigures]] = {}
        for each in sorted(self.figures.values(), key=_position):
            if each.pool.item is not None:
                groups.setdefault(each.pool.item.choice_group, []).append(each)
        return list(groups.values())


def offer_of(event: Event) -> Offer:
    """Return the event's offer; three queries."""
    tables = ItemTable.objects.filter(item__event=event).select_related("item").order_by("item__position", "number")
    return Offer(event, pool_figures(event), list(tables), current_texts(CONSENTS))


def _position(figures: PoolFigures) -> int:
    return figures.pool.item.position if figures.pool.item else 0
