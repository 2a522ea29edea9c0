"""Who would be invited: the exact list with a reason for each name, before anything is sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, Max, OuterRef, Prefetch, Q

from core.names import person_sort_key
from core.search import email_key, name_key, sort_key
from events.emails import InvitationMail
from events.models import DeputyRequest, Event, Invitation, ListedGuest, Registration
from mailing.services.suppression import suppressed_keys
from verbuende.models import Contact, Verbund, VerbundMember
from verbuende.querysets import ContactQuerySet


@dataclass(frozen=True)
class Selection:
    """What the organiser ticked. Verbund ids count for members and contacts; contact roles for the address book; guest
    lists are those the organisers brought from files; of earlier rounds those who have not answered; people are single
    ones chosen in the event's own list.
    """

    verbuende: tuple[int, ...] = ()
    member_roles: tuple[str, ...] = ()
    include_contacts: bool = False
    book_roles: tuple[str, ...] = ()
    book_states: tuple[str, ...] = ()
    include_noted: bool = False
    guest_lists: tuple[int, ...] = ()
    rounds: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


@dataclass
class Candidate:
    """One person on the list. `key` identifies the person in the form; `reasons` says why they are on it."""

    name: str
    email: str
    organisation: str
    reasons: list[str]
    role: str = Registration.Role.PARTICIPANT
    salutation: str = ""
    contact_id: int | None = None
    user_id: int | None = None
    verbund_id: int | None = None
    organisation_id: int | None = None
    registration: Registration | None = None
    # Asked for as somebody who has not answered: to be invited once more.
    wanted_again: bool = False

    @property
    def key(self) -> str:
        """The person as the database tells persons apart: address and name."""
        return f"{email_key(self.email)}|{name_key(self.name)}"

    @property
    def reason(self) -> str:
        """All reasons in one line."""
        return "; ".join(self.reasons)

    @property
    def answer_words(self) -> str:
        """Why somebody who is on the list is not invited again: the answer, or that they are asked as a deputy."""
        if self.registration is None:
            return ""
        is_open = self.registration.answer == Registration.Answer.OPEN
        return "als Vertretung angefragt" if is_open else self.registration.get_answer_display()


@dataclass
class Audience:
    """The list, sorted by what would happen to each name."""

    new: list[Candidate] = field(default_factory=list)
    invited: list[Candidate] = field(default_factory=list)
    answered: list[Candidate] = field(default_factory=list)
    blocked: list[Candidate] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)
    duplicates: int = 0


def collect(*, actor: AbstractBaseUser, event: Event, selection: Selection) -> Audience:
    """Return everybody the selection finds, each person once, with all reasons.

    Invited is from the data of the event's owner, and from what others have published (docs/decisions/0013). An
    alliance in which nobody has an address is named instead of left out.
    """
    found: dict[str, Candidate] = {}
    audience = Audience()
    for candidate in _candidates(actor, event, selection, audience):
        known = found.setdefault(candidate.key, candidate)
        if known is not candidate:
            audience.duplicates += 1
            known.wanted_again |= candidate.wanted_again
            known.reasons += [reason for reason in candidate.reasons if reason not in known.reasons]
    _sort_into(audience, event, found)
    return audience


def _candidates(actor: AbstractBaseUser, event: Event, selection: Selection, audience: Audience) -> Iterable[Candidate]:
    verbuende = {row.pk: row for row in Verbund.objects.visible_to(actor).filter(pk__in=selection.verbuende)}
    reached: set[int] = set()
    for candidate in [*_members(actor, event, verbuende, selection), *_contacts_of(actor, event, verbuende, selection)]:
        if candidate.verbund_id:
            reached.add(candidate.verbund_id)
        yield candidate
    audience.without_address += sorted(
        (row.short_name for pk, row in verbuende.items() if pk not in reached), key=sort_key
    )
    yield from _book(actor, event, selection, audience)
    yield from _on_lists(event, selection)
    yield from _still_open(event, selection)
    if selection.include_noted:
        yield from _noted(event)
    for person in event.registrations.filter(pk__in=selection.people):
        candidate = _from_registration(person, "aus der Gästeliste gewählt")
        candidate.wanted_again = True
        yield candidate


def _members(
    actor: AbstractBaseUser, event: Event, verbuende: dict[int, Verbund], selection: Selection
) -> Iterable[Candidate]:
    # SECURITY: whoever reads in one alliance and leads another does not carry the one's team to the other's meeting.
    teams = Q() if event.owner_id is None else Q(verbund=event.owner_id)
    members = (
        VerbundMember.objects.visible_to(actor)
        .filter(teams)
        .active()
        .filter(verbund__in=verbuende, role__in=selection.member_roles, user__is_active=True)
        .select_related("user", "verbund")
        .order_by("verbund__sort_key", "pk")
    )
    for member in members:
        yield Candidate(
            name=member.user.name,
            email=member.user.email,
            salutation=member.user.salutation,
            organisation=member.verbund.short_name,
            reasons=[f"Team {member.verbund.short_name} ({member.get_role_display()})"],
            user_id=member.user_id,
            verbund_id=member.verbund_id,
        )


def _own_book(actor: AbstractBaseUser, event: Event) -> ContactQuerySet:
    """Return the address book of the event's owner, as far as the actor may work with it."""
    return Contact.objects.editable_by(actor).filter(owner=event.owner_id)


