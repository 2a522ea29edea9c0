"""Guest lists from files: uploaded, mapped, reviewed, taken over as one, taken back."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.imports.columns import ColumnMapping, fit_columns, heading_signature
from core.imports.files import remove_contents, store_file
from core.imports.runs import remembered_columns, start_run, table_of
from core.imports.tables import Table
from core.journal import journal
from core.locks import lock_row
from core.models import ImportRun, StoredFile
from core.names import person_sort_key
from core.numbers import format_number
from events.list_review import Review, ReviewedRow, review_rows
from events.list_rows import GuestRow, guess_guest_columns, read_guests
from events.models import Event, GuestList, ListedGuest, Registration
from events.services.places import lock_event

KIND = "events.guests"
# Taken over within one request; more people than this come in several files.
MOST_ROWS = 5_000
CHANGED = (
    "Die Gästeliste oder die Datei hat sich geändert, seit Sie die Prüfung geöffnet haben. Prüfen Sie noch einmal; "
    "übernommen wurde nichts."
)


@transaction.atomic
def create_list(*, actor: AbstractBaseUser, event: Event, content: bytes, file_name: str) -> GuestList:
    """Keep an uploaded file as the draft of a list; its columns are those of the owner's last file with these headings.

    Raises DomainError when the event is called off or the file is no list of people, or too long a one.
    """
    _refuse_cancelled(event)
    file = store_file(content=content, name=file_name, scope=_scope(event), actor=actor)
    run = start_run(kind=KIND, file=file, actor=actor)
    table = table_of(run)
    _refuse_too_long(table)
    run.mapping, run.signature = remembered_columns(run, table), heading_signature(table)
    run.save(update_fields=["mapping", "signature"])
    return GuestList.objects.create(event=event, run=run, name=_list_name(file.name))


def proposed_columns(guest_list: GuestList, table: Table) -> ColumnMapping:
    """Return the columns as chosen or remembered, else as their headings suggest."""
    return fit_columns(guest_list.run.mapping, table) or guess_guest_columns(table)


@transaction.atomic
def read_again(*, guest_list: GuestList, options: Mapping[str, Any]) -> GuestList:
    """Read the file another way: encoding, sheet, row of the headings. Columns chosen so far are forgotten."""
    run = _lock_draft(guest_list)
    run.options = {**run.options, **options}
    table = table_of(run)
    _refuse_too_long(table)
    run.mapping, run.choices = {}, {}
    run.save(update_fields=["options", "mapping", "choices"])
    return _with_run(guest_list, run)


@transaction.atomic
def map_columns(*, guest_list: GuestList, name: str, role: str, mapping: Mapping[str, int]) -> GuestList:
    """Note what the columns hold; remembered for the owner's next file with the same headings."""
    run = _lock_draft(guest_list)
    table = table_of(run)
    _refuse_too_long(table)
    if dict(mapping) != run.mapping:
        run.choices = {}
    run.mapping, run.signature = dict(mapping), heading_signature(table)
    run.options = {**run.options, "role": role}
    run.save(update_fields=["mapping", "signature", "options", "choices"])
    guest_list.name = name
    guest_list.save(update_fields=["name"])
    return _with_run(guest_list, run)


@transaction.atomic
def note_choices(*, guest_list: GuestList, choices: Mapping[str, str]) -> None:
    """Keep what was decided about unclear rows, on top of what was decided before."""
    run = _lock_draft(guest_list)
    run.choices = {**run.choices, **choices}
    run.save(update_fields=["choices"])


def guests_in(guest_list: GuestList, table: Table | None = None) -> list[GuestRow]:
    """Return the rows of the file as people; reads it unless the caller has. Raises DomainError."""
    run = guest_list.run
    table = table or table_of(run)
    return read_guests(table, fit_columns(run.mapping, table), run.options.get("role", GuestRow.role))


def review_list(guest_list: GuestList, table: Table | None = None) -> Review:
    """Return what taking over would do with each row, as of now."""
    return review_rows(guest_list.event, guests_in(guest_list, table), guest_list.run.choices)


def same_file_before(guest_list: GuestList) -> GuestList | None:
    """Return the list of this event that came from the very same file and stands, if there is one."""
    lists = GuestList.objects.applied().filter(event=guest_list.event_id).exclude(pk=guest_list.pk)
    file = guest_list.run.file
    same = lists.filter(run__file__scope=file.scope, run__file__sha256=file.sha256)
    return same.select_related("event", "run").first()


