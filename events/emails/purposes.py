"""What is in each mail about events and whether it is still true when it leaves: one class each."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from core.clock import db_now
from core.dates import local_date
from events.calendar import event_calendar
from events.mail_words import (
    invitation_words,
    proof_words,
    registration_words,
    shared_words,
)
from events.models import Event, Invitation, Registration
from events.shared_address import neighbours_of
from mailing.calendar import CalendarPart
from mailing.models import OutboxMessage
from mailing.purposes import Purpose


class EventMail(Purpose):
    """What all mails about a registration share: the event, the person's one link, the organiser as sender."""

    gone = "Die Anmeldung gibt es nicht mehr."

    def registration(self, message: OutboxMessage) -> Registration | None:
        """Return the person the mail is about, or None when the row is gone; read once per claim of the mail.

        A message is loaded anew whenever a worker claims it, so what is kept on it is never older than the claim.
        """
        if not hasattr(message, "registration"):
            message.registration = self.find_registration(message)  # type: ignore[attr-defined]
        return message.registration  # type: ignore[attr-defined]

    def read_ahead(self, messages: Sequence[OutboxMessage]) -> None:
        """Read all rows at once; the people of one event share the event."""
        people = Registration.objects.prefetch_related("event__owner", "event__items")
        found = people.in_bulk([int(message.ref_id) for message in messages])
        for message in messages:
            if int(message.ref_id) in found:
                message.registration = found[int(message.ref_id)]  # type: ignore[attr-defined]

    def find_registration(self, message: OutboxMessage) -> Registration | None:
        """Read the row."""
        pk = message.ref_id
        return Registration.objects.select_related("event__owner").filter(pk=pk).first()

    def person(self, message: OutboxMessage) -> Registration:
        """Return the person the mail is about; raises DoesNotExist when the row is gone."""
        registration = self.registration(message)
        if registration is None:
            raise Registration.DoesNotExist(message.ref)
        return registration

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Give the templates the person and the event."""
        person = self.person(message)
        return {"registration": person} | shared_words(person.event, attendance=message.data.get("attendance_kind", ""))

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Derive the person's link at hand-over; it is the same in every mail."""
        registration = self.registration(message)
        if registration is None:
            return {"answer": _absolute(reverse("events:event-list"))}
        return {"answer": _absolute(reverse("events:answer", args=[registration.token]))}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing goes to somebody who is no longer on the list."""
        return "" if self.registration(message) else self.gone

    def salutation(self, message: OutboxMessage) -> str:
        """Say how the person is addressed."""
        return self.person(message).salutation_line

    def reply_to(self, message: OutboxMessage) -> str:
        """Answers reach the organisers."""
        registration = self.registration(message)
        return registration.event.contact_email if registration else ""

    def sender_name(self, message: OutboxMessage) -> str:
        """The host's name stands in front of the portal's address."""
        registration = self.registration(message)
        return registration.event.host_name if registration else ""

    def why(self, message: OutboxMessage) -> str:
        """Say why this person gets this mail."""
        return "Sie haben sich zu diesem Treffen angemeldet oder eine Einladung beantwortet."


class BeforeEventMail(EventMail):
    """A mail that is of use only while the event is still to come."""

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Nothing can be done any more once the meeting has begun or is off."""
        registration = self.registration(message)
        if registration is None:
            return self.gone
        if registration.event.is_cancelled:
            return "Das Treffen ist abgesagt."
        return "Das Treffen hat schon begonnen." if registration.event.has_started(now_of(message)) else ""


