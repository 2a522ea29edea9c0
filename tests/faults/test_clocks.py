"""Nights on which the clocks change, a web server whose clock is wrong, a beat that slept for six hours.

RELIABILITY F20, F40 and F71; mails and their leases are in tests/mail/test_outages.py.
"""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core.clock import db_now
from core.models import Heartbeat
from core.tasks import note_heartbeat
from events.forms.guard import Ticket
from events.models import Event, MailPlan
from events.services.mail_plans import sweep_mail_plans
from mailing.models import OutboxMessage
from tests.access.world import build_world
from tests.factories.events import EventFactory, MailPlanFactory, RegistrationFactory, say_yes
from tests.faults.forms import as_sent
from tests.faults.walking import clients

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

HOUR = dt.timedelta(hours=1)


def plan_at(day: str, time: str) -> tuple[Event, str]:
    """Fill in the form of a meeting with this beginning; return it as stored and the page."""
    world = build_world()
    client = clients(world)["lead_a"]
    event = EventFactory(owner=world.verbund, visibility=Event.Visibility.DRAFT, has_public_registration=False)
    path = f"{event.get_manage_url()}bearbeiten/"
    data = as_sent(client.get(path)) | {"starts_on": [day], "start_time": [time], "end_time": ["05:00"]}
    page = client.post(path, data).content.decode()
    return Event.objects.get(pk=event.pk), page


def test_an_hour_that_summer_time_skips_is_refused_in_words() -> None:
    event, page = plan_at("28.03.2027", "02:30")
    assert "Am 28. März 2027 gibt es 02:30\xa0Uhr nicht" in page
    assert event.starts_on != dt.date(2027, 3, 28)


@pytest.mark.parametrize(
    ("day", "time", "moment"),
    [
        ("28.03.2027", "01:30", "2027-03-28T00:30:00+00:00"),
        ("28.03.2027", "03:30", "2027-03-28T01:30:00+00:00"),
        # This hour comes twice: its first pass.
        ("25.10.2026", "02:30", "2026-10-25T00:30:00+00:00"),
        ("25.10.2026", "03:30", "2026-10-25T02:30:00+00:00"),
    ],
)
def test_every_other_hour_of_these_nights_is_taken(day: str, time: str, moment: str) -> None:
    event, _ = plan_at(day, time)
    assert event.starts_at.astimezone(dt.UTC).isoformat() == moment


def test_a_list_is_in_the_order_of_moments_through_the_night() -> None:
    """02:45 of the first pass comes before 02:15 of the second."""
    for title, minutes in (("zweiter Durchgang 02:15", 75), ("erster Durchgang 02:45", 45)):
        start = dt.datetime(2026, 10, 25, 0, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
        EventFactory(title=title, starts_at=start, ends_at=start + HOUR, starts_on=dt.date(2026, 10, 25))
    page = Client().get("/veranstaltungen/").content.decode()
    assert page.index("erster Durchgang") < page.index("zweiter Durchgang")
    assert page.count("02:15") >= 1


@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["fast", "slow"])
def test_a_web_server_whose_clock_is_wrong_keeps_to_the_databases(wrong: dt.timedelta) -> None:
    now = db_now()
    opens = EventFactory(registration_opens_at=now + HOUR / 2)
    closes = EventFactory(registration_closes_at=now + HOUR / 2)
    kept = RegistrationFactory(event=EventFactory(), unproven_until=now + HOUR / 2)
    gone = RegistrationFactory(event=EventFactory(), unproven_until=now - HOUR / 2)
    with time_machine.travel(timezone.now() + wrong, tick=True):
        client = Client()
        pages = {
            event: client.get(f"{event.get_absolute_url()}anmelden/").content.decode() for event in (opens, closes)
        }
        statuses = [client.get(f"/b/{person.proof_token}/").status_code for person in (kept, gone)]
    assert 'name="ticket"' not in pages[opens]
    assert 'name="ticket"' in pages[closes]
    assert statuses == [200, 404]


@pytest.mark.parametrize(("wrong", "status"), [(HOUR, "degraded"), (-HOUR, "degraded"), (HOUR * 0, "ok")])
def test_a_wrong_clock_is_reported(wrong: dt.timedelta, status: str) -> None:
    with time_machine.travel(timezone.now() + wrong, tick=True):
        report = Client().get("/readyz").json()
    assert report["checks"]["clock"]["status"] == status


@pytest.mark.parametrize(("wrong", "status"), [(HOUR, "degraded"), (-HOUR, "degraded"), (HOUR * 0, "ok")])
def test_a_wrong_clock_of_a_worker_is_reported(wrong: dt.timedelta, status: str) -> None:
    with time_machine.travel(timezone.now() + wrong, tick=True):
        note_heartbeat()
    checks = Client().get("/readyz").json()["checks"]
    assert checks["clock"]["status"] == status
    assert checks["clock"]["worker_seconds_off"] == abs(wrong.total_seconds())
    assert checks["background"]["status"] == "ok"


def test_a_form_of_a_web_server_ahead_of_the_others_is_taken_by_them() -> None:
    ticket = Ticket(1)
    with time_machine.travel(timezone.now() + HOUR, tick=True):
        ahead = ticket.issue()
    assert ticket.submission(ahead)
    assert not ticket.is_too_fresh(ahead)
    assert ticket.is_too_fresh(ticket.issue()), "what was handed out just now still is"


def meeting(*, starts_in: float, due: float) -> MailPlan:
    """A meeting with one guest, and a reminder that was due so many hours ago."""
    start, wall = timezone.localtime(db_now()) + HOUR * starts_in, timezone.localtime(db_now()) - HOUR * due
    event = EventFactory(starts_at=db_now() + HOUR * 48, ends_at=db_now() + HOUR * 50)
    event.mail_plans.all().delete()
    person = RegistrationFactory(event=event)
    say_yes(person)
    type(person).objects.filter(pk=person.pk).update(answered_at=db_now() - dt.timedelta(days=9))
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + HOUR, starts_on=start.date())
    days = (start.date() - wall.date()).days
    return MailPlanFactory(event=event, days_before=days, at_time=wall.time().replace(second=0, microsecond=0))


def test_after_six_hours_without_a_beat_what_is_still_of_use_goes_out_once() -> None:
    """F20: due meanwhile and still to come: sent, resting at night; over meanwhile: dropped with a reason."""
    Heartbeat.objects.create(name="beat", at=db_now() - HOUR * 6)
    coming, begun = meeting(starts_in=20, due=6), meeting(starts_in=-1, due=5)
    assert Client().get("/readyz").json()["checks"]["background"]["status"] == "degraded"

    assert sweep_mail_plans() == 1
    assert sweep_mail_plans() == 0

    reminders = OutboxMessage.objects.filter(purpose="events.reminder")
    assert [mail.scope for mail in reminders] == [coming.event.scope]
    assert reminders.get().rests_at_night
    begun.refresh_from_db()
    assert begun.state == MailPlan.State.SKIPPED


def test_what_is_not_due_yet_waits() -> None:
    """The sign that the sweep above looks at times."""
    meeting(starts_in=20, due=-6)
    assert sweep_mail_plans() == 0
