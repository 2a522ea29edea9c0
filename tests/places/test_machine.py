"""Random sequences of everything that moves places; and one fixed course that shows a broken fill would be seen."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from events.services import announcing, answers, filling, seating
from events.services.own_places import accept_offer
from events.services.place_acts import Kind
from tests.places.machine import PEOPLE, Places, check_state

pytestmark = pytest.mark.django_db
# Shrinking a failure would take minutes; what was done is printed all the same.
COURSE = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
AUTOMATIC = [False] * 5
ON_SITE = 0


def test_whatever_happens_places_are_right() -> None:
    run_state_machine_as_test(Places, settings=COURSE)


def play() -> None:
    """Run one course that comes past every rule of fill(), checking after every step as the random ones do."""
    places = Places()
    places.begin(modes=AUTOMATIC, limits=[1, 1])
    steps: list[Callable[[], None]] = [
        *(lambda n=n: places.answer(number=n, kind="on_site", first=1, late=False) for n in (0, 1)),
        lambda: places.answer(number=2, kind="on_site", first=0, late=True),
        lambda: places.answer(number=3, kind="online", first=1, late=False),
        lambda: places.answer(number=3, kind="on_site", first=1, late=False),
        lambda: places.answer(number=4, kind="online", first=0, late=False),
        # The first who waits has the place and, by an earlier rank, the workshop.
        lambda: places.cancel(number=0),
        # Two more come on site; one of them leaves a place online to the next.
        lambda: places.change_pool(pool=ON_SITE, capacity=3, is_offer=False),
        lambda: places.change_pool(pool=ON_SITE, capacity=3, is_offer=True),
        *(lambda n=n: places.answer(number=n, kind="on_site", first=0, late=False) for n in (0, 5)),
        lambda: places.cancel(number=2),
        lambda: places.let_lapse(choice=0, number=5, how="beat"),
        lambda: places.answer(number=2, kind="on_site", first=0, late=False),
        lambda: places.decide_an_offer(choice=0, act=accept_offer),
        lambda: places.act_by_hand(choice=0, kind=Kind.WAIT, goal=0),
        # Two people who each have one workshop and ask for the other's.
        *(lambda n=n: places.cancel(number=n) for n in range(PEOPLE)),
        lambda: places.change_pool(pool=ON_SITE, capacity=3, is_offer=True),
        *(lambda n=n: places.answer(number=n, kind="on_site", first=n, late=False) for n in (1, 2)),
        *(lambda n=n: places.answer(number=n, kind="on_site", first=3 - n, late=False) for n in (1, 2)),
        # Somebody new: with room, without, and when an offer has just run out.
        *(lambda: places.register(kind="on_site", items=(2, 4), lapses=False) for _ in range(3)),
        lambda: places.cancel(number=1),
        lambda: places.register(kind="on_site", items=(), lapses=True),
    ]
    for step in steps:
        step()
        check_state(places.before)


def test_the_course_itself_is_right() -> None:
    play()


def backwards(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a queue that is served from its end."""
    return lambda *arguments: original(*arguments).reverse()


def one_too_few(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a count of taken places that misses one."""

    def count(pools: Any) -> Any:
        return {pk: number - 1 for pk, number in original(pools).items()}

    return count


def never(result: Any) -> Callable[..., Any]:
    """Return a step that does nothing."""
    return lambda _original: lambda *_arguments: result


BREAKS = {
    "the last come is served first": ("_queue", backwards, "passed"),
    "one place too many": ("_taken", one_too_few, "overbooked"),
    "freed places stay idle": ("_give_free_places", never([]), "waits beside a free place"),
    "rings stay open": ("find_rings", never([]), "wait for each other's places"),
    "the old place is kept as well": ("_withdraw_replaced", never(0), "exclude each other"),
    "expiry forgets the answer": ("close_without_place", never(None), "a yes without place"),
    "items without a place": ("_send_back", never(set()), "an item without a place"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_fill_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target, make, sign = BREAKS[name]
    monkeypatch.setattr(filling, target, make(getattr(filling, target)))
    with pytest.raises(AssertionError, match=sign):
        play()


@pytest.mark.parametrize(("has_room", "sign"), [(True, "overbooked"), (False, "waits beside|gives a newcomer")])
def test_a_broken_short_way_is_seen(has_room: bool, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seating, "figures_of", lambda _pool: SimpleNamespace(is_full=not has_room))
    with pytest.raises(AssertionError, match=sign):
        play()


@pytest.mark.parametrize(("times", "sign"), [(0, "0 mails for one change"), (2, "2 mails for one change")])
def test_a_mail_forgotten_or_sent_twice_is_seen(times: int, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def announce(*arguments: Any, **words: Any) -> None:
        for _ in range(times):
            announcing.announce(*arguments, **words)

    monkeypatch.setattr(answers, "announce", announce)
    with pytest.raises(AssertionError, match=sign):
        play()
