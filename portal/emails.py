"""The mails of the portal's own pages."""

import hashlib
from typing import Any

from django.conf import settings

from mailing.models import OutboxMessage
from mailing.purposes import Purpose
from mailing.services.outbox import queue
from portal.forms import KINDS

SCOPE = "centre"


def queue_feedback(*, kind: str, subject: str, text: str, email: str, ticket: str) -> None:
    """Send the operator what somebody wrote on the public form; a second click on the same text sends nothing more."""
    digest = hashlib.sha256(f"{ticket}|{kind}|{subject}|{text}|{email}".encode()).hexdigest()[:32]
    queue(
        purpose=FeedbackMail.name,
        to=settings.FEEDBACK_TO,
        to_name="",
        ref="portal.feedback",
        dedup_key=f"feedback:{digest}",
        data={"kind": kind, "subject": subject, "text": text, "email": email},
        scope=SCOPE,
    )


class FeedbackMail(Purpose):
    """A message from the public form; the answer goes to whoever wrote it."""

    name = "portal.feedback"
    template = "emails/portal/feedback"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Return what was written."""
        written = message.data
        kind_label = dict(KINDS)[written["kind"]]
        facts = [("Anliegen", kind_label), ("Betrifft", written["subject"]), ("Antwort an", written["email"])]
        return {
            "kind_label": kind_label,
            "facts": [(label, value) for label, value in facts if value],
            "text": written["text"],
            "email": written["email"],
        }

    def reply_to(self, message: OutboxMessage) -> str:
        """Return the writer's address, if there is one."""
        return str(message.data.get("email", ""))

    def why(self, message: OutboxMessage) -> str:
        """Say why the operator gets this."""
        return "Ihre Adresse ist im Portal als Empfänger der Rückmeldungen eingetragen."

    def sample(self) -> OutboxMessage:
        """Return one with everything filled in."""
        return OutboxMessage(
            purpose=self.name,
            recipient="koordinierungszentrum@example.org",
            ref="portal.feedback",
            scope=SCOPE,
            data={
                "kind": "barrier",
                "subject": "Veranstaltungen",
                "text": "Der Filter lässt sich mit der Tastatur nicht schließen.\nBrowser: Firefox.",
                "email": "erika@example.org",
            },
        )
