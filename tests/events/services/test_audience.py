"""Who would be invited, and why. Nobody learns addresses that are not theirs to see."""

import uuid

import pytest

from events.services.audience import Selection, collect
from events.services.public_registration import Person, prove_address, register_publicly
from events.services.replies import Reply
from mailing.services.suppression import suppress
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, say_yes
from tests.factories.verbuende import VerbundFactory, VerbundMemberFactory
from verbuende.models import Contact
from verbuende.services.contacts import create_contact

pytestmark = pytest.mark.django_db

TEAM = ("LEAD", "STAFF")


def contact(name, **fields):
    email = fields.pop("email", f"{name.split()[0].lower()}@kontakt.example")
    owner = fields.pop("owner", None)
    return create_contact(owner=owner, actor=None, name=name, email=email, **fields)


def names(group):
    return [person.name for person in group]


def test_members_and_contacts_of_an_alliance_with_their_reasons(zoe, alice, rita, verbund_a):
    contact("Konrad Kontakt", verbund=verbund_a)
    found = collect(
        actor=zoe,
        event=EventFactory(),
        selection=Selection(verbuende=(verbund_a.pk,), member_roles=TEAM, include_contacts=True),
    )
    assert [(person.name, person.reason) for person in found.new] == [
        ("Alice Ahorn", "Team Verbund A (Leitung)"),
        ("Konrad Kontakt", "Kontakt für Verbund A"),
    ]


def test_one_person_found_twice_is_one_candidate_with_both_reasons(zoe, alice, verbund_a):
    contact("Alice Ahorn", email=alice.email, verbund=verbund_a, role=Contact.Role.OFFICE)
    selection = Selection((verbund_a.pk,), TEAM, include_contacts=True, book_roles=("office",))
    found = collect(actor=zoe, event=EventFactory(), selection=selection)
    assert names(found.new) == ["Alice Ahorn"]
    assert found.duplicates == 2
    assert found.new[0].reasons == [
        "Team Verbund A (Leitung)",
        "Kontakt für Verbund A",
        "Adressbuch: Koordinierungsstelle",
    ]


def test_two_people_behind_one_address_are_two(zoe):
    for name in ("Anna Amt", "Bernd Amt"):
        person = contact(name, role=Contact.Role.CHAMBER)
        Contact.objects.filter(pk=person.pk).update(email="", email_key="")
    contact("Clara Amt", email="amt@example.org", role=Contact.Role.CHAMBER)
    event = EventFactory()
    RegistrationFactory(event=event, name="Dora Amt", email="amt@example.org")
    found = collect(actor=zoe, event=event, selection=Selection(book_roles=("chamber",), include_noted=True))
    assert names(found.new) == ["Clara Amt", "Dora Amt"]
    assert sorted(found.without_address) == ["Anna Amt", "Bernd Amt"]


def test_an_alliance_without_any_address_is_named(zoe, alice, verbund_a):
    silent = VerbundFactory(short_name="Stiller Verbund")
    selection = Selection((verbund_a.pk, silent.pk), TEAM, include_contacts=True)
    found = collect(actor=zoe, event=EventFactory(), selection=selection)
    assert found.without_address == ["Stiller Verbund"]


def test_an_alliance_sees_neither_another_ones_team_nor_its_address_book(carla, alice, verbund_a):
    contact("Geheim Nis", owner=verbund_a, verbund=verbund_a)
    contact("Offen Lich", owner=verbund_a, verbund=verbund_a, is_published=True)
    contact("Zentral Register", role=Contact.Role.PRESS)
    selection = Selection(
        (verbund_a.pk,), ("LEAD", "STAFF", "READER"), include_contacts=True, book_roles=("press", "other")
    )
    found = collect(actor=carla, event=EventFactory(owner=carla.memberships.get().verbund), selection=selection)
    assert names(found.new) == ["Offen Lich"]


def test_former_members_and_sleeping_accounts_are_left_out(zoe, former, verbund_a):
    VerbundMemberFactory(verbund=verbund_a, user__is_active=False)
    found = collect(actor=zoe, event=EventFactory(), selection=Selection((verbund_a.pk,), TEAM))
    assert found.new == []
    assert found.without_address == ["Verbund A"]


def test_the_address_book_is_narrowed_by_state(zoe):
    contact("Hanna Hessen", role=Contact.Role.MINISTRY, state="HE")
    contact("Nora Nrw", role=Contact.Role.MINISTRY, state="NW")
    found = collect(actor=zoe, event=EventFactory(), selection=Selection(book_roles=("ministry",), book_states=("NW",)))
    assert names(found.new) == ["Nora Nrw"]


def test_blocked_and_answered_people_are_not_offered(zoe):
    event = EventFactory()
    blocked, yes, fresh = RegistrationFactory.create_batch(3, event=event)
    suppress(blocked.email, "unsubscribed", topic="events.invitation")
    say_yes(yes)
    found = everybody(event)
    assert (names(found.new), names(found.blocked), names(found.answered)) == ([fresh.name], [blocked.name], [yes.name])


@pytest.mark.parametrize("count", [10, 300])
def test_the_number_of_queries_does_not_grow_with_the_list(zoe, count, django_assert_max_num_queries):
    event = EventFactory()
    RegistrationFactory.create_batch(count, event=event)
    with django_assert_max_num_queries(5):
        assert len(collect(actor=zoe, event=event, selection=Selection(include_noted=True)).new) == count


def test_a_meeting_is_invited_from_its_owners_data_only(carla, alice, verbund_a, verbund_b):
    # docs/decisions/0013. Carla leads B and reads in A: A's book and team are not B's to use.
    VerbundMemberFactory(user=carla, verbund=verbund_a, role="READER")
    contact("Aus A", owner=verbund_a, role=Contact.Role.PRESS)
    contact("Aus B", owner=verbund_b, role=Contact.Role.PRESS)
    contact("Spricht Für A", owner=verbund_a, verbund=verbund_a)
    selection = Selection(
        (verbund_a.pk, verbund_b.pk), ("LEAD", "READER"), include_contacts=True, book_roles=("press", "other")
    )
    found = collect(actor=carla, event=EventFactory(owner=verbund_b), selection=selection)
    assert names(found.new) == ["Aus B", "Carla Zeder"]
    VerbundMemberFactory(user=alice, verbund=verbund_b, role="LEAD")
    found = collect(actor=alice, event=EventFactory(owner=verbund_b), selection=selection)
    assert names(found.new) == ["Alice Ahorn", "Aus B", "Carla Zeder"], "leading both, only B's data for B's meeting"


def test_a_registration_in_somebodys_name_is_not_their_answer(zoe):
    event = EventFactory()
    victim = contact("Vera Verwechselt", role=Contact.Role.PRESS)
    register_publicly(
        event=event,
        person=Person(victim.name, victim.email),
        reply=Reply(answer="yes", attendance="on_site"),
        submission=uuid.uuid4(),
        address="192.0.2.1",
        form_path="/",
    )
    found = collect(actor=zoe, event=event, selection=Selection(book_roles=("press",)))
    assert (names(found.new), found.answered) == (["Vera Verwechselt"], [])
    prove_address(registration=event.registrations.get())
    found = collect(actor=zoe, event=event, selection=Selection(book_roles=("press",)))
    assert (found.new, names(found.answered)) == ([], ["Vera Verwechselt"])
