"""The day at a glance and the notes on what is not known."""

import pytest

from events.programme import day_at_a_glance, times_note
from tests.factories.events import EventFactory, ItemPersonFactory, ProgrammeItemFactory, in_days

pytestmark = pytest.mark.django_db


def glance(*kinds: str) -> list[tuple[str, str]]:
    event = EventFactory()
    items = [ProgrammeItemFactory(event=event, kind=kind, position=n) for n, kind in enumerate(kinds, start=1)]
    return [(stop.label, stop.detail) for stop in day_at_a_glance(items)]


def test_items_of_one_kind_in_a_row_are_one_stop() -> None:
    assert glance("welcome", "greeting", "greeting", "greeting", "panel", "workshop", "break", "workshop") == [
        ("Begrüßung", ""), ("Grußworte", "drei"), ("Podium", ""), ("Workshop", ""), ("Pause", ""), ("Workshop", ""),
    ]  # fmt: skip


def test_a_long_day_leaves_out_breaks_first_and_greetings_last() -> None:
    stops = glance(
        "welcome", "greeting", "panel", "pitch", "market", "break", "workshop", "other", "cafe", "break", "plenary"
    )
    assert [label for label, _ in stops] == [
        "Begrüßung", "Podium", "Pitch", "Markt", "Workshop", "Knowledge-Café", "Plenum",
    ]  # fmt: skip


def test_the_host_of_the_welcome_is_named() -> None:
    welcome = ProgrammeItemFactory(kind="welcome")
    ItemPersonFactory(item=welcome, organisation_as_typed="forum wbv")
    ItemPersonFactory(item=welcome, organisation_as_typed="forum wbv")
    assert day_at_a_glance([welcome])[0].detail == "forum wbv"


@pytest.mark.parametrize(
    ("known", "unknown", "note"),
    [
        (0, 0, ""),
        (2, 0, ""),
        (3, 1, ""),
        (0, 2, "Uhrzeiten sind nicht bekannt."),
        (1, 3, "Die meisten Uhrzeiten sind nicht bekannt."),
    ],
)
def test_what_is_not_known_about_times(known: int, unknown: int, note: str) -> None:
    event = EventFactory()
    items = ProgrammeItemFactory.create_batch(known, event=event, starts_at=in_days(30))
    items += ProgrammeItemFactory.create_batch(unknown, event=event)
    assert times_note(items) == note
