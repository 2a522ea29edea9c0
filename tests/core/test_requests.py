"""What holds for every request: bad input, errors, headers."""

import logging

import pytest
from django.db import OperationalError
from django.template import TemplateDoesNotExist
from django.test import RequestFactory

from core import errors
from core.logs import RedactLinks


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/verbuende/?suche=%00", "/veranstaltungen/?seite=%00", "/verbuende/%00/"])
def test_nul_bytes_are_refused_politely(client, path):
    response = client.get(path)

    assert response.status_code in (400, 404)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    ["suche=%ff%fe", "suche=%ed%a0%80", "seite=abc", "seite=-1", "seite=0", "seite=" + "9" * 30, "land=XX&land=NW"],
)
def test_odd_parameters_never_end_in_an_error_page(client, query):
    assert client.get(f"/verbuende/?{query}").status_code == 200


def _answer_to(error: Exception) -> int:
    try:
        raise error  # noqa: TRY301
    except Exception:  # noqa: BLE001
        return errors.server_error(RequestFactory().get("/"))


def test_a_database_away_is_unavailable_and_says_when_to_come_back():
    response = _answer_to(OperationalError("gone"))

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"


def test_an_unexpected_error_is_answered_in_german_without_details():
    response = _answer_to(ValueError("secret detail"))

    assert response.status_code == 500
    assert "secret detail" not in response.content.decode()


def test_the_last_resort_needs_no_template(monkeypatch):
    def broken(name: str) -> str:
        raise TemplateDoesNotExist(name)

    monkeypatch.setattr(errors, "render_to_string", broken)

    assert "gestört" in _answer_to(ValueError()).content.decode()


@pytest.mark.django_db
def test_pages_carry_a_strict_policy_and_no_cookie(client):
    response = client.get("/")

    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.cookies == {}


def test_tokens_do_not_reach_the_log():
    record = logging.LogRecord("x", logging.INFO, "", 0, "GET %s", ("/e/ABCD2345.s3cr3t/aendern/",), None)

    assert RedactLinks().filter(record)
    assert record.getMessage() == "GET /e/…/aendern/"
