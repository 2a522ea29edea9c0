"""What one can subscribe to: the public events of the network, of a Land or of an alliance, as a calendar or as Atom.

The same rows give the same bytes: no entry looks at the clock, so that a program that has the newest is told so.
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from core.access import Actor
from core.dates import BERLIN
from events.calendar import feed_entry
from events.facts import when_line, where_line
from events.models import Event
from events.querysets import EventQuerySet
from mailing.calendar import build_feed
from verbuende.models import Verbund
from verbuende.regions import land_names, locative

# The whole network meets about sixty times a year.
LONGEST = 200
# XML has no way to write these, not even escaped.
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Channel:
    """One thing to subscribe to: identity and name, the page about it, the addresses of its two forms, its events."""

    key: str
    name: str
    page_path: str
    calendar_path: str
    atom_path: str
    events: EventQuerySet

    @property
    def calendar_url(self) -> str:
        """The address calendar programs ask for."""
        return f"{settings.PORTAL_BASE_URL}{self.calendar_path}"

    @property
    def webcal_url(self) -> str:
        """The same address in the form that opens a calendar program."""
        return f"webcal://{self.calendar_url.partition('://')[2]}"

    @property
    def atom_url(self) -> str:
        """The address feed readers ask for."""
        return f"{settings.PORTAL_BASE_URL}{self.atom_path}"

    def rows(self) -> list[Event]:
        """Return its events in the order of time; one query."""
        return list(self.events.in_feeds().with_last_change().select_related("owner", "announcement")[:LONGEST])


def network_channel(user: Actor) -> Channel:
    """Return the events of the whole network."""
    path = partial(_path, "network")
    name = "Veranstaltungen der Weiterbildungsverbünde"
    events = Event.objects.visible_to(user)
    return Channel("network", name, reverse("events:event-list"), path("calendar"), path("atom"), events)


def land_channel(user: Actor, code: str) -> Channel:
    """Return the events for one Land."""
    path = partial(_path, "land", land=code.lower())
    name = f"Veranstaltungen der Weiterbildungsverbünde {locative(code)}"
    page = f"{reverse('events:event-list')}?land={code}"
    events = Event.objects.visible_to(user).in_land(code)
    return Channel(f"land-{code}", name, page, path("calendar"), path("atom"), events)


def verbund_channel(user: Actor, verbund: Verbund) -> Channel:
    """Return the events of one alliance."""
    path = partial(_path, "verbund", verbund=verbund.slug)
    name = f"Veranstaltungen von {verbund.short_name}"
    events = Event.objects.visible_to(user).with_verbund(verbund)
    page = verbund.get_absolute_url()
    return Channel(f"verbund-{verbund.pk}", name, page, path("calendar"), path("atom"), events)


def calendar_text(channel: Channel) -> str:
    """Return the channel as an iCalendar file."""
    entries = [
        feed_entry(event, summary=_title(event), description="\n".join(_story(event)), stamp=_changed_at(event))
        for event in channel.rows()
    ]
    about = f"Öffentliche Termine, abonniert von {channel.calendar_url}"
    page = f"{settings.PORTAL_BASE_URL}{channel.page_path}"
    return build_feed(name=channel.name, description=about, url=page, entries=entries)


def atom_text(channel: Channel) -> str:
    """Return the channel as an Atom feed (RFC 4287), what changed last first."""
    feed = _Atom(
        title=_clean(channel.name),
        link=f"{settings.PORTAL_BASE_URL}{channel.page_path}",
        description="Termine, Änderungen und Absagen",
        language="de",
        author_name="Weiterbildungsverbünde",
        feed_url=channel.atom_url,
        feed_guid=_tag(channel.key),
    )
    for event in sorted(channel.rows(), key=_changed_at, reverse=True):
        lines = [when_line(event), where_line(event), f"Gastgeber: {event.host_name}", *_story(event)]
        feed.add_item(
            title=_clean(_title(event)),
            link=f"{settings.PORTAL_BASE_URL}{event.get_absolute_url()}",
            # Atom1Feed calls it HTML.
            description="<br>".join(escape(_clean(line)) for line in lines if line),
            unique_id=_tag(f"event-{event.pk}"),
            pubdate=_published_at(event),
            updateddate=_changed_at(event),
            author_name=_clean(event.host_name),
            categories=(event.get_kind_display(), *land_names(event.states)),
        )
    return feed.writeString("utf-8")


class _Atom(Atom1Feed):
    def latest_post_date(self) -> dt.datetime:
        """Return when anything in it changed; an empty feed changes its date once a day, not with each request."""
        if self.items:
            return max(item["updateddate"] for item in self.items)
        return dt.datetime.combine(dt.datetime.now(BERLIN), dt.time(), BERLIN)


def _path(channel: str, form: str, **arguments: str) -> str:
    return reverse(f"events:{channel}-{form}", kwargs=arguments)


def _tag(name: str) -> str:
    """Return an identity that outlives addresses (RFC 4151)."""
    return f"tag:{settings.MAIL_DOMAIN},2026:{name}"


def _title(event: Event) -> str:
    """Say in the title that it is called off, because not every program shows a cancelled entry as one."""
    return f"Abgesagt: {event.title}" if event.is_cancelled else event.title


def _story(event: Event) -> list[str]:
    lines = [event.cancel_reason, event.summary, "Erfunden, zur Vorführung." if event.is_demo else ""]
    return [line for line in lines if line]


def _published_at(event: Event) -> dt.datetime:
    """Return since when it is public, as far as the sweep has noted it (events.services.event_news)."""
    announcement = getattr(event, "announcement", None)
    return announcement.public_since if announcement else event.created_at


def _changed_at(event: Event) -> dt.datetime:
    """Return when people last had something to learn: publication, a change they rely on, the cancellation."""
    moments = (_published_at(event), event.cancelled_at, event.last_change_at)  # type: ignore[attr-defined]
    return max(moment for moment in moments if moment)


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub(" ", text)
