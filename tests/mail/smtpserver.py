# ruff: noqa: N802 - aiosmtpd finds its hooks by these names
"""A real SMTP server in a thread: keeps what it accepts, and misbehaves by rules a test sets."""

import asyncio
import email
import email.policy
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

type Rule = Callable[[str], object]


@dataclass
class Accepted:
    """One mail as it came over the wire."""

    recipient: str
    content: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def mail(self) -> EmailMessage:
        """The parsed mail."""
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        """Read from the bytes."""
        found = re.search(rb"(?im)^message-id:\s*(\S+)", self.content)
        return found[1].decode() if found else ""


class Behaviour:
    """The handler of aiosmtpd. A rule gets the recipient's address and returns an answer, or None to behave."""

    def __init__(self) -> None:
        self.accepted: list[Accepted] = []
        self.attempts: list[tuple[float, str]] = []
        self.on_mail: Rule = lambda _address: None
        self.on_rcpt: Rule = lambda _address: None
        self.on_data: Rule = lambda _address: None
        self.cuts_after_data: Rule = lambda _address: None
        self.holds_answer: Rule = lambda _address: None
        self.takes_commands_at_once = False
        self.connections = 0
        self.seconds_per_mail = 0.0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ):
        """Count connections."""
        session.host_name = hostname
        self.connections += 1
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.takes_commands_at_once else responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):
        """Take the sender, or not."""
        answer = self.on_mail(address)
        if answer:
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):
        """Take the recipient, or not."""
        self.attempts.append((time.monotonic(), address))
        answer = self.on_rcpt(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):
        """Take the mail, or not, or take it and cut the line."""
        (recipient,) = envelope.rcpt_tos
        if self.seconds_per_mail:
            await asyncio.sleep(self.seconds_per_mail)
        answer = self.on_data(recipient)
        if answer == "hang":
            await asyncio.sleep(30)
            return "421 4.4.2 Timeout"
        if answer:
            return answer
        self.accepted.append(Accepted(recipient, envelope.content))
        if self.holds_answer(recipient):
            await asyncio.sleep(30)
        if self.cuts_after_data(recipient):
            server.transport.abort()
            return "421 4.4.2 Nobody hears this"
        return "250 2.0.0 Accepted as 4711"


class MailServer(Controller):
    """Started on a free port of loopback; `behaviour` holds rules and mails."""

    def __init__(self, *, refuses_login: bool = False) -> None:
        self.behaviour = Behaviour()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = {}
        if refuses_login:
            options = {
                "authenticator": lambda *_: AuthResult(
                    success=False, handled=False, message="535 5.7.8 Wrong password"
                ),
                "auth_require_tls": False,
            }
        super().__init__(self.behaviour, hostname="127.0.0.1", port=port, **options)

    @property
    def accepted(self) -> list[Accepted]:
        """What the server took."""
        return self.behaviour.accepted

    @property
    def recipients(self) -> list[str]:
        """Whose mails the server took, in that order."""
        return [mail.recipient for mail in self.accepted]
