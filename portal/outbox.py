"""The outbox of the whole portal, for the coordination centre: what waits and why, what failed, what can be done.

It is an operator's view. Meetings of alliances are theirs: of their mails the centre sees that they exist and what
became of them, but neither whole addresses nor texts, unless it already knows the address and asks for it. Of people
who subscribed to news it sees the texts, and whole addresses only where a mail failed and somebody has to look into it.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.clock import db_now
from core.dates import BERLIN, format_moment
from core.search import email_key
from events.mail_schedule import mail_badge
from events.models import Event, ManagedEvent
from mailing.models import Breaker, OutboxMessage, PausedRun
from mailing.purposes import all_purposes
from mailing.rendering import Rendered
from mailing.services.delivery import in_quiet_hours
from mailing.services.preview import show_message

State = OutboxMessage.State
PAGE_SIZE = 50
# Nobody reads a larger number, and counting further would read the whole table.
COUNTED_UP_TO = 1000
CENTRE = "centre"
PURPOSE_LABELS = {
    "accounts.sign_in_code": "Anmeldecode",
    "accounts.password_link": "Link für ein Passwort",
    "accounts.welcome": "Erster Zugang",
    "accounts.address_confirmation": "Bestätigen einer neuen Adresse",
    "accounts.notice": "Hinweis zum Konto",
    "events.invitation": "Einladung",
    "events.registration": "Stand der Anmeldung",
    "events.address_proof": "Bestätigen der Adresse",
    "events.reminder": "Erinnerung an das Treffen",
    "events.answer_reminder": "Erinnerung an die Antwort",
    "events.thanks": "Dank und Rückblick",
    "events.notice": "Nachricht der Veranstalter",
    "events.change": "Mitteilung über eine Änderung",
    "events.link_again": "Persönlicher Link noch einmal",
    "events.deputy_request": "Anfrage als Vertretung",
    "events.deputy_outcome": "Vertretung kommt nicht",
    "events.deputy_gone": "Vertretung hat abgesagt",
    "events.deputy_ended": "Vertretung nicht mehr nötig",
    "events.subscription_proof": "Bestätigen eines Abonnements",
    "events.subscription_known": "Abonnement besteht schon",
    "events.event_news": "Neue Veranstaltungen",
    "events.interest_proof": "Vormerkung bestätigen",
    "events.interest_open": "Die Anmeldung ist offen",
    "events.change_declined": "Änderung nicht möglich",
    "portal.feedback": "Rückmeldung",
}


@dataclass(frozen=True)
class Figure:
    """How many, up to COUNTED_UP_TO; `state` is the filter that shows them."""

    label: str
    count: int
    state: str
    kind: str = ""

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > COUNTED_UP_TO


@dataclass(frozen=True)
class Line:
    """One mail. `address` is cut off where it is not the centre's business; `why`: why it stands where it stands."""

    message: OutboxMessage
    title: str
    about: str
    address: str
    badge: tuple[str, str, str]
    why: str
    may_retry: bool
    may_give_up: bool


@dataclass(frozen=True)
class OutboxPage:
    """One page of mails, newest first, and the state of the whole."""

    lines: Sequence[Line]
    older: str
    figures: Sequence[Figure]
    breaker: Breaker | None
    paused: Sequence[PausedRun]


def outbox_page(user: User, wanted: dict[str, Any], before: str) -> OutboxPage:
    """Gather one page; the number of queries and of rows read does not grow with the outbox.

    wanted: state, purpose, scope, day, address, as far as given. before: where the page before ended.
    """
    mails = _after(_filtered(wanted), before)[: PAGE_SIZE + 1]
    found = list(mails.defer("text", "html", "calendar", "data"))
    shown = found[:PAGE_SIZE]
    older = f"{shown[-1].created_at.isoformat()}_{shown[-1].pk}" if len(found) > PAGE_SIZE else ""
    breaker = Breaker.objects.filter(opened_at__isnull=False).first()
    return OutboxPage(
        lines=outbox_lines(user, shown, breaker=breaker, asked_for=email_key(wanted.get("address") or "")),
        older=older,
        figures=_figures(),
        breaker=breaker,
        paused=list(PausedRun.objects.order_by("at")),
    )


