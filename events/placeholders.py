"""The fixed set of placeholders in organisers' own mails: {anrede}, {titel}, {termin}, {ort}, {link} …

A placeholder is one of these words in braces. Any other word in braces is refused while the text is written, so that
no mail leaves with braces in it; a brace by itself is just a brace.
"""

import re

from events.facts import when_line, where_line
from events.models import Registration

PLACEHOLDERS = {
    "anrede": "Guten Tag, Frau Beispiel",
    "name": "Vor- und Nachname",
    "titel": "Titel des Treffens",
    "termin": "Tag und Uhrzeit",
    "ort": "Ort mit Anschrift oder „online“",
    "frist": "bis wann die Antwort erbeten ist",
    "link": "persönlicher Link zur eigenen Seite",
}
_WORD = re.compile(r"\{\s*([^\s{}][^{}]{0,40}?)\s*\}")


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands in braces and is no placeholder, as typed, each once."""
    found = (match for match in _WORD.finditer(text) if match[1].lower() not in PLACEHOLDERS)
    return list(dict.fromkeys(match[0] for match in found))


def fill_placeholders(text: str, values: dict[str, str]) -> str:
    """Put the values in, in one pass: what a value contains is never read as a placeholder again."""
    return _WORD.sub(lambda match: values.get(match[1].lower(), match[0]), text)


def placeholder_values(registration: Registration, *, attendance: str, deadline: str, link: str) -> dict[str, str]:
    """Return the values for one person; `attendance` is how they take part, `link` stands for their own page."""
    event = registration.event
    return {
        "anrede": registration.salutation_line,
        "name": registration.name,
        "titel": event.title,
        "termin": when_line(event),
        "ort": where_line(event, attendance),
        "frist": deadline,
        "link": link,
    }
