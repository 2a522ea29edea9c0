"""The visitor's address behind proxies."""

import pytest
from django.test import RequestFactory

from core.client import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (1, "", "203.0.113.9"),
        (2, "198.51.100.1", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "kein-name", "kein-name"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory(headers=headers, REMOTE_ADDR="203.0.113.9").get("/")) == expected


def test_ipv4_visitors_of_an_ipv6_socket_are_counted_apart(settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    one, other = (
        client_address(RequestFactory(REMOTE_ADDR=address).get("/"))
        for address in ("::ffff:203.0.113.9", "::ffff:198.51.100.1")
    )
    assert one != other