def outbox_lines(
    user: User, messages: Sequence[OutboxMessage], *, breaker: Breaker | None, asked_for: str = ""
) -> list[Line]:
    """Return the mails in words; two queries for all."""
    ids = {int(message.scope.partition(":")[2]) for message in messages if message.scope.startswith("event:")}
    events = Event.objects.in_bulk(ids)
    own = set(ManagedEvent.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    now = db_now()
    lines = []
    for message in messages:
        event_id = int(message.scope.partition(":")[2]) if message.scope.startswith("event:") else None
        is_own = message.scope == CENTRE or event_id in own
        event = events.get(event_id) if event_id else None
        lines.append(
            Line(
                message=message,
                title=title_of(message, is_own=is_own),
                about=_about(message, event, is_own=is_own),
                address=_address(message, is_own=is_own, is_asked_for=message.email_key == asked_for),
                badge=mail_badge(message),
                why=why_it_stands(message, now, breaker),
                may_retry=_may_retry(message, now),
                may_give_up=message.state in (State.QUEUED, State.HELD),
            )
        )
    return lines


def _address(message: OutboxMessage, *, is_own: bool, is_asked_for: bool) -> str:
    """Return as much of the address as the centre needs."""
    purpose = all_purposes().get(message.purpose)
    is_private = purpose is not None and purpose.is_private and message.state != State.FAILED
    return message.recipient if is_asked_for or (is_own and not is_private) else masked(message.recipient)


def masked(address: str) -> str:
    """Return an address that still tells its server: e…@example.org."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…{at}{domain}"


def why_it_stands(message: OutboxMessage, now: dt.datetime, breaker: Breaker | None) -> str:
    """Return why a mail stands where it stands: what stopped it, or what it waits for."""
    if message.state != State.QUEUED:
        return message.state_reason
    if message.not_before > now:
        words = f"Geht hinaus ab {format_moment(message.not_before)}."
        return f"{message.state_reason}. {words}" if message.state_reason else words
    if message.purpose not in all_purposes():
        return "Dieses Programm kennt die Art der Mail noch nicht; sie wartet auf ein neueres."
    if breaker is not None:
        return f"Der Mailserver ist nicht zu benutzen: {breaker.reason}"
    if message.rests_at_night and in_quiet_hours(timezone.localtime(now, BERLIN).time()):
        return f"Ruht bis {settings.MAIL_QUIET_HOURS[1]} Uhr: Von selbst geht nachts nichts an viele hinaus."
    return "Ist an der Reihe, sobald ein Worker frei ist."


def title_of(message: OutboxMessage, *, is_own: bool) -> str:
    """Return the subject of what is the centre's own and no key, else only what kind of mail it is."""
    purpose = all_purposes().get(message.purpose)
    if is_own and message.subject and purpose and not purpose.is_sensitive:
        return message.subject
    return PURPOSE_LABELS.get(message.purpose, message.purpose)


def _about(message: OutboxMessage, event: Event | None, *, is_own: bool) -> str:
    if message.scope == CENTRE:
        return "Koordinierungszentrum und Konten"
    if event is None:
        return message.scope.partition(":")[0].replace("verbund", "Verbund").replace("event", "gelöschtes Treffen")
    is_known = is_own or event.visibility != Event.Visibility.DRAFT
    return event.title if is_known else "Treffen eines Verbunds"


def _may_retry(message: OutboxMessage, now: dt.datetime) -> bool:
    if message.state in (State.FAILED, State.ABORTED):
        return message.body_deleted_at is None
    return message.state == State.QUEUED and (message.not_before > now or message.rests_at_night)


def _filtered(wanted: dict[str, Any]) -> QuerySet[OutboxMessage]:
    mails = OutboxMessage.objects.order_by("-created_at", "-pk")
    if state := wanted.get("state"):
        mails = mails.filter(state=state)
    if purpose := wanted.get("purpose"):
        mails = mails.filter(purpose=purpose)
    if scope := wanted.get("scope"):
        mails = mails.for_scope(scope)
    if address := wanted.get("address"):
        mails = mails.filter(email_key=email_key(address))
    if day := wanted.get("day"):
        begin = timezone.make_aware(dt.datetime.combine(day, dt.time()), BERLIN)
        mails = mails.filter(created_at__gte=begin, created_at__lt=begin + dt.timedelta(days=1))
    return mails


def _after(mails: QuerySet[OutboxMessage], before: str) -> QuerySet[OutboxMessage]:
    """Go on where the page before ended; what cannot be read is the first page."""
    moment, _, pk = before.partition("_")
    try:
        at, key = dt.datetime.fromisoformat(moment), uuid.UUID(pk)
    except ValueError:
        return mails
    if at.tzinfo is None:
        return mails
    return mails.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=key), created_at__lte=at)


def _figures() -> list[Figure]:
    day_ago = db_now() - dt.timedelta(days=1)
    mails = OutboxMessage.objects.order_by()
    counts = (
        ("warten", mails.filter(state__in=(State.QUEUED, State.LEASED)), State.QUEUED, ""),
        ("angehalten", mails.filter(state=State.HELD), State.HELD, "warm"),
        ("unzustellbar in 24 Stunden", mails.filter(state=State.FAILED, created_at__gte=day_ago), State.FAILED, "warm"),
        ("zugestellt in 24 Stunden", mails.filter(state=State.SENT, created_at__gte=day_ago), State.SENT, ""),
    )
    figures = [Figure(label, found[: COUNTED_UP_TO + 1].count(), state, kind) for label, found, state, kind in counts]
    return [replace(each, kind=each.kind if each.count else "") for each in figures]


def shown_content(user: User, message: OutboxMessage) -> Rendered | None:
    """Return the text of a mail of the centre's own, links cut off; None for others' mails, keys and deleted ones."""
    scope, _, pk = message.scope.partition(":")
    is_own = message.scope == CENTRE
    if scope == "event":
        is_own = ManagedEvent.objects.visible_to(user).filter(pk=pk).exists()
    return show_message(message) if is_own else None
