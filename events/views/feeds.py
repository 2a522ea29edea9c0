"""Calendars and feeds to subscribe to, and the page that says how."""

import hashlib
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from core.access import Access
from core.views import Page
from events.feeds import Channel, atom_text, calendar_text, land_channel, network_channel, verbund_channel
from verbuende.models import Verbund
from verbuende.regions import LAENDER, LAND_CHOICES

CALENDAR, ATOM = "calendar", "atom"
FORMS = {
    CALENDAR: (calendar_text, "text/calendar; charset=utf-8"),
    ATOM: (atom_text, "application/atom+xml; charset=utf-8"),
}
# A cancellation reaches who asks within a quarter of an hour.
MAX_AGE = 15 * 60


class Feed(Page):
    """A public feed in one of its two forms. Who has the newest one already is told so: 304."""

    access = Access.PUBLIC
    http_method_names = ["get", "head", "options"]
    form: ClassVar[str] = CALENDAR

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the feed. Its tag is that of its bytes: no date tells that a meeting was withdrawn."""
        write, content_type = FORMS[self.form]
        body = write(self.channel()).encode()
        response = HttpResponse(body, content_type=content_type)
        response.headers["ETag"] = etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        patch_cache_control(response, public=True, max_age=MAX_AGE)
        return get_conditional_response(request, etag=etag, response=response)

    def channel(self) -> Channel:
        """Return what is subscribed to."""
        raise NotImplementedError


class NetworkFeed(Feed):
    """All public events."""

    def channel(self) -> Channel:
        """Return the whole network's."""
        return network_channel(self.request.user)


class LandFeed(Feed):
    """The public events for one Land."""

    def channel(self) -> Channel:
        """Return the Land's; 404 for a code no Land has."""
        code = next((code for code in LAENDER if code.lower() == self.kwargs["land"]), None)
        if code is None:
            raise Http404
        return land_channel(self.request.user, code)


class VerbundFeed(Feed):
    """The public events of one alliance."""

    parent_model = Verbund
    parent_field = "verbund"
    verbund: Verbund

    def channel(self) -> Channel:
        """Return the alliance's."""
        return verbund_channel(self.request.user, self.verbund)


class FeedHelp(Page):
    """The address to copy, and what to do with it in the usual programs."""

    access = Access.PUBLIC
    template_name = "events/feed_help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the chosen calendar and the others."""
        land = self.request.GET.get("land", "")
        return super().get_context_data(channel=self._chosen(land), land=land, lands=LAND_CHOICES, **kwargs)

    def _chosen(self, land: str) -> Channel:
        """Return the Land's or the alliance's calendar if the address names one, else the network's."""
        user = self.request.user
        slug = self.request.GET.get("verbund", "")
        verbund = Verbund.objects.visible_to(user).filter(slug=slug).first() if slug else None
        if verbund:
            return verbund_channel(user, verbund)
        return land_channel(user, land) if land in LAENDER else network_channel(user)
