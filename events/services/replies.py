"""What somebody answers, and writing it into their row: shared by invited people and those who register themselves."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from core.clock import db_now
from core.exceptions import DomainError
from events.models import Event, ItemTable, PlacePool, Registration
from privacy.models import ConsentText
from privacy.services.consents import record_consents

Answer = Registration.Answer


@dataclass(frozen=True)
class Reply:
    """What somebody answers: places wished, needs, and each consent on its own."""

    answer: str
    attendance: str = ""
    item_pools: tuple[PlacePool, ...] = ()
    tables: tuple[ItemTable, ...] = ()
    food: tuple[str, ...] = ()
    access_needs: str = ""
    remark: str = ""
    consents: dict[str, bool] = field(default_factory=dict)
    # What the consents stood beside; without it, the words valid now.
    wordings: Mapping[str, ConsentText] = field(default_factory=dict)


def refuse_when_closed(event: Event, answer: str, now: dt.datetime | None = None) -> None:
    """Raise DomainError when an invited person cannot answer any more; saying no stays possible until the start."""
    now = now or db_now()
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt. Sie müssen nichts weiter tun.")
    if event.has_started(now):
        raise DomainError("Das Treffen hat schon begonnen. Die Antwort lässt sich nicht mehr ändern.")
    if answer == Answer.YES and event.is_closed(now):
        raise DomainError(f"Die Anmeldung ist geschlossen. Bitte wenden Sie sich an {event.contact_email or 'uns'}.")


def note_reply(registration: Registration, reply: Reply) -> None:
    """Write the answer into the row; the places follow by set_wishes and fill."""
    fill_in(registration, reply, db_now())
    registration.version += 1
    registration.save(
        update_fields=["answer", "answered_at", "attendance", "food", "access_needs", "remark", "version"]
    )
    wish_tables(registration, reply)


def fill_in(registration: Registration, reply: Reply, now: dt.datetime) -> None:
    """Set what the answer says, without saving it."""
    is_yes = reply.answer == Answer.YES
    registration.answer = reply.answer
    registration.answered_at = now
    registration.attendance = reply.attendance if is_yes else ""
    registration.food = list(reply.food) if is_yes else []
    registration.access_needs = reply.access_needs if is_yes else ""
    registration.remark = reply.remark


def wish_tables(registration: Registration, reply: Reply) -> None:
    """Keep which tables the person would like to sit at."""
    wanted = [table.pk for table in reply.tables] if reply.answer == Answer.YES else []
    tables = list(ItemTable.objects.filter(item__event=registration.event_id, pk__in=wanted))
    _refuse_what_is_gone(tables, wanted)
    registration.table_wishes.set(tables)


def wished_pools(event: Event, reply: Reply) -> list[PlacePool]:
    """Return the pools the reply asks for, the one at the event first; DomainError when they do not go together."""
    pools = PlacePool.objects.filter(event=event).select_related("tally")
    at_event = list(pools.filter(kind=reply.attendance, item__isnull=True))
    if not at_event:
        raise DomainError("Wählen Sie, ob Sie vor Ort oder online teilnehmen.")
    item_pools: list[PlacePool] = []
    if reply.item_pools:
        wanted = [pool.pk for pool in reply.item_pools]
        item_pools = list(pools.filter(item__isnull=False, pk__in=wanted).select_related("item"))
    _refuse_what_is_gone(item_pools, reply.item_pools)
    groups = [pool.choice_group for pool in item_pools]
    if len(set(groups)) < len(groups):
        raise DomainError("Zwei der gewählten Programmpunkte laufen gleichzeitig. Wählen Sie einen davon.")
    return [*at_event, *item_pools]


def _refuse_what_is_gone(found: Collection[object], chosen: Collection[object]) -> None:
    """RACE: the form was drawn before the lock; what is gone from the event since then cannot be chosen."""
    if len(found) < len(chosen):
        raise DomainError("Das Programm hat sich inzwischen geändert. Bitte wählen Sie noch einmal.")


def record_reply_consents(registration: Registration, reply: Reply, form_path: str) -> None:
    """Keep each consent with its wording and where it was given."""
    if reply.consents:
        record_consents(
            ref=registration.ref,
            email_key=registration.email_key,
            name=registration.name,
            scope=registration.event.scope,
            answers=reply.consents,
            wordings=reply.wordings,
            source="web form",
            form_path=form_path,
        )
