"""Two answers for machines: is the process alive, and can the portal do its work."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from core.access import Access
from core.views import Page
from portal.health import DOWN, check_readiness


class Alive(Page):
    """The process answers. Asks nothing else, so that a database away does not restart web processes."""

    access = Access.PUBLIC

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so."""
        return HttpResponse("ok\n", content_type="text/plain")


class Ready(Page):
    """Database, mail and background work: 503 only when pages cannot be served."""

    access = Access.PUBLIC

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Report every check by name."""
        report = check_readiness()
        return JsonResponse(report, status=503 if report["status"] == DOWN else 200)
