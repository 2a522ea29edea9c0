"""What the templates of own notices and of the mail afterwards are given."""

from typing import Any

from core.dates import format_day
from events.models import Event, Registration
from events.placeholders import fill_placeholders, placeholder_values
from events.services.standing import standing_of

# Stands for the personal link while words are filled in; nobody types it (a private character of Unicode).
_LINK = "\ue000"


def thanks_words(event: Event) -> dict[str, Any]:
    """Return the way to what came of the event: its recap where one is known, else its page."""
    return {"recap_url": event.recap_url}


def notice_words(registration: Registration, *, subject: str, text: str) -> dict[str, Any]:
    """Return the organisers' own words for one person, lines split where the link stands: in HTML it can be clicked."""
    event = registration.event
    values = placeholder_values(
        registration,
        attendance=standing_of(registration).attendance,
        deadline=format_day(event.answer_by) if event.answer_by else "",
        link=_LINK,
    )
    return {
        "own_subject": fill_placeholders(subject, values | {"link": event.title}),
        "own_paragraphs": [part.split(_LINK) for part in fill_placeholders(text, values).splitlines()],
        "greets": "{anrede}" in text.lower(),
    }
