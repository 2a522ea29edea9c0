"""One import from upload to undo: what every kind of import keeps."""

import datetime as dt
from typing import cast

from django.contrib.auth.models import AbstractBaseUser

from core.clock import db_now
from core.imports.columns import ColumnMapping, fit_columns, heading_signature
from core.imports.files import read_file, remove_contents
from core.imports.reading import AUTOMATIC, Reading, read_table
from core.imports.tables import Table
from core.models import ImportRun, StoredFile

# Uploaded and never applied: nobody will come back to it.
ABANDONED_AFTER = dt.timedelta(days=7)


def start_run(*, kind: str, file: StoredFile, actor: AbstractBaseUser | None) -> ImportRun:
    """Begin an import of the file; its scope is the file's: whose columns are remembered."""
    return ImportRun.objects.create(
        kind=kind, scope=file.scope, file=file, actor=cast("None", actor), created_at=db_now()
    )


def clean_up_runs() -> int:
    """Drop imports nobody finished within a week, with their files; return how many."""
    abandoned = ImportRun.objects.filter(state=ImportRun.State.DRAFT, created_at__lt=db_now() - ABANDONED_AFTER)
    files = list(abandoned.values_list("file", flat=True))
    abandoned.delete()
    remove_contents(StoredFile.objects.filter(pk__in=files, runs__isnull=True))
    return len(files)


def table_of(run: ImportRun) -> Table:
    """Read the run's file the way the person corrected it. Raises DomainError."""
    options = run.options
    reading = Reading(options.get("encoding", ""), options.get("sheet", ""), options.get("heading", AUTOMATIC))
    return read_table(read_file(run.file), reading)


def remembered_columns(run: ImportRun, table: Table) -> ColumnMapping:
    """Return how this owner mapped the last file with the same headings; empty when there was none."""
    signature = heading_signature(table)
    if not signature:
        return {}
    earlier = ImportRun.objects.filter(kind=run.kind, scope=run.scope, signature=signature).exclude(mapping={})
    last = earlier.exclude(pk=run.pk).order_by("-created_at", "-pk").values_list("mapping", flat=True).first()
    return fit_columns(last or {}, table)
