"""What a person's own page says about each place offered to them or waited for, beside the one they have."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.dates import format_moment
from events.clashes import clashing
from events.models import PlaceClaim
from events.own_place_words import rank_reason
from events.services.standing import ItemStanding, Standing, Wish

State = PlaceClaim.State
# docs/decisions/0021
SWAP = "Möchte jemand umgekehrt auf Ihren Platz, tauschen Sie beide, sobald Sie an der Reihe sind."


@dataclass(frozen=True)
class PlaceCard:
    """One such place: in words, and what one can do about it: accept or decline, leave, or choose one of two.

    choices: pool and title of items at the same time, of which the person may keep one.
    """

    pool_id: int
    title: str
    paragraphs: tuple[str, ...]
    is_offer: bool = False
    leave_label: str = ""
    choices: tuple[tuple[int, str], ...] = ()


def place_cards(standing: Standing) -> Iterator[PlaceCard]:
    """Yield a card for items that now run at the same time, the wished way to take part, each item not sure yet."""
    for first, second in torn_items(standing):
        yield _torn_card(first, second)
    if standing.wish:
        yield _wish_card(standing, standing.wish)
    for entry in standing.items:
        if entry.state != "confirmed":
            yield _item_card(standing, entry)


def torn_items(standing: Standing) -> list[tuple[ItemStanding, ItemStanding]]:
    """Return the pairs of chosen items between which the person has to choose, since they run at the same time.

    Not those where they wait for one and keep the other until then: that was their own choice.
    """
    entries = {entry.item.pk: entry for entry in standing.items}
    pairs = [
        (entries[first.pk], entries[second.pk]) for first, second in clashing(entry.item for entry in standing.items)
    ]
    return [pair for pair in pairs if not _is_own_wish(*pair)]


def _is_own_wish(first: ItemStanding, second: ItemStanding) -> bool:
    sure = [entry for entry in (first, second) if entry.state == State.CONFIRMED]
    return len(sure) == 1 and first.item.choice_group == second.item.choice_group


def _torn_card(first: ItemStanding, second: ItemStanding) -> PlaceCard:
    titles = [entry.item.headline for entry in (first, second)]
    text = (
        f"„{titles[0]}“ und „{titles[1]}“ haben Sie beide gewählt. Wählen Sie einen davon, damit der andere Platz an "
        "die nächste Person gehen kann. Bis dahin behalten Sie, was Sie haben."
    )
    choices = tuple((entry.pool_id, f"„{entry.item.headline}“ behalten") for entry in (first, second))
    return PlaceCard(first.pool_id, "Zwei Ihrer Programmpunkte laufen zur selben Zeit", (text,), choices=choices)


def _wish_card(standing: Standing, wish: Wish) -> PlaceCard:
    keeps = f"Ihren Platz {standing.attendance_label}"
    if wish.offered_until:
        until = f"Wir halten ihn bis {format_moment(wish.offered_until)} für Sie frei."
        either = f"Nehmen Sie ihn an, geben wir {keeps} weiter. Ohne Ihre Antwort behalten Sie {keeps}."
        title = f"Ein Platz {wish.attendance_label} ist für Sie frei"
        return PlaceCard(wish.pool_id, title, (until, either), is_offer=True)
    label = wish.attendance_label
    kept = f"Sie haben einen Platz {standing.attendance_label} und behalten ihn, bis {label} einer für Sie frei wird."
    title = f"{label[0].upper()}{label[1:]}: Platz {wish.rank} der Warteliste"
    turn = f"{rank_reason(wish.rank or 1)} {SWAP}"
    return PlaceCard(wish.pool_id, title, (kept, turn), leave_label="Nicht mehr warten")


def _item_card(standing: Standing, entry: ItemStanding) -> PlaceCard:
    item, keeps = entry.item, f"in „{entry.instead_of.headline}“" if entry.instead_of else ""
    if entry.offered_until:
        swaps = f" Nehmen Sie ihn an, geben wir Ihren Platz {keeps} weiter." if keeps else ""
        text = f"Wir halten ihn bis {format_moment(entry.offered_until)} für Sie frei.{swaps}"
        return PlaceCard(entry.pool_id, f"„{item.headline}“: Ein Platz ist für Sie frei", (text,), is_offer=True)
    if entry.state == "wished":
        text = "Sie reihen sich ein, sobald Ihr Platz beim Treffen sicher ist, mit dem Rang vom Tag Ihrer Anmeldung."
        return PlaceCard(entry.pool_id, f"„{item.headline}“: vorgemerkt", (text,), leave_label="Nicht mehr vormerken")
    full = "Alle Plätze sind vergeben." + (" Ihr Platz beim Treffen selbst ist sicher." if standing.has_place else "")
    turn = f"{rank_reason(entry.rank or 1)} Wird ein Platz frei, rücken Sie der Reihe nach auf und erhalten eine Mail."
    if keeps:
        turn += f" Bis dahin behalten Sie Ihren Platz {keeps}. {SWAP}"
    title = f"„{item.headline}“: Platz {entry.rank} der Warteliste"
    return PlaceCard(entry.pool_id, title, (full, turn), leave_label="Warteliste verlassen")