class InvitationMail(BeforeEventMail):
    """The invitation of one round."""

    gone = "Die Person steht nicht mehr auf der Gästeliste."
    name = "events.invitation"
    is_bulk = True
    list_label = "Einladungen zu Veranstaltungen"
    template = "emails/events/invitation"

    def find_registration(self, message: OutboxMessage) -> Registration | None:
        """Read the row; in a preview, whose data name the event, also somebody who is not on the list yet."""
        known = super().find_registration(message)
        if known is not None or "event" not in message.data:
            return known
        event = Event.objects.select_related("owner").get(pk=message.data["event"])
        salutation = message.data.get("salutation", "")
        return Registration(event=event, name=message.recipient_name, email=message.recipient, salutation=salutation)

    def read_ahead(self, messages: Sequence[OutboxMessage]) -> None:
        """Read with the people why and with which words they are invited; say once what all are told of an event."""
        super().read_ahead(messages)
        events = {person.event_id: person.event for person in map(self.registration, messages) if person}
        words = {pk: _invitation_to(event, now_of(messages[0])) for pk, event in events.items()}
        pks = [message.data.get("invitation") for message in messages]
        found = Invitation.objects.prefetch_related("round").in_bulk([pk for pk in pks if pk])
        for message, pk in zip(messages, pks, strict=True):
            message.invitation = found.get(pk)  # type: ignore[attr-defined]
            if person := self.registration(message):
                message.event_words = words[person.event_id]  # type: ignore[attr-defined]

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Give the templates the event with its programme in short and the organisers' own words; nobody's person."""
        event, invitation = self.person(message).event, self._invitation(message)
        event_words = getattr(message, "event_words", None) or _invitation_to(event, now_of(message))
        return event_words | {"words": invitation.round.text if invitation else message.data.get("text", "")}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """An invitation is pointless once answered, cancelled or begun, and when nobody can say yes any more."""
        pointless, registration = super().is_obsolete(message), self.registration(message)
        if pointless or registration is None:
            return pointless
        if registration.answer != Registration.Answer.OPEN and registration.is_proven:
            return "Die Person hat schon geantwortet."
        return "Die Anmeldung ist geschlossen." if registration.event.is_closed(now_of(message)) else ""

    def why(self, message: OutboxMessage) -> str:
        """Name the reason the organisers had."""
        invitation = self._invitation(message)
        reason = invitation.reason if invitation else message.data.get("reason", "")
        return f"Sie stehen auf der Gästeliste dieses Treffens: {reason}." if reason else super().why(message)

    def _invitation(self, message: OutboxMessage) -> Invitation | None:
        """Return why and with which words the person was invited; read once per claim, like the person."""
        if not hasattr(message, "invitation"):
            found = Invitation.objects.select_related("round").filter(pk=message.data.get("invitation"))
            message.invitation = found.first()  # type: ignore[attr-defined]
        return message.invitation  # type: ignore[attr-defined]


# What nobody gives any more once the meeting has begun.
AWAITING = ("waiting", "offered")


class RegistrationMail(EventMail):
    """What the person has, as of one revision: place, rank, cancellation, or that the event is called off."""

    name = "events.registration"
    is_bulk = False
    template = "emails/events/registration"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add what the person has, and what of it is new since the last of these mails that reached them."""
        context = super().context(message)
        return context | registration_words(context["registration"], message.data, self._heard(message))

    def is_obsolete(self, message: OutboxMessage) -> str:
        """A newer revision says it better; and after an outage the meeting may be over, or a wait for it in vain."""
        registration = self.registration(message)
        if registration is None:
            return self.gone
        if registration.revision != message.data["revision"]:
            return "Eine neuere Mail sagt den jetzigen Stand."
        event, now = registration.event, now_of(message)
        if event.is_over(timezone.localtime(now)):
            return "Das Treffen ist vorbei."
        is_in_vain = message.data["situation"] in AWAITING and event.has_started(now)
        return "Das Treffen hat schon begonnen." if is_in_vain else ""

    def calendar(self, message: OutboxMessage) -> CalendarPart | None:
        """A place comes with a calendar entry; losing it takes the entry back. UID stays, SEQUENCE is the revision."""
        registration = self.registration(message)
        if registration is None or registration.event.starts_at is None:
            return None
        if message.data["situation"] == "confirmed":
            return event_calendar(registration, method="REQUEST", attendance=message.data["attendance_kind"])
        if message.data.get("takes_entry_back"):
            return event_calendar(registration, method="CANCEL")
        return None

    def _heard(self, message: OutboxMessage) -> dict[str, Any] | None:
        sent = OutboxMessage.objects.filter(ref=message.ref, purpose=self.name, state=OutboxMessage.State.SENT)
        before = sent.filter(data__revision__lt=message.data["revision"])
        return before.order_by("-accepted_at").values_list("data", flat=True).first()


class LinkAgainMail(BeforeEventMail):
    """For somebody who registers again although they are on the list, or asks for it: their own link."""

    name = "events.link_again"
    is_bulk = False
    template = "emails/events/link_again"

    def why(self, message: OutboxMessage) -> str:
        """Say what triggered it, in case it was somebody else."""
        return "Jemand hat mit dieser Adresse den Link zu diesem Treffen angefordert oder sich noch einmal angemeldet."


class AddressProofMail(BeforeEventMail):
    """The one mail before the address is proven."""

    gone = "Die Anmeldung ist verfallen oder wurde gelöscht."
    name = "events.address_proof"
    is_bulk = False
    template = "emails/events/address_proof"

    def context(self, message: OutboxMessage) -> dict[str, Any]:
        """Add until when, and who is on the list under this address already."""
        context = super().context(message)
        neighbours = neighbours_of(context["registration"])
        return context | proof_words(context["registration"]) | {"neighbours": neighbours}

    def links(self, message: OutboxMessage) -> dict[str, str]:
        """Lead to the page with the button that proves the address."""
        registration = self.registration(message)
        if registration is None:
            return {"proof": _absolute(reverse("events:event-list"))}
        return {"proof": _absolute(reverse("events:address-proof", args=[registration.proof_token]))}

    def is_obsolete(self, message: OutboxMessage) -> str:
        """Proven or expired, or nothing left to come to."""
        pointless, registration = super().is_obsolete(message), self.registration(message)
        if pointless or registration is None:
            return pointless
        return "Die Adresse ist schon bestätigt." if registration.is_proven else ""

    def why(self, message: OutboxMessage) -> str:
        """Say what triggered it, in case it was somebody else."""
        return "Jemand hat diese Adresse bei der Anmeldung zu diesem Treffen angegeben."


def now_of(message: OutboxMessage) -> dt.datetime:
    """Return the database's time: that of the mail's claim, or the present one where it is only looked at."""
    return getattr(message, "claimed_at", None) or db_now()


def is_past(day: dt.date | None, now: dt.datetime) -> bool:
    """Whether this day, a deadline for instance, is over."""
    return day is not None and day < local_date(now)


def _invitation_to(event: Event, now: dt.datetime) -> dict[str, Any]:
    # Whoever is invited late is not asked to answer by a day that is over.
    return shared_words(event, with_answer_by=not is_past(event.answer_by, now)) | invitation_words(event)


def _absolute(path: str) -> str:
    return f"{settings.PORTAL_BASE_URL}{path}"
