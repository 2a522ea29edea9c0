"""Rounds: each chosen person once, never twice by accident, and single guests."""

import datetime as dt
import uuid

import pytest

from core.clock import db_now
from core.exceptions import DomainError, StaleVersion
from events.models import Event, Invitation, InvitationRound, Registration
from events.services.audience import Audience, Candidate, Selection, collect
from events.services.invitations import GuestDetails, drop_noted_guest, invite, note_guest, update_guest
from events.services.public_registration import Person, expire_unproven, register_publicly
from events.services.replies import Reply
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, say_no, say_yes

pytestmark = pytest.mark.django_db


def send(event, zoe, *, chosen=None, text="", **options):
    audience = everybody(event)
    return invite(
        actor=zoe,
        event=event,
        audience=audience,
        chosen=audience.keys if chosen is None else chosen,
        text=text,
        **options,
    )


def details(person, **changes):
    fields = {"name": person.name, "email": person.email, "role": person.role, "organisation": person.organisation_name}
    return GuestDetails(**fields | changes)


def test_a_round_queues_one_mail_for_each_person_with_the_reason(zoe):
    event = EventFactory()
    people = RegistrationFactory.create_batch(3, event=event)
    sending = send(event, zoe, text="Eigene Worte")
    assert (sending.number, sending.text, sending.sent_by) == (1, "Eigene Worte", zoe)
    assert set(Invitation.objects.values_list("reason", flat=True)) == {"einzelner Gast, Rolle Publikum"}
    mails = OutboxMessage.objects.filter(purpose="events.invitation")
    assert sorted(mail.recipient for mail in mails) == sorted(person.email for person in people)
    assert {mail.expires_at for mail in mails} == {event.starts_at}


def test_only_chosen_people_are_invited(zoe):
    event = EventFactory()
    one, _other = RegistrationFactory.create_batch(2, event=event)
    send(event, zoe, chosen={f"{one.email_key}|{one.name_key}"})
    assert [invitation.registration for invitation in Invitation.objects.all()] == [one]


def test_new_people_become_registrations(zoe, alice, verbund_a):
    event = EventFactory()
    audience = collect(actor=zoe, event=event, selection=Selection((verbund_a.pk,), ("LEAD",)))
    invite(actor=zoe, event=event, audience=audience, chosen=[audience.new[0].key], text="")
    person = Registration.objects.get()
    assert (person.name, person.email, person.user, person.verbund) == (
        "Alice Ahorn",
        "alice@example.org",
        alice,
        verbund_a,
    )
    assert person.source == Registration.Source.INVITATION


def test_the_same_list_again_invites_nobody_by_itself(zoe):
    event = EventFactory()
    RegistrationFactory.create_batch(2, event=event)
    send(event, zoe)
    again = everybody(event)
    assert again.new == []
    with pytest.raises(DomainError, match="mindestens eine Person"):
        invite(actor=zoe, event=event, audience=again, chosen=set(), text="")
    assert OutboxMessage.objects.count() == 2


def test_inviting_again_on_purpose_is_a_new_round_with_a_new_mail(zoe):
    event = EventFactory()
    person = RegistrationFactory(event=event)
    send(event, zoe)
    audience = collect(actor=zoe, event=event, selection=Selection(include_noted=True))
    # Whoever was invited is found by the groups again, not among those noted by hand.
    audience.invited.append(_candidate(person))
    invite(actor=zoe, event=event, audience=audience, chosen=[audience.invited[0].key], text="")
    assert [sending.number for sending in InvitationRound.objects.all()] == [1, 2]
    assert OutboxMessage.objects.filter(ref=person.ref).count() == 2


def test_a_double_click_is_one_round(zoe):
    event = EventFactory()
    RegistrationFactory.create_batch(2, event=event)
    shown = everybody(event)
    invite(actor=zoe, event=event, audience=shown, chosen=shown.keys, text="", after_round=0)
    with pytest.raises(DomainError, match="weitere Runde hinausgegangen"):
        invite(actor=zoe, event=event, audience=shown, chosen=shown.keys, text="", after_round=0)
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"visibility": "draft"}, "noch ein Entwurf"),
        ({"days": -1}, "noch nicht begonnen"),
        ({"starts_at": None, "ends_at": None}, "mit Uhrzeit"),
        ({"contact_email": ""}, "Rückfragen"),
    ],
)
def test_nobody_is_invited_to_an_event_that_is_not_ready(zoe, changes, sentence):
    event = EventFactory(has_public_registration=False, **changes)
    RegistrationFactory(event=event)
    with pytest.raises(DomainError, match=sentence):
        send(event, zoe)
    assert not OutboxMessage.objects.exists()


