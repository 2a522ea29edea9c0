"""docs/faults.md names every case of the fault catalogue in scope, and tests that exist."""

import re
from dataclasses import dataclass

import pytest

from tests.architecture.sources import ROOT, defined_tests

CASES = [*range(1, 45), 64, 65, 66, 70, 71, 72, *range(57, 63)]
OPEN = "**offen**"
SHEET = ROOT / "docs/faults.md"
# The fourth cell names a test, another case, or where in the tests before it the sign stands.
SIGN = re.compile(r"`[\w/]+\.py::\w+`|\bF \d+|\bin the (same|first|second|third|last)\b")
TEST_ID = re.compile(r"`([\w/]+\.py::\w+)`")


@dataclass(frozen=True)
class Row:
    """One case: its number, what is promised, what shows it, what shows that this could fail."""

    number: int
    promise: str
    shown: str
    could_fail: str


def rows() -> list[Row]:
    """Every row of the tables; a bar inside a cell is written as \\|."""
    lines = [line for line in SHEET.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+ \|", line)]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [Row(int(number), *rest) for number, *rest in cells]


def test_every_case_has_its_row():
    assert [row.number for row in rows()] == CASES


def test_every_named_test_exists():
    named = {name for row in rows() for name in TEST_ID.findall(row.shown + row.could_fail)}

    assert len(named) > len(CASES)
    assert sorted(name for name in named if name.partition("::")[2] not in defined_tests(name.partition("::")[0])) == []


def test_every_case_is_shown_and_says_how_that_could_fail():
    silent = [row.number for row in rows() if OPEN not in row.shown and not TEST_ID.search(row.shown)]
    silent += [row.number for row in rows() if not SIGN.search(row.could_fail) or not row.promise]

    assert silent == []


@pytest.mark.parametrize("cell", ["", "this was looked at", "`core/test_links.py`"])
def test_a_row_without_a_sign_would_be_seen(cell):
    assert SIGN.search(cell) is None


def test_a_name_that_is_gone_would_be_seen():
    assert "test_nobody_wrote_this" not in defined_tests("core/test_links.py")
    assert defined_tests("core/test_nobody_wrote_this.py") == frozenset()
    assert "test_every_named_test_exists" in defined_tests("architecture/test_faults_sheet.py")
