"""A full or read-only disk: uploads are refused with a sentence, registering goes on (RELIABILITY F21)."""

import pytest

from events.forms import guard
from tests.events.manage.pages import text_of
from tests.factories.events import EventFactory
from tests.faults.forms import as_sent

pytestmark = pytest.mark.django_db

CSV = b"Name;E-Mail\nJana Beispiel;jana@example.org\n"


@pytest.fixture(autouse=True)
def full_disk(settings, tmp_path):
    """No file can be written anywhere: where the folders should be lie files."""
    private, temporary = tmp_path / "private", tmp_path / "temporary"
    for folder in (private, temporary):
        folder.write_text("")
    storage = {**settings.STORAGES["private"], "OPTIONS": {"location": private}}
    settings.STORAGES = {**settings.STORAGES, "private": storage}
    settings.FILE_UPLOAD_TEMP_DIR = str(temporary)


@pytest.mark.parametrize("size", [100, 5_000_000])
def test_an_upload_is_refused_with_a_sentence(sign_in, alice, event, upload, size):
    # Large files are where Django would use a temporary folder, before any form is asked.
    response = upload(sign_in(alice), CSV + b"\n" * size)
    assert response.status_code == 200
    assert "Die Datei lässt sich zurzeit nicht ablegen" in text_of(response)


def test_registering_works_meanwhile(client, monkeypatch):
    monkeypatch.setattr(guard, "MIN_SECONDS", -1)
    meeting = EventFactory()
    page = f"{meeting.get_absolute_url()}anmelden/"
    person = {"name": "Nora Neu", "email": "nora@example.org", "organisation": "Amt"}
    assert client.post(page, {**as_sent(client.get(page)), **person}).status_code == 302
    assert meeting.registrations.get().name == "Nora Neu"


@pytest.mark.logs_errors
def test_a_temporary_folder_would_be_seen(sign_in, alice, event, upload, settings):
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    with pytest.raises(OSError, match="temporary"):
        upload(sign_in(alice), CSV)
