"""Loading alliances: the researched real ones, and the invented ones that people can play with."""

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.lookup import find_user
from accounts.models import User
from accounts.services.accounts import hold_current_address
from core.models import ChangeEntry
from demo.alliance_table import DATA, Fact, Reading, read_table
from verbuende.models import Contact, Organisation, Verbund, VerbundMember
from verbuende.services.alliances import Saved, find_or_create_organisation, save_verbund
from verbuende.services.contacts import create_contact
from verbuende.services.members import add_member

ORIGIN = "import"


@dataclass
class ImportReport:
    """What an import did, row by row, in words for whoever started it."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unsplit: list[str] = field(default_factory=list)

    def note(self, saved: Saved) -> None:
        """Put a saved row where it belongs."""
        group = self.new if saved.is_new else self.changed if saved.changes else self.unchanged
        group.append(str(saved.verbund))


@transaction.atomic
def import_alliances(path: Path | None = None, actor: User | None = None) -> ImportReport:
    """Import the researched alliances; run again, it updates what the file says and doubles nothing.

    A row somebody has edited in the portal since is left alone and reported.
    """
    report = ImportReport()
    for reading in read_table(path) if path else read_table():
        report.unsplit += [f"{reading.slug or '–'}: {remark}" for remark in reading.unsplit]
        if not reading.slug:
            continue
        if _is_edited_by_hand(reading.slug):
            report.kept.append(reading.slug)
            continue
        report.note(_save(reading, actor))
    return report


def _is_edited_by_hand(slug: str) -> bool:
    refs = [f"verbuende.verbund:{pk}" for pk in Verbund.objects.filter(slug=slug).values_list("pk", flat=True)]
    return ChangeEntry.objects.filter(ref__in=refs).exclude(source=ORIGIN).exists()


def _save(reading: Reading, actor: User | None) -> Saved:
    facts: dict[str, Any] = {name: fact.value for name, fact in reading.facts.items()}
    lead = reading.facts["lead"]
    facts |= {
        "kind": reading.kind,
        "lead": _lead(lead),
        "lead_note": lead.extra.get("lead_note", ""),
        "is_nationwide": facts.get("is_nationwide", False),
        "status": facts.get("status", Verbund.Status.UNKNOWN),
    }
    return save_verbund(slug=reading.slug, facts=facts, sources=reading.factsources(), actor=actor, origin=ORIGIN)


def _lead(fact: Fact) -> Organisation | None:
    if not fact.value:
        return None
    details = {name: value for name, value in fact.extra.items() if name != "lead_note"}
    return find_or_create_organisation(name=fact.value, **details)


@transaction.atomic
def load_demo_alliances() -> list[Verbund]:
    """Create the invented alliances with their people, the centre's staff and its address book.

    Everything invented says so: names begin with "Demo-Verbund", organisations end in "(Demo)", addresses in
    example.org. Run again, it adds what is missing.
    """
    data = json.loads((DATA / "demo_alliances.json").read_text(encoding="utf-8"))
    for person in data["centre_staff"]:
        _user(person, is_centre_staff=True)
    verbuende = [_load_verbund(entry) for entry in data["verbuende"]]
    by_name = {verbund.short_name: verbund for verbund in verbuende}
    for entry in data["address_book"]:
        _load_contact(entry, owner=None, verbund=by_name.get(entry.get("verbund", "")))
    return verbuende


def _load_verbund(entry: dict[str, Any]) -> Verbund:
    facts = {
        **entry["facts"],
        "is_demo": True,
        "lead": find_or_create_organisation(name=entry["lead"], kind=entry["lead_kind"], is_demo=True),
    }
    verbund = save_verbund(slug=entry["slug"], facts=facts, sources=(), actor=None, origin=ORIGIN).verbund
    for person in entry["members"]:
        user = _user(person)
        if not VerbundMember.objects.active().filter(verbund=verbund, user=user).exists():
            since = dt.date.fromisoformat(person["since_on"])
            add_member(verbund=verbund, user=user, role=person["role"], since_on=since, actor=None)
    for contact in entry["contacts"]:
        _load_contact(contact, owner=verbund, verbund=verbund)
    return verbund


def _user(person: dict[str, Any], *, is_centre_staff: bool = False) -> User:
    user = find_user(person["email"])
    if user is None:
        user = User.objects.create_user(
            person["email"],
            name=person["name"],
            salutation=person.get("salutation", ""),
            is_centre_staff=is_centre_staff,
        )
        hold_current_address(user)
    return user


def _load_contact(entry: dict[str, Any], *, owner: Verbund | None, verbund: Verbund | None) -> None:
    fields = {name: value for name, value in entry.items() if name not in {"organisation", "kind", "verbund"}}
    if Contact.objects.filter(owner=owner, name=entry["name"]).exists():
        return
    fields["organisation_as_typed"] = entry["organisation"]
    if "kind" in entry:
        fields["organisation"] = find_or_create_organisation(
            name=entry["organisation"], kind=entry["kind"], is_demo=True
        )
    create_contact(owner=owner, verbund=verbund, actor=None, origin=ORIGIN, **fields)
