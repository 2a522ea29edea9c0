"""Creating, changing, publishing and calling off."""

import datetime as dt

import pytest

from core.exceptions import DomainError
from events.models import Event
from events.services import planning
from events.services.planning import Capacities
from tests.factories.events import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


def test_a_new_event_is_a_draft_with_pools_plans_and_the_template_of_its_kind(zoe):
    event = planning.create_event(
        actor=zoe,
        owner=None,
        fields={
            "kind": Event.Kind.NETWORK_MEETING,
            "title": "Größe zählt",
            "format": Event.Format.HYBRID,
            "starts_on": dt.date(2027, 3, 4),
        },
        capacities=Capacities(on_site=60, online=None),
        with_template=True,
    )
    assert event.slug == "groesse-zaehlt-2027"
    assert event.visibility == Event.Visibility.DRAFT
    assert {pool.kind: pool.capacity for pool in event.pools.all()} == {"on_site": 60, "online": None}
    assert [(plan.kind, plan.anchor, plan.offset_days, plan.at_time) for plan in event.mail_plans.all()] == [
        ("answer_reminder", "answer_by", -3, dt.time(9)),
        ("reminder", "start", -7, dt.time(9)),
        ("reminder", "start", -1, dt.time(9)),
        ("thanks", "end", 1, dt.time(10)),
    ]
    assert event.items.count() == 8
    assert not event.items.filter(starts_at__isnull=False).exists()


def test_the_same_title_in_the_same_year_gets_another_address(zoe):
    fields = {"title": "Fachtag", "format": "online", "starts_on": dt.date(2027, 3, 4)}
    slugs = [
        planning.create_event(actor=zoe, owner=None, fields=fields, capacities=Capacities()).slug for _ in range(3)
    ]
    assert slugs == ["fachtag-2027", "fachtag-2027-2", "fachtag-2027-3"]


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"starts_at": None, "ends_at": None}, "Beginn und Ende"),
        ({"venue": ""}, "Ort und Stadt"),
        ({"contact_email": ""}, "E-Mail-Adresse für Rückfragen"),
    ],
)
def test_an_incomplete_event_cannot_be_published(zoe, missing, sentence):
    event = EventFactory(visibility="draft", has_public_registration=False, **missing)
    with pytest.raises(DomainError, match=sentence):
        planning.set_visibility(actor=zoe, event=event, visibility="public")
    assert Event.objects.get().visibility == "draft"


def test_a_past_meeting_may_be_published_without_hours(zoe):
    event = EventFactory(days=-200, starts_at=None, ends_at=None, visibility="draft", contact_email="", venue="")
    assert planning.set_visibility(actor=zoe, event=event, visibility="public").visibility == "public"


def test_an_event_with_guests_does_not_become_a_draft_again(zoe):
    event = EventFactory()
    RegistrationFactory(event=event)
    with pytest.raises(DomainError, match="schon Gäste"):
        planning.set_visibility(actor=zoe, event=event, visibility="draft")
