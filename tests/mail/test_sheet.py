"""docs/mails.md names every mail as the code knows it."""

import re
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from config import settings as own_settings
from mailing.purposes import Purpose

SHEET = Path(__file__).parents[2] / "docs" / "mails.md"


def rows() -> dict[str, list[str]]:
    """Return the table: purpose → its cells."""
    found = re.findall(r"^\| `([a-z._]+)` \|(.+)\|$", SHEET.read_text(), re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in found}


def purposes() -> dict[str, Purpose]:
    """Return what the code declares, whatever a test of mails has put into the settings."""
    return {purpose.name: purpose for purpose in (import_string(path)() for path in own_settings.MAIL_PURPOSES)}


def test_every_mail_has_its_row_and_no_other():
    assert sorted(rows()) == sorted(purposes())


@pytest.mark.parametrize("name", sorted(purposes()))
def test_a_row_says_what_the_code_does(name):
    purpose, cells = purposes()[name], rows()[name]
    kind = "bulk" if purpose.is_bulk else "key" if purpose.is_sensitive else "one"
    has_calendar = type(purpose).calendar is not Purpose.calendar
    assert (cells[0], cells[-1]) == (kind, "yes" if has_calendar else "–")
    assert all(cells), "no empty cells"
