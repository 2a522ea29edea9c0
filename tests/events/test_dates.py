"""Days of events: what is unusual about them, and times moved by whole days."""

import datetime as dt

import pytest
from django.utils import timezone

from core.dates import BERLIN
from events.dates import clock_shift, day_hints, shift_moment, shift_words

FORWARD, BACK = dt.date(2027, 3, 28), dt.date(2026, 10, 25)


def test_an_ordinary_day_says_nothing():
    assert day_hints(dt.date(2027, 3, 4), ["NW"]) == []


def test_every_day_of_a_longer_event_is_looked_at():
    end = dt.datetime(2027, 5, 1, 16, tzinfo=BERLIN)
    assert day_hints(dt.date(2027, 4, 30), ["NW"], end) == [
        "Der 1. Mai 2027 ist ein Samstag.", "Der 1. Mai 2027 ist ein Feiertag: Erster Mai.",
    ]  # fmt: skip
    assert day_hints(dt.date(2027, 4, 30), ["NW"], end - dt.timedelta(days=1)) == []
    assert day_hints(dt.date(2027, 5, 3), ["NW"], end) == [], "an end before the beginning is no span"


def test_holidays_of_the_land_and_of_everybody():
    corpus_christi = dt.date(2027, 5, 27)
    sentence = "Der 27. Mai 2027 ist in {} ein Feiertag: Fronleichnam."
    assert day_hints(corpus_christi, ["NW", "BE", "HE"]) == [
        sentence.format("Nordrhein-Westfalen"),
        sentence.format("Hessen"),
    ]
    assert day_hints(corpus_christi, []) == []
    assert (
        day_hints(dt.date(2026, 10, 3), ["NW"])[1] == "Der 3. Oktober 2026 ist ein Feiertag: Tag der Deutschen Einheit."
    )


def test_the_hour_that_comes_twice_has_a_rule_and_the_skipped_one_needs_none():
    assert day_hints(BACK, [])[-1] == (
        "In der Nacht zum 25. Oktober 2026 werden die Uhren umgestellt. "
        "Die Stunde ab 02:00 Uhr gibt es zweimal: Gemeint ist immer die erste, noch in Sommerzeit."
    )
    assert day_hints(FORWARD, [])[-1] == "In der Nacht zum 28. März 2027 werden die Uhren umgestellt."


@pytest.mark.parametrize(
    ("start", "days", "moved"),
    [
        ((2026, 10, 24, 10), 1, "2026-10-25T10:00:00+01:00"),
        ((2027, 3, 27, 10), 1, "2027-03-28T10:00:00+02:00"),
        ((2027, 3, 27, 2, 30), 1, "2027-03-28T03:30:00+02:00"),
        ((2026, 10, 24, 2, 30), 1, "2026-10-25T02:30:00+02:00"),
    ],
)
def test_moved_times_keep_their_wall_clock(start, days, moved):
    moment = dt.datetime(*start, tzinfo=BERLIN)
    assert timezone.localtime(shift_moment(moment, days)).isoformat() == moved


def test_a_shift_counts_on_the_clock_whatever_the_season() -> None:
    """From summer time into winter time and an hour later: the clock decides, not the hours gone by."""
    moment = dt.datetime(2026, 10, 24, 10, 0, tzinfo=BERLIN)
    assert timezone.localtime(shift_moment(moment, 1, 90)).isoformat() == "2026-10-25T11:30:00+01:00"
    assert clock_shift(moment, dt.datetime(2026, 10, 25, 9, 15, tzinfo=BERLIN)) == -45
    assert clock_shift(None, moment) == 0
    assert shift_words(-45) == "um 45 Minuten nach vorn"
    assert shift_words(61) == "um 1 Stunde und 1 Minute nach hinten"
