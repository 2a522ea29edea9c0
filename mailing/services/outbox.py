"""Putting mails into the outbox and taking them out again, inside the caller's transaction."""

import datetime as dt
import json
import uuid
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from core.clock import DbNow
from core.search import email_key
from mailing.models import OutboxMessage
from mailing.purposes import Purpose, get_purpose

REQUIRED = frozenset({"ref", "recipient", "recipient_name", "dedup_key"})
OPTIONAL = {"data": "jsonb", "expires_at": "timestamptz"}

# The id is needed twice, so it is made in a subquery; PostgreSQL does not merge one with a volatile column.
_INSERT = """
WITH inserted AS (
    INSERT INTO mailing_outboxmessage (
        id, purpose, recipient, recipient_name, email_key, ref, scope, topic, data, dedup_key, message_id,
        state, state_reason, priority, rests_at_night, not_before, expires_at, created_at,
        attempts, lease_owner, subject, text, html, calendar, last_error, smtp_reply, run, cause
    )
    SELECT
        id, %(purpose)s, recipient, left(recipient_name, 300), lower(btrim(recipient)), ref, %(scope)s, %(topic)s,
        COALESCE(data, %(data)s::jsonb), dedup_key, '<' || id || '@' || %(domain)s || '>',
        'queued', '', %(priority)s, %(rests_at_night)s, not_before,
        COALESCE(expires_at, %(expires_at)s::timestamptz, not_before + %(lifetime)s), created_at,
        0, '', '', '', '', '', '', '', %(run)s, ''
    FROM (
        SELECT gen_random_uuid() AS id, source.*, clock.at AS created_at,
            COALESCE(%(not_before)s::timestamptz, clock.at) AS not_before
        FROM ({source}) AS source, (SELECT clock_timestamp() AS at) AS clock
    ) AS row
    ON CONFLICT (dedup_key) DO NOTHING
    RETURNING id, recipient
)
SELECT count(*), array_agg(id) FILTER (WHERE octet_length(recipient) <> char_length(recipient)) FROM inserted
"""

_ONE = """
SELECT %(ref)s AS ref, %(to)s AS recipient, %(to_name)s AS recipient_name, %(dedup_key)s AS dedup_key,
    NULL::jsonb AS data, NULL::timestamptz AS expires_at
"""


def queue(
    *,
    purpose: str,
    to: str,
    to_name: str = "",
    ref: str,
    dedup_key: str,
    data: dict[str, Any] | None = None,
    topic: str = "",
    scope: str = "centre",
    not_before: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    priority: int | None = None,
    is_automatic: bool = False,
    run: str = "",
) -> bool:
    """Queue one mail; False when a mail with this dedup_key was queued before, whatever became of it.

    ref: the row it is about, "events.registration:42". scope: who sees it, "event:7", "verbund:3" or "centre".
    topic: groups mails for withdrawing, "event:7:reminder". run: the sending to many it belongs to.
    is_automatic: nobody pressed a button for it; such bulk mail rests at night (settings.MAIL_QUIET_HOURS).
    """
    source_values = {"ref": ref, "to": to.strip(), "to_name": to_name, "dedup_key": dedup_key}
    row_values = _row_values(
        get_purpose(purpose),
        data=data,
        topic=topic,
        scope=scope,
        not_before=not_before,
        expires_at=expires_at,
        priority=priority,
        is_automatic=is_automatic,
        run=run,
    )
    return _insert(_ONE, source_values | row_values) == 1


def queue_from(
    *,
    purpose: str,
    source: QuerySet[Any, Any],
    data: dict[str, Any] | None = None,
    topic: str = "",
    scope: str = "centre",
    not_before: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    priority: int | None = None,
    is_automatic: bool = False,
    run: str = "",
) -> int:
    """Queue a mail for each row of `source` in one INSERT … SELECT; return how many are new.

    source: a values() queryset with the columns ref, recipient, recipient_name, dedup_key and, if wanted, data and
    expires_at, which go before the parameters of that name. 5,000 invitations are one statement (RELIABILITY F66).
    run: "round:3", what mailing.services.runs counts, pauses and resumes.
    """
    columns = list(source.query.selected or ())
    if not set(columns) >= REQUIRED or set(columns) - REQUIRED - OPTIONAL.keys():
        raise ValueError(f"queue_from needs {sorted(REQUIRED)} and at most {sorted(OPTIONAL)}, got {columns}")
    sql, params = source.query.sql_with_params()
    named = {f"source_{number}": value for number, value in enumerate(params)}
    # A literal %% stays one through the renaming of the placeholders.
    sql = sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in named)
    missing = "".join(f", NULL::{kind} AS {name}" for name, kind in OPTIONAL.items() if name not in columns)
    source_sql = f"SELECT *{missing} FROM ({sql}) AS given ({', '.join(columns)})"  # noqa: S608 - names checked above
    row_values = _row_values(
        get_purpose(purpose),
        data=data,
        topic=topic,
        scope=scope,
        not_before=not_before,
        expires_at=expires_at,
        priority=priority,
        is_automatic=is_automatic,
        run=run,
    )
    return _insert(source_sql, named | row_values)


