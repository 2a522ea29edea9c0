"""Addresses that get no more bulk mail: by one click, by objection, or because the mailbox does not exist."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.urls import reverse

from core.links import is_valid, make_token, split_token
from core.search import email_key
from mailing.models import Suppression

ALL_BULK = "all-bulk"
_PURPOSE = "mailing.unsubscribe"
_HASH_LENGTH = 32
OWN_REASONS = [Suppression.Reason.UNSUBSCRIBED.value, Suppression.Reason.OBJECTED.value]
# Why an address is suppressed without its owner having asked for it.
DELIVERY_REASONS = (Suppression.Reason.UNKNOWN_MAILBOX, Suppression.Reason.RETURNED)

_INSERT = """
INSERT INTO mailing_suppression (address_hash, topic, reason, created_at)
VALUES (%s, %s, %s, clock_timestamp())
ON CONFLICT (address_hash, topic) DO UPDATE SET reason = EXCLUDED.reason
WHERE mailing_suppression.reason <> ALL(%s) AND EXCLUDED.reason = ANY(%s)
"""

_IS_SUPPRESSED = "SELECT EXISTS(SELECT FROM mailing_suppression WHERE address_hash = %s AND topic IN (%s, %s))"


def address_hash(address: str) -> bytes:
    """Return the keyed hash under which an address is suppressed."""
    key = settings.SUPPRESSION_KEY.encode()
    return hmac.new(key, email_key(address).encode(), hashlib.sha256).digest()


def suppressed_under(address: str, topic: str) -> tuple[bytes, list[str]]:
    """Return the hash and the topics of the rows that keep bulk mail of this topic from the address."""
    return address_hash(address), [ALL_BULK, topic]


def suppress(address: str, reason: Suppression.Reason | str, *, topic: str = ALL_BULK) -> bool:
    """Send no more bulk mail of this topic to the address; False when that was so already."""
    return _suppress_hash(address_hash(address), Suppression.Reason(reason), topic)


def delivery_suppression(address: str) -> Suppression | None:
    """Return the entry that keeps bulk mail from an address because mails did not arrive there, if there is one.

    LAW: what people said themselves (unsubscribed, objected) is never returned: only they can take it back.
    """
    return Suppression.objects.filter(
        address_hash=address_hash(address), topic=ALL_BULK, reason__in=DELIVERY_REASONS
    ).first()


def lift(address: str, *, topic: str = ALL_BULK) -> bool:
    """Allow bulk mail of this topic again, because the person asked for it; False when nothing was suppressed."""
    deleted, _ = Suppression.objects.filter(address_hash=address_hash(address), topic=topic).delete()
    return bool(deleted)


def readmit(address: str, *, topic: str) -> bool:
    """Allow mail of this topic to somebody who has just asked for it by a link in our mail; False after an objection.

    The mailbox evidently works, so what was noted of it goes; an objection to all bulk mail is not undone in passing.
    """
    of_address = Suppression.objects.filter(address_hash=address_hash(address))
    of_address.filter(Q(topic=topic) | Q(topic=ALL_BULK, reason__in=DELIVERY_REASONS)).delete()
    return not is_suppressed(address, topic)


def lift_delivery(address: str) -> bool:
    """Allow bulk mail again where only undelivered mails stood against it; False when that was not so."""
    own = Suppression.objects.filter(address_hash=address_hash(address), topic=ALL_BULK)
    deleted, _ = own.filter(reason__in=DELIVERY_REASONS).delete()
    return bool(deleted)


def is_suppressed(address: str, topic: str = ALL_BULK) -> bool:
    """Tell whether bulk mail of this topic must not go to the address."""
    return _is_hash_suppressed(address_hash(address), topic)


def suppressed_keys(addresses: Iterable[str], topic: str = ALL_BULK) -> set[str]:
    """Return the e-mail keys among these that get no bulk mail of this topic; one query."""
    keys = {address_hash(address): email_key(address) for address in addresses}
    blocked = Suppression.objects.filter(address_hash__in=list(keys), topic__in={ALL_BULK, topic})
    return {keys[bytes(digest)] for digest in blocked.values_list("address_hash", flat=True)}


def suppression_words(addresses: Iterable[str], topic: str = ALL_BULK) -> dict[str, str]:
    """Return by e-mail key why each blocked address among these gets no bulk mail of this topic; one query."""
    keys = {address_hash(address): email_key(address) for address in addresses}
    blocked = Suppression.objects.filter(address_hash__in=list(keys), topic__in={ALL_BULK, topic})
    return {keys[bytes(row.address_hash)]: row.get_reason_display() for row in blocked}


class Subscription:
    """What an unsubscribe link stands for: a hashed address and a topic. It needs no row and never expires."""

    def __init__(self, digest: bytes, topic: str) -> None:
        self.digest = digest
        self.topic = topic

    @property
    def is_ended(self) -> bool:
        """Whether this address is unsubscribed from this topic."""
        return _is_hash_suppressed(self.digest, self.topic)

    def end(self) -> bool:
        """Unsubscribe; False when that was done before."""
        return _suppress_hash(self.digest, Suppression.Reason.UNSUBSCRIBED, self.topic)


def unsubscribe_url(address: str, topic: str) -> str:
    """Return the address of the page that ends this topic for this address."""
    public_id = base64.urlsafe_b64encode(address_hash(address) + topic.encode()).rstrip(b"=").decode()
    token = make_token(_PURPOSE, public_id, nonce="")
    return settings.PORTAL_BASE_URL + reverse("mailing:unsubscribe", args=[token])


def read_unsubscribe_token(token: str) -> Subscription | None:
    """Return what the token stands for, or None when it was not made here."""
    if not is_valid(token, _PURPOSE, nonce=""):
        return None
    public_id, _ = split_token(token)
    content = base64.urlsafe_b64decode(public_id + "=" * (-len(public_id) % 4))
    return Subscription(content[:_HASH_LENGTH], content[_HASH_LENGTH:].decode())


def _suppress_hash(digest: bytes, reason: Suppression.Reason, topic: str) -> bool:
    with connection.cursor() as cursor:
        # LAW: what the person said replaces what a server said, so that it can no longer be lifted as a mere fault.
        cursor.execute(_INSERT, [digest, topic, reason.value, OWN_REASONS, OWN_REASONS])
        return cursor.rowcount == 1


def _is_hash_suppressed(digest: bytes, topic: str) -> bool:
    # Asked for each bulk mail by itself, just before it leaves: writing the statement anew cost more than running it.
    with connection.cursor() as cursor:
        cursor.execute(_IS_SUPPRESSED, [digest, ALL_BULK, topic])
        return cursor.fetchone()[0]
