"""How long a sign-in lasts."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def limit_session(request: HttpRequest) -> None:
    """End the session a fixed time after signing in, however busy it is (RELIABILITY C1 7.3.2)."""
    request.session.set_expiry(timezone.now() + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE))
