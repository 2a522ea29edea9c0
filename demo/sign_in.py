"""Signing in by one button, on one's own machine only (DESIGN, "Local and demo mode").

SECURITY: config.urls mounts demo.urls only where PORTAL_LOCAL is on, the view asks again, and accounts.checks refuses
that setting together with an address other machines can reach.
"""

from dataclasses import dataclass

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.lookup import find_active_user


@dataclass(frozen=True)
class DemoRole:
    """One account of the demo network, made by the loader under this address."""

    key: str
    email: str
    name: str
    label: str
    hint: str


DEMO_ROLES = (
    DemoRole(
        "zentrum",
        "zentrum@example.org",
        "Zita Zentrum",
        "Koordinierungszentrum",
        "plant Netzwerktreffen, lädt ein, sieht alle Verbünde",
    ),
    DemoRole("leitung", "leitung@example.org", "Lena Leitung", "Verbund-Leitung", "leitet einen Demo-Verbund"),
    DemoRole("mitarbeit", "mitarbeit@example.org", "Milan Mitarbeit", "Mitarbeit", "arbeitet in einem Demo-Verbund"),
    DemoRole("lesen", "lesen@example.org", "Lou Lesen", "Nur lesen", "liest mit und ändert nichts"),
)


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo roles, through allauth like everybody else."""
    role = next((role for role in DEMO_ROLES if role.key == request.POST.get("role")), None)
    if role is None or not settings.PORTAL_LOCAL:
        raise Http404
    user = find_active_user(role.email)
    if user is None:
        messages.error(request, f"Das Konto {role.email} gibt es nicht. Die Demo-Daten sind nicht geladen.")
        return redirect("account_login")
    # A second click changes roles; nothing of the first one stays.
    logout(request)
    return perform_login(request, Login(user=user, email=user.email, redirect_url=get_next_redirect_url(request)))
