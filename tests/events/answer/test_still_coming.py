"""After a change: the person's own page asks, a button answers, silence costs nothing."""

import datetime as dt

import pytest
from django.test import Client

from core.clock import db_now
from events.models import Registration
from events.services.cancelling import cancel_event
from events.services.changes import Notice
from events.services.standing import standing_of
from tests.events.manage.pages import text_of
from tests.events.services.test_changes import change, later
from tests.factories.events import EventFactory, RegistrationFactory, say_no, say_yes

pytestmark = pytest.mark.django_db
QUESTION = "Kommen Sie weiterhin?"


@pytest.fixture
def event():
    return EventFactory(on_site=3)


@pytest.fixture
def person(event):
    guest = RegistrationFactory(event=event)
    say_yes(guest)
    return guest


@pytest.fixture
def moved(event, person, zoe):
    return change(event, zoe, notice=Notice(words="Der Saal.", asks_again=True), places=3, **later(event))


def page_of(person) -> str:
    return text_of(Client().get(f"/e/{person.token}/"))


def test_the_page_says_what_changed_and_asks(person, moved):
    page = page_of(person)
    assert QUESTION in page
    assert "Beginn: 10:00 → 11:00 Uhr" in page
    assert "Der Saal." in page


def test_without_asking_the_change_is_shown_only(event, person, zoe):
    change(event, zoe, notice=Notice(), places=3, **later(event))
    page = page_of(person)
    assert "Beginn: 10:00 → 11:00 Uhr" in page
    assert QUESTION not in page


def test_only_the_button_answers_and_doing_it_twice_is_once(person, moved):
    url, client = f"/e/{person.token}/weiterhin/", Client()
    assert client.get(url).status_code == 302
    person.refresh_from_db()
    assert person.is_asked_again, "a mail scanner opens links"
    client.post(url)
    client.post(url)
    person.refresh_from_db()
    assert not person.is_asked_again
    assert person.version == 3
    page = page_of(person)
    assert QUESTION not in page
    assert "dass Sie weiterhin kommen" in page
    assert standing_of(person).has_place


def test_a_new_answer_is_as_good(person, moved):
    say_yes(person)
    person.refresh_from_db()
    assert not person.is_asked_again
    say_no(person)
    assert QUESTION not in page_of(person)


def test_silence_keeps_the_place_and_a_second_change_asks_again(event, person, moved, zoe):
    Client().post(f"/e/{person.token}/weiterhin/")
    change(event, zoe, notice=Notice(asks_again=True), places=3, venue="Stadthalle")
    person.refresh_from_db()
    assert person.is_asked_again
    assert standing_of(person).has_place
    assert list(Registration.objects.asked_again().filter(is_pending=True)) == [person]


def test_nothing_to_confirm_once_it_is_called_off(event, person, moved, zoe):
    cancel_event(actor=zoe, event=event, reason="Sturm")
    assert Client().post(f"/e/{person.token}/weiterhin/").status_code == 302
    person.refresh_from_db()
    assert person.confirmed_again_at is None
    assert "Das Treffen ist abgesagt" in page_of(person)


def test_the_database_and_the_page_agree_on_who_is_pending(event, zoe):
    now = db_now()
    hour = dt.timedelta(hours=1)
    cases = [
        ({"asked_again_at": None}, None),
        ({"asked_again_at": now, "answered_at": now - hour}, True),
        ({"asked_again_at": now, "answered_at": None}, True),
        ({"asked_again_at": now, "answered_at": now + hour}, False),
        ({"asked_again_at": now, "answered_at": now - hour, "confirmed_again_at": now + hour}, False),
        ({"asked_again_at": now, "answered_at": now - hour, "confirmed_again_at": now - hour / 2}, True),
    ]
    for fields, is_pending in cases:
        person = RegistrationFactory(event=event, answer="yes", **fields)
        found = Registration.objects.asked_again().filter(pk=person.pk).first()
        assert (found.is_pending if found else None) is is_pending, fields
        assert person.is_asked_again is bool(is_pending), fields
