"""Ways to hand a mail over: a mail server, or the demo mailbox of the local mode (settings.MAIL_TRANSPORT).

A transport knows nothing of the outbox. It raises Unreachable when there is no server to talk to, NotAccepted when the
server said no, LineBroken when nobody knows.
"""

import contextlib
import re
import select
import smtplib
import time
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import mailers

from mailing.replies import Stage

# Below the lease, so that a slow dialogue is not overtaken by another worker (RELIABILITY B2, 6).
DIALOGUE_SHARE_OF_LEASE = 0.75
LONGEST_DIALOGUE = 90.0
# The answers after which a dialogue goes on.
_GO_ON = {Stage.SENDER: {250}, Stage.RECIPIENT: {250, 251}, Stage.DATA: {354}}
_LEADING_DOT = re.compile(rb"(?m)^\.")
# For so long an accepted mail is sign of life enough.
FRESH = 1.0


class Unreachable(Exception):
    """No connection, or no sign-in: no mail's fault."""

    def __init__(self, reason: str, *, is_login: bool = False) -> None:
        super().__init__(reason)
        self.is_login = is_login


class NotAccepted(Exception):
    """The server's answer to this mail was no."""

    def __init__(self, code: int, text: str, stage: Stage) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.stage = stage


class LineBroken(Exception):
    """Timeout or cut line in mid-dialogue; after DATA the mail may have been accepted."""


class Transport(Protocol):
    """What the delivery needs of a transport."""

    keeps_bodies: bool
    """Whether mails are read in the outbox itself, so that nothing of them may be blanked."""

    def is_ready(self) -> bool:
        """Whether a mail can be handed over without connecting first."""

    def open(self) -> None:
        """Connect; raises Unreachable."""

    def close(self) -> None:
        """Say good-bye; never raises."""

    def send(self, sender: str, recipient: str, content: bytes) -> str:
        """Hand one mail over to one recipient and return the server's answer."""


class Smtp:
    """One kept-open connection to the server in settings.MAILERS."""

    keeps_bodies = False

    def __init__(self) -> None:
        self._backend: Any = None
        self._deadline = 0.0
        self._trusted_until = 0.0

    def is_ready(self) -> bool:
        """Ask the open connection for a sign of life; RSET also forgets whatever the last mail left half done.

        A server that has just taken a mail need not be asked, unless it has said something since: 421 or good-bye.
        """
        if self._backend is None or self._backend.connection is None:
            return False
        if time.monotonic() < self._trusted_until and not self._has_spoken():
            return True
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if self._backend.connection.rset()[0] == 250:
                return True
        self.close()
        return False

    def open(self) -> None:
        """Connect, encrypt, sign in."""
        self.close()
        self._backend = mailers.create_connection("default")
        try:
            self._backend.open()
            self._backend.connection.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(_words(error.smtp_code, error.smtp_error), is_login=error.smtp_code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(_reason(error)) from error

    def close(self) -> None:
        """Quit, if the line still stands."""
        if self._backend is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._backend.close()
            self._backend = None

    def send(self, sender: str, recipient: str, content: bytes) -> str:
        """Speak MAIL, RCPT and DATA and hand the mail over; the whole dialogue has one deadline."""
        self._trusted_until = 0.0
        self._deadline = time.monotonic() + min(LONGEST_DIALOGUE, settings.MAIL_LEASE_SECONDS * DIALOGUE_SHARE_OF_LEASE)
        try:
            answer = self._speak(sender, recipient, content)
        except NotAccepted as error:
            if error.code == 421:
                self.close()
                if error.stage is Stage.SENDER:
                    # Said before anything about this mail: the server as a whole is not available.
                    raise Unreachable(str(error)) from error
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise LineBroken(_reason(error)) from error
        self._trusted_until = time.monotonic() + FRESH
        return answer

    def _speak(self, sender: str, recipient: str, content: bytes) -> str:
        """Return the answer to a mail that was accepted; raises NotAccepted for any other."""
        self._announce(sender, recipient)
        self._backend.connection.send(_LEADING_DOT.sub(b"..", content) + b".\r\n")
        code, text = self._answer()
        if code != 250:
            raise NotAccepted(code, text, Stage.DATA)
        return f"{code} {text}"

    def _announce(self, sender: str, recipient: str) -> None:
        """Say from whom and to whom; raises NotAccepted unless the server now waits for the mail.

        Most servers take the three commands at once (RFC 2920): one round trip instead of three.
        """
        connection = self._backend.connection
        commands = {
            Stage.SENDER: f"MAIL FROM:{smtplib.quoteaddr(sender)}\r\n",
            Stage.RECIPIENT: f"RCPT TO:{smtplib.quoteaddr(recipient)}\r\n",
            Stage.DATA: "DATA\r\n",
        }
        is_at_once = connection.has_extn("pipelining")
        if is_at_once:
            connection.send("".join(commands.values()))
        for stage, command in commands.items():
            if not is_at_once:
                connection.send(command)
            code, text = self._answer()
            if code not in _GO_ON[stage]:
                if is_at_once:
                    self._forget_the_rest(stage)
                raise NotAccepted(code, text, stage)

    def _forget_the_rest(self, stage: Stage) -> None:
        """Read what the server says to the commands after the refused one, so that the line can go on being used."""
        try:
            for _ in range(list(_GO_ON).index(stage) + 1, len(_GO_ON)):
                code, _text = self._answer()
                if code in _GO_ON[Stage.DATA]:
                    # It waits for a mail to nobody all the same.
                    self._backend.connection.send(".\r\n")
                    self._answer()
        except (smtplib.SMTPException, OSError):
            self._hang_up()

    def _answer(self) -> tuple[int, str]:
        """Return the server's next answer, waiting no longer than what is left of the time."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("Zeit für das Gespräch mit dem Mailserver überschritten")
        timeout = self._backend.timeout
        self._backend.connection.sock.settimeout(min(left, timeout) if timeout else left)
        code, text = self._backend.connection.getreply()
        return code, _text(text)

    def _has_spoken(self) -> bool:
        """Tell whether something lies in the line, or its end."""
        return bool(select.select([self._backend.connection.sock], [], [], 0)[0])

    def _hang_up(self) -> None:
        """Drop a line on which a QUIT would only wait again."""
        if self._backend.connection is not None:
            self._backend.connection.close()
        self._backend = None


class DemoMailbox:
    """Local mode without a mail server: a mail is delivered when the demo mailbox can show it."""

    keeps_bodies = True

    def is_ready(self) -> bool:
        """Always."""
        return True

    def open(self) -> None:
        """Nothing to connect to."""

    def close(self) -> None:
        """Nothing to close."""

    def send(self, sender: str, recipient: str, content: bytes) -> str:
        """Accept; the row itself is the mail."""
        return "250 Im Demo-Postfach"


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())


def _words(code: int, answer: bytes | str) -> str:
    return f"{code} {_text(answer)}"


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
