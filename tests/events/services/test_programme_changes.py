"""Changes of the programme: whoever chose an item hears of them, everybody sees them, drafts change without ado."""

import datetime as dt

import pytest
from django.utils import timezone

from core.exceptions import DomainError
from events.models import Event, EventChange, ProgrammeItem
from events.services import programme
from events.services.changes import NeedsNotice, Notice
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import render
from tests.events.services.test_changes import change, later
from tests.factories.events import (
    EventFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_yes,
)

pytestmark = pytest.mark.django_db


def notices(**filters):
    return OutboxMessage.objects.filter(purpose="events.change", **filters)


def words_of(message) -> str:
    return " ".join(render(message, get_purpose(message.purpose)).text.split())


def update(item, zoe, *, notice=None, capacity=1, **fields):
    item = ProgrammeItem.objects.select_related("event").get(pk=item.pk)
    names = ("kind", "title", "is_choosable", "starts_at", "room")
    return programme.update_item(
        actor=zoe,
        item=item,
        version=item.version,
        fields={name: getattr(item, name) for name in names} | fields,
        people=(),
        tables=(),
        capacity=capacity,
        notice=notice,
    ).change


@pytest.fixture
def event():
    return EventFactory(on_site=5)


@pytest.fixture
def workshop(event):
    return ProgrammeItemFactory(
        event=event, kind="workshop", title="Lernen im Betrieb", places=1, starts_at=in_days(30, 11), room="Saal 1"
    )


@pytest.fixture
def people(event, workshop):
    """One in the workshop, one on its waiting list, one at the event only."""
    chosen, waiting, other = RegistrationFactory.create_batch(3, event=event)
    for person in (chosen, waiting):
        say_yes(person, item_pools=(workshop.pool,))
    say_yes(other)
    OutboxMessage.objects.update(state="sent")
    return chosen, waiting, other


def test_time_room_and_name_need_a_decision(zoe, workshop, people):
    for fields in ({"room": "Saal 2"}, {"starts_at": in_days(30, 12)}, {"title": "Lernen"}):
        with pytest.raises(NeedsNotice):
            update(workshop, zoe, **fields)
    assert not EventChange.objects.exists()
    assert ProgrammeItem.objects.get().room == "Saal 1"
    assert update(workshop, zoe, capacity=2) is None, "more places: no change to tell of"


def test_whoever_chose_it_hears_of_it_once(zoe, workshop, people):
    chosen, waiting, _ = people
    saved = update(workshop, zoe, room="Saal 2", starts_at=in_days(30, 12), notice=Notice(words="Saal 1 ist gesperrt."))
    assert (saved.kind, saved.told_count) == ("programme", 2)
    assert set(notices().values_list("ref", flat=True)) == {chosen.ref, waiting.ref}
    text = words_of(notices().get(ref=chosen.ref))
    assert "„Lernen im Betrieb“, Raum: Saal 1 → Saal 2" in text
    assert "„Lernen im Betrieb“, Beginn: 11:00 Uhr → 12:00 Uhr" in text.replace("\u00a0", " ")
    assert "Saal 1 ist gesperrt." in text
    assert standing_of(chosen).items[0].state == "confirmed"


def test_an_item_nobody_chose_is_only_written_down(zoe, event, people):
    welcome = ProgrammeItemFactory(event=event, kind="welcome", title="Begrüßung", room="Foyer")
    saved = update(welcome, zoe, room="Saal 1", capacity=None)
    assert not saved.is_mailed
    assert saved.silence_reason.startswith("Niemand hat diesen Punkt gewählt")
    assert not notices().exists()


def test_while_nobody_knows_the_programme_nothing_is_written_down(zoe):
    event = EventFactory()
    item = ProgrammeItemFactory(event=event, room="Foyer")
    assert update(item, zoe, room="Saal 1", capacity=None) is None
    assert not EventChange.objects.exists()


def test_a_chosen_item_can_go_and_everybody_who_chose_it_hears_of_it(zoe, event, workshop, people):
    chosen, waiting, _ = people
    item = ProgrammeItem.objects.select_related("event").get()
    with pytest.raises(DomainError, match="nur mit einer Mitteilung"):
        programme.remove_item(actor=zoe, item=item, notice=Notice(is_mailed=False, silence_reason="eilig"))
    programme.remove_item(actor=zoe, item=item, notice=Notice())
    assert not event.items.exists()
    assert standing_of(chosen).has_place, "the place at the event is sure"
    assert set(notices().values_list("ref", flat=True)) == {chosen.ref, waiting.ref}
    assert "„Lernen im Betrieb“: steht im Programm → entfällt" in words_of(notices().get(ref=chosen.ref))


def test_table_wishes_count_as_a_choice(zoe, event):
    cafe = ProgrammeItemFactory(event=event, kind="cafe", room="Foyer")
    person = RegistrationFactory(event=event)
    say_yes(person, tables=(ItemTableFactory(item=cafe, number=1),))
    with pytest.raises(NeedsNotice):
        programme.remove_item(actor=zoe, item=cafe)


def test_a_change_of_the_event_and_of_the_workshop_are_one_mail(zoe, event, workshop, people):
    chosen, _, other = people
    update(workshop, zoe, room="Saal 2", notice=Notice())
    change(event, zoe, notice=Notice(), places=5, **later(event))
    text = words_of(notices(state="queued").get(ref=chosen.ref))
    assert "Raum: Saal 1 → Saal 2" in text
    assert "Beginn: 10:00 → 11:00 Uhr" in text
    assert "Saal 2" not in words_of(notices(state="queued").get(ref=other.ref))


def test_the_programme_follows_the_event_to_its_new_day(zoe, event, workshop, people):
    day = in_days(37).date()
    week = dt.timedelta(days=7)
    change(event, zoe, notice=Notice(), places=5, starts_on=day, starts_at=in_days(37, 10), ends_at=in_days(37, 16))
    stored = ProgrammeItem.objects.get()
    assert timezone.localtime(stored.starts_at) == timezone.localtime(in_days(37, 11))
    assert stored.starts_at - workshop.starts_at in (week, week - dt.timedelta(hours=1), week + dt.timedelta(hours=1))
    assert Event.objects.get().starts_on == day
