"""After the freeze date a change is a wish to the organisers; cancelling never is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.exceptions import DomainError
from events.models import ChangeRequest, Event, ProgrammeItem, Registration
from events.services.change_requests import accept_change, decline_change
from events.services.deputies import DeputyPerson, name_deputy
from events.services.retention import forget_needs
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from privacy.services.consents import consents_of
from tests.factories.events import (
    EventFactory,
    ItemTableFactory,
    MailPlanFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return EventFactory(format="hybrid", on_site=2, online=1)


@pytest.fixture
def person(event: Event) -> Registration:
    person = RegistrationFactory(event=event, name="Dr. Jana Beispiel")
    say_yes(person)
    freeze(event)
    return Registration.objects.get(pk=person.pk)


def freeze(event: Event, days: int = -1) -> None:
    Event.objects.filter(pk=event.pk).update(changes_until=in_days(days))
    event.refresh_from_db()


def send(client: Client, person: Registration, **data: object) -> None:
    response = client.post(f"/e/{person.token}/aendern/", data)
    assert response.status_code == 302, response.content.decode()


def page(client: Client, person: Registration, more: str = "") -> str:
    response = client.get(f"/e/{person.token}/{more}")
    assert response.status_code == 200
    return response.content.decode()


def wish_of(person: Registration) -> ChangeRequest:
    return ChangeRequest.objects.filter(registration=person).latest("pk")


def test_a_change_is_asked_for_and_nothing_moves(client: Client, person: Registration) -> None:
    mails = OutboxMessage.objects.count()
    assert "Änderung anfragen" in page(client, person, "aendern/")
    send(client, person, answer="yes", attendance="online", food=["vegan"])
    assert standing_of(person).attendance == "on_site"
    assert OutboxMessage.objects.count() == mails
    shown = page(client, person)
    assert "Ihre Änderung ist angefragt" in shown
    assert "vor Ort → <b>online</b>" in shown
    assert "nichts → <b>Vegan</b>" in shown


def test_before_the_date_changes_count_at_once(client: Client, event: Event) -> None:
    person = RegistrationFactory(event=event)
    say_yes(person)
    freeze(event, 3)
    send(client, person, answer="yes", attendance="online")
    assert standing_of(person).attendance == "online"
    assert not ChangeRequest.objects.exists()


def test_a_form_opened_before_the_date_is_not_a_direct_change(person: Registration) -> None:
    with pytest.raises(DomainError, match="Änderungen waren bis"):
        say_yes(person, "online")
    assert standing_of(person).attendance == "on_site"


def test_cancelling_is_immediate_and_drops_the_wish(client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="online")
    send(client, person, answer="no")
    person.refresh_from_db()
    assert person.answer == "no"
    assert wish_of(person).state == "withdrawn"


def test_an_open_invitation_and_a_no_can_still_be_answered(client: Client, event: Event, person: Registration) -> None:
    invited = RegistrationFactory(event=event)
    assert client.post(f"/e/{invited.token}/", {"answer": "yes", "attendance": "on_site"}).status_code == 302
    assert standing_of(invited).has_place
    say_no(invited)
    say_yes(invited)
    assert standing_of(invited).has_place


def test_consents_count_at_once(client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="on_site", consent_photos="1")
    assert consents_of(person.ref) == {"photos": True}
    assert not ChangeRequest.objects.exists()


def test_asking_again_replaces_and_asking_for_what_is_takes_back(client: Client, person: Registration) -> None:
    for remark in ("Eins", "Zwei"):
        send(client, person, answer="yes", attendance="on_site", remark=remark)
    assert ChangeRequest.objects.get().reply["remark"] == "Zwei"
    send(client, person, answer="yes", attendance="on_site")
    assert wish_of(person).state == "withdrawn"


def test_taking_the_wish_back(client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="online")
    assert "Möchten Sie die Anfrage zurückziehen?" in page(client, person, "aenderung/zurueckziehen/")
    for _ in range(2):
        assert client.post(f"/e/{person.token}/aenderung/zurueckziehen/").status_code == 302
    assert wish_of(person).state == "withdrawn"
    assert "angefragt" not in page(client, person)


def test_accepting_does_what_a_direct_answer_does(zoe, client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="online", food=["vegan"])
    accept_change(actor=zoe, request=wish_of(person), words="Gern.")
    person.refresh_from_db()
    assert (person.attendance, person.food) == ("online", ["vegan"])
    assert standing_of(person).attendance == "online"
    mail = OutboxMessage.objects.filter(ref=person.ref).latest("created_at")
    text = " ".join(render(mail, get_purpose(mail.purpose)).text.split())
    assert "Die Gastgeber haben Ihre Änderung angenommen. Gern." in text
    with pytest.raises(DomainError, match="schon entschieden"):
        accept_change(actor=zoe, request=wish_of(person))


def test_accepting_needs_only_still_tells_the_person(zoe, client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="on_site", access_needs="Rampe")
    before = OutboxMessage.objects.filter(ref=person.ref).count()
    accept_change(actor=zoe, request=wish_of(person))
    assert OutboxMessage.objects.filter(ref=person.ref).count() == before + 1
    person.refresh_from_db()
    assert person.access_needs == "Rampe"


def test_places_are_checked_again_when_accepting(zoe, client: Client, event: Event, person: Registration) -> None:
    send(client, person, answer="yes", attendance="online")
    other = RegistrationFactory(event=event)
    say_yes(other, "online")
    accept_change(actor=zoe, request=wish_of(person))
    standing = standing_of(person)
    assert (standing.attendance, standing.has_place) == ("on_site", True)
    assert standing.wish is not None
    assert standing.wish.rank == 1


def test_the_freed_place_goes_on_with_one_mail_each(zoe, client: Client, event: Event, person: Registration) -> None:
    fill_up(event, 1)
    waiting = fill_up(event, 1)[0]
    send(client, person, answer="yes", attendance="online")
    mails = OutboxMessage.objects.filter(ref=waiting.ref).count()
    accept_change(actor=zoe, request=wish_of(person))
    assert standing_of(waiting).has_place
    assert OutboxMessage.objects.filter(ref=waiting.ref).count() == mails + 1


def test_declining_leaves_everything_and_says_why(zoe, client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="online")
    decline_change(actor=zoe, request=wish_of(person), words="Das Essen ist bestellt.")
    assert standing_of(person).attendance == "on_site"
    mail = OutboxMessage.objects.filter(ref=person.ref).latest("created_at")
    assert mail.purpose == "events.change_declined"
    assert "Das Essen ist bestellt." in render(mail, get_purpose(mail.purpose)).text
    shown = page(client, person)
    assert "Ihre Änderung ist nicht möglich" in shown
    assert "Das Essen ist bestellt." in shown


def test_what_is_gone_meanwhile_cannot_be_accepted(zoe, client: Client, event: Event) -> None:
    pool = ProgrammeItemFactory(event=event, kind="workshop", places=3).pool
    person = RegistrationFactory(event=event)
    say_yes(person)
    freeze(event)
    send(client, person, answer="yes", attendance="on_site", **{f"choice_{pool.pk}": str(pool.pk)})
    ProgrammeItem.objects.all().delete()
    with pytest.raises(DomainError, match="Das Programm hat sich seit der Anfrage geändert"):
        accept_change(actor=zoe, request=wish_of(person))


def test_nothing_is_accepted_for_somebody_who_no_longer_comes(zoe, client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="online")
    wish = wish_of(person)
    Registration.objects.filter(pk=person.pk).update(answer="no")
    with pytest.raises(DomainError, match="kommt nicht mehr"):
        accept_change(actor=zoe, request=wish)


def test_a_deputy_may_still_be_sent(client: Client, person: Registration) -> None:
    send(client, person, answer="yes", attendance="online")
    deputy = name_deputy(inviter=person, person=DeputyPerson("Vera Vertretung", "vera@example.org")).deputy
    assert deputy
    say_yes(deputy)
    assert standing_of(deputy).has_place
    assert wish_of(person).state == "withdrawn"


def test_wishes_are_forgotten_with_the_needs(client: Client, event: Event, person: Registration) -> None:
    send(client, person, answer="yes", attendance="on_site", access_needs="Rampe")
    Event.objects.filter(pk=event.pk).update(starts_on=in_days(-40).date())
    forget_needs()
    assert wish_of(person).reply == {}


def test_the_page_asks_as_few_questions_with_a_wish_as_without_one(client: Client) -> None:
    """Full workshops, tables, plans: everything that could cost something, for one person and for eight."""
    counts = []
    for size in (1, 8):
        event = EventFactory(format="hybrid", on_site=50, online=50)
        items = [
            ProgrammeItemFactory(event=event, kind="workshop", starts_at=in_days(30, 11 + number), places=1)
            for number in range(size + 1)
        ]
        fill_up_items(event, items)
        tables = ItemTableFactory.create_batch(size + 1, item=ProgrammeItemFactory(event=event, kind="cafe"))
        MailPlanFactory.create_batch(1, event=event)
        person = RegistrationFactory(event=event)
        say_yes(person, item_pools=tuple(item.pool for item in items[:-1]), tables=tuple(tables[:-1]))
        freeze(event)
        data = {f"choice_{items[-1].pool.pk}": str(items[-1].pool.pk), f"tables_{tables[0].item_id}": tables[-1].pk}
        send(client, person, answer="yes", attendance="online", food=["vegan"], **data)
        assert wish_of(person).reply["item_pools"] == [items[-1].pool.pk]
        assert wish_of(person).reply["tables"] == [tables[-1].pk]
        with CaptureQueriesContext(connection) as queries:
            assert "Ihre Änderung ist angefragt" in page(client, person)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert max(counts) <= 12


def fill_up_items(event: Event, items: list[ProgrammeItem]) -> None:
    """Let somebody have each of these items, so that the next waits."""
    for item in items:
        say_yes(RegistrationFactory(event=event), item_pools=(item.pool,))
