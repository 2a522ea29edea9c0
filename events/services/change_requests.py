"""Asking for a change after the freeze date, and deciding about it. Accepting applies what a direct answer does."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from core.clock import db_now
from core.exceptions import DomainError
from core.journal import journal
from events import emails
from events.models import ChangeRequest, Event, ItemTable, PlacePool, Registration
from events.services.announcing import announce
from events.services.answers import answer_invitation, fresh, take_reply
from events.services.freezing import drop_change_request, is_frozen_for
from events.services.places import lock_event
from events.services.replies import Answer, Reply, record_reply_consents, refuse_when_closed, wished_pools
from events.services.standing import Standing, standing_of

State = ChangeRequest.State
ACCEPTED_NOTE = "Die Gastgeber haben Ihre Änderung angenommen."


@transaction.atomic
def request_change(*, registration: Registration, reply: Reply, form_path: str) -> None:
    """Ask the organisers for a change; a later wish replaces one they have not decided yet.

    Consents count at once: withdrawing one needs nobody's leave. A no is a cancellation and needs none either, and
    where the date was moved meanwhile the answer counts directly. Raises what answering raises.
    """
    event = lock_event(registration.event)
    registration = fresh(registration)
    if reply.answer != Answer.YES or not is_frozen_for(registration, event):
        answer_invitation(registration=registration, reply=reply, form_path=form_path)
        return
    refuse_when_closed(event, reply.answer)
    wished_pools(event, reply)
    record_reply_consents(registration, reply, form_path)
    asked = reply_as_json(reply)
    if asked == current_as_json(registration):
        drop_change_request(registration.pk)
        return
    ChangeRequest.objects.update_or_create(
        registration=registration,
        state=State.OPEN,
        defaults={"event": event, "reply": asked, "created_at": db_now()},
    )
    journal(scope=event.scope, obj=registration, action="Änderung angefragt", actor=None, source="link")


@transaction.atomic
def withdraw_change(*, registration: Registration) -> None:
    """Take one's open wish back; doing it again changes nothing."""
    event = lock_event(registration.event)
    if registration.change_requests.filter(state=State.OPEN).exists():
        drop_change_request(registration.pk)
        action = "Änderungswunsch zurückgezogen"
        journal(scope=event.scope, obj=registration, action=action, actor=None, source="link")


@transaction.atomic
def accept_change(*, actor: AbstractBaseUser, request: ChangeRequest, words: str = "") -> None:
    """Apply the wish as if it were answered now, under the lock, and tell the person what they have.

    Raises DomainError when it is decided already, the person does not come any more, or the programme has changed.
    """
    event, request = _locked(request)
    registration = fresh(request.registration)
    refuse_when_closed(event, Answer.NO)
    if registration.answer != Answer.YES:
        raise DomainError("Die Person kommt nicht mehr. Es gibt nichts zu ändern.")
    changed, _ = take_reply(event, registration, reply_from_json(event, request.reply))
    _decide(request, State.ACCEPTED, actor, words)
    note = f"{ACCEPTED_NOTE} {words}".strip()
    announce(event, changed - {registration.pk})
    announce(event, {registration.pk}, note=note)
    journal(scope=event.scope, obj=registration, action="Änderung angenommen", actor=actor, reason=words)


@transaction.atomic
def decline_change(*, actor: AbstractBaseUser, request: ChangeRequest, words: str) -> None:
    """Leave everything as it is and tell the person why. Raises DomainError when it is decided already."""
    event, request = _locked(request)
    _decide(request, State.DECLINED, actor, words)
    emails.queue_change_declined(request)
    journal(scope=event.scope, obj=request.registration, action="Änderung abgelehnt", actor=actor, reason=words)


def reply_as_json(reply: Reply) -> dict[str, Any]:
    """Return a yes as it is kept until it is decided; consents are not part of it."""
    return {
        "attendance": reply.attendance,
        "item_pools": sorted(pool.pk for pool in reply.item_pools),
        "tables": sorted(table.pk for table in reply.tables),
        "food": sorted(reply.food),
        "access_needs": reply.access_needs,
        "remark": reply.remark,
    }


def current_as_json(
    registration: Registration, standing: Standing | None = None, tables: Iterable[ItemTable] | None = None
) -> dict[str, Any]:
    """Return what holds now in the same form: of two claims in one group the wish, not what is kept until then.

    standing, tables: what the person has and which tables they wish for, if the caller knows.
    """
    standing = standing or standing_of(registration)
    wished = registration.table_wishes.all() if tables is None else tables
    items: dict[tuple[str, ...], int] = {}
    for entry in sorted(standing.items, key=lambda entry: entry.instead_of is None):
        items.setdefault(entry.item.choice_group, entry.pool_id)
    return {
        "attendance": (standing.wish or standing).attendance,
        "item_pools": sorted(items.values()),
        "tables": sorted(table.pk for table in wished),
        "food": sorted(registration.food),
        "access_needs": registration.access_needs,
        "remark": registration.remark,
    }


def reply_from_json(event: Event, asked: dict[str, Any]) -> Reply:
    """Return the wish as an answer. Raises DomainError when something of it is no longer on offer."""
    pools = tuple(PlacePool.objects.filter(pk__in=asked["item_pools"], event=event, item__isnull=False))
    tables = tuple(ItemTable.objects.filter(pk__in=asked["tables"], item__event=event))
    if len(pools) < len(asked["item_pools"]) or len(tables) < len(asked["tables"]):
        raise DomainError("Das Programm hat sich seit der Anfrage geändert. Lehnen Sie sie ab und sagen Sie warum.")
    return Reply(
        answer=Answer.YES,
        attendance=asked["attendance"],
        item_pools=pools,
        tables=tables,
        food=tuple(asked["food"]),
        access_needs=asked["access_needs"],
        remark=asked["remark"],
    )


def _locked(request: ChangeRequest) -> tuple[Event, ChangeRequest]:
    event = lock_event(request.event)
    found = ChangeRequest.objects.select_related("registration__event__owner").filter(pk=request.pk).first()
    if found is None or found.state != State.OPEN:
        raise DomainError("Über diese Anfrage ist schon entschieden, oder die Person hat sie zurückgezogen.")
    return event, found


def _decide(request: ChangeRequest, state: str, actor: AbstractBaseUser, words: str) -> None:
    request.state, request.reason, request.decided_at = state, words, db_now()
    # Whoever is signed in is a User of the accounts app.
    request.decided_by = cast(Any, actor)
    request.save(update_fields=["state", "reason", "decided_at", "decided_by"])
