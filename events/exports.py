"""Taking the guest list away: the file says what was asked for, the journal who took it."""

import re
from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser

from core.dates import format_moment
from core.journal import journal
from core.search import fold
from events.models import Event

# Longer names are cut off by some systems, and then the ending is gone.
NAME_LENGTH = 120


def export_name(event: Event, filters: Sequence[str]) -> str:
    """gaeste-treffen-2027 or, under filters, gaeste-treffen-2027-zugesagt-podium: a table has no room to say it."""
    words = "-".join(re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-") for text in filters)
    return "-".join(part for part in (f"gaeste-{event.slug}", words) if part)[:NAME_LENGTH].rstrip("-")


def about_export(event: Event, filters: Sequence[str], count: int, taken_at: object) -> list[tuple[str, str]]:
    """Return what the second sheet of an XLSX export says: of which event, under which filters, when."""
    return [
        ("Treffen", event.title),
        ("Auswahl", "; ".join(filters) or "alle Gäste"),
        ("Personen", str(count)),
        ("Stand", format_moment(taken_at)),
    ]


def note_export(*, actor: AbstractBaseUser, event: Event, count: int, kind: str, filters: Sequence[str]) -> None:
    """Write down who took which list away: it leaves the portal's protection with them."""
    journal(
        scope=event.scope,
        obj=event,
        action=f"Gästeliste exportiert ({kind})",
        actor=actor,
        changes={"people": [0, count]},
        reason=f"Auswahl: {'; '.join(filters)}" if filters else "",
    )


def note_log_export(*, actor: AbstractBaseUser, event: Event, count: int, filters: Sequence[str]) -> None:
    """Write down who took the journal away, and how many entries of it."""
    journal(
        scope=event.scope,
        obj=event,
        action="Protokoll exportiert (CSV)",
        actor=actor,
        changes={"entries": [0, count]},
        reason=f"Auswahl: {'; '.join(filters)}" if filters else "",
    )
