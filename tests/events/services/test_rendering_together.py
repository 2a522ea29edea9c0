"""What the mails of a handful share is rendered once: each is what it would be if it were rendered alone."""

import copy
from dataclasses import replace

import pytest

from events.models import Registration
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes, get_purpose
from mailing.rendering import Rendered, render
from tests.factories.events import RegistrationFactory
from tests.mail.every_mail import messages

pytestmark = pytest.mark.django_db

# Mails to many that say the same to everybody.
SHARED = {"events.invitation", "events.answer_reminder", "events.thanks", "events.interest_open"}
NAME = "Prof. Dr. Șerban [[salutation:000000000000]] O’Brien-<Weiß> & „Töchter“"


def twin_of(message: OutboxMessage) -> OutboxMessage:
    """The same mail to somebody else."""
    twin = OutboxMessage(
        purpose=message.purpose, ref=message.ref, recipient="twin@example.org", recipient_name=NAME, data=message.data
    )
    # A deputy's mail is nothing without the request that names them.
    if message.ref.startswith("events.registration:") and message.purpose != "events.deputy_request":
        person = Registration.objects.get(pk=message.ref_id)
        other = RegistrationFactory(event=person.event, name=NAME, salutation="frau", answer=person.answer)
        twin.ref = other.ref
    return twin


def words_of(message: OutboxMessage) -> Rendered:
    """Subject, text and HTML; the calendar entry, which names the second, is never shared."""
    return replace(render(message, get_purpose(message.purpose)), calendar=None)


def together(*ones: OutboxMessage) -> tuple[list[Rendered], int]:
    """Render copies of these mails as those of one handful; return with them how many sheets that took."""
    sheets = []
    copies = [copy.copy(one) for one in ones]
    for each in copies:
        each.sheets = sheets
    return [words_of(each) for each in copies], len(sheets)


def test_every_mail_is_the_same_alone_and_together() -> None:
    shared, seen = set(), set()
    for message in messages():
        twin = twin_of(message)
        alone = [words_of(copy.copy(each)) for each in (message, twin)]

        there, sheets = together(message, twin)
        back, _ = together(twin, message)

        assert there == alone, message.purpose
        assert back == alone[::-1], message.purpose
        seen.add(message.purpose)
        if sheets == 1:
            shared.add(message.purpose)

    assert seen == set(all_purposes())
    assert shared >= SHARED
