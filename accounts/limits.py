"""How often somebody may try to sign in or have mails sent (RELIABILITY F67). Held in PostgreSQL, so without Redis too.

Nobody can be locked out by strangers: a browser that has signed in before counts for itself (accounts.devices), and
every bucket refills evenly. Known and unknown addresses are counted alike.
"""

import datetime as dt
import math
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.devices import known_device
from accounts.emails import queue_sign_in_limited
from core.client import client_address
from core.exceptions import RateLimited
from core.limits import take
from core.search import email_key

HOUR = dt.timedelta(hours=1)

SIGN_INS_PER_NETWORK = 60
SIGN_INS_PER_ADDRESS = 10
SIGN_INS_PER_DEVICE = 20
MAILS_PER_ADDRESS = 10
MAILS_PER_NETWORK = 100

type View = Callable[..., HttpResponseBase]


def take_sign_in(request: HttpRequest, address: str) -> None:
    """Count one try with a password, successful or not. Raises RateLimited."""
    key = email_key(address)
    take(f"sign-in-network:{client_address(request)}", SIGN_INS_PER_NETWORK, HOUR)
    device = known_device(request, key)
    if device:
        take(f"sign-in-device:{device}", SIGN_INS_PER_DEVICE, HOUR)
        return
    try:
        take(f"sign-in-address:{key}", SIGN_INS_PER_ADDRESS, HOUR)
    except RateLimited:
        queue_sign_in_limited(key)
        raise


def take_mail(request: HttpRequest, address: str) -> None:
    """Count one mail that somebody asks for by typing an address. Raises RateLimited."""
    take(f"account-mail-network:{client_address(request)}", MAILS_PER_NETWORK, HOUR)
    take(f"account-mail-address:{email_key(address)}", MAILS_PER_ADDRESS, HOUR)


def limited(view: View) -> View:
    """Answer RateLimited anywhere in the view by the page "Zu viele Versuche", status 429 and the time to wait."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except RateLimited as error:
            return too_many(request, error)

    return answer


def too_many(request: HttpRequest, error: RateLimited) -> HttpResponse:
    """Say how long to wait, to people and to programs."""
    response = render(request, "429.html", {"message": error.message}, status=429)
    response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    return response
