"""Whose an event is. Nothing else in this app decides about rows.

SECURITY: membership and role stand in one .filter(); two filters would be two joins and leak.
"""

from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from core.access import Actor
from verbuende.models import Verbund, VerbundMember

EDITING_ROLES = (VerbundMember.Role.LEAD, VerbundMember.Role.STAFF)


def owned(user: Actor, roles: tuple[str, ...] | None, path: str = "owner") -> Q:
    """Return the condition "belongs to the user's side": own alliances in these roles, the centre's for its staff."""
    if not user.is_authenticated:
        return Q(pk__in=())
    sql, parameters = _memberships(roles)
    own = RawSQL(f"{sql} AND user_id = %s", (*parameters, user.pk))  # noqa: S611 - nothing of it is typed by anybody
    condition = Q(**{f"{path}__in": own})
    if user.is_centre_staff:  # type: ignore[union-attr]
        condition |= Q(**{f"{path}__isnull": True})
    return condition


@cache
def _memberships(roles: tuple[str, ...] | None) -> tuple[str, tuple[Any, ...]]:
    """Return SELECT and parameters of the alliances with an active member in these roles, up to which member.

    Written once: every organisers' page asks it three times, and Django took longer to write it than to ask it.
    """
    memberships = VerbundMember.objects.active().order_by()
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    return memberships.values("verbund").query.sql_with_params()


def possible_owners(user: Actor) -> models.QuerySet[Verbund]:
    """Return the alliances in whose name the user may plan; centre staff may plan for the centre, too."""
    memberships = VerbundMember.objects.active().filter(user_id=user.pk, role__in=EDITING_ROLES)
    return Verbund.objects.filter(pk__in=memberships.values("verbund"))
