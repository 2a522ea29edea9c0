"""What organisers see of deputies: who comes for whom, in lists and on a person's page. Nobody is counted twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from core.dates import format_moment
from events.models import DeputyRequest, Registration

State = DeputyRequest.State
STANDING = (State.OPEN, State.ACCEPTED)


def with_deputies(queryset: Any) -> Any:
    """Annotate whose deputy a person is (`deputy_for`, `deputy_state`) and who comes for them (`deputy_name`)."""
    made = DeputyRequest.objects.filter(inviter=OuterRef("pk"), state__in=STANDING).order_by("-pk")
    return queryset.annotate(
        deputy_for=F("deputy_request__inviter__name"),
        deputy_state=F("deputy_request__state"),
        deputy_name=Subquery(made.values("deputy__name")[:1]),
    )


def deputy_badge(person: Any) -> tuple[str, str, str] | None:
    """Return label, kind and icon for who was asked or has sent somebody; the person is annotated."""
    if person.answer == Registration.Answer.DEPUTY:
        return "Vertretung geschickt", "info", "swap"
    if getattr(person, "deputy_state", None) == State.OPEN:
        return "Vertretung angefragt", "info", "swap"
    return None


def deputy_hint(person: Any) -> str:
    """Vertretung für Dr. Jana Beispiel; Vertretung angefragt: Vera Vertretung; Vertretung: Vera Vertretung"""
    if person.deputy_for:
        return f"Vertretung für {person.deputy_for}"
    if person.deputy_name:
        asked = "" if person.answer == Registration.Answer.DEPUTY else " angefragt"
        return f"Vertretung{asked}: {person.deputy_name}"
    return ""


@dataclass(frozen=True)
class DeputyLine:
    """One request on a person's page: what it is about, the other person while they are known, what became of it."""

    label: str
    other: Registration | None
    what: str


def deputy_lines(person: Registration) -> list[DeputyLine]:
    """Return the requests a person made or got, the earliest first; one query."""
    requests = DeputyRequest.objects.filter(Q(inviter=person) | Q(deputy=person))
    return list(_lines(person, requests.select_related("inviter", "deputy")))


def _lines(person: Registration, requests: Iterable[DeputyRequest]) -> Iterable[DeputyLine]:
    for request in requests:
        if request.deputy_id == person.pk:
            yield DeputyLine("Vertretung für", request.inviter, _what(request))
        elif request.deputy:
            yield DeputyLine("Vertretung", request.deputy, _what(request))
        else:
            yield DeputyLine("Vertretung", None, f"{_what(request)}. Name und Adresse sind gelöscht.")


def _what(request: DeputyRequest) -> str:
    asked = f"angefragt am {format_moment(request.created_at)}"
    if request.ended_at is None:
        return f"{asked}, Antwort möglich bis {format_moment(request.answer_until)}"
    return f"{asked}, {request.get_state_display()} am {format_moment(request.ended_at)}"
