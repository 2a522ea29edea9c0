"""The sweep: once, at its time, to those who then have a place, and never after the fact."""

import datetime as dt

import pytest
from django.utils import timezone

from core.clock import db_now
from core.exceptions import Busy, DomainError
from events.models import Event, MailPlan, Registration
from events.services import mail_plans, mail_times
from events.services.places import lock_event
from mailing.models import OutboxMessage
from tests.factories.events import EventFactory, MailPlanFactory, RegistrationFactory, say_no, say_yes

pytestmark = pytest.mark.django_db


def event_that_starts(hours: float, **fields) -> Event:
    """An event whose reminder one day before is due once it starts within a day."""
    start = timezone.localtime(db_now()) + dt.timedelta(hours=hours)
    return EventFactory(starts_at=start, ends_at=start + dt.timedelta(hours=6), starts_on=start.date(), **fields)


def event_at_noon(days: int, **fields) -> Event:
    """An event so far from midnight that moving it by half an hour leaves it on its day, whenever the test runs."""
    start = timezone.localtime(db_now()).replace(hour=12, minute=0) + dt.timedelta(days=days)
    return EventFactory(starts_at=start, ends_at=start + dt.timedelta(hours=6), starts_on=start.date(), **fields)


def due_plan(event: Event, **fields) -> MailPlan:
    """A plan whose time came an hour ago."""
    local = timezone.localtime(event.starts_at)
    hour_ago = timezone.localtime(db_now()) - dt.timedelta(hours=1)
    days = (local.date() - hour_ago.date()).days
    return MailPlanFactory(event=event, days_before=days, at_time=hour_ago.time().replace(microsecond=0), **fields)


def with_place(event: Event) -> Registration:
    person = RegistrationFactory(event=event)
    say_yes(person)
    Registration.objects.filter(pk=person.pk).update(answered_at=db_now() - dt.timedelta(days=3))
    return person


def reminders():
    return OutboxMessage.objects.filter(purpose="events.reminder")


def test_a_due_plan_goes_to_those_with_a_place_and_only_once():
    event = event_that_starts(48)
    plan = due_plan(event)
    going, gone, silent = with_place(event), with_place(event), RegistrationFactory(event=event)
    say_no(gone)
    assert mail_plans.sweep_mail_plans() == 1
    assert mail_plans.sweep_mail_plans() == 0
    assert [mail.ref for mail in reminders()] == [going.ref]
    assert reminders().get().rests_at_night
    plan.refresh_from_db()
    assert (plan.state, plan.done_count) == (MailPlan.State.DONE, 1)
    assert silent.ref not in {mail.ref for mail in reminders()}


def test_whoever_registered_just_before_needs_no_reminder():
    event = event_that_starts(48)
    due_plan(event)
    say_yes(RegistrationFactory(event=event))
    assert mail_plans.sweep_mail_plans() == 0


@pytest.mark.parametrize("state", ["held", "skipped", "done"])
def test_a_plan_that_is_not_planned_stays(state):
    event = event_that_starts(48)
    due_plan(event, state=state)
    with_place(event)
    assert mail_plans.sweep_mail_plans() == 0


def test_a_future_plan_waits():
    event = event_that_starts(24 * 20)
    MailPlanFactory(event=event, days_before=7)
    with_place(event)
    assert mail_plans.sweep_mail_plans() == 0
    assert not reminders().exists()


@pytest.mark.parametrize("changes", [{"cancelled_at": True}, {"visibility": "draft"}])
def test_nothing_goes_for_what_does_not_take_place_or_is_a_draft(changes):
    event = event_that_starts(48, has_public_registration=False)
    due_plan(event)
    with_place(event)
    if "cancelled_at" in changes:
        changes = {"cancelled_at": db_now()}
    Event.objects.update(**changes)
    assert mail_plans.sweep_mail_plans() == 0


def test_a_reminder_that_comes_a_day_too_late_is_dropped():
    event = event_that_starts(72)
    local = timezone.localtime(event.starts_at)
    late = timezone.localtime(db_now()) - dt.timedelta(hours=30)
    plan = MailPlanFactory(
        event=event, days_before=(local.date() - late.date()).days, at_time=late.time().replace(microsecond=0)
    )
    with_place(event)
    assert mail_plans.sweep_mail_plans() == 0
    plan.refresh_from_db()
    assert (plan.state, plan.reason) == (MailPlan.State.SKIPPED, "Der Zeitpunkt war schon vorbei.")


def test_nothing_goes_once_the_event_has_begun():
    event = event_that_starts(-0.5)
    due_plan(event)
    with_place_before(event)
    assert mail_plans.sweep_mail_plans() == 0
    assert not reminders().exists()


