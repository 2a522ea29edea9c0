"""Places by the organisers' hand: confirm somebody, move, put back on the waiting list, withdraw.

Every act says whom it touches, is written into the journal and ends in fill(). It tells the people by mail, or says why
not. Passing people who wait and giving more places than there are need a reason; the latter also an explicit tick. What
the check page shows is foretold by the code that acts, in a transaction that is rolled back.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from core.rehearsal import rehearse
from events.models import Event, PlaceClaim, PlacePool, Registration
from events.place_act_words import journal_action, mail_note, place_summary
from events.services.announcing import announce
from events.services.filling import close_without_place
from events.services.place_act_rules import (
    Act,
    Kind,
    chosen_claims,
    refuse_when_too_late,
    refuse_when_undone,
    target_of,
    weigh,
)
from events.services.places import confirm_claim, fill, lock_event, withdraw_claims
from events.services.standing import standings
from mailing.services.outbox import withdraw

__all__ = ["Act", "Effect", "Kind", "Outcome", "foresee", "perform"]

State = PlaceClaim.State


@dataclass(frozen=True)
class Effect:
    """What the act means for one person: what they have after it, and whether they hear of it."""

    person: Registration
    before: str
    after: str
    is_acted_upon: bool
    told: str


@dataclass(frozen=True)
class Outcome:
    """Everything an act does: to whom, how many waiting people it passes, how far it goes beyond the capacity."""

    effects: tuple[Effect, ...]
    passed: int
    excess: int

    @property
    def digest(self) -> str:
        """What the check page showed, in short: what is done then must be the same."""
        shown = [[each.person.pk, each.before, each.after, each.told] for each in self.effects]
        return hashlib.sha256(json.dumps([shown, self.passed, self.excess]).encode()).hexdigest()


def foresee(*, actor: AbstractBaseUser, event: Event, act: Act) -> Outcome:
    """Return what the act would do and leave everything as it is. Raises DomainError or Busy as perform() does."""
    return rehearse(lambda: perform(actor=actor, event=event, act=act))


@transaction.atomic
def perform(*, actor: AbstractBaseUser, event: Event, act: Act, seen: str = "") -> Outcome:
    """Do it: one transaction, one mail for everybody whose place changes, one entry per person acted upon.

    seen: the digest the check page showed; when the outcome is another by now, nothing is done. Raises DomainError when
    the act does not fit how things stand, and Busy when the event is locked for more than three seconds.
    """
    event = lock_event(event)
    refuse_when_too_late(event)
    changed = fill(event)
    claims = chosen_claims(event, act)
    people = {claim.registration_id: claim.registration for claim in claims}
    before = _summaries(people)
    target = target_of(event, act, claims)
    passed, excess = weigh(act, claims, target)
    notes = {claim.registration_id: mail_note(act.kind, claim, target, act.words) for claim in claims}
    for claim in claims:
        _act(act, claim, target)
    if act.kind == Kind.WITHDRAW:
        close_without_place(people, db_now())
    changed |= fill(event)
    refuse_when_undone(act, claims)
    outcome = _outcome(act, people, before, changed, passed, excess)
    if seen and seen != outcome.digest:
        raise DomainError("Inzwischen hat sich etwas geändert. Prüfen Sie noch einmal, was jetzt geschehen würde.")
    _tell(event, act, notes, changed)
    _write_down(actor, event, act, claims, target, outcome)
    return outcome


def _act(act: Act, claim: PlaceClaim, target: PlacePool | None) -> None:
    match act.kind:
        case Kind.CONFIRM:
            confirm_claim(claim, reason=act.reason)
        case Kind.MOVE if target:
            confirm_claim(_claim_on(claim.registration, target), reason=act.reason)
            if PlaceClaim.objects.filter(pk=claim.pk, state__in=PlaceClaim.LIVE).exists():
                withdraw_claims([claim], reason=act.reason)
        case Kind.WAIT:
            withdraw_claims([claim], reason=act.reason)
            _claim_on(claim.registration, claim.pool)
        case Kind.WITHDRAW:
            withdraw_claims([claim], reason=act.reason)


def _claim_on(person: Registration, pool: PlacePool) -> PlaceClaim:
    """Return the person's live claim on this pool; a new one stands at the end."""
    live = person.claims.filter(pool=pool, state__in=PlaceClaim.LIVE).select_related("pool__item", "registration")
    known = live.first()
    if known is not None:
        return known
    now = db_now()
    return PlaceClaim.objects.create(
        registration=person, pool=pool, state=State.WAITING, created_at=now, changed_at=now
    )


def _summaries(people: Iterable[int]) -> dict[int, str]:
    """Return what each of these people has, in words."""
    rows = list(Registration.objects.filter(pk__in=list(people)))
    return {pk: place_summary(standing) for pk, standing in standings(rows).items()}


def _outcome(
    act: Act, people: dict[int, Registration], before: dict[int, str], changed: set[int], passed: int, excess: int
) -> Outcome:
    touched = Registration.objects.filter(pk__in=changed | people.keys()).order_by("sort_key", "pk")
    rows = sorted(touched, key=lambda person: person.pk not in people)
    after = standings(rows)
    effects = tuple(
        Effect(
            person=person,
            before=before.get(person.pk, ""),
            after=place_summary(after[person.pk]),
            is_acted_upon=person.pk in people,
            told=_told(act, person, is_acted_upon=person.pk in people),
        )
        for person in rows
    )
    return Outcome(effects, passed, excess)


def _told(act: Act, person: Registration, *, is_acted_upon: bool) -> str:
    if is_acted_upon and act.no_mail_because:
        return f"ohne Mail, weil {act.no_mail_because}"
    return "erhält eine Mail" if person.is_proven else "keine Mail: Die Adresse ist noch nicht bestätigt"


def _tell(event: Event, act: Act, notes: Mapping[int, str], changed: set[int]) -> None:
    """Mail everybody whose place changes once; those acted upon with a sentence that says who did it, or not at all."""
    announce(event, changed - notes.keys())
    if act.no_mail_because:
        Registration.objects.filter(pk__in=notes).update(revision=F("revision") + 1)
        for person in notes:
            # What has not left yet says what was before; its mail list names the reason.
            withdraw(
                batch=f"registration:{person}:",
                reason=f"Danach von Hand geändert, ohne Mail, weil {act.no_mail_because}",
            )
        return
    for note in sorted(set(notes.values())):
        announce(event, {person for person, words in notes.items() if words == note}, note=note)


def _write_down(
    actor: AbstractBaseUser,
    event: Event,
    act: Act,
    claims: Sequence[PlaceClaim],
    target: PlacePool | None,
    outcome: Outcome,
) -> None:
    effects = {each.person.pk: each for each in outcome.effects}
    silence = f"ohne Mail, weil {act.no_mail_because}" if act.no_mail_because else ""
    for claim in claims:
        effect = effects[claim.registration_id]
        journal(
            scope=event.scope,
            obj=claim.registration,
            action=journal_action(act.kind, claim.pool, target, passed=outcome.passed, excess=outcome.excess),
            actor=actor,
            changes={"place": [effect.before, effect.after]},
            reason="; ".join(part for part in (act.reason, silence) if part),
        )
