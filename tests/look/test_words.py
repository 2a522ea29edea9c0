"""German dates, times and figures, as pages and mails print them and as people type them."""

import datetime as dt
from decimal import Decimal

import pytest

from core import dates, numbers

START = dt.datetime(2027, 3, 4, 9, 0, tzinfo=dt.UTC)  # 10:00 in Essen
END = dt.datetime(2027, 3, 4, 14, 30, tzinfo=dt.UTC)


def test_a_moment_is_said_in_local_time() -> None:
    assert dates.format_day(START) == "Donnerstag, 4. März 2027"
    assert dates.format_date(START) == "4. März 2027"
    assert dates.format_clock(START) == "10:00\u00a0Uhr"
    assert dates.format_moment(dt.datetime(2026, 11, 24, 13, 0, tzinfo=dt.UTC)) == "24. November 2026, 14:00\u00a0Uhr"


def test_a_late_evening_in_utc_is_the_next_day_in_germany() -> None:
    late = dt.datetime(2026, 7, 31, 22, 30, tzinfo=dt.UTC)
    assert dates.format_moment(late) == "1. August 2026, 00:30\u00a0Uhr"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (START, END, "Donnerstag, 4. März 2027, 10:00 bis 15:30\u00a0Uhr"),
        (START, None, "Donnerstag, 4. März 2027, 10:00\u00a0Uhr"),
        (
            START,
            END + dt.timedelta(days=1),
            "Donnerstag, 4. März 2027, 10:00\u00a0Uhr bis Freitag, 5. März 2027, 15:30\u00a0Uhr",
        ),
        (dt.date(2023, 8, 17), None, "Donnerstag, 17. August 2023"),
        (dt.date(2023, 8, 17), dt.date(2023, 8, 17), "Donnerstag, 17. August 2023"),
        (dt.date(2023, 8, 17), dt.date(2023, 8, 18), "Donnerstag, 17. August 2023 bis Freitag, 18. August 2023"),
    ],
)
def test_span(start: dates.Day, end: dates.Day | None, words: str) -> None:
    assert dates.format_span(start, end) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "heute"), (1, "morgen"), (2, "in 2 Tagen"), (101, "in 101 Tagen"), (-1, "gestern"), (-3, "vor 3 Tagen")],
)
def test_relative_day(days: int, words: str) -> None:
    today = dt.date(2026, 11, 23)
    assert dates.format_relative_day(today + dt.timedelta(days=days), today) == words


@pytest.mark.parametrize(
    "typed",
    ["24.11.2026", " 24. 11. 2026 ", "24.11.26", "2026-11-24", "24. November 2026", "24 nov 2026", "24/11/2026"],
)
def test_dates_are_read_as_people_write_them(typed: str) -> None:
    assert dates.parse_date(typed) == dt.date(2026, 11, 24)


@pytest.mark.parametrize("typed", ["31.2.2026", "morgen", "24.11.", "11/24/2026", "24.11.2026 oder 25.", "²4.11.2026"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is the field's
        dates.parse_date(typed)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"), [("14:00", 14, 0), ("14 Uhr", 14, 0), ("9.30 Uhr", 9, 30), ("9", 9, 0)]
)
def test_times_are_read_as_people_write_them(typed: str, hour: int, minute: int) -> None:
    assert dates.parse_time(typed) == dt.time(hour, minute)


@pytest.mark.parametrize("typed", ["25:00", "14:60", "mittags", "14:0", ""])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is the field's
        dates.parse_time(typed)


def test_summer_time_skips_an_hour_and_repeats_one() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is the field's
        dates.parse_local(dt.date(2027, 3, 28), dt.time(2, 30))
    first_pass = dates.parse_local(dt.date(2026, 10, 25), dt.time(2, 30))
    assert first_pass.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_figures() -> None:
    assert numbers.format_number(1234) == "1.234"
    assert numbers.format_number(Decimal("1234.5")) == "1.234,5"
    assert numbers.format_euro(Decimal("1234.5")) == "1.234,50\u00a0€"
    assert numbers.number_word(3) == "drei"
    assert numbers.number_word(1300) == "1.300"