def _contacts_of(
    actor: AbstractBaseUser, event: Event, verbuende: dict[int, Verbund], selection: Selection
) -> Iterable[Candidate]:
    if not selection.include_contacts:
        return
    usable = Contact.objects.filter(Q(pk__in=_own_book(actor, event).values("pk")) | Q(is_published=True))
    contacts = usable.active().filter(verbund__in=verbuende).exclude(email="")
    for contact in contacts.select_related("verbund", "organisation").order_by("verbund__sort_key", "pk"):
        yield _from_contact(contact, f"Kontakt für {contact.verbund}")


def _book(actor: AbstractBaseUser, event: Event, selection: Selection, audience: Audience) -> Iterable[Candidate]:
    if not selection.book_roles:
        return
    contacts = _own_book(actor, event).active().filter(role__in=selection.book_roles)
    if selection.book_states:
        contacts = contacts.filter(state__in=selection.book_states)
    for contact in contacts.select_related("verbund", "organisation").order_by("pk"):
        if contact.email:
            yield _from_contact(contact, f"Adressbuch: {contact.get_role_display()}")
        else:
            audience.without_address.append(contact.name)


def _from_contact(contact: Contact, reason: str) -> Candidate:
    return Candidate(
        name=contact.name,
        email=contact.email,
        salutation=contact.salutation,
        organisation=contact.organisation.name if contact.organisation else contact.organisation_as_typed,
        organisation_id=contact.organisation_id,
        reasons=[reason],
        contact_id=contact.pk,
        verbund_id=contact.verbund_id,
        role=Registration.Role.PRESS if contact.role == Contact.Role.PRESS else Registration.Role.PARTICIPANT,
    )


def _on_lists(event: Event, selection: Selection) -> Iterable[Candidate]:
    """Everybody on lists from files; who answered or is invited already is sorted apart, as always."""
    if not selection.guest_lists:
        return
    entries = ListedGuest.objects.filter(
        guest_list__in=selection.guest_lists, guest_list__event=event, guest_list__run__state="applied"
    )
    for entry in entries.select_related("guest_list", "registration").order_by("guest_list", "row"):
        yield _from_registration(entry.registration, str(entry.guest_list))


def _still_open(event: Event, selection: Selection) -> Iterable[Candidate]:
    """Whoever got one of these rounds and has not answered, with the reason they were invited for."""
    if not selection.rounds:
        return
    asked = Invitation.objects.filter(round__in=selection.rounds, round__event=event)
    unanswered = asked.filter(registration__answer=Registration.Answer.OPEN)
    for invitation in unanswered.select_related("registration", "round").order_by("round__number", "pk"):
        candidate = _from_registration(invitation.registration, invitation.reason)
        candidate.wanted_again = True
        yield candidate


def _noted(event: Event) -> Iterable[Candidate]:
    """Guests the organisers put on the guest list, one by one or from a file, and have not invited yet."""
    applied = ListedGuest.objects.filter(guest_list__run__state="applied").select_related("guest_list").order_by("pk")
    noted = event.registrations.filter(invitations__isnull=True, source=Registration.Source.INVITATION)
    for person in noted.prefetch_related(Prefetch("list_entries", applied, to_attr="applied_entries")):
        lists = [str(entry.guest_list) for entry in person.applied_entries]
        candidate = _from_registration(person, f"einzelner Gast, Rolle {person.get_role_display()}")
        candidate.reasons = lists or candidate.reasons
        yield candidate


def _from_registration(person: Registration, reason: str) -> Candidate:
    return Candidate(
        name=person.name,
        email=person.email,
        salutation=person.salutation,
        organisation=person.organisation_as_typed,
        reasons=[reason],
        role=person.role,
    )


def _sort_into(audience: Audience, event: Event, found: dict[str, Candidate]) -> None:
    existing = {
        f"{person.email_key}|{person.name_key}": person
        for person in event.registrations.annotate(
            last_invited_at=Max("invitations__round__sent_at"),
            is_asked_as_deputy=Exists(DeputyRequest.objects.filter(deputy=OuterRef("pk"), state="open")),
        )
    }
    blocked = suppressed_keys((candidate.email for candidate in found.values()), topic=InvitationMail.name)
    for key, candidate in sorted(found.items(), key=lambda pair: person_sort_key(pair[1].name)):
        candidate.registration = existing.get(key)
        person = candidate.registration
        if email_key(candidate.email) in blocked:
            audience.blocked.append(candidate)
        elif person is not None and _has_spoken(person):
            audience.answered.append(candidate)
        elif person is not None and person.last_invited_at is not None:
            audience.invited.append(candidate)
        else:
            audience.new.append(candidate)


def _has_spoken(person: Any) -> bool:
    """Whether inviting somebody on the list again would be wrong: they answered, or are asked as a deputy.

    SECURITY: anybody can register in somebody's name; until the address is proven that is nobody's answer.
    """
    has_answered = person.answer != Registration.Answer.OPEN and person.is_proven
    return has_answered or person.is_asked_as_deputy
