"""Limits under real concurrency: several connections at once, no Redis involved."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.core import context
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts import limits
from tests.accounts.test_sign_in import SIGN_IN

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_cache_is_postgresql_and_large() -> None:
    """allauth's own limits live there: no Redis, and no room to push them out."""
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert cache._max_entries == 50_000


def test_allauths_limits_hold() -> None:
    def consume(_number: int) -> bool:
        request: HttpRequest = RequestFactory().post("/", REMOTE_ADDR="198.51.100.7")
        try:
            with context.request_context(request):
                usage = ratelimit.consume(request, app="tests", action="try", config={"try": "5/h/ip"})
            return usage is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        allowed = sum(pool.map(consume, range(24)))
    assert allowed == 5


def test_our_limits_hold() -> None:
    def guess(number: int) -> int:
        try:
            client = Client(REMOTE_ADDR=f"198.51.100.{number}")
            return client.post(SIGN_IN, {"login": "erika@example.org", "password": "falsch"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(guess, range(24)))
    assert codes.count(200) == limits.SIGN_INS_PER_ADDRESS
    assert codes.count(429) == 24 - limits.SIGN_INS_PER_ADDRESS