def test_nobody_is_invited_to_a_called_off_event(zoe):
    event = EventFactory()
    RegistrationFactory(event=event)
    Event.objects.update(cancelled_at=event.created_at)
    with pytest.raises(DomainError, match="abgesagt"):
        send(event, zoe)


def test_the_number_of_queries_does_not_grow_with_the_round(zoe, django_assert_num_queries):
    counts = []
    for size in (10, 300):
        event = EventFactory()
        RegistrationFactory.create_batch(size, event=event)
        audience = everybody(event)
        with django_assert_num_queries(_QUERIES):
            invite(actor=zoe, event=event, audience=audience, chosen=audience.keys, text="")
        counts.append(OutboxMessage.objects.filter(scope=event.scope).count())
    assert counts == [10, 300]


# Savepoint and its release; lock timeout and lock; last round; two clocks; round; people twice; invitations with their
# savepoint; mails; journal with its clock.
_QUERIES = 14


def test_a_single_guest_is_noted_without_any_mail(zoe):
    event = EventFactory()
    guest = note_guest(actor=zoe, event=event, name="Gunda Gast", email="gunda@example.org", role="panel")
    assert (guest.answer, guest.role, guest.sort_key) == ("open", "panel", "gast  gunda")
    assert not OutboxMessage.objects.exists()
    with pytest.raises(DomainError, match="schon auf der Liste"):
        note_guest(actor=zoe, event=event, name="GUNDA  Gast", email=" Gunda@Example.org", role="guest")


def test_a_new_address_kills_the_old_link_and_takes_back_what_waits(zoe):
    event = EventFactory()
    person = RegistrationFactory(event=event)
    send(event, zoe)
    before = person.token
    after = update_guest(actor=zoe, registration=person, version=1, details=details(person, email="neu@example.org"))
    assert after.token != before
    waiting = OutboxMessage.objects.get(ref=person.ref)
    assert (waiting.state, waiting.state_reason) == ("aborted", "Die Adresse wurde geändert.")


def test_who_said_yes_is_confirmed_at_the_new_address(zoe):
    event = EventFactory()
    person = RegistrationFactory(event=event)
    say_yes(person)
    person.refresh_from_db()
    update_guest(
        actor=zoe, registration=person, version=person.version, details=details(person, email="neu@example.org")
    )
    newest = OutboxMessage.objects.filter(ref=person.ref).exclude(state="aborted").get()
    assert (newest.recipient, newest.data["situation"]) == ("neu@example.org", "confirmed")


def test_another_name_alone_keeps_the_link(zoe):
    person = RegistrationFactory()
    after = update_guest(actor=zoe, registration=person, version=1, details=details(person, name="Anders Name"))
    assert after.token == person.token
    assert after.sort_key == "name  anders"


def test_a_guest_of_an_older_version_is_refused(zoe):
    person = RegistrationFactory()
    update_guest(actor=zoe, registration=person, version=1, details=details(person, role="host"))
    with pytest.raises(StaleVersion):
        update_guest(actor=zoe, registration=person, version=1, details=details(person, role="press"))


def test_two_guests_do_not_become_one(zoe):
    event = EventFactory()
    one, other = RegistrationFactory.create_batch(2, event=event)
    with pytest.raises(DomainError, match="schon auf der Liste"):
        update_guest(actor=zoe, registration=one, version=1, details=details(one, name=other.name, email=other.email))


def test_only_noted_guests_can_be_dropped(zoe):
    event = EventFactory()
    noted = RegistrationFactory(event=event)
    drop_noted_guest(actor=zoe, registration=noted)
    assert not Registration.objects.exists()
    invited = RegistrationFactory(event=event)
    send(event, zoe)
    with pytest.raises(DomainError, match="schon eingeladen"):
        drop_noted_guest(actor=zoe, registration=invited)


