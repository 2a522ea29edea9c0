"""Every mail about events: what is in it (purposes) and how it gets into the outbox (queueing)."""

from events.emails.change_requests import ChangeDeclinedMail, queue_change_declined
from events.emails.changes import ChangeMail, change_topic, lines_since, queue_changes
from events.emails.deputies import (
    DeputyEndedMail,
    DeputyGoneMail,
    DeputyOutcomeMail,
    DeputyRequestMail,
    queue_deputy_ended,
    queue_deputy_gone,
    queue_deputy_outcome,
    queue_deputy_request,
)
from events.emails.interest import (
    InterestOpenMail,
    InterestProofMail,
    queue_interest_open,
    queue_interest_proof,
)
from events.emails.planned import (
    PLANNED_MAILS,
    AnswerReminderMail,
    OrganiserNoticeMail,
    PlannedMail,
    ReminderMail,
    ThanksMail,
    planned_mail,
)
from events.emails.purposes import (
    AddressProofMail,
    InvitationMail,
    LinkAgainMail,
    RegistrationMail,
)
from events.emails.queueing import (
    entries_taken_back,
    invitation_batch,
    queue_address_proof,
    queue_invitations,
    queue_link_again,
    queue_planned,
    queue_registration,
)
from events.emails.subscriptions import (
    EventNewsMail,
    SubscriptionKnownMail,
    SubscriptionProofMail,
    proof_message_id,
    queue_event_news,
    queue_subscription_known,
    queue_subscription_proof,
)

__all__ = [
    "PLANNED_MAILS",
    "AddressProofMail",
    "AnswerReminderMail",
    "ChangeDeclinedMail",
    "ChangeMail",
    "DeputyEndedMail",
    "DeputyGoneMail",
    "DeputyOutcomeMail",
    "DeputyRequestMail",
    "EventNewsMail",
    "InterestOpenMail",
    "InterestProofMail",
    "InvitationMail",
    "LinkAgainMail",
    "OrganiserNoticeMail",
    "PlannedMail",
    "RegistrationMail",
    "ReminderMail",
    "SubscriptionKnownMail",
    "SubscriptionProofMail",
    "ThanksMail",
    "change_topic",
    "entries_taken_back",
    "invitation_batch",
    "lines_since",
    "planned_mail",
    "proof_message_id",
    "queue_address_proof",
    "queue_change_declined",
    "queue_changes",
    "queue_deputy_ended",
    "queue_deputy_gone",
    "queue_deputy_outcome",
    "queue_deputy_request",
    "queue_event_news",
    "queue_interest_open",
    "queue_interest_proof",
    "queue_invitations",
    "queue_link_again",
    "queue_planned",
    "queue_registration",
    "queue_subscription_known",
    "queue_subscription_proof",
]
