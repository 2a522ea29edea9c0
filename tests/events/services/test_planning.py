"""Creating, changing, publishing and calling off."""

import datetime as dt

import pytest

from core.exceptions import DomainError, StaleVersion
from core.models import ChangeEntry
from events.models import Event, MailPlan, PlaceClaim, PlacePool, Registration
from events.services import planning
from events.services.invitations import invite
from events.services.planning import Capacities
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, fill_up, in_days, say_no, say_yes

pytestmark = pytest.mark.django_db


def fields_of(event: Event, **changes):
    """What the form would write, with changes."""
    names = ("title", "format", "venue", "city", "starts_on", "starts_at", "ends_at", "contact_email")
    return {name: getattr(event, name) for name in names} | changes


def update(event, zoe, *, places=None, version=None, **changes):
    return planning.update_event(
        actor=zoe,
        event=event,
        version=version or event.version,
        fields=fields_of(event, **changes),
        capacities=Capacities(on_site=places),
    )


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
    assert [(plan.days_before, plan.at_time) for plan in event.mail_plans.all()] == [(7, dt.time(9)), (1, dt.time(9))]
    assert event.items.count() == 8
    assert not event.items.filter(starts_at__isnull=False).exists()


def test_the_same_title_in_the_same_year_gets_another_address(zoe):
    fields = {"title": "Fachtag", "format": "online", "starts_on": dt.date(2027, 3, 4)}
    slugs = [
        planning.create_event(actor=zoe, owner=None, fields=fields, capacities=Capacities()).slug for _ in range(3)
    ]
    assert slugs == ["fachtag-2027", "fachtag-2027-2", "fachtag-2027-3"]


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


def test_time_and_place_stay_once_people_rely_on_them(zoe):
    event = EventFactory(on_site=None)
    say_yes(RegistrationFactory(event=event))
    with pytest.raises(DomainError, match="schon mitgeteilt"):
        update(event, zoe, starts_at=event.starts_at + dt.timedelta(hours=1))
    with pytest.raises(DomainError, match="schon mitgeteilt"):
        update(event, zoe, venue="Anderswo")
    assert update(event, zoe, title="Nur der Titel").title == "Nur der Titel"


def test_a_moved_event_is_reminded_of_anew(zoe):
    event = EventFactory(visibility="draft", has_public_registration=False)
    plan = MailPlan.objects.create(
        event=event, kind="reminder", days_before=7, at_time=dt.time(9), state="done", done_count=0
    )
    update(event, zoe, starts_at=in_days(40, 9), starts_on=in_days(40).date(), ends_at=in_days(40, 12))
    plan.refresh_from_db()
    assert (plan.state, plan.done_at) == (MailPlan.State.PLANNED, None)


def test_a_way_to_take_part_stays_while_people_use_it(zoe):
    event = EventFactory(format=Event.Format.HYBRID, visibility="draft", has_public_registration=False)
    say_yes(RegistrationFactory(event=event), attendance="online")
    with pytest.raises(DomainError, match="lässt sich nicht entfernen"):
        update(event, zoe, format=Event.Format.ON_SITE)
    assert PlacePool.objects.filter(event=event).count() == 2


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


def test_calling_off_takes_back_what_waits_and_tells_everybody_once(zoe):
    event = EventFactory(on_site=1)
    invited, yes, no, waiting = RegistrationFactory.create_batch(4, event=event)
    invite(actor=zoe, event=event, audience=everybody(event), chosen=everybody(event).keys, text="")
    say_yes(yes)
    say_no(no)
    say_yes(waiting)
    noted = RegistrationFactory(event=event)
    OutboxMessage.objects.filter(purpose="events.registration").delete()
    assert set(planning.told_of_cancellation(event)) == {invited, yes, waiting}
    planning.cancel_event(actor=zoe, event=event, reason="Zu wenige Anmeldungen.")
    planning.cancel_event(actor=zoe, event=event, reason="Noch einmal.")
    mails = OutboxMessage.objects.filter(purpose="events.registration")
    assert sorted(mails.values_list("ref", flat=True)) == sorted(person.ref for person in (invited, yes, waiting))
    assert {mail.data["situation"] for mail in mails} == {"event_cancelled"}
    # Only who had a place gets the calendar entry taken back.
    assert {mail.ref for mail in mails if mail.data["takes_entry_back"]} == {yes.ref}
    invitations = OutboxMessage.objects.filter(purpose="events.invitation")
    assert set(invitations.values_list("state", "state_reason")) == {("aborted", "Das Treffen ist abgesagt.")}
    assert not OutboxMessage.objects.filter(ref=noted.ref).exists()
    assert Event.objects.get().cancel_reason == "Zu wenige Anmeldungen."


def test_a_past_event_cannot_be_called_off(zoe):
    event = EventFactory(days=-3)
    with pytest.raises(DomainError, match="vorbei"):
        planning.cancel_event(actor=zoe, event=event, reason="zu spät")


def test_claims_of_the_called_off_event_stay_as_they_were(zoe):
    event = EventFactory(on_site=5)
    fill_up(event, 2)
    planning.cancel_event(actor=zoe, event=event, reason="Sturm")
    assert set(PlaceClaim.objects.values_list("state", flat=True)) == {PlaceClaim.State.CONFIRMED}
    assert set(Registration.objects.values_list("answer", flat=True)) == {"yes"}