def _candidate(person):
    return Candidate(
        name=person.name, email=person.email, organisation="", reasons=["noch einmal"], registration=person
    )


def test_whoever_answers_while_being_dropped_stays(zoe):
    guest = note_guest(actor=zoe, event=EventFactory(), name="Gisela Gast", email="gast@example.org", role="guest")
    opened = Registration.objects.select_related("event").get(pk=guest.pk)
    say_yes(guest)
    with pytest.raises(DomainError, match="schon eingeladen"):
        drop_noted_guest(actor=zoe, registration=opened)
    assert Registration.objects.get(pk=guest.pk).answer == "yes"


def test_an_unproven_person_is_asked_for_proof_at_the_corrected_address(zoe):
    register_publicly(
        event=EventFactory(),
        person=Person("Paul Vertippt", "paul@exmaple.org"),
        reply=Reply(answer="yes", attendance="on_site"),
        submission=uuid.uuid4(),
        address="192.0.2.1",
        form_path="/",
    )
    guest = Registration.objects.get()
    update_guest(actor=zoe, registration=guest, version=guest.version, details=details(guest, email="paul@example.org"))
    mails = OutboxMessage.objects.filter(purpose="events.address_proof").order_by("created_at")
    assert [(mail.recipient, mail.state) for mail in mails] == [
        ("paul@exmaple.org", "aborted"),
        ("paul@example.org", "queued"),
    ]


def test_whoever_was_dropped_between_list_and_sending_is_left_out(zoe):
    event = EventFactory()
    stays, gone = RegistrationFactory.create_batch(2, event=event)
    audience = everybody(event)
    gone.delete()
    invite(actor=zoe, event=event, audience=audience, chosen=audience.keys, text="")
    assert [invitation.registration for invitation in Invitation.objects.all()] == [stays]


def test_a_guest_deleted_meanwhile_is_a_sentence(zoe):
    person = RegistrationFactory()
    Registration.objects.all().delete()
    with pytest.raises(DomainError, match="inzwischen gelöscht"):
        update_guest(actor=zoe, registration=person, version=person.version, details=details(person))


def registered_by_a_stranger(event):
    reply = Reply(answer="yes", attendance="on_site")
    person = Person("Vera Verwechselt", "vera@example.org")
    number = uuid.uuid4()
    register_publicly(event=event, person=person, reply=reply, submission=number, address="192.0.2.1", form_path="/")
    return event.registrations.get()


def invite_registered(event, zoe):
    registered = registered_by_a_stranger(event)
    candidate = Candidate(
        name=registered.name, email=registered.email, organisation="", reasons=["Presse"], registration=registered
    )
    invite(actor=zoe, event=event, audience=Audience(new=[candidate]), chosen=[candidate.key], text="")
    return registered


def test_whoever_a_stranger_registered_is_invited_all_the_same(zoe):
    event = EventFactory()
    registered = invite_registered(event, zoe)
    message = OutboxMessage.objects.get(purpose="events.invitation")
    assert get_purpose("events.invitation").is_obsolete(message) == ""
    # Their own link came to their address: answering by it proves it.
    say_no(registered)
    registered.refresh_from_db()
    assert (registered.answer, registered.is_proven) == ("no", True)
    again = OutboxMessage.objects.get(pk=message.pk)
    assert get_purpose("events.invitation").is_obsolete(again) == "Die Person hat schon geantwortet."


def test_the_strangers_registration_ends_and_the_invitation_stays(zoe):
    event = EventFactory(on_site=1)
    registered = invite_registered(event, zoe)
    waiting = RegistrationFactory(event=event)
    assert say_yes(waiting).is_waiting
    Registration.objects.filter(pk=registered.pk).update(unproven_until=db_now() - dt.timedelta(minutes=1))
    expire_unproven()
    registered.refresh_from_db()
    assert (registered.answer, registered.source, registered.is_proven) == ("open", "invitation", True)
    assert registered.invitations.count() == 1
    assert standing_of(waiting).has_place
