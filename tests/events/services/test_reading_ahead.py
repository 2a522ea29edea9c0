"""Mails of one round that leave together: what they share is read once, and each says what it would say alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Registration
from events.services.mail_plans import sweep_mail_plans
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from mailing.services import claims
from mailing.services.delivery import deliver_due, why_not
from mailing.transport import DemoMailbox
from tests.events.services.test_invitations import send
from tests.events.services.test_mail_kinds import due_now, event_around, invited
from tests.factories.events import EventFactory, RegistrationFactory, say_no
from tests.mail.test_handfuls import STATEMENTS_A_MAIL

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_limits(settings, monkeypatch) -> None:
    """Nothing but the mails themselves decides how many leave, and how often they are read, on a slow machine, too."""
    monkeypatch.setattr(claims, "HANDFUL_LASTS", 600)
    monkeypatch.setattr(claims, "LOOK_EVERY", 600)
    settings.MAIL_BULK_PER_MINUTE, settings.MAIL_QUIET_HOURS = 0, None


def invite_people(count: int, zoe) -> list[Registration]:
    event = EventFactory()
    people = RegistrationFactory.create_batch(count, event=event)
    send(event, zoe, text="Eigene Worte")
    return people


def test_more_people_cost_no_more_reading(zoe) -> None:
    counts = []
    for size in (2, 12):
        invite_people(size, zoe)
        with CaptureQueriesContext(connection) as captured:
            assert deliver_due(transport=DemoMailbox()) == size
        counts.append(len(captured))

    assert counts[1] - counts[0] == 10 * STATEMENTS_A_MAIL


def test_each_mail_says_what_it_would_say_alone(zoe) -> None:
    invite_people(3, zoe)
    purpose = get_purpose("events.invitation")
    together = list(OutboxMessage.objects.order_by("pk"))
    purpose.read_ahead(together)
    with CaptureQueriesContext(connection) as captured:
        contents = [render(message, purpose) for message in together]

    assert len(captured) == 0
    assert contents == [render(message, purpose) for message in OutboxMessage.objects.order_by("pk")]
    assert all("Eigene Worte" in content.text for content in contents)


def test_who_is_gone_or_has_answered_is_left_out_of_a_handful(zoe) -> None:
    gone, answered, third = invite_people(3, zoe)
    say_no(answered)
    Registration.objects.filter(pk=gone.pk).delete()
    messages = list(OutboxMessage.objects.filter(purpose="events.invitation"))
    purpose = get_purpose("events.invitation")
    for message in messages:
        message.claimed_at = message.created_at
    purpose.read_ahead(messages)

    assert {message.recipient: why_not(message, purpose) for message in messages} == {
        gone.email: "Die Person steht nicht mehr auf der Gästeliste.",
        answered.email: "Die Person hat schon geantwortet.",
        third.email: "",
    }


def test_mails_of_the_schedule_read_their_plan_once() -> None:
    """Beyond what every mail asks, each asks whether the audience's rule still fits and nobody left it out."""
    counts = []
    for size in (2, 8):
        event = event_around("deadline")
        for _ in range(size):
            invited(event)
        due_now(event, "answer_reminder")
        sweep_mail_plans()
        with CaptureQueriesContext(connection) as captured:
            assert deliver_due(transport=DemoMailbox()) == size
        counts.append(len(captured))

    assert counts[1] - counts[0] == 6 * (STATEMENTS_A_MAIL + 2)
