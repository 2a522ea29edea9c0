"""What taking over a guest list would do with each of its rows, and why. Looks, and changes nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Exists, OuterRef

from events.emails import InvitationMail
from events.list_rows import GuestRow, likeness
from events.models import Event, Invitation, Registration
from mailing.services.suppression import suppressed_keys

# The two answers to "is this somebody else?".
ANOTHER, SAME = "another", "same"


class RowState(models.TextChoices):
    """What would become of a row; in the order in which people should look at them."""

    UNCLEAR = "unclear", "unklar"
    INVALID = "invalid", "fehlerhaft"
    BLOCKED = "blocked", "gesperrt"
    DUPLICATE = "duplicate", "doppelt in der Datei"
    NEW = "new", "neu"
    LISTED = "listed", "schon auf der Liste"
    INVITED = "invited", "schon eingeladen"
    ANSWERED = "answered", "hat geantwortet"


KNOWN = (RowState.LISTED, RowState.INVITED, RowState.ANSWERED)


@dataclass(frozen=True)
class ReviewedRow:
    """One row with its state and the reason; `match` is the person on the guest list it may be."""

    guest: GuestRow
    state: RowState
    reason: str = ""
    match: Registration | None = None
    choice: str = ""

    @property
    def makes_person(self) -> bool:
        """Whether taking over puts somebody new on the guest list."""
        return self.state == RowState.NEW or (self.state == RowState.UNCLEAR and self.choice == ANOTHER)

    @property
    def known_person(self) -> Registration | None:
        """Who on the guest list the row means."""
        is_same = self.state == RowState.UNCLEAR and self.choice == SAME
        return self.match if is_same or self.state in KNOWN else None

    @property
    def why_out(self) -> str:
        """Why the row is not taken over, once the list is."""
        undecided = " Sie haben nicht gewählt, wer das ist." if self.state == RowState.UNCLEAR else ""
        return f"{self.reason}{undecided}"

    @property
    def stays_out(self) -> bool:
        """Whether the row is not taken over: what the file of refused rows lists."""
        is_settled = self.state == RowState.UNCLEAR and self.choice == SAME
        return not (self.makes_person or self.known_person or is_settled or self.state == RowState.DUPLICATE)


@dataclass(frozen=True)
class Review:
    """All rows of a list against the guest list as it is now."""

    rows: tuple[ReviewedRow, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def new_count(self) -> int:
        """How many people taking over would put on the guest list."""
        return sum(row.makes_person for row in self.rows)

    @property
    def undecided_count(self) -> int:
        """How many rows wait for a choice; they stay out."""
        return sum(row.state == RowState.UNCLEAR and not row.choice for row in self.rows)

    @property
    def digest(self) -> str:
        """What the page showed, so that nothing else is taken over."""
        shown = [[row.guest.number, row.guest.key, row.state, row.match.pk if row.match else 0] for row in self.rows]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()


def review_rows(event: Event, guests: Iterable[GuestRow], choices: Mapping[str, str]) -> Review:
    """Compare each row with the guest list and with the rows above it; two queries however many rows.

    choices: row number → ANOTHER or SAME, for rows whose address or name is known with another name or address.
    """
    listed = list(guests)
    matcher = _Matcher(event, listed)
    rows = tuple(matcher.reviewed(guest, choices.get(str(guest.number), "")) for guest in listed)
    return Review(rows, Counter(row.state for row in rows))


class _Matcher:
    """Remembers who is on the guest list and who stood in the rows above."""

    def __init__(self, event: Event, guests: list[GuestRow]) -> None:
        invitations = Invitation.objects.filter(registration=OuterRef("pk"))
        people = event.registrations.annotate(is_invited=Exists(invitations)).only(
            *("name", "email", "name_key", "email_key", "answer", "unproven_until", "event")
        )
        self.by_key: dict[str, Registration] = {}
        self.by_address: dict[str, Registration] = {}
        self.by_likeness: dict[str, Registration] = {}
        for person in people.order_by("-pk"):
            self.by_key[f"{person.email_key}|{person.name_key}"] = person
            self.by_address[person.email_key] = person
            self.by_likeness[likeness(person.name)] = person
        self.blocked = suppressed_keys((guest.email for guest in guests if not guest.problem), InvitationMail.name)
        self.above: dict[str, GuestRow] = {}
        self.above_by_address: dict[str, GuestRow] = {}
        self.above_by_likeness: dict[str, GuestRow] = {}

    def reviewed(self, guest: GuestRow, choice: str) -> ReviewedRow:
        if guest.problem:
            return ReviewedRow(guest, RowState.INVALID, guest.problem)
        if earlier := self.above.get(guest.key):
            return ReviewedRow(guest, RowState.DUPLICATE, f"Dieselbe Person wie in Zeile {earlier.number}.")
        row = (
            self._against_list(guest) or self._against_rows_above(guest) or ReviewedRow(guest, RowState.NEW, guest.note)
        )
        self.above[guest.key] = guest
        self.above_by_address.setdefault(guest.email_key, guest)
        self.above_by_likeness.setdefault(guest.likeness, guest)
        if row.state == RowState.UNCLEAR and choice in (ANOTHER, SAME):
            return ReviewedRow(guest, row.state, row.reason, row.match, choice)
        return row

    def _against_list(self, guest: GuestRow) -> ReviewedRow | None:
        person = self.by_key.get(guest.key)
        if person and person.answer != Registration.Answer.OPEN and person.is_proven:
            return ReviewedRow(guest, RowState.ANSWERED, person.get_answer_display(), person)
        if guest.email_key in self.blocked:
            return ReviewedRow(guest, RowState.BLOCKED, "An diese Adresse gehen keine Einladungen.", person)
        if person:
            state = RowState.INVITED if person.is_invited else RowState.LISTED  # type: ignore[attr-defined]
            return ReviewedRow(guest, state, "", person)
        if same_address := self.by_address.get(guest.email_key):
            reason = f"Unter dieser Adresse steht schon {same_address.name} auf der Gästeliste."
            return ReviewedRow(guest, RowState.UNCLEAR, reason, same_address)
        if alike := self.by_likeness.get(guest.likeness):
            reason = f"{alike.name} steht schon mit {alike.email} auf der Gästeliste."
            return ReviewedRow(guest, RowState.UNCLEAR, reason, alike)
        return None

    def _against_rows_above(self, guest: GuestRow) -> ReviewedRow | None:
        if other := self.above_by_address.get(guest.email_key):
            reason = f"Unter dieser Adresse steht in Zeile {other.number} {other.name}."
            return ReviewedRow(guest, RowState.UNCLEAR, reason)
        if other := self.above_by_likeness.get(guest.likeness):
            reason = f"{other.name} steht in Zeile {other.number} mit {other.email}."
            return ReviewedRow(guest, RowState.UNCLEAR, reason)
        return None
