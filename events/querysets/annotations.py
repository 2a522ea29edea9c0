"""What events count beside each row, as SQL: Django takes longer to write such subqueries than PostgreSQL to answer."""

# ruff: noqa: S608 - nothing of it is typed by anybody.

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func

from core.clock import DbNow

# Where a statement means the event beside which it counts.
EVENT = "%(expressions)s"
TALLIES = f"events_placepool AS pool JOIN events_placetally AS tally ON tally.pool_id = pool.id AND event_id = {EVENT}"


def of_event(sql: str, field: Any = None) -> Func:
    """Return the one value this SELECT has for each event."""
    return Func(F("pk"), template=f"(SELECT {sql})", output_field=field or models.IntegerField())


def _capacity(kind: str) -> Func:
    return of_event(f"capacity FROM events_placepool WHERE event_id = {EVENT} AND kind = '{kind}'")


def _tallied(column: str, condition: str) -> Func:
    return of_event(f"COALESCE(sum(tally.{column}), 0) FROM {TALLIES} WHERE {condition}")


PLACES = {
    "clock": DbNow(),
    "capacity_on_site": _capacity("on_site"),
    "capacity_online": _capacity("online"),
    "taken_on_site": _tallied("taken", "kind = 'on_site'"),
    "taken_online": _tallied("taken", "kind = 'online'"),
    "waiting_count": _tallied("waiting", "item_id IS NULL"),
}

_ASKED_DEPUTIES = of_event(
    "count(*) FROM events_deputyrequest AS request JOIN events_registration AS person ON person.id = request.deputy_id "
    f"WHERE person.event_id = {EVENT} AND person.answer = 'open' AND request.state = 'open'"
)
ANSWERS = {
    "people_count": F("tally__people"),
    "open_count": F("tally__open") - _ASKED_DEPUTIES,
    "yes_count": F("tally__yes"),
    "no_count": F("tally__no"),
    "deputy_count": F("tally__deputy"),
}

ITEMS = {"item_count": of_event(f"count(*) FROM events_programmeitem WHERE event_id = {EVENT}")}

PROGRESS = {
    "round_count": of_event(f"count(*) FROM events_invitationround WHERE event_id = {EVENT}"),
    "noted_count": of_event(
        f"count(*) FROM events_registration AS person WHERE event_id = {EVENT} AND answer = 'open' "
        "AND source = 'invitation' AND NOT EXISTS (SELECT FROM events_invitation WHERE registration_id = person.id)"
    ),
    "wish_count": of_event(f"count(*) FROM events_changerequest WHERE event_id = {EVENT} AND state = 'open'"),
    "interest_count": of_event(
        f"count(*) FROM events_eventinterest WHERE event_id = {EVENT} AND confirmed_at IS NOT NULL"
    ),
}

TAGS = {
    "tag_names": of_event(
        f"ARRAY(SELECT name FROM events_guesttag WHERE event_id = {EVENT} ORDER BY name_key)",
        ArrayField(models.CharField()),
    )
}
