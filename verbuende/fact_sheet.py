"""An alliance's facts for its page: value, how sure it is, what is to be said about it, the numbers of its sources."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from verbuende.models import FactSource, Verbund

Confidence = FactSource.Confidence
# These words stand beside the value; what is sourced says so by its footnote, a neighbour by its own notice.
_MARKED = (Confidence.INFERRED, Confidence.UNCONFIRMED, Confidence.NAMED_ONLY)


@dataclass
class Note:
    """One numbered source at the end of the page."""

    number: int
    title: str
    url: str


@dataclass
class FactRow:
    """One line of the key facts. An empty value is shown as "unbekannt"."""

    label: str
    value: str
    url: str = ""
    mark: str = ""
    remarks: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass
class FactSheet:
    """Everything the page shows of sourced facts."""

    rows: list[FactRow]
    spellings: list[FactRow]
    summary: FactRow
    partners: FactRow
    remark: FactRow
    notes: list[Note]
    checked_on: dt.date | None
    is_named_only: bool


class _Sources:
    """Sources by field, each address numbered once in the order of the rows."""

    def __init__(self, sources: Iterable[FactSource]) -> None:
        self.by_field: dict[str, list[FactSource]] = defaultdict(list)
        self.notes: dict[tuple[str, str], Note] = {}
        for source in sources:
            self.by_field[source.field].append(source)
            key = (source.url, source.title)
            self.notes.setdefault(key, Note(len(self.notes) + 1, source.title, source.url))

    def row(self, name: str, label: str, value: str, url: str = "") -> FactRow:
        sources = self.by_field[name]
        marks = [Confidence(source.confidence).label for source in sources if source.confidence in _MARKED]
        return FactRow(
            label=label,
            value=value,
            url=url,
            mark=marks[0] if marks else "",
            remarks=list(dict.fromkeys(source.note for source in sources if source.note)),
            notes=[self.notes[source.url, source.title] for source in sources],
        )


def fact_sheet(verbund: Verbund, sources: list[FactSource]) -> FactSheet:
    """Put the alliance's current facts and their sources together; asks the database nothing."""
    known = _Sources(sources)
    summary = known.row("summary", "In einem Satz", verbund.summary)
    rows = [
        _lead_row(known, verbund),
        known.row("region_text", "Region", verbund.region_text),
        *_states_row(known, verbund),
        known.row("seat", "Sitz", verbund.seat),
        known.row("sector_text", "Branche", verbund.sector_text),
        known.row("structure_text", "Aufbau", verbund.structure_text),
        known.row("programme", "Programm", verbund.programme and f"„{verbund.programme}“"),
        known.row("funding_round", "Förderrunde", verbund.funding_round and verbund.get_funding_round_display()),
        known.row("period_text", "Laufzeit", verbund.period_text),
        known.row("website", "Website", _bare(verbund.website), url=verbund.website),
        known.row("status", "Heutiger Stand", _status(verbund)),
    ]
    spellings = [known.row("name", "Name", verbund.name), known.row("short_name", "Kurzname", verbund.short_name)]
    return FactSheet(
        rows=rows,
        spellings=[row for row in spellings if row.remarks],
        summary=summary,
        partners=known.row("partners_text", "Partner", verbund.partners_text),
        remark=known.row("note", "Anmerkung", verbund.note),
        notes=list(known.notes.values()),
        checked_on=max((source.as_of for source in sources), default=None),
        is_named_only=bool(sources) and any(source.confidence == Confidence.NAMED_ONLY for source in sources),
    )


def _lead_row(known: _Sources, verbund: Verbund) -> FactRow:
    row = known.row("lead", "Träger", verbund.lead.name if verbund.lead else "")
    # "nicht bestätigt" is said by the mark already.
    if verbund.lead_note and verbund.lead_note != row.mark:
        row.remarks.insert(0, verbund.lead_note)
    return row


def _states_row(known: _Sources, verbund: Verbund) -> list[FactRow]:
    """Name the Länder, unless the region says the same already."""
    names = [verbund.state_names] if verbund.states else []
    text = ", ".join([*names, "bundesweit"] if verbund.is_nationwide else names)
    return [] if text and text == verbund.region_text else [known.row("states", "Länder", text)]


def _status(verbund: Verbund) -> str:
    return "" if verbund.status == Verbund.Status.UNKNOWN else verbund.get_status_display()


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
