"""What the matrix cannot say: two sides, ended roles, and that refused POSTs change nothing."""

import pytest

from core.models import ChangeEntry
from events.models import Event, MailPlan, ProgrammeItem, Registration
from tests.factories.events import EventFactory, MailPlanFactory, ProgrammeItemFactory, RegistrationFactory
from tests.factories.verbuende import VerbundMemberFactory

pytestmark = pytest.mark.django_db


def posts(event):
    """Every address that changes something, with something to change."""
    item, other = (ProgrammeItemFactory(event=event, position=n, kind="pitch") for n in (1, 2))
    person = RegistrationFactory(event=event, name="Bleibt Stehen")
    plan = MailPlanFactory(event=event)
    base = event.get_manage_url()
    return [
        (f"{base}bearbeiten/", {"title": "Gekapert", "version": "1"}),
        (f"{base}sichtbarkeit/", {"visibility": "unlisted"}),
        (f"{base}absagen/", {"reason": "Gekapert"}),
        (f"{base}programm/neu/", {"kind": "talk", "title": "Gekapert"}),
        (f"{base}programm/{item.pk}/", {"kind": "talk", "title": "Gekapert", "version": "1"}),
        (f"{base}programm/{other.pk}/loeschen/", {}),
        (f"{base}programm/{item.pk}/verschieben/", {"schritt": "spaeter"}),
        (f"{base}programm/{item.pk}/verteilen/", {"verbuende": []}),
        (f"{base}gaeste/neu/", {"name": "Gekapert", "email": "g@example.org", "role": "guest"}),
        (
            f"{base}gaeste/{person.pk}/bearbeiten/",
            {"name": "Gekapert", "email": "g@example.org", "role": "guest", "version": "1"},
        ),
        (f"{base}gaeste/{person.pk}/entfernen/", {}),
        (f"{base}gaeste/{person.pk}/intern/", {"note": "Gekapert", "version": "1"}),
        (f"{base}gaeste/{person.pk}/plaetze/", {"what": "withdraw:1", "reason": "Gekapert", "mail": "mail"}),
        (f"{base}einladen/?vorgemerkt=on&schritt=liste", {"aktion": "senden"}),
        (f"{base}mails/{plan.pk}/anhalten/", {}),
        (f"{base}mails/{plan.pk}/auslassen/", {}),
    ]


@pytest.mark.parametrize("who", ["rita", "carla", "former", "stranger", "zoe"])
def test_nobody_but_editors_changes_anything(request, sign_in, event, who):
    client = sign_in(request.getfixturevalue(who))
    for address, data in posts(event):
        assert client.post(address, data).status_code == 404, address
    assert Event.objects.get(pk=event.pk).title == event.title
    assert not Event.objects.filter(cancelled_at__isnull=False).exists()
    assert set(Registration.objects.values_list("name", flat=True)) == {"Bleibt Stehen"}
    assert ProgrammeItem.objects.count() == 2
    assert set(MailPlan.objects.values_list("state", flat=True)) == {"planned"}
    assert not ChangeEntry.objects.filter(scope=event.scope).exists()


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_lead_and_staff_change_what_is_theirs(request, sign_in, event, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.post(f"{event.get_manage_url()}sichtbarkeit/", {"visibility": "unlisted"}).status_code == 302
    assert Event.objects.get().visibility == "unlisted"


def test_a_role_in_one_alliance_is_no_role_in_another(sign_in, rita, event, verbund_b):
    """Rita reads in A and leads B: two joins would let her edit A."""
    VerbundMemberFactory(user=rita, verbund=verbund_b, role="LEAD")
    client = sign_in(rita)
    assert client.get(event.get_manage_url()).status_code == 200
    assert client.get(f"{event.get_manage_url()}bearbeiten/").status_code == 404


def test_the_centre_sees_its_own_events_only(sign_in, zoe, event):
    own = EventFactory()
    client = sign_in(zoe)
    assert client.get(own.get_manage_url()).status_code == 200
    assert client.get(event.get_manage_url()).status_code == 404
    assert client.get(f"{event.get_manage_url()}gaeste/").status_code == 404


def test_visitors_are_asked_to_sign_in(client, event):
    response = client.get(f"{event.get_manage_url()}gaeste/")
    assert response.status_code == 302
    assert response.url.startswith("/konto/anmelden/")
