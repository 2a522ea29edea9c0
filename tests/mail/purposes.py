"""Kinds of mail that exist in tests only: one for one person, one in bulk."""

from typing import Any

from mailing.calendar import CalendarPart
from mailing.models import OutboxMessage
from mailing.purposes import Purpose


class NoticeMail(Purpose):
    """To one person. `data` steers it: obsolete, broken, calendar, words."""

    name = "tests.notice"
    template = "emails/tests/notice"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Break on demand."""
        if message.data.get("broken"):
            raise LookupError("Die Zeile fehlt")
        return {
            "title": message.data.get("title", "Ihr Platz ist sicher"),
            "words": message.data.get("words", "Wir haben einen Platz für Sie eingetragen."),
            "facts": [("Wann", "Donnerstag, 4. März 2027, 10:00 bis 15:30 Uhr"), ("Wo", "Haus am Platz\nEssen")],
        }

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """One personal link."""
        return {"answer": f"http://localhost:8000/e/{message.ref.rpartition(':')[2]}.geheim/"}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Whatever the test says."""
        return message.data.get("obsolete", "")

    def calendar(self, message: OutboxMessage) -> CalendarPart | None:
        """Whatever the test says."""
        return CalendarPart.read(message.data["calendar"]) if "calendar" in message.data else None

    def sender_name(self, message: OutboxMessage) -> str:
        """Whatever the test says."""
        return message.data.get("sender_name", "")

    def reply_to(self, message: OutboxMessage) -> str:
        """Whatever the test says."""
        return message.data.get("reply_to", "")

    def why(self, message: OutboxMessage) -> str:
        """A sentence."""
        return "Sie haben sich zu diesem Treffen angemeldet."


class NewsletterMail(NoticeMail):
    """In bulk: may be unsubscribed."""

    name = "tests.newsletter"
    is_bulk = True
    list_label = "Einladungen"


class CodeMail(NoticeMail):
    """Its body is a key."""

    name = "tests.code"
    is_sensitive = True
