"""Handing over what is due: take the next mail, ask whether it is still true, speak SMTP, write down what came of it.

Each mail is begun and marked by statements of its own that commit at once: a worker that dies leaves no doubt about
any mail but the one it was handing over, and no transaction is open while the network is spoken to. Exactly once does
not exist in SMTP: when a line breaks after DATA, the mail is sent again with the same Message-ID and the same bytes.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string
from django.utils.timezone import localtime

from core.clock import db_now
from core.exceptions import RateLimited
from core.limits import take
from mailing import breaker
from mailing.composing import BadAddress, compose, to_ascii
from mailing.models import OutboxMessage
from mailing.purposes import Purpose, get_purpose
from mailing.rendering import Rendered, all_links, render, stored
from mailing.replies import Verdict, judge
from mailing.services import outcomes
from mailing.services.claims import Claims
from mailing.services.suppression import is_suppressed, suppressed_under
from mailing.transport import LineBroken, NotAccepted, Transport, Unreachable

logger = logging.getLogger(__name__)

Cause = OutboxMessage.Cause


def deliver_due(
    *,
    is_stopping: Callable[[], bool] = lambda: False,
    transport: Transport | None = None,
    call_another: Callable[[], None] = lambda: None,
) -> int:
    """Hand over due mails until none is left or MAIL_RUN_SECONDS are over; return how many were accepted.

    transport: where to, if not to the one of the settings. call_another: called once there is more than a handful.
    """
    courier = Courier(transport or import_string(settings.MAIL_TRANSPORT)())
    deadline = time.monotonic() + settings.MAIL_RUN_SECONDS
    is_alone = True
    try:
        while time.monotonic() < deadline and not is_stopping():
            if not courier.deliver_next():
                break
            if is_alone and courier.claims.is_hand_full:
                is_alone = False
                call_another()
    finally:
        courier.close()
    return courier.accepted


class Courier:
    """One run of one worker: what it takes, and its connection."""

    def __init__(self, transport: Transport) -> None:
        self.claims = Claims(is_night=in_quiet_hours(localtime(db_now()).time()))
        self.transport = transport
        self.accepted = 0

    def close(self) -> None:
        """End the run: nothing is left in hand, nothing connected."""
        try:
            self.claims.put_back()
        finally:
            self.transport.close()

    def deliver_next(self) -> bool:
        """Deal with the most urgent due mail; False when there is none or no server to give it to."""
        if not self.transport.is_ready() and not self._connect():
            return False
        message = self.claims.next()
        if message is None:
            return False
        try:
            return self._deliver(message, get_purpose(message.purpose))
        except (OperationalError, InterfaceError):
            # Our own database is away: the lease brings the mail back.
            raise
        except BadAddress as error:
            outcomes.fail(message, f"„{error}“ ist keine gültige E-Mail-Adresse", Cause.BAD_ADDRESS)
        except Exception as error:
            # F30: one broken mail must not hold up the others; it is named here and to the organiser.
            logger.exception("Mail %s (%s, %s) cannot be made", message.pk, message.purpose, message.ref)
            words = f"Diese Mail konnte nicht erzeugt werden ({type(error).__name__}: {error})"
            outcomes.fail(message, words, Cause.BROKEN)
        return True

    def _connect(self) -> bool:
        # Nothing due: leave the server alone.
        if not self.claims.is_anything_due():
            return False
        if not breaker.may_try():
            return False
        try:
            self.transport.open()
        except Unreachable as error:
            breaker.note_failure(str(error), is_login=error.is_login)
            return False
        breaker.note_success()
        return True

    def _deliver(self, message: OutboxMessage, purpose: Purpose) -> bool:
        """Deliver one claimed mail; False when the server turned out to be unusable."""
        if message.expires_at <= message.claimed_at:
            outcomes.expire(message)
            return True
        if obstacle := purpose.is_obsolete(message):
            outcomes.abort(message, obstacle)
            return True
        if purpose.is_bulk and not self._may_send_bulk():
            # Bulk rests for the remainder of this run; nothing is said about this mail.
            outcomes.release(message, message.last_error)
            self.claims.leave_bulk()
            return True
        recipient = to_ascii(message.recipient)
        content = self._prepare(message, purpose)
        if content is None:
            return True
        body = compose(message, purpose, content, all_links(message, purpose))
        try:
            reply = self.transport.send(settings.MAIL_FROM, recipient, body)
        except Unreachable as error:
            return self._give_back(message, error)
        except NotAccepted as error:
            verdict = judge(error.code, error.text, error.stage)
            if verdict is Verdict.SERVER_REFUSES_US:
                return self._give_back(message, Unreachable(str(error), is_login=True))
            outcomes.not_accepted(message, verdict, error)
        except LineBroken as error:
            outcomes.line_broken(message, str(error))
        else:
            is_blanked = purpose.is_sensitive and not self.transport.keeps_bodies
            outcomes.accept(message, reply, blank_body=is_blanked)
            self.accepted += 1
        return True

    def _may_send_bulk(self) -> bool:
        """Take a token of the sending domain's rate; other servers judge a domain by how much comes at once."""
        if not settings.MAIL_BULK_PER_MINUTE:
            return True
        try:
            take(f"bulk-mail:{settings.MAIL_DOMAIN}", settings.MAIL_BULK_PER_MINUTE, dt.timedelta(minutes=1))
        except RateLimited:
            return False
        return True

    def _prepare(self, message: OutboxMessage, purpose: Purpose) -> Rendered | None:
        """Return the content, rendered now or at the first attempt; None when the mail is not ours to send any more.

        One statement stores it, renews the lease and asks "still ours?": after it comes nothing but SMTP.
        """
        content = stored(message) if message.rendered_at else render(message, purpose)
        message.rendered_at = message.rendered_at or message.claimed_at
        message.subject, message.text, message.html = content.subject, content.text, content.html
        message.calendar = content.calendar.text if content.calendar else ""
        suppressed = suppressed_under(message.recipient, purpose.list_topic(message)) if purpose.is_bulk else None
        if OutboxMessage.objects.begin(message, lease=self.claims.lease, suppressed_under=suppressed):
            return content
        if obstacle := why_not(message, purpose):
            outcomes.abort(message, obstacle)
        else:
            # Withdrawn, passed on, or its run is paused: the last goes back, the others are nobody's to touch.
            outcomes.release(message, message.last_error)
        return None

    def _give_back(self, message: OutboxMessage, error: Unreachable) -> bool:
        """The server wants none of our mails: no attempt is counted, this run is over."""
        breaker.note_failure(str(error), is_login=error.is_login)
        outcomes.release(message, str(error))
        self.transport.close()
        return False


def why_not(message: OutboxMessage, purpose: Purpose) -> str:
    """Return why the mail must not go out any more, or an empty string."""
    if purpose.is_bulk and is_suppressed(message.recipient, purpose.list_topic(message)):
        return "Die Adresse ist für Rundmails gesperrt"
    return purpose.is_obsolete(message)


def in_quiet_hours(now: dt.time) -> bool:
    """Tell whether automatic bulk mail rests at this local time."""
    if settings.MAIL_QUIET_HOURS is None:
        return False
    begin, end = settings.MAIL_QUIET_HOURS
    return now.hour >= begin or now.hour < end
