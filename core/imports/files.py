"""Uploaded files in private storage: web and worker share it, nobody reaches it by an address."""

import datetime as dt
import hashlib
import secrets
from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db.models import QuerySet

from core.clock import db_now
from core.exceptions import DomainError
from core.imports.reading import kind_of
from core.models import StoredFile

# Long enough to correct an import and to show where people came from; then the rows live on the lists only (LAW: E6).
KEEP = dt.timedelta(days=30)
# A file whose row is not committed yet is not an orphan.
ORPHAN_AFTER = dt.timedelta(hours=1)
NAME_LENGTH = 120
NO_SPACE = "Die Datei lässt sich zurzeit nicht ablegen. Bitte versuchen Sie es später noch einmal."
REMOVED = "Die Datei ist inzwischen gelöscht. Laden Sie sie noch einmal hoch."


def store_file(*, content: bytes, name: str, scope: str, actor: AbstractBaseUser | None) -> StoredFile:
    """Keep the bytes under a random name. Raises DomainError for what is no table, or when storage is full (F21)."""
    kind = kind_of(content)
    path = secrets.token_hex(16)
    try:
        _storage().save(path, ContentFile(content))
    except OSError as error:
        raise DomainError(NO_SPACE) from error
    return StoredFile.objects.create(
        scope=scope,
        name=_plain_name(name),
        path=path,
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        # The user model stands in an upper app; here it is any user.
        uploaded_by=cast("None", actor),
        uploaded_at=db_now(),
    )


def read_file(file: StoredFile) -> bytes:
    """Return the bytes. Raises DomainError when they are gone."""
    if not file.path:
        raise DomainError(REMOVED)
    try:
        with _storage().open(file.path) as stored:
            return cast(bytes, stored.read())
    except OSError as error:
        raise DomainError(REMOVED) from error


def remove_contents(files: QuerySet[StoredFile]) -> int:
    """Delete what was uploaded and keep the row that says what it was; return how many."""
    count = 0
    for file in files.exclude(path=""):
        _storage().delete(file.path)
        count += StoredFile.objects.filter(pk=file.pk).update(path="", removed_at=db_now())
    return count


def clean_up_files() -> int:
    """Delete contents older than 30 days, and files whose row was never committed or is gone; return how many."""
    now = db_now()
    count = remove_contents(StoredFile.objects.filter(uploaded_at__lt=now - KEEP))
    storage = _storage()
    _, names = storage.listdir("") if storage.exists("") else ([], [])
    known = set(StoredFile.objects.filter(path__in=names).values_list("path", flat=True))
    for name in set(names) - known:
        if storage.get_modified_time(name) < now - ORPHAN_AFTER:
            storage.delete(name)
            count += 1
    return count


def _storage() -> Storage:
    return storages["private"]


def _plain_name(name: str) -> str:
    """Return the name as people know it: without folders, on one line, not too long."""
    last = " ".join(name.replace("\\", "/").rpartition("/")[2].split())
    return "".join(sign for sign in last if sign.isprintable())[:NAME_LENGTH] or "Datei"
