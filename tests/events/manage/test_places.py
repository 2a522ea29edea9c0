"""The check page "Plätze": pools, ranks, offers, and why."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import db_now
from core.dates import BERLIN
from events.models import PlaceClaim
from events.services.changing import update_event
from events.services.planning import Capacities
from events.services.programme import update_item
from tests.events.manage.pages import query_count, text_of
from tests.factories.events import EventFactory, ProgrammeItemFactory, RegistrationFactory, fill_up, say_yes

pytestmark = pytest.mark.django_db


def lower(event, actor, places: int) -> None:
    event.refresh_from_db()
    update_event(actor=actor, event=event, version=event.version, fields={}, capacities=Capacities(on_site=places))


def wait_for(event, pool, name: str, **fields) -> PlaceClaim:
    """Put somebody on a pool's list as a switch does: the place they have stays theirs."""
    person = RegistrationFactory(event=event, name=name, answer="yes", **fields)
    now = db_now()
    return PlaceClaim.objects.create(registration=person, pool=pool, state="waiting", created_at=now, changed_at=now)


def test_every_pool_with_its_figures(sign_in, rita, event, url):
    workshop = ProgrammeItemFactory(event=event, places=2, title="Workshop Eins")
    for _ in range(4):
        say_yes(RegistrationFactory(event=event), item_pools=(workshop.pool,))
    response = sign_in(rita).get(url("place-list"))
    figures = [
        (view.label, view.pool.capacity, view.pool.confirmed, view.free, view.pool.waiting, view.pool.wished)
        for view in response.context["views"]
    ]
    assert figures == [("vor Ort", 5, 4, 1, 0, 0), ("Workshop Eins", 2, 2, 0, 2, 0)]
    assert [view.label for view in response.context["shown"]] == ["Workshop Eins"]


def test_nothing_to_look_at_is_said(sign_in, rita, event, url):
    fill_up(event, 2)
    page = text_of(sign_in(rita).get(url("place-list")))
    assert "Niemand wartet, und nirgends sind mehr Plätze vergeben, als es gibt." in page


def test_on_site_stands_before_online(sign_in, rita, verbund_a):
    event = EventFactory(owner=verbund_a, format="hybrid", on_site=5, online=5)
    views = sign_in(rita).get(f"{event.get_manage_url()}plaetze/").context["views"]
    assert [view.label for view in views] == ["vor Ort", "online"]


def test_ranks_and_why_nobody_is_next(sign_in, alice, event, url):
    fill_up(event, 5)
    for name in ("Erna Erste", "Zoran Zweiter"):
        say_yes(RegistrationFactory(event=event, name=name))
    page = text_of(sign_in(alice).get(url("place-list")))
    assert "Niemand rückt nach, weil 5 von 5 Plätzen vergeben sind." in page
    assert "Erna Erste Kammer Musterstadt 1 Wartet" in page
    assert "Zoran Zweiter Kammer Musterstadt 2 Wartet" in page


def test_an_offer_says_until_when(sign_in, alice, event, url):
    event.pools.update(mode="offer", capacity=1)
    person = RegistrationFactory(event=event, name="Olga Angebot")
    say_yes(person)
    until = dt.datetime(2030, 5, 6, 12, 0, tzinfo=BERLIN)
    person.claims.update(state="offered", offered_until=until)
    wait_for(event, event.pools.get(), "Willi Warter")
    page = text_of(sign_in(alice).get(url("place-list")))
    assert "Der Platz gehört der Person bis 6. Mai 2030, 12:00 Uhr, danach der nächsten." in page
    assert "weil 1 von 1 Plätzen vergeben sind, davon 1 angeboten." in page


def test_a_wish_says_what_it_waits_for(sign_in, alice, event, url):
    workshop = ProgrammeItemFactory(event=event, places=2, title="Workshop Eins")
    fill_up(event, 5)
    say_yes(RegistrationFactory(event=event, name="Wanda Wunsch"), item_pools=(workshop.pool,))
    page = text_of(sign_in(alice).get(url("place-list")))
    assert "Reiht sich ein, sobald die Person einen Platz am Treffen (vor Ort) hat. Dort wartet sie noch." in page


def test_a_switch_says_what_is_kept(sign_in, alice, verbund_a):
    event = EventFactory(owner=verbund_a, format="hybrid", on_site=5, online=0)
    claim = wait_for(event, event.pools.get(kind="online"), "Svenja Seitenwechsel")
    PlaceClaim.objects.create(
        registration=claim.registration, pool=event.pools.get(kind="on_site"), state="confirmed",
        created_at=claim.created_at, changed_at=claim.changed_at,
    )  # fmt: skip
    page = text_of(sign_in(alice).get(f"{event.get_manage_url()}plaetze/"))
    assert "Hat einen Platz „vor Ort“ und behält ihn, bis dieser frei wird oder jemand tauscht." in page


