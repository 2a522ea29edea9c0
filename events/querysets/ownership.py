"""Whose an event is. Nothing else in this app decides about rows.

SECURITY: membership and role stand in one .filter(); two filters would be two joins and leak.
"""

from django.db import models
from django.db.models import Q

from core.access import Actor
from verbuende.models import Verbund, VerbundMember

EDITING_ROLES = (VerbundMember.Role.LEAD, VerbundMember.Role.STAFF)


def owned(user: Actor, roles: tuple[str, ...] | None, path: str = "owner") -> Q:
    """Return the condition "belongs to the user's side": own alliances in these roles, the centre's for its staff."""
    if not user.is_authenticated:
        return Q(pk__in=())
    memberships = VerbundMember.objects.active().filter(user_id=user.pk)
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    condition = Q(**{f"{path}__in": memberships.values("verbund")})
    if user.is_centre_staff:  # type: ignore[union-attr]
        condition |= Q(**{f"{path}__isnull": True})
    return condition


def possible_owners(user: Actor) -> models.QuerySet[Verbund]:
    """Return the alliances in whose name the user may plan; centre staff may plan for the centre, too."""
    memberships = VerbundMember.objects.active().filter(user_id=user.pk, role__in=EDITING_ROLES)
    return Verbund.objects.filter(pk__in=memberships.values("verbund"))
