"""Sending a deputy: who asks, who answers, what moves, and what is forgotten."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.exceptions import DomainError, RateLimited
from core.models import ChangeEntry
from events.models import DeputyRequest, Event, PlaceClaim, Registration
from events.services import deputies
from events.services.cancelling import cancel_event
from events.services.deputies import (
    ANSWER_DAYS,
    CANNOT_BE_NAMED,
    DeputyPerson,
    lapse_requests,
    name_deputy,
    take_back_deputy,
)
from events.services.deputy_traces import forget_those_told
from events.services.invitations import drop_noted_guest
from events.services.place_acts import Act, Kind, perform
from events.services.standing import standing_of
from mailing.models import OutboxMessage, Suppression
from mailing.purposes import get_purpose
from mailing.rendering import render
from mailing.services.suppression import suppress
from tests.factories.events import (
    EventFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    fill_up,
    in_days,
    say_no,
    say_yes,
)

pytestmark = pytest.mark.django_db
VERA = DeputyPerson("Vera Vertretung", "vera@example.org")


@pytest.fixture
def event() -> Event:
    return EventFactory(format="hybrid", on_site=1, online=5)


@pytest.fixture
def person(event: Event) -> Registration:
    return RegistrationFactory(event=event, name="Dr. Jana Beispiel", email="jana@example.org", role="guest")


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


# --- Naming -----------------------------------------------------------------------------------------------------------
def test_naming_somebody_is_one_open_registration_and_one_mail(person: Registration) -> None:
    say_yes(person)
    deputy = name(person, DeputyPerson("Vera Vertretung", "Vera@Example.org ", "Kammer Nord"))
    assert (deputy.source, deputy.answer, deputy.role) == ("deputy", "open", "guest")
    assert (deputy.email_key, deputy.organisation_name) == ("vera@example.org", "Kammer Nord")
    assert mails(deputy) == ["events.deputy_request"]
    assert claims(deputy) == []
    assert standing_of(person).has_place
    assert ChangeEntry.objects.filter(ref=person.ref, action="Vertretung genannt").count() == 1


def test_without_an_organisation_the_deputy_comes_from_the_same(person: Registration) -> None:
    assert name(person).organisation_name == "Kammer Musterstadt"


def test_the_form_asks_and_the_page_says_how_things_stand(client: Client, person: Registration) -> None:
    say_yes(person)
    assert page(client, person).count("Vertretung schicken") == 1
    form = page(client, person, "vertretung/")
    assert "Ihr Platz vor Ort geht erst über, wenn die Person zusagt." in form
    assert " checked" not in form
    data = {"name": VERA.name, "email": VERA.email, "words": "Bitte übernimm.", "has_agreed": "on"}
    response = client.post(f"/e/{person.token}/vertretung/", data)
    assert (response.status_code, response.url) == (302, f"/e/{person.token}/")
    shown = page(client, person)
    assert "Vertretung angefragt" in shown
    assert "Vera Vertretung (vera@example.org) kann bis" in shown
    assert "Anfrage zurücknehmen" in shown
    assert "Vertretung schicken" not in shown
    assert request_of(person).words == "Bitte übernimm."
    assert client.get(f"/e/{person.token}/vertretung/").status_code == 302


def test_an_open_invitation_chooses_it_as_a_third_answer(client: Client, person: Registration) -> None:
    assert "Vertretung kommt" in page(client, person)
    response = client.post(f"/e/{person.token}/", {"answer": "deputy"})
    assert (response.status_code, response.url) == (302, f"/e/{person.token}/vertretung/")
    person.refresh_from_db()
    assert person.answer == "open"
    name(person)
    shown = page(client, person)
    assert "Vertretung angefragt" in shown
    assert "Vertretung kommt" not in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Geben Sie den Namen Ihrer Vertretung ein"),
        ({"name": "Vera, siehe www.boese.example"}, "Geben Sie nur den Vor- und Nachnamen ein"),
        ({"email": "vera"}, "Geben Sie eine E-Mail-Adresse im Format name@firma.de ein"),
        ({"words": "Klick auf https://boese.example"}, "Schreiben Sie Ihre Worte ohne Links"),
        ({"words": "x" * 501}, "auf höchstens 500 Zeichen"),
        ({"has_agreed": ""}, "Bestätigen Sie, dass die Person einverstanden ist"),
    ],
)
def test_the_form_says_what_to_do(client: Client, person: Registration, changes: dict, sentence: str) -> None:
    data = {"name": VERA.name, "email": VERA.email, "has_agreed": "on"} | changes
    response = client.post(f"/e/{person.token}/vertretung/", data)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not DeputyRequest.objects.exists()


def test_naming_the_same_person_ten_times_is_one_request_and_one_mail(person: Registration) -> None:
    requests = {name_deputy(inviter=person, person=VERA).pk for _ in range(10)}
    assert len(requests) == 1
    assert OutboxMessage.objects.count() == 1


def test_only_one_deputy_at_a_time(person: Registration) -> None:
    name(person)
    with pytest.raises(DomainError, match="Nehmen Sie erst diese Anfrage zurück"):
        name_deputy(inviter=person, person=DeputyPerson("Otto Ander", "otto@example.org"))


def test_the_own_address_is_no_deputys(person: Registration) -> None:
    with pytest.raises(DomainError, match="nicht Ihre eigene"):
        name_deputy(inviter=person, person=DeputyPerson("Vera Vertretung", " JANA@example.org"))


def test_who_is_invited_and_who_objected_gets_the_same_sentence(person: Registration) -> None:
    known = RegistrationFactory(event=person.event)
    suppress(VERA.email, Suppression.Reason.OBJECTED)
    for named in (DeputyPerson(known.name.upper(), known.email), VERA):
        with pytest.raises(DomainError) as refusal:
            name_deputy(inviter=person, person=named)
        assert refusal.value.message == CANNOT_BE_NAMED
    assert not OutboxMessage.objects.exists()


def test_trying_addresses_is_limited_also_when_refused(person: Registration) -> None:
    known = RegistrationFactory(event=person.event)
    for _ in range(deputies.NAMINGS_PER_DAY):
        with pytest.raises(DomainError):
            name_deputy(inviter=person, person=DeputyPerson(known.name, known.email))
    with pytest.raises(RateLimited):
        name_deputy(inviter=person, person=VERA)


def test_nobodys_mailbox_is_filled(event: Event) -> None:
    for number, namer in enumerate(RegistrationFactory.create_batch(4, event=event)):
        asked = DeputyPerson(f"Vera {'abcd'[number]}", f"vera+{number}@example.org")
        if number == 3:
            with pytest.raises(RateLimited):
                name_deputy(inviter=namer, person=asked)
        else:
            name_deputy(inviter=namer, person=asked)


def test_who_cancelled_who_is_unproven_and_who_is_asked_cannot_name_anybody(person: Registration) -> None:
    unproven = RegistrationFactory(event=person.event, unproven_until=in_days(1))
    deputy = name(person)
    cancelled = RegistrationFactory(event=person.event)
    say_no(cancelled)
    for someone in (unproven, deputy, cancelled):
        with pytest.raises(DomainError):
            name_deputy(inviter=someone, person=DeputyPerson("Otto Ander", "otto@example.org"))


@pytest.mark.parametrize("field", ["cancelled_at", "registration_closes_at", "starts_at"])
def test_nobody_is_named_once_answering_is_over(client: Client, person: Registration, field: str) -> None:
    Event.objects.filter(pk=person.event_id).update(**{field: in_days(-1)})
    person.event.refresh_from_db()
    with pytest.raises(DomainError):
        name_deputy(inviter=person, person=VERA)
    data = {"name": VERA.name, "email": VERA.email, "has_agreed": "on"}
    assert client.post(f"/e/{person.token}/vertretung/", data).status_code == 200
    assert client.get(f"/e/{person.token}/vertretung/").status_code == 200
    assert not DeputyRequest.objects.exists()


def test_the_deadline_is_14_days_or_the_end_of_answering(event: Event) -> None:
    almost = dt.timedelta(minutes=1)
    assert abs(deputies.answer_deadline(event) - db_now() - dt.timedelta(days=ANSWER_DAYS)) < almost
    event.answer_by = in_days(5).date()
    assert deputies.answer_deadline(event) == in_days(6, 0)
    event.answer_by = in_days(0).date()
    assert abs(deputies.answer_deadline(event) - db_now() - dt.timedelta(days=ANSWER_DAYS)) < almost
    event.registration_closes_at = in_days(3)
    assert deputies.answer_deadline(event) == in_days(3)
    event.starts_at = in_days(2)
    assert deputies.answer_deadline(event) == in_days(2)


# --- The deputy says yes ----------------------------------------------------------------------------------------------
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


def test_once_the_deputy_cancels_the_namer_may_come_again(client: Client, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    say_no(deputy)
    assert Registration.objects.filter(pk=deputy.pk).exists()
    shown = page(client, person)
    assert "Ihre Vertretung kommt nicht mehr" in shown
    assert "Doch selbst teilnehmen" in shown
    assert page(client, person, "aendern/")
    say_yes(person)
    assert standing_of(person).has_place


def gone_mails(person: Registration) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(ref=person.ref, purpose="events.deputy_gone").order_by("pk"))


def test_the_namer_hears_when_the_deputy_cancels_later(person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    say_yes(deputy)
    assert gone_mails(person) == []
    say_no(deputy)
    (mail,) = gone_mails(person)
    text = " ".join(render(mail, get_purpose(mail.purpose)).text.split())
    assert "Vera Vertretung hatte für Sie zugesagt und kommt nun doch nicht." in text
    say_no(deputy)
    assert len(gone_mails(person)) == 1, "said twice, told once"


def test_a_deputy_who_comes_and_goes_again_is_told_of_again(person: Registration) -> None:
    deputy = name(person)
    for _ in range(2):
        say_yes(deputy)
        say_no(deputy)
    assert len(gone_mails(person)) == 2


def test_organisers_who_take_the_place_back_tell_the_namer_too(zoe, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    say_yes(deputy)
    claim = PlaceClaim.objects.get(registration=deputy, state="confirmed")
    perform(actor=zoe, event=person.event, act=Act(kind=Kind.WITHDRAW, claims=(claim.pk,), reason="Doppelt"))
    assert len(gone_mails(person)) == 1


def test_nothing_untrue_leaves(zoe, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    say_no(deputy)

    def obsolete() -> str:
        mail = gone_mails(person)[0]
        return get_purpose(mail.purpose).is_obsolete(mail)

    assert obsolete() == ""
    say_yes(deputy)
    assert obsolete() == "Die Vertretung kommt doch."
    say_no(deputy)
    assert obsolete() == ""
    say_yes(person)
    assert obsolete() == "Die Person hat inzwischen selbst geantwortet."
    cancel_event(actor=zoe, event=person.event, reason="Hochwasser.")
    assert obsolete() == "Das Treffen ist abgesagt."


def test_a_called_off_event_says_nothing_of_deputies(zoe, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    cancel_event(actor=zoe, event=person.event, reason="Hochwasser.")
    assert gone_mails(person) == []


# --- What the mail to somebody not needed any more leaves behind ------------------------------------------------------
def ended_mail(person: Registration) -> OutboxMessage:
    """Name somebody, take them back, and let the mail that tells them have left."""
    sent(name(person))
    take_back_deputy(inviter=person)
    OutboxMessage.objects.filter(purpose="events.deputy_ended").update(state="sent", subject="Keine Vertretung")
    return OutboxMessage.objects.get(purpose="events.deputy_ended")


def test_their_address_is_forgotten_after_fourteen_days(person: Registration) -> None:
    mail = ended_mail(person)
    assert forget_those_told() == 0
    OutboxMessage.objects.filter(pk=mail.pk).update(created_at=db_now() - dt.timedelta(days=14, minutes=1))
    assert forget_those_told() == 1
    assert forget_those_told() == 0
    mail.refresh_from_db()
    assert (mail.recipient, mail.recipient_name, mail.email_key, mail.subject, mail.text) == ("", "", "", "", "")


def test_their_address_is_forgotten_with_the_namer(zoe, person: Registration) -> None:
    mail = ended_mail(person)
    drop_noted_guest(actor=zoe, registration=person)
    mail.refresh_from_db()
    assert (mail.recipient, mail.recipient_name) == ("", "")


def test_a_mail_that_waits_does_not_leave_once_the_namer_is_gone(zoe, person: Registration) -> None:
    mail = ended_mail(person)
    OutboxMessage.objects.filter(pk=mail.pk).update(state="queued")
    drop_noted_guest(actor=zoe, registration=person)
    mail.refresh_from_db()
    assert (mail.state, mail.recipient) == ("aborted", "")


# --- The deputy does not come -----------------------------------------------------------------------------------------
def gone(deputy: Registration) -> bool:
    """Whether nothing of the person is left, except what a log without names says."""
    traces = OutboxMessage.objects.filter(recipient__icontains="vera") | OutboxMessage.objects.filter(
        recipient_name__icontains="vera"
    )
    return not (Registration.objects.filter(pk=deputy.pk).exists() or traces.filter(ref=deputy.ref).exists())


def test_a_deputy_who_declines_is_forgotten_and_the_namer_told(client: Client, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    ChangeEntry.objects.create(
        at=db_now(), scope=person.event.scope, ref=deputy.ref, action="Gast geändert", changes={"name": ["V", "Vera"]}
    )
    response = client.post(f"/e/{deputy.token}/", {"answer": "no"})
    assert response.status_code == 302
    assert gone(deputy)
    entry = ChangeEntry.objects.get(ref=deputy.ref)
    assert (entry.changes, entry.is_shredded) == ({}, True)
    assert standing_of(person).has_place
    assert mails(person)[-1] == "events.deputy_outcome"
    shown = page(client, deputy)
    assert "Danke für Ihre Antwort" in shown
    assert "Vera" not in shown
    shown = page(client, person)
    assert "Ihre Vertretung hat abgesagt" in shown
    assert "Vertretung schicken" in shown
    assert name(person, DeputyPerson("Otto Ander", "otto@example.org"))


def test_taking_back_forgets_and_tells_who_was_asked(client: Client, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    count = OutboxMessage.objects.filter(ref=person.ref).count()
    assert "Möchten Sie die Anfrage zurücknehmen?" in page(client, person, "vertretung/zuruecknehmen/")
    for _ in range(2):
        assert client.post(f"/e/{person.token}/vertretung/zuruecknehmen/").status_code == 302
    assert gone(deputy)
    ended = OutboxMessage.objects.get(purpose="events.deputy_ended")
    assert (ended.recipient, ended.ref) == ("vera@example.org", request_of(person).ref)
    assert OutboxMessage.objects.filter(ref=person.ref).count() == count
    assert "Es ist keine Vertretung mehr nötig" in page(client, deputy)
    assert client.post(f"/e/{deputy.token}/", {"answer": "yes"}).status_code == 200
    assert standing_of(person).has_place
    assert client.get(f"/e/{person.token}/vertretung/zuruecknehmen/").status_code == 302


def test_who_has_not_been_asked_yet_hears_nothing_at_all(person: Registration) -> None:
    deputy = name(person)
    take_back_deputy(inviter=person)
    assert OutboxMessage.objects.get(ref=deputy.ref).state == "aborted"
    assert not OutboxMessage.objects.filter(purpose="events.deputy_ended").exists()


def test_taking_back_after_a_yes_changes_nothing(client: Client, person: Registration) -> None:
    deputy = name(person)
    say_yes(deputy)
    response = client.post(f"/e/{person.token}/vertretung/zuruecknehmen/")
    assert "Ihre Vertretung hat inzwischen zugesagt" in response.content.decode()
    assert standing_of(deputy).has_place


def test_a_silent_deputy_is_forgotten_at_the_deadline(client: Client, person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    assert lapse_requests() == 0
    DeputyRequest.objects.update(answer_until=db_now())
    with pytest.raises(DomainError, match="Die Frist für Ihre Antwort ist vorbei"):
        say_yes(deputy)
    assert lapse_requests() == 1
    assert lapse_requests() == 0
    assert gone(deputy)
    assert mails(person)[-1] == "events.deputy_outcome"
    assert not OutboxMessage.objects.filter(purpose="events.deputy_ended").exists()
    assert "Die Frist ist vorbei" in page(client, deputy)
    assert "Ihre Vertretung hat nicht geantwortet" in page(client, person)
    assert standing_of(person).has_place


def test_a_moved_or_closed_event_ends_requests_early(person: Registration) -> None:
    name(person)
    Event.objects.filter(pk=person.event_id).update(registration_closes_at=db_now())
    assert lapse_requests() == 1


def test_a_called_off_event_tells_the_deputy_before_forgetting_them(zoe, person: Registration) -> None:
    deputy = name(person)
    sent(deputy)
    cancel_event(actor=zoe, event=person.event, reason="Hochwasser.")
    mail = OutboxMessage.objects.filter(ref=deputy.ref, purpose="events.registration").get()
    assert mail.data["situation"] == "event_cancelled"
    assert lapse_requests() == 0
    DeputyRequest.objects.update(answer_until=db_now())
    assert lapse_requests() == 1


def test_a_namer_who_cancels_needs_no_deputy(person: Registration) -> None:
    say_yes(person)
    deputy = name(person)
    sent(deputy)
    say_no(person)
    assert gone(deputy)
    assert OutboxMessage.objects.filter(purpose="events.deputy_ended").count() == 1
    assert mails(person)[-1] == "events.registration"


def test_a_namer_who_says_yes_meanwhile_keeps_the_request(person: Registration) -> None:
    deputy = name(person)
    say_yes(person)
    say_yes(deputy)
    assert claims(person) == []
    assert standing_of(deputy).has_place


def test_an_address_that_does_not_exist_is_shown_to_the_namer(client: Client, person: Registration) -> None:
    deputy = name(person)
    OutboxMessage.objects.filter(ref=deputy.ref).update(state="failed")
    assert "Vera Vertretung ist nicht erreichbar" in page(client, person)


def test_a_forged_link_of_a_forgotten_deputy_says_nothing(client: Client, person: Registration) -> None:
    deputy = name(person)
    take_back_deputy(inviter=person)
    response = client.get(f"/e/{deputy.public_id}.erfunden/")
    assert response.status_code == 404
    assert "Vertretung" not in response.content.decode()


def test_opening_pages_changes_nothing(client: Client, person: Registration) -> None:
    deputy = name(person)
    before = (DeputyRequest.objects.values_list().get(), OutboxMessage.objects.count(), Registration.objects.count())
    for who in (person, deputy):
        for more in ("", "vertretung/", "vertretung/zuruecknehmen/", "aendern/", "absagen/"):
            client.get(f"/e/{who.token}/{more}")
    after = (DeputyRequest.objects.values_list().get(), OutboxMessage.objects.count(), Registration.objects.count())
    assert after == before


def test_pages_ask_few_questions(client: Client, person: Registration) -> None:
    deputy = name(person)
    for who in (person, deputy):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, who)
        assert len(queries) <= 12


def test_typed_signs_stay_text(client: Client, person: Registration) -> None:
    nasty = '"><script>alert(1)</script>'
    Registration.objects.filter(pk=person.pk).update(name=f"Eve\r\nBcc: x {nasty}")
    deputy = name(Registration.objects.get(pk=person.pk), words=nasty)
    for who in (person, deputy):
        assert "<script>alert" not in page(client, who)
    assert re.search(r"Eve\s+Bcc", page(client, deputy))
