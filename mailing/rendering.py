"""From a message and its purpose to subject, text, HTML and calendar entry."""

from dataclasses import dataclass, replace
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, Engine

from mailing.calendar import CalendarPart
from mailing.models import OutboxMessage
from mailing.placeholders import Placeholders, fill_html, fill_text
from mailing.purposes import Purpose
from mailing.services.suppression import unsubscribe_url
from mailing.wrapping import wrap_text

SUBJECT_LENGTH = 200

# The style block for dark and narrow screens is marked to stay; everything else moves to the elements.
_INLINER = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Rendered:
    """A mail's content, with placeholders where capability links belong; `mark` tells them from what people typed."""

    subject: str
    text: str
    html: str
    calendar: CalendarPart | None
    mark: str = ""

    def with_links(self, links: dict[str, str]) -> "Rendered":
        """Return the content with its links filled in."""
        text, html = fill_text(self.text, links, self.mark), fill_html(self.html, links, self.mark)
        return replace(self, text=text, html=html)


def render(message: OutboxMessage, purpose: Purpose) -> Rendered:
    """Render the mail as things stand now."""
    values: dict[str, Any] = {
        "recipient_name": message.recipient_name,
        "sender_name": purpose.sender_name(message) or settings.MAIL_FROM_NAME,
        "reply_to": purpose.reply_to(message),
        "postal_line": purpose.postal_line(message),
        "why": purpose.why(message),
        "is_bulk": purpose.is_bulk,
        "list_label": purpose.list_label,
        "base_url": settings.PORTAL_BASE_URL,
        **purpose.context(message),
        "links": Placeholders(link_mark(message)),
    }
    subject = " ".join(_render(purpose, "subject.txt", values, autoescape=False).split())[:SUBJECT_LENGTH]
    values["subject"] = subject
    return Rendered(
        subject=subject,
        text=wrap_text(_render(purpose, "body.txt", values, autoescape=False)),
        html=_INLINER.inline(_render(purpose, "body.html", values, autoescape=True)),
        calendar=purpose.calendar(message),
        mark=link_mark(message),
    )


def stored(message: OutboxMessage) -> Rendered:
    """Return what the first attempt rendered."""
    calendar = CalendarPart.read(message.calendar) if message.calendar else None
    return Rendered(message.subject, message.text, message.html, calendar, link_mark(message))


def link_mark(message: OutboxMessage) -> str:
    """Return what marks the placeholders of this mail: a part of its random id, which nobody who types knows."""
    return message.pk.hex[:12]


def all_links(message: OutboxMessage, purpose: Purpose) -> dict[str, str]:
    """Return every link of this mail by name, `unsubscribe` included where there is one."""
    links = dict(purpose.links(message))
    if purpose.is_bulk:
        links["unsubscribe"] = unsubscribe_url(message.recipient, purpose.list_topic(message))
    return links


def _render(purpose: Purpose, part: str, values: dict[str, Any], *, autoescape: bool) -> str:
    template = Engine.get_default().get_template(f"{purpose.template}/{part}")
    return template.render(Context(values, autoescape=autoescape))