def test_why_somebody_waits_where_they_do(sign_in, rita, verbund_a):
    event = EventFactory(owner=verbund_a, on_site=1)
    fill_up(event, 5)
    PlaceClaim.objects.filter(pool__event=event).update(created_at=dt.datetime(2026, 11, 12, 13, 3, tzinfo=dt.UTC))
    (view,) = sign_in(rita).get(f"{event.get_manage_url()}plaetze/").context["views"]
    asked = "Gemeldet am 12. November 2026, 14:03\u00a0Uhr"
    assert [line.why for line in view.queue] == [
        f"{asked}, als Nächstes an der Reihe.",
        f"{asked}; eine Person hat sich früher gemeldet.",
        f"{asked}; 2 Personen haben sich früher gemeldet.",
        f"{asked}; 3 Personen haben sich früher gemeldet.",
    ]


def test_parallel_items_are_a_switch_and_others_are_not(sign_in, alice, event, url):
    at = event.starts_at
    first, second, later = (
        ProgrammeItemFactory(event=event, places=1, title=title, starts_at=start)
        for title, start in (("Früh A", at), ("Früh B", at), ("Spät", at + dt.timedelta(hours=2)))
    )
    say_yes(RegistrationFactory(event=event), item_pools=(second.pool,))
    person = RegistrationFactory(event=event, name="Petra Parallel")
    say_yes(person, item_pools=(first.pool,))
    for pool in (second.pool, later.pool):
        now = db_now()
        PlaceClaim.objects.create(registration=person, pool=pool, state="waiting", created_at=now, changed_at=now)
    views = {view.label: view for view in sign_in(alice).get(url("place-list")).context["views"]}
    kept = "Hat einen Platz „Früh A“ und behält ihn, bis dieser frei wird oder jemand tauscht."
    assert views["Früh B"].queue[0].why.endswith(f"als Nächstes an der Reihe. {kept}")
    assert views["Spät"].queue[0].why.endswith("als Nächstes an der Reihe.")


def test_overbooked_is_red_and_says_since_when(sign_in, alice, event, url):
    workshop = ProgrammeItemFactory(event=event, places=3, title="Workshop Eins")
    for person in fill_up(event, 5):
        say_yes(person, item_pools=(workshop.pool,))
    lower(event, alice, 2)
    workshop.refresh_from_db()
    update_item(actor=alice, item=workshop, version=workshop.version, fields={}, people=(), tables=(), capacity=1)
    response = sign_in(alice).get(url("place-list"))
    page = text_of(response)
    assert response.content.decode().count("notice--bad") == 2
    assert "Überbucht: 3 über der Kapazität" in page
    assert "von Alice Ahorn gesenkt: vorher 5, jetzt 2." in page
    assert "Überbucht: 2 über der Kapazität" in page
    assert "von Alice Ahorn gesenkt: vorher 3, jetzt 1." in page


def test_what_is_not_overbooked_is_not_red(sign_in, alice, event, url):
    fill_up(event, 5)
    lower(event, alice, 6)
    lower(event, alice, 5)
    response = sign_in(alice).get(url("place-list"))
    assert "notice--bad" not in response.content.decode()
    assert "gesenkt" not in text_of(response)


def test_a_long_queue_is_cut_and_has_its_own_page(sign_in, alice, event, url):
    event.pools.update(capacity=0)
    for number in range(53):
        wait_for(event, event.pools.get(), f"Gast {number:02}")
    client = sign_in(alice)
    response = client.get(url("place-list"))
    assert len(response.context["views"][0].queue) == 10
    assert "Ganze Liste mit 53 Personen" in text_of(response)
    address = url("place-queue", event.pools.get().pk)
    assert len(client.get(address).context["page_obj"].object_list) == 50
    last = client.get(f"{address}?seite=2").context["page_obj"].object_list
    assert [line.rank for line in last] == [51, 52, 53]
    assert "Niemand rückt nach, weil 0 von 0 Plätzen vergeben sind." in text_of(client.get(address))


def test_the_queue_of_a_foreign_pool_does_not_exist(sign_in, alice, url, verbund_b):
    foreign = EventFactory(owner=verbund_b, on_site=1)
    client = sign_in(alice)
    assert client.get(url("place-queue", foreign.pools.get().pk)).status_code == 404
    assert client.get(f"{foreign.get_manage_url()}plaetze/").status_code == 404


@pytest.mark.parametrize("page", ["place-list", "place-queue"])
def test_the_page_asks_as_often_for_many_as_for_few(sign_in, alice, event, url, page):
    workshop = ProgrammeItemFactory(event=event, places=2)
    arguments = [event.pools.get(item=None).pk] if page == "place-queue" else []
    client, counts = sign_in(alice), []
    for size in (7, 40):
        for _ in range(size):
            say_yes(RegistrationFactory(event=event), item_pools=(workshop.pool,))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(page, *arguments))
        counts.append(query_count(captured))
    assert counts[0] == counts[1] <= 8
