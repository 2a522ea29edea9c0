"""A person's own page: open it, answer there, and look at what is kept."""

from django.test import Client

from events.models import Event, PlaceClaim, PlacePool, Registration
from mailing.models import OutboxMessage
from privacy.models import ConsentRecord
from tests.factories.events import (
    ProgrammeItemFactory,
    in_days,
)

SECRET = "https://meet.example.org/nur-fuer-angemeldete"


def link(person: Registration, more: str = "") -> str:
    return f"/e/{person.token}/{more}"


def show(client: Client, person: Registration, more: str = "") -> str:
    response = client.get(link(person, more))
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, person: Registration, more: str = "", **data: object) -> None:
    response = client.post(link(person, more), data)
    assert response.status_code == 302, response.content.decode()
    assert response.url == link(person)


def refused(client: Client, person: Registration, more: str = "", **data: object) -> str:
    response = client.post(link(person, more), data)
    assert response.status_code == 200
    return response.content.decode()


def state(person: Registration) -> tuple:
    row = Registration.objects.filter(pk=person.pk).values_list().get()
    claims = sorted(PlaceClaim.objects.filter(registration=person).values_list("pool", "state"))
    return row, claims, ConsentRecord.objects.count(), OutboxMessage.objects.count()


def workshops(event: Event, *places: int) -> list[PlacePool]:
    items = [
        ProgrammeItemFactory(
            event=event, kind="workshop", title=f"Werkstatt {number}", part="Nachmittag", room=f"Raum {number}",
            starts_at=in_days(30, 13), ends_at=in_days(30, 14), places=count,
        )
        for number, count in enumerate(places, start=1)
    ]  # fmt: skip
    return [item.pool for item in items]
