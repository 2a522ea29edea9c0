"""Inviting: a round of chosen people, written and queued in one transaction."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from accounts.models import User
from core.clock import db_now
from core.exceptions import DomainError, Gone, StaleVersion
from core.journal import journal
from core.links import new_nonce
from core.names import person_sort_key
from core.search import email_key, name_key
from events import emails
from events.models import DeputyRequest, Event, Invitation, InvitationRound, Registration
from events.services.announcing import announce
from events.services.audience import Audience, Candidate
from events.services.deputies import end_request, request_by, request_to
from events.services.deputy_traces import forget_asked_by
from events.services.places import lock_event
from events.services.rounds import TAKEN_OFF, refuse_when_not_ready, refuse_wrong_time
from mailing.services.outbox import withdraw

ANOTHER_PERSON = "Weitere Person unter derselben Adresse"


@transaction.atomic
def invite(
    *,
    actor: User,
    event: Event,
    audience: Audience,
    chosen: Collection[str],
    text: str,
    after_round: int | None = None,
    send_at: dt.datetime | None = None,
) -> InvitationRound:
    """Invite the chosen people of the audience as one round and queue their mails with one statement.

    chosen: keys of candidates as the preview showed them; whoever answered or was blocked meanwhile is left out.
    Somebody already invited is only invited again when chosen again, as part of this new round. after_round: the
    number of the last round when the list was shown; with it, sending one list twice is refused. send_at: let the
    round leave then instead of now; until then it can be changed and withdrawn (events.services.rounds). Raises
    DomainError when nobody is left or the event is not ready.
    """
    event = lock_event(event)
    refuse_when_not_ready(event)
    number = _next_number(event, after_round)
    wanted = set(chosen)
    candidates = [person for person in (*audience.new, *audience.invited) if person.key in wanted]
    if not candidates:
        raise DomainError("Wählen Sie mindestens eine Person aus, die noch nicht geantwortet hat.")
    now = db_now()
    if send_at is not None:
        refuse_wrong_time(event, send_at, now)
    sending = InvitationRound.objects.create(
        event=event, number=number, text=text, sent_by=actor, sent_at=send_at or now
    )
    count = _note_invitations(sending, candidates, _registrations(event, candidates, now))
    emails.queue_invitations(sending, event, not_before=send_at)
    action = f"Einladung, {sending}"
    journal(scope=event.scope, obj=sending, action=action, actor=actor, changes={"people": [0, count]})
    return sending


def _next_number(event: Event, after_round: int | None) -> int:
    """Return the number of the next round; DomainError when there is one since the list was shown."""
    # RACE: counted under the lock, so that a double click is one round.
    last = event.rounds.order_by("-number").values_list("number", flat=True).first() or 0
    if after_round is not None and last != after_round:
        raise DomainError("Inzwischen ist eine weitere Runde hinausgegangen. Prüfen Sie, wer noch einzuladen ist.")
    return last + 1


def _note_invitations(sending: InvitationRound, candidates: list[Candidate], people: dict[str, int]) -> int:
    """Note who is invited in this round, and why; return how many. people: registrations by key."""
    # RACE: whoever was taken off the list or renamed since it was shown is left out.
    invited = [candidate for candidate in candidates if candidate.key in people]
    Invitation.objects.bulk_create(
        [
            Invitation(round=sending, registration_id=people[candidate.key], reason=candidate.reason[:300])
            for candidate in invited
        ],
        ignore_conflicts=True,
    )
    return len(invited)


@transaction.atomic
def note_guest(
    *,
    actor: AbstractBaseUser | None,
    event: Event,
    name: str,
    email: str,
    role: str,
    organisation: str = "",
    salutation: str = "",
    is_another: bool = False,
) -> Registration:
    """Put a single guest on the list; the invitation follows with the next round.

    is_another: the organisers know that somebody else stands there under this address. Raises DomainError if known.
    """
    event = lock_event(event)
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt. Es werden keine Gäste mehr aufgenommen.")
    key, person = email_key(email), name_key(name)
    if event.registrations.filter(email_key=key, name_key=person).exists():
        raise DomainError(f"{name} steht mit dieser Adresse schon auf der Liste.")
    neighbour = event.registrations.filter(email_key=key).order_by("pk").first()
    if neighbour is not None and not is_another:
        raise DomainError(
            f"Unter dieser Adresse steht schon {neighbour.name} auf der Liste. Ist {name} eine weitere Person, "
            f"kreuzen Sie „{ANOTHER_PERSON}“ an; sonst ändern Sie den vorhandenen Gast."
        )
    guest = Registration.objects.create(
        event=event,
        name=name,
        name_key=person,
        sort_key=person_sort_key(name),
        salutation=salutation,
        email=email,
        email_key=key,
        role=role,
        organisation_as_typed=organisation,
        created_at=db_now(),
    )
    journal(scope=event.scope, obj=guest, action="Gast aufgenommen", actor=actor)
    return guest


@dataclass(frozen=True)
class GuestDetails:
    """What organisers note about a guest."""

    name: str
    email: str
    role: str
    organisation: str = ""
    salutation: str = ""


@transaction.atomic
def update_guest(
    *, actor: AbstractBaseUser, registration: Registration, version: int, details: GuestDetails
) -> Registration:
    """Correct a guest's name, address, role or organisation. Raises StaleVersion, Busy, Gone or DomainError.

    A new address gets a new link and the old one dies: nothing that waits goes to the old address any more, and who
    said yes is confirmed at the new one, or asked there for the proof that is still missing.
    """
    event = lock_event(registration.event)
    known = Registration.objects.select_related("organisation").filter(pk=registration.pk).first()
    if known is None:
        raise Gone
    registration = known
    if registration.version != version:
        raise StaleVersion
    key, person = email_key(details.email), name_key(details.name)
    others = event.registrations.exclude(pk=registration.pk)
    if others.filter(email_key=key, name_key=person).exists():
        raise DomainError(f"{details.name} steht mit dieser Adresse schon auf der Liste.")
    has_moved = key != registration.email_key
    if has_moved:
        registration.nonce = new_nonce()
        withdraw(refs=[registration.ref], reason="Die Adresse wurde geändert.")
    changes = _note_details(registration, details)
    registration.version += 1
    registration.save()
    request = request_to(registration)
    if has_moved and request:
        emails.queue_deputy_request(request)
    elif has_moved and not registration.is_proven:
        emails.queue_address_proof(registration, db_now())
    elif has_moved and registration.answer == Registration.Answer.YES and not event.is_cancelled:
        announce(event, {registration.pk})
    journal(scope=event.scope, obj=registration, action="Gast geändert", actor=actor, changes=changes)
    return registration


def _note_details(registration: Registration, details: GuestDetails) -> dict[str, list[str]]:
    """Write the details into the row; return what changed, for the journal."""
    before = GuestDetails(
        registration.name,
        registration.email,
        registration.role,
        registration.organisation_name,
        registration.salutation,
    )
    registration.name, registration.name_key = details.name, name_key(details.name)
    registration.sort_key = person_sort_key(details.name)
    registration.email, registration.email_key = details.email, email_key(details.email)
    registration.role, registration.salutation = details.role, details.salutation
    if details.organisation != before.organisation:
        registration.organisation, registration.organisation_as_typed = None, details.organisation
    old, new = asdict(before), asdict(details)
    return {name: [old[name], new[name]] for name in old if old[name] != new[name]}


@transaction.atomic
def drop_noted_guest(*, actor: AbstractBaseUser, registration: Registration) -> None:
    """Take a guest off the list to whom no invitation has left; whoever was invited cancels or is told.

    An invitation that waits for its round is withdrawn. Raises DomainError for everybody else.
    """
    event = lock_event(registration.event)
    # RACE: somebody who got their link another way may have answered since the page was opened.
    known = Registration.objects.filter(pk=registration.pk).first()
    if known is None:
        return
    registration = known
    left = registration.invitations.filter(round__in=InvitationRound.objects.left())
    if left.exists() or registration.answer != Registration.Answer.OPEN:
        raise DomainError("Diese Person ist schon eingeladen und bleibt deshalb in der Liste.")
    if asked := request_to(registration):
        end_request(event, asked, DeputyRequest.State.REMOVED, actor=actor)
        return
    if (made := request_by(registration)) and made.is_open:
        end_request(event, made, DeputyRequest.State.TAKEN_BACK, actor=actor)
    forget_asked_by({registration.pk})
    withdraw(refs=[registration.ref], reason=TAKEN_OFF)
    journal(scope=event.scope, obj=registration, action="Gast entfernt", actor=actor)
    registration.delete()


def _registrations(event: Event, candidates: list[Candidate], now: dt.datetime) -> dict[str, int]:
    """Return the registration of each candidate by key, creating those that do not exist yet with one statement."""
    Registration.objects.bulk_create(
        [
            Registration(
                event=event,
                name=person.name,
                name_key=name_key(person.name),
                sort_key=person_sort_key(person.name),
                salutation=person.salutation,
                email=person.email,
                email_key=email_key(person.email),
                organisation_id=person.organisation_id,
                organisation_as_typed=person.organisation,
                contact_id=person.contact_id,
                user_id=person.user_id,
                verbund_id=person.verbund_id,
                role=person.role,
                created_at=now,
            )
            for person in candidates
            if person.registration is None
        ],
        ignore_conflicts=True,
    )
    people = event.registrations.values_list("email_key", "name_key", "pk")
    return {f"{email}|{name}": pk for email, name, pk in people}
