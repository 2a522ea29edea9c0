"""The bytes that go over the wire. Composed twice, a message gives the same bytes: nothing here is random or looks at
the clock (DESIGN §4: a retry repeats the first attempt).
"""

import base64
import binascii
import email.policy
import re
from collections.abc import Iterator
from email.headerregistry import Address, HeaderRegistry
from email.utils import format_datetime
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.timezone import localtime

from mailing.calendar import CalendarPart
from mailing.models import OutboxMessage
from mailing.purposes import Purpose
from mailing.rendering import Rendered

# The email package encodes and folds what people typed. The frame around it is a few fixed lines: built by the package
# too, it took a fifth of the time a mail costs.
_HEADERS = HeaderRegistry()
# Every server takes 7-bit lines of this length; the stored text is wrapped shorter still.
_LINE = 76
_POLICY = email.policy.SMTP.clone(cte_type="7bit", max_line_length=_LINE, header_factory=_HEADERS)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
HEADER_LENGTH = 240
# What needs neither quoting nor encoding nor folding is most people's header, and leaves as it is.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 -]*[A-Za-z0-9])?")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


class BadAddress(ValueError):
    """The address cannot be written into a mail; nothing to try again."""


def compose(message: OutboxMessage, purpose: Purpose, content: Rendered, links: dict[str, str]) -> bytes:
    """Return the whole mail, its links filled in."""
    head = "".join(_headers(message, purpose, content.subject, links))
    return head.encode("ascii") + _body(content.with_links(links), f"={message.pk.hex}=")


@lru_cache(maxsize=100)
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


def _headers(message: OutboxMessage, purpose: Purpose, subject: str, links: dict[str, str]) -> Iterator[str]:
    yield _address("From", purpose.sender_name(message) or settings.MAIL_FROM_NAME, settings.MAIL_FROM)
    yield _address("To", message.recipient_name, to_ascii(message.recipient))
    reply_to = purpose.reply_to(message)
    if reply_to:
        yield _address("Reply-To", "", to_ascii(reply_to))
    yield _typed("Subject", subject)
    yield _line("Date", format_datetime(localtime(message.rendered_at)))
    yield _line("Message-ID", message.message_id)
    yield _line("Auto-Submitted", "auto-generated")
    yield _line("X-Auto-Response-Suppress", "All")
    if purpose.is_bulk:
        list_id = re.sub(r"[^a-z0-9]+", "-", purpose.list_topic(message).lower()).strip("-")
        yield _line("List-Id", f"<{list_id}.{settings.MAIL_DOMAIN}>")
        # On one line, whatever its length: folding would encode it, and mail programs read no encoded link.
        yield _line("List-Unsubscribe", f"<{links['unsubscribe']}>")
        yield _line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    yield _line("MIME-Version", "1.0")


def _line(name: str, value: str) -> str:
    """Return a header of our own making, which needs neither encoding nor folding."""
    return f"{name}: {value}\r\n"


@lru_cache(maxsize=100)
def _typed(name: str, text: str) -> str:
    """Return a header with text that people wrote; the mails of one sending share it."""
    return _HEADERS(name, one_line(text)).fold(policy=_POLICY)


@lru_cache(maxsize=100)
def _address(name: str, display_name: str, address: str) -> str:
    plain, line = one_line(display_name), f"{name}: {one_line(display_name)} <{address}>"
    if _PLAIN_NAME.fullmatch(plain) and _PLAIN_ADDRESS.fullmatch(address) and len(line) <= _LINE:
        return f"{line}\r\n"
    return _HEADERS(name, Address(plain, addr_spec=address)).fold(policy=_POLICY)


def _body(content: Rendered, boundary: str) -> bytes:
    """Return the parts, text first. `boundary` begins with a sign that is never bare in quoted-printable text."""
    parts = [_text("plain", content.text), _text("html", content.html)]
    if content.calendar is None:
        return _multipart("alternative", f"{boundary}0", parts)
    # Outlook and Gmail read the alternative, Apple Mail and Thunderbird the attachment; it is the same entry.
    parts.append(_entry(content.calendar))
    attached = _entry(content.calendar, f'Content-Disposition: attachment; filename="{content.calendar.filename}"\r\n')
    return _multipart("mixed", f"{boundary}0", [_multipart("alternative", f"{boundary}1", parts), attached])


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n'
    begin = f"\r\n--{boundary}".encode()
    return head.encode() + b"".join(begin + b"\r\n" + part for part in parts) + begin + b"--\r\n"


def _text(kind: str, text: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    # One end of a line at least: binascii breaks long lines as the first one ends, with LF alone if none does.
    lines = f"{text}\n".replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return head.encode() + binascii.b2a_qp(lines.encode(), istext=True)


def _entry(entry: CalendarPart, disposition: str = "") -> bytes:
    """Return the entry as bytes in base64, because a text part's CRLF and folding would be rewritten."""
    kind = f'Content-Type: text/calendar; charset="utf-8"; method="{entry.method.value}"\r\n'
    head = f"{kind}{disposition}Content-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(entry.text.encode()).replace(b"\n", b"\r\n")
