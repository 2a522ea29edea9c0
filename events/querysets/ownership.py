"""Whose an event is. Nothing else in this app decides about rows.

SECURITY: membership and role stand in one .filter(); two filters would be two joins and leak.
"""

import datetime as dt
from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from core.access import Actor
from verbuende.models import Verbund, VerbundMember

# Stands in the kept statement for whoever asks; nobody has this id.
ANYBODY = -1
EDITING_ROLES = (VerbundMember.Role.LEAD, VerbundMember.Role.STAFF)


def owned(user: Actor, roles: tuple[str, ...] | None, path: str = "owner") -> Q:
    """Return the condition "belongs to the user's side": own alliances in these roles, the centre's for its staff."""
    if not user.is_authenticated:
        return Q(pk__in=())
    sql, parameters = _memberships(roles)
    own = RawSQL(sql, [user.pk if value == ANYBODY else value for value in parameters])  # noqa: S611 - Django wrote it
    condition = Q(**{f"{path}__in": own})
    if user.is_centre_staff:  # type: ignore[union-attr]
        condition |= Q(**{f"{path}__isnull": True})
    return condition


@cache
def _memberships(roles: tuple[str, ...] | None) -> tuple[str, tuple[Any, ...]]:
    """Return SELECT and parameters of the alliances in which ANYBODY is an active member in one of these roles.

    Written once: every organisers' page asks it three times, and Django took longer to write it than to ask it.
    SECURITY: active() must therefore ask the database what day it is (DbNow); a day given by us would be kept, too.
    """
    memberships = VerbundMember.objects.active().filter(user_id=ANYBODY).order_by()
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    sql, parameters = memberships.values("verbund").query.sql_with_params()
    if any(isinstance(value, dt.date) for value in parameters):
        raise ImproperlyConfigured("VerbundMember.active() keeps the day on which it was first asked")
    return sql, parameters


def possible_owners(user: Actor) -> models.QuerySet[Verbund]:
    """Return the alliances in whose name the user may plan; centre staff may plan for the centre, too."""
    memberships = VerbundMember.objects.active().filter(user_id=user.pk, role__in=EDITING_ROLES)
    return Verbund.objects.filter(pk__in=memberships.values("verbund"))
