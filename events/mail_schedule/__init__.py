"""The mail schedule of one event: what went to whom and what became of it, what will go, when and why.

Reads the outbox in a handful of grouped queries, however many people and mails there are.
"""

from events.mail_schedule.failures import Advice, Failure, advice_for, failed_messages, failures
from events.mail_schedule.planned import PlannedMail, planned_mail_of, planned_mails
from events.mail_schedule.recipients import Recipient, audience_of, recipients_of
from events.mail_schedule.sendings import (
    Group,
    Sending,
    mail_badge,
    mail_reason,
    mail_title,
    scheduled_round,
    sendings,
    title_of,
)

__all__ = [
    "Advice",
    "Failure",
    "Group",
    "PlannedMail",
    "Recipient",
    "Sending",
    "advice_for",
    "audience_of",
    "failed_messages",
    "failures",
    "mail_badge",
    "mail_reason",
    "mail_title",
    "planned_mail_of",
    "planned_mails",
    "recipients_of",
    "scheduled_round",
    "sendings",
    "title_of",
]
