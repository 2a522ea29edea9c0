"""Error pages. They must work when nothing else does."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

LAST_RESORT = (
    "<!doctype html><html lang=de><meta charset=utf-8><title>Störung</title><h1>Das Portal ist gerade gestört</h1>"
    "<p>Bitte versuchen Sie es in einigen Minuten noch einmal. Nicht gesendete Angaben sind nicht gespeichert."
)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the signature Django calls
    """Answer an unexpected error: 503 while the database is away, else 500; without session and database."""
    is_unavailable = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    template, status = ("503.html", 503) if is_unavailable else ("500.html", 500)
    try:
        response = HttpResponse(render_to_string(template), status=status)
    except Exception:  # noqa: BLE001
        # F76: the error page itself may be what is broken.
        response = HttpResponse(LAST_RESORT, status=status)
    if is_unavailable:
        response.headers["Retry-After"] = "30"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """Explain a missing or old CSRF token in plain words (RELIABILITY F46)."""
    return render(request, "403_csrf.html", status=403)
