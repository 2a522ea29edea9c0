"""What each kind of meeting usually looks like: the template an organiser starts from."""

from events.models import Event, ProgrammeItem

Item = ProgrammeItem.Kind

# Per kind of event: (kind of item, title, minutes, part). Lengths are a start, not a rule.
TEMPLATES: dict[str, tuple[tuple[str, str, int | None, str], ...]] = {
    Event.Kind.NETWORK_MEETING: (
        (Item.WELCOME, "Begrüßung und Einführung", 15, ""),
        (Item.GREETING, "", 10, ""),
        (Item.PANEL, "Podium mit Fragen aus dem Publikum", 45, ""),
        (Item.PITCH, "Die Verbünde stellen sich vor", None, ""),
        (Item.MARKET, "Markt der Möglichkeiten", 60, ""),
        (Item.BREAK, "Mittagspause", 60, ""),
        (Item.CAFE, "Moderierte Thementische", 75, ""),
        (Item.PLENARY, "Ergebnisse der Thementische", 30, ""),
    ),
    Event.Kind.WORKSHOP_TALK: (
        (Item.WELCOME, "Begrüßung", 10, ""),
        (Item.TALK, "Impuls", 20, ""),
        (Item.WORKSHOP, "Workshop 1", 60, ""),
        (Item.WORKSHOP, "Workshop 2", 60, ""),
        (Item.WORKSHOP, "Workshop 3", 60, ""),
        (Item.PLENARY, "Ergebnisse und Ausblick", 20, ""),
    ),
    Event.Kind.SYMPOSIUM: (
        (Item.WELCOME, "Eröffnung", 15, "Vormittag"),
        (Item.TALK, "Vortrag", 30, "Vormittag"),
        (Item.PANEL, "Podium", 60, "Vormittag"),
        (Item.BREAK, "Mittagspause", 60, ""),
        (Item.WORKSHOP, "Gesprächsrunde 1", 60, "Nachmittag"),
        (Item.WORKSHOP, "Gesprächsrunde 2", 60, "Nachmittag"),
        (Item.PLENARY, "Ausblick", 30, "Nachmittag"),
    ),
    Event.Kind.BARCAMP: (
        (Item.WELCOME, "Begrüßung und Vorstellungsrunde", 30, ""),
        (Item.OTHER, "Sessionplanung", 45, ""),
        (Item.OTHER, "Sessions, erste Runde", 45, ""),
        (Item.BREAK, "Pause", 30, ""),
        (Item.OTHER, "Sessions, zweite Runde", 45, ""),
        (Item.PLENARY, "Abschlussrunde", 30, ""),
    ),
    Event.Kind.ADVISORY_BOARD: (
        (Item.WELCOME, "Begrüßung", 10, ""),
        (Item.TALK, "Stand der Arbeit", 30, ""),
        (Item.OTHER, "Aussprache", 60, ""),
        (Item.OTHER, "Beschlüsse und Termine", 20, ""),
    ),
}


def draft_items(event: Event) -> list[ProgrammeItem]:
    """Lay out the usual items of the event's kind, without clock times: those are the organisers' to set."""
    return ProgrammeItem.objects.bulk_create(
        ProgrammeItem(event=event, position=position, kind=kind, title=title, minutes=minutes, part=part)
        for position, (kind, title, minutes, part) in enumerate(TEMPLATES.get(event.kind, ()), start=1)
    )
