"""Places in words, the same on the person's page and in their mails."""

from collections.abc import Mapping
from typing import Any

from core.numbers import number_word


def rank_reason(rank: int) -> str:
    """Say why this rank on a waiting list, counted from 1."""
    if rank <= 1:
        return "Sie sind als Nächstes an der Reihe."
    if rank == 2:
        return "Vor Ihnen wartet eine Person, die sich früher gemeldet hat."
    return f"Vor Ihnen warten {number_word(rank - 1)} Personen, die sich früher gemeldet haben."


def choice_words(chosen: Mapping[str, Any]) -> str:
    """Say how it stands with a chosen item, as place_snapshots keeps it."""
    keeping = chosen.get("instead_of")
    until_then = f"; bis dahin behalten Sie Ihren Platz in „{keeping}“" if keeping else ""
    match chosen["state"]:
        case "waiting":
            return f"Platz {chosen['rank']} der Warteliste{until_then}"
        case "wished":
            return "vorgemerkt, bis Sie einen Platz beim Treffen haben"
        case "offered":
            return f"Ihnen angeboten, bitte annehmen bis {chosen['offered_until']}{until_then}"
    return str(chosen["room"])
