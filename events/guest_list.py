"""The guest list of one event: its rows, their state in words, and how it is ordered. No query per person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from core.numbers import format_number
from events.deputy_lists import deputy_badge, deputy_hint, with_deputies
from events.guest_rows import Guest, read_guests
from events.models import Event, GuestTag, Invitation, InvitationRound, PlaceClaim, PlacePool, Registration
from events.models.registrations import ref_of
from events.services.standing import Standing, standings
from mailing.models import OutboxMessage

Claim = PlaceClaim.State

SORTINGS = {
    "name": ("sort_key", "pk"),
    "-name": ("-sort_key", "-pk"),
    "antwort": ("answer", "sort_key", "pk"),
    "-antwort": ("-answer", "sort_key", "pk"),
    "eingang": ("created_at", "pk"),
    "-eingang": ("-created_at", "-pk"),
}
DEFAULT_SORTING = "name"
FOOD = dict(Registration.Food.choices)


class Stand(models.TextChoices):
    """What one can filter people by."""

    OPEN = "open", "Noch offen"
    YES = "yes", "Zugesagt"
    PLACE = "place", "Mit Platz"
    WAITING = "waiting", "Warteliste"
    NO = "no", "Abgesagt"
    DEPUTY = "deputy", "Vertretung"
    UNPROVEN = "unproven", "Unbestätigt"
    UNDELIVERABLE = "undeliverable", "Mail unzustellbar"
    PENDING_AGAIN = "pending", "Nach Änderung noch nicht bestätigt"
    CONFIRMED_AGAIN = "again", "Kommt trotz Änderung"
    NOT_INVITED = "noted", "Vorgemerkt, nicht eingeladen"


@dataclass(frozen=True)
class GuestLine:
    """One person as a row: badge, way to take part, chosen items, what to know."""

    person: Guest
    standing: Standing
    badge: tuple[str, str, str]
    attendance: str
    items: str
    food: str
    hints: tuple[str, ...]


def guests_of(queryset: Any) -> Any:
    """Join and annotate what pages about few people show of them: organisation, tags, deputies, and `undelivered`."""
    tags = GuestTag.objects.filter(people=OuterRef("pk")).order_by("name_key").values("name")
    joined = with_deputies(queryset).select_related("organisation")
    return with_undelivered(joined).annotate(tag_names=ArraySubquery(tags))


def with_undelivered(queryset: Any) -> Any:
    """Annotate `undelivered`: why the last mail to the person failed, None unless it did."""
    mails = OutboxMessage.objects.filter(
        ref=ref_of(OuterRef("pk")),
        email_key=OuterRef("email_key"),
        state__in=(OutboxMessage.State.SENT, OutboxMessage.State.FAILED),
    ).order_by(Coalesce("closed_at", "created_at").desc(), "-pk")
    why_failed = Case(When(state=OutboxMessage.State.FAILED, then="state_reason"))
    return queryset.annotate(undelivered=Subquery(mails.values(why=why_failed)[:1]))


def bulk_guests(queryset: Any) -> Any:
    """Annotate what an act on many has to know besides: whether an invitation to somebody has left."""
    left = Invitation.objects.filter(registration=OuterRef("pk"), round__in=InvitationRound.objects.left())
    return queryset.annotate(has_invitation=Exists(left))


def order_guests(queryset: Any, sorting: str) -> Any:
    """Order stably: equal rows keep their place from page to page."""
    return queryset.order_by(*SORTINGS.get(sorting, SORTINGS[DEFAULT_SORTING]))


def guest_lines(ids: Iterable[int], pools: Mapping[int, PlacePool]) -> list[GuestLine]:
    """Return the rows of these people; the number of queries does not grow with them. pools: all of their event."""
    rows = read_guests(ids)
    now_have = standings(rows, pools)
    return [_line(person, now_have[person.pk]) for person in rows]


def badge_of(person: Any, standing: Standing) -> tuple[str, str, str]:
    """Return label, kind and icon of where the person stands: the most urgent thing first."""
    if getattr(person, "undelivered", None) is not None:
        return "Mail unzustellbar", "bad", "mailx"
    if not person.is_proven:
        return "Unbestätigt", "warm", "clock"
    if badge := deputy_badge(person):
        return badge
    if person.answer == Registration.Answer.OPEN:
        return "Noch offen", "line", "clock"
    if person.answer == Registration.Answer.NO:
        return "Abgesagt", "", "x"
    if standing.place_state == Claim.OFFERED:
        return "Platz angeboten", "warm", "wait"
    return ("Warteliste", "warm", "wait") if standing.is_waiting else ("Zugesagt", "good", "check")


def place_words(standing: Standing) -> str:
    """Platz bestätigt, Platz 3 der Warteliste, Platz angeboten"""
    if standing.is_waiting:
        return f"Platz {format_number(standing.rank or 0)} der Warteliste"
    return {Claim.CONFIRMED: "Platz bestätigt", Claim.OFFERED: "Platz angeboten"}.get(standing.place_state, "")


def item_words(standing: Standing) -> str:
    """Workshop 1; Workshop 3 (Platz 2 der Warteliste)"""
    words = []
    for entry in standing.items:
        note = {
            Claim.WAITING: f" (Platz {format_number(entry.rank or 0)} der Warteliste)",
            Claim.WISHED: " (vorgemerkt, bis der Platz am Treffen sicher ist)",
            Claim.OFFERED: " (angeboten)",
        }.get(entry.state, "")
        words.append(f"{entry.item.headline}{note}")
    return "; ".join(words)


def food_words(person: Registration | Guest) -> str:
    """Vegetarisch, vegan as people chose it."""
    return ", ".join(FOOD.get(code, code) for code in person.food)


def _line(person: Guest, standing: Standing) -> GuestLine:
    hints = (
        person.undelivered or "",
        place_words(standing) if standing.is_waiting or standing.place_state == Claim.OFFERED else "",
        deputy_hint(person),
        food_words(person),
        "Unterstützung nötig" if person.access_needs else "",
        "Bemerkung" if person.remark else "",
        "Interne Notiz" if person.note else "",
    )
    return GuestLine(
        person=person,
        standing=standing,
        badge=badge_of(person, standing),
        attendance=standing.attendance_label,
        items=item_words(standing),
        food=food_words(person),
        hints=tuple(hint for hint in hints if hint),
    )


def guest_figures(event: Event) -> list[tuple[str, str, str]]:
    """Return (value, label, filter) above the list, from what the event's row was annotated with."""
    figures = [(format_number(event.people_count), "Personen", "")]  # type: ignore[attr-defined]
    for is_offered, label, taken, capacity in (
        (event.is_on_site, "vor Ort", event.taken_on_site, event.capacity_on_site),  # type: ignore[attr-defined]
        (event.is_online, "online", event.taken_online, event.capacity_online),  # type: ignore[attr-defined]
    ):
        if is_offered:
            limit = "" if capacity is None else f"/{format_number(capacity)}"
            figures.append((f"{format_number(taken)}{limit}", label, "place"))
    figures.append((format_number(event.waiting_count), "Warteliste", "waiting"))  # type: ignore[attr-defined]
    figures.append((format_number(event.no_count), "abgesagt", "no"))  # type: ignore[attr-defined]
    figures.append((format_number(event.open_count), "noch offen", "open"))  # type: ignore[attr-defined]
    if event.deputy_count:  # type: ignore[attr-defined]
        figures.append((format_number(event.deputy_count), "Vertretung geschickt", "deputy"))  # type: ignore[attr-defined]
    return figures
