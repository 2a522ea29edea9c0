"""Migrations are named by intent (DESIGN §6)."""

import re

from tests.architecture.sources import app_folders, short

INTENT = re.compile(r"\d{4}_[a-z0-9_]+")


def test_migrations_are_named_by_intent():
    files = [path for folder in app_folders() for path in folder.glob("migrations/[!_]*.py")]
    assert files
    wrong = [
        short(path)
        for path in files
        if not INTENT.fullmatch(path.stem)
        or "auto_" in path.stem
        or path.stem.endswith(("_initial", "_alter", "_and_more"))
    ]
    assert wrong == []


def test_each_app_has_one_line_of_migrations():
    for folder in app_folders():
        numbers = [path.stem[:4] for path in folder.glob("migrations/[0-9]*.py")]
        assert len(numbers) == len(set(numbers)), folder.name
