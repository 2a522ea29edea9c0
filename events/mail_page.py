"""One mail as organisers see it: its content, what became of it, and what to do when it did not arrive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.dates import format_moment
from events.mail_schedule import Advice, advice_for, mail_badge, mail_reason, mail_title
from events.models import Registration
from mailing.calendar_facts import calendar_facts
from mailing.models import OutboxMessage
from mailing.purposes import all_purposes
from mailing.rendering import Rendered
from mailing.services.preview import show_message

State = OutboxMessage.State


@dataclass(frozen=True)
class MailPage:
    """content is None when there is nothing to show any more. person: who is on the list under this mail's row."""

    title: str
    person: Registration | None
    badge: tuple[str, str, str]
    content: Rendered | None
    entry: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    advice: Advice | None
    may_return: bool
    may_send_again: bool


def mail_page(message: OutboxMessage) -> MailPage:
    """Gather it."""
    content = show_message(message)
    person_id = message.ref_id
    return MailPage(
        title=mail_title(message),
        person=Registration.objects.select_related("contact").filter(pk=person_id).first(),
        badge=mail_badge(message),
        content=content,
        entry=calendar_facts(content.calendar) if content and content.calendar else (),
        facts=list(_facts(message)),
        advice=advice_for(message) if message.state == State.FAILED else None,
        may_return=message.state == State.SENT,
        may_send_again=message.state in (State.FAILED, State.ABORTED) and not message.body_deleted_at,
    )


def _facts(message: OutboxMessage) -> Iterator[tuple[str, str]]:
    yield "An", f"{message.recipient_name}, {message.recipient}" if message.recipient_name else message.recipient
    purpose = all_purposes().get(message.purpose)
    if purpose and message.data:
        yield "Warum diese Person", purpose.why(message)
    yield "Eingereiht", format_moment(message.created_at)
    if message.accepted_at:
        yield "Zugestellt", format_moment(message.accepted_at)
    if reason := mail_reason(message):
        yield "Grund", reason
    if message.attempts > 1 or (message.attempts and not message.accepted_at):
        yield "Versuche", str(message.attempts)
    if answer := message.smtp_reply or message.last_error:
        yield "Antwort des Mailservers", answer
