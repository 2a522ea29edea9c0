"""Signing in, an event of Verbund A, and lists of guests as files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from events.models import GuestList
from events.services import guest_lists
from tests.events.manage.conftest import event, sign_in, url

__all__ = ["apply", "bring", "event", "sign_in", "upload", "url"]

MAPPED = {"name": 0, "email": 1, "organisation": 2}


@pytest.fixture
def bring(alice, event):
    """Return a list with these lines (name;address;organisation), its columns mapped."""

    def brought(*lines: str, name: str = "partner.csv", on=None) -> GuestList:
        content = "\n".join(("Name;E-Mail;Firma", *lines)).encode()
        guest_list = guest_lists.create_list(actor=alice, event=on or event, content=content, file_name=name)
        return guest_lists.map_columns(guest_list=guest_list, name="Partner", role="participant", mapping=MAPPED)

    return brought


@pytest.fixture
def apply(alice):
    """Take a list over as it stands."""

    def applied(guest_list: GuestList, **choices: str) -> GuestList:
        numbered = {row.removeprefix("row_"): choice for row, choice in choices.items()}
        digest = guest_lists.review_list(guest_list).digest
        return guest_lists.apply_list(actor=alice, guest_list=guest_list, digest=digest, choices=numbered)

    return applied


@pytest.fixture
def upload(url):
    """Post a file as a browser does."""

    def uploaded(client: Client, content: bytes, name: str = "partner.csv", **options):
        file = SimpleUploadedFile(name, content)
        return client.post(url("guestlist-create"), {"file": file, "text": ""}, **options)

    return uploaded
