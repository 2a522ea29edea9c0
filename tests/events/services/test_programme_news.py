"""What is new in a programme people know: shown on the page, mailed only to those who rely on it."""

import pytest

from events.change_facts import change_lines
from events.models import Event, EventChange, ProgrammeItem
from events.services import programme
from events.services.changes import Notice
from mailing.models import OutboxMessage
from tests.events.services.changed import notices, update, words_of
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, say_yes

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return EventFactory(on_site=5)


@pytest.fixture
def workshop(event: Event) -> ProgrammeItem:
    """Somebody has chosen it."""
    item = ProgrammeItemFactory(event=event, kind="workshop", title="Lernen im Betrieb", places=1, room="Saal 1")
    say_yes(RegistrationFactory(event=event), item_pools=(item.pool,))
    OutboxMessage.objects.update(state="sent")
    return item


def lines_of(change: EventChange) -> list[str]:
    return [str(line) for line in change_lines(change.before, change.after)]


def test_a_new_item_is_shown_as_new_and_mailed_to_nobody(event, workshop, zoe):
    programme.add_item(actor=zoe, event=event, fields={"kind": "talk", "title": "Neue Förderung"})
    change = EventChange.objects.get()
    assert lines_of(change) == ["„Neue Förderung“: bisher nicht → neu im Programm"]
    assert (change.is_mailed, change.actor) == (False, zoe)
    assert not notices().exists()


def test_before_anybody_knows_the_programme_a_new_item_is_no_change(event, zoe):
    programme.add_item(actor=zoe, event=event, fields={"kind": "talk", "title": "Neue Förderung"})
    assert not EventChange.objects.exists()


def test_who_takes_part_is_shown_and_asks_for_no_mail(workshop, zoe):
    line = programme.PersonLine(name="Dr. Jana Beispiel")
    change = update(workshop, zoe, people=[line])
    assert lines_of(change) == ["„Lernen im Betrieb“, mit: offen → Dr. Jana Beispiel"]
    assert (change.is_mailed, change.silence_reason) == (
        False,
        "Geändert hat sich nur, wer mitwirkt; es steht im Programm.",
    )
    assert not notices().exists()
    again = update(workshop, zoe, people=[line], room="Saal 2", notice=Notice())
    assert again.is_mailed
    assert "Saal 2" in words_of(notices().get())


def test_who_takes_part_is_mailed_beside_something_else(workshop, zoe):
    update(workshop, zoe, people=[programme.PersonLine(name="Dr. Jana Beispiel")], room="Saal 2", notice=Notice())
    assert "„Lernen im Betrieb“, mit: offen → Dr. Jana Beispiel" in words_of(notices().get())
