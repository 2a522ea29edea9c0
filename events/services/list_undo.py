"""Taking back a guest list: exactly the people it brought go, as long as nothing has come of them."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from core.locks import lock_row
from core.models import ImportRun
from events.models import GuestList, Invitation, InvitationRound, ListedGuest, Registration
from events.services.deputy_traces import forget_asked_by
from events.services.places import lock_event
from events.services.rounds import TAKEN_OFF
from mailing.services.outbox import withdraw


def brought_by(guest_list: GuestList) -> QuerySet[Registration]:
    """Return the people the list put on the guest list who still stand there, with what has come of them."""
    invitations = Invitation.objects.filter(registration=OuterRef("pk"))
    elsewhere = ListedGuest.objects.filter(registration=OuterRef("pk"), guest_list__run__state="applied")
    return (
        Registration.objects.filter(event=guest_list.event_id, pk__in=guest_list.run.undo.get("created", []))
        .annotate(
            is_invited=Exists(invitations.filter(round__in=InvitationRound.objects.left())),
            is_tagged=Exists(Registration.tags.through.objects.filter(registration=OuterRef("pk"))),
            is_elsewhere=Exists(elsewhere.exclude(guest_list=guest_list.pk)),
        )
        .order_by("sort_key", "pk")
    )


def staying_because(person: Registration) -> str:
    """Return why taking back the list leaves this person of brought_by() alone; empty when they go."""
    if person.is_invited:  # type: ignore[attr-defined]
        return "ist schon eingeladen"
    if person.answer != Registration.Answer.OPEN:
        return "hat schon geantwortet"
    if person.version > 1 or person.note or person.is_tagged:  # type: ignore[attr-defined]
        return "wurde inzwischen geändert"
    return "steht auch auf einer anderen Liste" if person.is_elsewhere else ""  # type: ignore[attr-defined]


@transaction.atomic
def undo_list(*, actor: AbstractBaseUser, guest_list: GuestList) -> GuestList:
    """Remove whom the list brought; whoever is invited, has answered or was changed since stays, and is named.

    Raises DomainError when the list is not taken over, or taken back already; Busy when the event is locked.
    """
    event = lock_event(guest_list.event)
    run = lock_row(ImportRun, guest_list.run_id)
    if run.state != ImportRun.State.APPLIED:
        raise DomainError("Diese Liste ist nicht übernommen. Es gibt nichts zurückzunehmen.")
    guest_list.run = run
    people = list(brought_by(guest_list))
    stay = [(person, why) for person in people if (why := staying_because(person))]
    kept = {person.pk for person, _ in stay}
    gone = [person.pk for person in people if person.pk not in kept]
    forget_asked_by(gone)
    withdraw(refs=[person.ref for person in people if person.pk not in kept], reason=TAKEN_OFF)
    Registration.objects.filter(pk__in=gone).delete()
    guest_list.entries.all().delete()
    run.undo = {"removed": len(gone), "kept": [[person.pk, why] for person, why in stay]}
    run.state, run.undone_at = ImportRun.State.UNDONE, db_now()
    run.save(update_fields=["undo", "state", "undone_at"])
    changes = {"people": [len(people), len(stay)]}
    journal(scope=event.scope, obj=guest_list, action=f"{guest_list} zurückgenommen", actor=actor, changes=changes)
    return guest_list
