"""Naming a deputy, and looking at what became of it."""

from django.test import Client

from core.clock import db_now
from events.models import DeputyRequest, PlaceClaim, Registration
from events.services.deputies import DeputyPerson, name_deputy
from mailing.models import OutboxMessage

VERA = DeputyPerson("Vera Vertretung", "vera@example.org")


def name(person: Registration, deputy: DeputyPerson = VERA, words: str = "") -> Registration:
    """Name a deputy; return their registration."""
    request = name_deputy(inviter=person, person=deputy, words=words)
    assert request.deputy
    return request.deputy


def request_of(person: Registration) -> DeputyRequest:
    return DeputyRequest.objects.filter(inviter=person).latest("pk")


def mails(person: Registration) -> list[str]:
    return list(OutboxMessage.objects.filter(ref=person.ref).order_by("created_at").values_list("purpose", flat=True))


def claims(person: Registration) -> list[tuple[str, str, int]]:
    live = PlaceClaim.objects.filter(registration=person, state__in=PlaceClaim.LIVE)
    return list(live.order_by("rank").values_list("pool__kind", "state", "rank"))


def sent(person: Registration) -> None:
    """Let every mail to this person have left."""
    OutboxMessage.objects.filter(ref=person.ref).update(state="sent", accepted_at=db_now())


def page(client: Client, person: Registration, more: str = "") -> str:
    response = client.get(f"/e/{person.token}/{more}")
    assert response.status_code == 200
    return response.content.decode()


def gone_mails(person: Registration) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(ref=person.ref, purpose="events.deputy_gone").order_by("created_at"))
