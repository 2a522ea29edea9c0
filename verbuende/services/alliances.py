"""Writing alliances, organisations and where facts come from."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.journal import journal
from core.search import sort_key
from verbuende.models import FactSource, Organisation, Verbund
from verbuende.services.changes import apply_changes


@dataclass(frozen=True)
class Source:
    """One source of one field, before it is a row."""

    field: str
    url: str
    title: str
    as_of: dt.date
    confidence: str
    note: str = ""


@dataclass(frozen=True)
class Saved:
    """What saving did: the row, whether it is new, and which fields changed from what to what."""

    verbund: Verbund
    is_new: bool
    changes: dict[str, list[Any]]


def find_or_create_organisation(*, name: str, is_demo: bool = False, **fields: Any) -> Organisation:
    """Return the shared organisation of this name; `fields` are used only when it is new."""
    organisation, _ = Organisation.objects.get_or_create(
        sort_key=sort_key(name), defaults={"name": name, "is_demo": is_demo, **fields}
    )
    return organisation


@transaction.atomic
def save_verbund(
    *,
    slug: str,
    facts: dict[str, Any],
    sources: Iterable[Source],
    actor: AbstractBaseUser | None,
    origin: str,
) -> Saved:
    """Create or update the alliance of this address with exactly these facts and sources.

    Facts that are equal already change nothing and leave no trace in the journal.
    """
    verbund = Verbund.objects.select_for_update().filter(slug=slug).first()
    is_new = verbund is None
    verbund = verbund or Verbund(slug=slug)
    facts = {**facts, "sort_key": sort_key(facts["short_name"].lstrip("(„"))}
    changes = apply_changes(verbund, facts)
    if is_new:
        verbund.save()
    elif changes:
        verbund.version += 1
        verbund.save()
    if replaced := _replace_sources(verbund, list(sources)):
        changes["Quellen"] = replaced
    if is_new or changes:
        journal(
            scope=f"verbund:{verbund.pk}",
            obj=verbund,
            action="Verbund angelegt" if is_new else "Angaben geändert",
            actor=actor,
            changes={} if is_new else changes,
            source=origin,
        )
    return Saved(verbund, is_new, changes)


def _replace_sources(verbund: Verbund, wanted: list[Source]) -> list[int]:
    """Make the rows equal to what is wanted; return [old number, new number] if anything had to change."""
    rows = list(verbund.sources.all())
    if [_as_source(row) for row in rows] == wanted:
        return []
    verbund.sources.all().delete()
    FactSource.objects.bulk_create(FactSource(verbund=verbund, **vars(source)) for source in wanted)
    return [len(rows), len(wanted)]


def _as_source(row: FactSource) -> Source:
    return Source(row.field, row.url, row.title, row.as_of, row.confidence, row.note)
