"""The bytes that go over the wire. Composed twice, a message gives the same bytes: nothing here is random or looks at
the clock (DESIGN §4: a retry repeats the first attempt).
"""

import email.policy
import re
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.timezone import localtime

from mailing.models import OutboxMessage
from mailing.purposes import Purpose
from mailing.rendering import Rendered


class _LinkHeader(UnstructuredHeader):
    """A header that is one link: never folded, for folding would encode it, and mail programs read no encoded link."""

    def fold(self, *, policy: email.policy.Policy) -> str:
        """Return it on one line, whatever its length."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
# The registry adds the base class itself.
_HEADERS.map_to_type("list-unsubscribe", _LinkHeader)  # type: ignore[arg-type]
# Every server takes 7-bit lines of this length; the stored text is wrapped shorter still.
_POLICY = email.policy.SMTP.clone(cte_type="7bit", max_line_length=76, header_factory=_HEADERS)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
HEADER_LENGTH = 240


class BadAddress(ValueError):
    """The address cannot be written into a mail; nothing to try again."""


def compose(message: OutboxMessage, purpose: Purpose, content: Rendered, links: dict[str, str]) -> bytes:
    """Return the whole mail, its links filled in."""
    filled = content.with_links(links)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(
        one_line(purpose.sender_name(message)) or settings.MAIL_FROM_NAME, addr_spec=settings.MAIL_FROM
    )
    mail["To"] = Address(one_line(message.recipient_name), addr_spec=to_ascii(message.recipient))
    reply_to = purpose.reply_to(message)
    if reply_to:
        mail["Reply-To"] = Address(addr_spec=to_ascii(reply_to))
    mail["Subject"] = one_line(filled.subject)
    mail["Date"] = localtime(message.rendered_at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if purpose.is_bulk:
        _add_list_headers(mail, message, purpose, links["unsubscribe"])
    _add_content(mail, filled)
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"={message.pk.hex}={number}")
    return mail.as_bytes()


def to_ascii(address: str) -> str:
    """Return the address as SMTP takes it, the domain in IDNA. SECURITY: nothing but one plain address passes."""
    try:
        validate_email(address)
        local, _, domain = address.rpartition("@")
        ascii_address = f"{local}@{punycode(domain)}"
        ascii_address.encode("ascii")
    except (ValidationError, UnicodeError) as error:
        raise BadAddress(address) from error
    return ascii_address


def one_line(text: str) -> str:
    """Return the text as fit for a header: no line break begins a new one (RELIABILITY F55)."""
    return " ".join(_CONTROL.sub(" ", text).split())[:HEADER_LENGTH]


def _add_list_headers(mail: EmailMessage, message: OutboxMessage, purpose: Purpose, unsubscribe: str) -> None:
    list_id = re.sub(r"[^a-z0-9]+", "-", purpose.list_topic(message).lower()).strip("-")
    mail["List-Id"] = f"<{list_id}.{settings.MAIL_DOMAIN}>"
    mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _add_content(mail: EmailMessage, content: Rendered) -> None:
    mail.set_content(content.text, subtype="plain", charset="utf-8", cte="quoted-printable")
    mail.add_alternative(content.html, subtype="html", charset="utf-8", cte="quoted-printable")
    if content.calendar is None:
        return
    # Outlook and Gmail read the alternative, Apple Mail and Thunderbird the attachment; it is the same entry.
    entry = content.calendar
    # As bytes, because a text part's CRLF and folding would be rewritten.
    options: dict[str, Any] = {"maintype": "text", "subtype": "calendar", "cte": "base64"}
    options["params"] = {"charset": "utf-8", "method": entry.method.value}
    mail.add_alternative(entry.text.encode(), **options)
    mail.add_attachment(entry.text.encode(), filename=entry.filename, **options)
