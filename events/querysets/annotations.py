"""What lists of events count beside each row; made once: writing such subqueries costs more than running them."""

from functools import cache
from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.clock import DbNow


@cache
def place_annotations(model: Any) -> dict[str, Any]:
    """Return what with_places() adds."""
    pools = model.pools.rel.related_model.objects.filter(event=OuterRef("pk")).order_by()
    on_site, online = pools.filter(kind="on_site"), pools.filter(kind="online")

    def tallied(found: models.QuerySet[Any], name: str) -> Coalesce:
        return Coalesce(Subquery(found.values(f"tally__{name}")[:1]), 0)

    return {
        "clock": DbNow(),
        "capacity_on_site": Subquery(on_site.values("capacity")[:1]),
        "capacity_online": Subquery(online.values("capacity")[:1]),
        "taken_on_site": tallied(on_site, "taken"),
        "taken_online": tallied(online, "taken"),
        "waiting_count": tallied(on_site, "waiting") + tallied(online, "waiting"),
    }


@cache
def answer_annotations(model: Any) -> dict[str, Any]:
    """Return what with_figures() adds."""
    deputies = model.registrations.rel.related_model.objects.filter(
        event=OuterRef("pk"), answer="open", deputy_request__state="open"
    )
    asked = Coalesce(Subquery(deputies.order_by().values("event").annotate(n=Count("pk")).values("n")), 0)
    return {
        "people_count": F("tally__people"),
        "open_count": F("tally__open") - asked,
        "yes_count": F("tally__yes"),
        "no_count": F("tally__no"),
        "deputy_count": F("tally__deputy"),
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
