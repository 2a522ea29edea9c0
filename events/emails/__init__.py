"""Every mail about events: what is in it (purposes) and how it gets into the outbox (queueing)."""

from events.emails.purposes import (
    AddressProofMail,
    InvitationMail,
    LinkAgainMail,
    RegistrationMail,
    ReminderMail,
)
from events.emails.queueing import (
    entries_taken_back,
    queue_address_proof,
    queue_invitations,
    queue_link_again,
    queue_registration,
    queue_reminders,
)

__all__ = [
    "AddressProofMail",
    "InvitationMail",
    "LinkAgainMail",
    "RegistrationMail",
    "ReminderMail",
    "entries_taken_back",
    "queue_address_proof",
    "queue_invitations",
    "queue_link_again",
    "queue_registration",
    "queue_reminders",
]