def with_place_before(event: Event) -> None:
    """Somebody who said yes before the event began."""
    start, end = event.starts_at, event.ends_at
    later = start + dt.timedelta(days=2)
    Event.objects.filter(pk=event.pk).update(starts_at=later, ends_at=later + dt.timedelta(hours=1))
    with_place(event)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=end)


def test_a_moved_event_reminds_anew_with_another_key(zoe):
    event = event_at_noon(2, visibility="public")
    plan = due_plan(event)
    with_place(event)
    mail_plans.sweep_mail_plans()
    first = reminders().get().dedup_key
    start = event.starts_at
    event.starts_at = start + dt.timedelta(days=3)
    mail_times.redate_plans(event)
    plan.refresh_from_db()
    assert plan.state == MailPlan.State.PLANNED
    # Its time has come again.
    Event.objects.filter(pk=event.pk).update(starts_at=start + dt.timedelta(minutes=30))
    assert mail_plans.sweep_mail_plans() == 1
    assert sorted(reminders().values_list("dedup_key", flat=True)) != [first, first]
    plan.refresh_from_db()
    assert plan.state == MailPlan.State.DONE


def test_an_event_moved_by_half_an_hour_does_not_remind_again_of_the_same_day(zoe):
    event = event_at_noon(2, visibility="public")
    plan = due_plan(event)
    with_place(event)
    mail_plans.sweep_mail_plans()
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at + dt.timedelta(minutes=30))
    event.refresh_from_db()
    mail_times.redate_plans(event)
    plan.refresh_from_db()
    assert plan.state == MailPlan.State.DONE, "the change notice says the new hour"
    assert mail_plans.sweep_mail_plans() == 0


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # The clocks go back on 25 October 2026 and forward on 28 March 2027: nine o'clock stays nine o'clock.
        ("2026-10-26T10:00", 7, "2026-10-19T09:00:00+02:00"),
        ("2026-10-26T10:00", 1, "2026-10-25T09:00:00+01:00"),
        ("2027-03-29T10:00", 7, "2027-03-22T09:00:00+01:00"),
        ("2027-03-29T10:00", 1, "2027-03-28T09:00:00+02:00"),
    ],
)
def test_due_times_are_wall_times_across_the_change_of_clocks(start, days, due):
    event = Event(starts_at=timezone.make_aware(dt.datetime.fromisoformat(start)))
    plan = MailPlan(event=event, offset_days=-days, at_time=dt.time(9))
    assert mail_times.due_at(plan, event).isoformat() == due


def test_an_event_without_an_hour_has_no_due_time():
    assert mail_times.due_at(MailPlan(offset_days=-1, at_time=dt.time(9)), Event()) is None


def test_holding_releasing_and_skipping(zoe):
    plan = MailPlanFactory()
    assert mail_plans.hold_plan(actor=zoe, plan=plan, reason="Raum fehlt").state == "held"
    with pytest.raises(DomainError, match="Angehalten"):
        mail_plans.hold_plan(actor=zoe, plan=plan)
    assert mail_plans.release_plan(actor=zoe, plan=plan).state == "planned"
    assert mail_plans.skip_plan(actor=zoe, plan=plan).state == "skipped"
    assert mail_plans.release_plan(actor=zoe, plan=plan).state == "planned"


def test_a_sent_plan_cannot_be_held(zoe):
    plan = MailPlanFactory(state="done")
    for act in (mail_plans.hold_plan, mail_plans.skip_plan, mail_plans.release_plan):
        with pytest.raises(DomainError, match="Gesendet"):
            act(actor=zoe, plan=plan)


def test_a_meeting_that_is_being_moved_is_not_swept_for_its_old_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep has read the old day, waits for whoever moves the meeting, and finds the new one."""
    event = event_that_starts(20)
    with_place(event)
    plan = due_plan(event)
    OutboxMessage.objects.all().delete()

    def lock_once_moved(given: Event) -> Event:
        later = event.starts_at + dt.timedelta(days=10)
        Event.objects.filter(pk=given.pk).update(starts_at=later, starts_on=later.date(), ends_at=None)
        return lock_event(given)

    monkeypatch.setattr(mail_plans, "lock_event", lock_once_moved)
    assert mail_plans.sweep_mail_plans() == 0
    plan.refresh_from_db()
    assert (plan.state, plan.done_for) == ("planned", "")


def test_a_meeting_that_is_locked_waits_for_the_next_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    locked, free = event_that_starts(20), event_that_starts(20)
    for event in (locked, free):
        with_place(event)
        due_plan(event)

    def busy_once(given: Event) -> Event:
        if given.pk == locked.pk:
            raise Busy
        return lock_event(given)

    monkeypatch.setattr(mail_plans, "lock_event", busy_once)
    assert mail_plans.sweep_mail_plans() == 1
    monkeypatch.undo()
    assert mail_plans.sweep_mail_plans() == 1
