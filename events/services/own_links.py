"""Somebody lost their personal link, or it ended: it is mailed once more, to the address on the guest list only."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q

from core.clock import db_now
from core.exceptions import RateLimited
from core.limits import take
from core.search import email_key
from events import emails
from events.models import Registration
from events.services.strangers import take_mail_to

# An office behind one network address may ask at the same time.
REQUESTS_PER_ADDRESS = 20


def send_own_links(*, email: str, address: str) -> None:
    """Mail each meeting's link to this address; the answer is the same whoever is on a list (RELIABILITY F34, F37).

    Only meetings still to begin that the person knows of already. Three mails a day to one address, whichever form was
    used; the nearest meetings first. address: the visitor's IP, for limits. Raises RateLimited for one network address.
    """
    take(f"own-link-ip:{address}", REQUESTS_PER_ADDRESS, dt.timedelta(hours=1))
    now = db_now()
    for person in _people_who_know(email, now):
        try:
            take_mail_to(email)
        except RateLimited:
            return
        emails.queue_link_again(person, now)


def _people_who_know(email: str, now: dt.datetime) -> Iterator[Registration]:
    """Yield those under this address who have answered or were asked; nobody who is only noted on a list."""
    asked = Q(source=Registration.Source.DEPUTY) | Q(invitations__round__sent_at__lte=now)
    rows = Registration.objects.filter(asked | ~Q(answer=Registration.Answer.OPEN), email_key=email_key(email))
    ahead = rows.filter(event__starts_at__gt=now, event__cancelled_at__isnull=True).exclude(event__visibility="draft")
    yield from ahead.select_related("event__owner").order_by("event__starts_at", "pk").distinct()
