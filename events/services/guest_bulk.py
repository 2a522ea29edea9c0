"""One act on many guests at once: who it concerns, who is left out and why, and then exactly that."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet

from core.exceptions import DomainError
from core.journal import journal
from core.search import name_key
from events.models import Event, GuestTag, PlaceClaim, Registration
from events.services import place_acts
from events.services.deputy_traces import forget_asked_by
from events.services.guest_notes import forget_unused_tags, tag_named
from events.services.place_act_rules import Act
from events.services.place_acts import Kind, Outcome
from events.services.places import lock_event
from events.services.rounds import TAKEN_OFF
from mailing.services.outbox import withdraw

State = PlaceClaim.State
# Each person stands on the check page, and a page with more names is checked by nobody.
MOST_PEOPLE = 1000


class Bulk(StrEnum):
    """What can be done for many at once."""

    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    SET_ROLE = "set_role"
    DROP = "drop"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class BulkAct:
    """The act and what it needs: the tag's name or the role; for places how it is told."""

    kind: Bulk
    value: str = ""
    details: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class BulkPlan:
    """Who it concerns with what happens, and who is left out with the reason; for places what it does to others."""

    concerned: tuple[tuple[Registration, str], ...]
    left_out: tuple[tuple[Registration, str], ...]
    outcome: Outcome | None = None

    @property
    def digest(self) -> str:
        """What the check page showed, in short."""
        shown = [[[person.pk, words] for person, words in group] for group in (self.concerned, self.left_out)]
        places = self.outcome.digest if self.outcome else ""
        return hashlib.sha256(json.dumps([shown, places]).encode()).hexdigest()


def plan_bulk(*, actor: AbstractBaseUser, event: Event, people: QuerySet[Any], act: BulkAct) -> BulkPlan:
    """Return what the act would do; nothing is changed. Raises DomainError when there are too many people.

    people: the event's people as chosen, by events.guest_list.bulk_guests; read anew with each call.
    """
    chosen = list(people.all()[: MOST_PEOPLE + 1])
    if len(chosen) > MOST_PEOPLE:
        raise DomainError(f"Höchstens {MOST_PEOPLE} Personen auf einmal. Filtern Sie die Liste enger.")
    claims = _event_claims(chosen) if act.kind in (Bulk.CONFIRM, Bulk.WITHDRAW) else {}
    concerned: list[tuple[Registration, str]] = []
    left_out: list[tuple[Registration, str]] = []
    for person in chosen:
        words, why_not = _judge(act, person, claims.get(person.pk, ()))
        (left_out if why_not else concerned).append((person, why_not or words))
    outcome = None
    if concerned and claims:
        outcome = place_acts.foresee(actor=actor, event=event, act=_place_act(act, concerned, claims))
    return BulkPlan(tuple(concerned), tuple(left_out), outcome)


@transaction.atomic
def perform_bulk(*, actor: AbstractBaseUser, event: Event, people: QuerySet[Any], act: BulkAct, seen: str) -> int:
    """Do what the check page showed, or nothing; return for how many people.

    Raises DomainError when the plan is another by now or concerns nobody; Busy when the event is locked too long.
    """
    # RACE: whoever answers or is changed meanwhile waits; the plan is made again from rows read under the lock.
    event = lock_event(event)
    plan = plan_bulk(actor=actor, event=event, people=people, act=act)
    if plan.digest != seen:
        raise DomainError("Inzwischen hat sich etwas geändert. Prüfen Sie noch einmal, was jetzt geschehen würde.")
    if not plan.concerned:
        raise DomainError("Für niemanden gibt es etwas zu tun.")
    persons = [person for person, _ in plan.concerned]
    match act.kind:
        case Bulk.ADD_TAG | Bulk.REMOVE_TAG:
            _set_tag(actor, event, persons, act)
        case Bulk.SET_ROLE:
            _set_role(actor, event, persons, act.value)
        case Bulk.DROP:
            _drop(actor, event, persons)
        case _:
            chosen = _place_act(act, plan.concerned, _event_claims(persons))
            place_acts.perform(actor=actor, event=event, act=chosen)
    return len(persons)


