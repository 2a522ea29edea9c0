"""Which mails there are, which are due, and who may see them."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, Self

from django.db import connections, models

from core.access import Actor
from core.clock import db_now

# One statement claims and commits. RACE: SKIP LOCKED lets every worker take other rows; a row whose worker died comes
# back when its lease is over. The array makes PostgreSQL choose the rows once, whatever plan it makes.
# statement_timestamp() is the database's clock (RELIABILITY F71).
_CLAIM = """
UPDATE mailing_outboxmessage
SET state = 'leased', lease_owner = %(owner)s, lease_until = statement_timestamp() + %(lease)s
WHERE id = ANY(ARRAY(
    SELECT id FROM mailing_outboxmessage
    WHERE state IN ('queued', 'leased')
        AND (state = 'queued' OR lease_until < statement_timestamp())
        AND not_before <= statement_timestamp()
        AND priority < %(below)s
        AND purpose = ANY(%(purposes)s)
        AND NOT (rests_at_night AND %(is_night)s)
    ORDER BY priority, not_before, id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
))
RETURNING *, statement_timestamp() AS claimed_at
"""
# The last look at a mail before SMTP: its content is kept, its lease begins anew. No row: the lease has passed on, the
# mail was withdrawn, its run is paused, or its address suppressed.
_BEGIN = """
UPDATE mailing_outboxmessage
SET lease_until = statement_timestamp() + %(lease)s, rendered_at = %(rendered_at)s,
    subject = %(subject)s, text = %(text)s, html = %(html)s, calendar = %(calendar)s
WHERE id = %(id)s AND lease_owner = %(owner)s AND state = 'leased'
    AND NOT EXISTS (SELECT FROM mailing_pausedrun WHERE name = run)
    AND NOT EXISTS (SELECT FROM mailing_suppression WHERE address_hash = %(hash)s AND topic = ANY(%(topics)s))
"""
ANY_URGENCY = 32_768


class OutboxMessageQuerySet(models.QuerySet):
    """The outbox as readers and the delivery see it."""

    def visible_to(self, user: Actor) -> Self:
        """The centre's staff keep the outbox running, so every mail exists for them; what of an alliance's mail they
        see is cut down in portal.outbox. Organisers reach the mails of their meetings through the meeting's page.
        """
        return self.all() if getattr(user, "is_centre_staff", False) else self.none()

    def editable_by(self, user: Actor) -> Self:
        """Whoever keeps the outbox running may try again or give up."""
        return self.visible_to(user)

    def for_scope(self, scope: str) -> Self:
        """Mails of one meeting ("event:7"), alliance ("verbund:3") or the centre."""
        return self.filter(scope=scope)

    def failed(self) -> Self:
        """What the mail server refused, or what came back."""
        return self.filter(state="failed")

    def waiting(self) -> Self:
        """Not yet handed over, whatever the reason."""
        return self.filter(state__in=("queued", "leased", "held"))

    def of_run(self, run: str) -> Self:
        """Mails of one sending to many."""
        return self.filter(run=run)

    def due(self, *, purposes: Collection[str] | None = None, is_night: bool = False) -> Self:
        """Waiting, with its time come, and not in anybody's hands."""
        now = db_now()
        due = self.filter(not_before__lte=now).filter(
            models.Q(state="queued") | models.Q(state="leased", lease_until__lt=now)
        )
        if purposes is not None:
            due = due.filter(purpose__in=list(purposes))
        return due.exclude(rests_at_night=True) if is_night else due

    def claim_next(
        self, *, owner: str, lease: dt.timedelta, purposes: Collection[str], is_night: bool, below: int = ANY_URGENCY
    ) -> Any:
        """Take the most urgent due mail for `owner` and return it with its `claimed_at`, or None when there is none.

        below: only what is more urgent than this priority.
        """
        claimed = self._claim(owner=owner, lease=lease, purposes=purposes, is_night=is_night, below=below, limit=1)
        return next(claimed, None)

    def claim_several(
        self, *, owner: str, lease: dt.timedelta, purposes: Collection[str], is_night: bool, limit: int
    ) -> list[Any]:
        """Take up to `limit` of the most urgent due mails, the most urgent one first."""
        claimed = self._claim(
            owner=owner, lease=lease, purposes=purposes, is_night=is_night, below=ANY_URGENCY, limit=limit
        )
        return sorted(claimed, key=lambda message: (message.priority, message.not_before, message.pk))

    def begin(
        self, message: Any, *, lease: dt.timedelta, suppressed_under: tuple[bytes, list[str]] | None = None
    ) -> bool:
        """Keep the content of a claimed mail and renew its lease; False when it must not be handed over now.

        suppressed_under: the keyed hash and the topics of the rows that would stop it, for bulk mail.
        """
        values = {"id": message.pk, "owner": message.lease_owner, "lease": lease, "rendered_at": message.rendered_at}
        values["hash"], values["topics"] = suppressed_under or (b"", [])
        values |= {name: getattr(message, name) for name in ("subject", "text", "html", "calendar")}
        with connections[self.db].cursor() as cursor:
            cursor.execute(_BEGIN, values)
            return cursor.rowcount == 1

    def _claim(self, **values: Any) -> Iterator[Any]:
        values["purposes"] = list(values["purposes"])
        return iter(self.model._base_manager.raw(_CLAIM, values))
