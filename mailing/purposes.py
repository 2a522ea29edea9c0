"""What kinds of mail there are: one small class each, named in settings.MAIL_PURPOSES by dotted path.

A class knows its rows by `message.ref` and `message.data`. Everything it returns is asked for when the mail is about to
leave, so that nothing untrue is sent: a cancelled meeting, a moved date, a withdrawn registration.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from django.conf import settings
from django.utils.module_loading import import_string

from mailing.calendar import CalendarPart
from mailing.models import OutboxMessage

# Lower leaves first.
URGENT, NORMAL, BULK = 10, 20, 50


class Purpose:
    """Base of all kinds of mail."""

    name: ClassVar[str]
    """Stable name in the outbox: "events.invitation"."""
    template: ClassVar[str]
    """Folder with subject.txt, body.txt and body.html: "emails/events/invitation"."""
    is_bulk: ClassVar[bool] = False
    """Sent to many without their asking: carries an unsubscribe link and stops at suppressed addresses."""
    is_sensitive: ClassVar[bool] = False
    """The body is a key (a sign-in code): blanked as soon as the mail has left."""
    is_private: ClassVar[bool] = False
    """Goes to private persons who are on nobody's list: staff see their whole address only where a mail failed."""
    list_label: ClassVar[str] = "Rundmails"
    """What a person who unsubscribes no longer gets: "Einladungen zu Veranstaltungen"."""
    lifetime: ClassVar[dt.timedelta] = dt.timedelta(days=3)
    """How long to keep trying where the caller names no expiry."""

    def read_ahead(self, messages: Sequence[OutboxMessage]) -> None:
        """Read at once what these mails need, and keep it on them; they were claimed this moment.

        The other methods must do without: mails to one person come one by one.
        """

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Return what the templates need, fresh. Mails claimed together for which it is the same are rendered once."""
        return {}

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Return name → absolute URL. Templates write {{ links.name }}; the table holds a placeholder only."""
        return {}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Return why this mail must not go out any more, in German, or an empty string."""
        return ""

    def calendar(self, message: OutboxMessage) -> CalendarPart | None:
        """Return the calendar entry that comes with the mail."""
        return None

    def salutation(self, message: OutboxMessage) -> str:
        """Return the first line, without its comma; templates write {{ salutation }}."""
        return f"Guten Tag, {message.recipient_name}" if message.recipient_name else "Guten Tag"

    def sender_name(self, message: OutboxMessage) -> str:
        """Return the name beside our fixed From address: who writes."""
        return settings.MAIL_FROM_NAME

    def reply_to(self, message: OutboxMessage) -> str:
        """Return the address answers go to; empty for our own."""
        return ""

    def postal_line(self, message: OutboxMessage) -> str:
        """Return the sender's name and postal address for the foot of the mail."""
        return ""

    def why(self, message: OutboxMessage) -> str:
        """Return the sentence after "Warum Sie diese Mail erhalten:"."""
        raise NotImplementedError

    def list_topic(self, message: OutboxMessage) -> str:
        """Return what one unsubscribes from, as List-Id and suppression name it: the purpose's name, or name:part."""
        return self.name

    def sample(self) -> OutboxMessage | None:
        """Return an unsaved mail that renders without any row, for the tests that look at every mail."""
        return None

    @property
    def priority(self) -> int:
        """Codes first, then what concerns one person, then bulk."""
        if self.is_bulk:
            return BULK
        return URGENT if self.is_sensitive else NORMAL


@cache
def _load(paths: tuple[str, ...]) -> Mapping[str, Purpose]:
    instances = [import_string(path)() for path in paths]
    return MappingProxyType({purpose.name: purpose for purpose in instances})


def all_purposes() -> Mapping[str, Purpose]:
    """Return every purpose this process knows, by name."""
    return _load(tuple(settings.MAIL_PURPOSES))


def get_purpose(name: str) -> Purpose:
    """Return one purpose; KeyError for a name nobody declared."""
    return all_purposes()[name]


def list_label_of(topic: str) -> str:
    """Return what people call the mails of this list topic; a topic begins with its purpose's name."""
    purpose = all_purposes().get(topic.partition(":")[0])
    return purpose.list_label if purpose else Purpose.list_label
