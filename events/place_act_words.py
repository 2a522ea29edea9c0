"""What organisers did to a place, in words: for the journal, the check page and the mail."""

from core.numbers import format_number
from events.models import PlaceClaim, PlacePool, Registration
from events.services.standing import ItemStanding, Standing

State = PlaceClaim.State
OVERBOOKED = "Über die Kapazität hinaus zugesagt"
PASSED = "Vor der Reihe zugesagt"
CONFIRMED = "Von Hand zugesagt"


def place_summary(standing: Standing) -> str:
    """Platz vor Ort; Workshop 1 (Platz 2 der Warteliste)"""
    parts = [_at_event(standing), *(_item(entry) for entry in standing.items)]
    if standing.wish:
        parts.insert(1, f"wartet auf Platz {standing.wish.attendance_label}")
    return "; ".join(part for part in parts if part) or "kein Platz"


def journal_action(kind: str, pool: PlacePool, target: PlacePool | None, *, passed: int, excess: int) -> str:
    """Return what the journal calls the act; `item` must be joined."""
    place = (target or pool).title
    if kind in ("confirm", "move"):
        word = OVERBOOKED if excess else PASSED if passed else CONFIRMED
        moved = f", umgebucht von {pool.title}" if target else ""
        return f"{word}: {place}{moved}"
    return f"Auf die Warteliste zurückgesetzt: {place}" if kind == "wait" else f"Platz zurückgenommen: {place}"


def mail_note(kind: str, claim: PlaceClaim, target: PlacePool | None, words: str) -> str:
    """Return the first paragraph of the mail: who did what, and what the organisers add in their own words."""
    place, has_place = in_place(claim.pool), claim.state in PlaceClaim.TAKING
    match kind:
        case "confirm":
            sentence = f"die Gastgeber haben Ihnen einen Platz {place} zugesagt."
        case "move" if target:
            sentence = f"die Gastgeber haben Sie umgebucht: Ihr Platz ist jetzt {in_place(target)} statt {place}."
        case "wait":
            sentence = f"die Gastgeber mussten Ihren Platz {place} zurücknehmen. Sie stehen dafür auf der Warteliste."
        case _ if has_place:
            sentence = f"die Gastgeber mussten Ihren Platz {place} zurücknehmen."
        case _:
            sentence = f"die Gastgeber haben Sie von der Warteliste für einen Platz {place} genommen."
    return f"{sentence} {words}".strip()


def in_place(pool: PlacePool) -> str:
    """vor Ort, online, in „Workshop 1“; `item` must be joined."""
    return f"in „{pool.title}“" if pool.item else pool.title


def _at_event(standing: Standing) -> str:
    place = standing.attendance_label
    match standing.place_state:
        case State.CONFIRMED:
            return f"Platz {place}"
        case State.OFFERED:
            return f"Platz {place} angeboten"
        case State.WAITING:
            return f"Platz {format_number(standing.rank or 0)} der Warteliste {place}"
    return "nimmt nicht teil" if standing.answer == Registration.Answer.NO else "kein Platz"


def _item(entry: ItemStanding) -> str:
    note = {
        State.WAITING: f" (Platz {format_number(entry.rank or 0)} der Warteliste)",
        State.WISHED: " (vorgemerkt)",
        State.OFFERED: " (angeboten)",
    }.get(State(entry.state), "")
    return f"{entry.item.headline}{note}"
