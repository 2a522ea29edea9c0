"""Browsers that have signed in before, so that strangers who guess cannot lock the owner out ("device cookies", OWASP).

The cookie is no key: it only moves the owner's tries into a bucket of their own. It names nobody.
"""

import datetime as dt
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "accounts.device"
LIFETIME = dt.timedelta(days=180)


def remember_device(response: HttpResponseBase, key: str) -> None:
    """Mark this browser as one that has signed in with the address of this key."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([_owner(key), secrets.token_urlsafe(16)], salt=SALT),
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_device(request: HttpRequest, key: str) -> str:
    """Return the mark of this browser if it has signed in with this address before, else an empty string."""
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        owner, mark = signing.loads(cookie, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return ""
    return mark if constant_time_compare(owner, _owner(key)) else ""


def _owner(key: str) -> str:
    return salted_hmac(SALT, key, algorithm="sha256").hexdigest()
