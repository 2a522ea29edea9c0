"""The local mode signs people in without a password: it must never answer to a network."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_local_mode(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse PORTAL_LOCAL with an address other machines can reach."""
    if not settings.PORTAL_LOCAL or _is_loopback(urlsplit(settings.PORTAL_BASE_URL).hostname or ""):
        return []
    return [
        Error(
            f"PORTAL_LOCAL is on, but PORTAL_BASE_URL ({settings.PORTAL_BASE_URL}) is not a loopback address.",
            hint="Anybody could sign in without a password. Unset PORTAL_LOCAL.",
            id="accounts.E001",
        )
    ]


def check_local_mode_is_off(**_kwargs: Any) -> list[CheckMessage]:
    """Refuse to deploy the local mode at all."""
    if not settings.PORTAL_LOCAL:
        return []
    return [Error("PORTAL_LOCAL is for `./run` on one's own machine only.", id="accounts.E002")]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
