"""Every mail about events: what is in it (purposes) and how it gets into the outbox (queueing)."""

from events.emails.changes import ChangeMail, change_topic, lines_since, queue_changes
from events.emails.purposes import (
    AddressProofMail,
    InvitationMail,
    LinkAgainMail,
    RegistrationMail,
    ReminderMail,
)
from events.emails.queueing import (
    entries_taken_back,
    invitation_batch,
    queue_address_proof,
    queue_invitations,
    queue_link_again,
    queue_registration,
    queue_reminders,
)

__all__ = [
    "AddressProofMail",
    "ChangeMail",
    "InvitationMail",
    "LinkAgainMail",
    "RegistrationMail",
    "ReminderMail",
    "change_topic",
    "entries_taken_back",
    "invitation_batch",
    "lines_since",
    "queue_address_proof",
    "queue_changes",
    "queue_invitations",
    "queue_link_again",
    "queue_registration",
    "queue_reminders",
]