def withdraw(
    *,
    topic: str | None = None,
    refs: Collection[str] | None = None,
    batch: str | None = None,
    reason: str,
    may_return: bool = False,
) -> int:
    """Take back what has not left yet, by topic, refs, batch or several of them; return how many mails.

    batch: what the dedup_keys of mails queued together begin with, "invite:7:". may_return: the same mail may be right
    again later, so its key is free from now on.

    RACE: a mail in a worker's hands is taken back, too, unless its handing over has begun (mailing.services.delivery).
    """
    if topic is None and refs is None and not batch:
        raise ValueError("withdraw() without topic, refs and batch would stop every mail")
    messages = OutboxMessage.objects.waiting()
    if topic is not None:
        messages = messages.filter(topic=topic)
    if refs is not None:
        messages = messages.filter(ref__in=list(refs))
    if batch:
        messages = messages.filter(dedup_key__startswith=batch)
    keys = {"dedup_key": Concat("dedup_key", Value(":"), Cast("pk", CharField()))} if may_return else {}
    return messages.update(state=OutboxMessage.State.ABORTED, state_reason=reason, closed_at=DbNow(), **keys)


def render_anew(*, scope: str, expires_at: dict[str, dt.datetime] | None = None) -> None:
    """Let what waits say the facts as they are now: contents kept for a retry are forgotten.

    expires_at: a new last moment for the waiting mails of a topic. A mail that is being handed over stays as it is.
    """
    resting = (OutboxMessage.State.QUEUED, OutboxMessage.State.HELD)
    waiting = OutboxMessage.objects.for_scope(scope).filter(state__in=resting)
    waiting.filter(rendered_at__isnull=False).update(rendered_at=None, subject="", text="", html="", calendar="")
    for topic, moment in (expires_at or {}).items():
        waiting.filter(topic=topic).update(expires_at=moment)


def postpone(*, batch: str, not_before: dt.datetime) -> int:
    """Let mails queued together leave at another time; return how many were still here.

    batch: what their dedup_keys begin with. RACE: a mail in a worker's hands is not held back.
    """
    resting = (OutboxMessage.State.QUEUED, OutboxMessage.State.HELD)
    waiting = OutboxMessage.objects.filter(state__in=resting, dedup_key__startswith=batch)
    return waiting.update(not_before=not_before)


def _row_values(
    purpose: Purpose,
    *,
    data: dict[str, Any] | None,
    topic: str,
    scope: str,
    not_before: dt.datetime | None,
    expires_at: dt.datetime | None,
    priority: int | None,
    is_automatic: bool,
    run: str,
) -> dict[str, Any]:
    return {
        "purpose": purpose.name,
        "data": json.dumps(data or {}),
        "topic": topic,
        "scope": scope,
        "domain": settings.MAIL_DOMAIN,
        "priority": purpose.priority if priority is None else priority,
        "rests_at_night": is_automatic and purpose.is_bulk,
        "not_before": not_before,
        "expires_at": expires_at,
        "lifetime": purpose.lifetime,
        "run": run,
    }


def _insert(source_sql: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.replace("{source}", source_sql), values)
        count, foreign = cursor.fetchone()
    if foreign:
        _key_foreign_addresses(foreign)
    return count


def _key_foreign_addresses(ids: list[uuid.UUID]) -> None:
    """Umlaut domains need IDNA, which SQL cannot do; such addresses are rare."""
    messages = list(OutboxMessage.objects.filter(pk__in=ids).only("recipient"))
    for message in messages:
        message.email_key = email_key(message.recipient)
    OutboxMessage.objects.bulk_update(messages, ["email_key"])
