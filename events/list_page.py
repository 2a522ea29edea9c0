"""What the pages of a guest list show: rows to look at first, figures, and what became of a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from core.imports.columns import fit_columns
from core.imports.runs import table_of
from core.models import ImportRun
from events.list_review import Review, ReviewedRow, RowState
from events.list_rows import FIELDS
from events.models import GuestList, Registration
from events.services.guest_lists import review_list, same_file_before
from events.services.list_undo import brought_by, staying_because

# Shown together when the review opens: what somebody has to look at.
PROBLEMS = (RowState.UNCLEAR, RowState.INVALID, RowState.BLOCKED, RowState.DUPLICATE)
FIRST = "pruefen"
PAGE_SIZE = 100


@dataclass(frozen=True)
class Tab:
    """One figure above the rows; it leads to the rows it counts."""

    key: str
    label: str
    count: int
    is_current: bool
    is_warm: bool = False


def rows_to_look_at(review: Review, wished: str) -> tuple[str, list[ReviewedRow]]:
    """Return the chosen group and its rows: the problems first, without any the new people."""
    problems = [row for row in review.rows if row.state in PROBLEMS]
    problems.sort(key=lambda row: PROBLEMS.index(row.state))
    if wished in RowState.values:
        return wished, [row for row in review.rows if row.state == wished]
    return (FIRST, problems) if problems else (RowState.NEW, [row for row in review.rows if row.state == RowState.NEW])


def tabs_of(review: Review, shown: str) -> list[Tab]:
    """Return the figures above the rows; states nobody is in are left out, except the new."""
    tabs = []
    for state in (RowState.NEW, *(each for each in RowState if each != RowState.NEW)):
        count = review.counts.get(state, 0)
        if count or state == RowState.NEW:
            is_warm = state in (RowState.UNCLEAR, RowState.INVALID)
            tabs.append(Tab(state, str(state.label), count, state == shown, is_warm))
    return tabs


@dataclass(frozen=True)
class ReviewPage:
    """Everything the review shows of a draft; the file is read once."""

    review: Review
    shown: str
    tabs: list[Tab]
    page: Page[ReviewedRow]
    columns: list[str]
    same_file: GuestList | None


def review_page(guest_list: GuestList, wished: str, number: str | None) -> ReviewPage:
    """Read the file, look at each row and return one page of them. Raises DomainError when the file is gone."""
    table = table_of(guest_list.run)
    mapping = fit_columns(guest_list.run.mapping, table)
    review = review_list(guest_list, table)
    shown, rows = rows_to_look_at(review, wished)
    return ReviewPage(
        review=review,
        shown=shown,
        tabs=tabs_of(review, shown),
        page=Paginator(rows, PAGE_SIZE).get_page(number),
        columns=[table.columns[mapping[field]] for field in FIELDS if field in mapping],
        same_file=same_file_before(guest_list),
    )


@dataclass(frozen=True)
class Outcome:
    """What became of a list: figures, who stays out, and what taking it back would do."""

    figures: tuple[tuple[str, int], ...]
    left_out: tuple[tuple[int, str, str], ...]
    going: int
    staying: tuple[tuple[Registration, str], ...]
    open_count: int
    has_file: bool


def outcome_of(guest_list: GuestList) -> Outcome:
    """Gather what the page of a taken-over list shows; the number of queries does not grow with the list."""
    run = guest_list.run
    counts = run.counts
    known = sum(counts.get(state, 0) for state in (RowState.LISTED, RowState.INVITED, RowState.ANSWERED))
    figures = (
        ("neu aufgenommen", counts.get("created", 0)),
        ("standen schon da", known),
        ("doppelt in der Datei", counts.get(RowState.DUPLICATE, 0)),
        ("nicht übernommen", counts.get("left_out", 0)),
    )
    staying, going = _fates(guest_list)
    return Outcome(
        figures=figures,
        left_out=tuple((each["row"], each["column"], each["reason"]) for each in run.errors),
        going=going,
        staying=tuple(staying),
        open_count=_not_invited(guest_list),
        has_file=bool(run.file.path),
    )


def refused_table(guest_list: GuestList) -> tuple[list[str], list[Sequence[object]]]:
    """Return heading and rows of what stayed out: the original cells, row and reason in front. Raises DomainError."""
    table = table_of(guest_list.run)
    cells = {row.number: row.cells for row in table.rows}
    width = len(table.columns)
    rows: list[Sequence[object]] = []
    for each in guest_list.run.errors:
        original = cells.get(each["row"], ())
        rows.append([*original, *[""] * (width - len(original)), each["row"], _why(each)])
    return [*table.columns, "Zeile in der Datei", "Warum nicht übernommen"], rows


def _why(error: dict[str, str]) -> str:
    return f"{error['column']}: {error['reason']}" if error["column"] else error["reason"]


def _fates(guest_list: GuestList) -> tuple[list[tuple[Registration, str]], int]:
    run = guest_list.run
    if run.state == ImportRun.State.UNDONE:
        why = dict(run.undo.get("kept", []))
        people = Registration.objects.filter(event=guest_list.event_id, pk__in=why).order_by("sort_key", "pk")
        return [(person, why[person.pk]) for person in people], run.undo.get("removed", 0)
    people_with_fate = [(person, staying_because(person)) for person in brought_by(guest_list)]
    staying = [(person, why) for person, why in people_with_fate if why]
    return staying, len(people_with_fate) - len(staying)


def _not_invited(guest_list: GuestList) -> int:
    return guest_list.entries.filter(
        registration__invitations__isnull=True, registration__answer=Registration.Answer.OPEN
    ).count()
