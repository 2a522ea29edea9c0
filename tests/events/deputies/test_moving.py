"""The deputy says yes: what moves, and what the namer may still do."""

import pytest
from django.test import Client

from core.exceptions import DomainError
from events.models import Event, Registration
from events.services.deputies import DeputyPerson, name_deputy
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.events.deputies.acts import claims, name, page, request_of
from tests.factories.events import ProgrammeItemFactory, RegistrationFactory, fill_up, say_yes

pytestmark = pytest.mark.django_db


def test_the_place_moves_and_the_calendar_entry_is_taken_back(client: Client, person: Registration) -> None:
    say_yes(person)
    waiting = RegistrationFactory(event=person.event)
    say_yes(waiting)
    deputy = name(person)
    before = claims(person)
    shown = page(client, deputy)
    assert (
        "Dr. Jana Beispiel bittet Sie, stattdessen zu kommen. Sagen Sie zu, geht der Platz vor Ort auf Sie über."
        in shown
    )
    assert "Geht von Dr. Jana Beispiel auf Sie über" in shown
    assert "Vertretung kommt" not in shown
    response = client.post(f"/e/{deputy.token}/", {"answer": "yes", "attendance": "on_site", "food": ["vegan"]})
    assert response.status_code == 302
    person.refresh_from_db()
    deputy.refresh_from_db()
    assert (person.answer, person.attendance) == ("deputy", "")
    assert (deputy.answer, deputy.food) == ("yes", ["vegan"])
    assert claims(deputy) == before
    assert [(kind, state) for kind, state, _ in before] == [("on_site", "confirmed")]
    assert claims(person) == []
    assert standing_of(waiting).rank == 1
    last = OutboxMessage.objects.filter(ref=person.ref).latest("created_at")
    assert (last.purpose, last.data["situation"], last.data["takes_entry_back"]) == (
        "events.registration",
        "deputy",
        True,
    )
    confirmation = OutboxMessage.objects.filter(ref=deputy.ref, purpose="events.registration").get()
    assert confirmation.data["situation"] == "confirmed"
    assert "Vera Vertretung</bdi> kommt für Sie" in page(client, person)
    assert "Sie sind angemeldet" in page(client, deputy)
    assert request_of(person).state == "accepted"


def test_items_and_ranks_come_along(person: Registration) -> None:
    pool = ProgrammeItemFactory(event=person.event, kind="workshop", places=1).pool
    first = RegistrationFactory(event=person.event)
    say_yes(first, "online", item_pools=(pool,))
    say_yes(person, "online", item_pools=(pool,))
    later = RegistrationFactory(event=person.event)
    say_yes(later, "online", item_pools=(pool,))
    deputy = name(person)
    before = claims(person)
    say_yes(deputy, "online", item_pools=(pool,))
    assert claims(deputy) == before
    assert [entry.rank for entry in standing_of(deputy).items] == [1]
    assert [entry.rank for entry in standing_of(later).items] == [2]


def test_a_place_on_the_waiting_list_moves_with_its_rank(client: Client, event: Event) -> None:
    people = fill_up(event, 4)
    deputy = name(people[2])
    assert "übernehmen Sie Platz 2 der Warteliste" in page(client, deputy)
    say_yes(deputy)
    assert [standing_of(each).rank for each in (people[1], deputy, people[3])] == [1, 2, 3]
    mail = OutboxMessage.objects.filter(ref=people[2].ref).latest("created_at")
    assert (mail.data["situation"], mail.data["takes_entry_back"]) == ("deputy", False)


def test_the_deputy_may_take_another_way_in_the_same_step(person: Registration) -> None:
    say_yes(person)
    waiting = RegistrationFactory(event=person.event)
    say_yes(waiting)
    deputy = name(person)
    say_yes(deputy, "online")
    assert standing_of(deputy).attendance == "online"
    assert standing_of(waiting).has_place


def test_a_deputy_of_somebody_who_had_not_answered_asks_like_everybody(event: Event, person: Registration) -> None:
    fill_up(event, 1)
    deputy = name(person)
    say_yes(deputy)
    person.refresh_from_db()
    assert person.answer == "deputy"
    assert standing_of(deputy).rank == 1


def test_one_invitation_is_one_place(client: Client, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    with pytest.raises(DomainError, match="Vera Vertretung kommt für Sie"):
        say_yes(person)
    assert client.get(f"/e/{person.token}/aendern/").status_code == 302
    with pytest.raises(DomainError):
        name_deputy(inviter=person, person=DeputyPerson("Otto Ander", "otto@example.org"))
    third = name(deputy, DeputyPerson("Otto Ander", "otto@example.org"))
    say_yes(third)
    with pytest.raises(DomainError, match="Otto Ander kommt für Sie"):
        say_yes(person)
    assert "Otto Ander</bdi> kommt für Sie" in page(client, person)