def _judge(act: BulkAct, person: Any, claims: Sequence[PlaceClaim]) -> tuple[str, str]:
    """Return what happens to the person, or why they are left out."""
    match act.kind:
        case Bulk.ADD_TAG:
            has = _carries(person, act.value)
            return f"Schlagwort „{act.value}“", "trägt das Schlagwort schon" if has else ""
        case Bulk.REMOVE_TAG:
            has = _carries(person, act.value)
            return f"ohne Schlagwort „{act.value}“", "" if has else "trägt das Schlagwort nicht"
        case Bulk.SET_ROLE:
            role = Registration.Role(act.value)
            words = f"{person.get_role_display()} → {role.label}"
            return words, "hat diese Rolle schon" if person.role == role else ""
        case Bulk.DROP:
            return "kommt von der Liste", _why_not_dropped(person)
        case Bulk.CONFIRM:
            return "bekommt den Platz", _why_not_confirmed(claims)
    return "verliert den Platz oder die Warteliste", _why_not_withdrawn(claims)


def _carries(person: Any, tag: str) -> bool:
    return name_key(tag) in {name_key(name) for name in person.tag_names}


def _why_not_dropped(person: Any) -> str:
    if person.answer != Registration.Answer.OPEN:
        return "hat schon geantwortet"
    return "ist schon eingeladen und bleibt deshalb in der Liste" if person.has_invitation else ""


def _why_not_confirmed(claims: Sequence[PlaceClaim]) -> str:
    if any(claim.state in (State.WAITING, State.OFFERED) for claim in claims):
        return ""
    return "hat schon einen Platz" if claims else "wartet auf keinen Platz"


def _why_not_withdrawn(claims: Sequence[PlaceClaim]) -> str:
    if len(claims) > 1:
        return "hat einen Platz und wartet auf einen anderen: bitte einzeln ändern"
    return "" if claims else "hat keinen Platz und wartet auf keinen"


def _event_claims(people: Sequence[Registration]) -> dict[int, list[PlaceClaim]]:
    """Return what these people have or await at the event itself."""
    found: dict[int, list[PlaceClaim]] = {person.pk: [] for person in people}
    live = PlaceClaim.objects.filter(registration__in=list(found), pool__item__isnull=True, state__in=PlaceClaim.LIVE)
    for claim in live.order_by("rank", "pk"):
        found[claim.registration_id].append(claim)
    return found


def _place_act(
    act: BulkAct, concerned: Collection[tuple[Registration, str]], claims: dict[int, list[PlaceClaim]]
) -> Act:
    wanted = (State.WAITING, State.OFFERED) if act.kind == Bulk.CONFIRM else PlaceClaim.LIVE
    chosen = tuple(next(claim.pk for claim in claims[person.pk] if claim.state in wanted) for person, _ in concerned)
    kind = Kind.CONFIRM if act.kind == Bulk.CONFIRM else Kind.WITHDRAW
    return Act(kind=kind, claims=chosen, **dict(act.details))


def _set_tag(actor: AbstractBaseUser, event: Event, people: Sequence[Any], act: BulkAct) -> None:
    tag = tag_named(event, act.value)
    carried = GuestTag.people.through.objects
    if act.kind == Bulk.ADD_TAG:
        carried.bulk_create([carried.model(guesttag=tag, registration=person) for person in people])
    else:
        carried.filter(guesttag=tag, registration__in=people).delete()
    _raise_versions(people)
    for person in people:
        before = list(person.tag_names)
        after = [*before, tag.name] if act.kind == Bulk.ADD_TAG else [name for name in before if name != tag.name]
        changes = {"tags": [", ".join(before), ", ".join(after)]}
        journal(scope=event.scope, obj=person, action="Schlagworte geändert", actor=actor, changes=changes)
    forget_unused_tags(event)


def _set_role(actor: AbstractBaseUser, event: Event, people: Sequence[Registration], role: str) -> None:
    Registration.objects.filter(pk__in=[person.pk for person in people]).update(role=role)
    _raise_versions(people)
    for person in people:
        journal(
            scope=event.scope, obj=person, action="Gast geändert", actor=actor, changes={"role": [person.role, role]}
        )


def _drop(actor: AbstractBaseUser, event: Event, people: Sequence[Registration]) -> None:
    for person in people:
        journal(scope=event.scope, obj=person, action="Gast entfernt", actor=actor)
    forget_asked_by({person.pk for person in people})
    withdraw(refs=[person.ref for person in people], reason=TAKEN_OFF)
    Registration.objects.filter(pk__in=[person.pk for person in people]).delete()


def _raise_versions(people: Sequence[Registration]) -> None:
    """Whoever has one of these people open in a form is told that something changed."""
    Registration.objects.filter(pk__in=[person.pk for person in people]).update(version=F("version") + 1)
