"""Changes asked for after the freeze date stand on the desk until somebody decides."""

import datetime as dt

import pytest

from core.clock import db_now
from core.dates import BERLIN
from events.models import ChangeRequest
from tests.factories.events import RegistrationFactory
from tests.portal.conftest import make_event, make_member, make_verbund

PATH = "/arbeitsplatz/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def verbund(db):
    return make_verbund("Verbund A")


@pytest.fixture
def page(sign_in, verbund):
    """The desk of the alliance's lead."""
    client = sign_in(make_member(verbund, "LEAD"))

    def read() -> str:
        return client.get(PATH).content.decode()

    return read


def wish(event, state="open", at=None) -> None:
    person = RegistrationFactory(event=event, answer="yes")
    ChangeRequest.objects.create(event=event, registration=person, reply={}, state=state, created_at=at or db_now())


def test_open_wishes_stand_on_the_desk_with_count_and_link(page, verbund):
    event = make_event("Bald", owner=verbund, days=4)
    wish(event, at=dt.datetime(2026, 11, 3, 9, 30, tzinfo=BERLIN))
    assert "Eine Person wartet auf Ihre Entscheidung, seit 3. November 2026, 09:30\xa0Uhr." in page()
    wish(event)
    wish(event, state="declined")
    desk = page()
    assert "2 Personen warten auf Ihre Entscheidung, die erste seit 3. November 2026" in desk
    assert f'href="{event.get_manage_url()}aenderungswuensche/"' in desk
    assert '<b>2</b> <span><a href="#wuensche">Änderungswünsche offen</a>' in desk


@pytest.mark.parametrize("state", ["declined", "accepted", "withdrawn"])
def test_decided_wishes_are_no_work(page, verbund, state):
    wish(make_event("Bald", owner=verbund, days=4), state=state)
    assert 'id="wuensche"' not in page()


def test_wishes_of_others_and_of_what_is_over_are_nobodys_work(page, verbund):
    wish(make_event("Anderswo", owner=make_verbund("Verbund B"), days=4))
    wish(make_event("Gewesen", owner=verbund, days=-4))
    wish(make_event("Abgesagt", owner=verbund, days=4, cancelled_at=db_now()))
    assert 'id="wuensche"' not in page()


def test_the_number_of_queries_does_not_grow(sign_in, verbund, django_assert_max_num_queries):
    client = sign_in(make_member(verbund, "LEAD"))
    for number in range(6):
        event = make_event(f"Treffen {number}", owner=verbund, days=4)
        for _ in range(number + 1):
            wish(event)
    with django_assert_max_num_queries(14):
        client.get(PATH)
