"""Places on the desk: overbooked at any time, unfilled and offered near the event."""

import datetime as dt

import pytest
from django.utils import timezone

from core.dates import BERLIN
from events.models import PlaceClaim
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


def claims(event, count: int, state: str = "confirmed", kind: str = "on_site", **fields) -> None:
    now = timezone.now()
    for rank in range(count):
        PlaceClaim.objects.create(
            registration=RegistrationFactory(event=event, answer="yes"), pool=event.pools.get(kind=kind), state=state,
            rank=rank, created_at=now, changed_at=now, **fields,
        )  # fmt: skip


def test_overbooked_is_late_however_far_away(page, verbund):
    event = make_event("Volles Treffen", owner=verbund, days=90, places={"on_site": 2})
    claims(event, 3)
    desk = page()
    assert "Überbucht, vor Ort: 3 Zusagen auf 2 Plätzen." in desk
    assert '<li class="is-late"><div class="log__w">' in desk
    assert f'href="{event.get_manage_url()}plaetze/"' in desk


def test_free_places_are_a_line_near_the_event_only(page, verbund):
    near = make_event("Bald", owner=verbund, days=14, places={"on_site": 5, "online": 1}, format="hybrid")
    claims(near, 4)
    far = make_event("Später", owner=verbund, days=16, places={"on_site": 50})
    claims(far, 3)
    desk = page()
    assert "Vor Ort: 1 von 5 Plätzen ist frei." in desk
    assert "Online: 1 von 1 Plätzen ist frei." in desk
    assert "47 von 50" not in desk


def test_many_free_places_hide_nothing_overbooked_and_the_cut_is_told(page, verbund):
    for number in range(22):
        make_event(f"Werkstatt {number}", owner=verbund, days=3, places={"on_site": 5})
    assert "2 weitere Zeilen dieser Art stehen auf der Seite „Plätze“ der Treffen." in page()
    claims(make_event("Volles Treffen", owner=verbund, days=90, places={"on_site": 2}), 3)
    desk = page()
    assert "Überbucht, vor Ort: 3 Zusagen auf 2 Plätzen." in desk
    assert "3 weitere Zeilen dieser Art" in desk


def test_open_offers_near_the_event(page, verbund):
    event = make_event("Bald", owner=verbund, days=3, places={"on_site": 3})
    claims(event, 1)
    claims(event, 2, "offered", offered_until=dt.datetime(2030, 1, 2, 12, 0, tzinfo=BERLIN))
    claims(event, 4, "waiting")
    assert "Vor Ort: 2 Plätze sind angeboten, Antwort bis 2. Januar 2030, 12:00\xa0Uhr; 4 auf der Warteliste." in page()


@pytest.mark.parametrize(
    "fields",
    [{"visibility": "draft"}, {"cancelled_at": timezone.now()}, {"days": -3}, {"places": {"on_site": None}}],
    ids=["draft", "cancelled", "over", "no limit"],
)
def test_what_needs_no_look(page, verbund, fields):
    claims(make_event("Treffen", **{"owner": verbund, "days": 3, "places": {"on_site": 1}} | fields), 2)
    assert 'id="plaetze"' not in page()


def test_the_places_of_others_are_nobodys_business(page, verbund):
    make_event("Öffentliches Treffen anderer", owner=make_verbund("Verbund B"), days=3, places={"on_site": 7})
    make_event("Treffen des Zentrums", days=3, places={"on_site": 7})
    assert 'id="plaetze"' not in page()


def test_the_number_of_queries_does_not_grow(sign_in, verbund, django_assert_max_num_queries):
    client = sign_in(make_member(verbund, "LEAD"))
    for number in range(12):
        claims(make_event(f"Treffen {number}", owner=verbund, days=3, places={"on_site": 5}), number)
    with django_assert_max_num_queries(14):
        client.get(PATH)
