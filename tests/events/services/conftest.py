"""A meeting with everybody a change can concern, where a module has no meeting of its own."""

import pytest

from events.services.invitations import invite
from mailing.models import OutboxMessage
from tests.events.services.inviting import everybody
from tests.factories.events import EventFactory, RegistrationFactory, in_days, say_no, say_yes


@pytest.fixture
def event():
    return EventFactory(on_site=1, venue="Haus der Technik")


@pytest.fixture
def crowd(event, zoe):
    """One of each: with a place, waiting, no, invited, invitation still waiting, unproven, noted."""
    people = RegistrationFactory.create_batch(4, event=event)
    audience = everybody(event)
    invite(actor=zoe, event=event, audience=audience, chosen=audience.keys, text="")
    OutboxMessage.objects.update(state="sent")
    yes, waiting, no, invited = people
    say_yes(yes)
    say_yes(waiting)
    say_no(no)
    late = RegistrationFactory(event=event)
    audience = everybody(event)
    invite(actor=zoe, event=event, audience=audience, chosen=[each.key for each in audience.new], text="")
    unproven = RegistrationFactory(event=event, answer="yes", unproven_until=in_days(1))
    noted = RegistrationFactory(event=event)
    OutboxMessage.objects.filter(purpose="events.registration").update(state="sent")
    return {"yes": yes, "waiting": waiting, "no": no, "invited": invited, "late": late, "unproven": unproven,
            "noted": noted}  # fmt: skip
