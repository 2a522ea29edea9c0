"""Statistics of the answers to one event: by role, Land, kind of organisation, way to take part, and over time.

Five queries however many people there are. Each figure carries its definition; what is not known is counted as unknown.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncDate

from core.dates import BERLIN, format_short_day
from events.models import Event, PlaceClaim, Registration
from verbuende.models import Organisation
from verbuende.regions import LAENDER

UNKNOWN = "unbekannt"
SEVERAL = "mehrere Länder"
NATIONWIDE = "bundesweit"
ALLIANCE = "Weiterbildungsverbund"
Answer = Registration.Answer
State = PlaceClaim.State
# A chart of more days shows weeks: bars one can still tell apart.
MOST_DAYS = 45


@dataclass(frozen=True)
class Share:
    """One line of a figure: yes, no and open, or the counts its heads name."""

    label: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True)
class Figure:
    """One figure: title, definition, the heads of its counts, its lines."""

    title: str
    definition: str
    heads: tuple[str, ...]
    lines: tuple[Share, ...]

    @property
    def rows(self) -> list[tuple[Share, list[tuple[str, int]]]]:
        """Each line with its counts under their heads, for the table."""
        return [(line, list(zip(self.heads, line.counts, strict=True))) for line in self.lines]


HEADS = ("Zugesagt", "Abgesagt", "Noch offen")
PLACE_HEADS = ("Bestätigt", "Angeboten", "Warteliste")


def answer_figures(event: Event) -> list[Figure]:
    """Return the figures of one event, in the order of the page."""
    return [_by_role(event), _by_land(event), _by_kind(event), _by_place(event)]


def _by_role(event: Event) -> Figure:
    rows = _counted(event, "role")
    counts = _sum(((Registration.Role(role).label, answer, n) for role, answer, n in rows))
    definition = (
        "Alle Personen der Gästeliste nach ihrer Rolle und ihrer Antwort. Wer eine Vertretung geschickt hat, zählt als "
        "abgesagt, die Vertretung für sich."
    )
    return Figure("Nach Rolle", definition, HEADS, _sorted(counts))


def _by_land(event: Event) -> Figure:
    rows = _counted(event, "contact__state", "verbund__states", "verbund__is_nationwide")
    counts = _sum((_land(state, states, is_nationwide), answer, n) for state, states, is_nationwide, answer, n in rows)
    definition = (
        "Das Land des Kontakts aus dem Adressbuch, sonst das Land des Verbunds, für den jemand eingeladen ist. "
        "Wer sich selbst angemeldet hat, nennt kein Land."
    )
    return Figure("Nach Land", definition, HEADS, _sorted(counts))


def _by_kind(event: Event) -> Figure:
    rows = _counted(event, "organisation__kind", "verbund_id")
    counts = _sum((_kind(kind, verbund), answer, n) for kind, verbund, answer, n in rows)
    definition = (
        "Die Art der hinterlegten Organisation; ohne Organisation zählt der Verbund, für den jemand eingeladen ist. "
        "Nur von Hand eingetragene Namen haben keine Art."
    )
    return Figure("Nach Art der Organisation", definition, HEADS, _sorted(counts))


def _by_place(event: Event) -> Figure:
    claims = PlaceClaim.objects.filter(pool__event=event, pool__item__isnull=True, state__in=PlaceClaim.LIVE)
    counts: dict[str, list[int]] = {}
    for kind, state, n in claims.order_by().values_list("pool__kind", "state").annotate(n=Count("pk")):
        line = counts.setdefault(str(Registration.Attendance(kind).label), [0, 0, 0])
        column = {State.CONFIRMED: 0, State.OFFERED: 1}.get(State(state), 2)
        line[column] += n
    definition = (
        "Plätze am Treffen selbst, nicht in Programmpunkten. Wer einen Platz hat und auf einen anderen wartet, "
        "steht in beiden Zeilen."
    )
    lines = tuple(Share(label, tuple(line)) for label, line in sorted(counts.items(), reverse=True))
    return Figure("Vor Ort und online", definition, PLACE_HEADS, lines)


def answers_over_time(event: Event) -> Figure:
    """Return yes and no per day, or per week where the answers spread over a long time; empty days included."""
    answered = event.registrations.exclude(answered_at=None).exclude(answer=Answer.OPEN).order_by()
    days = answered.annotate(day=TruncDate("answered_at", tzinfo=BERLIN)).values_list("day", "answer")
    counts: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0])
    for day, answer, n in days.annotate(n=Count("pk")):
        counts[day][0 if answer == Answer.YES else 1] += n
    is_weekly = bool(counts) and (max(counts) - min(counts)).days >= MOST_DAYS
    lines = tuple(_weeks(counts) if is_weekly else _days(counts))
    definition = (
        f"Die letzte Antwort jeder Person, {'je Woche ab Montag' if is_weekly else 'je Tag'}. "
        "Wer seine Antwort ändert, zählt am Tag der Änderung."
    )
    return Figure("Im Lauf der Zeit", definition, ("Zugesagt", "Abgesagt"), lines)


def _counted(event: Event, *fields: str) -> Iterable[tuple]:
    """Return the fields, the answer and how many people share them."""
    return event.registrations.order_by().values_list(*fields, "answer").annotate(n=Count("pk"))


def _sum(rows: Iterable[tuple[str, str, int]]) -> dict[str, list[int]]:
    # Whoever sends a deputy does not come; the deputy is a person of their own.
    columns = {Answer.YES: 0, Answer.NO: 1, Answer.DEPUTY: 1}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for label, answer, n in rows:
        counts[str(label)][columns.get(Answer(answer), 2)] += n
    return counts


def _sorted(counts: dict[str, list[int]]) -> tuple[Share, ...]:
    """The largest first; what is unknown stands last."""
    lines = [Share(label, tuple(line)) for label, line in counts.items()]
    return tuple(sorted(lines, key=lambda line: (line.label == UNKNOWN, -line.total, line.label)))


def _land(state: str | None, states: list[str] | None, is_nationwide: bool | None) -> str:
    if state:
        return LAENDER.get(state, UNKNOWN)
    if is_nationwide:
        return NATIONWIDE
    known = states or []
    if len(known) > 1:
        return SEVERAL
    return LAENDER.get(known[0], UNKNOWN) if known else UNKNOWN


def _kind(kind: str | None, verbund: int | None) -> str:
    if kind:
        return str(Organisation.Kind(kind).label)
    return ALLIANCE if verbund else UNKNOWN


def _days(counts: dict[dt.date, list[int]]) -> Iterable[Share]:
    if counts:
        first = min(counts)
        for number in range((max(counts) - first).days + 1):
            day = first + dt.timedelta(days=number)
            yield Share(format_short_day(day), tuple(counts.get(day, (0, 0))))


def _weeks(counts: dict[dt.date, list[int]]) -> Iterable[Share]:
    weeks: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0])
    for day, (yes, no) in counts.items():
        monday = day - dt.timedelta(days=day.weekday())
        weeks[monday][0] += yes
        weeks[monday][1] += no
    monday, last = min(weeks), max(weeks)
    while monday <= last:
        yield Share(f"Woche ab {format_short_day(monday)}", tuple(weeks.get(monday, (0, 0))))
        monday += dt.timedelta(days=7)
