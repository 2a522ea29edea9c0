"""Changing an event: places, versions, and what people rely on."""

import datetime as dt

import pytest

from core.exceptions import StaleVersion
from core.models import ChangeEntry
from events.models import Event, MailPlan
from events.services.changing import update_event
from events.services.planning import Capacities
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db


def fields_of(event: Event, **changes):
    """What the form would write, with changes."""
    names = ("title", "format", "venue", "city", "starts_on", "starts_at", "ends_at", "contact_email")
    return {name: getattr(event, name) for name in names} | changes


def update(event, zoe, *, places=None, online=None, version=None, notice=None, **changes):
    return update_event(
        actor=zoe,
        event=event,
        version=version or event.version,
        fields=fields_of(event, **changes),
        capacities=Capacities(on_site=places, online=online),
        notice=notice,
    ).event


def test_raised_places_serve_the_waiting_list_in_order_with_one_mail_each(zoe):
    event = EventFactory(on_site=2)
    people = fill_up(event, 5)
    OutboxMessage.objects.all().delete()
    update(event, zoe, places=4)
    assert [standing_of(person).has_place for person in people] == [True, True, True, True, False]
    assert standing_of(people[4]).rank == 1
    assert sorted(OutboxMessage.objects.values_list("ref", flat=True)) == sorted(person.ref for person in people[2:4])


def test_unlimited_serves_everybody(zoe):
    event = EventFactory(on_site=1)
    people = fill_up(event, 3)
    update(event, zoe, places=None)
    assert all(standing_of(person).has_place for person in people)


def test_lowered_places_throw_nobody_out_and_give_no_new_ones(zoe):
    event = EventFactory(on_site=3)
    people = fill_up(event, 3)
    OutboxMessage.objects.all().delete()
    update(event, zoe, places=1)
    assert all(standing_of(person).has_place for person in people)
    assert not OutboxMessage.objects.exists()
    newcomer = RegistrationFactory(event=event)
    assert say_yes(newcomer).rank == 1
    say_no(people[0])
    assert standing_of(newcomer).rank == 1, "two still hold the one place"


def test_changed_places_stand_in_the_journal(zoe):
    event = EventFactory(on_site=3)
    update(event, zoe, places=5, title="Neuer Titel")
    entry = ChangeEntry.objects.get(action="geändert")
    assert entry.changes["Plätze vor Ort"] == ["3", "5"]
    assert entry.changes["title"][1] == "Neuer Titel"


def test_a_form_of_an_older_version_is_refused(zoe):
    event = EventFactory()
    update(event, zoe, title="Erste Fassung")
    with pytest.raises(StaleVersion):
        update(event, zoe, version=1, title="Zweite Fassung")
    assert Event.objects.get().title == "Erste Fassung"


def test_a_moved_event_is_reminded_of_anew(zoe):
    event = EventFactory(visibility="draft", has_public_registration=False)
    plan = MailPlan.objects.create(
        event=event, kind="reminder", offset_days=-7, at_time=dt.time(9), state="done", done_count=0, done_for="before"
    )
    update(event, zoe, starts_at=in_days(40, 9), starts_on=in_days(40).date(), ends_at=in_days(40, 12))
    plan.refresh_from_db()
    assert (plan.state, plan.done_at) == (MailPlan.State.PLANNED, None)
