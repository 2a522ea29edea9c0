"""What did not arrive, and whose it was."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from events.models import Event, Registration
from events.models.registrations import ref_of
from mailing.models import OutboxMessage

Cause, State = OutboxMessage.Cause, OutboxMessage.State


@dataclass(frozen=True)
class Advice:
    """What to do about a mail that did not arrive. Which of the two buttons helps, and what to know first."""

    text: str
    corrects_address: bool = False
    sends_again: bool = False


@dataclass(frozen=True)
class Failure:
    """A mail that did not arrive, whose it was, and what to do next."""

    message: OutboxMessage
    person: Registration | None

    @property
    def advice(self) -> Advice:
        """What to do next."""
        return advice_for(self.message)

    @property
    def phone(self) -> str:
        """The person's telephone number in the address book, where one is known."""
        return self.person.contact.phone if self.person and self.person.contact else ""


_WRONG = "Fragen Sie telefonisch nach der richtigen Adresse, und tragen Sie sie ein."
_ADVICE = {
    Cause.UNKNOWN_MAILBOX: Advice(_WRONG, corrects_address=True),
    Cause.RETURNED: Advice(_WRONG, corrects_address=True),
    Cause.BAD_ADDRESS: Advice("Die Adresse ist falsch geschrieben. Berichtigen Sie sie.", corrects_address=True),
    Cause.MAILBOX_FULL: Advice(
        "Rufen Sie die Person an, oder senden Sie in einigen Tagen noch einmal.", sends_again=True
    ),
    Cause.EXPIRED: Advice(
        "Der Mailserver der Person war nicht zu erreichen. Senden Sie noch einmal, oder rufen Sie an.", sends_again=True
    ),
    Cause.POLICY: Advice(
        "Der Mailserver der Person lehnt unsere Mails ab. Rufen Sie an, und bitten Sie um eine andere Adresse.",
        corrects_address=True,
        sends_again=True,
    ),
    Cause.REFUSED: Advice(
        "Prüfen Sie die Adresse. Stimmt sie, rufen Sie an, oder senden Sie noch einmal.",
        corrects_address=True,
        sends_again=True,
    ),
    Cause.BROKEN: Advice(
        "Das ist ein Fehler des Portals. Melden Sie ihn unter „Rückmeldung“, und senden Sie danach noch einmal.",
        sends_again=True,
    ),
}
_UNKNOWN = Advice("Prüfen Sie die Adresse, oder rufen Sie die Person an.", corrects_address=True, sends_again=True)


def advice_for(message: OutboxMessage) -> Advice:
    """Return what to do about a failed mail; mails of the first version carry no cause."""
    return _ADVICE.get(message.cause, _UNKNOWN)


def failed_messages(event: Event) -> QuerySet[OutboxMessage]:
    """Return the mails that did not arrive at an address that still stands on the list, the latest first.

    Once the address is corrected, or a mail has arrived since the failure was known, there is nothing to clear up.
    A mail can come back after later ones were taken, so it is the failure that counts, not the queueing.
    """
    people = Registration.objects.filter(event=event).annotate(own_ref=ref_of())
    current = people.filter(own_ref=OuterRef("ref"), email_key=OuterRef("email_key"))
    known_at = Coalesce(OuterRef("closed_at"), OuterRef("created_at"))
    later = OutboxMessage.objects.filter(ref=OuterRef("ref"), state=State.SENT, accepted_at__gt=known_at)
    return OutboxMessage.objects.for_scope(event.scope).failed().filter(Exists(current), ~Exists(later))


def failures(event: Event, limit: int) -> list[Failure]:
    """Return the latest failed mails with the person each was for; two queries."""
    messages = list(failed_messages(event)[:limit])
    ids = [int(message.ref_id) for message in messages]
    people = Registration.objects.select_related("contact").in_bulk(ids)
    return [Failure(message, people.get(pk)) for message, pk in zip(messages, ids, strict=True)]
