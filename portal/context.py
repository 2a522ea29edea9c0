"""What every page knows: the portal's name, its operator and, for signed-in people, where they work."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from core.access import Actor
from portal.operator import current_operator
from verbuende.models import VerbundMember

NAME = "Weiterbildungsverbünde"
CLAIM = "Portal des Netzwerks"


@dataclass(frozen=True)
class Workspace:
    """The line in the petrol head: whose desk this is."""

    name: str
    kind: str


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every page. `workspace` asks the database only where a page shows it."""
    return {
        "portal": {
            "name": NAME,
            "claim": CLAIM,
            "base_url": settings.PORTAL_BASE_URL,
            "is_local": settings.PORTAL_LOCAL,
            "operator": current_operator(),
            "workspace": SimpleLazyObject(lambda: workspace_of(request.user)),
        }
    }


def workspace_of(user: Actor) -> Workspace:
    """Name the place the user works in: the centre, the one alliance, or how many."""
    if not isinstance(user, User):
        return Workspace(NAME, CLAIM)
    if user.is_centre_staff:
        return Workspace(settings.PORTAL_CENTRE_NAME, "Arbeitsplatz")
    memberships = list(
        VerbundMember.objects.active().filter(user=user).select_related("verbund").order_by("verbund__sort_key")
    )
    if not memberships:
        return Workspace(NAME, "Arbeitsplatz")
    if len(memberships) > 1:
        return Workspace(f"{len(memberships)} Verbünde", "Arbeitsplatz")
    is_reader = memberships[0].role == VerbundMember.Role.READER
    return Workspace(str(memberships[0].verbund), "Nur lesen" if is_reader else "Koordinierungsstelle")
