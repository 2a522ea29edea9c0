"""Reading data/alliances.csv through the explicit split table data/alliances_split.json.

A cell of the research file may hold a value, how sure it is and a remark at once ("FRL 1 (inferred)", "Brandenburg;
Berlin"). The table says for each exact cell text what it means. Nothing is guessed: a cell the table does not know
stays unknown and is reported.
"""

import csv
import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from verbuende.models import FactSource
from verbuende.services.alliances import Source

DATA = Path(__file__).parent / "data"
# The day the research behind alliances.csv was finished.
RESEARCHED_ON = dt.date(2026, 11, 21)

Confidence = FactSource.Confidence

# Column of the file → field of Verbund.
COLUMNS = {
    "name": "name",
    "short_name": "short_name",
    "focus_one_line": "summary",
    "lead_traeger": "lead",
    "partners": "partners_text",
    "region": "region_text",
    "seat_city": "seat",
    "bundesland": "states",
    "branche": "sector_text",
    "foerderrichtlinie": "funding_round",
    "funding_period": "period_text",
    "programme_status": "programme",
    "actor_type_guess": "structure_text",
    "website": "website",
    "note": "note",
}
# A name needs a source only where something is said about it.
NAMES = ("name", "short_name")
UNKNOWN: dict[str, Any] = {"states": [], "lead": None}
AS_WRITTEN = "="
SOURCE_SEPARATOR = " | "


@dataclass
class Fact:
    """What one cell says about one field."""

    value: Any
    confidence: str = ""
    note: str = ""
    source: str = ""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class Reading:
    """One row, read: facts by field, sources, and what could not be split."""

    slug: str
    kind: str = "alliance"
    facts: dict[str, Fact] = field(default_factory=dict)
    sources: list[tuple[str, str]] = field(default_factory=list)
    confidence: str = Confidence.SOURCED
    unsplit: list[str] = field(default_factory=list)

    def factsources(self) -> list[Source]:
        """Return a source of the row for each known fact: the file does not say which address proves which fact."""
        return [
            Source(name, url, title, RESEARCHED_ON, fact.confidence or self.confidence, fact.note)
            for name, fact in self.facts.items()
            if fact.note or (fact.value not in (None, "", [], False) and name not in NAMES)
            for url, title in self._addresses(fact)
        ]

    def _addresses(self, fact: Fact) -> list[tuple[str, str]]:
        return [*self.sources, (fact.source, title_of(fact.source))] if fact.source else self.sources


def read_table(path: Path = DATA / "alliances.csv") -> list[Reading]:
    """Return every row of the file."""
    table = json.loads((DATA / "alliances_split.json").read_text(encoding="utf-8"))
    with path.open(encoding="utf-8", newline="") as file:
        return [read_row(row, table) for row in csv.DictReader(file)]


def read_row(row: dict[str, str], table: dict[str, Any]) -> Reading:
    """Split one row; a row whose name the table does not know has no address and cannot be imported."""
    reading = Reading(slug=table["slug"].get(row["name"], ""))
    if not reading.slug:
        reading.unsplit.append(f"name: „{row['name']}“ steht nicht in der Tabelle, Zeile nicht übernommen")
        return reading
    reading.confidence = _entry(reading, table, "confidence", row["confidence"]).get("value") or Confidence.UNCONFIRMED
    reading.sources = _sources(reading, table, row["source_url"])
    remarks: list[dict[str, Any]] = []
    for column, name in COLUMNS.items():
        entry = _entry(reading, table, column, row[column])
        fact = _fact(entry, row[column], UNKNOWN.get(name, ""))
        # The column says of itself that it is a guess.
        if name == "structure_text":
            fact.confidence = Confidence.INFERRED
        if column == "programme_status":
            reading.kind = entry.get("kind", reading.kind)
        reading.facts[name] = fact
        remarks.append(entry.get("facts", {}))
    for remark in remarks:
        _apply_remarks(reading, remark)
    return reading


def title_of(url: str) -> str:
    """Name a source by its site."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _entry(reading: Reading, table: dict[str, Any], column: str, cell: str) -> dict[str, Any]:
    """Return what the table says about this cell; an unlisted one is noted and says nothing."""
    if cell not in table[column]:
        reading.unsplit.append(f"{column}: „{cell}“ steht nicht in der Tabelle, bleibt unbekannt")
        return {"value": None}
    entry = table[column][cell]
    if not isinstance(entry, dict):
        entry = {"value": entry}
    if "unsplit" in entry:
        reading.unsplit.append(f"{column}: „{cell}“ bleibt zusammen: {entry['unsplit']}")
    return entry


def _fact(entry: dict[str, Any], cell: str, unknown: Any) -> Fact:
    value = cell if entry["value"] == AS_WRITTEN else entry["value"]
    extra = {key: entry[key] for key in ("kind", "short_name", "seat", "lead_note") if key in entry}
    return Fact(
        value=unknown if value is None else value,
        confidence=entry.get("confidence", ""),
        note=entry.get("note", ""),
        source=entry.get("source", ""),
        extra=extra,
    )


def _apply_remarks(reading: Reading, remarks: dict[str, dict[str, Any]]) -> None:
    """Apply what one column says about the field of another."""
    for name, remark in remarks.items():
        fact = reading.facts.setdefault(name, Fact(value=""))
        fact.value = remark.get("value", fact.value)
        fact.confidence = remark.get("confidence", fact.confidence)
        fact.note = remark.get("note", fact.note)


def _sources(reading: Reading, table: dict[str, Any], cell: str) -> list[tuple[str, str]]:
    """Return (address, title) of the row's sources; only addresses and what the table names."""
    found = []
    for part in cell.split(SOURCE_SEPARATOR):
        if part.startswith(("https://", "http://")):
            found.append((part, title_of(part)))
        elif title := _entry(reading, table, "source_url", part).get("title"):
            found.append(("", title))
    return found
