"""What somebody answers, and writing it into their row: shared by invited people and those who register themselves."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import models

from core.clock import db_now
from core.exceptions import DomainError
from events.models import Event, ItemTable, PlacePool, Registration
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


def refuse_when_closed(event: Event, answer: str, now: dt.datetime | None = None) -> None:
    """Raise DomainError when an invited person cannot answer any more; saying no stays possible until the start."""
    now = now or db_now()
    if event.is_cancelled:
        raise DomainError("Das Treffen ist abgesagt. Sie müssen nichts weiter tun.")
    if event.has_started(now):
        raise DomainError("Das Treffen hat schon begonnen. Die Antwort lässt sich nicht mehr ändern.")
    if answer == Answer.YES and event.registration_closes_at and event.registration_closes_at <= now:
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
    tables = ItemTable.objects.filter(item__event=registration.event_id)
    registration.table_wishes.set(_still_offered(tables, reply.tables) if reply.answer == Answer.YES else ())


def wished_pools(event: Event, reply: Reply) -> list[PlacePool]:
    """Return the pools the reply asks for, the one at the event first; DomainError when they do not go together."""
    pool = PlacePool.objects.filter(event=event, kind=reply.attendance, item__isnull=True).first()
    if pool is None:
        raise DomainError("Wählen Sie, ob Sie vor Ort oder online teilnehmen.")
    item_pools = _still_offered(PlacePool.objects.filter(item__event=event).select_related("item"), reply.item_pools)
    groups = [wish.item.choice_group for wish in item_pools if wish.item]
    if len(set(groups)) < len(groups):
        raise DomainError("Zwei der gewählten Programmpunkte laufen gleichzeitig. Wählen Sie einen davon.")
    return [pool, *item_pools]


def _still_offered[M: models.Model](offered: models.QuerySet[M], chosen: Collection[M]) -> list[M]:
    """RACE: the form was drawn before the lock; what is gone from the event since then cannot be chosen."""
    found = list(offered.filter(pk__in=[row.pk for row in chosen]))
    if len(found) < len(chosen):
        raise DomainError("Das Programm hat sich inzwischen geändert. Bitte wählen Sie noch einmal.")
    return found


def record_reply_consents(registration: Registration, reply: Reply, form_path: str) -> None:
    """Keep each consent with its wording and where it was given."""
    if reply.consents:
        record_consents(
            ref=registration.ref,
            email_key=registration.email_key,
            name=registration.name,
            scope=registration.event.scope,
            answers=reply.consents,
            source="web form",
            form_path=form_path,
        )
