"""Changes of the programme: whoever chose an item hears of them, everybody sees them, drafts change without ado."""

import datetime as dt

import pytest
from django.utils import timezone

from core.exceptions import DomainError
from core.models import ChangeEntry
from events.change_facts import change_lines
from events.models import Event, EventChange, ProgrammeItem, Registration
from events.services import programme
from events.services.changes import NeedsNotice, Notice
from events.services.own_places import keep_item
from events.services.programme_changes import torn_people
from events.services.standing import standing_of
from mailing.models import OutboxMessage
from tests.events.services.changed import change, later, notices, update, words_of
from tests.factories.events import (
    EventFactory,
    ItemTableFactory,
    ProgrammeItemFactory,
    RegistrationFactory,
    in_days,
    say_yes,
)
from tests.factories.verbuende import VerbundFactory

pytestmark = pytest.mark.django_db


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
    for fields in ({"room": "Saal 2"}, {"starts_at": in_days(30, 12)}, {"title": "Lernen"}, {"minutes": 90}):
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


# --- Two items at the same time -------------------------------------------------------------------------------------
@pytest.fixture
def late(event):
    return ProgrammeItemFactory(
        event=event, kind="workshop", title="Lernen zu zweit", places=3, starts_at=in_days(30, 14), minutes=60
    )


@pytest.fixture
def torn(event, workshop, late):
    """Somebody who has both workshops, one after the other; others have one of them only."""
    person, one, other = RegistrationFactory.create_batch(3, event=event)
    say_yes(person, item_pools=(workshop.pool, late.pool))
    say_yes(one, item_pools=(late.pool,))
    say_yes(other, item_pools=(workshop.pool,))
    OutboxMessage.objects.update(state="sent")
    return person


BOTH = "„Lernen im Betrieb“ und „Lernen zu zweit“ haben Sie beide gewählt; sie laufen jetzt zur selben Zeit."


@pytest.mark.parametrize("hour", [11, 10])
def test_whoever_has_two_items_at_the_same_time_is_asked_to_choose(zoe, workshop, late, torn, hour):
    """At the very same time, or running into it."""
    ProgrammeItem.objects.filter(pk=late.pk).update(minutes=90)
    update(late, zoe, starts_at=in_days(30, hour), notice=Notice(), capacity=3)
    assert notices().count() == 2
    text = words_of(notices().get(ref=torn.ref))
    assert f"{BOTH} Bitte wählen Sie über Ihren Link einen davon. Bis dahin behalten Sie, was Sie haben." in text
    assert "Einen Programmpunkt wählen" in text
    assert "zur selben Zeit" not in words_of(notices().exclude(ref=torn.ref).get())
    assert [entry.state for entry in standing_of(torn).items] == ["confirmed", "confirmed"]


@pytest.mark.parametrize("by", ["minutes", "ends_at"])
def test_lasting_longer_can_run_into_the_next_one_too(zoe, workshop, late, torn, by):
    ProgrammeItem.objects.filter(pk=workshop.pk).update(minutes=90)
    update(workshop, zoe, **{by: 181 if by == "minutes" else in_days(30, 15)}, notice=Notice())
    text = words_of(notices().get(ref=torn.ref)).replace("\u00a0", " ")
    assert "„Lernen im Betrieb“, Dauer: 90 Minuten → " in text
    assert f"{BOTH} Bitte wählen Sie über Ihren Link einen davon." in text
    assert "zur selben Zeit" not in words_of(notices().exclude(ref=torn.ref).first())


def test_until_the_next_one_begins_nobody_has_to_choose(zoe, workshop, late, torn):
    update(workshop, zoe, minutes=180, notice=Notice())
    text = words_of(notices().get(ref=torn.ref))
    assert "„Lernen im Betrieb“, Dauer: offen → 180 Minuten" in text
    assert "zur selben Zeit" not in text


def test_a_length_that_tears_people_apart_is_never_silent(zoe, workshop, late, torn):
    silent = Notice(is_mailed=False, silence_reason="Tippfehler")
    with pytest.raises(DomainError, match="nur mit einer Mitteilung"):
        update(workshop, zoe, minutes=181, notice=silent)
    update(workshop, zoe, minutes=180, notice=silent)
    assert not notices().exists()


