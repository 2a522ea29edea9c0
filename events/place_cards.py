"""What a person's own page says about each place offered to them or waited for, beside the one they have."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.dates import format_moment
from events.own_place_words import rank_reason
from events.services.standing import ItemStanding, Standing, Wish

# docs/decisions/0021
SWAP = "Möchte jemand umgekehrt auf Ihren Platz, tauschen Sie beide, sobald Sie an der Reihe sind."


@dataclass(frozen=True)
class PlaceCard:
    """One such place: in words, and what one can do about it. offer: accept or decline; queue: leave."""

    pool_id: int
    title: str
    paragraphs: tuple[str, ...]
    is_offer: bool = False
    leave_label: str = ""


def place_cards(standing: Standing) -> Iterator[PlaceCard]:
    """Yield a card for the wished way to take part and for each item that is not sure yet."""
    if standing.wish:
        yield _wish_card(standing, standing.wish)
    for entry in standing.items:
        if entry.state != "confirmed":
            yield _item_card(standing, entry)


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
