"""The event as schema.org data for search engines. It says what the page says: never the online link."""

import json
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from events.models import Event

_MODES = {
    Event.Format.ON_SITE: "https://schema.org/OfflineEventAttendanceMode",
    Event.Format.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    Event.Format.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}
# SECURITY: the data stand inside a script element; none of their characters may end it (as Django's json_script does).
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def event_script(event: Event) -> SafeString:
    """Return the script element. Its type makes it data: no browser runs it, so the CSP has nothing to refuse."""
    data = json.dumps(event_data(event), ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(data))  # noqa: S308 - escaped above


def event_data(event: Event) -> dict[str, Any]:
    """Return the event as schema.org/Event; `owner` must be joined."""
    url = f"{settings.PORTAL_BASE_URL}{event.get_absolute_url()}"
    status = "EventCancelled" if event.is_cancelled else "EventScheduled"
    data = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "url": url,
        "startDate": _moment(event.starts_at) or event.starts_on.isoformat(),
        "endDate": _moment(event.ends_at),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": _MODES[Event.Format(event.format)],
        "location": _locations(event, url),
        "organizer": {"@type": "Organization", "name": event.host_name},
        "inLanguage": "de",
    }
    return {name: value for name, value in data.items() if value}


def _moment(value: Any) -> str:
    return timezone.localtime(value).isoformat() if value else ""


def _locations(event: Event, url: str) -> list[dict[str, Any]]:
    locations: list[dict[str, Any]] = []
    if event.is_on_site:
        address = {"@type": "PostalAddress", "streetAddress": event.address, "addressLocality": event.city}
        present = {name: value for name, value in {**address, "addressCountry": "DE"}.items() if value}
        locations.append({"@type": "Place", "name": event.venue or event.city, "address": present})
    if event.is_online:
        locations.append({"@type": "VirtualLocation", "url": url})
    return locations
