"""Moved back before anybody heard of it: nothing is told of the move, and nothing else is lost by it."""

import pytest

from events.services.changes import Notice
from tests.events.services.changed import SILENT, change, later, notices, still_true
from tests.factories.events import RegistrationFactory, say_yes

pytestmark = pytest.mark.django_db


def test_moved_back_before_anybody_heard_of_it_nobody_hears_of_it(event, crowd, zoe):
    change(event, zoe, notice=Notice(asks_again=True), places=1, **later(event))
    back = change(
        event, zoe, notice=Notice(asks_again=True), places=1, starts_at=event.starts_at, ends_at=event.ends_at
    )
    assert not notices(state="queued").exists()
    assert back.told_count == 0
    crowd["yes"].refresh_from_db()
    assert not crowd["yes"].is_asked_again


def test_moved_back_a_confirmation_that_had_given_way_leaves_after_all(event, zoe):
    person = RegistrationFactory(event=event)
    say_yes(person)
    change(event, zoe, notice=Notice(), places=1, **later(event))
    change(event, zoe, notice=Notice(), places=1, starts_at=event.starts_at, ends_at=event.ends_at)
    assert still_true(person) == ["events.registration"]


def test_moved_back_without_a_mail_the_confirmation_leaves_after_all(event, zoe):
    person = RegistrationFactory(event=event)
    say_yes(person)
    change(event, zoe, notice=Notice(), places=1, **later(event))
    change(event, zoe, notice=SILENT, places=1, starts_at=event.starts_at, ends_at=event.ends_at)
    assert still_true(person) == ["events.registration"]
    assert not notices(state="queued").exists()


def test_moved_back_whoever_has_heard_what_they_have_hears_nothing_twice(event, crowd, zoe):
    change(event, zoe, notice=Notice(), places=1, venue="Stadthalle")
    notices().update(state="sent")
    change(event, zoe, notice=Notice(), places=1, **later(event))
    change(event, zoe, notice=Notice(), places=1, starts_at=event.starts_at, ends_at=event.ends_at)
    assert still_true(crowd["yes"]) == []


def test_moved_back_with_more_places_whoever_moves_up_hears_of_it(event, crowd, zoe):
    change(event, zoe, notice=Notice(), places=1, **later(event))
    change(event, zoe, notice=Notice(), places=5, starts_at=event.starts_at, ends_at=event.ends_at)
    assert still_true(crowd["waiting"]) == ["events.registration"]
    assert still_true(crowd["yes"]) == []
