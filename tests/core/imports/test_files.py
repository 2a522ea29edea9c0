"""Uploads: private, random, remembered by their content, gone after their time."""

import datetime as dt
import hashlib
import os
import stat
import time

import pytest

from core import tasks
from core.clock import db_now
from core.exceptions import DomainError
from core.imports.columns import guess_columns, heading_signature
from core.imports.files import read_file, remove_contents, store_file
from core.imports.reading import read_table
from core.imports.runs import start_run, table_of
from core.models import ImportRun, StoredFile

pytestmark = pytest.mark.django_db
CSV = b"Name;E-Mail\nAnna;anna@example.org\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Keep each test's uploads apart."""
    options = {**settings.STORAGES["private"]["OPTIONS"], "location": tmp_path / "private"}
    settings.STORAGES = {**settings.STORAGES, "private": {**settings.STORAGES["private"], "OPTIONS": options}}
    return tmp_path / "private"


def stored(name: str = "liste.csv", content: bytes = CSV) -> StoredFile:
    return store_file(content=content, name=name, scope="centre", actor=None)


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_name_in_storage_says_nothing_and_only_the_portal_may_read(folder):
    first, second = stored(), stored()
    assert len({first.path, second.path}) == 2
    assert names(folder) == sorted([first.path, second.path])
    assert first.sha256 == second.sha256 == hashlib.sha256(CSV).hexdigest()
    assert stat.S_IMODE((folder / first.path).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert read_file(first) == CSV


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\Gäste 2026.xlsx", "Gäste 2026.xlsx"),
        ("bild\u202egpj.csv", "bildgpj.csv"),
        ("  ", "Datei"),
        ("x" * 300, "x" * 120),
    ],
)
def test_the_name_people_see_is_plain(given, kept):
    assert stored(given).name == kept


def test_contents_go_after_30_days_and_the_row_says_so(folder):
    old, young = stored(), stored()
    StoredFile.objects.filter(pk=old.pk).update(uploaded_at=db_now() - dt.timedelta(days=31))
    tasks.clean_up()
    old.refresh_from_db()
    assert (old.path, old.removed_at is None) == ("", False)
    assert names(folder) == [young.path]
    with pytest.raises(DomainError, match="inzwischen gelöscht"):
        read_file(old)


def test_files_without_a_row_go_after_an_hour(folder):
    kept = stored()
    for name in ("verwaist", "eben-erst"):
        (folder / name).write_bytes(CSV)
    hours_ago = time.time() - 2 * 3600
    os.utime(folder / "verwaist", (hours_ago, hours_ago))
    os.utime(folder / kept.path, (hours_ago, hours_ago))
    tasks.clean_up()
    assert names(folder) == sorted(["eben-erst", kept.path])


def test_imports_nobody_finished_go_with_their_file(folder):
    run = start_run(kind="tests", file=stored(), actor=None)
    finished = start_run(kind="tests", file=stored(), actor=None)
    ImportRun.objects.update(created_at=db_now() - dt.timedelta(days=8))
    ImportRun.objects.filter(pk=finished.pk).update(state="applied")
    tasks.clean_up()
    assert list(ImportRun.objects.all()) == [finished]
    assert names(folder) == [finished.file.path]
    assert StoredFile.objects.get(pk=run.file_id).path == ""


def test_cleaning_up_where_nothing_was_ever_stored(folder):
    tasks.clean_up()
    assert not folder.exists()


def test_removing_twice_is_harmless(folder):
    stored()
    assert remove_contents(StoredFile.objects.all()) == 1
    assert remove_contents(StoredFile.objects.all()) == 0


def test_a_run_reads_its_file_as_corrected():
    content = "Name;E-Mail\nJosé Çelik;jose@example.org\n".encode("cp850")
    run = start_run(kind="tests", file=stored(content=content), actor=None)
    run.options = {"encoding": "cp850", "heading": 0}
    table = table_of(run)
    assert (table.encoding, table.heading, table.rows[1].cells[0]) == ("cp850", 0, "José Çelik")


def test_a_signature_is_that_of_the_headings():
    def signature(text: str) -> str:
        return heading_signature(read_table(text.encode()))

    row = "Anna;anna@example.org\n"
    assert signature("Name;E-Mail\n" + row) == signature("NAME;e mail\n" + row + row)
    assert signature("Name;E-Mail\n" + row) != signature("E-Mail;Name\nanna@example.org;Anna\n")
    assert signature(row + row) == ""


def test_exact_headings_go_before_longer_ones():
    table = read_table(b"Alte E-Mail;E-Mail\nx@example.org;anna@example.org\n")
    assert guess_columns(table, {"email": ("email",)}) == {"email": 1}
