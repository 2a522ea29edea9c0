"""What holds for every request, whatever its view."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string

type Handler = Callable[[HttpRequest], HttpResponse]


class ResponseHeadersMiddleware:
    """Headers Django has no setting for; pages of a signed-in person are never stored (RELIABILITY F69)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers to the answer."""
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store"
        return response


class BadInputMiddleware:
    """Refuse early what no form sends: NUL bytes, which PostgreSQL cannot store, and huge bodies (F41, F43).

    A body is refused by the length it announces, before a byte of it is read or written to a disk.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to such a request, pass on every other."""
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            return HttpResponseBadRequest(render_to_string("400.html"))
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            return HttpResponse(render_to_string("400.html"), status=413)
        return self.get_response(request)
