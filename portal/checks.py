"""System check for production: an installation that others reach says who runs it."""

from typing import Any

from django.conf import settings
from django.core import checks

# LAW: DDG § 5 and Art. 13 DSGVO ask for name, address and a quick way to make contact.
REQUIRED = ("name", "address", "email")


def check_operator(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Warn while the imprint would have to say that nobody has entered it."""
    missing = [f"PORTAL_OPERATOR_{key.upper()}" for key in REQUIRED if not settings.PORTAL_OPERATOR[key]]
    if not missing:
        return []
    return [checks.Warning(f"The imprint lacks the operator: set {', '.join(missing)}.", id="portal.W001")]
