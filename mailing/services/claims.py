"""Which mail a worker takes next: the most urgent one, always. Mail to one person is claimed one by one, mail to many
in handfuls, so that what they share is read once.

A handful goes back after a second, and with a worker that is killed after five: what was read with it is never older,
and the lease of MAIL_LEASE_SECONDS holds only the mail that is being handed over (docs/decisions/0025).
"""

import datetime as dt
import itertools
import logging
import secrets
import time
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError

from mailing.models import OutboxMessage
from mailing.purposes import NORMAL, all_purposes, get_purpose
from mailing.services import outcomes

logger = logging.getLogger(__name__)

HANDFUL = 50
HANDFUL_LASTS = 1.0
HANDFUL_LEASE = dt.timedelta(seconds=5)
# In seconds: so much later than at once may a mail to one person leave when there are mails to many in hand.
LOOK_EVERY = 0.2


class Claims:
    """One run of one worker: its name on the leases, what it may take, what it has taken and not begun."""

    def __init__(self, *, is_night: bool) -> None:
        self.owner = secrets.token_hex(12)
        self.lease = dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS)
        # A purpose this worker does not know stays for a newer one (F22).
        self.purposes = list(all_purposes())
        self.is_night = is_night
        self.in_hand: list[OutboxMessage] = []
        self.is_hand_full = False
        self._good_until = 0.0
        self._look_again_at = 0.0

    def is_anything_due(self) -> bool:
        """Tell whether there is something to connect for."""
        return bool(self.in_hand) or OutboxMessage.objects.due(purposes=self.purposes, is_night=self.is_night).exists()

    def next(self) -> OutboxMessage | None:
        """Return the most urgent mail that is due, now this worker's; a handful lets single mails pass."""
        may_take: dict[str, Any] = {"owner": self.owner, "purposes": self.purposes, "is_night": self.is_night}
        if time.monotonic() > self._good_until:
            self.put_back()
        if not self.in_hand or time.monotonic() > self._look_again_at:
            single = OutboxMessage.objects.claim_next(**may_take, lease=self.lease, below=NORMAL + 1)
            if single is not None:
                return single
            self._look_again_at = time.monotonic() + LOOK_EVERY
        if not self.in_hand:
            self._good_until = time.monotonic() + HANDFUL_LASTS
            lease = min(self.lease, HANDFUL_LEASE)
            handful = OutboxMessage.objects.claim_several(**may_take, lease=lease, limit=HANDFUL)
            self.is_hand_full = len(handful) == HANDFUL
            _read_ahead(handful)
            self.in_hand = handful[::-1]
        return self.in_hand.pop() if self.in_hand else None

    def leave_bulk(self) -> None:
        """Take no bulk mail any more in this run."""
        self.put_back()
        self.purposes = [each.name for each in all_purposes().values() if not each.is_bulk]

    def put_back(self) -> None:
        """Give back what was taken and not begun."""
        if self.in_hand:
            outcomes.put_back(self.owner, self.in_hand)
            self.in_hand = []


def _read_ahead(messages: list[OutboxMessage]) -> None:
    by_purpose = itertools.groupby(sorted(messages, key=_purpose_name), key=_purpose_name)
    sheets: list[Any] = []
    for message in messages:
        message.sheets = sheets
    for name, group in by_purpose:
        try:
            get_purpose(name).read_ahead(list(group))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # F30: then each reads for itself, and the one that is broken is named when its turn comes.
            logger.warning("Mails of kind %s cannot be read together", name, exc_info=True)


def _purpose_name(message: OutboxMessage) -> str:
    return message.purpose
