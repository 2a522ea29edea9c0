"""The head of signed-in pages says where one works."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from portal.context import workspace_of
from tests.factories.accounts import UserFactory
from tests.portal.conftest import make_member, make_verbund
from verbuende.models import VerbundMember


def words(user):
    workspace = workspace_of(user)
    return workspace.name, workspace.kind


def test_visitors_see_the_portal():
    assert words(AnonymousUser()) == ("Weiterbildungsverbünde", "Portal des Netzwerks")


def test_centre_staff_work_for_the_centre(centre_staff):
    assert words(centre_staff) == (settings.PORTAL_CENTRE_NAME, "Arbeitsplatz")


def test_one_alliance_is_named_with_the_role(db):
    verbund = make_verbund("Verbund A")
    assert words(make_member(verbund, "STAFF")) == ("Verbund A", "Koordinierungsstelle")
    assert words(make_member(verbund, "READER")) == ("Verbund A", "Nur lesen")


def test_several_alliances_are_counted(db):
    user = make_member(make_verbund("Verbund A"), "STAFF")
    other = make_verbund("Verbund B")
    VerbundMember.objects.create(verbund=other, user=user, role="LEAD", since_on="2026-01-01")
    assert words(user) == ("2 Verbünde", "Arbeitsplatz")


def test_nobody_s_account_has_the_portal_s_name(db):
    assert words(UserFactory()) == ("Weiterbildungsverbünde", "Arbeitsplatz")
