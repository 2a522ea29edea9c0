"""What lists of events count beside each row; made once: writing such subqueries costs more than running them."""

from functools import cache
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.clock import DbNow


@cache
def place_annotations(model: Any) -> dict[str, Any]:
    """Return what with_places() adds."""
    pools = model.pools.rel.related_model.objects.filter(event=OuterRef("pk")).order_by()

    def capacity(kind: str) -> Subquery:
        return Subquery(pools.filter(kind=kind).values("capacity")[:1])

    def claims(kinds: tuple[str, ...], states: tuple[str, ...]) -> Coalesce:
        found = pools.filter(kind__in=kinds, claims__state__in=states).values("event")
        # A column of the index "claim_queue", which then answers alone.
        return Coalesce(Subquery(found.annotate(n=Count("claims__state")).values("n")), 0)

    return {
        "clock": DbNow(),
        "capacity_on_site": capacity("on_site"),
        "capacity_online": capacity("online"),
        "taken_on_site": claims(("on_site",), ("offered", "confirmed")),
        "taken_online": claims(("online",), ("offered", "confirmed")),
        "waiting_count": claims(("on_site", "online"), ("waiting",)),
    }


@cache
def answer_annotations(model: Any) -> dict[str, Any]:
    """Return what with_figures() adds."""
    people = model.registrations.rel.related_model.objects.filter(event=OuterRef("pk")).order_by().values("event")

    def counted(found: models.QuerySet[Any]) -> Coalesce:
        # The column that the index "registration_answers" holds, which then answers alone.
        return Coalesce(Subquery(found.annotate(n=Count("answer")).values("n")), 0)

    return {
        "people_count": counted(people),
        "open_count": counted(people.filter(answer="open").exclude(deputy_request__state="open")),
        "yes_count": counted(people.filter(answer="yes")),
        "no_count": counted(people.filter(answer="no")),
        "deputy_count": counted(people.filter(answer="deputy")),
    }


@cache
def progress_annotations(model: Any) -> dict[str, Any]:
    """Return what with_progress() adds."""

    def counted(relation: Any, **conditions: Any) -> Coalesce:
        rows = relation.rel.related_model._base_manager.filter(event=OuterRef("pk"), **conditions).order_by()
        return Coalesce(Subquery(rows.values("event").annotate(n=Count("pk")).values("n")), 0)

    return {
        "round_count": counted(model.rounds),
        "noted_count": counted(model.registrations, invitations__isnull=True, source="invitation", answer="open"),
        "wish_count": counted(model.change_requests, state="open"),
        "interest_count": counted(model.interests, confirmed_at__isnull=False),
    }
