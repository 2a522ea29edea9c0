"""Who sees and edits what, asked of the querysets by role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core.access import Access, can
from tests.factories.verbuende import ContactFactory, VerbundMemberFactory
from verbuende.models import Contact, FactSource, Organisation, Verbund, VerbundMember

ROLES = ("alice", "bob", "rita", "carla", "former", "zoe", "stranger", "visitor")


@pytest.fixture
def cast(alice, bob, rita, carla, former, zoe, stranger):
    return {
        "alice": alice, "bob": bob, "rita": rita, "carla": carla, "former": former, "zoe": zoe, "stranger": stranger,
        "visitor": AnonymousUser(),
    }  # fmt: skip


def who(cast, test):
    return {name for name in ROLES if test(cast[name])}


def test_everybody_sees_the_directory(cast, verbund_a):
    assert who(cast, lambda user: verbund_a in Verbund.objects.visible_to(user)) == set(ROLES)


def test_lead_and_staff_edit_their_alliance_and_the_centre_all(cast, verbund_a):
    assert who(cast, lambda user: can(user, Access.EDIT, verbund_a)) == {"alice", "bob", "zoe"}


def test_a_reader_here_who_leads_elsewhere_edits_only_there(rita, verbund_a, verbund_b):
    VerbundMemberFactory(user=rita, verbund=verbund_b, role="LEAD")
    assert list(Verbund.objects.editable_by(rita)) == [verbund_b]


def test_who_led_once_and_reads_now_edits_no_more(former, verbund_a):
    VerbundMemberFactory(user=former, verbund=verbund_a, role="READER")
    assert list(Verbund.objects.of_member(former)) == [verbund_a]
    assert not Verbund.objects.editable_by(former).exists()


def test_team_is_seen_by_its_members_and_the_centre(cast, verbund_a):
    team = VerbundMember.objects.filter(verbund=verbund_a)
    sees = who(cast, lambda user: VerbundMember.objects.visible_to(user).filter(pk__in=team).exists())
    assert sees == {"alice", "bob", "rita", "zoe"}


def test_team_is_edited_by_its_lead_and_the_centre(cast, verbund_a):
    team = VerbundMember.objects.filter(verbund=verbund_a)
    edits = who(cast, lambda user: VerbundMember.objects.editable_by(user).filter(pk__in=team).exists())
    assert edits == {"alice", "zoe"}


@pytest.mark.parametrize(
    ("book", "is_published", "sees", "edits"),
    [
        ("a", False, {"alice", "bob", "rita"}, {"alice", "bob"}),
        ("a", True, set(ROLES), {"alice", "bob"}),
        ("centre", False, {"zoe"}, {"zoe"}),
        ("centre", True, set(ROLES), {"zoe"}),
    ],
)
def test_contacts_belong_to_their_book(cast, verbund_a, book, is_published, sees, edits):
    contact = ContactFactory(owner=verbund_a if book == "a" else None, verbund=verbund_a, is_published=is_published)
    assert who(cast, lambda user: can(user, Access.VIEW, contact)) == sees
    assert who(cast, lambda user: can(user, Access.EDIT, contact)) == edits


def test_a_resting_contact_is_not_public(cast, verbund_a):
    contact = ContactFactory(owner=verbund_a, verbund=verbund_a, is_published=True, is_active=False)
    assert who(cast, lambda user: can(user, Access.VIEW, contact)) == {"alice", "bob", "rita"}


def test_what_others_publish_is_in_nobody_elses_book(carla, zoe, verbund_a):
    ContactFactory(owner=verbund_a, verbund=verbund_a, is_published=True)
    assert not Contact.objects.in_books_of(carla).exists()
    assert not Contact.objects.in_books_of(zoe).exists()


def test_reference_data_is_public_and_the_centres(cast):
    assert who(cast, lambda user: Organisation.objects.visible_to(user).query is not None) == set(ROLES)
    Organisation.objects.create(name="IHK", sort_key="ihk")
    assert who(cast, lambda user: Organisation.objects.editable_by(user).exists()) == {"zoe"}


def test_sources_follow_the_alliance(cast, verbund_a):
    FactSource.objects.create(verbund=verbund_a, field="seat", url="https://a.example", title="a", as_of="2026-11-21")
    assert who(cast, lambda user: FactSource.objects.visible_to(user).exists()) == set(ROLES)
    assert who(cast, lambda user: FactSource.objects.editable_by(user).exists()) == {"alice", "bob", "zoe"}