def test_shortened_again_before_the_mail_left_nobody_is_asked(zoe, workshop, late, torn):
    ProgrammeItem.objects.filter(pk=workshop.pk).update(minutes=90)
    update(workshop, zoe, minutes=181, room="Saal 9", notice=Notice())
    update(workshop, zoe, minutes=90, notice=Notice())
    text = words_of(notices(state="queued").get(ref=torn.ref))
    assert "Saal 9" in text
    assert "Dauer" not in text
    assert "zur selben Zeit" not in text


def test_changes_written_down_before_lengths_were_say_nothing_of_them(zoe, workshop, late, torn):
    saved = update(workshop, zoe, minutes=181, notice=Notice())
    for facts in (saved.before, saved.after):
        del facts[f"item:{workshop.pk}"]["minutes"]
    saved.save()
    assert change_lines(saved.before, saved.after) == []
    assert torn_people(saved.event, saved.before) == {}


def test_laying_out_pitches_does_not_make_a_chosen_item_longer(zoe, event, people):
    pitches = ProgrammeItemFactory(event=event, kind="pitch", places=5, starts_at=in_days(30, 12))
    say_yes(people[0], item_pools=(pitches.pool,))
    programme.lay_out_slots(actor=zoe, item=pitches, verbuende=[VerbundFactory()], minutes=5)
    pitches.refresh_from_db()
    assert pitches.minutes is None
    Registration.objects.filter(pk=people[0].pk).update(answer="no")
    programme.lay_out_slots(actor=zoe, item=pitches, verbuende=[VerbundFactory()], minutes=5)
    pitches.refresh_from_db()
    assert pitches.minutes == 5, "nobody relies on it"


def test_nobody_is_asked_who_chose_between_them_before(zoe, event, workshop, late):
    """Who keeps one and waits for the other at the same time has chosen already; a new room changes nothing."""
    ProgrammeItem.objects.filter(pk=late.pk).update(starts_at=workshop.starts_at)
    holder, person = RegistrationFactory.create_batch(2, event=event)
    say_yes(holder, item_pools=(workshop.pool,))
    late.refresh_from_db()
    say_yes(person, item_pools=(late.pool,))
    say_yes(person, item_pools=(workshop.pool,))
    update(late, zoe, room="Saal 9", notice=Notice(), capacity=3)
    assert "Saal 9" in words_of(notices().get(ref=person.ref))
    assert "zur selben Zeit" not in words_of(notices().get(ref=person.ref))


def test_moved_back_before_the_mail_left_nobody_is_asked(zoe, workshop, late, torn):
    update(late, zoe, starts_at=in_days(30, 11), room="Saal 9", notice=Notice(), capacity=3)
    update(late, zoe, starts_at=in_days(30, 14), notice=Notice(), capacity=3)
    text = words_of(notices(state="queued").get(ref=torn.ref))
    assert "Saal 9" in text
    assert "zur selben Zeit" not in text


def test_a_move_that_tears_people_apart_is_never_silent(zoe, workshop, late, torn):
    silent = Notice(is_mailed=False, silence_reason="Tippfehler")
    with pytest.raises(DomainError, match="nur mit einer Mitteilung"):
        update(late, zoe, starts_at=in_days(30, 11), notice=silent, capacity=3)
    update(late, zoe, starts_at=in_days(30, 15), notice=silent, capacity=3)
    assert not notices().exists()


def test_keeping_one_gives_the_other_to_who_waits(zoe, workshop, late, torn):
    waiting = Registration.objects.get(claims__state="waiting")
    update(late, zoe, starts_at=in_days(30, 11), notice=Notice(), capacity=3)
    standing = keep_item(registration=torn, pool=late.pool)
    assert [(entry.item.title, entry.state) for entry in standing.items] == [("Lernen zu zweit", "confirmed")]
    assert [entry.state for entry in standing_of(waiting).items] == ["confirmed"]
    before = OutboxMessage.objects.count()
    keep_item(registration=torn, pool=late.pool)
    assert OutboxMessage.objects.count() == before, "pressed twice: nothing happens"
    with pytest.raises(DomainError, match="erledigt"):
        keep_item(registration=torn, pool=workshop.pool)
    entry = ChangeEntry.objects.get(ref=torn.ref, action__startswith="Einen von mehreren")
    assert entry.action == "Einen von mehreren Punkten behalten: Lernen zu zweit statt Lernen im Betrieb"
