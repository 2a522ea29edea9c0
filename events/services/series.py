"""Series: several events under one title."""

import re

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.exceptions import StaleVersion
from core.journal import journal
from core.locks import lock_name, lock_row
from core.search import fold
from events.models import EventSeries
from verbuende.models import Verbund


@transaction.atomic
def create_series(*, actor: AbstractBaseUser | None, owner: Verbund | None, title: str, text: str) -> EventSeries:
    """Create a series; events join it in their own form."""
    series = EventSeries.objects.create(owner=owner, slug=_free_slug(title), title=title, text=text)
    journal(scope=_scope(series), obj=series, action="Reihe angelegt", actor=actor)
    return series


@transaction.atomic
def update_series(*, actor: AbstractBaseUser, series: EventSeries, version: int, title: str, text: str) -> EventSeries:
    """Change title and text; the address stays, because it is printed somewhere. Raises StaleVersion or Busy."""
    series = lock_row(EventSeries, series.pk)
    if series.version != version:
        raise StaleVersion
    changes = {"Titel": [series.title, title]} if series.title != title else {}
    series.title, series.text = title, text
    series.version += 1
    series.save()
    journal(scope=_scope(series), obj=series, action="Reihe geändert", actor=actor, changes=changes)
    return series


def _scope(series: EventSeries) -> str:
    return f"verbund:{series.owner_id}" if series.owner_id else "centre"


def _free_slug(title: str) -> str:
    # RACE: held until the series is saved, as for events.
    lock_name("events.series.slug")
    base = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:70].rstrip("-") or "reihe"
    taken = set(EventSeries.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
