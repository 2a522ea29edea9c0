"""From a message and its purpose to subject, text, HTML and calendar entry."""

from dataclasses import dataclass, replace
from html import escape
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, Engine

from mailing.calendar import CalendarPart
from mailing.models import OutboxMessage
from mailing.placeholders import Placeholders, fill_html, fill_text, salutation_mark
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


@dataclass(frozen=True)
class Sheet:
    """A mail without its person: marks stand where the salutation and the links belong.

    Whatever else makes a mail a person's own is among its values, so mails with the same values are the same mail.
    """

    purpose: Purpose
    values: dict[str, Any]
    mark: str
    subject: str
    text: str
    html: str

    def filled(self, salutation: str, mark: str) -> tuple[str, str]:
        """Return text and HTML for one person, whose placeholders are marked with `mark`."""
        place = salutation_mark(mark)
        text, html = self.text.replace(self.mark, mark), self.html.replace(self.mark, mark)
        return text.replace(place, salutation), html.replace(place, escape(salutation, quote=False))


def render(message: OutboxMessage, purpose: Purpose) -> Rendered:
    """Render the mail as things stand now; what it shares with those it was claimed with is rendered once."""
    values: dict[str, Any] = {
        "sender_name": purpose.sender_name(message) or settings.MAIL_FROM_NAME,
        "reply_to": purpose.reply_to(message),
        "postal_line": purpose.postal_line(message),
        "why": purpose.why(message),
        "is_bulk": purpose.is_bulk,
        "list_label": purpose.list_label,
        "base_url": settings.PORTAL_BASE_URL,
        **purpose.context(message),
    }
    mark = link_mark(message)
    sheets = getattr(message, "sheets", [])
    sheet = next((sheet for sheet in sheets if sheet.purpose is purpose and sheet.values == values), None)
    if sheet is None:
        sheet = _render_sheet(purpose, values, mark)
        sheets.append(sheet)
    text, html = sheet.filled(purpose.salutation(message), mark)
    return Rendered(sheet.subject, wrap_text(text), html, purpose.calendar(message), mark)


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


def _render_sheet(purpose: Purpose, values: dict[str, Any], mark: str) -> Sheet:
    marked = values | {"links": Placeholders(mark), "salutation": salutation_mark(mark)}
    subject = " ".join(_render(purpose, "subject.txt", marked, autoescape=False).split())[:SUBJECT_LENGTH]
    marked["subject"] = subject
    text = _render(purpose, "body.txt", marked, autoescape=False)
    html = _INLINER.inline(_render(purpose, "body.html", marked, autoescape=True))
    return Sheet(purpose, values, mark, subject, text, html)


def _render(purpose: Purpose, part: str, values: dict[str, Any], *, autoescape: bool) -> str:
    template = Engine.get_default().get_template(f"{purpose.template}/{part}")
    return template.render(Context(values, autoescape=autoescape))