def apply_list(*, actor: AbstractBaseUser, guest_list: GuestList, digest: str, choices: Mapping[str, str]) -> GuestList:
    """Note everybody new on the guest list, in one transaction; nobody is invited by it, nobody is changed.

    digest: of the review the organiser saw; when it has changed since, nothing is taken over. choices: made on the last
    page, kept also when it is refused. Unclear rows without a choice, faulty and blocked ones stay out and are kept
    with their reasons. Raises DomainError or Busy.
    """
    note_choices(guest_list=guest_list, choices=choices)
    # Read before anything is locked: answers to the meeting do not wait for a file.
    guests = guests_in(guest_list)
    with transaction.atomic():
        event = lock_event(guest_list.event)
        run = _lock_draft(guest_list)
        _refuse_cancelled(event)
        review = review_rows(event, guests, run.choices)
        if review.digest != digest:
            raise DomainError(CHANGED)
        created = _create_people(event, [row for row in review.rows if row.makes_person])
        _note_entries(guest_list, review, created)
        run.undo = {"created": sorted(person.pk for person in created.values())}
        run.errors = [
            {"row": row.guest.number, "column": row.guest.column, "reason": row.why_out}
            for row in review.rows
            if row.stays_out
        ]
        run.counts = {**review.counts, "created": len(created), "left_out": len(run.errors)}
        run.state, run.applied_at = ImportRun.State.APPLIED, db_now()
        run.save()
        changes = {"people": [0, len(created)]}
        journal(scope=event.scope, obj=guest_list, action=f"{guest_list} übernommen", actor=actor, changes=changes)
    return _with_run(guest_list, run)


@transaction.atomic
def discard_list(*, guest_list: GuestList) -> None:
    """Throw a draft away, with its file. Raises DomainError when it was taken over meanwhile."""
    run = _lock_draft(guest_list)
    run.delete()
    remove_contents(StoredFile.objects.filter(pk=run.file_id))


def _create_people(event: Event, rows: list[ReviewedRow]) -> dict[int, Registration]:
    """Make the registrations with one statement; return them by row."""
    now = db_now()
    people = {
        row.guest.number: Registration(
            event=event,
            name=row.guest.name,
            name_key=row.guest.name_key,
            sort_key=person_sort_key(row.guest.name),
            salutation=row.guest.salutation,
            email=row.guest.email,
            email_key=row.guest.email_key,
            organisation_as_typed=row.guest.organisation,
            role=row.guest.role,
            created_at=now,
        )
        for row in rows
    }
    Registration.objects.bulk_create(people.values())
    return people


def _note_entries(guest_list: GuestList, review: Review, created: Mapping[int, Registration]) -> None:
    """Note who stands on the list, each person with their first row."""
    entries: dict[int, ListedGuest] = {}
    for row in review.rows:
        person = created.get(row.guest.number) or row.known_person
        if person is not None and person.pk not in entries:
            entries[person.pk] = ListedGuest(guest_list=guest_list, registration=person, row=row.guest.number)
    ListedGuest.objects.bulk_create(entries.values())


def _lock_draft(guest_list: GuestList) -> ImportRun:
    """RACE: a double click, or two colleagues with the same draft: whoever comes second learns that it is done."""
    run = lock_row(ImportRun, guest_list.run_id)
    if run.state != ImportRun.State.DRAFT:
        raise DomainError(f"Diese Liste ist schon „{run.get_state_display()}“. Es wurde nichts geändert.")
    return run


def _with_run(guest_list: GuestList, run: ImportRun) -> GuestList:
    guest_list.run = run
    return guest_list


def _refuse_cancelled(event: Event) -> None:
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt. Es werden keine Gäste mehr aufgenommen.")


def _refuse_too_long(table: Table) -> None:
    if len(table.rows) > MOST_ROWS:
        raise DomainError(
            f"Die Liste hat {format_number(len(table.rows))} Zeilen, auf einmal gehen {format_number(MOST_ROWS)}. "
            "Teilen Sie sie in mehrere Dateien auf."
        )


def _scope(event: Event) -> str:
    return f"verbund:{event.owner_id}" if event.owner_id else "centre"


def _list_name(file_name: str) -> str:
    stem, dot, _ = file_name.rpartition(".")
    return stem if dot and stem else file_name
