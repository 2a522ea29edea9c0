"""What an SMTP answer means for a mail (RELIABILITY B3)."""

import re
from enum import Enum

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
AUTHENTICATION_CODES = frozenset({530, 534, 535, 538})
UNKNOWN_MAILBOX_CODES = frozenset({550, 551, 553})


class Stage(Enum):
    """How far the dialogue had come."""

    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"


class Verdict(Enum):
    """What to do with a mail that was not accepted."""

    RETRY = "retry"
    GREYLISTED = "greylisted"
    MAILBOX_FULL = "mailbox full"
    UNKNOWN_MAILBOX = "unknown mailbox"
    POLICY = "policy"
    REFUSED = "refused"
    SERVER_REFUSES_US = "server refuses us"


def judge(code: int, text: str, stage: Stage) -> Verdict:
    """Return the verdict on an answer that is not 2xx or 3xx."""
    found = _ENHANCED.search(text)
    enhanced = tuple(int(number) for number in found.groups()) if found else ()
    if code in AUTHENTICATION_CODES:
        return Verdict.SERVER_REFUSES_US
    if 400 <= code < 500:
        return _judge_temporary(code, text, enhanced)
    # Our own sender address or login is what is refused: no mail of ours would pass, so none may be burned.
    if stage is Stage.SENDER or (enhanced == (5, 7, 0) and "authentication" in text.lower()):
        return Verdict.SERVER_REFUSES_US
    return _judge_permanent(code, enhanced, stage)


def _judge_temporary(code: int, text: str, enhanced: tuple[int, ...]) -> Verdict:
    if enhanced == (4, 2, 2):
        return Verdict.MAILBOX_FULL
    if code in {450, 451} and (enhanced == (4, 7, 1) or "greylist" in text.lower()):
        return Verdict.GREYLISTED
    return Verdict.RETRY


def _judge_permanent(code: int, enhanced: tuple[int, ...], stage: Stage) -> Verdict:
    if enhanced == (5, 2, 2) or (code == 552 and not enhanced):
        return Verdict.MAILBOX_FULL
    # No route to the recipient's server: their name service or ours is down.
    if enhanced == (5, 4, 4):
        return Verdict.RETRY
    if enhanced == (5, 2, 1) or enhanced[:2] == (5, 1):
        return Verdict.UNKNOWN_MAILBOX
    # Spam filters and policies: about us or about this kind of mail, not about the mailbox.
    if enhanced[:2] == (5, 7):
        return Verdict.POLICY
    if not enhanced and code in UNKNOWN_MAILBOX_CODES and stage is Stage.RECIPIENT:
        return Verdict.UNKNOWN_MAILBOX
    return Verdict.REFUSED


def explain(verdict: Verdict, code: int) -> str:
    """Return the sentence organisers read."""
    sentence = {
        Verdict.RETRY: "Vorübergehende Störung beim Empfänger",
        Verdict.GREYLISTED: "Der Empfänger lässt uns warten (Greylisting)",
        Verdict.MAILBOX_FULL: "Postfach voll",
        Verdict.UNKNOWN_MAILBOX: "Postfach unbekannt",
        Verdict.POLICY: "Vom Mailserver des Empfängers als unerwünscht abgewiesen",
        Verdict.REFUSED: "Vom Mailserver abgewiesen",
        Verdict.SERVER_REFUSES_US: "Der Mailserver nimmt unsere Mails nicht an",
    }[verdict]
    return f"{sentence} ({code})"
